"""What the search knows about a page: its table, its own words, and how it was folded."""

from __future__ import annotations

import functools
import itertools
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from cleaners import bytestream_lexicon as lexicon
from cleaners.bytestream_evidence import ANNOTATION, PageTable
from cleaners.charmodel import CharModel, model

OWN_PAIRS, OWN_TRIPLES = 0.08, 0.25
DOUBT_PAIRS, DOUBT_TRIPLES = 12, 2  # added to the counts of their contexts: what was seen once says little
UNCONVERTED = 16.0  # bits for a Simplified character that conversion would have changed
FOREIGN = 16.0  # bits for a character that is neither of GB2312 nor made by conversion
SYMBOL = 6.0  # bits for kana, box drawing and the like
LOST = "\ufffd"  # stands for a character that cannot be told,
DIGIT = "0"  # which is most often a digit
RARE = -14.0  # log2 probability of a character from which it may be garble
LIKELIEST = 48  # characters tried for an unknown byte


class PageContext:
    """Facts about one page, gathered once."""

    def __init__(self, table: PageTable, texts: Sequence[str], simplified: bool = False) -> None:
        """table: what the page annotates. texts: its texts, in Traditional characters.

        simplified: whether the page itself is in Simplified characters.
        """
        self.simplified = simplified
        self.model: CharModel = model()
        self._logp = self.model.logp
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
        self._own = _own_words(texts)
        self._present = Counter(everything)
        self._costs: dict[str, float] = {}
        self._vanishing: dict[str, list[tuple[str, int]]] = {}
        self._forms: dict[str, float] = {}

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

    def written(self, text: str) -> str:
        """A repaired text in the page's own characters."""
        if not self.simplified:
            return text
        forms = lexicon.conversion().simplified
        return "".join(forms.get(char, char) for char in text)

    def folded(self, text: str) -> str:
        """The text as the page would show it: in half width where the page is."""
        return unicodedata.normalize("NFKC", text) if self.is_folded else text

    def bits(self, prev2: str, prev1: str, char: str) -> float:
        """Bits of `char` behind two others, by the character model and the page's own pairs."""
        key = prev2 + prev1 + char
        found = self._costs.get(key)
        if found is None:
            if LOST in key:
                return self.bits(*(DIGIT if c == LOST else c for c in (prev2, prev1, char)))
            found = -self._logp(prev2, prev1, char)
            pairs = self._own.get(prev1 + char)
            if pairs:
                share = OWN_PAIRS * pairs / (self._own[prev1] + DOUBT_PAIRS)
                triples = self._own.get(key)
                if triples and len(key) == 3:
                    share += OWN_TRIPLES * triples / (self._own[prev2 + prev1] + DOUBT_TRIPLES)
                found = min(found, -math.log2((1 - OWN_PAIRS - OWN_TRIPLES) * 2.0**-found + share))
            self._costs[key] = found
        return found

    def cost(self, prev2: str, prev1: str, char: str) -> float:
        """`bits`, and what it costs that the site's text holds such a character at all."""
        return self.bits(prev2, prev1, char) + self.form(char)

    def form(self, char: str) -> float:
        """Bits for a character that a converted GB2312 text hardly holds; 0 for those it does."""
        found = self._forms.get(char)
        if found is None:
            found = _form(char)
            if found and "㐀" <= char <= "鿿" and self._present[char] > 2:
                found /= 2
            self._forms[char] = found
        return found

    def has(self, char: str) -> bool:
        """Whether the character stands somewhere on the page."""
        return self._present[char] > 0

    def usual(self, char: str) -> bool:
        """Whether a converted GB2312 text holds such a character."""
        return self.form(char) == 0.0

    def vanishing(self, prev: str) -> list[tuple[str, int]]:
        """Characters likely behind `prev` whose trail byte can lead a user-defined pair, with the other's range."""
        found = self._vanishing.get(prev)
        if found is None:
            found = sorted(_vanishing(), key=lambda pair: self.bits("", prev, pair[0]))[:LIKELIEST]
            self._vanishing[prev] = found
        return found

    def by_lead(self, lead: int) -> tuple[str, ...]:
        """Usual characters with this lead byte, the likeliest of them."""
        return _by_lead()[lead]

    def by_trail(self, trail: int) -> tuple[str, ...]:
        """Usual characters with this trail byte, the likeliest of them."""
        return _by_trail()[trail]


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
        leads[pair >> 8].append(char)
    return [_likeliest(chars) for chars in leads]


@functools.cache
def _by_trail() -> list[tuple[str, ...]]:
    trails: list[list[str]] = [[] for _ in range(256)]
    for pair, char in lexicon.pairs().items():
        trails[pair & 0xFF].append(char)
    return [_likeliest(chars) for chars in trails]


@functools.cache
def _vanishing() -> list[tuple[str, int]]:
    ways = [(char, way) for trail, way in lexicon.user_defined_ranges() for char in _by_trail()[trail]]
    ways.sort(key=lambda pair: model().unigram(pair[0]), reverse=True)
    return ways[: LIKELIEST * 4]


def _likeliest(chars: Sequence[str]) -> tuple[str, ...]:
    usual = [char for char in chars if _form(char) == 0.0]
    usual.sort(key=model().unigram, reverse=True)
    return tuple(usual[:LIKELIEST])


def _own_words(texts: Sequence[str]) -> Counter[str]:
    """The page's characters, pairs and triples, of common Han only: rare ones may be garble."""
    single = model().unigram
    common: dict[str, bool] = {}
    found: Counter[str] = Counter()
    for text in texts:
        plain = ANNOTATION.sub("", text)
        found.update(plain)
        found.update(map("".join, itertools.pairwise(plain)))
        found.update(map("".join, zip(plain, plain[1:], plain[2:], strict=False)))
    for word in list(found):
        for char in word:
            if char not in common:
                common[char] = "一" <= char <= "鿿" and single(char) > RARE
        if not all(common[char] for char in word):
            del found[word]
    return found
