"""The lines of one container of code, read straight from Lexbor's tree.

Highlighters number lines in gutters, wrap each in an element, put buttons and labels into the container, and keep a
second copy for the clipboard: what is no line of the code is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cleaners.extraction import highlighters as names
from cleaners.extraction.language import of_label
from cleaners.extraction.tree import HIDDEN, INSTRUCTION, SKIPPED, walk
from cleaners.thresholds import threshold

PRE = frozenset(["pre", "listing", "xmp", "plaintext"])
LINES = frozenset(["li", "pre", "tr", "p", "div", "section", "dd", "dt"])  # elements that are a line of code
NUMBERED_LINES = frozenset(["div", "li", "p", "section"])
ROWS = frozenset(
    ["table", "tbody", "thead", "tr", "ul", "ol", "colgroup"]
)  # white space between their children is none


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    class_longest: int = threshold(1_000, "characters", "of a class attribute that is read")
    label_longest: int = threshold(40, "characters", "of a label that names a language")
    widest_number: int = threshold(6, "digits", "of a line's number")
    numbered_lines: int = threshold(3, "lines", "that begin with 1, 2, 3 ... from which on these are a gutter")
    gutter_longest: int = threshold(50_000, "characters", "of a list that may be a gutter")
    buttons: int = threshold(8, "buttons", "of a container, whose surroundings are looked at")
    bar_deep: int = threshold(6, "elements", "around a button that may still be its bar")
    bar_words: int = threshold(2, "words", "of a bar beside its buttons, each a label")


T = Thresholds()


class Reader:
    """The lines of one container."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.parts: list[str] = []
        self.label = ""  # what it tells readers that the language is
        self.marked = False  # whether it has a `code` element, or elements for its tokens
        codes = 0
        buttons: list[Any] = []
        for inner in root.traverse(include_text=False):
            if inner.tag == "code" and inner.parent is not None and inner.parent.mem_id == root.mem_id:
                codes += 1
            if inner.tag in ("code", "span") and not self.marked:
                self.marked = inner.tag == "code" or bool((inner.attributes or {}).get("class"))
            if inner.tag == "button" and len(buttons) < T.buttons:
                buttons.append(inner)
        self.aside = _row_numbers(root) if root.tag in PRE else set()
        self.aside |= {bar for button in buttons if (bar := _bar(button, root)) is not None}
        self.each_is_a_line = codes > 1 and root.tag in PRE
        self.numbered = _numbered(root)
        self.behind_number = ""  # what may part the text that comes from the number of its line
        self._open: list[tuple[bool, int]] = []  # open elements: whether it is a line, how many parts there were

    def read(self) -> str:
        walk(self.root, self._enter, self._leave)
        return "".join(self.parts)

    def _enter(self, node: Any) -> Any:
        tag = node.tag or INSTRUCTION
        child = None
        if node.mem_id == self.root.mem_id:
            child, line = node.first_child, False
        elif tag == "-text":
            text = node.text_content or ""
            if self.behind_number:  # the space that parts a line from its number
                text, self.behind_number = text.removeprefix(self.behind_number), ""
            if text and not (text.isspace() and self._between(node)):
                self.parts.append(text)
        elif tag == "br":
            self.parts.append("\n")
        elif tag[0] != "-" and tag not in SKIPPED and tag != "button" and not self._leaves_out(node, tag):
            line = self._is_line(node, tag)
            if line and tag not in ("span", "code") and self.parts and not self.parts[-1].endswith("\n"):
                self.parts.append("\n")  # text before it is on a line of its own
            child = node.first_child
            if child is None and line and tag != "span":
                self.parts.append("\n")
        if child is not None:
            self._open.append((line, len(self.parts)))
        return child

    def _leave(self, node: Any) -> None:
        line, begun = self._open.pop()
        if line:
            self._end_line(node, begun)

    def _end_line(self, node: Any, begun: int) -> None:
        own = self.parts[begun:]
        if own and own[-1].endswith("\n"):
            return
        if node.tag == "span":
            behind = node.next
            if (
                behind is None
                or behind.tag == "br"
                or (behind.tag == "-text" and (behind.text_content or "").startswith(("\n", "\r")))
            ):
                return
        self.parts.append("\n")

    def _is_line(self, node: Any, tag: str) -> bool:
        if tag in LINES:
            return not (tag in ("div", "section") and _holds_lines(node))
        if tag == "code":
            return self.each_is_a_line
        return tag == "span" and names.LINE_SPAN.search(class_of(node)) is not None

    def _between(self, node: Any) -> bool:
        """Whether white space stands between elements that are lines, as markup is laid out."""
        parent = node.parent
        if parent is not None and parent.tag in ROWS:
            return True
        before, behind = node.prev, node.next
        return (
            (before is not None and before.tag in LINES)
            or (before is None and behind is not None and behind.tag in LINES)
            or (behind is None and before is not None and before.tag == "br" and node.parent.tag in LINES)
            or (self.each_is_a_line and before is not None and before.tag == "code")
        )

    def _leaves_out(self, node: Any, tag: str) -> bool:
        if not self._left_out(node, tag):
            return False
        if not self.label:
            words = (node.text(deep=True, separator=" ") or "").split() if node.mem_id in self.aside else []
            self.label = label_in(node) or next((word for word in words[: T.buttons] if of_label(word)), "")
        return True

    def _left_out(self, node: Any, tag: str) -> bool:
        if node.mem_id in self.aside:
            return True
        attributes = node.attributes
        if not attributes:
            return False
        if tag in ("em", "a", "i") and names.BUTTON((node.text(deep=True) or "").strip()):
            return True
        style = attributes.get("style") or ""
        if style and (HIDDEN.search(style) or "user-select:none" in style.replace(" ", "")):
            return True
        name = attributes.get("class") or ""
        if tag == "span" and self.numbered and names.NUMBER_STYLE.search(style):
            self.behind_number = " " if (node.text(deep=True) or "").strip().isdigit() else ""
            return bool(self.behind_number)
        if "data-line-number" in attributes and not (node.text(deep=True) or "").strip():
            return True
        if not name:
            return False
        if tag == "span" and names.NUMBERED.search(name):
            self.behind_number = "\xa0"
        for token in name[:200].split():
            if names.GUTTER.fullmatch(token) and not (names.KEPT_NAME.fullmatch(token) and not _is_gutter(node, tag)):
                return True
        if tag == "td" and "lntd" in name.split() and node.next is not None:
            return _only_numbers(node)
        return tag in ("ul", "ol") and _counts(node)


