"""A page whose list is its content: the chapters of a book, the lessons of a course, each a link with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from cleaners.extraction.choice import running
from cleaners.extraction.tree import Element, Outline
from cleaners.text import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least: int = threshold(
        12, "entries", "that make a catalogue: fewer are what a page offers beside its text (the latest chapters)"
    )
    most_text: int = threshold(
        1500, "characters", "of running text beside the list: more is a chapter with the list in its margin"
    )
    held: float = threshold(
        0.9, "share", "of the entries that the list's element holds: the latest of them stand above it once more"
    )
    entries: float = threshold(0.6, "share", "of its lines that are entries")
    entry_longest: int = threshold(80, "characters", "the longest line that can be an entry")


T = Thresholds()
_NUMBERED = lexicon("extraction.toml").matcher("numbered-entry")
_BARE = lexicon("extraction.toml").matcher("bare-entry")
_CALLED = lexicon("extraction.toml").matcher("catalogue-title")


def find(outline: Outline, titles: Sequence[str]) -> Element | None:
    """The element that holds the list of a catalogue, None where the page is none.

    The list says more than the running text beside it, and most of it are links that begin with the number of a part;
    a bare number (12、) is one where the page calls itself a list of parts.
    """
    bare = any(map(_CALLED, titles))
    numbered = [_is_entry(line.text, line.chars, line.linked, bare=bare) for line in outline.lines]
    total = sum(numbered)
    if total < T.least:
        return None
    before = [0, *accumulate(numbered)]
    best: Element | None = None
    for element in outline.elements:
        within = element.first < element.last and before[element.last] - before[element.first] >= T.held * total
        if within and (best is None or element.last - element.first <= best.last - best.first):
            best = element
    if best is None or best.tag in ("html", "body"):
        return None
    best = _with_more(best, before)
    entries = {outline.lines[n].text for n in range(best.first, best.last) if numbered[n]}
    if len(entries) < max(T.least, T.entries * (best.last - best.first)):
        return None
    return best if running(outline) <= min(T.most_text, outline.linked(best)) else None


def _with_more(listed: Element, before: Sequence[int]) -> Element:
    """The list with those of its parts that stand beside it: the element above, where entries are most of it too."""
    above = listed.parent
    while above is not None and above.tag not in ("html", "body"):
        held = before[above.last] - before[above.first]
        if held < T.entries * (above.last - above.first):
            break
        if held > before[listed.last] - before[listed.first]:
            listed = above
        above = above.parent
    return listed


def _is_entry(text: str, chars: int, linked: int, *, bare: bool) -> bool:
    if linked <= 0.5 * chars or chars > T.entry_longest:
        return False
    return _NUMBERED(text) is not None or (bare and _BARE(text) is not None)


def joined(parts: Sequence[Element], listed: Element) -> list[Element]:
    """The elements of what was chosen with the list, in order, none inside another."""
    if any(part.index <= listed.index < part.end for part in parts):
        return list(parts)
    apart = [part for part in parts if not listed.index <= part.index < listed.end]
    return sorted([*apart, listed], key=lambda element: element.index)
