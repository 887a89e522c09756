"""Debris inside lines: remains of tags and escapes, marks injected against copying, script on a line of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.restoration.mojibake import names_entities
from cleaners.text import lexicon
from cleaners.thresholds import threshold

HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
TAG = re.compile(
    r"</?(?:p|br|div|span|font|strong|b|i|u|em|a|td|tr|th|table|tbody|li|ul|ol|img|h[1-6]|center|script|style|o:p|section)"
    r"(?:\s[^<>]{0,200})?/?>|[(（]?/(?:p|div|span|font|strong|td|li|center)>$",
    re.IGNORECASE,
)
_LEXICON = lexicon("boilerplate.toml")
ABOUT_TAGS = _LEXICON.words("about-tags")
DOWNLOADS, NOVEL = map(_LEXICON.matcher, ("download-count", "chapter-prefix"))
GLUED = {kind: _LEXICON.matcher(kind) for kind in ("pager-glued", "more-glued")}
MICROBLOG, COUNTED, OF_POST = map(_LEXICON.matcher, ("below-post", "post-counter", "post-only"))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    downloads_longest: int = threshold(240, "characters", "the longest line that names an attached file")
    stops_least: int = threshold(2, "stops", "stand behind 的 where injection shows")
    stops_others: float = threshold(0.2, "stops for each", "that may stand elsewhere, for one behind 的")
    glued_longest: int = threshold(
        400, "characters", "at a line's end, in which a pager that hangs on it is looked for"
    )


T = Thresholds()
ESCAPED_BREAK = re.compile(r"(?:[\\_]?x0[dD][\\_]?x0[aA]_?)+|(?:_x000[dDaA]_)+")
SPACE_ENTITY = re.compile(r"(?:&(?:amp;)*(?:nbsp|ensp|emsp|thinsp|#160|#12288|#13|#10|zwnj);?)+")
INJECTED = re.compile(rf"(?<=的)[`'](?={HAN})")
INJECTED_STOP = re.compile(rf"(?<=的)\.(?={HAN})")
OTHER_STOP = re.compile(rf"(?<={HAN})(?<!的)\.(?={HAN})")
GLUED_ENDS = frozenset("页文细情多>» \u3000")
GLUED_FLAGS = {"pager-glued": "unfinished", "more-glued": "truncated"}
SCRIPT_LINE = re.compile(
    r"[^\u3400-\u9fff]{0,400}(?:document\.write|adsbygoogle|google_ad_|_hmt\b|cpro_id|BAIDU_CLB|window\.(?:onload|slotbydup)|</?script"
    r"|createElement\(|getElementsByTagName|function\s*\(\s*\)\s*\{)[\s\S]{0,2000}"
)
MARKS_LINE = re.compile(r"[\s\"'(){}\[\];:,.<>/\\|*#=&$-]{1,40}")
MARKS_SIGN = re.compile(r"[\"'(){}\[\];<>/\\]")
NUMBERS_LINE = re.compile(r"[1-9]\d{0,9}(?:\s+\d{1,12}){1,6}")
DATE_LIKE = re.compile(r"(?:19|20)\d{2}\s+\d{1,2}(?:\s+\d{1,2})?|1\d{2}\s+\d{4}\s+\d{4}|\d{3,4}\s+\d{3,4}\s+\d{4}")

# One of these must stand in a page that has debris inside lines.
SIGNS = ("正文", "的.", "<", ">", "x0", "X0", "&", "`", "'", "_x0", "下载", "下載", "下一页", "下页", "»", "转发")


class Cut(NamedTuple):
    """A part of a line that goes, half-open, what stands there after, and the rule that says so."""

    start: int
    end: int
    after: str
    rule: str


def spans(text: str, tags: bool, stops: bool = False) -> list[Cut]:
    """Debris inside a line, in order, not overlapping.

    tags: whether remains of tags may be taken (not on a page that speaks of them). stops: whether full stops behind 的
    are injected on this page.
    """
    found: list[Cut] = []
    if tags and ("<" in text or text.endswith(">")):
        found += [Cut(m.start(), m.end(), "", "tag") for m in TAG.finditer(text)]
    if "x0" in text:
        found += [Cut(m.start(), m.end(), "", "escaped-break") for m in ESCAPED_BREAK.finditer(text)]
    if "&" in text and not names_entities(text):
        found += [
            Cut(m.start(), m.end(), _space(text, m.start(), m.end()), "space-entity")
            for m in SPACE_ENTITY.finditer(text)
        ]
    if text.startswith("正文") and (before := NOVEL(text)):
        found.append(Cut(0, before.end(), "", "chapter-prefix"))
    if stops and "的." in text:
        found += [Cut(m.start(), m.end(), "", "injected-stop") for m in INJECTED_STOP.finditer(text)]
    if ("下载" in text or "下載" in text) and len(text) <= T.downloads_longest and (counted := DOWNLOADS(text)):
        found.append(Cut(counted.start("count"), counted.end("count"), "", "download-count"))
    if "`" in text or "'" in text:
        found += [Cut(m.start(), m.end(), "", "injected-mark") for m in _injected(text)]
    if text[-1:] in GLUED_ENDS:
        end = max(0, len(text) - T.glued_longest)
        hanging = ((kind, end + m.start()) for kind, tail in GLUED.items() if (m := tail(text[end:])))
        found += [Cut(start, len(text), "", kind) for kind, start in hanging if start]
    if "转发" in text and (start := _below_post(text)) is not None:
        found.append(Cut(start, len(text), "", "microblog-glued"))
    found.sort()
    kept: list[Cut] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _below_post(text: str) -> int | None:
    """Where the buttons and counters of a microblog begin that a post ends with: those for sharing and for comments,
    beside its source, its time or what else none but a post has."""
    end = max(1, len(text) - T.glued_longest)
    found = MICROBLOG(text[end:])
    if found is None or not ("转发" in found[0] and "评论" in found[0]):
        return None
    return end + found.start() if COUNTED(found[0]) and OF_POST(found[0]) else None


def _space(text: str, start: int, end: int) -> str:
    inside = start > 0 and end < len(text) and text[start - 1].isascii() and text[end].isascii()
    return " " if inside else ""


def _injected(text: str) -> list[re.Match[str]]:
    """Lone marks after 的. A mark that another one closes (他说的'好'是…) is a quotation."""
    marks = list(INJECTED.finditer(text))
    if not marks:
        return []
    injected = []
    for mark in marks:
        sign = mark.group()
        closing = text.find(sign, mark.end(), mark.end() + 60)
        if closing < 0 or (text[closing - 1] == "的" and closing + 1 < len(text)):
            injected.append(mark)
    return injected


def injects_stops(page: str) -> bool:
    """Whether a page has full stops strewn behind 的 (的.时候) and hardly any between other Han: no one's typing."""
    injected = len(INJECTED_STOP.findall(page)) if "的." in page else 0
    return injected >= T.stops_least and len(OTHER_STOP.findall(page)) <= T.stops_others * injected


def is_debris(line: str) -> str:
    """Name of the rule by which a whole line is debris: "marks" for ");, "tag", "script"; "" where it is none."""
    line = line.strip()
    if len(line) <= 40 and MARKS_LINE.fullmatch(line) and MARKS_SIGN.search(line):
        return "marks"
    if line[:1] == "<" and TAG.fullmatch(line):
        return "tag"
    return "script" if len(line) <= 2400 and SCRIPT_LINE.fullmatch(line) else ""


def is_numbers(text: str) -> bool:
    """Whether a line is two or more bare numbers that are neither a date nor a telephone: 40 3310010"""
    return len(text) <= 60 and NUMBERS_LINE.fullmatch(text) is not None and DATE_LIKE.fullmatch(text) is None
