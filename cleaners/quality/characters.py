"""What the characters of a text are, counted once for all the figures that go by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cleaners.text import HAN_CLASS
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    remembered: int = threshold(20_000, "characters", "whose kinds are kept; a text has few different ones")


T = Thresholds()
HAN = re.compile(f"[{HAN_CLASS}]")
MARK = re.compile(r"[^\w\s]|_")
SYMBOL = re.compile(f"[^\\w\\s{HAN_CLASS}，。、；：？！“”‘’（）《》【】「」『』〈〉—…·,.;:?!()'\"%-]|_")
# The commonest function words of written Chinese, Simplified and Traditional (the head of any frequency list of the
# Lancaster Corpus of Mandarin Chinese); one character each, so that a count is one look through the text.
FUNCTION_WORDS = frozenset(
    "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們到作地于於出就分对對成会會可主"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many characters of a text are Han, and of these function words; digits; marks, and of these unusual ones."""

    han: int = 0
    function_words: int = 0
    digits: int = 0
    marks: int = 0
    symbols: int = 0


_HAN, _FUNCTION, _DIGIT, _MARK, _SYMBOL, _OTHER = range(6)


class _Kinds(dict[str, int]):
    """Character -> the narrowest of the kinds above that it is of: as asked for."""

    def __missing__(self, character: str) -> int:
        if HAN.match(character):
            kind = _FUNCTION if character in FUNCTION_WORDS else _HAN
        elif character.isdigit():
            kind = _DIGIT
        elif MARK.match(character):
            kind = _SYMBOL if SYMBOL.match(character) else _MARK
        else:
            kind = _OTHER
        if len(self) >= T.remembered:
            self.clear()
        self[character] = kind
        return kind


_KINDS = _Kinds()


def tally(counts: Mapping[str, int]) -> Tally:
    """The tally of a text. counts: how often each character stands in it."""
    found = [0] * 6
    for character, times in counts.items():
        found[_KINDS[character]] += times
    han, function, digits, marks, symbols, _ = found
    return Tally(han + function, function, digits, marks + symbols, symbols)
