"""One pass over Lexbor's tree: what each element holds, and the lines a reader would see.

The pass is iterative and visits every node once. Sums are carried bottom-up, so a subtree's figures cost nothing more.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Any
from urllib.parse import unquote

from cleaners.extraction.hints import BOILERPLATE, COMMENT, WEAK, hint_of
from cleaners.extraction.roles import ELEMENTS
from cleaners.thresholds import threshold

_SKIPPED = """
    script style template iframe object embed svg canvas audio video head link meta select option datalist input
    textarea map noframes frameset frame applet param source track dialog
    annotation annotation-xml"""
_BLOCKS = """
    html body address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p plaintext pre section summary table caption tbody td
    tfoot th thead tr ul xmp listing noscript legend"""
SKIPPED = frozenset(_SKIPPED.split())
INSTRUCTION = "-instruction"  # Lexbor names no tag of `<?php ... ?>`: no element, like a comment
BLOCKS = frozenset(_BLOCKS.split())
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
TAG_HINTS = {
    "nav": BOILERPLATE,
    "footer": BOILERPLATE,
    "aside": BOILERPLATE,
    "button": BOILERPLATE,
    "menu": BOILERPLATE,
}
MARKS = re.compile(r"[，。！？；：、“”….,;:!?](?:(?<![.,;:!?])|(?=\s|$))")  # those of ASCII before a space only
HIDDEN = re.compile(r"display\s*:\s*none", re.I)
# What hides words of a line besides; of a block it may be undone by a script.
HIDDEN_INLINE = re.compile(
    r"visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:!|;|$)|(?:left|top)\s*:\s*-\d{3,}", re.I
)
PLACE = frozenset(["name", "id", "style"])  # what an anchor bears that only marks a place
QUOTES = frozenset(["blockquote", "figure"])
CJK = "\u2e80"  # the first character of East Asian scripts
# Names of inline elements that no reader sees: letters for those who copy (Discuz), words for those who listen.
JAMMER = re.compile(
    r"(?:^|\s)(?:jammer|sr-only|visually-?hidden|screen-reader(?:s?-text)?|assistive-text|offscreen)(?:\s|$)", re.I
)
_PART = re.compile(r"footnote|admonition|callout|doc-(?:foot|end)note", re.I)  # an aside that the text counts on


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    linked: float = threshold(0.35, "share", "of a line's characters that are links, above which it is one of links")
    linked_long: float = threshold(0.5, "share", "the same of a long line")
    long: int = threshold(80, "characters", "above which a line is long")
    plain: int = threshold(30, "characters", "of a line without a punctuation mark, from which it is running text")
    plain_narrow: int = threshold(90, "characters", "the same in an alphabet")
    least_unlinked: int = threshold(6, "characters", "of a sentence between its links")
    hidden_words: int = threshold(200, "characters", "hidden in a line; more may be a body that a script shows")
    button: int = threshold(20, "characters", "in an anchor that bears nothing, at most, where it is a button")
    strung_least: int = threshold(200, "characters", "of a line, from which it may be phrases strung by blanks")
    strung_blanks: int = threshold(20, "characters a blank", "at most, of such a line")
    strung_marks: int = threshold(100, "characters a punctuation mark", "at least, of such a line")
    before_heading: int = threshold(6, "nodes", "of a section that may stand before its heading")
    permalinks: int = threshold(4, "links", "of a heading, of which one may lead to it")
    remembered: int = threshold(
        200, "characters", "of a style, a class and an id, up to which what they say is remembered"
    )
    strung_most: float = threshold(120.0, "weight", "that such a line may have: a list of names is no spam of links")


T = Thresholds()
_first = attrgetter("first")
_NO_ATTRIBUTES: dict[str, str | None] = {}


def is_narrow(text: str) -> bool:
    """Whether a text is of an alphabet, so that a character says less than one of Chinese."""
    head = text[:60]
    return max(head, default="") < CJK or len(head.encode("utf-8", "ignore")) < 1.5 * len(head)


def is_linked(chars: int, linked: int) -> bool:
    """Whether a line of `chars` characters, of which `linked` are links, is one of links."""
    return linked > (T.linked_long if chars > T.long else T.linked) * chars


def linked_lines(outline: Outline, first: int, last: int) -> int:
    """How many of some lines are links."""
    return sum(is_linked(line.chars, line.linked) for line in outline.lines[first:last] if line.linked)


def is_short(text: str, chars: int) -> bool:
    """Whether a line without a punctuation mark, `chars` long without its links, is too short for running text."""
    return chars < T.plain or (chars < T.plain_narrow and is_narrow(text))


def is_strung(text: str) -> bool:
    """Whether a long text is phrases with blanks between them and no sentence: search words, names."""
    size = len(text)
    if size < T.strung_least or is_narrow(text) or T.strung_blanks * text.count(" ") < size:
        return False
    return T.strung_marks * len(MARKS.findall(text)) <= size


def is_linked_sentence(text: str, linked: int) -> bool:
    """Whether a line is a sentence although `linked` of its characters are links, as an encyclopaedia writes them."""
    return text[-1:] in "。！？" and len(text) - linked >= T.least_unlinked


class Element:
    """An element of the page: a block, a link, or an inline element that bears a class, an id or a style.

    `first` and `last` are the half-open range of the lines below it; `index` to `end` that of the elements.
    """

    __slots__ = (
        "attributes", "end", "first", "hidden", "hint", "index", "last", "name", "node", "parent", "score", "tag",
    )  # fmt: skip

    def __init__(self, node: Any, tag: str, parent: Element | None, index: int, first: int) -> None:
        self.node = node
        self.tag = tag
        self.parent = parent
        self.index = index
        self.first = first
        self.last = first
        self.end = index + 1
        self.name = ""  # its class and id, as one string
        self.hint = 0
        self.hidden = False
        self.attributes: dict[str, str | None] = _NO_ATTRIBUTES
        self.score = 0.0


class Line:
    """Text that stands on one line of the page as it is shown: the inline content between two block borders."""

    __slots__ = ("chars", "linked", "marks", "owner", "score", "text", "weight")

    def __init__(self, owner: Element, text: str, chars: int, linked: int) -> None:
        self.owner = owner
        self.text = text
        self.chars = chars
        self.linked = linked
        self.marks = len(MARKS.findall(text)) if chars > 1 else 0
        self.score = 0.0
        self.weight: float | None = None  # kept by `choice.weigh`


@dataclass(slots=True)
class Outline:
    """A page as the pass saw it: elements in document order, and lines."""

    elements: list[Element] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    chars_before: list[int] = field(default_factory=list)  # characters of the lines before each, and of all
    linked_before: list[int] = field(default_factory=list)  # the same of link text
    feeds: list[tuple[Element, float]] | None = None  # kept by `choice.feed`

    def beginning_in(self, lines: range) -> list[Element]:
        """The elements whose first line is one of `lines`, in order; of an element without a line, the next behind."""
        begin = bisect_left(self.elements, lines.start, key=_first)
        return self.elements[begin : bisect_left(self.elements, lines.stop, begin, key=_first)]

    def chars(self, element: Element) -> int:
        """Characters below an element, spaces not counted."""
        return self.chars_before[element.last] - self.chars_before[element.first]

    def linked(self, element: Element) -> int:
        """How many of them are link text."""
        return self.linked_before[element.last] - self.linked_before[element.first]


def walk(root: Any, enter: Callable[[Any], Any], leave: Callable[[Any], None]) -> None:
    """Visit a Lexbor node and what is below it in document order, each once and without recursion.

    enter: called with each node; gives the first child where what is in the node is to be visited, else None.
    leave: called with each such node behind what is in it. (`survey` has this loop written out: it visits every node of
    a page, where a call for each would be felt.)
    """
    node, depth = root, 0
    while True:
        child = enter(node)
        if child is not None:
            node = child
            depth += 1
            continue
        while depth:
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent
            depth -= 1
            leave(node)
        else:
            return


def survey(root: Any) -> Outline:
    """Walk the tree below `root` (a Lexbor node) once."""
    outline = Outline()
    elements, lines = outline.elements, outline.lines
    parts: list[str] = []  # the running line's text
    linked = 0  # how many of its characters are link text
    anchors = 0  # open <a>
    open_elements: list[Element | None] = []  # None for an element that is not kept
    owners: list[Element] = []  # open block elements
    current: Element | None = None  # the innermost open element that is kept

    def flush() -> None:
        nonlocal linked
        words = "".join(parts).split()
        parts.clear()
        if words and owners:
            text = " ".join(words)
            chars = len(text) - len(words) + 1
            lines.append(Line(owners[-1], text, chars, min(linked, chars)))
        linked = 0

    node = root
    while node is not None:
        tag = node.tag or INSTRUCTION
        tag = ELEMENTS.get(tag, tag)
        child = None
        if tag == "-text":
            text = node.text_content
            if text and (parts or not text.isspace()):
                parts.append(text)
                if anchors:
                    linked += len(text) - text.count(" ")
        elif tag in BLOCKS:
            if parts:
                flush()
            element = _element(node, tag, node.attributes, current, outline)
            child = node.first_child
            if child is not None:
                open_elements.append(element)
                owners.append(element)
                current = element
        elif tag == "br":
            if parts:
                flush()
        elif tag[0] != "-" and tag not in SKIPPED and tag != "img":
            child = node.first_child
            if child is not None:
                kept: Element | None = None
                attributes = node.attributes
                if attributes or tag == "a" or tag in TAG_HINTS:
                    kept = _element(node, tag, attributes, current, outline)
                    if kept.hidden and len(node.text(deep=True) or "") <= T.hidden_words:
                        child = None  # words that no reader sees are in no line
                    else:
                        current = kept
                        anchors += tag == "a" and _leads(kept)
                if child is not None:
                    open_elements.append(kept)
        if child is not None:
            node = child
            continue
        while open_elements:  # up to the next sibling, closing what ends
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent
            done = open_elements.pop()
            if done is None:
                continue
            if owners and done is owners[-1]:
                if parts:
                    flush()
                owners.pop()
            elif done.tag == "a" and _leads(done):
                anchors -= 1
            done.last = len(lines)
            done.end = len(elements)
            current = done.parent
        else:
            break
    flush()
    outline.chars_before = [0, *accumulate(line.chars for line in lines)]
    outline.linked_before = [0, *accumulate(line.linked for line in lines)]
    return outline


def _leads(element: Element) -> bool:
    """Whether an anchor may lead anywhere: one with a name alone marks a place, and holds all of a page where it is not
    closed. One that bears nothing may be a script's button, where it holds a few words."""
    attributes = element.attributes
    if "href" in attributes or not attributes.keys() <= PLACE:
        return True
    only = element.node.first_child
    bare = not attributes and only.tag == "-text" and only.next is None
    return bare and len(only.text_content or "") <= T.button


