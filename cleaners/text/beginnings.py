"""With which characters a match of a regular expression can begin, so that most lines are told without trying it.

The words of the lexicons are mostly Chinese, and begin with many characters: `re` tries one alternative after the other
at each place of a line. A look for one class of characters is many times faster, and English has none of most classes.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any

_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s", op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_CASELESS = re.compile(r"\(\?[a-z]{0,6}i")
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_OF_NO_WIDTH = (op.AT, op.ASSERT, op.ASSERT_NOT)


def beginning(pattern: re.Pattern[str]) -> re.Pattern[str] | None:
    r"""A class of characters of which one begins each match of `pattern`; None where no such class is told.

    The class may hold more than that: what is only asserted (`^`, `\b`, what stands beside) is not looked at.

    >>> beginning(re.compile("(?:来源|作者)[:：]|\\d+年")).pattern
    '[来作\\d]'
    >>> beginning(re.compile("a*")) is None
    True
    """
    said, ends = _of(parser.parse(pattern.pattern, pattern.flags))
    if said is None or not said or ends:
        return None
    caseless = pattern.flags & re.IGNORECASE or _CASELESS.search(
        pattern.pattern
    )  # of a part of it: of all of the class
    return re.compile(f"[{''.join(dict.fromkeys(said))}]", re.IGNORECASE if caseless else 0)


def _of(parts: Any) -> tuple[list[str] | None, bool]:
    """What may begin a match of these parts one behind the other, as pieces of a class, and whether they may match
    nothing. None for any character."""
    said: list[str] = []
    for code, value in parts:
        one, empty = _of_one(code, value)
        if one is None:
            return None, empty
        said += one
        if not empty:
            return said, False
    return said, True


def _of_one(code: Any, value: Any) -> tuple[list[str] | None, bool]:
    if code in _OF_NO_WIDTH:
        return [], True
    if code is op.LITERAL:
        return [_escaped(value)], False
    if code is op.IN:
        return _of_class(value), False
    if code is op.SUBPATTERN:
        return _of(value[3])
    if code is op.ATOMIC_GROUP:
        return _of(value)
    if code in _REPEATS:
        said, empty = _of(value[2])
        return said, empty or value[0] == 0
    if code is op.BRANCH:
        found = [_of(branch) for branch in value[1]]
        if any(said is None for said, _ in found):
            return None, True
        return [piece for said, _ in found for piece in said or ()], any(empty for _, empty in found)
    return None, True  # any character, a group's words again, a condition


def _of_class(items: Any) -> list[str] | None:
    said: list[str] = []
    for code, value in items:
        if code is op.LITERAL:
            said.append(_escaped(value))
        elif code is op.RANGE:
            said.append(f"{_escaped(value[0])}-{_escaped(value[1])}")
        elif code is op.CATEGORY and value in _CATEGORIES:
            said.append(_CATEGORIES[value])
        else:
            return None  # all but some
    return said


def _escaped(code: int) -> str:
    return f"\\{chr(code)}" if chr(code) in "\\]^-[&~|" else chr(code)
