"""Single-byte encodings: by how letters follow each other; what that does not settle is charset-normalizer's.

Every codec reads the pairs of neighbouring bytes of which one is high. The reading that costs the fewest bits wins,
where it reads like one of the languages that lexicons/letters.tsv knows. Symbols, controls and capitals in the middle
of a word are dear, so that KOI8-R is not read as Cyrillic of Windows with its cases turned around.
"""

from __future__ import annotations

import codecs
import functools
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from operator import mul
from typing import NamedTuple

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    asked: int = threshold(2048, "bytes", "shown to charset-normalizer: enough for what it looks at, and it is slow")
    looked: int = threshold(240, "bytes", "whose pairs are counted")
    reads_well: float = threshold(
        6.3, "bits a pair", "of a reading in Latin script, where letters outside ASCII are rare"
    )
    reads: float = threshold(8.5, "bits a pair", "of a reading in Latin script that leads by `wide_lead`")
    wide_lead: float = threshold(12.0, "bits", "in all by which such a reading leads")
    reads_well_words: float = threshold(5.2, "bits a pair", "of a reading in other scripts")
    few: float = threshold(8.0, "bits", "that a few pairs may cost more: a rare one among them says little")
    clear: float = threshold(3.0, "bits", "within which the codec that is met more often is taken")
    old: float = threshold(6.0, "bits", "that an encoding of DOS or of old Macs must make up for")
    unseen: float = threshold(15.0, "bits", "of a pair or a letter that the language's counts do not have")
    symbol: float = threshold(12.0, "bits", "of a sign that is no letter")
    no_character: float = threshold(24.0, "bits", "of a byte that the codec does not hold, or a control character")
    vowel_sign: float = threshold(6.0, "bits", "of a combining character")
    mixed_word: float = threshold(18.0, "bits", "of a pair of letters from two scripts")
    capital_inside: float = threshold(5.0, "bits", "of a capital behind a small letter, besides the pair's own")
    latin_rare: float = threshold(
        4.0, "bits", "that letters outside ASCII cost more in Latin script, where they are few"
    )
    looked_at: int = threshold(4, "codecs", "whose pairs are read, and twice as many where letters are not many")
    many: int = threshold(40, "letters", "of a text from which they are many")
    pruned_bits: float = threshold(
        20.0, "bits", "in all behind the best by single letters, at which a codec is not looked at further, and"
    )
    pruned: float = threshold(1.0, "bits a letter", "behind the best, at which it is not")
    single_high: float = threshold(1.3, "high bytes in a row", "on average: fewer only in Latin script")
    words_of_high: float = threshold(2.2, "high bytes in a row", "on average: more only in other scripts")
    plain: float = threshold(5.3, "bits a letter", "by itself of a reading that needs no look at pairs")
    far_ahead: float = threshold(0.8, "bits a letter", "the lead of such a reading")


T = Thresholds()
CODECS: tuple[tuple[str, str], ...] = (  # and the group of languages; of equal readings the first is taken
    ("cp1252", "western"),
    ("cp1251", "Cyrillic"),
    ("cp1250", "central"),
    ("iso8859-2", "central"),
    ("koi8-r", "Cyrillic"),
    ("koi8-u", "Cyrillic"),
    ("iso8859-5", "Cyrillic"),
    ("cp866", "Cyrillic"),
    ("cp855", "Cyrillic"),
    ("mac-cyrillic", "Cyrillic"),
    ("cp1253", "Greek"),
    ("iso8859-7", "Greek"),
    ("cp1254", "Turkish"),
    ("cp1255", "Hebrew"),
    ("cp1256", "Arabic"),
    ("iso8859-6", "Arabic"),
    ("cp1257", "Baltic"),
    ("iso8859-4", "Baltic"),
    ("cp874", "Thai"),
    ("cp852", "central"),
    ("cp857", "Turkish"),
    ("cp850", "western"),
)
RARE_CODECS: tuple[tuple[str, str], ...] = (  # looked at where none of the others reads well
    ("mac-roman", "western"),
    ("cp437", "western"),
    ("iso8859-15", "western"),
    ("iso8859-16", "central"),
    ("mac-latin2", "central"),
    ("cp1125", "Cyrillic"),
    ("cp737", "Greek"),
    ("cp869", "Greek"),
    ("mac-greek", "Greek"),
    ("cp862", "Hebrew"),
    ("iso8859-3", "Turkish"),
    ("mac-turkish", "Turkish"),
    ("cp775", "Baltic"),
    ("cp864", "Arabic"),
)
NOT_ASKED = (  # of charset-normalizer: what has been looked at, or tells by its structure
    "utf_7 utf_8 utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le big5 big5hkscs cp932 cp949 cp950 euc_jis_2004 "
    "euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk hz iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 "
    "iso2022_jp_3 iso2022_jp_ext iso2022_kr johab shift_jis shift_jis_2004 shift_jisx0213"
)
_OLD = frozenset(("cp855", "cp866", "cp852", "cp857", "cp850", "mac-cyrillic", "iso8859-4"))
_COMMON_SYMBOLS = frozenset("“”„‘’‚–—…«»§°·•©®№€£´¡¿½¼¾²³ªº™\xa0")
_PAIR = re.compile(rb"(?s)(?=([\x80-\xff].|.[\x80-\xff]))")
_LOW = bytes(range(0x80))
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]{1,200}")


