"""Formulas of which a page has only the drawing that MathJax 3 made: the MathML that it was made of, read back.

Its SVG names each group after the MathML element that it draws and each glyph after its character; its CHTML has an
element for each, and lays some out in an order of its own. Where neither TeX nor assistive MathML is kept beside it (a
server typeset the page, an editor kept the picture only) this is the formula's only source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from cleaners.extraction.mathml import tex_of
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    deepest: int = threshold(60, "elements", "inside each other; a formula with more is none that MathJax drew")


T = Thresholds()
_GLYPH = re.compile(r"mjx-c([0-9A-F]{2,5})(?![0-9A-F])")
_REFERENCE = re.compile(r"-([0-9A-F]{2,5})$")
_ALPHABETS = (  # words of a mathematical letter's name in Unicode, and the mathvariant that drew it
    ("DOUBLE-STRUCK", "double-struck"), ("FRAKTUR", "fraktur"), ("SCRIPT", "script"), ("SANS-SERIF", "sans-serif"),
    ("MONOSPACE", "monospace"), ("BOLD ITALIC", "bold-italic"), ("BOLD", "bold"),
)  # fmt: skip
PIECES = {  # of tall brackets, put together
    **dict.fromkeys("\u239b\u239c\u239d", "("), **dict.fromkeys("\u239e\u239f\u23a0", ")"),
    **dict.fromkeys("\u23a1\u23a2\u23a3", "["), **dict.fromkeys("\u23a4\u23a5\u23a6", "]"),
    **dict.fromkeys("\u23a7\u23a8\u23a9", "{"), **dict.fromkeys("\u23ab\u23ac\u23ad", "}"),
    **dict.fromkeys("\u23b7\u23d0", "|"),
}  # fmt: skip
OWN = re.compile("[\ue000-\uf8ff]")
_TOKENS = ("mi", "mn", "mo", "mtext", "ms")
_ROWS = ("math", "TeXAtom", "texatom", "mstyle", "mpadded", "semantics", "inferredMrow")


@dataclass(slots=True)
class Part:
    """An element of MathML, as `mathml.tex_of` walks it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    said: str = ""
    next: Part | None = None
    first_child: Part | None = None

    def text(self, deep: bool = True) -> str:
        return self.said if not deep or self.first_child is None else "".join(c.text() for c in self.children())

    def children(self) -> Iterator[Part]:
        child = self.first_child
        while child is not None:
            yield child
            child = child.next


def tex_of_svg(svg: Any) -> str:
    """TeX of an `<svg>` (a Lexbor node) that MathJax drew; "" for any other."""
    math = svg.css_first('g[data-mml-node="math"]')
    return _told(_of_svg(math, 0)) if math is not None else ""


def tex_of_chtml(math: Any) -> str:
    """TeX of an `<mjx-math>` element (a Lexbor node); "" where nothing is in it."""
    return _told(_of_chtml(math, 0))


def _told(children: list[Part]) -> str:
    """TeX of the elements; "" where a glyph of MathJax's own, which is no character, was drawn among them."""
    math = made("math", children)
    return "" if OWN.search(math.text()) else tex_of(math)


def made(tag: str, children: list[Part], attributes: dict[str, str] | None = None) -> Part:
    """An element with these children, in order."""
    node = Part(tag, attributes or {})
    for child, following in pairwise(children):
        child.next = following
    node.first_child = children[0] if children else None
    return node


def _token(tag: str, characters: list[str]) -> Part:
    """A token from the characters that were drawn for it."""
    if characters and len({PIECES.get(c, c) for c in characters}) == 1 and characters[0] in PIECES:
        characters = [PIECES[characters[0]]]
    names = [unicodedata.name(c, "") for c in characters if c.isalpha()]
    drawn = "".join(characters)
    plain = unicodedata.normalize("NFKC", drawn) if tag in ("mi", "mn", "mo") and names else drawn
    node = Part(tag, {}, plain)
    variant = next((v for words, v in _ALPHABETS if names and all(words in name for name in names)), "")
    if not variant and tag == "mi" and len(drawn) == 1 and drawn.isascii():
        variant = "normal"
    if variant:
        node.attributes["mathvariant"] = variant
    return node


def elements(node: Any) -> Iterator[Any]:
    """The elements right below a Lexbor node."""
    child = node.first_child
    while child is not None:
        if child.tag and child.tag[0] != "-":
            yield child
        child = child.next


def _of_svg(group: Any, depth: int) -> list[Part]:
    """The elements that the groups below `group` draw, those without a name looked through."""
    found: list[Part] = []
    for child in elements(group):
        attributes = child.attributes or {}
        tag = attributes.get("data-mml-node") or ""
        if child.tag != "g" or depth > T.deepest:
            continue
        if not tag:
            found += _of_svg(child, depth + 1)
        elif tag in _TOKENS:
            found.append(_token(tag, _svg_characters(child)))
        else:
            found.append(_svg_scheme(child, "mrow" if tag in _ROWS else tag, depth))
    return found


