"""Words of a list that a text may hold, found by two characters of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise


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
        first, second = ("".join(sorted({pair[n] for pair in self._by_pair})) for n in (0, 1))
        self._pairs = re.compile(f"([{re.escape(first)}])(?=([{re.escape(second)}]))") if first else None

    def held(self, text: str) -> list[str]:
        """The words that stand in `text`, in the list's order."""
        return [word for word in map(self._words.__getitem__, sorted(self._likely(text))) if word in text]

    def any_in(self, text: str) -> bool:
        """Whether one of the words stands in `text`."""
        return any(self._words[place] in text for place in self._likely(text))

    def _likely(self, text: str) -> list[int]:
        """Places of the words whose two rarest neighbours stand in `text`."""
        pairs = set(self._pairs.findall(text)) if self._pairs else set()
        return [*(place for pair in pairs & self._by_pair.keys() for place in self._by_pair[pair]), *self._alone]
