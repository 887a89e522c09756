"""Words of a list that a text may hold, found by two characters of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


class WordIndex:
    """Words by the character of each that is rarest in running text and the one beside it: few are looked for."""

    def __init__(self, words: Sequence[str], commonness: Callable[[str], float]) -> None:
        """words: none of them empty. commonness: of a character, the commoner the higher."""
        self._words = tuple(words)
        self._ahead: dict[str, list[int]] = {}  # the rarest character and what is behind it, or it alone
        self._back: dict[str, list[int]] = {}  # where it is a word's last one: it and what is before it
        rarest: set[str] = set()
        for place, word in enumerate(self._words):
            at = min(range(len(word)), key=lambda n: commonness(word[n]))
            rarest.add(word[at])
            last = at > 0 and at == len(word) - 1
            pair = word[at - 1 : at + 1] if last else word[at : at + 2]
            (self._back if last else self._ahead).setdefault(pair, []).append(place)
        self._single = any(len(pair) == 1 for pair in self._ahead)
        self._rarest = re.compile(f"[{re.escape(''.join(sorted(rarest)))}]")

    def held(self, text: str) -> list[str]:
        """The words that stand in `text`, in the list's order."""
        ahead, back = self._ahead, self._back
        places: set[int] = set()
        for found in self._rarest.finditer(text):
            at = found.start()
            places.update(ahead.get(text[at : at + 2], ()), back.get(text[max(0, at - 1) : at + 1], ()))
            if self._single:
                places.update(ahead.get(text[at], ()))
        return [word for word in map(self._words.__getitem__, sorted(places)) if word in text]
