"""What a decoded page is: HTML, plain text, or a feed of other pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.thresholds import threshold

HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    sniffed: int = threshold(65_536, "characters", "looked at for tags where no content type says what the page is")
    lines_a_tag: int = threshold(2, "lines for each tag", "at most, of a page that is HTML without beginning as one")
    lines_a_tag_page: int = threshold(
        8, "lines for each tag", "at most, of a whole page that something stands in front of"
    )


T = Thresholds()
_COMMENTS = r"\ufeff?\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+"
_BEGINS = re.compile(_COMMENTS + r"(?:<!doctype\s+html|<\?xml|</?[a-z][a-z0-9]*[\s/>])", re.I | re.S)
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]", re.I)
_BLOCK = re.compile(
    r"</?(?:p|div|br|table|t[dr]|[uo]l|li|article|section|h[1-6]|span|font|center)(?:\s[^<>]{0,300})?/?>", re.I
)
_FEED = re.compile(
    r"\ufeff?\s*+(?:<\?xml[^>]{0,200}>\s*+)?" + _COMMENTS + r"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]", re.S
)


def is_html(text: str, content_type: str | None) -> bool:
    """Whether a page is HTML: by its declared type, else by the tag it begins with, or as many as it has lines.

    A plain text or a Markdown document with a tag or two in it, or about one, stays a text.
    """
    declared = (content_type or "").split(";")[0].strip().lower()
    if declared in HTML_TYPES:
        return True
    if declared.startswith("text/"):
        return False
    head = text[: T.sniffed]
    if _BEGINS.match(head):
        return True
    tags = len(_BLOCK.findall(head))
    if not tags:
        return False
    lines = sum(1 for line in head.split("\n") if line.strip())
    return T.lines_a_tag * tags >= lines or (_PAGE.search(head) is not None and T.lines_a_tag_page * tags >= lines)


def is_feed(text: str) -> bool:
    """Whether a page is RSS, Atom or a sitemap."""
    return _FEED.match(text[: T.sniffed]) is not None
