"""What the search knows about a page: its table, its own words, and how it was folded."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaners.model import LEFT, CharModel, Choices, PageWords, front, model
from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.damage import NARROW, narrowed
from cleaners.restoration.bytestream.evidence import ANNOTATION, PageTable
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    unconverted: float = threshold(16.0, "bits", "for a Simplified character that conversion would have changed")
    foreign: float = threshold(16.0, "bits", "for a character that is neither of GB2312 nor made by conversion")
    symbol: float = threshold(6.0, "bits", "for kana, box drawing and the like")
    few_wide: float = threshold(
        0.1, "marks in full width for each", "in half width, that a folded page may have from elsewhere"
    )
    rare: float = threshold(-14.0, "log2 probability", "of a character from which it may be garble")
    many: int = threshold(160, "characters", "the commonest, among which the likeliest in a context are looked for")
    likeliest: int = threshold(96, "characters", "tried for an unknown byte")
    fillings: int = threshold(48, "characters", "kept of them for one hypothesis")
    worse: float = threshold(12.0, "bits", "behind the best at which a filling is no more tried")
    unseen: int = threshold(7, "hypotheses", "of an unseen pair kept at a place")


T = Thresholds()
LOST = "\ufffd"  # stands for a character that cannot be told,
DIGIT = "0"  # which is most often a digit
SWALLOWED = ",.:;!?()-/%\"'"  # ASCII marks below 0x40 that a lead byte may have swallowed; digits cannot be told apart
LONE_DIGIT = re.compile("(?<![0-9A-Za-z.])([0-9])([A-Za-z]{1,3})(?![A-Za-z])")  # 5G
WIDE = {narrow: wide for wide, narrow in NARROW.items()}
COUNTED = "，；：！"  # marks by whose width a page is known; `?` and `(` are marks of the damage, too
HAN = "[\u4e00-\u9fff]"
NARROW_BEHIND_HAN = re.compile(HAN + f"([{re.escape(''.join(NARROW.values()))}])")
PRIVATE_USE = re.compile("[\ue000-\ue765]")
CUT_MARKS = {
    ",": 0xA3AC,
    "，": 0xA3AC,
    ";": 0xA3BB,
    "；": 0xA3BB,
    "!": 0xA3A1,
    "！": 0xA3A1,
    "?": 0xA3BF,
    "？": 0xA3BF,
    "、": 0xA1A2,
}
MARKS = frozenset("。、“”‘’《》")  # those that a folded page has in the same width
DEPENDENT = frozenset("“”‘’。！？，")  # what they cost depends on more than the characters in front of them


class PageContext:
    """Facts about one page, gathered once."""

    def __init__(self, table: PageTable, texts: Sequence[str], simplified: bool = False) -> None:
        """table: what the page annotates. texts: its texts, in Traditional characters.

        simplified: whether the page itself is in Simplified characters.
        """
        self.simplified = simplified
        self.model: CharModel = model()
        self._ask = self.model.ask
        self.sounds = table.sounds
        self.readings = dict(table.readings)
        self.bare = table.bare
        codes = lexicon.codes()
        self.table = {codes[char]: sound for char, sound in table.readings.items()}
        everything = "".join(texts)
        wide = sum(map(everything.count, NARROW))
        behind = Counter(NARROW_BEHIND_HAN.findall(everything))
        narrow = {mark: behind[ascii] for mark, ascii in NARROW.items()}
        self.is_folded = wide <= T.few_wide * sum(narrow[mark] for mark in COUNTED)
        # A site that folds some marks only: those that stand behind Han in half width and hardly in full width.
        folds = [m for m in COUNTED if narrow[m] > 1 and everything.count(m) <= T.few_wide * narrow[m]]
        self.narrows = "" if self.is_folded else "".join(folds)
        if self.narrows and everything.count("？") <= T.few_wide * narrow["？"]:
            self.narrows += "？"
        self.shows_private_use = PRIVATE_USE.search(everything) is not None
        self.shows_lone_leads = re.search(HAN + r"\?[,，;；!！?？。、]", everything) is not None
        self.marks = dict(CUT_MARKS)  # at which the site may cut
        self.cuts_at_stops = re.search(HAN + r"\?。", everything) is not None
        if self.cuts_at_stops:
            self.marks["。"] = 0xA1A3
        self.mark = re.compile(f"[{re.escape(''.join(self.marks))}]")
        self.choose(*self.kinds()[0])
        self.budget = 1 << 60  # hypotheses that may still be tried on this page
        self.order: dict[
            tuple[str, str], bool
        ] = {}  # (a, b) -> a comes before b in the site's table, as repairs showed
        self._words = PageWords(_common, self.model.unigram)
        self._words.add(ANNOTATION.sub("", "\n".join(texts)))
        self._present = Counter(everything)
        self._everything = everything
        self._digits: dict[str, frozenset[str]] | None = None
        self._costs: dict[str, float] = {}
        self._prices: dict[str, float] = {}
        self._forms: dict[str, float] = {}
        self._ranked: dict[tuple[str, str, int, int], list[tuple[float, str]]] = {}
        self._ways: dict[tuple[str, int, tuple[int, int]], list[tuple[float, str, int]]] = {}
        self._eaten: dict[str, list[tuple[float, str]]] = {}
        self._model_bits: dict[str, NDArray[np.float32]] = {}
        # What the model says of choices, which no words of the page touch. They are kept: their number stays their own.
        self._asked: dict[tuple[str, int], tuple[Choices, NDArray[np.float64]]] = {}

    def kinds(self) -> list[tuple[bool, bool]]:
        """The kinds of site that the page may be of, as `choose` takes them, the likeliest first.

        Most sites that show user-defined pairs as private-use characters show a lead byte left alone as `?`, and most
        that drop the one drop the other.
        """
        if self.shows_private_use:
            return [(True, True)] if self.shows_lone_leads else [(True, True), (True, False)]
        if self.shows_lone_leads:
            return [(False, True), (True, True), (False, False)]
        return [(False, False), (True, True)]

    def choose(self, keeps_private_use: bool, marks_cuts: bool) -> None:
        """Take the site for one that shows what it cannot decode, or drops it: user-defined pairs, and lead bytes that
        a cut left alone."""
        self.may_vanish = not keeps_private_use
        self.marks_cuts = marks_cuts

    def may_be_cut(self, char: str) -> bool:
        """Whether a mark may be one of those, in full width, at which a site cuts."""
        return char >= "\x80" or self.is_folded or WIDE.get(char, " ") in self.narrows

    def learn(self, table: Iterable[tuple[str, str]], order: Mapping[tuple[str, str], bool]) -> None:
        """Take over what a repair showed: readings of characters, and the order of those that clash."""
        for char, sound in table:
            if char not in self.readings:
                self.readings[char] = sound
                self.table[lexicon.codes()[char]] = sound
        for (a, b), a_first in order.items():
            if (b, a) not in self.order:
                self.order.setdefault((a, b), a_first)

    def remember(self, texts: Iterable[str]) -> None:
        """Count repaired text, as the page shows it, among the page's words."""
        self._words.add("\n".join(texts))
        for known in (self._costs, self._prices, self._ranked, self._ways):
            known.clear()

    def written(self, text: str) -> str:
        """A repaired text in the page's own characters."""
        if not self.simplified:
            return text
        forms = lexicon.conversion().simplified
        return "".join(forms.get(char, char) for char in text)

    def folded(self, text: str) -> str:
        """The text as the page would show it: in half width where the page is."""
        return unicodedata.normalize("NFKC", text) if self.is_folded else narrowed(text, self.narrows)

    def bits(self, text: str, char: str) -> float:
        """Bits of `char` behind `text`, by the character model and the page's own pairs."""
        return self._bits(front(text), char)

    def _bits(self, before: str, char: str) -> float:
        """`bits` behind what `front` keeps."""
        key = before + char
        found = self._costs.get(key)
        if found is None:
            if LOST in key:
                return self._bits(front(before.replace(LOST, DIGIT)), char.replace(LOST, DIGIT))
            found = -self._words.logp(self._ask(before, char), before[-2:-1], before[-1:], char)
            self._costs[key] = found
        return found

    def cost(self, text: str, char: str) -> float:
        """`bits`, and what it costs that the site's text holds such a character at all."""
        before = front(text)
        key = before + char
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = self._bits(before, char) + self.form(char)
        return found

    def form(self, char: str) -> float:
        """Bits for a character that a converted GB2312 text hardly holds; 0 for those it does."""
        found = self._forms.get(char)
        if found is None:
            found = _form(char)
            if found and "㐀" <= char <= "鿿" and self._present[char] > 2:
                found /= 2
            self._forms[char] = found
        return found

    def digits_before(self, unit: str) -> frozenset[str]:
        """The digits that stand alone before these letters, and nothing but them, anywhere on the page."""
        if self._digits is None:
            self._digits = {}
            for digit, letters in LONE_DIGIT.findall(self._everything):
                self._digits[letters] = self._digits.get(letters, frozenset()) | {digit}
        return self._digits.get(unit, frozenset())

    def has(self, char: str) -> bool:
        """Whether the character stands somewhere on the page."""
        return self._present[char] > 0

    def usual(self, char: str) -> bool:
        """Whether a converted GB2312 text holds such a character."""
        return self.form(char) == 0.0

    def costs(self, before: str, choices: Choices) -> NDArray[np.float64]:
        """`cost` of each of the choices, all of them `usual`, behind `before`, which is what `front` keeps."""
        before = before.replace(LOST, DIGIT)
        asked = self._asked.get((before, id(choices)))
        if asked is None:
            asked = self._asked[before, id(choices)] = choices, self.model.ask_each(before, choices)
        return -self._words.logp_each(asked[1], before[-2:-1], before[-1:], choices)

    def swallowed(self, before: str) -> list[tuple[float, str]]:
        """(cost, character) of each ASCII mark that a lead byte may have swallowed, and of a digit, DIGIT."""
        found = self._eaten.get(before)
        if found is None:
            choices = _swallowed()
            costs = -LEFT - self.model.ask_each(before.replace(LOST, DIGIT), choices)
            found = self._eaten[before] = list(zip(costs.tolist(), choices.chars, strict=True))
        return found

    def model_bits(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The character model's bits of each character of each of the texts, which no words of the page touch."""
        new = [text for text in dict.fromkeys(texts) if text not in self._model_bits]
        if new:
            self._model_bits.update(zip(new, self.model.bits_each(new), strict=True))
        return [self._model_bits[text] for text in texts]

    def by_lead(self, before: str, lead: int) -> list[tuple[float, str]]:
        """(cost, character) of those with this lead byte, the cheapest `T.fillings` behind `before`."""
        key = before, "lead", lead, 0
        return self._ranked.get(key) or self._rank(key, _by_lead(lead))

    def by_trail(self, before: str, trail: int, pending: int) -> list[tuple[float, str]]:
        """(cost, character) of those with this trail byte and a lead byte in the range `pending`, the cheapest."""
        key = before, "trail", trail, pending
        return self._ranked.get(key) or self._rank(key, _by_trail(trail, pending))

    def behind(self, before: str, pending: int) -> list[tuple[float, str]]:
        """(cost, character) of the commonest with a lead byte in the range `pending` and a trail byte above 80."""
        key = before, "any", pending, pending
        return self._ranked.get(key) or self._rank(key, _in_a_range(pending))

    def _rank(self, key: tuple[str, str, int, int], choices: Choices) -> list[tuple[float, str]]:
        before, source, _, pending = key
        last = lexicon.last_bytes().get(before[-1:], 0)
        costs = self.costs(before, choices)
        dividing = source != "lead" and pending != lexicon.ANY and last in lexicon.unassigned_leads()
        order = costs.argsort(kind="stable")[: T.likeliest if dividing else min(T.likeliest, T.fillings)]
        chars = choices.chars
        ranked = [(cost, chars[nth]) for cost, nth in zip(costs[order].tolist(), order.tolist(), strict=True)]
        if dividing:
            # Behind the last trail byte, their lead byte must make a pair that shows no character.
            first, pairs, codes = last << 8, lexicon.pairs(), lexicon.codes()
            ranked = [way for way in ranked if first | codes[way[1]] >> 8 not in pairs]
        found = self._ranked[key] = [way for way in ranked[: T.fillings] if way[0] <= ranked[0][0] + T.worse]
        return found

    def unseen(self, before: str, pending: int, ranges: Sequence[tuple[int, int]]) -> list[tuple[float, str, int]]:
        """(cost, character, range of the other byte) where a character's trail byte leads one of the unseen pairs that
        `ranges` gives: the cheapest `T.unseen` behind `before`, and those whose cost depends on more than that.

        `pending`: the character's lead byte, or the range of it.
        """
        key = before, pending, ranges[0]
        found = self._ways.get(key)
        if found is None:
            if pending >= 0:
                choices, ways = _leading_from(pending, tuple(ranges))
            else:
                choices, ways = _leading(tuple(ranges), pending)
            costs = self.costs(before, choices)
            found, plain = [], 0
            dependent = sum(map(DEPENDENT.__contains__, choices.chars))  # that are still to come
            order = costs.argsort(kind="stable")[: T.likeliest]
            for cost, nth in zip(costs[order].tolist(), order.tolist(), strict=True):
                char = choices.chars[nth]
                if char in DEPENDENT:
                    dependent -= 1
                else:
                    plain += 1
                    if plain > T.unseen:
                        if not dependent:
                            break
                        continue
                found.append((cost, char, ways[nth]))
            self._ways[key] = found
        return found


@functools.lru_cache(maxsize=1 << 15)
def _form(char: str) -> float:
    conversion = lexicon.conversion()
    if char in conversion.converted:
        return T.unconverted
    if char in conversion.readings:
        return 0.0
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return T.foreign
    wide = char == "\u3000" or ("０" <= char <= "ｚ" and unicodedata.normalize("NFKC", char).isalnum())
    if char in "「」『』〝〞":  # the mainland's quotes are “ and ”
        return T.symbol
    return T.symbol if wide or 0xA4 <= lead <= 0xA9 else 0.0


@functools.cache
def _swallowed() -> Choices:
    return model().choices([*SWALLOWED, DIGIT])


@functools.cache
def _by_byte() -> tuple[list[list[str]], list[list[str]]]:
    """Characters by their lead byte, where their trail byte may pass for one, and by their trail byte."""
    leads: list[list[str]] = [[] for _ in range(256)]
    trails: list[list[str]] = [[] for _ in range(256)]
    for pair, char in lexicon.pairs().items():
        trails[pair & 0xFF].append(char)
        if pair & 0xFF > 0x80:
            leads[pair >> 8].append(char)
    return leads, trails


@functools.cache
def _by_lead(lead: int) -> Choices:
    """Usual characters with this lead byte, the likeliest of them, whose trail byte may pass for a lead byte."""
    return _likeliest(_by_byte()[0][lead])


@functools.cache
def _with_trail(trail: int) -> tuple[str, ...]:
    return _likeliest(_by_byte()[1][trail]).chars


@functools.cache
def _by_trail(trail: int, pending: int) -> Choices:
    """Usual characters with this trail byte, the likeliest of them, with a lead byte in the range `pending`."""
    return model().choices([char for char in _with_trail(trail) if _in_range(char, pending)])


@functools.cache
def _leading_from(lead: int, ranges: tuple[tuple[int, int], ...]) -> tuple[Choices, tuple[int, ...]]:
    """Usual characters with this lead byte whose trail byte leads one of the pairs `ranges` gives, and its range."""
    pairs = ((lexicon.pairs().get(lead << 8 | trail), way) for trail, way in ranges)
    return _in_order([(char, way) for char, way in pairs if char is not None and _form(char) == 0.0])


def _in_range(char: str, pending: int) -> bool:
    lead = lexicon.codes()[char] >> 8
    if pending == lexicon.ANY:
        return True
    return lead >= 0xA1 if pending == lexicon.HIGH else 0x81 <= lead <= 0xA0


@functools.cache
def _in_a_range(pending: int) -> Choices:
    chars = [
        char
        for pair, char in lexicon.pairs().items()
        if pair & 0xFF > 0x80 and _in_range(char, pending) and _form(char) == 0.0
    ]
    chars.sort(key=model().unigram, reverse=True)
    return model().choices(sorted(chars[: T.many]))


@functools.cache
def _leading(ranges: tuple[tuple[int, int], ...], pending: int) -> tuple[Choices, tuple[int, ...]]:
    """The commonest characters with these trail bytes, and what `ranges` says of the byte behind."""
    ways = [(char, way) for trail, way in ranges for char in _with_trail(trail) if _in_range(char, pending)]
    ways.sort(key=lambda way: model().unigram(way[0]), reverse=True)
    return _in_order(ways[: T.many])


def _in_order(ways: Sequence[tuple[str, int]]) -> tuple[Choices, tuple[int, ...]]:
    ways = sorted(ways)
    return model().choices([char for char, _ in ways]), tuple(way for _, way in ways)


def _likeliest(chars: Sequence[str]) -> Choices:
    usual = [char for char in chars if _form(char) == 0.0]
    usual.sort(key=model().unigram, reverse=True)
    return model().choices(sorted(usual[: T.likeliest]))


def _common(char: str) -> bool:
    """Whether a character counts among the page's words: common Han and marks do, rare Han may be garble."""
    return char in MARKS or ("一" <= char <= "鿿" and model().unigram(char) > T.rare)
