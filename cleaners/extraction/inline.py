"""What stands in a line: signs for code, formulas and images, ends of links, white space as CSS collapses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.extraction.formulas import cleaned
from cleaners.rendering import SIGNS, substituted
from cleaners.text import EDGES, Span, has_sentence, trimmed
from schemas.records import Run

_SPACES = re.compile(r"[ \t\r\n\f]+")
_UNUSUAL_SPACES = re.compile(r"[\t\r\n\f]|  ")  # what more than one space between words is
_WIDE = (
    r"[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    r"\U00020000-\U0003ffff]"
)
_WIDE_BREAK = re.compile(f"(?<={_WIDE})[ \\t\\f]*[\\r\\n][ \\t\\r\\n\\f]*(?={_WIDE})")
BORDER = "\v"  # a line end inside a cell
_BORDERS = re.compile(r"(?<![ \v])(?= *+\v)[ \v]+")
_COLLAPSING = frozenset(" \t\r\n\f\v")
_RAW = re.compile(
    r"\\\[(?P<d1>(?:(?!\\[\[\]]).){1,3000}+)\\\]|\\\((?P<i1>(?:(?!\\[()]).){1,3000}+)\\\)|\$\$(?P<d2>[^$]{1,3000}?)\$\$"
    r"|(?<![\\$A-Za-z0-9])\$(?P<i2>(?![\s$])(?:[^$\n\\]|\\.){0,600}?(?<![\s\\]))\$(?![\d$])",
    re.S,
)
_BLOCK = re.compile(
    r"\\begin\{(equation|align|gather|multline|eqnarray|displaymath)\*?\}.{1,3000}?\\end\{\1\*?\}", re.S
)
_TEX = re.compile(
    r"[\\^_={}<>+*/|]|^[A-Za-z](?:['\d]|[(),\s][A-Za-z0-9(),\s]*)?$|^-?\d+(?:\.\d+)?[A-Za-z%]?$|^[A-Z]{1,3}$|^\w\("
)
_HAN = re.compile("[\u3400-\u9fff，。；：]")
_IN_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf|operatorname|tag|label)\s*\{[^{}]*\}")
_DOLLAR = re.compile(r"(?<!\\)\$")


@dataclass(frozen=True, slots=True)
class Thing:
    """What a sign stands for: code and formulas as they stand in the text; an image's words, and its address."""

    kind: str  # of a run, or "open" and "close" of a link
    text: str = ""
    target: str = ""
    display: bool = False


class Line(NamedTuple):
    """A line of text with signs of code and formulas in it, and its links and images."""

    text: str
    runs: list[Run]


