"""How Chinese a string looks: a character trigram model of running text. It ranks candidates and decides nothing alone.

One table serves both scripts: before it is looked up a character is folded (NFKC, Simplified, 0 for every digit, a for
every Latin letter), so 學會, 学会 and a half-converted 学會 score the same. What script a character belongs to is told
apart by `kind`. Japanese and Korean are part of the same mixture, with their own kana, kanji and Hangul sequences.

The scores are log2 probabilities, interpolated after Witten and Bell (1991): a triple that the model holds has its own,
otherwise the pair's with the back-off weight of its context, otherwise the single character's. Built by
scripts/build_charmodel.py; sources and licences are in cleaners/lexicons/charmodel.NOTICE.

Layout of charmodel.bin (little endian): b"QWCM2\\n", two uint32 (buckets of pairs, buckets of triples); uint16[65536]
the fold; uint8[65536] each: bits of a single character, its back-off bits, its kind, and its bits (not folded) among
each of LANGUAGES; then for pairs and for triples one byte planes of 16 slots a bucket: low and high half of a 16-bit
fingerprint, bits, and for pairs the back-off bits. A bit is stored as BITS_STEPS steps, 0 to 255. An empty slot has the
fingerprint 0.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"QWCM2\n"
BITS_STEPS = 8
SLOTS = 16
LANGUAGES = ("Hans", "Hant", "Jpan", "Kore")
KINDS = ("", "Han", "Hans", "Hant", "Jpan", "kana", "Hangul")
SUPPLEMENTARY = {1: 0xD801, 2: 0xD800, 3: 0xD800, 15: 0xD802, 16: 0xD802}  # planes, at code points no character has
UNASSIGNED_PLANE = 0xD803
MULTIPLIER_1 = 0x9E3779B97F4A7C15
MULTIPLIER_2 = 0xBF58476D1CE4E5B9
MASK = (1 << 64) - 1
SHORT = 96  # characters up to which plain Python is quicker than numpy
REMEMBERED = 400_000  # looked-up triples kept


class CharModel:
    """The tables, and ways to ask them. Make one with `model()`."""

    def __init__(self, blob: bytes) -> None:
        if not blob.startswith(MAGIC):
            raise ValueError("not a character model")
        at = len(MAGIC)
        self.buckets2 = int.from_bytes(blob[at : at + 4], "little")
        self.buckets3 = int.from_bytes(blob[at + 4 : at + 8], "little")
        at += 8
        planes: list[bytes] = []
        for size in (2 << 16, *[1 << 16] * 7, *[self.buckets2 * SLOTS] * 4, *[self.buckets3 * SLOTS] * 3):
            planes.append(blob[at : at + size])
            at += size
        if at != len(blob):
            raise ValueError("the character model's size is not what its head says")
        self._fold_bytes, self._bits1, self._backoff1, self._kinds = planes[:4]
        self._languages = dict(zip(LANGUAGES, planes[4:8], strict=True))
        self._low2, self._high2, self._bits2, self._backoff2 = planes[8:12]
        self._low3, self._high3, self._bits3 = planes[12:]
        fold = memoryview(self._fold_bytes).cast("H")
        self._ids = _Ids(fold)
        self._known: dict[int, float] = {}
        self._pairs: dict[int, tuple[int, int]] = {}

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
        return bytes(map(self._bits1.__getitem__, memoryview(self._fold_bytes).cast("H")))

    def logp(self, prev2: str, prev1: str, char: str) -> float:
        """log2 probability of `char` behind `prev2` and `prev1`; "" is an unknown character, "\\n" a line's border."""
        key = (self._ids[prev2] << 32) | (self._ids[prev1] << 16) | self._ids[char]
        found = self._known.get(key)
        if found is None:
            found = self._look(key)
        return found

    def score(self, text: str, before: str = "") -> float:
        """log2 probability of the whole text; `before` is what stands in front of it. Linear in its length."""
        if len(text) > SHORT:
            return -float(self.bits(text, before).sum())
        ids, known, total = self._ids, self._known, 0.0
        key = 0
        for char in before[-2:]:
            key = (key << 16) | ids[char]
        for char in text:
            key = ((key << 16) & 0xFFFFFFFF0000) | ids[char]
            found = known.get(key)
            total += self._look(key) if found is None else found
        return total

    def bits(self, text: str, before: str = "") -> NDArray[np.float32]:
        """Bits (minus log2 probability) of each character of `text`."""
        import numpy as np

        arrays = self._arrays
        lead = before[-2:]
        points = np.frombuffer((lead + text).encode("utf-32-le", "surrogatepass"), "<u4")
        ids = arrays.fold[np.minimum(points, 0xFFFF)].astype(np.uint64)
        for place in np.flatnonzero(points > 0xFFFF):
            ids[place] = SUPPLEMENTARY.get(int(points[place]) >> 16, UNASSIGNED_PLANE)
        padded = np.concatenate((np.zeros(2, np.uint64), ids))
        pair = (padded[:-1] << np.uint64(16)) | padded[1:]  # pair[i] ends at character i - 1
        triple = (pair[:-1] << np.uint64(16)) | ids
        slot = _slots(triple, self.buckets3, arrays.low3, arrays.high3)
        out = np.where(slot >= 0, arrays.bits3[slot], np.float32(0))
        (rest,) = np.nonzero(slot < 0)
        if len(rest):
            context = _slots(pair[rest], self.buckets2, arrays.low2, arrays.high2)
            backoff = np.where(context >= 0, arrays.backoff2[context], np.float32(0))
            own = _slots(pair[rest + 1], self.buckets2, arrays.low2, arrays.high2)
            single = arrays.backoff1[padded[rest + 1]] + arrays.bits1[ids[rest]]
            out[rest] = backoff + np.where(own >= 0, arrays.bits2[own], single)
        result: NDArray[np.float32] = out[len(lead) :].astype(np.float32)
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

    def _look(self, key: int) -> float:
        slot = _slot(key, self.buckets3, self._low3, self._high3)
        if slot >= 0:
            steps = self._bits3[slot]
        else:
            pairs = self._pairs
            context = pairs.get(key >> 16)
            if context is None:
                context = self._look_pair(key >> 16)
            own = pairs.get(key & 0xFFFFFFFF)
            if own is None:
                own = self._look_pair(key & 0xFFFFFFFF)
            steps = context[1] + own[0]
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        found = self._known[key] = -steps / BITS_STEPS
        return found

    def _look_pair(self, key: int) -> tuple[int, int]:
        """Steps of a pair's second character behind its first, and what backing off from the pair costs."""
        slot = _slot(key, self.buckets2, self._low2, self._high2)
        if slot >= 0:
            found = self._bits2[slot], self._backoff2[slot]
        else:
            found = self._backoff1[key >> 16] + self._bits1[key & 0xFFFF], 0
        if len(self._pairs) >= REMEMBERED:
            self._pairs.clear()
        self._pairs[key] = found
        return found

    @functools.cached_property
    def _arrays(self) -> _Arrays:
        return _Arrays(self)


