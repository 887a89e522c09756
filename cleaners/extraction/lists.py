"""What kind of page it is besides an article: a list of links, or one page of several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.extraction.choice import feed, weigh
from cleaners.extraction.tree import Element, Outline

TEASER_SHARE = 0.6  # of the running text, above which a page is a list of what stands elsewhere
LEAST_TEASERS = 4
LEAST_TEXT = 40.0  # running text, below which links decide
LINKED = 0.5  # share of link text in a line, and of such lines in a page, above which it is one of links
LEAST_LINKS = 8  # lines
NEAR_LINES = 12  # behind the article, in which its pager is looked for
_NEXT = re.compile(
    r"[\s\[【(（<]*(?:下一页|下一頁|下页|后一页|后页|余下全文|阅读全文|查看余下全文|[Nn]ext [Pp]age)[\s\]】)）>»]*"
)
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
    for element in outline.elements:
        if element.tag == "a" and element.first in wanted and not _NOWHERE.match(element.attributes.get("href") or ""):
            found = _NEXT.fullmatch(element.node.text(deep=True) or "")
            if found:
                return True
    return False
