"""How Chinese a string looks: a character trigram model of running text. It ranks candidates and decides nothing alone.

One table serves both scripts: before it is looked up a character is folded (NFKC, Simplified, 0 for every digit, a for
every Latin letter), so 學會, 学会 and a half-converted 学會 score the same. What script a character belongs to is told
apart by `kind`. Japanese and Korean are part of the same mixture, with their own kana, kanji and Hangul sequences.

The scores are log2 probabilities, smoothed after Witten and Bell (1991), with pairs that count what triples do not tell
(Kneser and Ney 1995): a triple that the model holds has its own, otherwise the pair's with the back-off weight of its
context, otherwise the single character's. Who asks with three characters in front (`ask`) is told as well what the
verb says before 了: 拨了专款 as 拨专款 (skipping, Rosenfeld 1994). Built by scripts/build_charmodel.py; sources and
licences are in cleaners/lexicons/charmodel.NOTICE.

Layout of charmodel.bin (little endian), exact and without empty places: b"QWCM5\n"; two uint32, the number of pairs and
of triples; then, packed by Zstandard: uint16[65536] the fold, from code point to code point; uint8[65536] each: bits of
a single character, its back-off bits, its kind, and its bits (not folded) among each of LANGUAGES; uint16[65536] the
rank of a character as the last of a triple (NO_RANK: in none); 16 bytes, the bits of a triple. Then a trie.
uint32[65537]: where the pairs of each first character begin. For the pairs, ordered by first and second character:
uint16 the second one, uint8 bits, uint8 back-off bits, uint8 how many triples go on from it; uint32 for each BLOCK of
pairs, where its triples begin. For the triples, ordered by pair and rank: uint16, rank of the last character << 4 |
which of the 16 bits. Triples go on from at most MOST_CONTEXTS pairs. Bits are in steps of 1/BITS_STEPS, 0 to 255. The
fold and the triples stand as all their low bytes and then all their high ones, which packs smaller and unpacks in half
the time.
"""

from __future__ import annotations

import functools
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from math import log2
from typing import TYPE_CHECKING, Any

import zstandard

from cleaners.thresholds import threshold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"QWCM5\n"
BITS_STEPS = 8
BLOCK = 32
NO_RANK = 4095
MOST_CONTEXTS = 1 << 20  # so that the number of a pair and a rank fit into 32 bits
LANGUAGES = ("Hans", "Hant", "Jpan", "Kore")
KINDS = ("", "Han", "Hans", "Hant", "Jpan", "kana", "Hangul")
SUPPLEMENTARY = {1: 0xD801, 2: 0xD800, 3: 0xD800, 15: 0xD802, 16: 0xD802}  # planes, at code points no character has
UNASSIGNED_PLANE = 0xD803
PARTICLE = "了"  # between a verb and its object; of all characters the one that is best looked past on held-out news


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    share_next: float = threshold(0.1, "share", "of what is told past 了 about the next character")
    share_after: float = threshold(0.2, "share", "of what is told past 了 about the character after the next")
    short: int = threshold(
        96, "characters", "up to which plain Python is quicker than numpy", "python benchmarks/clean_speed.py"
    )
    remembered: int = threshold(
        400_000, "look-ups", "of pairs and of triples that are kept", "python benchmarks/clean_speed.py"
    )


T = Thresholds()


class Choices:
    """Characters of which one is to be chosen, with what the model looks up to compare them all at once."""

    __slots__ = ("chars", "ids", "ranks", "seconds")

    def __init__(self, chars: Sequence[str], ids: NDArray[np.intp], ranks: NDArray[np.uint16]) -> None:
        self.chars = tuple(chars)
        self.ids = ids
        self.seconds = ids.astype("u2")  # as the table has them: it would be converted to look for any other
        self.ranks = ranks

    def __len__(self) -> int:
        return len(self.chars)