def _element(
    node: Any, tag: str, attributes: dict[str, str | None], parent: Element | None, outline: Outline
) -> Element:
    elements = outline.elements
    element = Element(node, tag, parent, len(elements), len(outline.lines))
    elements.append(element)
    if attributes:
        element.attributes = attributes
        bare, own = attributes.get("class") or "", attributes.get("id") or ""
        if bare or own:
            element.name = f"{bare} {own}" if bare and own else bare or own
            element.hint, jammer = _said(bare, own)
            if element.hint < 0 and own and _is_of_heading(node, tag, own):
                element.hint = hint_of(bare)
            element.hidden = jammer and tag not in BLOCKS
        if "hidden" in attributes or ((style := attributes.get("style")) and _hides(style, tag in BLOCKS)):
            element.hidden = True
        if ("role" in attributes or "tab" in bare) and _is_tabs(node, tag, attributes):
            element.hint = BOILERPLATE
            return element
    if tag not in TAG_HINTS:
        if tag == "noscript":
            element.hidden = True
    elif tag == "footer" and parent is not None and parent.tag in QUOTES:
        element.hint = 0  # whose words they are
    elif not (tag == "aside" and _PART.search(f"{element.name} {element.attributes.get('role')}")):
        element.hint = TAG_HINTS[tag]
    return element


