"""The chosen subtree as a BeautifulSoup tree, made straight from Lexbor's: no second parse, nothing reinterpreted.

A serialised subtree parsed again by another parser may come out otherwise than Lexbor read it (unknown elements, blocks
inside paragraphs, depth limits); here the very nodes are handed over instead, the dropped ones left out.
"""

from __future__ import annotations

from typing import Any

from bs4 import NavigableString, Tag
from bs4.element import PageElement

from cleaners.extraction.blocks import CODE, INLINE, KEEP
from cleaners.extraction.tree import BLOCKS, INSTRUCTION, SKIPPED
from cleaners.text import LINE_BREAKS

DEEPEST = (
    150  # deeper elements are handed over without their tags: their text stays in place, and no walk recurses deeply
)
HANDED_OVER = BLOCKS | INLINE  # of other elements only what they hold: they make no difference to a block
STRINGS = (NavigableString,)  # what is text to Tag.get_text
BLANKS = " \t\r\n\f"  # white space that collapses
_LINE_FEED = dict.fromkeys(map(ord, LINE_BREAKS), "\n")
KEPT_ATTRIBUTES = ("class", "id", "start", "value", "type", "colspan", "rowspan", "style")


def soup_of(nodes: list[Any], dropped: frozenset[int], kept: frozenset[int] = frozenset()) -> Tag:
    """A BeautifulSoup tree of Lexbor `nodes` in order.

    dropped: memory ids of nodes left out with all below. kept: of those marked with the attribute `blocks.KEEP`.
    White space that begins a line is left out, but for that of code.
    """
    soup = _Soup(dropped, kept)
    for node in nodes:
        soup.add(node)
    return soup.root


class _Soup:
    """A tree that grows at its end."""

    def __init__(self, dropped: frozenset[int], kept: frozenset[int]) -> None:
        self._dropped = dropped
        self._kept = kept
        self._last: PageElement | None = None  # what was handed over last
        self.root = self._tag("article", {}, None)

    def _tag(self, name: str, attributes: dict[str, str], parent: Tag | None) -> Tag:
        tag = Tag(
            name=name,
            attrs=attributes or None,
            parent=parent,
            previous=self._last,
            is_xml=False,
            interesting_string_types=STRINGS,
        )
        if parent is not None:
            parent.contents.append(tag)
        self._last = tag
        return tag

    def _text(self, text: str, parent: Tag) -> None:
        string = NavigableString(text)
        string.setup(parent, self._last)
        parent.contents.append(string)
        self._last = string

    def add(self, root: Any) -> None:
        """Hand over a Lexbor node with all below."""
        dropped = self._dropped
        above: list[tuple[str, Tag | None]] = []  # open elements; the parent of those handed over
        inside = self.root  # the innermost element that was handed over
        depth = verbatim = 0  # how many of these are open, and how many of them hold code
        border = True  # whether what was handed over last begins or ends a line
        node = root
        while True:
            tag = node.tag or INSTRUCTION
            child = None
            if tag == "-text":
                text = node.text_content
                if text and not LINE_BREAKS.isdisjoint(text):
                    text = text.translate(_LINE_FEED)
                if text and (not border or verbatim or text.strip(BLANKS)):
                    self._text(text, inside)
                    border = False
            elif tag[0] != "-" and tag not in SKIPPED and node.mem_id not in dropped:
                child = node.first_child
                kept = node.mem_id in self._kept
                told = (tag in HANDED_OVER or kept) and depth < DEEPEST
                border = border or tag in BLOCKS or tag == "br" or kept
                if told:
                    new = self._tag(tag, self._attributes(node, kept), inside)
                if child is not None:
                    above.append((tag, inside if told else None))
                    if told:
                        inside = new
                        depth += 1
                        verbatim += tag in CODE
            if child is not None:
                node = child
                continue
            while above:
                following = node.next
                if following is not None:
                    node = following
                    break
                node = node.parent
                tag, parent = above.pop()
                border = border or tag in BLOCKS or node.mem_id in self._kept
                if parent is not None:
                    inside = parent
                    depth -= 1
                    verbatim -= tag in CODE
            else:
                return

    def _attributes(self, node: Any, kept: bool) -> dict[str, str]:
        attributes = node.attributes
        chosen = {k: attributes[k] or "" for k in KEPT_ATTRIBUTES if k in attributes} if attributes else {}
        if kept:
            chosen[KEEP] = "1"
        return chosen