class _Letters(dict[str, float]):
    """Bits of a letter, and of a letter behind another, in a group of languages; what is not known is filled in."""

    latin = False

    def __missing__(self, pair: str) -> float:
        first, last = _PLAIN[pair[0]], _PLAIN[pair[-1]]
        plain = first + last if len(pair) == 2 else last
        bits = self.get(plain)
        if bits is None:
            bits = self._unknown(first, last) if len(pair) == 2 else self._symbol(last)
        if len(pair) == 2 and pair[0].islower() and pair[1].isupper():
            bits += T.capital_inside
        self[pair] = bits
        return bits

    def _unknown(self, first: str, last: str) -> float:
        """Bits of a pair that no word has, both in small letters, "_" for what is no letter in ASCII."""
        mixed = first != "_" != last and first.isascii() != last.isascii()
        if mixed and not self.latin and first.isalpha() and last.isalpha():
            return T.mixed_word
        if last.isascii():
            return 5.0 if first in _COMMON_SYMBOLS else 9.0
        return self._symbol(last) if not last.isalpha() else self.get(last, T.unseen) + 4.0

    def _symbol(self, char: str) -> float:
        """Bits of what is no letter of the group."""
        if char in _COMMON_SYMBOLS:
            return 7.0
        if char == "\ufffd" or "\x80" <= char < "\xa0":
            return T.no_character
        if unicodedata.combining(char):
            return T.vowel_sign
        return T.unseen if char.isalpha() else T.symbol


class _Plain(dict[str, str]):
    """Each character as the tables have it: a small letter, "_" for what is no letter in ASCII."""

    def __missing__(self, char: str) -> str:
        small = char.lower() if char.isalpha() or char > "\x7f" else "_"
        self[char] = plain = small if len(small) == 1 else "i"
        return plain


_PLAIN = _Plain()