class _Arrays:
    """The tables as numpy sees them: made when a long text is first asked about."""

    def __init__(self, m: CharModel) -> None:
        import numpy as np

        def plane(data: bytes) -> NDArray[np.uint8]:
            return np.frombuffer(data, np.uint8)

        def bits(data: bytes) -> NDArray[np.float32]:
            return plane(data).astype(np.float32) / np.float32(BITS_STEPS)

        self.fold = np.frombuffer(m._fold_bytes, "<u2")
        self.kinds = plane(m._kinds)
        self.bits1, self.backoff1 = bits(m._bits1), bits(m._backoff1)
        self.bits2, self.backoff2, self.bits3 = bits(m._bits2), bits(m._backoff2), bits(m._bits3)
        self.low2, self.high2 = plane(m._low2).reshape(-1, SLOTS), plane(m._high2).reshape(-1, SLOTS)
        self.low3, self.high3 = plane(m._low3).reshape(-1, SLOTS), plane(m._high3).reshape(-1, SLOTS)


class _Ids(dict[str, int]):
    """Character to its number in the tables, filled as characters come."""

    def __init__(self, fold: memoryview[int]) -> None:
        super().__init__({"": 0})
        self._fold = fold

    def __missing__(self, char: str) -> int:
        code = ord(char)
        number = self._fold[code] if code < 0x10000 else SUPPLEMENTARY.get(code >> 16, UNASSIGNED_PLANE)
        self[char] = number
        return number


def _slot(key: int, buckets: int, low: bytes, high: bytes) -> int:
    mixed = (key * MULTIPLIER_1) & MASK
    mixed = ((mixed ^ (mixed >> 29)) * MULTIPLIER_2) & MASK
    start = (((mixed >> 32) * buckets) >> 32) * SLOTS
    first, second = (mixed & 0xFF) or 1, (mixed >> 8) & 0xFF
    slot = low.find(first, start, start + SLOTS)
    while slot >= 0 and high[slot] != second:
        slot = low.find(first, slot + 1, start + SLOTS)
    return slot


def hashes(keys: NDArray[np.uint64], buckets: int) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]:
    """Bucket and the two halves of the fingerprint of each key: what `_slot` computes for one."""
    import numpy as np

    mixed = keys * np.uint64(MULTIPLIER_1)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(MULTIPLIER_2)
    bucket = ((mixed >> np.uint64(32)) * np.uint64(buckets)) >> np.uint64(32)
    first = np.maximum(mixed & np.uint64(0xFF), 1).astype(np.uint8)
    return bucket.astype(np.int64), first, ((mixed >> np.uint64(8)) & np.uint64(0xFF)).astype(np.uint8)


def _slots(
    keys: NDArray[np.uint64], buckets: int, low: NDArray[np.uint8], high: NDArray[np.uint8]
) -> NDArray[np.int64]:
    import numpy as np

    bucket, first, second = hashes(keys, buckets)
    hit = (low[bucket] == first[:, None]) & (high[bucket] == second[:, None])
    slot = hit.argmax(axis=1)
    found: NDArray[np.int64] = np.where(hit[np.arange(len(keys)), slot], bucket * SLOTS + slot, -1)
    return found


@functools.cache
def model() -> CharModel:
    """The packaged model, read once (about 10 ms)."""
    return CharModel((files("cleaners.lexicons") / "charmodel.bin").read_bytes())


def score(text: str) -> float:
    """log2 probability of the text: `model().score(text)`."""
    return model().score(text)
