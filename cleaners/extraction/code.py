"""Code of a page: which elements hold it, and in which language.

Highlighters, editors and sites name their containers, put wrappers and bars around them, or leave only the elements of
lines and tokens. What is in a container is read by `codelines`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cleaners.extraction import highlighters as names
from cleaners.extraction.codelines import PRE, Reader, class_in, class_of, label_in
from cleaners.extraction.language import language_of, of_label
from cleaners.extraction.media import ICON
from cleaners.extraction.tree import BLOCKS, INSTRUCTION
from cleaners.text import is_prose
from cleaners.thresholds import threshold

WRAPPERS = frozenset(["div", "figure", "section", "table", "ol", "code", "td"])  # that may be a container by name


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    label_longest: int = threshold(40, "characters", "beside the code of a wrapper, numbers of lines not counted")
    style_longest: int = threshold(1_000, "characters", "of a style that is read")
    tokens: int = threshold(3, "elements", "named as a highlighter's tokens, from which on lines are code")
    images: int = threshold(8, "images", "of a wrapper that are looked at: icons of its bar")
    bar_deep: int = threshold(6, "elements", "inside each other, in which code may begin below its bar")
    around: int = threshold(3, "elements", "of a container and what is around it, whose names may say that it is code")


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code, without blank ones at either end, and the language that the page names, "" for none."""

    text: str
    language: str
    certain: bool  # whether the page calls it code; a bare `pre` may hold a poem


def code_at(node: Any, tag: str, attributes: dict[str, str | None]) -> Code | None:
    """The code that a Lexbor node with these attributes holds as its container; None for a node that is none."""
    if tag in PRE:
        return None if _is_rich(node) else _code(node)
    if tag not in WRAPPERS:
        return None
    name = class_in(attributes)
    if tag == "table":
        return _code(node, named=True) if names.TABLE.search(name) or _has_gutter(node) else None
    if tag == "code":
        return _code(node) if _has_breaks(node) or _stands_alone(node, name) else None
    if tag == "ol":
        return _code(node, named=True) if names.LIST.search(name) else None
    style = (attributes.get("style") or "")[: T.style_longest] if tag == "div" else ""
    if style and names.UNWRAPPED.search(style) and names.FONT.search(style):
        return _code(node, named=True)
    if not name:
        return None
    container, wrapper, dressed = _role(name)
    if container or (tag == "div" and _is_of_lines(node)):
        return _code(node, named=True)
    if wrapper and tag in ("div", "figure", "section") and (code := _wrapped(node)) is not None:
        return code
    if dressed and tag == "div" and (_is_dressed(node) or (names.LISTING.search(name) and _is_listing(node))):
        return _code(node, named=True)
    return None


@lru_cache(maxsize=4096)
def _role(name: str) -> tuple[bool, bool, bool]:
    """Whether a class names a container of code, whether one may be in it, and whether it may be one by what is in
    it."""
    wraps = names.WRAPS.search(name) is not None
    return names.CONTAINER.search(name) is not None, wraps, wraps or names.MAY_BE.search(name) is not None


def _is_of_lines(node: Any) -> bool:
    """Whether all that an element holds are lines of code: elements that an editor names so, or that begin with a
    number of their own."""
    seen = 0
    child = node.first_child
    while child is not None:
        if child.tag == "-text":
            if (child.text_content or "").strip():
                return False
        elif (child.tag or INSTRUCTION)[0] != "-":
            name = class_of(child)
            if not (names.EDITED_LINE.search(name) or (names.LINE_SPAN.search(name) and _begins_numbered(child))):
                return False
            seen += 1
        child = child.next
    return seen > 0


def _is_rich(pre: Any) -> bool:
    """Whether a `pre` is a text that an editor wrote into it: paragraphs with emphasis in them, and no sign of code."""
    if pre.css_first("p") is None or pre.css_first("p strong,p b,p em,p a,h2,h3,h4") is None:
        return False
    return pre.css_first("code") is None and not language_of(pre) and not _is_named(pre)


def _begins_numbered(line: Any) -> bool:
    """Whether what says its number stands first in a line."""
    return any(names.NUMBERED.search(class_of(inner)) for inner in line.css("span,div")[:2])


def _is_dressed(node: Any) -> bool:
    """Whether an element is lines parted by `<br>` with the tokens of a highlighter in them, and holds no block."""
    return _parted(node) >= T.tokens


def _is_listing(node: Any) -> bool:
    """Whether an element that is named as code is lines parted by `<br>`, no block in it, and these are no prose."""
    if _parted(node) < 0:
        return False
    lines = Reader(node).read().replace("\xa0", " ").split("\n")
    return not is_prose(lines)


def _parted(node: Any) -> int:
    """How many tokens of a highlighter stand in the lines of an element; -1 where no `<br>` parts it, or a block is in
    it."""
    dressed = breaks = 0
    for inner in node.traverse(include_text=False):
        if inner.tag == "span":
            dressed += any(names.DRESSED.fullmatch(token) for token in class_of(inner).split()[:3])
        elif inner.tag == "br":
            breaks += 1
        elif inner.tag in BLOCKS and inner.mem_id != node.mem_id:
            return -1
    return dressed if breaks else -1


