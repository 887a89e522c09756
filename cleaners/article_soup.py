"""The chosen subtree as a BeautifulSoup tree, fed straight from Lexbor's: no second parse, nothing reinterpreted.

A serialised subtree parsed again by another parser may come out otherwise than Lexbor read it (unknown elements, blocks
inside paragraphs, depth limits); the tree builder below hands over the very nodes instead, the dropped ones left out.
"""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, NavigableString
from bs4.builder import TreeBuilder

from cleaners.article import KEEP
from cleaners.extraction_tree import SKIPPED

DEEPEST = 150  # deeper elements are fed without their tags: their text stays in place, and no walk recurses deeply
KEPT_ATTRIBUTES = ("class", "id", "start", "value", "type", "colspan", "rowspan", "style")


class _Fed(TreeBuilder):
    """A tree builder whose markup is a list of Lexbor nodes."""

    NAME = "lexbor"
    features = ("lexbor",)
    is_xml = False

    def __init__(self, nodes: list[Any], dropped: frozenset[int], kept: frozenset[int]) -> None:
        super().__init__(
            multi_valued_attributes=None, preserve_whitespace_tags=set(), store_line_numbers=False, string_containers={}
        )
        self._nodes = nodes
        self._dropped = dropped
        self._kept = kept

    def prepare_markup(self, markup: Any, *args: Any, **kwargs: Any) -> Any:
        yield markup, None, None, False

    def feed(self, markup: Any) -> None:
        for node in self._nodes:
            self._feed_node(node)

    def _feed_node(self, root: Any) -> None:
        soup = self.soup
        assert soup is not None
        dropped = self._dropped
        open_tags: list[tuple[str, bool]] = []
        fed = 0  # open tags that were handed over
        node = root
        while True:
            tag = node.tag
            child = None
            if tag == "-text":
                text = node.text_content
                if text:
                    soup.object_was_parsed(NavigableString(text))
            elif tag[0] != "-" and tag not in SKIPPED and node.mem_id not in dropped:
                child = node.first_child
                if child is None:
                    soup.handle_starttag(tag, None, None, {})
                    soup.handle_endtag(tag)
                else:
                    shallow = fed < DEEPEST
                    if shallow:
                        attributes = node.attributes
                        kept = (
                            {k: attributes[k] or "" for k in KEPT_ATTRIBUTES if k in attributes} if attributes else {}
                        )
                        if node.mem_id in self._kept:
                            kept[KEEP] = "1"
                        soup.handle_starttag(tag, None, None, kept)
                        fed += 1
                    open_tags.append((tag, shallow))
            if child is not None:
                node = child
                continue
            while open_tags:
                following = node.next
                if following is not None:
                    node = following
                    break
                node = node.parent
                tag, shallow = open_tags.pop()
                if shallow:
                    soup.handle_endtag(tag)
                    fed -= 1
            else:
                return


def soup_of(nodes: list[Any], dropped: frozenset[int], kept: frozenset[int] = frozenset()) -> BeautifulSoup:
    """A BeautifulSoup tree of Lexbor `nodes` in order.

    dropped: memory ids of nodes left out with all below. kept: of those marked with the attribute article.KEEP.
    """
    return BeautifulSoup("<>", builder=_Fed(nodes, dropped, kept))
