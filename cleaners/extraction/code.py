"""Code of a page: its lines as they are, out of what a highlighter made of it.

Highlighters number lines in gutters, wrap each in an element, put buttons and labels into the container, and keep a
second copy for the clipboard. The container is read straight from Lexbor's tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cleaners.extraction.language import language_of
from cleaners.extraction.tree import HIDDEN, INSTRUCTION, SKIPPED, walk
from cleaners.thresholds import threshold

PRE = frozenset(["pre", "listing", "xmp", "plaintext"])
WRAPPERS = frozenset(["div", "figure", "section", "table", "ol", "code", "td"])  # that may be a container by name
LINES = frozenset(["li", "pre", "tr", "p", "div", "section", "dd", "dt"])  # elements that are a line of code
NUMBERED_LINES = frozenset(["div", "li", "p", "section"])
ROWS = frozenset(
    ["table", "tbody", "thead", "tr", "ul", "ol", "colgroup"]
)  # white space between their children is none


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    class_longest: int = threshold(1_000, "characters", "of a class attribute that is read")
    label_longest: int = threshold(40, "characters", "beside the code of a wrapper, numbers of lines not counted")
    widest_number: int = threshold(6, "digits", "of a line's number")
    numbered_lines: int = threshold(3, "lines", "that begin with 1, 2, 3 ... from which on these are a gutter")
    gutter_longest: int = threshold(50_000, "characters", "of a list that may be a gutter")
    buttons: int = threshold(8, "buttons", "of a container, whose surroundings are looked at")
    bar_deep: int = threshold(6, "elements", "around a button that may still be its bar")
    around: int = threshold(3, "elements", "of a container and what is around it, whose names may say that it is code")
    bar_words: int = threshold(2, "words", "of a bar beside its buttons, each a label")


T = Thresholds()
_GUTTER = re.compile(
    r"gutter|(?:hljs-)?line-?numbers?(?:-rows|-wrapper|-block)?|linenos?|linenodiv|lineno|line-?nums?|pre-numbering|hljs-ln-(?:numbers|n|line-numbers)"
    r"|lnt|ln|rouge-gutter|blob-num(?:-.*)?|crayon-nums?|crayon-num|(?:.*-)?line-index|number-?lines?|CodeMirror-(?:gutter.*|linenumber)"
    r"|(?:code-|hljs-)?copy(?:-.*|btn|button)?|.*-copy(?:-button|btn)?|copy.*button|.*toolbar|hljs-button|opt-box|signin|code-?lang|lang(?:-name|-label)?"
    r"|language-(?:name|label)|crayon-(?:toolbar|plain|plain-wrap|info)|enlighter-(?:toolbar|origin|raw)|bar|code-(?:block-)?(?:[a-z]+-)?header|(?:code|snippet|hljs|highlight|pre)(?:-?block)?[-_]*(?:header|title-?bar|head|tools?)|clipboard.*|fold-?btn|"
    r"hide-preCode-box|cm-gutters|margin|react-code-line-number.*|.*buttons?",
    re.I,
)
_KEPT_NAME = re.compile(r"line-numbers|linenums|number-?lines?|linenos|lang", re.I)  # of a container, not of its gutter
_LINE_SPAN = re.compile(r"(?:^|\s)(?:line|token-line|cm-line|CodeMirror-line|view-line|ace_line|code-line)(?:\s|$)")
_CONTAINER = re.compile(
    r"(?:^|\s)(?:syntaxhighlighter|dp-highlighter|blockcode|crayon-main|crayon-syntax|CodeMirror|cm-editor|enlighter-default|enlighter-code|hljs-ln"
    r"|highlighttable|rouge-table|lntable|js-file-line-container|blob-wrapper|linenodiv-table|ace-code|code-block-content)(?:\s|$)"
)
_TABLE = re.compile(
    r"(?:^|\s)(?:highlighttable|rouge-table|lntable|hljs-ln|crayon-table|js-file-line-container)(?:\s|$)"
)
_GUTTER_CELL = re.compile(r"(?:^|\s)(?:gutter|linenos?|hljs-ln-numbers|rouge-gutter|blob-num|crayon-nums|lntd)(?:\s|$)")
_TOKEN = re.compile(r"(?:^|\s)(?:token|hljs-\w+|number|num|m|mi|mf|mh|mo|il|constant)(?:\s|$)")  # a number of the code
_NUMBER_STYLE = re.compile(r"color:\s*(?:#008080|rgba?\(0,\s*128,\s*128[,)]|teal)", re.I)
_LABEL = re.compile(  # what stands in the container beside the code: numbers, the language, a button
    r"(?:\d++|[A-Za-z][A-Za-z+#.]{0,14}+|复制(?:代码|成功)?|複製|已复制|拷贝|代码|全屏|收起|展开|运行|[Cc]opy|Copied!?"
    r"|Plain [Tt]ext|[^\w\s])*+"
)
_BUTTON = re.compile(r"复制(?:代码)?|複製(?:代碼)?|[Cc]opy(?: code)?|view plain(?: ?copy(?: to clipboard)?)?|print\??")
_NAMED = re.compile(  # docutils, Asciidoctor, DocBook, Org
    r"(?:^|[\s_-])(?:code|codehilite|highlight|hljs|literal-?block|listing-?block|programlisting|screen|src|example|terminal|md-fences)(?=[\s_-]|$)"
    r"|prettyprint|syntax|brush"
)
_BAR = re.compile(
    r"(?:^|\s)(?:code-?header|code-?block-?(?:header|language|toolbar|lang)|code-?lang(?:uage)?)(?:\s|$)", re.I
)
_WRAPS = re.compile(
    r"(?:^|[\s_-])(?:language|lang|highlight|code|snippet|prism|hljs|pre|shiki|source)(?=[\s_-]|$)|[a-z]Code|codeB",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code, without blank ones at either end, and the language that the page names, "" for none."""

    text: str
    language: str
    certain: bool  # whether the page calls it code; a bare `pre` may hold a poem