def _wrapped(node: Any) -> Code | None:
    """The code of a wrapper that holds one `pre`, and beside it nothing but numbers, a label and a button."""
    found = node.css("pre")
    if len(found) != 1 or node.css_matches("h1,h2,h3,h4,table,figcaption"):
        return None
    if any(not ICON.search(str((img.attributes or {}).get("src"))) for img in node.css("img")[: T.images]):
        return None
    whole, own = node.text(deep=True) or "", found[0].text(deep=True) or ""
    if len(whole) - len(own) > T.label_longest + len(own) // 4:
        return None
    at = whole.find(own)
    beside = whole[:at] + " " + whole[at + len(own) :]
    if at < 0 or not all(map(names.LABEL, beside.split())) or len(re.sub(r"[\d\s]", "", beside)) > T.label_longest:
        return None
    code = _code(found[0], named=True)
    if code is None or code.language:
        return code
    return replace(code, language=next((name for word in beside.split() if (name := of_label(word))), ""))


def _has_gutter(table: Any) -> bool:
    """Whether a table's first row has a gutter and, beside it, code."""
    for seen, cell in enumerate(table.traverse(include_text=False)):
        if seen > 12:
            return False
        if cell.tag == "td" and names.GUTTER_CELL.search(class_of(cell)):
            return True
    return False


def _has_breaks(node: Any) -> bool:
    return any(inner.tag == "br" for inner in node.traverse(include_text=False))


def _stands_alone(code: Any, name: str) -> bool:
    """Whether a `code` is a block: named so by its highlighter, or lines that are all that is in a block."""
    if "block" in name.split() and names.NAMED.search(name):
        return True
    above = code.parent
    if above is None or above.tag not in BLOCKS or "\n" not in (code.text(deep=True) or "").strip():
        return False
    child = above.first_child
    while child is not None:
        if child.mem_id != code.mem_id and (child.tag != "-text" or (child.text_content or "").strip()):
            return False
        child = child.next
    return True


def _code(node: Any, *, named: bool = False) -> Code | None:
    """The code of a container. named: whether it is one by its name."""
    reader = Reader(node)
    text = reader.read()
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    start = next((n for n, line in enumerate(lines) if line), 0)
    del lines[:start]
    if not lines:
        return None
    language = language_of(node) or of_label(reader.label or _label_above(node))
    certain = named or bool(language) or reader.marked or _is_named(node)
    return Code("\n".join(lines), language, certain)


def _is_named(node: Any) -> bool:
    """Whether a container's name, or that of what is right around it, says that it holds code."""
    near: Any = node
    for _ in range(T.around):
        if near is None or near.tag in ("body", "article", "main"):
            return False
        if names.NAMED.search(class_of(near)):
            return True
        near = near.parent
    return False


def _label_above(node: Any) -> str:
    """The language that the bar above a container names; "" where there is no such bar."""
    near: Any = node
    for _ in range(T.around):
        before = near.prev
        if before is not None and before.tag == "-text" and not (before.text_content or "").strip():
            before = before.prev
        if before is not None:
            return label_in(before) if names.BAR.search(class_of(before)) else ""
        near = near.parent
        if near is None:
            break
    return ""


def is_label(tag: str, attributes: dict[str, str | None], node: Any) -> bool:
    """Whether an element is the bar of code: its language, a button. Such a bar stands outside the container too, above
    the code or in what holds both."""
    if tag not in ("div", "span", "p", "dt"):
        return False
    name = class_in(attributes)
    if not ("ode" in name and names.BAR.search(name)):
        button = _button_of(node) if tag in ("p", "dt") else None
        if button is None or not all(map(names.LABEL, (node.text(deep=True) or "").split())):
            return False
    elif not _says_label(node):
        return False
    if len("".join((node.text(deep=True) or "").split())) > T.label_longest:
        return False
    above = node.parent
    return _begins_with_code(node.next) or (above is not None and _begins_with_code(above.next))


def _says_label(bar: Any) -> bool:
    """Whether a bar that is named so has a button, is blank, or says a language or what a button does: else it is a
    title."""
    words = (bar.text(deep=True, separator=" ") or "").split()
    return not words or bar.css_first("button,a,svg,i") is not None or any(map(names.LABEL, words))


def _button_of(bar: Any) -> Any:
    """The link in a line above code that leads nowhere and calls a script; None for none."""
    child = bar.last_child
    while child is not None and child.tag == "-text" and not (child.text_content or "").strip():
        child = child.prev
    attributes = (child.attributes or {}) if child is not None and child.tag == "a" else {}
    return child if "onclick" in attributes and (attributes.get("href") or "#").startswith(("#", "java")) else None


def _begins_with_code(node: Any) -> bool:
    """Whether a node, or an element right behind it where it is blank, is code, or what is first in it is."""
    for _ in range(T.bar_deep):
        if node is not None and node.tag == "-text" and not (node.text_content or "").strip():
            node = node.next
        if node is None or not node.tag or node.tag[0] == "-":
            return False
        if node.tag in PRE or node.tag == "code" or _role(class_of(node))[0] or names.TABLE.search(class_of(node)):
            return True
        node = node.first_child
    return False
