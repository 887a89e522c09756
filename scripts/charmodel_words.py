"""Word models of three input methods, read as the characters, pairs and triples that they expect of running text.

open-gram as sunpinyin ships it, libime's model as KenLM writes it, libpinyin's counts of words and pairs. Which
packages they are and how to fetch them is told in build_charmodel.py.
"""

from __future__ import annotations

import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.charmodel_sources import deb, find, member

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LEAST = 1e-9  # share of a word below which it is left out


@dataclass
class WordModel:
    """Words, and the shares of running text that each, each pair and some triples of them have.

    `words` and `single` are as long as one another; `first`, `second` and `pair` are those of pairs, by the words'
    numbers; of `triples` (first, second, third, share) the second word is one character.
    """

    words: list[str]
    single: Floats
    first: Ints
    second: Ints
    pair: Floats
    triples: list[tuple[int, int, int, float]] = field(default_factory=list)


def grams(model: WordModel, total: float) -> dict[str, float]:
    """Weight of each string of one to three characters in `total` words of what the model expects."""
    items: dict[str, float] = {}
    words = model.words

    def add(gram: str, weight: float) -> None:
        items[gram] = items.get(gram, 0.0) + weight

    for word, share in zip(words, model.single.tolist(), strict=True):
        if share > LEAST:
            for order in (1, 2, 3):
                for start in range(len(word) - order + 1):
                    add(word[start : start + order], share * total)
    common = (model.single > LEAST).tolist()
    for i, j, share in zip(model.first.tolist(), model.second.tolist(), model.pair.tolist(), strict=True):
        left, right = words[i], words[j]
        if not left or not right or not common[i] or not common[j]:
            continue
        add(left[-1] + right[0], share * total)
        if len(left) > 1:
            add(left[-2:] + right[0], share * total)
        if len(right) > 1:
            add(left[-1] + right[:2], share * total)
    for i, j, k, share in model.triples:
        if common[i] and common[j] and words[i] and words[k]:
            add(words[i][-1] + words[j] + words[k][0], share * total)
    return items


def sunpinyin(folder: Path) -> WordModel:
    """open-gram (CC BY-SA 3.0). Layout after sunpinyin's slm: three levels of nodes, word number in the low 18 bits of
    the first word, indices into tables of probabilities and back-off weights, first child in the upper half of the
    second word and the top of the third."""
    with deb(find(folder, "sunpinyin-data_*.deb")) as tar:
        names = {Path(i.name).name: i for i in tar}
        blob = member(tar, names["lm_sc.t3g"])
        lexicon = member(tar, names["pydict_sc.bin"])
    words = lexicon[struct.unpack("<3I", lexicon[:12])[2] :].decode("utf-32-le").split("\0")
    sizes = struct.unpack("<4i", blob[8:24])
    offset = 24
    shares = np.frombuffer(blob, "<f4", 1 << 16, offset)
    offset += 4 * ((1 << 16) + (1 << 14))
    level = []
    for depth, size in enumerate(sizes):
        width = 3 if depth < 3 else 2
        level.append(np.frombuffer(blob, "<u4", width * size, offset).reshape(-1, width))
        offset += 4 * width * size
    number = [(n[:, 0] & ((1 << 18) - 1)).astype(np.int64) for n in level]
    share = [shares[n[:, 1] & 0xFFFF].astype(np.float64) for n in level]
    child = [((n[:, 1] >> 16) + ((n[:, 2] >> 25) << 16)).astype(np.int64) for n in level[:3]]
    single = np.zeros(len(words))
    np.add.at(single, number[1][:-1], share[1][:-1])
    above = np.repeat(np.arange(len(number[1]) - 1), np.diff(child[1]))
    pair = share[1][above] * share[2][: len(above)]
    triples = [
        (int(number[1][above[j]]), int(number[2][j]), int(number[3][k]), float(pair[j] * share[3][k]))
        for j in range(len(above))
        if len(words[number[2][j]]) == 1
        for k in range(child[2][j], child[2][j + 1])
    ]
    return WordModel(words, single, number[1][above], number[2][: len(above)], pair, triples)