def code_at(node: Any, tag: str, attributes: dict[str, str | None]) -> Code | None:
    """The code that a Lexbor node with these attributes holds as its container; None for a node that is none."""
    if tag in PRE:
        return _code(node)
    if tag not in WRAPPERS:
        return None
    name = _class_in(attributes)
    if tag == "table":
        return _code(node, named=True) if _TABLE.search(name) or _has_gutter(node) else None
    if tag == "code":
        return _code(node) if _has_breaks(node) else None
    if tag in ("ol", "ul"):
        return _code(node, named=True) if re.search(r"(?:^|\s)(?:dp-\w+|linenums|hljs-ln)(?:\s|$)", name) else None
    if not name:
        return None
    container, wrapper = _role(name)
    if container:
        return _code(node, named=True)
    return _wrapped(node) if wrapper and tag in ("div", "figure", "section") else None


@lru_cache(maxsize=4096)
def _role(name: str) -> tuple[bool, bool]:
    """Whether a class names a container of code, and whether one may be in it."""
    return _CONTAINER.search(name) is not None, _WRAPS.search(name) is not None


def _wrapped(node: Any) -> Code | None:
    """The code of a wrapper that holds one `pre`, and beside it nothing but numbers, a label and a button."""
    found = node.css("pre")
    if len(found) != 1 or node.css_matches("p,li>p,h1,h2,h3,h4,table,figcaption,img"):
        return None
    whole, own = node.text(deep=True) or "", found[0].text(deep=True) or ""
    if len(whole) - len(own) > T.label_longest + len(own) // 4:
        return None
    at = whole.find(own)
    beside = whole[:at] + " " + whole[at + len(own) :]
    if (
        at < 0
        or not all(_LABEL.fullmatch(word) for word in beside.split())
        or len(re.sub(r"[\d\s]", "", beside)) > T.label_longest
    ):
        return None
    return _code(found[0], named=True)


def _has_gutter(table: Any) -> bool:
    """Whether a table's first row has a gutter and, beside it, code."""
    for seen, cell in enumerate(table.traverse(include_text=False)):
        if seen > 12:
            return False
        if cell.tag == "td" and _GUTTER_CELL.search((cell.attributes or {}).get("class") or ""):
            return True
    return False


def _has_breaks(node: Any) -> bool:
    return any(inner.tag == "br" for inner in node.traverse(include_text=False))


