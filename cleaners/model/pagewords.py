"""A page's own characters, pairs and triples beside the character model: names and terms come again.

What came whole tells what came broken. Pairs and triples are a cache in the sense of Kuhn and De Mori (1990); single
characters scale the model's probability (Kneser, Peters and Klakow 1997), for by themselves they would overrule what
stands beside them. The weights were found on held-out news, where the page's words save a third of the errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from operator import add
from typing import TYPE_CHECKING, TypeAlias

from cleaners.model.charmodel import Choices
from cleaners.thresholds import threshold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    singles: float = threshold(0.02, "share", "of single characters of the page in the probability of a character")
    pairs: float = threshold(0.10, "share", "of pairs of the page in the probability of a character")
    triples: float = threshold(0.20, "share", "of triples of the page in the probability of a character")
    doubt_singles: int = threshold(
        500, "characters", "added to the count that single ones are a share of: once says little"
    )
    doubt_pairs: int = threshold(4, "characters", "added to the count of a pair's context: once says little")
    doubt_triples: int = threshold(1, "characters", "added to the count of a triple's context: once says little")
    scale: float = threshold(0.3, "power", "of how much commoner a character is on the page than elsewhere")


T = Thresholds()
MODEL = 1.0 - T.singles - T.pairs - T.triples
LEFT = log2(MODEL)  # of what the model says, for characters whose words are not counted
_FOLD = str.maketrans("123456789", "000000000")


_Weights: TypeAlias = "tuple[Choices, NDArray[np.float64], NDArray[np.float64], list[int]]"
_Plain: TypeAlias = "tuple[Choices, NDArray[np.bool_]]"


class PageWords:
    """Counts of strings of one to three characters; digits are one character, as in the character model."""

    def __init__(self, usual: Callable[[str], bool], unigram: Callable[[str], float]) -> None:
        """usual: whether a character may count; rare ones may be garble, which would prove itself.

        unigram: log2 probability of a character by itself.
        """
        self._usual = usual
        self._unigram = unigram
        self._known: dict[str, bool] = {}
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._singles: dict[str, tuple[int, float, float]] = {}  # as asked for since the last text was counted,
        self._weights: dict[int, _Weights] = {}  # and for all at once, by the number of choices that are kept beside it
        self._countable: dict[int, _Plain] = {}  # which of them are usual, likewise

    def __len__(self) -> int:
        """Characters counted."""
        return self._total

    def holds(self, char: str) -> bool:
        """Whether the character was counted."""
        return char in self._counts

    def add(self, text: str) -> None:
        """Count `text`; a character that is not usual counts in nothing and divides what stands on its sides."""
        known, usual = self._known, self._usual
        for char in set(text):
            if char not in known:
                known[char] = usual(char)
        plain = "".join([char if known[char] else "\0" for char in text]).translate(_FOLD)
        self._singles.clear()
        self._weights.clear()
        strings: list[str] = []
        for stretch in filter(None, plain.split("\0")):
            self._total += len(stretch)
            strings += stretch
            pairs = list(map(add, stretch, stretch[1:]))
            strings += pairs
            strings += map(add, pairs, stretch[2:])
        self._counts.update(strings)

    def logp(self, model: float, before: str, last: str, char: str) -> float:
        """log2 probability of `char` behind `before` and `last`, where the model says it is `model`.

        What may not count is left to the model, and so is ASCII: no name comes again there, and a run of broken bytes
        ends before ASCII, so that what came whole in front of it is not a fair sample.
        """
        usual = self._known.get(char)
        if usual is None:
            usual = self._known[char] = self._usual(char)
        if char <= "\x7f" or not usual:
            return model + LEFT
        counts = self._counts
        seen, scale, single = self._singles.get(char) or self._single(char)
        share = MODEL * min(1.0, 2.0**model * scale) + single
        if not seen:
            return log2(share)
        pair = (last + char).translate(_FOLD)
        seen = counts.get(pair, 0)
        if seen:
            share += T.pairs * seen / (counts[pair[:1]] + T.doubt_pairs)
            triple = before.translate(_FOLD) + pair
            seen = counts.get(triple, 0) if len(triple) == 3 else 0
            if seen:
                share += T.triples * seen / (counts[triple[:2]] + T.doubt_triples)
        return log2(share)

    def logp_each(self, model: NDArray[np.float64], before: str, last: str, choices: Choices) -> NDArray[np.float64]:
        """`logp` for each of the choices, where the model says of each what `model` holds. None may be ASCII."""
        import numpy as np

        _, scale, single, present = self._weights.get(id(choices)) or self._weigh(choices)
        found: NDArray[np.float64] = np.log2(MODEL * np.minimum(1.0, np.exp2(model) * scale) + single)
        first, counts = last.translate(_FOLD), self._counts
        for place in present:
            char = choices.chars[place]
            if first + char in counts:
                found[place] = self.logp(float(model[place]), before, last, char)
        return found

    def _single(self, char: str) -> tuple[int, float, float]:
        seen = self._counts.get(char, 0)
        weight = (seen / 2.0 ** self._unigram(char) + T.doubt_singles) / (self._total + T.doubt_singles)
        own = self._singles[char] = seen, weight**T.scale, T.singles * seen / (self._total + T.doubt_singles)
        return own

    def _weigh(self, choices: Choices) -> _Weights:
        """How much commoner each choice is here, its share as a single character, and where those counted stand."""
        import numpy as np

        countable = self._countable.get(id(choices))
        if countable is None:
            usual = np.array([self._usual(char) for char in choices.chars], np.bool_)
            countable = self._countable[id(choices)] = choices, usual
        unseen = (T.doubt_singles / (self._total + T.doubt_singles)) ** T.scale  # of those that are usual
        scale, single = np.where(countable[1], unseen, 1.0), np.zeros(len(choices))
        counts, present = self._counts, []
        for place, char in enumerate(choices.chars):
            if char in counts and countable[1][place]:
                _, scale[place], single[place] = self._singles.get(char) or self._single(char)
                present.append(place)
        found = self._weights[id(choices)] = choices, scale, single, present
        return found
