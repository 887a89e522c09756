"""Words of a list that a text may hold, found by two characters of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    seen: int = threshold(
        400, "characters", "of a text that tell whether it is in an alphabet; of shorter ones nothing does"
    )
    latin: float = threshold(
        0.8, "share", "of these in ASCII, from which the few words in ASCII are looked for one by one"
    )


T = Thresholds()


class WordIndex:
    """Words by the two neighbours in each that are rarest in running text, so that few are looked for in a page."""

    def __init__(self, words: Sequence[str], commonness: Callable[[str], float]) -> None:
        """words: none of them empty. commonness: of a character, the commoner the higher."""
        self._words = tuple(words)
        self._alone = [place for place, word in enumerate(self._words) if len(word) == 1]
        self._by_pair: dict[tuple[str, str], list[int]] = {}
        for place, word in enumerate(self._words):
            pairs = list(pairwise(word))
            if pairs:
                rarest = min(pairs, key=lambda pair: commonness(pair[0]) + commonness(pair[1]))
                self._by_pair.setdefault(rarest, []).append(place)
        plain = [pair for pair in self._by_pair if pair[0].isascii() and pair[1].isascii()]
        self._plain = [place for pair in plain for place in self._by_pair[pair]]
        self._pairs = _side_by_side(self._by_pair.keys())
        self._rarer = _side_by_side(self._by_pair.keys() - set(plain))

    def held(self, text: str) -> list[str]:
        """The words that stand in `text`, in the list's order."""
        return [word for word in map(self._words.__getitem__, sorted(self._likely(text))) if word in text]

    def any_in(self, text: str) -> bool:
        """Whether one of the words stands in `text`."""
        return any(self._words[place] in text for place in self._likely(text))

    def _likely(self, text: str) -> list[int]:
        """Places of the words whose two rarest neighbours stand in `text`."""
        # of a text in English most neighbours are those of some word
        latin = len(text) > T.seen and len(text[: T.seen].encode("ascii", "ignore")) >= T.latin * T.seen
        neighbours = self._rarer if latin else self._pairs
        pairs = set(neighbours.findall(text)) if neighbours else set()
        likely = [place for pair in pairs & self._by_pair.keys() for place in self._by_pair[pair]]
        return [*likely, *(self._plain if latin else ()), *self._alone]


def _side_by_side(pairs: Collection[tuple[str, str]]) -> re.Pattern[str] | None:
    """What finds two neighbours of which the first is the first of a pair, and the second the second of one."""
    first, second = ("".join(sorted({pair[n] for pair in pairs})) for n in (0, 1))
    return re.compile(f"([{re.escape(first)}])(?=([{re.escape(second)}]))") if first else None
