"""One pass over Lexbor's tree: what each element holds, and the lines a reader would see.

The pass is iterative and visits every node once. Sums are carried bottom-up, so a subtree's figures cost nothing more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from cleaners.extraction_words import COMMENT, FURNITURE, WEAK, hint_of

SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "audio",
        "video",
        "head",
        "link",
        "meta",
        "select",
        "option",
        "datalist",
        "input",
        "textarea",
        "map",
        "noframes",
        "frameset",
        "frame",
        "applet",
        "param",
        "source",
        "track",
        "dialog",
    ]
)
BLOCKS = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "plaintext",
        "pre",
        "section",
        "summary",
        "table",
        "caption",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "xmp",
        "listing",
        "noscript",
        "legend",
    ]
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
TAG_HINTS = {"nav": FURNITURE, "footer": FURNITURE, "aside": FURNITURE, "button": FURNITURE, "menu": FURNITURE}
MARKS = re.compile(r"[，。！？；：、“”…]|[.,;:!?](?=\s|$)")
HIDDEN = re.compile(r"display\s*:\s*none", re.I)


def is_narrow(text: str) -> bool:
    """Whether a text is of an alphabet, so that a character says less than one of Chinese."""
    head = text[:60]
    return len(head.encode("utf-8", "ignore")) < 1.5 * len(head)


class Element:
    """An element of the page with the figures of its whole subtree.

    `first` and `last` are the half-open range of its lines; `index` to `end` the half-open range of its elements.
    """

    __slots__ = (
        "attributes", "chars", "depth", "end", "first", "hidden", "hint", "index", "last", "linked", "marks", "name",
        "node",         "parent", "score", "tag",
    )  # fmt: skip

    def __init__(self, node: Any, tag: str, parent: Element | None, index: int, first: int) -> None:
        self.node = node
        self.tag = tag
        self.parent = parent
        self.index = index
        self.first = first
        self.last = first
        self.end = index + 1
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.name = ""  # its class and id, as one string
        self.hint = 0
        self.hidden = False
        self.attributes: dict[str, str | None] = {}
        self.chars = 0
        self.linked = 0
        self.marks = 0
        self.score = 0.0


class Line:
    """Text that stands on one line of the page as it is shown: the inline content between two block borders."""

    __slots__ = ("chars", "linked", "marks", "owner", "score", "text")

    def __init__(self, owner: Element, text: str, chars: int, linked: int) -> None:
        self.owner = owner
        self.text = text
        self.chars = chars
        self.linked = linked
        self.marks = len(MARKS.findall(text)) if chars > 1 else 0
        self.score = 0.0


@dataclass(slots=True)
class Outline:
    """A page as the pass saw it: elements in document order, and lines."""

    elements: list[Element] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def survey(root: Any) -> Outline:
    """Walk the tree below `root` (a Lexbor node) once."""
    outline = Outline()
    elements, lines = outline.elements, outline.lines
    parts: list[str] = []  # the running line's text
    linked = 0  # how many of its characters are link text
    anchors = 0  # open <a>
    open_elements: list[Element] = []
    owner: Element | None = None  # innermost open block element

    def flush() -> None:
        nonlocal linked
        if not parts:
            return
        text = " ".join("".join(parts).split())
        parts.clear()
        if text and owner is not None:
            chars = len(text) - text.count(" ")
            lines.append(Line(owner, text, chars, min(linked, chars)))
        linked = 0

    node = root
    while node is not None:
        tag = node.tag
        child = None
        if tag == "-text":
            text = node.text_content
            if text and (parts or not text.isspace()):
                parts.append(text)
                if anchors:
                    linked += len(text) - text.count(" ")
        elif tag[0] != "-" and tag not in SKIPPED:
            parent = open_elements[-1] if open_elements else None
            block = tag in BLOCKS
            if block or tag == "br":
                flush()
            if tag != "br" and tag != "img":
                element = Element(node, tag, parent, len(elements), len(lines))
                elements.append(element)
                attributes = node.attributes
                if attributes:
                    element.attributes = attributes
                    name = attributes.get("class")
                    own = attributes.get("id")
                    if own:
                        name = f"{name} {own}" if name else own
                    if name:
                        element.name = name
                        element.hint = hint_of(name)
                    style = attributes.get("style")
                    if (style and "none" in style and HIDDEN.search(style)) or "hidden" in attributes:
                        element.hidden = True
                if tag == "noscript":
                    element.hidden = True
                if tag in TAG_HINTS:
                    element.hint = TAG_HINTS[tag]
                if tag == "a":
                    anchors += 1
                child = node.first_child
                if child is not None:
                    open_elements.append(element)
                    if block:
                        owner = element
                elif tag == "a":
                    anchors -= 1
        if child is not None:
            node = child
            continue
        while node is not None:  # up to the next sibling, closing what ends
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent
            if node is None or not open_elements:
                node = None
                break
            done = open_elements.pop()
            if done.tag in BLOCKS:
                flush()
                owner = _block_above(done)
            elif done.tag == "a":
                anchors -= 1
            done.last = len(lines)
            done.end = len(elements)
            if not open_elements:
                node = None
    flush()
    for element in reversed(open_elements):
        element.last, element.end = len(lines), len(elements)
    _total(outline)
    return outline


def _block_above(element: Element) -> Element | None:
    above = element.parent
    while above is not None and above.tag not in BLOCKS:
        above = above.parent
    return above


def _total(outline: Outline) -> None:
    """Carry the lines' figures up the tree."""
    for line in outline.lines:
        owner = line.owner
        owner.chars += line.chars
        owner.linked += line.linked
        owner.marks += line.marks
    for element in reversed(outline.elements):
        above = element.parent
        if above is not None:
            above.chars += element.chars
            above.linked += element.linked
            above.marks += element.marks


__all__ = ["COMMENT", "FURNITURE", "WEAK", "Element", "Line", "Outline", "is_narrow", "survey"]
