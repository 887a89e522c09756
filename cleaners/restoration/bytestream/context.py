"""What the search knows about a page: its table, its own words, and how it was folded."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from cleaners.model import CharModel, PageWords, front, model
from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.evidence import ANNOTATION, PageTable

UNCONVERTED = 16.0  # bits for a Simplified character that conversion would have changed
FOREIGN = 16.0  # bits for a character that is neither of GB2312 nor made by conversion
SYMBOL = 6.0  # bits for kana, box drawing and the like
LOST = "\ufffd"  # stands for a character that cannot be told,
DIGIT = "0"  # which is most often a digit
LONE_DIGIT = re.compile("(?<![0-9A-Za-z.])([0-9])([A-Za-z]{1,3})(?![A-Za-z])")  # 5G
MARKS = frozenset("。、“”‘’《》")  # those that a folded page has in the same width
RARE = -14.0  # log2 probability of a character from which it may be garble
MANY = 160  # commonest characters among which the likeliest in a context are looked for
LIKELIEST = 96  # characters tried for an unknown byte


class PageContext:
    """Facts about one page, gathered once."""

    def __init__(self, table: PageTable, texts: Sequence[str], simplified: bool = False) -> None:
        """table: what the page annotates. texts: its texts, in Traditional characters.

        simplified: whether the page itself is in Simplified characters.
        """
        self.simplified = simplified
        self.model: CharModel = model()
        self._ask = self.model.ask
        self.readings = dict(table.readings)
        self.bare = table.bare
        codes = lexicon.codes()
        self.table = {codes[char]: sound for char, sound in table.readings.items()}
        everything = "".join(texts)
        self.is_folded = not any(wide in everything for wide in "，；：？！（）")
        self.shows_private_use = any("\ue000" <= char <= "\ue765" for char in everything)
        self.choose(keeps_private_use=True)
        self.budget = 1 << 60  # hypotheses that may still be tried on this page
        self.order: dict[
            tuple[str, str], bool
        ] = {}  # (a, b) -> a comes before b in the site's table, as repairs showed
        self._words = PageWords(_common, self.model.unigram)
        for text in texts:
            self._words.add(ANNOTATION.sub("", text))
        self._present = Counter(everything)
        self._everything = everything
        self._digits: dict[str, frozenset[str]] | None = None
        self._costs: dict[str, float] = {}
        self._prices: dict[str, float] = {}
        self._forms: dict[str, float] = {}
        self._behind: dict[tuple[str, int], list[str]] = {}
        self._unseen: dict[tuple[str, int, tuple[int, int]], list[tuple[str, int]]] = {}

    def choose(self, keeps_private_use: bool) -> None:
        """Take the site for one of two kinds: one that shows what it cannot decode, or one that drops it."""
        self.may_vanish = not keeps_private_use
        self.marks_cuts = keeps_private_use

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
        for text in texts:
            self._words.add(text)
        for known in (self._costs, self._prices, self._behind, self._unseen):
            known.clear()

    def written(self, text: str) -> str:
        """A repaired text in the page's own characters."""
        if not self.simplified:
            return text
        forms = lexicon.conversion().simplified
        return "".join(forms.get(char, char) for char in text)

    def folded(self, text: str) -> str:
        """The text as the page would show it: in half width where the page is."""
        return unicodedata.normalize("NFKC", text) if self.is_folded else text

    def bits(self, text: str, char: str) -> float:
        """Bits of `char` behind `text`, by the character model and the page's own pairs."""
        before = front(text)
        key = before + char
        found = self._costs.get(key)
        if found is None:
            if LOST in key:
                return self.bits(before.replace(LOST, DIGIT), char.replace(LOST, DIGIT))
            found = -self._words.logp(self._ask(before, char), before[-2:-1], before[-1:], char)
            self._costs[key] = found
        return found

    def cost(self, text: str, char: str) -> float:
        """`bits`, and what it costs that the site's text holds such a character at all."""
        key = front(text) + char
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = self.bits(text, char) + self.form(char)
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

    def unseen(self, before: str, pending: int, ranges: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
        """Characters likely behind `before` whose trail byte leads one of the pairs `ranges` gives, with the range of
        the other byte of that pair. `pending`: the range of their own lead byte."""
        key = before, pending, ranges[0]
        found = self._unseen.get(key)
        if found is None:
            found = sorted(_leading(tuple(ranges), pending), key=lambda way: self.bits(before, way[0]))[:LIKELIEST]
            self._unseen[key] = found
        return found

    def behind(self, before: str, pending: int) -> list[str]:
        """Characters likely behind others, with a lead byte in the range `pending` and a trail byte above 80."""
        key = before, pending
        found = self._behind.get(key)
        if found is None:
            found = sorted(_in_a_range(pending), key=lambda char: self.bits(before, char))
            found = self._behind[key] = found[:LIKELIEST]
        return found

    def leading(self, lead: int, ranges: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
        """Usual characters with this lead byte whose trail byte leads one of the pairs `ranges` gives."""
        return _leading_from(lead, tuple(ranges))

    def by_lead(self, lead: int) -> tuple[str, ...]:
        """Usual characters with this lead byte, the likeliest of them, whose trail byte may pass for a lead byte."""
        return _by_lead()[lead]

    def by_trail(self, trail: int, pending: int) -> tuple[str, ...]:
        """Usual characters with this trail byte, the likeliest of them, with a lead byte in the range `pending`."""
        return _by_trail_and_range(trail, pending)


@functools.lru_cache(maxsize=1 << 15)
def _form(char: str) -> float:
    conversion = lexicon.conversion()
    if char in conversion.converted:
        return UNCONVERTED
    if char in conversion.readings:
        return 0.0
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return FOREIGN
    wide = char == "\u3000" or ("０" <= char <= "ｚ" and unicodedata.normalize("NFKC", char).isalnum())
    if char in "「」『』〝〞":  # the mainland's quotes are “ and ”
        return SYMBOL
    return SYMBOL if wide or 0xA4 <= lead <= 0xA9 else 0.0


@functools.cache
def _by_lead() -> list[tuple[str, ...]]:
    leads: list[list[str]] = [[] for _ in range(256)]
    for pair, char in lexicon.pairs().items():
        if pair & 0xFF > 0x80:
            leads[pair >> 8].append(char)
    return [_likeliest(chars) for chars in leads]


@functools.cache
def _by_trail() -> list[tuple[str, ...]]:
    trails: list[list[str]] = [[] for _ in range(256)]
    for pair, char in lexicon.pairs().items():
        trails[pair & 0xFF].append(char)
    return [_likeliest(chars) for chars in trails]


@functools.cache
def _by_trail_and_range(trail: int, pending: int) -> tuple[str, ...]:
    chars = _by_trail()[trail]
    return chars if pending == lexicon.ANY else tuple(char for char in chars if _in_range(char, pending))


@functools.cache
def _leading_from(lead: int, ranges: tuple[tuple[int, int], ...]) -> list[tuple[str, int]]:
    pairs = ((lexicon.pairs().get(lead << 8 | trail), way) for trail, way in ranges)
    return [(char, way) for char, way in pairs if char is not None and _form(char) == 0.0]


def _in_range(char: str, pending: int) -> bool:
    lead = lexicon.codes()[char] >> 8
    return lead >= 0xA1 if pending == lexicon.HIGH else 0x81 <= lead <= 0xA0


@functools.cache
def _in_a_range(pending: int) -> list[str]:
    chars = [
        char
        for pair, char in lexicon.pairs().items()
        if pair & 0xFF > 0x80 and _in_range(char, pending) and _form(char) == 0.0
    ]
    chars.sort(key=model().unigram, reverse=True)
    return chars[:MANY]


@functools.cache
def _leading(ranges: tuple[tuple[int, int], ...], pending: int) -> list[tuple[str, int]]:
    """The commonest characters with these trail bytes, and what `ranges` says of the byte behind."""
    ways = [(char, way) for trail, way in ranges for char in _by_trail()[trail] if _in_range(char, pending)]
    ways.sort(key=lambda way: model().unigram(way[0]), reverse=True)
    return ways[:MANY]


def _likeliest(chars: Sequence[str]) -> tuple[str, ...]:
    usual = [char for char in chars if _form(char) == 0.0]
    usual.sort(key=model().unigram, reverse=True)
    return tuple(usual[:LIKELIEST])


def _common(char: str) -> bool:
    """Whether a character counts among the page's words: common Han and marks do, rare Han may be garble."""
    return char in MARKS or ("一" <= char <= "鿿" and model().unigram(char) > RARE)
