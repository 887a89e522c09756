"""Lines of code and data told from Chinese prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.text.chars import BLANKS, GLOSS, HAN, WIDE
from cleaners.text.widths import indents
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    laid_out: float = threshold(0.2, "share", "of the lines of prose that may hold a gap, an operator, or a box's line")
    step_longest: int = threshold(40, "characters", "the longest line of what is indented by steps")


T = Thresholds()
CODE = re.compile(
    r"\s*(?://|/\*|#!|#include|</?\w+|(?:def|class|import|from|return|if|for|while|elif|else|try|except"
    r"|public|private|static|void|int|var|let|const|function|SELECT|INSERT|UPDATE)\b)"
)
LAID_OUT = re.compile("[^ \u3000][ \u3000]{2,}[^ \u3000]|\t|[\u2500-\u257f]| [=<>+]=? ")  # 姓名    年龄, 水深 = 3
# An object of JSON begins, or one of its members does; what its strings say may be Chinese.
DATA = re.compile(
    r"(?:[\t !#-~]{0,60}?[\[{]\s{0,20}\"[^\"\n]{1,60}\"|[ \t]{0,60}\"[A-Za-z_][\w.$-]{0,60}\")"
    r"\s{0,4}:\s{0,4}[\"\[{tfn\d-]"
)
CODE_SIGNS = ("==", "!=", "->", "=>")
CALL = re.compile(r"[A-Za-z0-9_]\(")  # 江畔日报(青江) ends a dateline
SPACE = re.compile("&(?:amp;){0,3}(?:nbsp|ensp|emsp|#160|#12288|zwnj);")  # white space that a page shows by name
COMMENT = re.compile(r"//|(?:#|/\*|\*/|\*|--)(?:\s|$)")
CODE_END = frozenset(",;:(){}[]<>\"'`\\")


def is_code(line: str) -> bool:
    """Whether a line is code, or belongs to it: it is data in JSON, or it is indented or has a sign of code and is not
    Chinese prose."""
    if "&" in line:
        line = SPACE.sub("", line)
    if line[:1] >= "\u2e80" or not line.strip(BLANKS):
        return False
    if is_data(line):
        return True
    return (line[:1] in " \t" or has_code_sign(line)) and not mostly_wide(line)


def is_data(line: str) -> bool:
    """Whether a line begins with an object of JSON, in an assignment too, or with a member of one."""
    return '"' in line and DATA.match(line) is not None


def mostly_wide(line: str) -> bool:
    """Whether more than a third of a line, without space around it and readings in it, are Han and their marks."""
    bare = line.strip(BLANKS)
    if "(" in bare:
        bare = GLOSS.sub("", bare)
    return len(WIDE.findall(bare)) * 3 > len(bare)


def code_rows(lines: Sequence[str]) -> list[bool]:
    """Which lines are code: by themselves, or as they go on from a statement, whatever Chinese they hold.

    Behind a statement, and the empty lines behind it, an indented line is code that is a comment or ends as code does:
    `    # 先把数据读进来`, `  "名称": "清文",`; one that is not indented, where it is a comment and no line is between,
    for behind an empty line `# 渡口` is a heading.
    """
    out: list[bool] = []
    inside = next_to = False
    for line in lines:
        if not inside and line[:1] >= "\u2e80":  # what nearly every line begins with: a Chinese character
            out.append(False)
            next_to = False
            continue
        own = is_code(line)
        out.append(own or (inside and _goes_on(line, next_to)))
        next_to = out[-1]
        if own:
            inside = inside or has_code_sign(line)
        elif line.strip(BLANKS):
            inside = next_to
    if any(out):
        _without_lone(lines, out)
    return out


def _without_lone(lines: Sequence[str], rows: list[bool]) -> None:
    """Takes out what is indented, has no other sign of code, and Chinese before and behind it: 　　2019年10月03日"""
    held = [n for n, line in enumerate(lines) if line.strip(BLANKS)]
    lone = [
        n
        for before, n, after in zip([-1, *held], held, [*held[1:], -1], strict=False)
        if rows[n]
        and not (before >= 0 and rows[before])
        and not (after >= 0 and rows[after])
        and HAN.search(lines[n])
        and not has_code_sign(lines[n])
    ]
    for n in lone:
        rows[n] = False


def _goes_on(line: str, next_to: bool) -> bool:
    bare = line.strip(BLANKS)
    if line[:1] not in (" ", "\t"):
        return next_to and COMMENT.match(bare) is not None
    return bare[-1:] in CODE_END or COMMENT.match(bare) is not None


def is_prose(lines: Sequence[str]) -> bool:
    """Whether lines are Chinese that runs on, or verse: none is code, few are laid out in columns or are formulas, and
    no short lines are indented by steps, as pseudocode is."""
    rows = [line for line in lines if line.strip(BLANKS)]
    laid_out = sum(1 for row in rows if LAID_OUT.search(row))
    steps = len({width for width in indents(rows) if width}) > 1 and max(map(len, rows)) <= T.step_longest
    if laid_out > T.laid_out * len(rows) or steps:
        return False
    return mostly_wide("\n".join(rows)) and not any(code_rows(lines))


def has_code_sign(line: str) -> bool:
    """Whether a line begins like a statement, ends like one, holds an operator of code, or ends in a call."""
    bare = line.rstrip()
    if bare.endswith(("{", "}", ";", "\\")) or any(sign in line for sign in CODE_SIGNS):
        return True
    if (line[:1] <= "\x7f" or line[:1].isspace()) and CODE.match(line):
        return True
    if is_data(line):
        return True
    bare = bare.removesuffix(":").rstrip()
    return bare.endswith(")") and CALL.search(bare, 0, len(bare) - 1) is not None
