"""What kind of page it is besides an article: a list of links, or one page of several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.extraction.choice import NEAR, feed, weigh
from cleaners.extraction.tree import Element, Outline
from cleaners.text import lexicon

TEASER_SHARE = 0.6  # of the running text, above which a page is a list of what stands elsewhere
LEAST_TEASERS = 4
LEAST_TEXT = 40.0  # running text, below which links decide
LINKED = 0.5  # share of link text in a line, and of such lines in a page, above which it is one of links
LEAST_LINKS = 8  # lines
FRONT_SHARE = 0.05  # of what is kept to the page's link text, below which a page without a title near it is a front
SMALL_SHARE = 0.25  # and below which it is one where what is kept is teasers, entries or an address
ENTRY = 30.0  # characters a line, below which lines are entries
TEASED_LINES = 0.3  # share of lines that break off
NEAR_LINES = 12  # behind the article, in which its pager is looked for
_NEXT = lexicon("extraction.toml").matcher("next-page")
_CONTACT = lexicon("extraction.toml").matcher("contact")
_CUT = lexicon("extraction.toml").matcher("cut-off")
_CALLS_CONTACT = lexicon("extraction.toml").matcher("contact-title")
_MAYBE = re.compile("下一[页頁]|下页|后一?页|余下全文|阅读全文|ext [Pp]age")
_NOWHERE = re.compile(r"\s*(?:$|#|javascript:\s*(?:;|void|$))", re.I)


def is_list(outline: Outline, parts: Sequence[Element], title: int) -> bool:
    """Whether what was chosen is a list of headlines, or of teasers for texts that stand elsewhere."""
    text = linked = teased = 0.0
    teasers = 0
    for part in parts:
        for line in outline.lines[part.first : part.last]:
            text += max(0.0, weigh(line))
            linked += line.linked
    barred = 0  # elements before this number stand in a teaser that was counted
    for element in sorted((e for e, _ in feed(outline)), key=lambda e: e.index):
        if element.index >= barred and any(part.index <= element.index < part.end for part in parts):
            teasers += 1
            teased += sum(max(0.0, weigh(line)) for line in outline.lines[element.first : element.last])
            barred = element.end
    if teasers >= LEAST_TEASERS and teased >= TEASER_SHARE * text:
        return True
    everywhere = sum(line.linked for line in outline.lines)
    return title < 0 and text < LEAST_TEXT and everywhere > 10 * max(text, LEAST_TEXT) and linked <= everywhere


def is_front(outline: Outline, parts: Sequence[Element], title: int, kept: Sequence[str]) -> bool:
    """Whether what was kept of a page is a leftover of a front page: few words beside many links, far from a title.

    kept: the texts of its blocks. Measured on 223 pages with gold, of which none that has its title elsewhere keeps less than
    .07 of its link text (but for one that is missed anyway), and on 140 front and section pages.
    """
    if any(part.first <= title < part.last or 0 <= part.first - title <= NEAR for part in parts if title >= 0):
        return False
    chars = sum(map(len, kept))
    share = chars / (outline.linked_before[-1] + 1)
    if share < FRONT_SHARE:
        return True
    if share >= SMALL_SHARE:
        return False
    cut = sum(1 for text in kept if _CUT(text[-40:]))
    labels = {text[:24].replace("：", ":").partition(":")[0] for text in kept if "：" in text[:24] or ":" in text[:24]}
    entries = chars < ENTRY * len(kept) and 2 * len(labels) < len(kept)  # as many labels are particulars of one thing
    return cut >= TEASED_LINES * len(kept) or entries or bool(_CONTACT(kept[0][:200]))


def is_contact(kept: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether all that was kept is where a site's keeper can be found, on a page that is about something else."""
    return all(_CONTACT(text[:200]) for text in kept) and not any(map(_CALLS_CONTACT, titles))


def is_of_links(outline: Outline) -> bool:
    """Whether most lines that a page shows are links, enough of them to be more than its menu."""
    linked = sum(1 for line in outline.lines if line.linked > LINKED * line.chars)
    return linked >= LEAST_LINKS and linked > LINKED * len(outline.lines)


def goes_on(outline: Outline, parts: Sequence[Element]) -> bool:
    """Whether a link inside the article or right behind it leads to its next page."""
    first, last = parts[0].first, parts[-1].last + NEAR_LINES
    wanted = {n for n in range(first, min(last, len(outline.lines))) if _MAYBE.search(outline.lines[n].text)}
    if not wanted:
        return False
    links = (e for e in outline.elements if e.tag == "a" and e.first in wanted)
    return any(
        not _NOWHERE.match(link.attributes.get("href") or "") and _NEXT(link.node.text(deep=True) or "")
        for link in links
    )