def _svg_scheme(group: Any, tag: str, depth: int) -> Part:
    children = _of_svg(group, depth + 1)
    if tag in ("msqrt", "mroot"):
        children = [child for child in children if (child.tag, child.said) != ("mo", "\u221a")]
    bar = tag != "mfrac" or any(child.tag == "rect" for child in elements(group))
    return made(tag, _ordered(tag, children), {} if bar else {"linethickness": "0"})


def _ordered(tag: str, children: list[Part]) -> list[Part]:
    """The parts of a scheme in the order of MathML: MathJax draws what is above before what is below, and the index of
    a root first."""
    if tag == "msubsup" and len(children) == 3:
        return [children[0], children[2], children[1]]
    return children[::-1] if tag == "mroot" and len(children) == 2 else children


def _svg_characters(token: Any) -> list[str]:
    characters: list[str] = []
    for inner in token.traverse(include_text=False):
        attributes = inner.attributes or {}
        code = attributes.get("data-c") or ""
        if not code and inner.tag == "use":
            named = _REFERENCE.search(attributes.get("xlink:href") or attributes.get("href") or "")
            code = named[1] if named else ""
        if code:
            characters += _character(code)
        elif inner.tag == "text":
            characters += inner.text(deep=True) or ""
    return characters


def _character(code: str) -> list[str]:
    try:
        return [chr(int(code, 16))]
    except (ValueError, OverflowError):
        return []


def _of_chtml(node: Any, depth: int) -> list[Part]:
    found: list[Part] = []
    for child in elements(node):
        tag = child.tag.removeprefix("mjx-")
        if depth > T.deepest or tag in ("assistive-mml", "strut", "line", "pstrut", "nstrut", "dstrut", "tstrut"):
            continue
        if tag in _TOKENS:
            found.append(_token(tag, _chtml_characters(child)))
        elif tag in ("munder", "mover", "munderover", "msubsup", "msub", "msup", "mfrac", "mroot"):
            found.append(_chtml_scheme(child, tag, depth))
        elif tag in ("mrow", "msqrt", "mtable", "mtr", "mtd", "menclose", "mphantom"):
            found.append(made(tag, _of_chtml(child, depth + 1)))
        elif tag in _ROWS:
            found.append(made("mrow", _of_chtml(child, depth + 1)))
        elif tag != "surd":
            found += _of_chtml(child, depth + 1)  # a box that only lays out
    return found


def _chtml_characters(token: Any) -> list[str]:
    characters: list[str] = []
    for inner in token.traverse(include_text=False):
        tag = inner.tag
        if tag in ("mjx-c", "mjx-stretchy-v", "mjx-stretchy-h"):
            named = _GLYPH.search((inner.attributes or {}).get("class") or "")
            if named and not (tag == "mjx-c" and characters and inner.parent.tag in ("mjx-beg", "mjx-ext", "mjx-end")):
                characters += _character(named[1])
        elif tag == "mjx-utext":
            characters += inner.text(deep=True) or ""
    return characters


def _parts(node: Any, names: tuple[str, ...], depth: int) -> dict[str, Any]:
    """The elements below `node` that bear one of these names, each the first, none inside another."""
    found: dict[str, Any] = {}
    for child in elements(node):
        tag = child.tag.removeprefix("mjx-")
        if tag in names:
            found.setdefault(tag, child)
        elif depth < T.deepest and tag not in (*_TOKENS, *_ROWS, "mrow"):
            for name, inner in _parts(child, names, depth + 1).items():
                found.setdefault(name, inner)
    return found


def _chtml_scheme(node: Any, tag: str, depth: int) -> Part:
    """A scheme with its parts in the order of MathML: base, below, above."""
    if tag == "mfrac":
        parts = _parts(node, ("num", "den", "line"), depth)
        said = [made("mrow", _of_chtml(parts[name], depth + 1)) for name in ("num", "den") if name in parts]
        return made(tag, said, {} if "line" in parts else {"linethickness": "0"})
    parts = _parts(node, ("base", "under", "over"), depth) if tag in ("munder", "mover", "munderover") else {}
    if "base" in parts:  # else its limits are drawn beside it
        wanted = [name for name in ("base", "under", "over") if name in parts]
        return made(tag, [made_one(_of_chtml(parts[name], depth + 1)) for name in wanted])
    return made(tag, _ordered(tag, _of_chtml(node, depth + 1)))


def made_one(children: list[Part]) -> Part:
    """The only child itself, several in a row."""
    return children[0] if len(children) == 1 else made("mrow", children)
