"""What a page is besides an article: a list of links, a front page, or one page of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.extraction import choice
from cleaners.extraction.choice import feed, weigh
from cleaners.extraction.replies import AGO
from cleaners.extraction.tree import HEADINGS, Element, Outline, is_linked, linked_lines
from cleaners.text import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    teaser_share: float = threshold(
        0.6, "share", "of the running text, above which a page is a list of what stands elsewhere"
    )
    least_teasers: int = threshold(4, "teasers", "that make a page a list")
    least_text: float = threshold(40.0, "weight", "of running text, in characters, below which links decide")
    links_times: float = threshold(10.0, "times", "as much link text as that makes a page without a title a list")
    linked: float = threshold(
        0.5, "share", "of link text in a line, and of such lines in a page, above which it is one of links"
    )
    least_links: int = threshold(8, "lines", "of links that make a page one of links")
    near_lines: int = threshold(12, "lines", "behind the article, in which its pager is looked for")
    front_share: float = threshold(
        0.05, "share", "of what is kept in the page's link text, below which a page without a title near it is a front"
    )
    small_share: float = threshold(
        0.25, "share", "the same, below which what is kept decides: teasers, entries or an address make a front"
    )
    entry: float = threshold(30.0, "characters", "a block, below which blocks are entries")
    ago: int = threshold(30, "characters", "the longest line that says how long ago an entry came in")
    ago_lines: int = threshold(6, "lines", "at most for each of these on average, of a page of such entries")
    listed: float = threshold(
        600.0, "weight", "of text, in characters, below which a page that calls itself a list is one"
    )
    heads: int = threshold(6, "lines", "above what was chosen, in which a linked headline of it is looked for")
    front_lines: int = threshold(
        3, "lines of links", "in what was chosen, from which a page that calls itself a front is one"
    )
    entries: int = threshold(10, "elements", "side by side that make a list above a text")
    entry_lines: float = threshold(3.0, "lines", "that they have on average: an entry of a menu has one")
    entry_linked: float = threshold(0.6, "share", "of link text in them, at most: a menu is all links")
    entry_times: float = threshold(4.0, "times", "as much text in them as in what was kept, at least")
    baskets: int = threshold(6, "lines", "by which something is bought that make a page a shop's list")
    cut_share: float = threshold(0.3, "share", "of blocks that break off, above which they are teasers")


T = Thresholds()
_NEXT, _MAYBE = map(lexicon("extraction.toml").matcher, ("next-page", "next-page-words"))
_CONTACT = lexicon("extraction.toml").matcher("contact")
_CUT = lexicon("extraction.toml").matcher("cut-off")
_BASKET = lexicon("extraction.toml").matcher("basket")
_CALLS_LIST = lexicon("extraction.toml").matcher("list-title")
_CALLS_FRONT = lexicon("extraction.toml").matcher("front-title")
_NOWHERE = re.compile(r"\s*(?:$|#|javascript:\s*(?:;|void|$))", re.I)


def is_list(outline: Outline, parts: Sequence[Element], title: int) -> bool:
    """Whether what was chosen is a list of headlines, or of teasers for texts that stand elsewhere."""
    text = teased = 0.0
    teasers = 0
    for part in parts:
        for line in outline.lines[part.first : part.last]:
            text += max(0.0, weigh(line))
    barred = 0  # elements before this number stand in a teaser that was counted
    for element in sorted((e for e, _ in feed(outline)), key=lambda e: e.index):
        if element.index >= barred and any(part.index <= element.index < part.end for part in parts):
            teasers += 1
            teased += sum(max(0.0, weigh(line)) for line in outline.lines[element.first : element.last])
            barred = element.end
    if teasers >= T.least_teasers and teased >= T.teaser_share * text:
        return True
    if (title < 0 and _is_running(outline, parts)) or _sells(outline, parts):
        return True
    return title < 0 and text < T.least_text and outline.linked_before[-1] > T.links_times * T.least_text


def _is_running(outline: Outline, parts: Sequence[Element]) -> bool:
    """Whether what was chosen is entries as they came in, each with how long ago that was."""
    lines = [line for part in parts for line in outline.lines[part.first : part.last]]
    told = sum(1 for line in lines if line.chars <= T.ago and AGO.search(line.text))
    return told >= T.least_teasers and told * T.ago_lines >= len(lines)


def _sells(outline: Outline, parts: Sequence[Element]) -> bool:
    """Whether what was chosen is things that a shop lists, each with its button."""
    lines = [line for part in parts for line in outline.lines[part.first : part.last]]
    return sum(1 for line in lines if line.chars <= T.ago and _BASKET(line.text)) >= T.baskets


def calls_itself(outline: Outline, parts: Sequence[Element], title: int, titles: Sequence[str]) -> bool:
    """Whether a page calls itself a list, or a site's front, and what was chosen of it does not speak against that."""
    text = sum(max(0.0, weigh(line)) for part in parts for line in outline.lines[part.first : part.last])
    links = sum(linked_lines(outline, max(part.first, title + 1), part.last) for part in parts)
    first = parts[0].first
    above = outline.lines[max(title + 1, first - T.heads) : first]
    links += sum(line.owner.tag in HEADINGS and is_linked(line.chars, line.linked) for line in above)
    if links and text < T.listed and any(map(_CALLS_LIST, titles)):
        return True
    return links >= T.front_lines and any(map(_CALLS_FRONT, titles))


