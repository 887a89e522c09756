"""Which script a text is in: Hans, Hant (of Taiwan, of Hong Kong), Jpan, Kore, Latn, mixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cleaners import scripts_tables as tables

HAN = "㐀-䶿一-鿿豈-舘\U00020000-\U000323af"
_RANGES = (
    (0x3041, 0x30FF, "kana"), (0x31F0, 0x31FF, "kana"), (0xFF66, 0xFF9D, "kana"),
    (0x3400, 0x4DBF, "han"), (0x4E00, 0x9FFF, "han"), (0xF900, 0xFAFF, "han"), (0x20000, 0x323AF, "han"),
    (0xAC00, 0xD7A3, "Kore"), (0x1100, 0x11FF, "Kore"), (0x3131, 0x318E, "Kore"),
    (0x41, 0x5A, "Latn"), (0x61, 0x7A, "Latn"), (0xC0, 0x24F, "Latn"), (0xFF21, 0xFF3A, "Latn"), (0xFF41, 0xFF5A, "Latn"),
    (0x370, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"), (0x590, 0x5FF, "Hebr"), (0x600, 0x6FF, "Arab"),
    (0x900, 0x97F, "Deva"), (0xE00, 0xE7F, "Thai"),
)  # fmt: skip


@cache
def evidence() -> Mapping[str, str]:
    """Character -> the class of script that it is evidence for."""
    return {c: name for name, members in tables.rows("evidence.tsv") for c in members if name in _COUNTED}


_COUNTED = ("hans", "hans-jp", "hant", "hant-jp", "jp")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many characters of a text speak for what."""

    hans: int = 0
    hant: int = 0
    jp: int = 0
    kana: int = 0
    han: int = 0
    other: str = ""  # the script with most letters besides Han and kana
    letters: int = 0  # how many it has


def count(text: str) -> Counts:
    known = evidence()
    tally: Counter[str] = Counter()
    for c, n in Counter(text).items():
        kind = known.get(c)
        if kind is not None:
            tally[kind] += n
            tally["han"] += n
        elif c.isalpha():
            tally[_range(ord(c))] += n
    others = [(n, name) for name, n in tally.items() if name[0].isupper()]
    letters, other = max(others, default=(0, ""))
    return Counts(
        tally["hans"] + tally["hans-jp"],
        tally["hant"] + tally["hant-jp"],
        tally["jp"],
        tally["kana"],
        tally["han"],
        other,
        letters,
    )


@cache
def _range(code: int) -> str:
    for first, last, name in _RANGES:
        if first <= code <= last:
            return name
    return "other"


def detect(text: str) -> str:
    c = count(text)
    if c.kana and c.kana * 20 > c.han:
        return "Jpan"
    if c.letters > 2 * c.han:
        return c.other if c.other else "neutral"
    if not c.hans and not c.hant:
        return "Jpan" if c.jp else "neutral"
    if c.hans >= 9 * c.hant:
        return "Hans"
    if c.hant >= 9 * c.hans:
        return "Hant"
    return "mixed"


def hant_only() -> re.Pattern[str]:
    return re.compile("[" + "".join(c for c, kind in evidence().items() if kind.startswith("hant")) + "]")
