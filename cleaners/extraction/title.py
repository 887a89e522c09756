"""The line of a page that bears its title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.extraction.tree import HEADINGS, Outline
from cleaners.metadata import is_site, names_nothing, site_names, title_key, without_badge
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    shortest: int = threshold(4, "characters", "of a heading below which a match says nothing")
    shortest_heading: int = threshold(2, "characters", "the same of a heading of rank 1")
    lone_words: int = threshold(3, "words", "of the lone heading of rank 1 of a page, at least")
    lone_shared: float = threshold(0.3, "share", "of its words that the page's names for itself must hold")
    lone_shared_least: int = threshold(2, "words", "of them at least")
    searched: int = threshold(500, "characters", "of a name whose words are looked at")
    hidden_most: float = threshold(
        0.5, "share", "of a page's characters, above which what is not shown waits for a script that shows it"
    )
    head: int = threshold(12, "characters", "of a line that are looked for in the names before it is folded whole")
    no_heading: int = threshold(4, "rank", "the first of a line that is no heading")


T = Thresholds()
_WORDS = re.compile(r"[^\W\d_]{3,40}")


def title_line(outline: Outline, names: list[str]) -> int:
    """Number of the line that bears the title, -1 where none does.

    names: what the page calls itself outside its text (title element, meta). A heading of rank 1 is tried before other
    headings, these before other lines; of equals the first counts.
    """
    folded = [f for f in map(title_key, names) if len(f) >= T.shortest_heading]
    telling = [f for f in (title_key(n) for n in names if not names_nothing(n)) if len(f) >= T.shortest_heading]
    letters = frozenset("".join(names) + "".join(folded))  # a line that shares none of them needs no folding
    names_folded = tuple(folded)
    together = "\n".join(folded)
    unseen = _unseen(outline)
    sites = _sites(names) - frozenset(folded)
    best, rank = -1, 10  # a link with some words of the title is no title
    for number, line in enumerate(outline.lines):
        begin = line.text[:1] if "一" <= line.text[:1] <= "鿿" else line.text[:6]  # folding leaves Han as it is
        if number in unseen or not 2 <= line.chars <= 200 or letters.isdisjoint(begin):
            continue
        if not _may_be_named(line.text, names_folded, together):
            continue
        owner = line.owner
        level = HEADINGS.get(owner.tag, 0)
        if not level and owner.parent is not None:
            level = HEADINGS.get(owner.parent.tag, 0)
        text = title_key(line.text)
        if len(text) < (T.shortest_heading if level == 1 else T.shortest):
            continue
        mine = 9
        whole = level > 0 or not is_cut(line.text, names)
        for name in folded if level else telling:  # only a heading may repeat the name of a site
            if name == text:
                mine = 0
            elif name.startswith(text) and whole and (len(text) >= 0.5 * len(name) or level == 1 or len(text) >= 8):
                mine = min(mine, 1)
            elif (len(text) >= (T.shortest if level == 1 else 8) and text in name and whole) or (
                len(text) >= 8 and len(name) >= 10 and text.startswith(name)
            ):
                mine = min(mine, 2)
        if mine > 1 and text.startswith(names_folded) and without_badge(line.text, names) != line.text:
            mine = 1
        if mine == 9 or (not level and (is_site(line.text) or text in sites)):
            continue
        mine += 0 if level == 1 else 2 if level else 4
        if line.linked > 0.5 * line.chars:
            mine += 4
        if mine < rank:
            best, rank = number, mine
    if rank >= T.no_heading:
        lone = _lone_heading(outline, names, unseen, sites)
        return lone if lone >= 0 else best
    return best


def _may_be_named(text: str, names: tuple[str, ...], together: str) -> bool:
    """Whether a line, folded, may begin with a name or be a part of one, told by what it begins with.

    names: the folded names; together: the same as one string. Han stay as they are when they are folded, and ASCII is
    folded character by character.
    """
    head = text[: T.head]
    if head.isascii():
        if len(text) > T.head and not text[T.head].isascii():
            return True  # it may be a mark on the character before
        key = title_key(head)
        return key in together or key.startswith(names)
    return not ("一" <= head[0] <= "鿿" and "一" <= head[1] <= "鿿") or head[:2] in together


def _sites(names: list[str]) -> frozenset[str]:
    """What of these names is the site's: a short last part behind a longer one."""
    parts = [(name, site) for name in names for site in site_names(name)]
    return frozenset(title_key(site) for name, site in parts if 2 * len(site) < len(name))


def _lone_heading(outline: Outline, names: list[str], unseen: frozenset[int], sites: frozenset[str]) -> int:
    """The line of the page's only heading of rank 1, -1 where it shares too few words with its names."""
    found = [n for n, line in enumerate(outline.lines) if n not in unseen and HEADINGS.get(line.owner.tag) == 1]
    if len(found) != 1:
        return -1
    line = outline.lines[found[0]]
    words = _words(line.text)
    shared = words & set().union(*map(_words, names))
    told = len(shared) >= max(T.lone_shared_least, T.lone_shared * len(words))
    site = is_site(line.text) or title_key(line.text) in sites
    return found[0] if told and len(words) >= T.lone_words and not site and line.linked * 2 < line.chars else -1


def _words(text: str) -> set[str]:
    """Words of three letters and more, in lower case."""
    return set(_WORDS.findall(text.lower()[: T.searched]))


def _unseen(outline: Outline) -> frozenset[int]:
    """Numbers of the lines that no reader sees, none where most of the page waits to be shown.

    A title among them (a picture and a summary for those who share the page) says nothing about where the article is.
    """
    found: list[int] = []
    end = 0  # elements before this number stand in one that is hidden
    for element in outline.elements:
        if element.hidden and element.index >= end:
            found += range(element.first, element.last)
            end = element.end
    hidden = sum(outline.lines[number].chars for number in found)
    return frozenset(found) if hidden <= T.hidden_most * outline.chars_before[-1] else frozenset()


def is_cut(text: str, names: list[str]) -> bool:
    """Whether a line ends or begins amid every name that holds it: an agency's name at the head of a title."""
    inside = [name for name in names if text in name]
    return bool(inside) and all(_amid(name, name.index(text), len(text)) for name in inside)


def _amid(name: str, start: int, length: int) -> bool:
    before, behind = name[start - 1 : start], name[start + length : start + length + 1]
    return before.isalnum() or behind.isalnum()
