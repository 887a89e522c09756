"""A site's foot that was taken for the text of a page which has none: where its keeper can be found, and how often it
was called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.extraction.hints import hint_of
from cleaners.extraction.tree import Element, Outline, is_linked, linked_lines
from cleaners.text import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(160, "characters", "the longest line of a site's foot that is told by what it holds")
    links: float = threshold(0.5, "times", "as much link text as a foot, at least, of a page of which no more is left")
    deep: int = threshold(4, "elements", "between a heading and what it shares with a foot: it heads another part")
    whole: float = threshold(0.8, "share", "of a page's lines in what it shares with it, which is no box of both")
    word: int = threshold(2, "characters", "of a line, at least, that says no more than the title")
    between: int = threshold(4, "lines of links", "between a title and what was kept, with which it heads it not")


T = Thresholds()
_CONTACT = lexicon("extraction.toml").matcher("contact")
_FOOT = lexicon("extraction.toml").matcher("foot")
_FOOT_LABEL = lexicon("extraction.toml").matcher("foot-label")
_CALLS_CONTACT = lexicon("extraction.toml").matcher("contact-title")
_BLANK = re.compile(r"[^。，；！？:：\n]{1,16}[:：]\s*+$").match  # a label of a form without its value
_SENTENCE = re.compile("[！？!?]|。.|，[^，]{0,160}，")


def is_alone(
    outline: Outline, parts: Sequence[Element], title: int, kept: Sequence[str], titles: Sequence[str]
) -> bool:
    """Whether all that was kept is the foot of a site, on a page that is about something else: where its keeper can be
    found, how often the page was called, the names of such lines, and links beside them.

    A notice of few lines says where and whom to ask, too: it stands under its title, or alone on the page.
    """
    linked = {
        line.text
        for part in parts
        for line in outline.lines[part.first : part.last]
        if line.linked and is_linked(line.chars, line.linked)
    }
    if any(text not in linked and not _is_foot(text) for text in kept) or not any(map(_is_foot, kept)):
        return False
    if any(map(_CALLS_CONTACT, titles)) or _is_headed(outline, parts, title):
        return False
    return outline.linked_before[-1] >= T.links * sum(map(len, kept))


def says_nothing(kept: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether all that was kept is labels of a form, each without a value, or a word of what the page calls itself."""
    if all(_BLANK(text) for text in kept):
        return True
    return len(kept) == 1 and len(kept[0]) >= T.word and any(kept[0] in title for title in titles)


def _is_headed(outline: Outline, parts: Sequence[Element], title: int) -> bool:
    """Whether a heading or the title stands in what was chosen, or above it with no list of links between, and not in
    another part of the page."""
    first = min(part.first for part in parts)
    if all(hint_of(part.attributes.get("class") or "", part.attributes.get("id") or "") < 0 for part in parts):
        return False
    if first and (above := outline.lines[first - 1]).owner.tag in ("h1", "h2") and not _is_foot(above.text):
        return not _are_apart(outline, above.owner, parts[0])
    if title < 0:
        return False
    if any(part.first <= title < part.last for part in parts):
        return True
    near = title < first and linked_lines(outline, title + 1, first) < T.between
    return near and not _are_apart(outline, outline.lines[title].owner, parts[0])


def _are_apart(outline: Outline, heading: Element, part: Element) -> bool:
    """Whether a heading and what was chosen stand in two parts of a page which nothing but the page as a whole holds,
    the heading deep in its own: a column's name above its empty list, and the foot."""
    above = set()
    element: Element | None = part
    while element is not None:
        above.add(element.index)
        element = element.parent
    deep, common = 0, heading
    while common.index not in above and common.parent is not None:
        common = common.parent
        deep += 1
    return deep >= T.deep and common.last - common.first >= T.whole * len(outline.lines)


def _is_foot(text: str) -> bool:
    if _CONTACT(text[:200]) or _FOOT_LABEL(text[:200]):
        return True
    return len(text) <= T.longest and not _SENTENCE.search(text) and _FOOT(text) is not None
