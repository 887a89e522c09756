"""The word model of Lucene's Smart Chinese Analyzer: words of news and pairs of them, with their counts.

ICTCLAS's makers gave the counts to Lucene under the Apache licence (so the analyzer's documentation says). They come as
two serialised tables. One has the words as they are, the other of each pair a 64-bit hash and its count: the pairs are
found by hashing every word behind every other, in a minute and a half of one core. All 328,856 are found.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.charmodel_sources import deb, find, member
from scripts.charmodel_words import LEAST, Ints, WordModel

Hashes = NDArray[np.uint64]

FOLDER = "org/apache/lucene/analysis/cn/smart/hhmm/"
START = "始##始"  # of a sentence; other words with MARK stand for its end, names, numbers and dates
MARK = "##"
BETWEEN = "@"  # in what is hashed, between the words of a pair
PRIME, BASIS = 1099511628211, 0xCBF29CE484222325  # Fowler, Noll and Vo
SIEVE = 22  # bits of a hash, twice, by which most pairs are told to be none

NULL, REFERENCE, CLASS, ARRAY, END = 0x70, 0x71, 0x72, 0x75, 0x78  # of Java's serialisation
FIRST_HANDLE = 0x7E0000
NUMBERS = {"[S": ">i2", "[C": ">u2", "[I": ">i4", "[J": ">i8"}


class _Java:
    """What Java's serialisation wrote, as far as it is arrays of numbers and arrays of arrays."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 4
        self._handles: list[Any] = []

    def all(self) -> Iterator[Any]:
        while self._at < len(self._data):
            yield self._value()

    def _number(self, form: str) -> int:
        (found,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return int(found)

    def _referred(self) -> Any:
        return self._handles[self._number(">I") - FIRST_HANDLE]

    def _class(self) -> str:
        kind = self._number("B")
        if kind == REFERENCE:
            return str(self._referred())
        if kind != CLASS:
            return ""
        length = self._number(">H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length + 8 + 1 + 2 + 1  # name, version, flags, no fields, end of notes
        self._handles.append(name)
        self._class()  # what it extends
        return name

    def _value(self) -> Any:
        kind = self._number("B")
        if kind == NULL:
            return None
        if kind == REFERENCE:
            return self._referred()
        if kind != ARRAY:
            raise ValueError(f"no array at {self._at - 1}")
        form = NUMBERS.get(self._class())
        self._handles.append(None)
        place, length = len(self._handles) - 1, self._number(">i")
        value: Any
        if form:
            value = np.frombuffer(self._data, form, length, self._at)
            self._at += value.nbytes
        else:
            value = [self._value() for _ in range(length)]
        self._handles[place] = value
        return value


def hashed(text: str, state: int = BASIS) -> int:
    """FNV-1a over the two bytes of each character, the low one first."""
    for char in text:
        for byte in (ord(char) & 255, ord(char) >> 8):
            state = ((state ^ byte) * PRIME) & (2**64 - 1)
    return state


class _Tree:
    """The words as a tree of their characters, level by level, so that a hash goes through all of them in few steps."""

    def __init__(self, words: list[str]) -> None:
        prefixes = sorted(
            {word[:length] for word in words for length in range(1, len(word) + 1)}, key=lambda p: (len(p), p)
        )
        place = {prefix: number for number, prefix in enumerate(prefixes)}
        self.word = np.full(len(prefixes), -1)  # number of the word that ends here
        self.word[[place[word] for word in words]] = np.arange(len(words))
        chars = np.array([ord(prefix[-1]) for prefix in prefixes], np.uint32)
        self._low, self._high = chars & np.uint32(255), chars >> np.uint32(8)
        lengths = [len(prefix) for prefix in prefixes]
        self._levels: list[tuple[slice, Ints]] = []
        for length in range(1, max(lengths) + 1):
            level = slice(lengths.index(length), lengths.index(length) + lengths.count(length))
            parents = [place[prefix[:-1]] for prefix in prefixes[level]] if length > 1 else []
            self._levels.append((level, np.array(parents, np.int64)))
        self._states = np.empty(len(prefixes), np.uint32)

    def behind(self, state: int) -> NDArray[np.uint32]:
        """The low 32 bits of the hash of each prefix behind what `state` is the hash of: low bits make low bits."""
        states, prime = self._states, np.uint32(PRIME & 0xFFFFFFFF)
        for level, parents in self._levels:
            here = states[level]
            if len(parents):
                np.take(states, parents, out=here)
            else:
                here[:] = np.uint32(state & 0xFFFFFFFF)
            for byte in (self._low, self._high):
                np.bitwise_xor(here, byte[level], out=here)
                np.multiply(here, prime, out=here)
        return states


def pairs(words: list[str], hashes: Hashes) -> tuple[Ints, Ints, Ints]:
    """Numbers of the first and of the second word of each pair whose hash is among `hashes`, which are sorted, and the
    place of the hash."""
    low = hashes.astype(np.uint32)
    mask, shift = np.uint32((1 << SIEVE) - 1), np.uint32(32 - SIEVE)
    ends, starts = np.zeros(1 << SIEVE, np.bool_), np.zeros(1 << SIEVE, np.bool_)
    ends[low & mask], starts[low >> shift] = True, True
    tree = _Tree(words)
    firsts, seconds = [], []
    states = [hashed(word + BETWEEN) for word in words]
    for number, state in enumerate(states):
        found = tree.behind(state)
        near = np.flatnonzero(ends[found & mask])
        near = near[starts[found[near] >> shift] & (tree.word[near] >= 0)]
        firsts.append(np.full(len(near), number))
        seconds.append(tree.word[near])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    whole = np.array(states, np.uint64)[first]
    lengths = np.array([len(word) for word in words])
    for at in range(lengths.max()):
        longer = lengths[second] > at
        chars = np.array([ord(word[at]) if len(word) > at else 0 for word in words], np.uint64)[second[longer]]
        state64 = (whole[longer] ^ (chars & np.uint64(255))) * np.uint64(PRIME)
        whole[longer] = (state64 ^ (chars >> np.uint64(8))) * np.uint64(PRIME)
    place = np.minimum(np.searchsorted(hashes, whole), len(hashes) - 1)
    there = hashes[place] == whole
    return first[there], second[there], place[there]


def smartcn(folder: Path) -> WordModel:
    """Shares of the words that are none of the marks; a sentence begins with a line's border."""
    with deb(find(folder, "liblucene8-java_*.deb")) as tar:
        jar = next(i for i in tar if i.isfile() and "smartcn" in i.name and i.name.endswith(".jar"))
        with zipfile.ZipFile(io.BytesIO(member(tar, jar))) as files:
            core, bigrams = (_Java(files.read(FOLDER + name)) for name in ("coredict.mem", "bigramdict.mem"))
    rows, firsts, rests, counts = core.all()
    found: dict[str, int] = {}
    for row, first in zip(rows, firsts, strict=True):
        if row >= 0 and first:
            for rest, count in zip(rests[row] or (), counts[row] if rests[row] else (), strict=True):
                word = chr(first) + "".join(map(chr, () if rest is None else rest))
                if count:
                    found[word] = int(count)
    hashes, times = bigrams.all()
    order = np.argsort(hashes.astype(np.int64).view(np.uint64))
    order = order[times[order] > 0]
    words = list(found)
    left, right, place = pairs(words, hashes.astype(np.int64).view(np.uint64)[order])
    total = sum(count for word, count in found.items() if MARK not in word)
    single = [2 * LEAST if word == START else 0.0 if MARK in word else found[word] / total for word in words]
    shown = ["\n" if word == START else "" if MARK in word else word for word in words]
    return WordModel(shown, np.array(single), left, right, times[order][place].astype(np.float64) / total)
