"""Dictionary conversion, compiled: the semantics of opencc-python-reimplemented at the speed of C.

The package takes, for one dictionary after the other, the longest match anywhere in the text, the leftmost of equals,
then does the same in what is left. Most of that changes nothing: a phrase matters only where its conversion differs
from that of its characters. So characters go through one table, and phrases are looked for only around a pivot, a
character that some phrase converts otherwise than the table. A match found there is resolved together with all that it
overlaps, directly or through others, which gives the package's answer exactly: no phrase reaches over the borders of
such a cluster.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cleaners.thresholds import threshold

SHORT = 2, 3, 4  # phrase lengths tried by slicing; longer phrases are few and go by their first two characters


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    bulk: int = threshold(
        80,
        "code points",
        "from which on numpy converts characters faster than str.translate (at 1,000: 8 times)",
        "python benchmarks/scripts.py",
    )
    bulk_import: int = threshold(
        100_000,
        "code points",
        "from which on numpy is imported for that if nothing else has",
        "python benchmarks/scripts.py",
    )
    few: int = threshold(
        100,
        "characters",
        "in a table: so few are looked for before the text is rebuilt",
        "python benchmarks/scripts.py",
    )
    rare: int = threshold(2_500, "rank", "given to a character that is not in FREQUENT")


T = Thresholds()
LAST = 0x110000

# The package splits its input here (OpenCC's PhraseExtract.cpp), so a key that holds one of these is never found.
SEPARATORS = frozenset(
    "-,.?!* \t\n\r\f\v\u3000"
    "，。、；：？！…“”‘’『』「」﹁﹂—－（）《》〈〉～．／＼"
    "︒︑︔︓︿﹀︹︺︙︐［﹇］﹈︕︖︰︳︴︽︾︵︶｛︷｝︸﹃﹄【︻】︼"
)

# The most frequent characters, in both scripts, the most frequent first: bad pivots. A matter of speed alone.
FREQUENT = (
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自"
    "之年过過发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部"
    "其些主样樣理心她本前开開但因只从從想实實日军軍者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點"
    "正业業外将將两兩高间間由问問很最重并並物手应應战戰向头頭文体體政美相见見被利什二等产產或新己制身果加西斯月话話"
    "合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各入几幾口认認"
    "条條平系气氣题題活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期市"
    "直德资資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強即像难難"
    "且权權思王象完设設式色路记記南品住告类類求据據程北边邊死张張该該交规規万萬取拉格望觉覺术術领領共确確传傳师師观觀"
    "清今切院让讓识識候带帶导導争爭运運普组組创創项項技"
)

Match = tuple[int, int, str]  # start, end, what stands there after conversion


class Step:
    """One group of dictionaries, compiled.

    levels: dictionaries in order of precedence; a key's value is its conversion. What a level has matched is taken
    before the next level is looked at, whatever the lengths.
    """

    def __init__(self, levels: Sequence[Mapping[str, str]]) -> None:
        self._single: dict[str, str] = {}
        self._phrases: Mapping[str, str] = {}
        self._level_of: dict[str, int] = {}
        self._depth = 0
        for level in levels:
            self._add(level)
        self._table = {ord(k): _first(v) for k, v in self._single.items() if k != _first(v)}
        self._uneven = tuple(chr(k) for k, v in self._table.items() if len(v) != 1)
        self._few = re.compile("[" + "".join(map(chr, self._table)) + "]") if 0 < len(self._table) < T.few else None
        self._index_borders()
        self._index_pivots()

    def _add(self, level: Mapping[str, str]) -> None:
        lengths = set(map(len, level))
        phrases = level
        if 1 in lengths:
            phrases = {k: v for k, v in level.items() if len(k) > 1}
        if phrases:
            if self._single:
                # A character of an earlier level is always taken before a phrase of this one that holds it.
                blocked = set(self._single)
                phrases = {k: v for k, v in phrases.items() if blocked.isdisjoint(k)}
            if self._depth:
                phrases = {k: v for k, v in phrases.items() if k not in self._phrases}
                self._level_of.update(dict.fromkeys(phrases, self._depth))
            self._phrases = {**self._phrases, **phrases} if self._depth else phrases
            self._depth += 1
        if 1 in lengths:
            self._single = {k: v for k, v in level.items() if len(k) == 1} | self._single

    def _index_borders(self) -> None:
        long: dict[str, tuple[int, ...]] = {}  # first two characters -> lengths over SHORT
        reach: dict[str, int] = {}  # two characters inside a long phrase -> how far left its start is, at most
        longest_short = SHORT[-1]
        for key in [key for key in self._phrases if len(key) > longest_short]:
            pair = key[:2]
            known = long.get(pair, ())
            if len(key) not in known:
                long[pair] = (*known, len(key))
            for border in range(1, len(key)):
                pair = key[border - 1 : border + 1]
                if reach.get(pair, 0) < border:
                    reach[pair] = border
        self._long = long
        self._reach = reach

    def _index_pivots(self) -> None:
        phrases = self._phrases
        joined = "\n".join(phrases)
        plain = self.characters(joined, importing=False).split("\n") if phrases else []
        effective: dict[str, str] = {}  # phrase -> the first character of it that it converts otherwise than the table
        even = True
        rows = zip(phrases, phrases.values(), plain, strict=True)
        for key, value, by_character in [row for row in rows if row[1] != row[2]]:
            value = _first(value)
            if len(value) != len(key) or len(by_character) != len(key):
                effective[key] = key
                even = False
            elif value != by_character:
                for at, character in enumerate(value):
                    if character != by_character[at]:
                        effective[key] = key[at]
                        break
        # A phrase is looked for around one of its characters: one that it is an exception for, or any, whichever makes
        # fewer places to look at.
        chosen = effective.values() if even else _pivots(effective)
        # pivot and its neighbour -> where an effective phrase may start and how long it is
        right: dict[str, tuple[tuple[int, int], ...]] = {}
        left: dict[str, tuple[tuple[int, int], ...]] = {}
        for key, pivot in zip(effective, chosen, strict=True):
            at = key.index(pivot)
            side, pair = (right, key[at : at + 2]) if at + 1 < len(key) else (left, key[at - 1 :])
            known = side.get(pair, ())
            if (at, len(key)) not in known:
                side[pair] = (*known, (at, len(key)))
        self._effective = effective
        self._right = right
        self._left = left
        self._pivots = re.compile("[" + re.escape("".join(sorted(set(chosen)))) + "]") if chosen else None

    @property
    def effective(self) -> Collection[str]:
        """The phrases that are converted otherwise than their characters are."""
        return self._effective.keys()

    def convert(self, text: str) -> str:
        """The text, converted."""
        matches = self.matches(text) if self._pivots is not None else []
        if not matches:
            return self.characters(text)
        done: list[str] = []
        at = 0
        if any(c in text for c in self._uneven):  # offsets would not hold
            for start, end, value in matches:
                done += (self.characters(text[at:start]), value)
                at = end
            done.append(self.characters(text[at:]))
        else:
            plain = self.characters(text)
            for start, end, value in matches:
                done += (plain[at:start], value)
                at = end
            done.append(plain[at:])
        return "".join(done)

    def matches(self, text: str) -> list[Match]:
        """Phrases to be replaced, in order, not overlapping; between them characters go by the table.

        Only clusters that hold an effective phrase are told: elsewhere phrases give what their characters give.
        """
        found: list[Match] = []
        if self._pivots is None:
            return found
        effective, right, left = self._effective, self._right.get, self._left.get
        done = 0  # no phrase reaches over this border
        for pivot in self._pivots.finditer(text):
            at = pivot.start()
            if at < done:
                continue
            for spans in (right(text[at : at + 2]), left(text[at - 1 : at + 1])):
                if spans is None:
                    continue
                for offset, length in spans:
                    start = at - offset
                    if start >= done and text[start : start + length] in effective:
                        done = self._resolve(text, start, start + length, done, found)
                        break
        return found

    def _resolve(self, text: str, start: int, end: int, floor: int, found: list[Match]) -> int:
        """Settle the cluster of overlapping phrases around text[start:end]; gives its end."""
        start = self._left_border(text, start, floor)
        level_of = self._level_of
        levels: list[list[tuple[int, int]]] = [[] for _ in range(self._depth)]
        at = start
        while at < end:
            for length in self._lengths(text, at):
                key = text[at : at + length]
                levels[level_of.get(key, 0) if level_of else 0].append((-length, at))
                if at + length > end:
                    end = at + length
            at += 1
        taken = bytearray(end - start)
        chosen: list[Match] = []
        for candidates in levels:
            candidates.sort()  # longest first, of equals the leftmost
            for negative, at in candidates:
                a, b = at - start, at - start - negative
                if 1 not in taken[a:b]:
                    taken[a:b] = b"\1" * -negative
                    chosen.append((at, at - negative, _first(self._phrases[text[at : at - negative]])))
        chosen.sort()
        found += chosen
        return end

    def _left_border(self, text: str, border: int, floor: int) -> int:
        """The nearest border at or left of `border` that no phrase reaches over."""
        phrases, long = self._phrases, self._long
        while border > floor:
            start = border
            if text[border - 1 : border + 1] in phrases:
                start = border - 1
            for length in SHORT[1:]:
                for at in range(max(floor, border - length + 1), border):
                    if at < start and text[at : at + length] in phrases:
                        start = at
            far = self._reach.get(text[border - 1 : border + 1], 0)
            for at in range(max(floor, border - far), start):
                if any(
                    at + length > border and text[at : at + length] in phrases
                    for length in long.get(text[at : at + 2], ())
                ):
                    start = at
                    break
            if start == border:
                break
            border = start
        return border

    def _lengths(self, text: str, at: int) -> Iterator[int]:
        phrases = self._phrases
        room = len(text) - at
        for length in SHORT:
            if length <= room and text[at : at + length] in phrases:
                yield length
        for length in self._long.get(text[at : at + 2], ()):
            if length <= room and text[at : at + length] in phrases:
                yield length

    def characters(self, text: str, importing: bool = True) -> str:
        """The text, converted character by character: what it would be without phrases."""
        if not self._table or (self._few is not None and self._few.search(text) is None):
            return text
        bulk = len(text) >= T.bulk and ("numpy" in sys.modules or (importing and len(text) >= T.bulk_import))
        if not bulk or any(c in text for c in self._uneven):
            return text.translate(self._table)
        numpy, table = self._array
        codes = numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        converted: bytes = table[codes].tobytes()
        return converted.decode("utf-32-le", "surrogatepass")

    @cached_property
    def _array(self) -> tuple[Any, Any]:
        import numpy

        table = numpy.arange(LAST, dtype="<u4")
        for code, value in self._table.items():
            if len(value) == 1:
                table[code] = ord(value)
        return numpy, table


def _first(candidates: str) -> str:
    return candidates if " " not in candidates else candidates.partition(" ")[0]


def _pivots(effective: Mapping[str, str]) -> Sequence[str]:
    """For each phrase one of its characters: rare in text, and shared by many phrases."""
    shared = Counter("".join(effective))
    cost = {c: _frequency(c) / n for c, n in shared.items()}
    return min(
        [[min(choice, key=cost.__getitem__) for choice in choices] for choices in (effective.values(), effective)],
        key=lambda pivots: sum(map(_frequency, set(pivots))),
    )


def _frequency(character: str) -> float:
    rank = FREQUENT.find(character)
    return 1.0 / (rank + 20 if rank >= 0 else T.rare)  # Zipf's law, near enough