def is_below_entries(outline: Outline, parts: Sequence[Element], kept: Sequence[str]) -> bool:
    """Whether what was kept is a word about a list that stands above it: many elements side by side, each of several
    lines and with a link, that hold much more than was kept."""
    first = min(part.first for part in parts)
    groups: dict[tuple[int, str], list[Element]] = {}
    for element in outline.elements:
        lines = element.last - element.first
        if element.parent is None or element.last > first or lines < 2 or not outline.linked(element):
            continue
        groups.setdefault((element.parent.index, element.tag), []).append(element)
    held = T.entry_times * sum(map(len, kept))
    return any(
        len(group) >= T.entries
        and sum(e.last - e.first for e in group) >= T.entry_lines * len(group)
        and sum(map(outline.chars, group)) >= held
        and sum(map(outline.linked, group)) <= T.entry_linked * sum(map(outline.chars, group))
        for group in groups.values()
    )


def is_front(outline: Outline, parts: Sequence[Element], title: int, kept: Sequence[str], *, root: bool) -> bool:
    """Whether what was kept is a leftover of a front page: few words beside many links, far from a title.

    kept: the texts of its blocks. root: whether the page's address is that of a site's front page; a title near them is
    the site's name there. Measured on 223 pages with gold, of which none that has its title elsewhere keeps
    less than .07 of its link text (but for one that is missed anyway), and on 140 front and section pages.
    """
    near = any(
        part.first <= title < part.last or 0 <= part.first - title <= choice.T.near for part in parts if title >= 0
    )
    if near and not root:
        return False
    chars = sum(map(len, kept))
    share = chars / (outline.linked_before[-1] + 1)
    if share < (T.small_share if root else T.front_share):
        return True
    if share >= T.small_share:
        return False
    cut = sum(1 for text in kept if _CUT(text[-40:]))
    labels = {text[:24].replace("：", ":").partition(":")[0] for text in kept if "：" in text[:24] or ":" in text[:24]}
    entries = chars < T.entry * len(kept) and 2 * len(labels) < len(kept)  # as many labels are particulars of one thing
    return cut >= T.cut_share * len(kept) or entries or bool(_CONTACT(kept[0][:200]))


def leads_on(outline: Outline, posts: Sequence[Element]) -> bool:
    """Whether a line of links stands by each of several posts: they begin what is told elsewhere."""
    return len(posts) > 1 and linked_lines(outline, posts[0].first, posts[-1].last) >= len(posts) - 1


def is_of_links(outline: Outline) -> bool:
    """Whether most lines that a page shows are links, enough of them to be more than its menu."""
    linked = sum(1 for line in outline.lines if line.linked > T.linked * line.chars)
    return linked >= T.least_links and linked > T.linked * len(outline.lines)


def goes_on(outline: Outline, parts: Sequence[Element]) -> bool:
    """Whether a link inside the article or right behind it leads to its next page."""
    first, last = parts[0].first, parts[-1].last + T.near_lines
    wanted = {n for n in range(first, min(last, len(outline.lines))) if _MAYBE(outline.lines[n].text)}
    if not wanted:
        return False
    links = (e for e in outline.elements if e.tag == "a" and e.first in wanted)
    return any(
        not _NOWHERE.match(link.attributes.get("href") or "") and _NEXT(link.node.text(deep=True) or "")
        for link in links
    )
