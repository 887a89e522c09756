"""What kind of page it is besides an article: a list of links, or one page of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.extraction.choice import feed, weigh
from cleaners.extraction.tree import Element, Outline
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
    linked: float = threshold(
        0.5, "share", "of link text in a line, and of such lines in a page, above which it is one of links"
    )
    least_links: int = threshold(8, "lines", "of links that make a page one of links")
    near_lines: int = threshold(12, "lines", "behind the article, in which its pager is looked for")


T = Thresholds()
_NEXT = lexicon("extraction.toml").matcher("next-page")
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
    if teasers >= T.least_teasers and teased >= T.teaser_share * text:
        return True
    everywhere = sum(line.linked for line in outline.lines)
    return title < 0 and text < T.least_text and everywhere > 10 * max(text, T.least_text) and linked <= everywhere


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