def libpinyin(folder: Path) -> WordModel:
    """Counts of words and of pairs of words (GPL 3 or later). A number's highest byte says which dictionary the word is
    in; each dictionary has a table of places, and there length, readings, count and text. The pairs are a Berkeley DB
    from the first word to the second ones and their counts."""
    words, counts, number = [""], [0.0], {}
    with deb(find(folder, "libpinyin-data_*.deb")) as tar, tempfile.TemporaryDirectory() as scratch:
        names = {Path(i.name).name: i for i in tar}
        for dictionary, name in enumerate(("gb_char.bin", "gbk_char.bin", "opengram.bin", "merged.bin"), start=1):
            blob = member(tar, names[name])[8:]
            table, content = struct.unpack_from("<4xII", blob)
            for place, start in enumerate(np.frombuffer(blob[table:content], "<u4", (content - table) // 4).tolist()):
                if start:
                    length, _, count = struct.unpack_from("<BBI", blob, content + start)
                    text = blob[content + start + 6 :][: 4 * length]
                    number[(dictionary << 24) | place] = len(words)
                    words.append(text.decode("utf-32-le"))
                    counts.append(float(count) if count > 2 else 0.0)  # what was never met counts one
        database = Path(scratch) / "bigram.db"
        database.write_bytes(member(tar, names["bigram.db"]))
        dump = subprocess.run(["db5.3_dump", str(database)], check=True, capture_output=True, text=True).stdout
    lines = dump.partition("HEADER=END\n")[2].partition("DATA=END")[0].split()
    first: list[int] = []
    second: list[int] = []
    pair: list[float] = []
    for key, value in zip(lines[::2], lines[1::2], strict=True):
        left = number.get(struct.unpack("<I", bytes.fromhex(key))[0])
        if left is not None:  # else the start of a sentence
            for token, count in np.frombuffer(bytes.fromhex(value), "<u4")[1:].reshape(-1, 2).tolist():
                if token in number:
                    first.append(left)
                    second.append(number[token])
                    pair.append(float(count))
    total = sum(counts)
    return WordModel(words, np.array(counts) / total, np.array(first), np.array(second), np.array(pair) / total)


def libime(folder: Path) -> WordModel:
    """libime's model (LGPL 2.1 or later), smoothed after Kneser and Ney, whose single words are therefore no
    frequencies: those are what stays the same when text is drawn from the pairs."""
    model = kenlm(folder)
    first, second = model.first, model.second
    share = model.shares()
    pair = share[first] * model.pair
    share[0] = 0.0  # the unknown word
    known = {(int(i), int(j)): float(w) for i, j, w in zip(first, second, pair, strict=True)}
    triples = [
        (i, j, k, known[i, j] * chance3)
        for i, j, k, chance3 in model.triples()
        if len(model.words[j]) == 1 and (i, j) in known
    ]
    return WordModel(model.words, share, first, second, pair, triples)


def kenlm(folder: Path) -> Kenlm:
    """The file that libime's model is."""
    with deb(find(folder, "libime-data-language-model_*.deb")) as tar:
        return Kenlm(member(tar, next(i for i in tar if i.name.endswith("/zh_CN.lm"))))


class Kenlm:
    """A file of KenLM 5: a trie of three orders, quantised, pointers in an array (lm/search_trie.cc, lm/quantize.cc,
    lm/bhiksha.cc). The trie goes backwards: below a word stand those before it."""

    HEAD = 88  # sanity block; then order and type, and from 20 bytes on the counts

    def __init__(self, blob: bytes) -> None:
        sizes = struct.unpack_from("<3Q", blob, self.HEAD + 20)
        at = self.HEAD + 48 + 8 + 8 * sizes[0]  # behind the hashes of the words
        version, chance_bits, backoff_bits = blob[at], blob[at + 1], blob[at + 2]
        if not blob.startswith(b"mmap lm http://kheafield.com/code format version 5") or version != 2:
            raise ValueError("not a quantised KenLM trie")
        at += 8
        tables = []
        for bits in (chance_bits, backoff_bits, chance_bits):
            tables.append(10.0 ** np.frombuffer(blob, "<f4", 1 << bits, at).astype(np.float64))
            at += 4 << bits
        single = np.frombuffer(blob, [("chance", "<f4"), ("backoff", "<f4"), ("next", "<u8")], sizes[0] + 2, at)
        at += 16 * (sizes[0] + 2)
        inline = _inline_bits(sizes[1] + 1, sizes[2], blob[at + 1])
        places = np.frombuffer(blob, "<u8", (sizes[2] >> inline) + 1, (at + 7) // 8 * 8 + 8)
        at += 8 * (len(places) + 1) + 7
        word_bits = sizes[0].bit_length()
        middle = _Packed(blob, at, (word_bits, chance_bits + backoff_bits, inline), sizes[1] + 1)
        at = middle.end
        longest = _Packed(blob, at, (word_bits, chance_bits), sizes[2])
        last = _Packed(blob, at, (word_bits, chance_bits), sizes[2] + 1).end

        self.words = blob[last:].decode("utf-8").split("\0")[:-1]
        self.words[0] = ""
        self.singles = 10.0 ** single["chance"][: sizes[0]].astype(np.float64)
        self.backoff = 10.0 ** np.minimum(single["backoff"][: sizes[0]].astype(np.float64), 0.0)
        begins = np.minimum(single["next"][: sizes[0] + 1].astype(np.int64), sizes[1])
        self.second: Ints = np.repeat(np.arange(sizes[0]), np.diff(begins))
        self.first: Ints = middle.columns[0][: sizes[1]]
        self.pair: Floats = tables[0][middle.columns[1][: sizes[1]] >> backoff_bits]
        high = np.searchsorted(places, np.arange(sizes[1] + 1, dtype=np.uint64), "right") - 1
        self._next: Ints = (high << inline) | middle.columns[2]
        self._third: Ints = longest.columns[0]
        self._chance: Floats = tables[2][longest.columns[1]]

    def shares(self) -> Floats:
        """How often each word stands in text that is drawn from the pairs."""
        share = self.singles / self.singles.sum()
        gain = self.pair - self.backoff[self.first] * self.singles[self.second]
        for _ in range(60):
            drawn = np.bincount(self.second, weights=share[self.first] * gain, minlength=len(share))
            share = np.maximum(drawn + self.singles * (share @ self.backoff), 0.0)
            share /= share.sum()
        return share

    def triples(self) -> Iterator[tuple[int, int, int, float]]:
        """First, second, third word, and the third one's probability behind the two."""
        pair = np.repeat(np.arange(len(self.first)), np.diff(self._next))
        columns: list[Any] = [self._third, self.first[pair], self.second[pair], self._chance]
        return zip(*(column.tolist() for column in columns), strict=True)


class _Packed:
    """Rows of numbers of so many bits each, the lowest first and without gaps."""

    def __init__(self, blob: bytes, start: int, widths: tuple[int, ...], rows: int) -> None:
        data = np.frombuffer(blob[start:] + bytes(8), np.uint8)
        place = np.arange(rows, dtype=np.int64) * sum(widths)
        self.columns: list[Ints] = []
        for width in widths:
            value = np.zeros(rows, np.uint64)
            for step in range(8):
                value |= data[(place >> 3) + step].astype(np.uint64) << np.uint64(8 * step)
            value = (value >> (place & 7).astype(np.uint64)) & np.uint64((1 << width) - 1)
            self.columns.append(value.astype(np.int64))
            place += width
        self.end = start + (rows * sum(widths) + 7) // 8 + 8


def _inline_bits(rows: int, most: int, allowed: int) -> int:
    """How many bits of a pointer stand in its row; the others are told by where rows begin (ChopBits of KenLM)."""
    needed = most.bit_length()
    cost = [(most >> (needed - chop)) * 64 - rows * chop for chop in range(min(needed, allowed) + 1)]
    return needed - cost.index(min(cost))