def _counts(node: Any) -> bool:
    """Whether a list says 1, 2, 3 ... beside code: a gutter without a name."""
    if node.prev is None and node.next is None:
        return False
    said = (node.text(deep=True, separator=" ") or "")[: T.gutter_longest].split()
    return len(said) >= T.numbered_lines and said == [str(n) for n in range(1, len(said) + 1)]


def _bar(button: Any, root: Any) -> int | None:
    """Memory id of the bar that a button stands in, above or below code: the outermost element around it that says
    nothing else but a label, as the language. None for a button by itself."""
    found = None
    said = (button.text(deep=True) or "").strip()
    above = button.parent
    for _ in range(T.bar_deep):
        if above is None or above.mem_id == root.mem_id or above.tag in ("pre", "code"):
            break
        if above.css_first("pre,code") is not None:
            break
        whole = above.text(deep=True) or ""
        beside = whole.replace(said, " ", 1).split() if said else whole.split()
        if len(beside) > T.bar_words or not all(map(names.LABEL, beside)):
            break
        found, said = above.mem_id, whole.strip()
        above = above.parent
    rest = (root.text(deep=True) or "").replace(said, "", 1) if found is not None else ""
    return found if rest.strip() else None


def _is_gutter(node: Any, tag: str) -> bool:
    """Whether an element whose name may be a container's or its gutter's holds nothing but numbers."""
    return tag not in ("pre", "code") and _only_numbers(node)


def _only_numbers(node: Any) -> bool:
    said = node.text(deep=True) or ""
    return not said.strip() or (len(said) < T.gutter_longest and all(word.isdigit() for word in said.split()))


def _holds_lines(node: Any) -> bool:
    """Whether an element holds elements that are lines themselves."""
    child = node.first_child
    while child is not None:
        if child.tag in LINES or child.tag in ("table", "ol", "ul", "pre"):
            return True
        child = child.next
    return False


def _row_numbers(root: Any) -> set[int]:
    """Memory ids of the numbers that stand before the lines of code, each line an element with its number and its
    code in one each: 1, 2, 3 ... without a name that says so."""
    found: set[int] = set()
    expected = None
    for line in root.traverse(include_text=False):
        if line.tag not in NUMBERED_LINES:
            continue
        number = line.first_child
        beside = number.next if number is not None else None
        if beside is None or number.tag not in ("span", "div", "i", "td") or beside.tag not in ("span", "div", "code"):
            continue
        only = number.first_child
        if only is None or only.tag != "-text" or only.next is not None:
            continue
        said = (only.text_content or "").strip()
        if not said.isdigit() or len(said) > T.widest_number or names.TOKEN.search(class_of(number)):
            continue
        if expected is not None and int(said) != expected:
            return set()
        expected = int(said) + 1
        found.add(number.mem_id)
    return found if len(found) >= T.numbered_lines else set()


def _numbered(root: Any) -> bool:
    """Whether coloured numbers at the head of the lines are a gutter: 1, 2, 3 ... (cnblogs)."""
    expected = None
    seen = 0
    for inner in root.traverse(include_text=False):
        if inner.tag == "span" and names.NUMBER_STYLE.search((inner.attributes or {}).get("style") or ""):
            said = (inner.text(deep=True) or "").strip()
            if not said.isdigit() or len(said) > T.widest_number:
                continue
            before = inner.prev
            if before is not None and not (
                before.tag == "-text" and (before.text_content or "").rstrip(" ").endswith("\n")
            ):
                continue  # amid a line: a number of the code
            if expected is not None and int(said) != expected:
                return False
            expected = int(said) + 1
            seen += 1
    return seen > 0


def label_in(node: Any) -> str:
    """The language that a bar or a label of code names to readers; "" for none."""
    for inner in (node, *node.css("span,div,b,i")[: T.buttons]):
        if names.LANGUAGE_LABEL.search(class_of(inner)):
            return (inner.text(deep=True) or "")[: T.label_longest].strip()
    return ""


def class_of(node: Any) -> str:
    return class_in(node.attributes or {})


def class_in(attributes: dict[str, str | None]) -> str:
    return (attributes.get("class") or "")[: T.class_longest]
