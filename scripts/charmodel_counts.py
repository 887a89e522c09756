"""Weighted counts of characters, pairs and triples from the sources of the character model, folded to one script."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from cleaners.model import charmodel as cm
from scripts.charmodel_repositories import READERS, Repository, langdata, mcbopomofo, thuocl
from scripts.charmodel_smartcn import smartcn
from scripts.charmodel_sources import Source, help_pages, jieba, poetry, sources, wiki, wordfreq
from scripts.charmodel_words import LEAST, WordModel, grams, sunpinyin

Counts = tuple[NDArray[np.uint64], NDArray[np.float64]]  # sorted keys, weights

# Weights and repeats were found by coordinate descent: they give the right character the greatest share of probability
# among those that lost bytes leave open, on one half of a held-out collection of web pages, checked on the other half.
WEIGHT = {  # characters that a source of words or pairs stands for in the mixture
    "wiki-zh": 44e6,
    "wiki-ja": 8e6,
    "sunpinyin": 90e6,  # words
    "smartcn": 17e6,  # words
    "wordfreq-zh": 110e6,
    "mcbopomofo": 15e6,
    "thuocl": 0.35e6,
    "jieba": 10e6,
    "langdata-chi_sim": 66e6,
    "langdata-chi_tra": 0.5e6,
    "langdata-jpn": 12e6,
    "langdata-kor": 6e6,
    "wordfreq-ja": 8e6,
    "wordfreq-ko": 5e6,
}
REPEAT = {  # what one character of a running text counts
    "chinese-poetry": 0.07,
    "help-zh-cn": 0.2,
    "help-zh-tw": 0.2,
    "help-ja": 2.0,
    "help-ko": 2.0,
    "laws": 0.4,
    "reports": 3.0,
    "judgments": 1.8,
    "cases": 1.8,
    "transcripts": 0.6,
    "plurality": 10.0,
    "common-voice": 2.3,
    "lctt": 1.2,
    "d2l": 1.7,
    "kdconv": 3.0,
    "cmrc": 4.0,
    "drcd": 2.4,
    "xquad": 7.0,
    "gsd": 2.0,
    "gsd-names": 2.0,
    "pud": 2.0,
    "hk": 2.0,
    "ntrex": 2.0,
    "g2pm": 4.0,
    "wikipedia-1": 3.0,
    "wikipedia-2": 3.0,
    "statutes": 0.1,
    "stories": 2.6,
    "recipes": 4.0,
    "open-source-guides": 5.0,
    "laoshe": 1.0,
    "essays": 1.0,
}
LANGUAGE = {  # whose single characters a running text teaches: Simplified Chinese, where not told
    "chinese-poetry": "",
    "help-zh-tw": "Hant",
    "help-ja": "Jpan",
    "help-ko": "Kore",
    "transcripts": "Hant",
    "statutes": "Hant",
    "plurality": "Hant",
    "drcd": "Hant",
    "hk": "Hant",
    "ntrex": "",
    "wikipedia-1": "",
    "wikipedia-2": "",
    "common-voice": "",
}
VERSE = ("chinese-poetry",)  # whose lines do not begin as lines of prose do
ENOUGH = 20.0  # weight of a context in running text from which its marks are told
MOST_MARKS = 8.0  # times that a mark may count
# A line of the laws is an item, one of the sets of questions a question: lines end with these marks four to eight times
# as often as on held-out pages, and a lost full stop was no longer told from them.
ENDS_OF_ITEMS, SHARE_OF_ENDS = "；：？", 0.25
WIKI_SINGLES = 60e6  # Wikipedia's weight among the single characters of each script


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
        self.running: dict[int, list[Counts]] = {1: [], 2: [], 3: []}  # of these what comes with its marks
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
            self.running[order].append((unique, count * weight))

    def starts(self, text: str, weight: float) -> None:
        """What begins a sentence may begin a line: there are far more of those."""
        items: dict[str, float] = {}
        for start in re.findall(r"[\u3002\uff01\uff1f][\u201d\u300d]?([\u3400-\u9fff]{2})", text):
            for gram in ("\n" + start[0], "\n" + start):
                items[gram] = items.get(gram, 0.0) + weight
        self.grams(items)

    def grams(self, items: dict[str, float], running: bool = False) -> None:
        """Weighted strings of one to three characters; `running`: counted with the marks between words."""
        for order in (1, 2, 3):
            chosen = [(g, w) for g, w in items.items() if len(g) == order and max(g) < "\U00010000"]
            if chosen:
                flat = codes("".join(g for g, _ in chosen), self.fold).reshape(-1, order)
                keys = np.zeros(len(chosen), dtype=np.uint64)
                for column in range(order):
                    keys = (keys << np.uint64(16)) | flat[:, column]
                self.parts[order].append(merge([(keys, np.array([w for _, w in chosen]))]))
                if running:
                    self.running[order].append(self.parts[order][-1])

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
        """All counts of this order. Most sources have words and no marks: behind each context marks get the share that
        they have where text is running; behind ENDS_OF_ITEMS the borders of lines count SHARE_OF_ENDS."""
        keys, weights = merge(self.parts[order])
        seen, running = merge(self.running[order])
        place = np.minimum(np.searchsorted(seen, keys), len(seen) - 1)
        there = np.where(seen[place] == keys, running[place], 0.0)
        marks = _marks()
        last = marks[(keys & np.uint64(0xFFFF)).astype(int)]
        contexts, group = np.unique(keys >> np.uint64(16), return_inverse=True)
        words = np.bincount(group, weights=np.where(last, 0.0, weights))
        words_there = np.bincount(group, weights=np.where(last, 0.0, there))
        share = np.minimum(MOST_MARKS, (words + 1.0) / (words_there + 1.0))
        known = np.bincount(group, weights=there) >= ENOUGH
        if order > 1:
            known &= ~marks[(contexts & np.uint64(0xFFFF)).astype(int)]  # behind a mark all text is running
        weights = weights * np.where(last & known[group], share[group], 1.0)
        if order > 1:
            ends = codes(ENDS_OF_ITEMS, self.fold)
            item = (keys & np.uint64(0xFFFF) == ord("\n")) & np.isin((keys >> np.uint64(16)) & np.uint64(0xFFFF), ends)
            weights = np.where(item, weights * SHARE_OF_ENDS, weights)
        return keys, weights


def _marks() -> NDArray[np.bool_]:
    """Which characters, as they are looked up, no list of words has: signs, digits, letters, borders of lines."""
    kinds = [unicodedata.category(chr(code))[0] for code in range(0x10000)]
    marks = np.isin(kinds, ["P", "S", "Z", "N"])
    marks[[ord("a"), ord("\n")]] = True
    marks[0x3007] = False  # 〇 is a numeral
    return marks


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


def count_wiki(tally: Tally, folder: Path) -> int:
    """Pairs of Wikipedia, and how many. The Chinese columns are one text in two scripts: Hans counts, Hant fills what
    it lacks."""
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
    return len(hans) + len(hant) + len(japanese)


def count_sunpinyin(tally: Tally, model: WordModel) -> None:
    """The single characters of each script, too: of the word models only open-gram's are of everyday text."""
    traditional = traditional_of()
    for word, share in zip(model.words, model.single.tolist(), strict=True):
        for char in word if share > LEAST else "":
            tally.raw["Hans"][ord(char)] += share * WEIGHT["sunpinyin"]
            tally.raw["Hant"][ord(traditional.get(char, char))] += share * WEIGHT["sunpinyin"]
    tally.grams(grams(model, WEIGHT["sunpinyin"]), running=True)