def _code(node: Any, *, named: bool = False) -> Code | None:
    """The code of a container. named: whether it is one by its name."""
    reader = _Reader(node)
    text = reader.read()
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    start = next((n for n, line in enumerate(lines) if line), 0)
    del lines[:start]
    if not lines:
        return None
    language = language_of(node)
    certain = named or bool(language) or reader.marked or _is_named(node)
    return Code("\n".join(lines), language, certain)


def _is_named(node: Any) -> bool:
    """Whether a container's name, or that of what is right around it, says that it holds code."""
    near: Any = node
    for _ in range(T.around):
        if near is None or near.tag in ("body", "article", "main"):
            return False
        if _NAMED.search(_class(near)):
            return True
        near = near.parent
    return False


class _Reader:
    """The lines of one container."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.parts: list[str] = []
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
        self.behind_number = False
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
                text, self.behind_number = text.removeprefix(" "), False
            if text and not (text.isspace() and self._between(node)):
                self.parts.append(text)
        elif tag == "br":
            self.parts.append("\n")
        elif tag[0] != "-" and tag not in SKIPPED and tag != "button" and not self._left_out(node, tag):
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
        return tag == "span" and _LINE_SPAN.search((node.attributes or {}).get("class") or "") is not None

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

    def _left_out(self, node: Any, tag: str) -> bool:
        if node.mem_id in self.aside:
            return True
        attributes = node.attributes
        if not attributes:
            return False
        if tag in ("em", "a", "i") and _BUTTON.fullmatch((node.text(deep=True) or "").strip()):
            return True
        style = attributes.get("style") or ""
        if style and (HIDDEN.search(style) or "user-select:none" in style.replace(" ", "")):
            return True
        name = attributes.get("class") or ""
        if tag == "span" and self.numbered and _NUMBER_STYLE.search(style):
            self.behind_number = (node.text(deep=True) or "").strip().isdigit()
            return self.behind_number
        if "data-line-number" in attributes and not (node.text(deep=True) or "").strip():
            return True
        if not name:
            return False
        for token in name[:200].split():
            if _GUTTER.fullmatch(token) and not (_KEPT_NAME.fullmatch(token) and not _is_gutter(node, tag)):
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


def is_label(tag: str, attributes: dict[str, str | None], node: Any) -> bool:
    """Whether an element is the bar of code: its language, a button. Such a bar stands outside the container too, above
    the code or in what holds both."""
    name = attributes.get("class") or ""
    if "ode" not in name or tag not in ("div", "span", "p") or not _BAR.search(name):
        return False
    if len("".join((node.text(deep=True) or "").split())) > T.label_longest:
        return False
    above = node.parent
    return _begins_with_code(node.next) or (above is not None and _begins_with_code(above.next))


def _begins_with_code(node: Any) -> bool:
    """Whether a node, or an element right behind it where it is blank, is code, or what is first in it is."""
    for _ in range(T.bar_deep):
        if node is not None and node.tag == "-text" and not (node.text_content or "").strip():
            node = node.next
        if node is None or not node.tag or node.tag[0] == "-":
            return False
        if node.tag in PRE or node.tag == "code" or _role(_class(node))[0] or _TABLE.search(_class(node)):
            return True
        node = node.first_child
    return False


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
        if len(beside) > T.bar_words or not all(_LABEL.fullmatch(word) for word in beside):
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
    return not said.strip() or (len(said) < 50_000 and all(word.isdigit() for word in said.split()))


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
        if not said.isdigit() or len(said) > T.widest_number or _TOKEN.search(_class(number)):
            continue
        if expected is not None and int(said) != expected:
            return set()
        expected = int(said) + 1
        found.add(number.mem_id)
    return found if len(found) >= T.numbered_lines else set()


def _class(node: Any) -> str:
    return _class_in(node.attributes or {})


def _class_in(attributes: dict[str, str | None]) -> str:
    return (attributes.get("class") or "")[: T.class_longest]


def _numbered(root: Any) -> bool:
    """Whether coloured numbers at the head of the lines are a gutter: 1, 2, 3 ... (cnblogs)."""
    expected = None
    seen = 0
    for inner in root.traverse(include_text=False):
        if inner.tag == "span" and _NUMBER_STYLE.search((inner.attributes or {}).get("style") or ""):
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
