"""Markdown in a plain text: whether a text is written in it, and its lines in groups that belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.text.chars import BLANKS
from cleaners.thresholds import threshold
from schemas.records import Run

FENCE = re.compile(r"[ >]*(?:(?:[-*+]|\d{1,9}[.)]) +)*(`{3,}|~{3,})([^`]*)$")
DELIMITER = re.compile(
    r"\s*+(?:\|\s*+)?:?-{2,}+:?\s*+(?:\|\s*+:?-{2,}+:?\s*+)++(?:\|\s*+)?$|\s*+\|\s*+:?-{2,}+:?\s*+\|\s*+$"
)
HEADING = re.compile(r"#{1,6} \S")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least_headings: int = threshold(
        2, "headings", "that stand between empty lines, in a text with neither fence nor table"
    )
    prose: int = threshold(12, "characters", "of Chinese in a row that no formula has outside of text")


T = Thresholds()
_SENTENCE = re.compile(f"[\u3400-\u9fff，。、；：！？—…]{{{T.prose}}}")
_TICKS = re.compile("`+|\n")
_FORMULA = re.compile(r"(?<![\\$A-Za-z0-9])\$(?![\s$])(?:[^\n$\\]|\\[^\n])++(?<!\s)\$(?![\d$])")
_ADDRESS = re.compile(r"(?<!\\)!(?=\[)|\]\((?:[^\s()<>]*+|<[^\n<>]*+>)\)")  # of an image, what opens it too
_DISPLAYED = re.compile(r"[ >]*+(?:(?:[-*+]|\d{1,9}[.)]) ++)*+\$\$")  # opens a formula, in a quote or an item too
TEX_SIGN = re.compile(r"[\\^_={}<>+]|^[A-Za-z](?:\([A-Za-z0-9, ]+\))?$")  # what tells TeX from an amount
_HAN = re.compile("[\u3400-\u9fff，。；：]")
_WORDS = re.compile(r"\\[a-z]+\{[^{}]*\}")  # of a formula: what is set as text, or under a root


def is_tex(text: str) -> bool:
    """Whether what stands between dollar signs is TeX: it has a sign of it, and no Chinese outside `\\text{}`."""
    return TEX_SIGN.search(text) is not None and not _HAN.search(_WORDS.sub("", text))


def has_sentence(tex: str) -> bool:
    """Whether what stands between delimiters of TeX, or in an element of MathML, is Chinese text: signs that are about
    something else, or an element that is never closed, have a formula begin there."""
    return _SENTENCE.search(tex) is not None and _SENTENCE.search(_WORDS.sub("", tex)) is not None


def verbatim(text: str) -> list[Run]:
    """Code, formulas and addresses in the lines of a text, in order, none over another.

    Code is from backticks to as many, as CommonMark has it (6.1); one that never ends is none. A formula is between
    dollar signs, of which the first opens before what is no space, and the last closes behind such and before no digit.
    An address has the signs around it that make it one: `](` and `)`, and `!` before an image.
    """
    runs = [Run("code", start, end) for start, end in _code_spans(text)] if "`" in text else []
    if "$" in text:
        runs += [Run("formula", *found.span()) for found in _FORMULA.finditer(text)]
    if "](" in text:
        runs += [Run("address", *found.span()) for found in _ADDRESS.finditer(text)]
    kept: list[Run] = []
    for run in sorted(runs, key=lambda run: run.start):
        if not kept or run.start >= kept[-1].end:
            kept.append(run)
    return kept


def _code_spans(text: str) -> list[tuple[int, int]]:
    ticks = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    closing: list[int | None] = [None] * len(ticks)  # which later backticks of a line are as many
    later: dict[int, int] = {}
    for n in range(len(ticks) - 1, -1, -1):
        start, end = ticks[n]
        if text[start] == "\n":
            later.clear()
            continue
        closing[n] = later.get(end - start)
        later[end - start] = n
    spans: list[tuple[int, int]] = []
    n = 0
    while n < len(ticks):
        last = closing[n] if text[ticks[n][0] - 1 : ticks[n][0]] != "\\" else None  # one behind \\ opens nothing
        if last is not None:
            spans.append((ticks[n][0], ticks[last][1]))
            n = last
        n += 1
    return spans


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are one block: text, whether code or TeX that nothing may change, whether no empty line is before."""

    text: str
    verbatim: bool = False
    close: bool = False


def is_markdown(lines: Sequence[str]) -> bool:
    """Whether a text is written in Markdown: it has a fence that is closed, a table's delimiter row behind a row, or
    headings between empty lines."""
    opened = ""
    headings = 0
    for n, line in enumerate(lines):
        if "`" in line or "~" in line:
            found = FENCE.match(line)
            if found and opened and found[1].startswith(opened) and not found[2].strip():
                return True
            if found and not opened:
                opened = found[1]
        if "-" in line and "|" in line and n and "|" in lines[n - 1] and DELIMITER.match(line):
            return True
        if line[:1] == "#" and HEADING.match(line):
            before, behind = lines[n - 1] if n else "", lines[n + 1] if n + 1 < len(lines) else ""
            headings += not before.strip() and not behind.strip()
    return headings >= T.least_headings


def groups(lines: Sequence[str]) -> list[Group]:
    """The lines of a Markdown text: fences with what is between, TeX between lines of `$$`, rows of a table, and each
    other line that holds anything by itself."""
    out: list[Group] = []
    held: list[str] = []
    closing = ""
    empty = False
    for line in lines:
        bare = line.rstrip(BLANKS + "\r")
        if closing:
            held.append(bare)
            found = FENCE.match(bare) if closing != "$$" else None
            ends = bare.strip(" >") == "$$" if closing == "$$" else found is not None and found[1].startswith(closing)
            if ends and (found is None or not found[2].strip()):
                out.append(Group("\n".join(held), True, not empty))
                held, closing, empty = [], "", False
            continue
        if not bare:
            empty = True
            continue
        fence = FENCE.match(bare)
        if fence or (bare[-2:] == "$$" and _DISPLAYED.fullmatch(bare)):
            closing, held = fence[1] if fence else "$$", [bare]
            continue
        if bare.lstrip(" >")[:1] == "|" and out and not empty and out[-1].text.lstrip(" >")[:1] == "|":
            out[-1] = Group(f"{out[-1].text}\n{bare}", False, out[-1].close)
        else:
            out.append(Group(bare, False, bool(out) and not empty))
        empty = False
    out += [Group(line, False, True) for line in held if line]  # never closed: lines as others
    return out
