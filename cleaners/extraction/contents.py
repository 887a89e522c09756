"""The table of contents that a page makes of its own headings: links to places in it, which stand in the text again."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.extraction.tree import HEADINGS, Element, Outline
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    fewest: int = threshold(2, "links", "of a table of contents")
    linked: float = threshold(0.7, "share", "of link text in it; the rest are its own heading, and numbers")


T = Thresholds()
BOXES = frozenset(["div", "ul", "ol", "dl", "section", "details", "table", "fieldset"])


def is_contents(outline: Outline, element: Element) -> bool:
    """Whether an element holds links to places in the page alone, each named as one of its headings."""
    if element.tag not in BOXES or element.last - element.first < T.fewest:
        return False
    chars = outline.chars(element)
    if not chars or outline.linked(element) < T.linked * chars:
        return False
    links = element.node.css("a[href]")
    if len(links) < T.fewest or not all(_leads_inside(link) for link in links):
        return False
    others = (*outline.lines[: element.first], *outline.lines[element.last :])
    headings = {_bare(line.text) for line in others if line.owner.tag in HEADINGS}
    return all(_bare(link.text(deep=True) or "") in headings for link in links)


def _leads_inside(link: object) -> bool:
    return str((getattr(link, "attributes", None) or {}).get("href") or "").startswith("#")


def _bare(text: str) -> str:
    """A heading's words, without its number, its sign and blanks."""
    return "".join(text.split()).lstrip("0123456789.、").strip("#¶\u200b")
