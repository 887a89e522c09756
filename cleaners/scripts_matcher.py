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
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

SHORT = 2, 3, 4  # phrase lengths tried by slicing; longer phrases are few and go by their first two characters
BULK = 2_000  # code points from which on the character table is a numpy array: str.translate costs 20 times as much
LAST = 0x110000

# The package splits its input here (OpenCC's PhraseExtract.cpp), so a key that holds one of these is never found.
SEPARATORS = frozenset(
    "-,.?!*　，。、；：？！…“”‘’『』「」﹁﹂—－（）《》〈〉～．／＼︒︑︔︓︿﹀︹︺︙︐［﹇］﹈︕︖︰︳︴︽︾︵︶｛︷｝︸﹃﹄【︻】︼ \t\n\r\f\v"
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
        self._even = all(len(v) == 1 for v in self._table.values())
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
        for key in self._phrases:
            length = len(key)
            if length > longest_short:
                pair = key[:2]
                known = long.get(pair, ())
                if length not in known:
                    long[pair] = (*known, length)
                for border in range(1, length):
                    pair = key[border - 1 : border + 1]
                    if reach.get(pair, 0) < border:
                        reach[pair] = border
        self._long = long
        self._reach = reach

    def _index_pivots(self) -> None:
        phrases = self._phrases
        plain: Sequence[str]
        if self._even:
            plain = "\n".join(phrases).translate(self._table).split("\n") if phrases else ()
        else:
            plain = [key.translate(self._table) for key in phrases]
        # pivot and its neighbour -> where an effective phrase may start and how long it is
        right: dict[str, tuple[tuple[int, int], ...]] = {}
        left: dict[str, tuple[tuple[int, int], ...]] = {}
        pivots: set[str] = set()
        effective: set[str] = set()
        for (key, value), by_character in zip(phrases.items(), plain, strict=True):
            if value == by_character or _first(value) == by_character:
                continue
            effective.add(key)
            at = _pivot(key, _first(value), by_character)
            pivots.add(key[at])
            side, pair = (right, key[at : at + 2]) if at + 1 < len(key) else (left, key[at - 1 :])
            known = side.get(pair, ())
            if (at, len(key)) not in known:
                side[pair] = (*known, (at, len(key)))
        self._effective = effective
        self._right = right
        self._left = left
        self._pivots = re.compile("[" + re.escape("".join(sorted(pivots))) + "]") if pivots else None

    def convert(self, text: str) -> str:
        """The text, converted."""
        matches = self.matches(text) if self._pivots is not None else []
        if not matches:
            return self._characters(text)
        done: list[str] = []
        at = 0
        if self._even:
            plain = self._characters(text)
            for start, end, value in matches:
                done += (plain[at:start], value)
                at = end
            done.append(plain[at:])
        else:
            for start, end, value in matches:
                done += (text[at:start].translate(self._table), value)
                at = end
            done.append(text[at:].translate(self._table))
        return "".join(done)

    def matches(self, text: str) -> list[Match]:
        """Phrases to be replaced, in order, not overlapping; between them characters go by the table.

        Only clusters that hold an effective phrase are told: elsewhere phrases give what their characters give.
        """
        found: list[Match] = []
        if self._pivots is None:
            return found
        effective, right, left = self._effective, self._right, self._left
        done = 0  # no phrase reaches over this border
        for pivot in self._pivots.finditer(text):
            at = pivot.start()
            if at < done:
                continue
            spans = right.get(text[at : at + 2], ()) + (left.get(text[at - 1 : at + 1], ()) if at else ())
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

    def _characters(self, text: str) -> str:
        if len(text) < BULK or not self._even:
            return text.translate(self._table)
        codes = self._array["numpy"].frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        converted: bytes = self._array["table"][codes].tobytes()
        return converted.decode("utf-32-le", "surrogatepass")

    @cached_property
    def _array(self) -> dict[str, Any]:
        import numpy

        table = numpy.arange(LAST, dtype="<u4")
        for code, value in self._table.items():
            table[code] = ord(value)
        return {"numpy": numpy, "table": table}


def _first(candidates: str) -> str:
    return candidates if " " not in candidates else candidates.partition(" ")[0]


def _pivot(key: str, value: str, by_character: str) -> int:
    """Index of the character for which a phrase is an exception: the one that the table converts otherwise."""
    if len(value) == len(key) == len(by_character):
        for at, character in enumerate(value):
            if character != by_character[at]:
                return at
    return 0
