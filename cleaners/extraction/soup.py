"""The chosen subtree as a BeautifulSoup tree, made straight from Lexbor's: no second parse, nothing reinterpreted.

Formulas, code and images are read on the way, from Lexbor's nodes, and stand in it as elements of their own.

A serialised subtree parsed again by another parser may come out otherwise than Lexbor read it (unknown elements, blocks
inside paragraphs, depth limits); here the very nodes are handed over instead, the dropped ones left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bs4 import NavigableString, Tag
from bs4.element import PageElement

from cleaners.extraction.blocks import CODE, CODE_TAG, FORMULA_TAG, IMAGE_TAG, INLINE, KEEP, ORDERED, TASK
from cleaners.extraction.code import code_at, is_label
from cleaners.extraction.formulas import cleaned, formula_at
from cleaners.extraction.media import GLYPH, address, background, draws_icons, image
from cleaners.extraction.roles import number_of, shows_marker, tag_of, ticked
from cleaners.extraction.tree import BLOCKS, HEADINGS, INSTRUCTION, SKIPPED, walk
from cleaners.rendering import SIGNS
from cleaners.text import LINE_BREAKS
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    deepest: int = threshold(
        150,
        "elements",
        "inside each other; deeper ones lose their tags and keep their text, so that no walk recurses deeply",
    )
    sources: int = threshold(12, "nodes", "before an image of a picture that may be a source with its address")
    item: int = threshold(4, "elements", "between an item's marker, or its box, and the item")
    between: int = threshold(3, "nodes", "of white space and comments between an image and its twin for no scripts")


T = Thresholds()
HANDED_OVER = BLOCKS | INLINE  # of other elements only what they hold: they make no difference to a block
STRINGS = (NavigableString,)  # what is text to Tag.get_text
BLANKS = " \t\r\n\f"  # white space that collapses
_LINE_FEED = dict.fromkeys(map(ord, LINE_BREAKS), "\n")
KEPT_ATTRIBUTES = ("class", "id", "start", "value", "type", "colspan", "rowspan", "style", "reversed", "data-list")
CODE_HOLDERS = frozenset(["pre", "listing", "xmp", "plaintext", "div", "section", "table", "ol", "code"])
PLAIN = frozenset(["a", "b", "body", "br", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li", "ol", "strong", "td"])
PLAIN |= frozenset(["tbody", "th", "thead", "tr", "ul", "blockquote", "article", "main"])  # never a formula themselves
LABEL = "label"  # of code: nothing of it is handed over
IMAGES = frozenset(["img", "image", "amp-img", "mip-img"])  # the last two of AMP and of Baidu's MIP
EDIT_LINK = "mw-editsection"  # [编辑] in a heading of MediaWiki
UNKNOWN = "\ue000"  # a character of a font of the page's own, from the planes that signs are taken from


def soup_of(
    nodes: list[Any],
    dropped: frozenset[int],
    kept: frozenset[int] = frozenset(),
    *,
    base: str = "",
    lost: list[str] | None = None,
    tracking: bool = False,
) -> Tag:
    """A BeautifulSoup tree of Lexbor `nodes` in order.

    dropped: memory ids of nodes left out with all below. kept: of those marked with the attribute `blocks.KEEP`.
    base: what addresses are relative to. lost: takes what stands for images that are left out, having no address.
    tracking: whether addresses keep parameters that only say where a reader came from. White
    space that begins a line is left out.
    """
    soup = _Soup(dropped, kept, base, [] if lost is None else lost, tracking)
    for node in nodes:
        soup.add(node)
    return soup.root


class _Soup:
    """A tree that grows at its end."""

    def __init__(
        self, dropped: frozenset[int], kept: frozenset[int], base: str, lost: list[str], tracking: bool
    ) -> None:
        self._dropped = dropped
        self._kept = kept
        self._base = base
        self._tracking = tracking
        self._last_image = ""
        self._lost = lost
        self._last: PageElement | None = None  # what was handed over last
        self.root = self._tag("article", {}, None)
        self._above: list[tuple[str, Tag | None]] = []  # open elements; the parent of those handed over
        self._inside = self.root  # the innermost element that was handed over
        self._depth = self._verbatim = self._headings = 0  # how many are open, and of these hold code or head a text
        self._border = True  # whether what was handed over last begins or ends a line

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
        self._border = True
        walk(root, self._enter, self._leave)

    def _enter(self, node: Any) -> Any:
        tag = node.tag or INSTRUCTION
        if tag == "-text":
            text = self._unadorned(node, node.text_content or "")
            if text and not LINE_BREAKS.isdisjoint(text):
                text = text.translate(_LINE_FEED)
            if text and (not self._border or self._verbatim or text.strip(BLANKS)):
                self._text(text if text.isascii() else SIGNS.sub(UNKNOWN, text), self._inside)
                if not text.isspace():
                    self._last_image = ""  # the same again behind a text is shown again
                self._border = False
        elif tag[0] == "-" or node.mem_id in self._dropped:
            if tag == "noscript":
                self._unscripted(node, self._inside)
        else:
            attributes = node.attributes
            tag = tag_of(tag, attributes)
            if attributes and tag not in PLAIN and (tick := ticked(tag, attributes)):
                _note(self._inside, TASK, tick)
            if tag not in PLAIN and (held := self._held(node, tag, attributes, self._inside)):
                self._border = held == CODE_TAG
            elif shows_marker(tag, attributes) and (item := _item(self._inside)) is not None:
                if number := number_of(node.text(deep=True) or ""):
                    item.attrs.update({"value": number, ORDERED: "1"})
            elif tag not in SKIPPED and not (self._headings and _is_edit_link(tag, attributes)):
                return self._hand_over(node, tag, attributes)
        return None

    def _unadorned(self, node: Any, text: str) -> str:
        """A text without the icon that it begins with."""
        found = GLYPH.match(text)
        if found is None or node.parent is None or not draws_icons(node.parent.tag or "", node.parent.attributes):
            return text
        self._lost.append(found["glyph"])
        return text[found.end() :]

    def _hand_over(self, node: Any, tag: str, attributes: dict[str, str | None]) -> Any:
        """Open an element; its first child."""
        child = node.first_child
        kept = node.mem_id in self._kept
        told = (tag in HANDED_OVER or kept) and self._depth < T.deepest
        self._border = self._border or tag in BLOCKS or tag == "br" or kept
        new = self._tag(tag, self._attributes(tag, attributes, kept), self._inside) if told else None
        if child is not None:
            self._above.append((tag, None if new is None else self._inside))
            self._headings += tag in HEADINGS
            if new is not None:
                self._inside = new
                self._depth += 1
                self._verbatim += tag in CODE
        return child

    def _leave(self, node: Any) -> None:
        tag, parent = self._above.pop()
        self._border = self._border or tag in BLOCKS or node.mem_id in self._kept
        self._headings -= tag in HEADINGS
        if parent is not None:
            self._inside = parent
            self._depth -= 1
            self._verbatim -= tag in CODE

    def _held(self, node: Any, tag: str, attributes: dict[str, str | None], inside: Tag) -> str:
        """Hand over a formula, code or an image that a node is as one element; the element's name, "" for another."""
        if tag in IMAGES:
            return self._image(node, attributes, inside)
        if attributes.get("role") == "img" and (drawn := background(attributes)):
            return self._image(node, drawn, inside)
        if is_label(tag, attributes, node):
            return LABEL
        if tag in CODE_HOLDERS:
            code = code_at(node, tag, attributes)
            if code is not None and code.language == "math":
                self._tag(FORMULA_TAG, {"tex": cleaned(code.text)[0], "unread": "", "display": "1"}, inside)
                return FORMULA_TAG
            if code is not None:
                said = {"text": SIGNS.sub(UNKNOWN, code.text), "language": code.language}
                self._tag(CODE_TAG, {**said, "certain": "1" if code.certain else ""}, inside)
                return CODE_TAG
        formula = formula_at(node, tag, attributes)
        if formula is None:
            return ""
        if formula.tex or formula.unread:
            said = {"tex": SIGNS.sub(UNKNOWN, formula.tex), "unread": SIGNS.sub(UNKNOWN, formula.unread)}
            self._tag(FORMULA_TAG, {**said, "display": "1" if formula.display else ""}, inside)
        return FORMULA_TAG

    def _image(self, node: Any, attributes: dict[str, str | None], inside: Tag) -> str:
        formula = formula_at(node, "img", attributes)
        if formula is not None:
            self._tag(
                FORMULA_TAG, {"tex": formula.tex, "unread": "", "display": "1" if formula.display else ""}, inside
            )
            return FORMULA_TAG
        alt, url, kind = image(attributes, self._base, tracking=self._tracking)
        if not kind:  # its twin for readers without scripts may have the address
            twin = _beside(node.next, lambda near: near.next)
            if twin is not None and twin.tag == "noscript" and (own := twin.css_first("img")) is not None:
                alt, url, kind = image(own.attributes or {}, self._base, tracking=self._tracking)
        if not kind and node.parent is not None and node.parent.tag == "picture":
            source = node.prev
            for _ in range(T.sources):
                if source is None or kind:
                    break
                if source.tag == "source":
                    said = {"srcset": (source.attributes or {}).get("srcset")}
                    _, url, kind = image(said, self._base, tracking=self._tracking)
                source = source.prev
        if not kind and alt:
            self._lost.append(alt)
        if kind and (not url or url != self._last_image):
            self._tag(IMAGE_TAG, {"alt": SIGNS.sub(UNKNOWN, alt), "src": url}, inside)
            self._last_image = url or self._last_image
        return IMAGE_TAG

    def _unscripted(self, node: Any, inside: Tag) -> None:
        """Hand over the image that a page shows to readers without scripts, where it stands for one that a script is
        to put there: no image with an address is right before it."""
        own = node.css_first("img")
        before = _beside(node.prev, lambda near: near.prev)
        if own is None or (before is not None and self._shows(before)):
            return
        alt, url, kind = image(own.attributes or {}, self._base, tracking=self._tracking)
        if kind == "image" and url != self._last_image:
            self._tag(IMAGE_TAG, {"alt": SIGNS.sub(UNKNOWN, alt), "src": url}, inside)
            self._last_image = url

    def _shows(self, node: Any) -> bool:
        """Whether a node is an image with an address, or holds one."""
        found = node if node.tag == "img" else node.css_first("img") if node.tag[0] != "-" else None
        return found is not None and image(found.attributes or {}, self._base)[2] == "image"

    def _attributes(self, tag: str, attributes: dict[str, str | None], kept: bool) -> dict[str, str]:
        chosen = {k: attributes[k] or "" for k in KEPT_ATTRIBUTES if k in attributes} if attributes else {}
        if tag == "li" and attributes and (tick := ticked(tag, attributes)):
            chosen[TASK] = tick
        href = attributes.get("href") if tag == "a" else None
        if href:
            chosen["href"] = address(href, self._base, tracking=self._tracking)
            if href.strip().startswith("#") or _is_of(chosen["href"], self._base):
                chosen["href"], chosen["fragment"] = "", href
        if kept:
            chosen[KEEP] = "1"
        return chosen


def _beside(node: Any, following: Callable[[Any], Any]) -> Any:
    """The node itself, or the one that follows where it is white space or a comment."""
    for _ in range(T.between):
        if node is None or node.tag not in ("-text", "-comment"):
            break
        if node.tag == "-text" and (node.text_content or "").strip():
            break
        node = following(node)
    return node


def _is_of(url: str, base: str) -> bool:
    """Whether an address is a place in the page itself."""
    return "#" in url and bool(base) and url.split("#")[0] == base.split("#")[0]


def _is_edit_link(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element of a heading offers to edit the section."""
    return tag == "span" and EDIT_LINK in (attributes.get("class") or "")


def _item(inside: Tag) -> Tag | None:
    """The list item around what is read, where it is near."""
    item: Tag | None = inside
    for _ in range(T.item):
        if item is None or item.name == "li":
            return item
        item = item.parent
    return None


def _note(inside: Tag, name: str, said: str) -> None:
    """Note something on the list item around it, once."""
    item = _item(inside)
    if item is not None:
        item.attrs.setdefault(name, said)
