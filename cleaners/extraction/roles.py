"""What an element says that it is, where its tag says nothing: roles for listeners, and the blocks of editors.

WAI-ARIA 1.2 has roles for what HTML has elements for; Yuque writes elements of its own (`ne-h2`), and Feishu boxes that
bear the kind of their block.
"""

from __future__ import annotations

import re

NEUTRAL = frozenset(["div", "span", "section", "p"])  # elements that say nothing of what is in them
ROLES = {
    "list": "ul", "listitem": "li", "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody",
    "row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th", "blockquote": "blockquote",
}  # fmt: skip
ELEMENTS = {  # of Yuque
    "ne-p": "div", "ne-quote": "blockquote", "ne-uli": "li", "ne-oli": "li", "ne-tli": "li", "ne-alert-hole": "div",
    "ne-link": "a", "ne-code": "code", "ne-card": "div", "ne-hole": "div", "ne-column": "div",
    **{f"ne-h{level}": f"h{level}" for level in range(1, 7)},
}  # fmt: skip
MARKERS = frozenset(["ne-uli-i", "ne-oli-i", "ne-tli-i"])  # elements that show an item's bullet, number or box
_KINDS = {  # of Feishu
    "bullet": "li", "ordered": "li", "todo": "li", "quote_container": "blockquote", "quote": "blockquote",
    **{f"heading{level}": f"h{min(level, 6)}" for level in range(1, 10)},
}  # fmt: skip
_BOX = re.compile(r"(?:^|\s)docx-([a-z_]+[1-9]?)-block(?:\s|$)")
_MARKER = re.compile(r"(?:^|\s)(?:bullet-dot-style|order)(?:\s|$)")
_NUMBER = re.compile(r"\s*+(\d{1,6})\s*+(?:[.．、)）]\s*+)?")
_LEVEL = re.compile(r"[1-9]")


def tag_of(tag: str, attributes: dict[str, str | None]) -> str:
    """The tag of the element that one with these attributes stands for; its own where it says nothing else.

    >>> tag_of("div", {"role": "heading", "aria-level": "3"}), tag_of("ne-h2", {}), tag_of("p", {})
    ('h3', 'h2', 'p')
    """
    if tag in ELEMENTS:
        return ELEMENTS[tag]
    if not attributes or tag not in NEUTRAL:
        return tag
    role = attributes.get("role")
    if role == "heading":
        level = attributes.get("aria-level") or "2"
        return f"h{min(int(level), 6)}" if _LEVEL.fullmatch(level) else "h2"
    if role in ROLES:
        return ROLES[role]
    name = attributes.get("class") or ""
    if "docx-" in name and (box := _BOX.search(name[:400])):
        return _KINDS.get(box[1], tag)
    return tag


def shows_marker(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element shows the bullet, the number or the box of the item that it stands in."""
    return tag in MARKERS or (tag == "div" and _MARKER.search(attributes.get("class") or "") is not None)


def number_of(shown: str) -> str:
    """The number that such an element shows, "" for a bullet."""
    found = _NUMBER.fullmatch(shown[:20])
    return found[1] if found else ""


def ticked(tag: str, attributes: dict[str, str | None]) -> str:
    """Whether the box that an element is, or that its item has, is ticked: "x", " ", "" where there is none."""
    if tag == "input":
        return ("x" if "checked" in attributes else " ") if attributes.get("type") == "checkbox" else ""
    said = attributes.get("aria-checked") if attributes.get("role") == "checkbox" else None
    said = said or attributes.get("data-checked") or attributes.get("ne-checked") or attributes.get("data-list")
    if said in ("true", "checked"):
        return "x"
    if said in ("false", "unchecked"):
        return " "
    name = (attributes.get("class") or "")[:400].split()
    return "x" if "checkbox-on" in name else " " if "checkbox-off" in name else ""
