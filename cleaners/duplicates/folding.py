"""The folded copy that texts are compared on: NFKC, Simplified, letters and digits alone; case is kept.

Folded texts are arrays of code points, many texts in one: a table look-up folds a million characters in milliseconds
where `str.translate` takes fifty of them, and a hundred calls on short arrays cost more than one on a long one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from cleaners.scripts import dictionary

Codes = np.ndarray[Any, np.dtype[np.uint32]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]

_DROPPED = 0
_BREAK = 10  # a line break is kept until the lines are told apart
_SPECIAL = 0xFFFFFFFF  # a character that NFKC makes several of, or joins with the one before it
_END = 0x110000


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded texts, one behind the other.

    codes: code points of all. bounds: text n is codes[bounds[n]:bounds[n + 1]]. lines: lengths of all their lines, in
    folded characters; text n has lines[line_bounds[n]:line_bounds[n + 1]].
    """

    codes: Codes
    bounds: Numbers
    lines: Numbers
    line_bounds: Numbers

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def text(self, n: int) -> str:
        """Folded text n as a string."""
        return self.codes[self.bounds[n] : self.bounds[n + 1]].astype("<u4").tobytes().decode("utf-32-le")


def fold(text: str) -> str:
    """A text folded.

    >>> fold("第１條：「國家」 — a、b。")
    '第1条国家ab'
    """
    return fold_all([text]).text(0)


def fold_all(texts: Sequence[str]) -> Folded:
    """Several texts folded. A lone surrogate is dropped, as a mark is."""
    codes = _codes("\n".join(texts))
    folded = _table()[codes]
    special = folded == _SPECIAL
    if np.any(special):
        texts = [text if _is_simple(text) else unicodedata.normalize("NFKC", text) for text in texts]
        codes = _codes("\n".join(texts))
        folded = _table()[codes]
        folded = np.where(folded == _SPECIAL, _plain()[codes], folded)
    breaks = folded == _BREAK
    kept = (folded != _DROPPED) & ~breaks
    line_of = np.cumsum(breaks)[kept]
    lines = np.bincount(line_of, minlength=int(np.count_nonzero(breaks)) + 1).astype(np.int64)
    counts = np.fromiter((text.count("\n") + 1 for text in texts), np.int64, len(texts))
    line_bounds = np.concatenate(([0], np.cumsum(counts)))
    bounds = np.concatenate(([0], np.cumsum(lines)))[line_bounds]
    return Folded(folded[kept], bounds, lines if texts else lines[:0], line_bounds)


def codes_of(folded: str) -> Codes:
    """Code points of a folded text that is a string."""
    return _codes(folded)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _is_simple(text: str) -> bool:
    return not np.any(_table()[_codes(text)] == _SPECIAL)


@cache
def _plain() -> Codes:
    """Code point of NFKC text -> its folded code point, 0 for what is dropped."""
    table = np.zeros(_END, np.uint32)
    for code in _assigned():
        if chr(code).isalnum():
            table[code] = code
    for source, targets in dictionary("TSCharacters").items():
        target = targets.split(" ")[0]
        if len(source) == 1 and len(target) == 1:
            table[ord(source)] = ord(target)
    table[_BREAK] = _BREAK
    return table


@cache
def _table() -> Codes:
    """Code point of any text -> its folded code point, 0 for what is dropped, _SPECIAL for what needs NFKC in full."""
    plain = _plain()
    table = plain.copy()
    for code in _assigned():
        character = chr(code)
        if unicodedata.category(character) in ("Mn", "Mc"):
            table[code] = _SPECIAL
        elif not unicodedata.is_normalized("NFKC", character):
            normal = unicodedata.normalize("NFKC", character)
            if len(normal) == 1:
                table[code] = plain[ord(normal)]
            elif any(plain[ord(c)] for c in normal):
                table[code] = _SPECIAL
            else:
                table[code] = _DROPPED
    return table


def _assigned() -> Sequence[int]:
    """Code points that may mean something: planes 0 to 3 without the surrogates."""
    return [*range(0xD800), *range(0xE000, 0x40000)]