class Things:
    """The signs that one page's lines are written with."""

    def __init__(self) -> None:
        self.known: dict[str, Thing] = {}
        self._next = 0xF0000

    def sign(self, thing: Thing) -> str:
        """A sign for a thing; what can be said of it without one where a page has used up all (65,000)."""
        if self._next > 0xFFFFD:
            return thing.text if thing.kind in ("code", "formula") else ""
        sign = chr(self._next)
        self._next += 1
        self.known[sign] = thing
        return sign

    def formula(self, tex: str, display: bool) -> str:
        """A sign for a formula, as it stands in the text."""
        tex = between_dollars(tex)
        mark = "$$" if display else "$"
        return self.sign(Thing("formula", f"{mark}{tex}{mark}", "", display))

    def line(self, raw: str) -> Line:
        """What was written, collapsed, with its links and images as runs."""
        if not SIGNS.search(raw):
            return Line(collapse(raw), [])
        parts: list[str] = []
        marks: list[tuple[str, int, Thing]] = []  # open, close, image: offset in what is left
        at = length = 0
        for found in SIGNS.finditer(raw):
            thing = self.known.get(found[0])
            if thing is None or thing.kind in ("code", "formula"):
                continue
            parts.append(raw[at : found.start()])
            length += found.start() - at
            at = found.end()
            marks.append((thing.kind, length, thing))
        parts.append(raw[at:])
        bare = "".join(parts)
        text = collapse(bare)
        if not marks:
            return Line(text, [])
        before, behind = _moved(bare, text)
        runs: list[Run] = []
        opened: list[tuple[int, Thing]] = []
        for kind, offset, thing in marks:
            if kind == "open":
                opened.append((offset, thing))
            elif kind == "image":
                place = before[offset]
                runs.append(Run("image", place, place, thing.target, thing.text))
            elif opened:
                start, link = opened.pop()
                if before[start] < behind[offset]:
                    runs.append(Run("link", before[start], behind[offset], link.target))
        return Line(text, sorted(runs, key=lambda run: run.place))

    def with_formulas(self, line: Line) -> Line:
        """The line with a sign for each formula that it has between TeX's delimiters.

        `$` opens before what is no space and closes behind such and before no digit; what stands between is TeX, not an
        amount: it has a sign of TeX or is one short name, and has no Chinese outside `\\text{}`.
        """
        text, runs = line
        spans: list[Span] = []
        for pattern in (_BLOCK, _RAW):
            if pattern is _BLOCK and "\\begin" not in text:
                continue
            taken = [(start, end) for start, end, _ in spans]
            for found in pattern.finditer(text):
                if any(start < found.end() and found.start() < end for start, end in taken):
                    continue
                source = self.shown(found[0])
                tex, display = cleaned(source)
                if has_sentence(tex):
                    continue
                if pattern is _BLOCK:
                    display = True
                elif found["i2"] is not None and (not _is_tex(tex) or _HAN.search(_IN_TEXT.sub("", tex))):
                    continue
                if tex:
                    spans.append(Span(found.start(), found.end(), self.formula(tex, display)))
        if not spans:
            return line
        spans.sort()
        return Line(*substituted(text, runs, spans))

    def shown(self, text: str) -> str:
        """A text with what its signs stand for."""
        return SIGNS.sub(lambda m: self.known[m[0]].text if m[0] in self.known else m[0], text)

    def told(self, line: Line) -> tuple[str, tuple[Run, ...]]:
        """The text of a line without signs, and all its runs in order."""
        spans: list[Span] = []
        new: list[Run] = []
        shift = 0
        for found in SIGNS.finditer(line.text):
            thing = self.known.get(found[0])
            if thing is None:
                continue
            start = found.start() + shift
            new.append(Run(thing.kind, start, start + len(thing.text)))
            spans.append(Span(found.start(), found.end(), thing.text))
            shift += len(thing.text) - 1
        if not spans:
            return line.text, tuple(line.runs)
        text, runs = substituted(line.text, line.runs, spans)
        return text, tuple(sorted((*runs, *new), key=lambda run: run.place))


def collapse(text: str) -> str:
    """White space as CSS collapses it, and none at the ends; a space for line ends inside a cell."""
    text = trimmed(text)
    if "\n" in text or "\r" in text:
        text = _WIDE_BREAK.sub("", text)
    if _UNUSUAL_SPACES.search(text):
        text = _SPACES.sub(" ", text)
    return _BORDERS.sub(" ", text) if BORDER in text else text


def between_dollars(tex: str) -> str:
    """TeX that may stand between dollar signs: those inside it, which open mathematics in a text, as `\\( \\)`."""
    if "$" not in tex or not _DOLLAR.search(tex):
        return tex
    parts = _DOLLAR.split(tex)
    if len(parts) % 2 == 0:
        return _DOLLAR.sub(r"\\$", tex)
    return "".join(part if n % 2 == 0 else f"\\({part}\\)" for n, part in enumerate(parts))


def _is_tex(tex: str) -> bool:
    return _TEX.search(tex) is not None and not tex.endswith("\\")


def _moved(raw: str, text: str) -> tuple[list[int], list[int]]:
    """For each offset of `raw` the place in the collapsed `text` of what stands behind it, and of what stands before.

    Both hold the same characters in the same order, but for white space and what was trimmed off the ends.
    """
    if text and (at := raw.find(text)) >= 0:  # nothing was collapsed inside
        last = len(text)
        same = [0] * at + list(range(last + 1)) + [last] * (len(raw) - at - last)
        return same, same
    places = [n for n, char in enumerate(text) if char not in _COLLAPSING]
    lead = sum(1 for char in raw[: len(raw) - len(raw.lstrip(EDGES))] if char not in _COLLAPSING)
    before: list[int] = []
    behind: list[int] = []
    count = -lead
    for char in (*raw, ""):
        n = min(max(count, 0), len(places))
        before.append(places[n] if n < len(places) else len(text))
        behind.append(places[n - 1] + 1 if n else 0)
        count += char not in _COLLAPSING
    return before, behind
