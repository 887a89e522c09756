"""What the characters of a text are, counted once for all the figures that go by it."""

from __future__ import annotations

import re
from collections import defaultdict
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


class _Kinds(dict[str, tuple[str, ...]]):
    """Character -> the fields of a Tally that it counts for: as asked for."""

    def __missing__(self, character: str) -> tuple[str, ...]:
        if HAN.match(character):
            kinds: tuple[str, ...] = ("han", "function_words") if character in FUNCTION_WORDS else ("han",)
        elif character.isdigit():
            kinds = ("digits",)
        elif MARK.match(character):
            kinds = ("marks", "symbols") if SYMBOL.match(character) else ("marks",)
        else:
            kinds = ()
        if len(self) >= T.remembered:
            self.clear()
        self[character] = kinds
        return kinds


_KINDS = _Kinds()


def tally(counts: Mapping[str, int]) -> Tally:
    """The tally of a text. counts: how often each character stands in it."""
    found: defaultdict[str, int] = defaultdict(int)
    for character, times in counts.items():
        for kind in _KINDS[character]:
            found[kind] += times
    return Tally(**found)
