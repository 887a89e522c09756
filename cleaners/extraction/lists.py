"""What a page is besides an article: a list of links, a front page, its keeper's address, or one page of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.extraction import choice
from cleaners.extraction.choice import feed, weigh
from cleaners.extraction.tree import Element, Outline, is_linked
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
    foot: int = threshold(160, "characters", "the longest line of a site's foot that is told by what it holds")
    foot_links: float = threshold(
        0.5, "times", "as much link text as a foot, at least, of a page of which no more is left"
    )
    between: int = threshold(4, "lines of links", "between a title and what was kept, with which it heads it not")
    cut_share: float = threshold(0.3, "share", "of blocks that break off, above which they are teasers")


T = Thresholds()
_NEXT = lexicon("extraction.toml").matcher("next-page")
_CONTACT = lexicon("extraction.toml").matcher("contact")
_FOOT = lexicon("extraction.toml").matcher("foot")
_FOOT_LABEL = lexicon("extraction.toml").matcher("foot-label")
_CUT = lexicon("extraction.toml").matcher("cut-off")
_CALLS_CONTACT = lexicon("extraction.toml").matcher("contact-title")
_SENTENCE = re.compile("[！？!?]|。.|，[^，]{0,160}，")
_MAYBE = re.compile("下一[页頁]|下页|后一?页|余下全文|阅读全文|ext [Pp]age")
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
    return title < 0 and text < T.least_text and outline.linked_before[-1] > T.links_times * T.least_text


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


def is_contact(
    outline: Outline, parts: Sequence[Element], title: int, kept: Sequence[str], titles: Sequence[str]
) -> bool:
    """Whether all that was kept is the foot of a site, on a page that is about something else: where its keeper can be
    found, how often the page was called, and the names of such lines.

    A notice of few lines says where and whom to ask, too: it stands under its title, or alone on the page.
    """
    if not all(map(_is_foot, kept)) or any(map(_CALLS_CONTACT, titles)) or _is_headed(outline, parts, title):
        return False
    return outline.linked_before[-1] >= T.foot_links * sum(map(len, kept))


def _is_headed(outline: Outline, parts: Sequence[Element], title: int) -> bool:
    """Whether a heading or the title stands in what was chosen, or above it with no list of links between."""
    first = min(part.first for part in parts)
    if first and (above := outline.lines[first - 1]).owner.tag in ("h1", "h2") and not _is_foot(above.text):
        return True
    if title < 0:
        return False
    if any(part.first <= title < part.last for part in parts):
        return True
    return title < first and _of_links(outline, title + 1, first) < T.between


def leads_on(outline: Outline, posts: Sequence[Element]) -> bool:
    """Whether a line of links stands by each of several posts: they begin what is told elsewhere."""
    return len(posts) > 1 and _of_links(outline, posts[0].first, posts[-1].last) >= len(posts) - 1


def _of_links(outline: Outline, first: int, last: int) -> int:
    return sum(is_linked(line.chars, line.linked) for line in outline.lines[first:last] if line.linked)


def _is_foot(text: str) -> bool:
    if _CONTACT(text[:200]) or _FOOT_LABEL(text[:200]):
        return True
    return len(text) <= T.foot and not _SENTENCE.search(text) and _FOOT(text) is not None


def is_of_links(outline: Outline) -> bool:
    """Whether most lines that a page shows are links, enough of them to be more than its menu."""
    linked = sum(1 for line in outline.lines if line.linked > T.linked * line.chars)
    return linked >= T.least_links and linked > T.linked * len(outline.lines)


def goes_on(outline: Outline, parts: Sequence[Element]) -> bool:
    """Whether a link inside the article or right behind it leads to its next page."""
    first, last = parts[0].first, parts[-1].last + T.near_lines
    wanted = {n for n in range(first, min(last, len(outline.lines))) if _MAYBE.search(outline.lines[n].text)}
    if not wanted:
        return False
    links = (e for e in outline.elements if e.tag == "a" and e.first in wanted)
    return any(
        not _NOWHERE.match(link.attributes.get("href") or "") and _NEXT(link.node.text(deep=True) or "")
        for link in links
    )
