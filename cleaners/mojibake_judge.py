"""What speaks for a candidate: the character model, and what an author would hardly have written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cleaners import charmodel

MARK = "\ufffd"
ODD = -12.0  # bits: a character that hardly any author types (enclosed, compatibility and rare forms)
OTHER_SCRIPT = -6.0  # a Traditional character in a Simplified text, or the reverse
GONE = 12.0  # U+FFFD costs the model 25 bits; as an honest "one character is gone" it costs about what any would


@dataclass(frozen=True, slots=True)
class Repair:
    """What stands at [start, end) of a line, and what is to stand there instead."""

    start: int
    end: int
    after: str
    rule: str
    certainty: str
    detail: str


class Judge:
    """Log2 probabilities of candidates whose script is `script` ("Hans", "Hant", or "" where it is not known)."""

    def __init__(self, script: str = "") -> None:
        self._model = charmodel.model()
        self._logp = self._model.logp
        self._other = {"Hans": "Hant", "Hant": "Hans"}.get(script, "")
        self._costs: dict[str, float] = {}

    def logp(self, before: str, last: str, char: str) -> float:
        """log2 probability of `char` behind `before` and `last`."""
        cost = self._costs.get(char)
        if cost is None:
            cost = self._costs[char] = self._cost(char)
        return self._logp(before, last, char) + cost

    def score(self, text: str) -> float:
        """log2 probability of `text` as a line."""
        before, last, total = "\n", "\n", 0.0
        logp = self.logp
        for char in text:
            total += logp(before, last, char)
            before, last = last, char
        return total

    def _cost(self, char: str) -> float:
        if char == MARK:
            return GONE
        if char.isascii():
            return 0.0
        if self._other and self._model.kind(char) == self._other:
            return OTHER_SCRIPT
        if char in everyday():
            return 0.0
        if "\uff00" <= char <= "\uffef":
            return 0.0
        if unicodedata.normalize("NFKC", char) != char or not _common_codec(char):
            return ODD
        return 0.0


def _common_codec(char: str) -> bool:
    for codec in ("gbk", "cp950"):
        try:
            char.encode(codec)
        except UnicodeEncodeError:
            continue
        return True
    return False


@lru_cache(maxsize=4)
def judge(script: str = "") -> Judge:
    """The one judge for a script."""
    return Judge(script)


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """Characters that need no explaining: level 1 of GB 2312 and of Big5, and both sets' punctuation."""
    chars = {chr(code) for code in range(0x20, 0x7F)} | {chr(code) for code in range(0xFF01, 0xFF5F)}
    chars.update(
        "\t\n\r\u3000\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u00d7\u00f7\u2103\u00b0\u2022\u25cf\u25a0\u25cb"
    )
    chars.update(
        "\u3001\u3002\u3008\u3009\u300a\u300b\u300c\u300d\u300e\u300f\u3010\u3011\u3014\u3015\u201a\u2014\u2013\uffe5"
    )
    for first, last, codec in ((0xB0, 0xD7, "gb2312"), (0xA4, 0xC6, "big5")):
        for lead in range(first, last + 1):
            for trail in range(0x40, 0xFF):
                try:
                    chars.add(bytes((lead, trail)).decode(codec))
                except UnicodeDecodeError:
                    continue
    return frozenset(chars)


def script_of(text: str) -> str:
    """ "Hans" or "Hant", where most of the characters that tell are of one script, else ""."""
    kind: Callable[[str], str] = charmodel.model().kind
    kinds = [kind(char) for char in text[:2000]]
    simplified, traditional = kinds.count("Hans"), kinds.count("Hant")
    if simplified > 2 * traditional:
        return "Hans"
    if traditional > 2 * simplified:
        return "Hant"
    return ""