class CharModel:
    """The tables, and ways to ask them. Make one with `model()`."""

    def __init__(self, blob: bytes) -> None:
        if not blob.startswith(MAGIC):
            raise ValueError("not a character model")
        pairs, triples = struct.unpack_from("<2I", blob, len(MAGIC))
        try:
            tables = memoryview(zstandard.ZstdDecompressor().decompress(memoryview(blob)[len(MAGIC) + 8 :]))
        except zstandard.ZstdError as error:
            raise ValueError("the character model's size is not what its head says") from error
        planes: list[memoryview] = []
        at = 0
        sizes = (2 << 16, *[1 << 16] * 7, 2 << 16, 16, 4 * 65537, 2 * pairs, pairs, pairs, pairs)
        for size in (*sizes, 4 * (pairs // BLOCK + 1), 2 * triples):
            planes.append(tables[at : at + size])
            at += size
        if at != len(tables):
            raise ValueError("the character model's size is not what its head says")
        fold = bytearray(2 << 16)
        fold[::2], fold[1::2] = planes[0][: 1 << 16], planes[0][1 << 16 :]
        self._fold, self._ranks = _numbers("H", fold), _numbers("H", planes[8])
        self._bits1, self._backoff1, self._kinds = map(bytes, planes[1:4])
        self._languages = dict(zip(LANGUAGES, map(bytes, planes[4:8]), strict=True))
        self._levels = bytes(planes[9])
        self._starts2, self._seconds = _numbers("I", planes[10]), _numbers("H", planes[11])
        self._bits2, self._backoff2, self._counts = map(bytes, planes[12:15])
        self._starts3 = _numbers("I", planes[15])
        self._lows, self._highs = bytes(planes[16][:triples]), bytes(planes[16][triples:])
        self._ids = _Ids(self._fold)
        self._known: dict[int, float] = {}
        self._pairs: dict[int, tuple[int, int, int, int]] = {}

    def counts_as(self, char: str) -> str:
        """The character that this one is looked up as: of one script, width and shape."""
        return chr(self._ids[char])

    def unigram(self, char: str) -> float:
        """log2 probability of one character by itself."""
        return -self._bits1[self._ids[char]] / BITS_STEPS

    def language_bits(self, char: str, language: str) -> float:
        """Bits of a character as it stands (not folded) among those of "Hans", "Hant", "Jpan" or "Kore"."""
        code = ord(char)
        if code > 0xFFFF:
            code = SUPPLEMENTARY.get(code >> 16, UNASSIGNED_PLANE)
        return self._languages[language][code] / BITS_STEPS

    def language_plane(self, language: str) -> bytes:
        """`language_bits` of every character of the BMP, in steps of 1/BITS_STEPS."""
        return self._languages[language]

    def mixture_plane(self) -> bytes:
        """Bits of every character of the BMP in the mixture of all languages, in steps of 1/BITS_STEPS."""
        return bytes(map(self._bits1.__getitem__, self._fold))

    def logp(self, prev2: str, prev1: str, char: str) -> float:
        """log2 probability of `char` behind `prev2` and `prev1`; "" is an unknown character, "\\n" a line's border."""
        key = (self._ids[prev2] << 32) | (self._ids[prev1] << 16) | self._ids[char]
        found = self._known.get(key)
        return self._remember(key) if found is None else found

    def ask(self, seen: str, char: str) -> float:
        """log2 probability of `char` behind `seen`, which is what `front` keeps; for callers who remember the answers.

        Where PARTICLE stands between, the model is asked past it, too, and the answer is a mixture: near one, wrong
        fillings of lost bytes become a twentieth fewer.
        """
        ids = self._ids
        found = self._look((ids[seen[-2:-1]] << 32) | (ids[seen[-1:]] << 16) | ids[char])
        if len(seen) < 3:
            return found
        verb, last, share = (
            (seen[0], seen[1], T.share_next) if seen[2] == PARTICLE else (seen[0], seen[2], T.share_after)
        )
        past = self._look((ids[verb] << 32) | (ids[last] << 16) | ids[char])
        return log2((1.0 - share) * 2.0**found + share * 2.0**past)

    def choices(self, chars: Sequence[str]) -> Choices:
        """The characters, made ready for `ask_each`."""
        import numpy as np

        ids = np.array([self._ids[char] for char in chars], np.intp)
        return Choices(chars, ids, self._views.ranks[ids])

    def ask_each(self, seen: str, choices: Choices) -> NDArray[np.float64]:
        """`ask` for each of the choices."""
        import numpy as np

        ids = self._ids
        found = self._look_each((ids[seen[-2:-1]] << 16) | ids[seen[-1:]], choices)
        if len(seen) < 3:
            return found
        verb, last, share = (
            (seen[0], seen[1], T.share_next) if seen[2] == PARTICLE else (seen[0], seen[2], T.share_after)
        )
        past = self._look_each((ids[verb] << 16) | ids[last], choices)
        mixed: NDArray[np.float64] = np.log2((1.0 - share) * np.exp2(found) + share * np.exp2(past))
        return mixed

    def score(self, text: str, before: str = "") -> float:
        """log2 probability of the whole text; `before` is what stands in front of it. Linear in its length."""
        if len(text) > T.short:
            return -float(self.bits(text, before).sum())
        ids, known, total = self._ids, self._known, 0.0
        key = 0
        for char in before[-2:]:
            key = (key << 16) | ids[char]
        for char in text:
            key = ((key << 16) & 0xFFFFFFFF0000) | ids[char]
            found = known.get(key)
            total += self._remember(key) if found is None else found
        return total

    def bits(self, text: str, before: str = "") -> NDArray[np.float32]:
        """Bits (minus log2 probability) of each character of `text`."""
        lead = before[-2:]
        return self._bits(lead + text)[len(lead) :]

    def bits_each(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """`bits` of each of the texts, looked up together."""
        bits, at, found = self._bits("".join(["\0\0" + text for text in texts])), 0, []
        for text in texts:
            found.append(bits[at + 2 : at + 2 + len(text)])
            at += 2 + len(text)
        return found

    def _bits(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        arrays = self._arrays
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        ids = arrays.fold[np.minimum(points, 0xFFFF)].astype(np.uint32)
        for place in np.flatnonzero(points > 0xFFFF):
            ids[place] = SUPPLEMENTARY.get(int(points[place]) >> 16, UNASSIGNED_PLANE)
        padded = np.concatenate((np.zeros(2, np.uint32), ids))
        pair = _places(arrays.pairs, (padded[:-1] << np.uint32(16)) | padded[1:])  # pair[i] ends at character i - 1
        context, own = pair[:-1], pair[1:]
        number = np.where(context >= 0, arrays.contexts[context], -1)
        triple = _places(arrays.triples, (number.astype(np.uint32) << np.uint32(12)) | arrays.ranks[ids])
        triple[number < 0] = -1
        single = arrays.backoff1[padded[1:-1]] + arrays.bits1[ids]
        shorter = np.where(own >= 0, arrays.bits2[own], single)
        shorter += np.where(context >= 0, arrays.backoff2[context], np.float32(0))
        out = np.where(triple >= 0, arrays.bits3[triple], shorter)
        result: NDArray[np.float32] = out.astype(np.float32)
        return result

    def kind(self, char: str) -> str:
        """What writes this character: "Hans" or "Hant" (one of them, hardly the other), "Han" (both), "Jpan" (a form
        of Japan's own), "kana", "Hangul", "" for everything else. By how often Wikipedia's three editions have it."""
        return KINDS[self._kinds[ord(char)]] if char and char < "\U00010000" else ""

    def kind_counts(self, text: str) -> dict[str, int]:
        """How many characters of each kind the text has."""
        import numpy as np

        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        found = np.bincount(self._arrays.kinds[points[points < 0x10000]], minlength=len(KINDS))
        return {name: int(n) for name, n in zip(KINDS, found, strict=True)}

    def _remember(self, key: int) -> float:
        if len(self._known) >= T.remembered:
            self._known.clear()
        found = self._known[key] = self._look(key)
        return found

    def _look(self, key: int) -> float:
        pairs = self._pairs
        context = pairs.get(key >> 16) or self._pair(key >> 16)
        steps = -1
        start, end = context[2:]
        if start < end:
            rank = self._ranks[key & 0xFFFF]
            high, low = rank >> 4, rank & 15
            place = self._highs.find(high, start, end)
            while 0 <= place < end and self._highs[place] == high:  # at most 16 ranks have the same high byte
                third = self._lows[place]
                if third >> 4 == low:
                    steps = self._levels[third & 15]
                    break
                place += 1
        if steps < 0:
            steps = context[1] + (pairs.get(key & 0xFFFFFFFF) or self._pair(key & 0xFFFFFFFF))[0]
        return -steps / BITS_STEPS

    def _pair(self, key: int) -> tuple[int, int, int, int]:
        """Steps of a pair's second character behind its first, what backing off from the pair costs, its triples.

        Remembered in `_pairs`, where callers look first.
        """
        first, second = key >> 16, key & 0xFFFF
        end = self._starts2[first + 1]
        place = bisect_left(self._seconds, second, self._starts2[first], end)
        if place < end and self._seconds[place] == second:
            start = self._starts3[place // BLOCK] + sum(self._counts[place // BLOCK * BLOCK : place])
            found = self._bits2[place], self._backoff2[place], start, start + self._counts[place]
        else:
            found = self._backoff1[first] + self._bits1[second], 0, 0, 0
        if len(self._pairs) >= T.remembered:
            self._pairs.clear()
        self._pairs[key] = found
        return found

    def _look_each(self, key: int, choices: Choices) -> NDArray[np.float64]:
        """What `_look` says of each of the choices behind the pair of characters `key`."""
        import numpy as np

        views, second = self._views, key & 0xFFFF
        _, backoff, start, end = self._pairs.get(key) or self._pair(key)
        low, high = self._starts2[second], self._starts2[second + 1]
        steps = views.bits1[choices.ids] + (self._backoff1[second] + backoff)
        if low < high:
            seconds = views.seconds[low:high]
            place = np.minimum(seconds.searchsorted(choices.seconds), high - low - 1)
            own = (seconds[place] == choices.seconds).nonzero()[0]
            steps[own] = views.bits2[low:high][place[own]]
            steps[own] += backoff
        if start < end:
            thirds = views.thirds[start:end]
            ranks = thirds >> 4
            place = np.minimum(ranks.searchsorted(choices.ranks), end - start - 1)
            own = (ranks[place] == choices.ranks).nonzero()[0]
            steps[own] = views.levels[thirds[place[own]] & 15]
        return steps / -float(BITS_STEPS)

    @functools.cached_property
    def _views(self) -> _Views:
        return _Views(self)

    @functools.cached_property
    def _arrays(self) -> _Arrays:
        return _Arrays(self)


def front(text: str) -> str:
    """What of the text in front of a character tells of it: two characters, or three where one is PARTICLE."""
    return text[-3:] if PARTICLE in text[-2:] else text[-2:]


def onward(seen: str, char: str) -> str:
    """`front` of a text that goes on with `char`, by the `front` of the text."""
    return (seen[-2:] if char == PARTICLE or seen[-1] == PARTICLE else seen[-1]) + char


class _Views:
    """The tables as numpy sees them, as they are: made when several characters are first compared at once."""

    def __init__(self, m: CharModel) -> None:
        import numpy as np

        self.seconds = np.array(m._seconds, np.uint16)
        self.ranks = np.array(m._ranks, np.uint16)
        self.bits1 = np.frombuffer(m._bits1, np.uint8).astype(np.int64)
        self.bits2 = np.frombuffer(m._bits2, np.uint8)
        self.levels = np.frombuffer(m._levels, np.uint8)
        self.thirds = np.frombuffer(m._lows, np.uint8) | np.frombuffer(m._highs, np.uint8).astype(np.uint16) << 8


class _Arrays:
    """The tables as numpy sees them: made when a long text is first asked about."""

    def __init__(self, m: CharModel) -> None:
        import numpy as np

        def plane(data: bytes) -> NDArray[np.uint8]:
            return np.frombuffer(data, np.uint8)

        def bits(data: bytes) -> NDArray[np.float32]:
            return plane(data).astype(np.float32) / np.float32(BITS_STEPS)

        self.fold = np.array(m._fold)
        self.kinds = plane(m._kinds)
        self.bits1, self.backoff1 = bits(m._bits1), bits(m._backoff1)
        self.bits2, self.backoff2 = bits(m._bits2), bits(m._backoff2)
        self.ranks = np.array(m._ranks).astype(np.uint32)
        first = np.repeat(np.arange(1 << 16, dtype=np.uint32), np.diff(np.array(m._starts2)))
        self.pairs = (first << np.uint32(16)) | np.array(m._seconds)
        counts = plane(m._counts)
        self.contexts = np.where(counts > 0, np.cumsum(counts > 0) - 1, -1).astype(np.int32)  # numbers, -1: no triples
        pair = np.repeat(self.contexts.astype(np.uint32), counts)
        thirds = plane(m._lows) | plane(m._highs).astype(np.uint32) << np.uint32(8)
        self.triples = (pair << np.uint32(12)) | (thirds >> np.uint32(4))
        self.bits3 = bits(m._levels)[thirds & 15]


class _Ids(dict[str, int]):
    """Character to its number in the tables, filled as characters come."""

    def __init__(self, fold: array[int]) -> None:
        super().__init__({"": 0})
        self._fold = fold

    def __missing__(self, char: str) -> int:
        code = ord(char)
        number = self._fold[code] if code < 0x10000 else SUPPLEMENTARY.get(code >> 16, UNASSIGNED_PLANE)
        self[char] = number
        return number


def _numbers(code: str, data: memoryview | bytearray) -> array[int]:
    """Little-endian numbers of the type that `array` calls `code`."""
    found = array(code)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _places(table: NDArray[np.uint32], wanted: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Where each of the numbers wanted stands in the sorted table, -1 where it does not.

    Each is looked for once and in their order, near the one before: a table of megabytes is in no cache, and a page's
    pairs in their own order take three times as long.
    """
    import numpy as np

    keys, back = np.unique(wanted, return_inverse=True)
    place = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    found: NDArray[np.int64] = np.where(table[place] == keys, place, -1)[back]
    return found


@functools.cache
def model() -> CharModel:
    """The packaged model, read once (about 70 ms, 50 MB)."""
    return CharModel((files("cleaners.lexicons") / "charmodel.bin").read_bytes())


def score(text: str) -> float:
    """log2 probability of the text: `model().score(text)`."""
    return model().score(text)
