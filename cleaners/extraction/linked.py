"""Lines of links that are no part of an article: at either edge of it, and alone amid it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.extraction import cues
from cleaners.extraction.blocks import Draft
from cleaners.metadata import parse
from cleaners.text import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    datelines: int = threshold(3, "lines", "between the title and what a site may have put before the text")
    dateline_rest: int = threshold(30, "characters", "of a dateline that are neither date, name nor label")
    headlines: int = threshold(3, "lines", "of linked headlines above the text, whose label goes with them")
    label: int = threshold(6, "characters", "of such a label at most")
    edge_linked: float = threshold(0.6, "share", "of links in a line at an edge, above which it goes")
    lone_linked: float = threshold(0.95, "share", "of links in a line amid the text, from which it goes")
    lone_least: int = threshold(8, "characters", "of such a line")


T = Thresholds()
ATTACHED = lexicon("extraction.toml").matcher("attachment")
REFERENCES = lexicon("extraction.toml").matcher("references")
_ADDRESS = re.compile(r"(?:https?:|www\.)", re.I)
_DATE = re.compile(r"^[\[(（【]?(?:19|20)?\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?[\])）】]?\s{0,8}")  # before a headline


def at_edges(drafts: Sequence[Draft], masses: Sequence[float], start: int, end: int, rules: list[str]) -> None:
    """Puts the rule "links" on lines of links before the text and behind it, between `start` and `end`.

    masses: running text of each block, in characters, 0 for what is none. rules: of each block, "" where it stays.
    """
    body = [n for n in range(start, end) if masses[n] > 0]
    datelines = itertools.takewhile(lambda n: _is_dateline(drafts[n].text), body[: T.datelines])
    body = body[len(list(datelines)) :]
    if not body:
        return
    cited = _references(drafts, body[0], end)
    for n in (*range(start, body[0]), *range(body[-1] + 1, end)):
        if (
            not rules[n]
            and n not in cited
            and (n < body[0] or drafts[n].kind != "table")  # of files or of texts that go with it
            and drafts[n].linked > T.edge_linked * len(_DATE.sub("", drafts[n].text))
            and not ATTACHED(drafts[n].text)
        ):
            rules[n] = "links"
    _labels(drafts, masses, range(start, body[0]), rules)


def _labels(drafts: Sequence[Draft], masses: Sequence[float], head: range, rules: list[str]) -> None:
    """The label of linked headlines that were taken out above the text; written downwards, it is a line a character."""
    run = 0
    for n in reversed(head):
        text = drafts[n].text
        if rules[n] == "links" and len(text) >= T.lone_least:
            run += 1
        elif run >= T.headlines and not rules[n] and not masses[n] and len(text) <= T.label:
            rules[n] = "links"
        elif rules[n] != "links":
            run = 0


def _is_dateline(text: str) -> bool:
    """Whether a line tells when the text was published, and hardly more."""
    said = parse(text)
    return said.published is not None and said.rest <= T.dateline_rest


def _references(drafts: Sequence[Draft], start: int, end: int) -> set[int]:
    """Entries below a heading of references, blocks of one kind."""
    found: set[int] = set()
    n = start
    while n < end:
        text = drafts[n].text
        n += 1
        if len(text) > cues.T.cue_limit or not REFERENCES(text):
            continue
        first = n
        while n < end and drafts[n].kind == drafts[first].kind != "heading" and not cues.cue(drafts[n]):
            found.add(n)
            n += 1
    return found


def alone(drafts: Sequence[Draft], masses: Sequence[float], rules: list[str]) -> None:
    """A line amid the text that is a link and nothing else points elsewhere."""
    cited = _references(drafts, 0, len(drafts))
    for n, draft in enumerate(drafts):
        text = draft.text
        if (
            rules[n]
            or n in cited
            or draft.kind not in ("paragraph", "heading")
            or len(text) < T.lone_least
            or draft.linked < T.lone_linked * len(text)
        ):
            continue
        if 0 < n < len(drafts) - 1 and masses[n - 1] > 0 and not ATTACHED(text) and not _ADDRESS.match(text):
            rules[n] = "links"