def _said(bare: str, own: str) -> tuple[int, bool]:
    """What a class and an id say, and whether they hide an inline element. Those of a usual length are remembered."""
    return _said_short(bare, own) if len(bare) + len(own) <= T.remembered else _look_at(bare, own)


@lru_cache(maxsize=8192)
def _said_short(bare: str, own: str) -> tuple[int, bool]:
    return _look_at(bare, own)


def _look_at(bare: str, own: str) -> tuple[int, bool]:
    return hint_of(bare, own), JAMMER.search(f"{bare} {own}") is not None


def _is_tabs(node: Any, tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element is the labels by which parts of an article are chosen that stand behind each other."""
    if attributes.get("role") == "tablist":
        return True
    if tag not in ("div", "ul") or "tab" not in (attributes.get("class") or ""):
        return False
    kinds = {child.tag for child in node.iter()}  # elements alone
    return "label" in kinds and kinds <= {"label", "input"}


def _hides(style: str, block: bool) -> bool:
    """Whether a style keeps an element from readers. Those of a usual length, which stand on many elements, are
    remembered."""
    return _hides_short(style, block) if len(style) <= T.remembered else _says_hidden(style, block)


@lru_cache(maxsize=8192)
def _hides_short(style: str, block: bool) -> bool:
    return _says_hidden(style, block)


def _says_hidden(style: str, block: bool) -> bool:
    return HIDDEN.search(style) is not None or (not block and HIDDEN_INLINE.search(style) is not None)


def _is_of_heading(node: Any, tag: str, own: str) -> bool:
    """Whether an id is made of a heading's words, as generators of sites make them, and says nothing of a role: of the
    heading itself, or of the section that it heads and that readers are given the address of."""
    if tag in HEADINGS:
        return _words(own) == _words(node.text(deep=True) or "")
    if tag not in ("section", "div"):
        return False
    heading = node.first_child
    for _ in range(T.before_heading):
        if heading is None or heading.tag in HEADINGS:
            break
        heading = heading.next
    if heading is None or heading.tag not in HEADINGS:
        return False
    return any((link.attributes or {}).get("href") == f"#{own}" for link in heading.css("a[href]")[: T.permalinks])


def _words(text: str) -> str:
    return "".join(char for char in unquote(text).lower() if char.isalnum())


__all__ = ["BOILERPLATE", "COMMENT", "WEAK", "Element", "Line", "Outline", "is_narrow", "survey", "walk"]