@functools.cache
def _tables() -> dict[str, _Letters]:
    out: dict[str, _Letters] = {}
    text = (files("cleaners.lexicons") / "letters.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            group, letters, bits = line.split("\t")
            out.setdefault(group, _Letters())[letters] = float(bits)
    for group in ("western", "central", "Turkish", "Baltic"):
        out[group].latin = True
    return out


class _Reading:
    """Bits of a byte, and of a byte behind another, in one codec for its languages."""

    def __init__(self, codec: str, letters: _Letters) -> None:
        self.codec, self.letters = codec, letters
        alphabet = bytes(range(256)).decode(codec, "replace")
        self.singles = [letters[char] if byte > 0x7F else 0.0 for byte, char in enumerate(alphabet)]
        self.pairs: dict[bytes, float] = {}

    def pair_bits(self, pairs: Counter[bytes]) -> float:
        """Bits of all pairs."""
        known = self.pairs
        missing = [pair for pair in pairs if pair not in known]
        if missing:
            text = b"".join(missing).decode(self.codec, "replace")
            letters = self.letters
            for at, pair in enumerate(missing):
                known[pair] = letters[text[2 * at : 2 * at + 2]]
        return float(sum(map(mul, pairs.values(), map(known.__getitem__, pairs))))


@functools.cache
def _readings(codecs: tuple[tuple[str, str], ...]) -> tuple[_Reading, ...]:
    tables = _tables()
    return tuple(_Reading(codec, tables[group]) for codec, group in codecs)


def by_letters(data: bytes) -> str:
    """The codec whose reading looks like a language, "" where none does."""
    looked = b" " + _looked(data) + b" "
    singles = Counter(looked.translate(None, _LOW))
    if not singles:
        return ""
    if _COMMON_SYMBOLS.issuperset(bytes(singles).decode("cp1252", "replace")):
        return "cp1252"  # quotes, dashes and signs of an English page
    run = sum(singles.values()) / len(_RUN.findall(looked))
    pairs = Counter(_PAIR.findall(looked))
    found = _best(singles, pairs, run, CODECS)
    if not found.well:
        found = min(found, _best(singles, pairs, run, RARE_CODECS))
    return found.codec if found.well or found.far_ahead else ""


class _Best(NamedTuple):
    """The best of some codecs: bits of its reading, whether it reads well, whether the next is far behind."""

    bits: float
    codec: str
    well: bool
    far_ahead: bool


def _best(singles: Counter[int], pairs: Counter[bytes], run: float, codecs: tuple[tuple[str, str], ...]) -> _Best:
    """The codec that reads best, by single letters and then by pairs."""
    letters, weights, held = singles.keys(), singles.values(), sum(singles.values())
    rough: list[tuple[float, int]] = []
    readings = _readings(codecs)
    for number, reading in enumerate(readings):
        if run > T.words_of_high if reading.letters.latin else run < T.single_high:
            continue
        bits = sum(map(mul, weights, map(reading.singles.__getitem__, letters))) / held
        rough.append((bits - (T.latin_rare if reading.letters.latin else 0.0), number))
    rough.sort()
    ahead = next((bits for bits, _ in rough if bits > rough[0][0] + 1e-6), math.inf) - rough[0][0]
    if held > T.many and rough[0][0] < T.plain and ahead > T.far_ahead:
        number = min(number for bits, number in rough if bits < rough[0][0] + 1e-6)
        return _Best(rough[0][0] * held, readings[number].codec, True, True)
    ranked: list[tuple[float, int]] = []
    for bits, number in rough[: T.looked_at if held > T.many else 2 * T.looked_at]:
        if bits - rough[0][0] > T.pruned + T.pruned_bits / held:
            break
        old = T.old if readings[number].codec in _OLD else 0.0
        ranked.append((readings[number].pair_bits(pairs) + old, number))
    ranked.sort()
    best, total = ranked[0][0], sum(pairs.values())
    chosen = readings[min(number for bits, number in ranked if bits - best < T.clear)]
    lead = next((bits for bits, _ in ranked if bits > best + 1e-6), math.inf) - best
    well = best <= (T.reads_well if chosen.letters.latin else T.reads_well_words) * total + T.few
    return _Best(best, chosen.codec, well, chosen.letters.latin and lead >= T.wide_lead and best <= T.reads * total)


def _looked(data: bytes) -> bytes:
    """High bytes of the page with the byte before and behind each run: all, or the first few hundred."""
    if len(data) <= T.looked:
        return data
    taken: list[bytes] = []
    size = 0
    for found in _RUN.finditer(data):
        taken.append(data[max(found.start() - 1, 0) : found.end() + 1])
        size += len(taken[-1])
        if size >= T.looked:
            break
    return b" ".join(taken)


def by_peer(data: bytes) -> str:
    """charset-normalizer's answer among the single-byte codecs, "" where it has none."""
    import charset_normalizer

    asked = data
    if len(data) > T.asked:
        high = _HIGH_BYTE.search(data)
        start = max(0, high.start() - 100) if high and high.start() > T.asked // 2 else 0
        asked = data[start : start + T.asked]
    best = charset_normalizer.from_bytes(asked, cp_exclusion=NOT_ASKED.split()).best()
    return codecs.lookup(best.encoding).name if best is not None else ""
