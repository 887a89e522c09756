"""What a page's head says: its title element, meta elements, JSON-LD and the dates that scripts carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from cleaners.metadata import date_of, plain_title
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    json_limit: int = threshold(300_000, "characters", "of a JSON-LD script")
    script_limit: int = threshold(2_000_000, "characters", "of scripts that are searched for a date")
    scripts: int = threshold(60, "scripts", "that are searched for a date")


T = Thresholds()
ARTICLE_TYPES = re.compile(r"Article|Posting|Report|WebPage|CreativeWork|Question|QAPage|Blog", re.I)
TITLE_META = ("og:title", "articletitle", "twitter:title", "dc.title", "title")
CHINA = timezone(timedelta(hours=8))
# A variable of the page itself, as WeChat writes them: var ct = "1762747210"; createTime = '2025-11-10 12:00';
# create_time: JsDecode('…'). A key inside a list of other articles has quotes around it and is not read.
_DATE_NAMES = ("createTime", "create_time", "ct =", "ct=", "publish_time", "publishTime", "pubtime")
_SCRIPT_DATE = re.compile(
    r"(?:\bvar\s{1,4}|[\s;,{])(?P<name>oriCreateTime|createTime|create_time|ct|publish_time|publishTime|pubtime)"
    r"\s{0,4}[=:]\s{0,4}(?:JsDecode\()?[\"'](?P<value>[\d:/ T.+年月日Z-]{8,30})[\"']"
)


class Meta:
    """The page's meta elements (names in lower case) and JSON-LD objects."""

    def __init__(self, tree: Any) -> None:
        self.values: dict[str, str] = {}
        for node in tree.css("meta")[:400]:
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = attributes.get("content")
            if name and content and content.strip():
                self.values.setdefault(name.strip().lower(), " ".join(content.split())[:500])
        self.objects = list(_json_ld(tree))
        title = tree.css_first("title")
        shown = " ".join((title.text() or "").split())[:2000] if title is not None else ""
        self.title = plain_title(shown)[:500]
        self._tree = tree

    def script_date(self) -> str | None:
        """The date that a variable of the page's scripts gives, None where none does."""
        return _script_date(self._tree)

    def first(self, names: tuple[str, ...]) -> str:
        """The first of these meta elements that the page has, "" where it has none."""
        return next((self.values[n] for n in names if n in self.values), "")

    def titles(self) -> list[str]:
        """What the page calls itself."""
        found = [self.title, *(plain_title(self.values[n]) for n in TITLE_META if n in self.values)]
        found += [plain_title(o["headline"][:500]) for o in self.objects if isinstance(o.get("headline"), str)]
        return [t for t in dict.fromkeys(found) if t]


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        text = node.text() or ""
        if len(text) > T.json_limit:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        queue = data if isinstance(data, list) else [data]
        for item in queue[:50]:
            if not isinstance(item, dict):
                continue
            graph = item.get("@graph")
            for each in (item, *(graph[:50] if isinstance(graph, list) else ())):
                kind = str(each.get("@type", "")) if isinstance(each, dict) else "-"
                if isinstance(each, dict) and (not kind or ARTICLE_TYPES.search(kind) or "pubDate" in each):
                    yield each


def _script_date(tree: Any) -> str | None:
    """The date that a script's variable gives; written out rather than in seconds since 1970 (read as China's)."""
    seconds = ""
    for node in tree.css("script")[: T.scripts]:
        text = node.text() or ""
        if len(text) > T.script_limit or not any(name in text for name in _DATE_NAMES):
            continue
        for match in _SCRIPT_DATE.finditer(text):
            value = match["value"].strip()
            if (written := date_of(value)) and len(written) >= 10:
                return written
            if re.fullmatch(r"1\d{9}", value):
                seconds = seconds or value
    if not seconds:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(CHINA).isoformat()
