"""Formulas of which a page has only the boxes that KaTeX laid out: the MathML that they stand for, read back.

KaTeX names each box after what TeX calls it (mord, mrel, mfrac, msupsub) and stacks boxes in a `vlist`, each with its
height above the baseline in its style. Where a page shows the boxes alone (`output: "html"`, a sanitiser that knows no
MathML) they are the formula's only source. What is drawn (`svg`) is known by what is around it, or the formula is left
unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cleaners.extraction.drawn import OWN, PIECES, Part, elements, made, made_one
from cleaners.extraction.mathml import FUNCTIONS, tex_of
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    deepest: int = threshold(120, "elements", "inside each other; a formula with more is none that KaTeX laid out")


T = Thresholds()
_TOP = re.compile(r"(?:^|;)\s*top:\s*(-?[\d.]{1,12})em")
_HEIGHT = re.compile(r"height:\s*([\d.]{1,12})em")
_BLANK = frozenset([
    "strut", "pstrut", "mspace", "vlist-s", "nulldelimiter", "arraycolsep", "fix", "tag", "frac-line", "overline-line",
    "underline-line", "vertical-separator", "hline", "eqn-num", "newline", "hide-tail",
])  # fmt: skip
_LETTERS = {
    "mathbf": "bold", "mathbb": "double-struck", "mathcal": "script", "mathscr": "script", "mathfrak": "fraktur",
    "mathsf": "sans-serif", "mathtt": "monospace", "boldsymbol": "bold-italic", "amsbb": "double-struck",
    "mathboldsf": "bold", "textbf": "bold", "amsrm": "",
}  # fmt: skip
_OPERATORS = frozenset(["mbin", "mrel", "mopen", "mclose", "mpunct", "delimsizing", "op-symbol"])
_SIDES = {"col-align-r": "right", "col-align-l": "left", "col-align-c": "center"}
_NOT = "\ue020"  # the stroke that KaTeX sets over a sign
_STRUCK = {"=": "≠", "∈": "∉", "⊂": "⊄", "∣": "∤", "≡": "≢", "∃": "∄"}
_BARS = {"∣": "|", "∥": "‖"}


class _Unknown(Exception):
    """A box that is none of those that are read here."""


def tex_of_boxes(html: Any) -> str:
    """TeX of a `katex-html` element (a Lexbor node); "" where a box in it is not known."""
    try:
        math = made("math", _row(html, 0))
    except _Unknown:
        return ""
    return "" if OWN.search(math.text()) else tex_of(math)


def _classes(node: Any) -> list[str]:
    return ((node.attributes or {}).get("class") or "")[:200].split()


def _row(node: Any, depth: int) -> list[Part]:
    """What stands in a box, scripts with what they stand at."""
    if depth > T.deepest:
        raise _Unknown
    parts: list[Part] = []
    for child in elements(node):
        if "msupsub" in _classes(child):
            parts = [_scripts(made_one(parts), child, depth + 1)]
        else:
            parts += _box(child, depth + 1)
    return _struck(parts)


def _struck(parts: list[Part]) -> list[Part]:
    """The parts, a stroke and the sign under it as one sign."""
    out: list[Part] = []
    for part in parts:
        if out and out[-1].said == _NOT and part.said in _STRUCK:
            out[-1] = Part("mo", {}, _STRUCK[part.said])
        else:
            out.append(part)
    return out


def _box(box: Any, depth: int) -> list[Part]:
    if box.tag == "svg":
        raise _Unknown
    classes = _classes(box)
    if not _BLANK.isdisjoint(classes):
        return []
    if "mfrac" in classes:
        return [_fraction(box, depth)]
    if "sqrt" in classes:
        return [_root(box, depth)]
    if "accent" in classes:
        return [_accent(box, depth)]
    if "overline" in classes or "underline" in classes:
        return [_lined(box, "overline" in classes, depth)]
    if "op-limits" in classes:
        return [_limits(box, depth)]
    if "mtable" in classes:
        return [_table(box, depth)]
    if "text" in classes:
        return [Part("mtext", {}, _said(box))]
    if "delimsizing" in classes:
        return [_delimiter(box)]
    if _is_leaf(box, depth):
        return _token(box, classes)
    row = _row(box, depth)
    if "mop" in classes and len(row) > 1 and all(part.tag == "mi" and len(part.said) == 1 for part in row):
        return [Part("mo", {}, "".join(part.said for part in row))]  # \operatorname, letter by letter
    return [made("mrow", row)] if "minner" in classes and len(row) > 1 else row


def _said(box: Any) -> str:
    return (box.text(deep=True) or "").replace("\u200b", "")


def _is_leaf(box: Any, depth: int) -> bool:
    """Whether a box holds signs alone, or spans that say no more than how far apart they are."""
    if depth > T.deepest:
        raise _Unknown
    return all(child.tag == "span" and not _classes(child) and _is_leaf(child, depth + 1) for child in elements(box))


def _token(box: Any, classes: list[str]) -> list[Part]:
    said = _said(box).strip()
    if not said:
        return []
    if not _OPERATORS.isdisjoint(classes):
        outer = "mopen" in classes or "mclose" in classes
        return [Part("mo", {}, _BARS.get(said, said) if outer else said)]
    if "mop" in classes:
        return [Part("mi" if said in FUNCTIONS else "mo", {}, said)]
    if said[0].isdigit():
        return [Part("mn", {}, said)]
    variant = next((_LETTERS[name] for name in classes if name in _LETTERS), "")
    if not variant and "mathrm" in classes:
        variant = "normal"
    return [Part("mi", {"mathvariant": variant} if variant else {}, said)]


def _delimiter(box: Any) -> Part:
    signs = [PIECES.get(c, c) for c in _said(box) if not c.isspace()]
    if not signs or len(set(signs)) != 1 or box.css_first("svg") is not None:
        raise _Unknown
    return Part("mo", {}, _BARS.get(signs[0], signs[0]))


def _stack(box: Any) -> list[tuple[float, Any]]:
    """The boxes that are stacked in a box, each with its height, those below having the greater one; from above."""
    stack = box.css_first(".vlist")
    if stack is None:
        raise _Unknown
    found: list[tuple[float, Any]] = []
    for entry in elements(stack):
        top = _TOP.search((entry.attributes or {}).get("style") or "")
        strut = entry.first_child
        height = _HEIGHT.search((strut.attributes or {}).get("style") or "") if strut is not None else None
        if top is None or height is None:
            raise _Unknown
        found.append((float(top[1]) + float(height[1]), entry))
    return sorted(found, key=lambda pair: pair[0])


def _holds(entry: Any, name: str) -> bool:
    return any(name in _classes(child) for child in elements(entry))


def _scripts(base: Part, box: Any, depth: int) -> Part:
    entries = _stack(box)
    rows = [made_one(_row(entry, depth)) for _, entry in entries]
    if len(rows) == 2:
        return made("msubsup", [base, rows[1], rows[0]])
    if len(rows) != 1:
        raise _Unknown
    return made("msub" if entries[0][0] > 0 else "msup", [base, rows[0]])


def _fraction(box: Any, depth: int) -> Part:
    entries = [entry for _, entry in _stack(box)]
    parts = [made("mrow", _row(entry, depth)) for entry in entries if not _holds(entry, "frac-line")]
    if len(parts) != 2:
        raise _Unknown
    return made("mfrac", parts, {} if len(entries) == 3 else {"linethickness": "0"})


def _root(box: Any, depth: int) -> Part:
    index: list[Part] = []
    for child in elements(box):
        if "root" in _classes(child):
            index = [made_one(_row(entry, depth)) for _, entry in _stack(child)]
        else:
            inside = [entry for _, entry in _stack(child) if not _holds(entry, "hide-tail")]
            if len(inside) != 1:
                raise _Unknown
            row = _row(inside[0], depth)
            return made("mroot", [made("mrow", row), *index]) if index else made("msqrt", row)
    raise _Unknown


def _accent(box: Any, depth: int) -> Part:
    body: list[Part] = []
    sign = ""
    for _, entry in _stack(box):
        over = next((child for child in elements(entry) if "accent-body" in _classes(child)), None)
        if over is not None:
            sign = _said(over).strip() or ("→" if over.css_first(".overlay") is not None else "")
        elif entry.css_first("svg") is not None and not body:
            sign = "^"
        else:
            body = _row(entry, depth)
    if not body or not sign:
        raise _Unknown
    return made("mover", [made_one(body), Part("mo", {}, sign)])


def _lined(box: Any, above: bool, depth: int) -> Part:
    line = "overline-line" if above else "underline-line"
    bodies = [entry for _, entry in _stack(box) if not _holds(entry, line)]
    if len(bodies) != 1:
        raise _Unknown
    body = made_one(_row(bodies[0], depth))
    return made("mover" if above else "munder", [body, Part("mo", {}, "―" if above else "_")])


def _limits(box: Any, depth: int) -> Part:
    entries = [entry for _, entry in _stack(box)]
    at = [n for n, entry in enumerate(entries) if not _holds(entry, "sizing")]
    if len(at) != 1:
        raise _Unknown
    rows = [made_one(_row(entry, depth)) for entry in entries]
    above, base, below = rows[: at[0]], rows[at[0]], rows[at[0] + 1 :]
    if len(above) > 1 or len(below) > 1:
        raise _Unknown
    if above and below:
        return made("munderover", [base, below[0], above[0]])
    return made("mover", [base, above[0]]) if above else made("munder", [base, *below])


def _table(box: Any, depth: int) -> Part:
    columns: list[list[Part]] = []
    sides: list[str] = []
    for child in elements(box):
        side = next((_SIDES[name] for name in _classes(child) if name in _SIDES), "")
        if side:
            columns.append([made("mtd", _row(entry, depth)) for _, entry in _stack(child)])
            sides.append(side)
        elif not _BLANK.isdisjoint(_classes(child)):
            continue
        else:
            raise _Unknown
    rows = max(map(len, columns), default=0)
    if not rows or any(len(column) != rows for column in columns):
        raise _Unknown
    lines = [made("mtr", [column[n] for column in columns]) for n in range(rows)]
    return made("mtable", lines, {"columnalign": " ".join(sides)})
