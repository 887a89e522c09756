"""open-gram, an input method's word model, read as the characters, pairs and triples that it expects of running text.

Which package it is and how to fetch it is told in build_charmodel.py.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

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
    numbers; of `triples` (first, second, third, share) the second word is one character. A pair with the word "" is
    left out.
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
