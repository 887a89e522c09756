"""What speaks for a candidate: the character model, and what an author would hardly have written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from cleaners.model import PageWords, front, model, onward
from cleaners.restoration.mojibake.codecs import MARK
from cleaners.restoration.mojibake.hypotheses import Answers
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    odd: float = threshold(
        -12.0,
        "log2 probability",
        "of a character that hardly any author types (enclosed, compatibility and rare forms)",
    )
    other_script: float = threshold(
        -10.0, "log2 probability", "of a Traditional character in a Simplified text, or the reverse"
    )
    not_home: float = threshold(
        -10.0, "log2 probability", "of one outside GB 2312 in a Simplified text, outside Big5 in a Traditional one"
    )
    unusual: float = threshold(
        -3.0, "log2 probability", "of one in level 2 of these: the model has seen too little of them to be believed"
    )
    variant: float = threshold(6.0, "bits", "that another form of a usual sign costs at most")
    wide: float = threshold(
        -8.0, "log2 probability", "of a full-width digit, letter or sign on a page that is not known to use any"
    )
    unpaired: float = threshold(
        -8.0, "log2 probability", "of an opening mark before a closing one, a stop or the end of the line"
    )
    picked: float = threshold(
        -15.0, "log2 probability", "of a character picked at random, of some 30,000 Han and symbols"
    )
    picked_syllable: float = threshold(
        -12.0, "log2 probability", "of a character picked at random of the syllables of Korean or Japanese"
    )
    picked_letter: float = threshold(
        -9.0, "log2 probability", "of a character picked at random of the letters of an alphabet"
    )
    repeated: float = threshold(-5.0, "log2 probability", "of a character picked at random that stands just before")
    everyday: float = threshold(0.5, "share", "of everyday characters from which a reading is looked at")
    moves: int = threshold(400_000, "steps of search", "that a page may take: below two seconds")
    fruitless: int = threshold(80_000, "steps of search", "that one kind may take in a page without any repair")
    remembered: int = threshold(300_000, "look-ups", "of scores that are kept", "python benchmarks/clean_speed.py")


T = Thresholds()
_TYPEWRITER = frozenset(bytes(range(0x80, 0xA0)).decode("cp1252", "ignore"))  # quotes, dashes and letters of Windows
_WIDE_MARKS = frozenset("\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5e")  # the marks of Chinese text
_HALF_MARK = re.compile("(?<=[\u4e00-\u9fff])[,:;!](?=[\u4e00-\u9fff])")
_SYLLABLE = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uac00-\ud7af\u1100-\u11ff\u3131-\u318e\uff66-\uff9d]")
OPENING = frozenset("\u201c\u2018\u300c\u300e\uff08\u300a\u3008\u3010\u3014")
NOT_AFTER_OPENING = frozenset(
    "\n\u201d\u2019\u300d\u300f\uff09\u300b\u3009\u3011\u3015\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f,;:!?)"
)
_QUOTES = {"Hans": frozenset("\u201c\u201d\u2018\u2019"), "Hant": frozenset("\u300c\u300d\u300e\u300f\ufe41\ufe42")}


# For each doubtful place of a repair: the bits between its character and the next best, and which that is.
Margins: TypeAlias = dict[int, tuple[float, str]]


class Page:
    """What is known of the page that the searches are for: its words, and what it may still cost."""

    def __init__(self, text: str = "") -> None:
        self.text = text  # all that the page says, damaged or not
        self.words = PageWords(everyday().__contains__, model().unigram)
        self.moves_left = T.moves  # what searches in this page may still cost
        self.annotated = False  # readings in brackets were seen: shifted pairs are left to `restoration.bytestream`
        self.starved = False  # a search was refused since this was last set to False
        self.readings: set[tuple[str, str]] = set()  # (true, read) that repairs of this page undid
        self.refused = False  # what looks like mojibake was searched, and nothing held, since this was set to False
        self.margins: dict[tuple[object, ...], Margins | None] = {}  # of repairs, as `certainty` found them
        self._fruitless: Counter[str] = Counter()
        self._judges: dict[str, Judge] = {}

    @cached_property
    def half_marks(self) -> frozenset[str]:
        """The marks in half width that stand between Chinese characters of the page."""
        return frozenset(_HALF_MARK.findall(self.text))

    def may_search(self, kind: str, cost: int = 0) -> bool:
        """Whether a search of this kind that costs some `cost` steps is still paid for; if not, it is remembered."""
        if self.moves_left > cost and self._fruitless[kind] + cost < T.fruitless:
            return True
        self.starved = True
        return False

    def spend(self, kind: str, moves: int, found: bool) -> None:
        """Charge a search; a kind that has found something is worth its price from then on."""
        self.moves_left -= moves
        if found:
            self._fruitless[kind] = -T.moves
        else:
            self._fruitless[kind] += moves

    def judge(self, script: str) -> Judge:
        """The judge for a script that knows the words counted so far."""
        if not self.words:
            return judge(script)
        if script not in self._judges:
            self._judges[script] = Judge(script, self.words)
        return self._judges[script]


class Judge:
    """Log2 probabilities of candidates whose script is `script` ("Hans", "Hant", or "" where it is not known)."""

    def __init__(self, script: str = "", words: PageWords | None = None) -> None:
        self._words = words
        self._model = model()
        self._ask = self._model.ask
        self._other = {"Hans": "Hant", "Hant": "Hans"}.get(script, "")
        self._home = {"Hans": "gb2312", "Hant": "big5"}.get(script, "")
        self._costs: dict[str, float] = {}
        self._known: dict[str, float] = {}
        self.answers = Answers()  # of searches that it judged

    def logp(self, seen: str, char: str) -> float:
        """log2 probability of `char` behind `seen`: two characters, or what `model.front` keeps."""
        key = seen + char
        found = self._known.get(key)
        if found is None:
            if len(self._known) > T.remembered:
                self._known.clear()
            found = self._ask(seen, char)
            last = seen[-1:]
            if self._words is not None:
                found = self._words.logp(found, seen[-2:-1], last, char)
            cost = self._costs.get(char)
            if cost is None:
                cost = self._costs[char] = self._cost(char)
            if last in OPENING and char in NOT_AFTER_OPENING:
                cost += T.unpaired
            if char == "\u3000" and last not in "\n\u3000":
                cost -= T.variant  # it counts as a space, and indents; amid a line it is rare
            found += cost
            self._known[key] = found
        return found

    def score(self, text: str) -> float:
        """log2 probability of `text` as a line."""
        seen, total = "\n\n", 0.0
        logp = self.logp
        for char in text:
            total += logp(seen, char)
            seen = seen[-1] + char
        return total

    def fit(self, before: str, char: str, behind: str) -> float:
        """log2 probability of `char` behind the characters `before`, two or more, and of those `behind` it."""
        total = 0.0
        seen = front(before)
        for following in char + behind:
            total += self.logp(seen, following)
            seen = onward(seen, following)
        return total

    def best_two(self, before: str, chars: Iterable[str], behind: str) -> list[tuple[float, str]]:
        """The two of `chars` that `fit` best, with their bits, the best first; fewer where there are not two.

        What stands behind a character only makes it less likely: the others are not asked about once two are better by
        what stands before them alone, which leaves a third of the questions.
        """
        seen, known = front(before), self._known
        best: list[tuple[float, str]] = []
        for total, char in sorted([(self.logp(seen, char), char) for char in chars], reverse=True):
            if len(best) == 2 and total < best[1][0]:
                break
            last = onward(seen, char)
            for following in behind:
                found = known.get(last + following)
                total += self.logp(last, following) if found is None else found
                if len(best) == 2 and total < best[1][0]:
                    break
                last = onward(last, following)
            else:
                best = sorted([*best, (total, char)], reverse=True)[:2]
        return best

    def stands(self, seen: str, char: str, picked: float = T.picked) -> float:
        """log2 probability of `char` where it stands in the damaged text already.

        Never less than one of its kind picked at random, or one repeated: authors write names, lists and languages that
        the model has not seen, and what is rare must not speak for mojibake without end. Only what no author writes
        (private use, controls, U+FFFD) costs all that it costs.
        """
        found = self.logp(seen, char)
        if found >= T.picked_letter or char == MARK or "\ue000" <= char <= "\uf8ff" or "\x7f" <= char < "\xa0":
            return found
        if char in seen[-2:]:
            return max(found, T.repeated)
        if char == "\xa0":
            return max(found, T.repeated)
        if char < "\u0590" or char in _TYPEWRITER:
            return max(found, T.picked_letter)
        if _SYLLABLE.match(char):
            return max(found, T.picked_syllable)
        return max(found, picked)

    def plain(self, text: str, picked: float = T.picked) -> float:
        """log2 probability of `text` as it stands, as a line; `picked` is that of a Han character picked at random."""
        seen, total = "\n\n", 0.0
        for char in text:
            total += self.stands(seen, char, picked)
            seen = seen[-1] + char
        return total

    def foreign_mean(self, text: str) -> float:
        """log2 probability of a character of `text` outside ASCII, on average; 0 where there is none.

        Latin words cost the model little: with them counted, a Portuguese sentence whose accented letters were taken
        for bytes of GBK would pass for text.
        """
        seen, total, count = "\n\n", 0.0, 0
        for char in text:
            if char > "\x7f":
                total += self.logp(seen, char)
                count += 1
            seen = seen[-1] + char
        return total / count if count else 0.0

    def _cost(self, char: str) -> float:
        if char.isascii():
            return 0.0
        if self._other and (self._model.kind(char) == self._other or char in _QUOTES[self._other]):
            return T.other_script
        han = "\u3400" <= char <= "\u9fff"
        if self._home and (han or char not in everyday()) and not _encodable(char, (self._home,)):
            return T.not_home
        usual = self._model.counts_as(char)
        if not han and char != usual > "\x7f" and usual in everyday():  # another dash, another dot
            return -min(T.variant, max(0.0, self._model.language_bits(char, "Hans") + self._model.unigram(char)))
        if char in everyday():
            wide = "\uff01" <= char <= "\uff5e" and char not in _WIDE_MARKS
            return T.wide if wide and not (self._words and self._words.holds(char)) else 0.0
        if self._home and han:
            return T.unusual
        if han and char != usual:
            return max(T.odd, min(0.0, self._by_itself(char) - self._model.unigram(char)))
        if "\uff00" <= char <= "\uffef":
            return 0.0
        if unicodedata.normalize("NFKC", char) != char or not _encodable(char, ("gbk", "cp950")):
            return T.odd
        return 0.0

    def _by_itself(self, char: str) -> float:
        """log2 probability of a character as it is written: the model takes it for the usual form of it."""
        return -min(self._model.language_bits(char, language) for language in ("Hans", "Hant", "Jpan"))


def _encodable(char: str, codecs: tuple[str, ...]) -> bool:
    for codec in codecs:
        try:
            char.encode(codec)
        except UnicodeEncodeError:
            continue
        return True
    return False


@lru_cache(maxsize=4)
def judge(script: str = "") -> Judge:
    """The one judge for a script."""
    return Judge(script)


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """Characters that need no explaining: level 1 of GB 2312 and of Big5, and both sets' punctuation."""
    chars = {chr(code) for code in range(0x20, 0x7F)} | {chr(code) for code in range(0xFF01, 0xFF5F)}
    chars.update(
        "\t\n\r\u3000\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u00d7\u00f7\u2103\u00b0\u2022\u25cf\u25a0\u25cb"
    )
    chars.update(
        "\u3001\u3002\u3008\u3009\u300a\u300b\u300c\u300d\u300e\u300f\u3010\u3011\u3014\u3015\u201a\u2014\u2013\uffe5"
    )
    for first, last, codec in ((0xB0, 0xD7, "gb2312"), (0xA4, 0xC6, "big5")):
        for lead in range(first, last + 1):
            for trail in range(0x40, 0xFF):
                try:
                    chars.add(bytes((lead, trail)).decode(codec))
                except UnicodeDecodeError:
                    continue
    return frozenset(chars)


def count_everyday(text: str) -> tuple[int, int]:
    """How many of the characters of `text` outside ASCII are everyday ones, and how many there are."""
    foreign = [char for char in text if char > "\x7f"]
    return sum(map(everyday().__contains__, foreign)), len(foreign)


def is_everyday(text: str) -> bool:
    """Whether the characters of `text` outside ASCII are everyday ones for a good part.

    Nearly all are in what comes back of Chinese; of what is decoded by chance one in five is.
    """
    usual, foreign = count_everyday(text)
    return usual >= T.everyday * foreign


def script_of(text: str) -> str:
    """ "Hans" or "Hant", where most of the characters that tell are of one script, else ""."""
    return _script_of(text[:2000])


@lru_cache(maxsize=256)
def _script_of(text: str) -> str:
    """The same; the windows of one line ask for it again and again."""
    kind: Callable[[str], str] = model().kind
    simplified = traditional = 0
    for char, times in Counter(text).items():
        said = kind(char)
        if said == "Hans":
            simplified += times
        elif said == "Hant":
            traditional += times
    if simplified > 2 * traditional:
        return "Hans"
    if traditional > 2 * simplified:
        return "Hant"
    return ""