def count(folder: Path, fold: NDArray[np.uint16]) -> tuple[Tally, dict[str, str]]:
    """All sources, each with its weight; and how much of each there is, told for people."""
    tally = Tally(fold)
    sizes: dict[str, str] = {}

    def running(name: str, text: str) -> None:
        sizes[name] = f"{len(text) / 1e6:.2f} million characters"
        print(f"{name}: {sizes[name]}", file=sys.stderr)
        tally.text(text, REPEAT[name], LANGUAGE.get(name, "Hans"))
        if name not in VERSE:
            tally.starts(text, REPEAT[name])

    def words(name: str, found: Iterator[tuple[str, float]], weight: str, language: str) -> None:
        items = list(found)
        sizes[name] = ", ".join(filter(None, (sizes.get(name), f"{len(items):,} words")))
        tally.words(iter(items), WEIGHT[weight], language)

    listed = sources()
    for name, text in (*poetry(folder), *help_pages(folder)):
        running(name, text)
    for name, read in READERS.items():
        running(name, read(repository(folder, listed[name])))
    for tongue, language in (("zh", "Hans"), ("ja", "Jpan"), ("ko", "Kore")):
        words("wordfreq", wordfreq(folder, tongue), f"wordfreq-{tongue}", language)
    words("jieba", jieba(folder), "jieba", "Hans")
    words("thuocl", thuocl(repository(folder, listed["thuocl"])), "thuocl", "Hans")
    words("mcbopomofo", mcbopomofo(repository(folder, listed["mcbopomofo"])), "mcbopomofo", "Hant")
    for language in ("chi_sim", "chi_tra", "jpn", "kor"):
        counts = langdata(repository(folder, listed["langdata"]), language)
        sizes["langdata"] = ", ".join(filter(None, (sizes.get("langdata"), f"{len(counts):,} counts")))
        scale = WEIGHT[f"langdata-{language}"] / sum(found for gram, found in counts.items() if len(gram) == 2)
        tally.grams({gram: found * scale for gram, found in counts.items()})
    sizes["cjclassifier"] = f"{count_wiki(tally, folder):,} characters and pairs"
    model = sunpinyin(folder)
    sizes["sunpinyin-data"] = f"{len(model.words):,} words, {len(model.first):,} pairs"
    count_sunpinyin(tally, model)
    model = smartcn(folder)
    sizes["lucene-smartcn"] = f"{len(model.words):,} words, {len(model.first):,} pairs"
    tally.grams(grams(model, WEIGHT["smartcn"]), running=True)
    return tally, sizes


def repository(folder: Path, source: Source) -> Repository:
    return Repository(folder, source.place.removeprefix("github "), source.commit)
