"""The table of contents that a page makes of its own headings: links to places in it, which stand in the text again."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.extraction.tree import HEADINGS, Element, Outline
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    most: int = threshold(500, "lines and elements", "of a table of contents; what is longer is looked into no further")
    fewest: int = threshold(2, "links", "of a table of contents")
    linked: float = threshold(0.7, "share", "of link text in it; the rest are its own heading, and numbers")


T = Thresholds()
BOXES = frozenset(["div", "ul", "ol", "dl", "section", "details", "table", "fieldset"])


def is_contents(outline: Outline, element: Element) -> bool:
    """Whether an element holds links to places in the page alone, each named as one of its headings."""
    if element.tag not in BOXES or not T.fewest <= element.last - element.first <= T.most:
        return False
    around = element.parent
    if element.end - element.index > 4 * T.most or (
        around is not None and around.tag in BOXES and _same(around, element)
    ):
        return False  # the box around it, which holds the same, was asked
    chars = outline.chars(element)
    if not chars or outline.linked(element) < T.linked * chars:
        return False
    links = element.node.css("a[href]")
    if len(links) < T.fewest or not all(_leads_inside(link) for link in links):
        return False
    others = (*outline.lines[: element.first], *outline.lines[element.last :])
    headings = {_bare(line.text) for line in others if line.owner.tag in HEADINGS}
    return all(_bare(link.text(deep=True) or "") in headings for link in links)


def _same(outer: Element, inner: Element) -> bool:
    return (outer.first, outer.last) == (inner.first, inner.last)


def _leads_inside(link: object) -> bool:
    return str((getattr(link, "attributes", None) or {}).get("href") or "").startswith("#")


def _bare(text: str) -> str:
    """A heading's words, without its number, its sign and blanks."""
    return "".join(text.split()).lstrip("0123456789.、").strip("#¶\u200b")
