"""Tables of the byte-stream repair: readings, what sites annotate, GBK's pairs. Each is built when first asked for."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from typing import NamedTuple

TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê"
LETTERS = "a-zɑɡ" + TONES
LONGEST_READING = 6  # zhuāng
ODD_LETTERS = str.maketrans("ɑɡ", "ag")  # GBK has its own a and g for pinyin (A8BB, A8C0)

NONE, ANY, HIGH, LOW = -1, -2, -3, -4  # no lead byte; an unknown one: any, A1 to FE, 81 to A0


class Conversion(NamedTuple):
    """What one-to-one conversion from Simplified to Traditional does."""

    readings: dict[str, tuple[str, ...]]  # Traditional character -> its readings
    simplified: dict[str, str]  # Traditional character -> Simplified form
    converted: frozenset[str]  # Simplified characters that conversion does not leave as they are


class Sounds(NamedTuple):
    """Readings of Traditional characters the way a page writes them: with tone marks, or without."""

    toned: bool
    of: dict[str, tuple[str, ...]]  # character -> its readings
    chars: dict[str, tuple[str, ...]]  # reading -> the characters read so
    sites: dict[str, tuple[str, bool]]  # `annotated_by_sites`


class Fold(NamedTuple):
    """GBK characters behind folded text: what a reader of folded text has to think of."""

    single: dict[str, tuple[str, ...]]  # one visible character -> two-byte characters that NFKC makes it of
    longer: dict[str, tuple[tuple[str, str], ...]]  # first visible character -> (visible string, two-byte character)


def _rows(name: str) -> list[list[str]]:
    text = (files("cleaners.lexicons") / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@functools.cache
def conversion() -> Conversion:
    """The packaged table of Traditional characters and their readings."""
    readings: dict[str, tuple[str, ...]] = {}
    simplified: dict[str, str] = {}
    kept = set()
    for char, form, sounds in _rows("readings.tsv"):
        if sounds:
            readings[char] = tuple(sounds.split(","))
            simplified[char] = form
        else:
            kept.add(char)
    return Conversion(readings, simplified, frozenset(simplified.values()) - kept)


@functools.cache
def annotated_by_sites() -> dict[str, tuple[str, bool]]:
    """Character -> (its one reading on such sites, whether authors gloss that reading themselves)."""
    return {char: (reading, note == "glossed") for char, reading, note in _rows("annotated.tsv")}


@functools.cache
def sounds(toned: bool = True) -> Sounds:
    """The readings of the packaged table, with tone marks or without them."""
    of, sites = conversion().readings, annotated_by_sites()
    if not toned:
        of = {char: _unique(form for sound in told for form in toneless(sound)) for char, told in of.items()}
        sites = {char: (toneless(sound)[0], glossed) for char, (sound, glossed) in sites.items()}
    chars: dict[str, list[str]] = {}
    for char, told in of.items():
        for sound in told:
            chars.setdefault(sound, []).append(char)
    return Sounds(toned, of, {sound: tuple(read) for sound, read in chars.items()}, sites)


def toneless(sound: str) -> tuple[str, ...]:
    """A reading without its tone mark, in the ways in which ü is written then."""
    letters = unicodedata.normalize("NFD", sound).replace("u\u0308", "ü")
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return tuple(bare.replace("ü", instead) for instead in ("uvü" if "ü" in bare else "u"))


@functools.cache
def toneless_readings() -> dict[str, frozenset[str]]:
    """Character of GB2312 -> its readings without tones."""
    found: dict[str, set[str]] = {}
    for sound, chars in _rows("syllables.tsv"):
        for char in chars:
            found.setdefault(char, set()).add(sound)
    return {char: frozenset(sounds) for char, sounds in found.items()}


def _unique(sounds: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sounds))


@functools.lru_cache(maxsize=4096)
def plain_reading(text: str) -> str:
    """A reading as the tables write it, without a blank behind it."""
    return text.rstrip().translate(ODD_LETTERS)


@functools.cache
def pairs() -> dict[int, str]:
    """Two bytes (lead << 8 | trail) -> character, for the pairs that GBK assigns."""
    found = {}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found[lead << 8 | trail] = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                continue
    return found


@functools.cache
def codes() -> dict[str, int]:
    """Character -> its two bytes in GBK (lead << 8 | trail); user-defined pairs are private-use characters."""
    found = {char: pair for pair, char in pairs().items()}
    for lead, trail in user_defined_pairs():
        found[user_defined(lead, trail)] = lead << 8 | trail
    return found


@functools.cache
def last_bytes() -> dict[str, int]:
    """Character -> its last byte in GBK."""
    return {**{chr(code): code for code in range(0x80)}, **{char: code & 0xFF for char, code in codes().items()}}


def user_defined(lead: int, trail: int) -> str:
    """Private-use character of a user-defined pair, "" where the pair is none (GBK areas 1 to 3 as in GB18030)."""
    if 0xAA <= lead <= 0xAF and 0xA1 <= trail <= 0xFE:
        return chr(0xE000 + (lead - 0xAA) * 94 + trail - 0xA1)
    if 0xF8 <= lead <= 0xFE and 0xA1 <= trail <= 0xFE:
        return chr(0xE234 + (lead - 0xF8) * 94 + trail - 0xA1)
    if 0xA1 <= lead <= 0xA7 and 0x40 <= trail <= 0xA0 and trail != 0x7F:
        return chr(0xE4C6 + (lead - 0xA1) * 96 + trail - 0x40 - (trail > 0x7F))
    return ""


@functools.cache
def user_defined_pairs() -> tuple[tuple[int, int], ...]:
    """(lead, trail) of every user-defined pair."""
    return tuple((a, b) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF) if user_defined(a, b))


@functools.cache
def user_defined_ranges() -> tuple[tuple[int, int], ...]:
    """(lead byte of user-defined pairs, LOW or HIGH: where its trail bytes lie that can be a lead byte in turn)."""
    high = [(lead, HIGH) for lead in (*range(0xAA, 0xB0), *range(0xF8, 0xFF))]
    return (*high, *((lead, LOW) for lead in range(0xA1, 0xA8)))


@functools.cache
def fold() -> Fold:
    """What NFKC makes of GBK's two-byte characters, turned round."""
    single: dict[str, list[str]] = {}
    longer: dict[str, list[tuple[str, str]]] = {}
    for char in pairs().values():
        seen = unicodedata.normalize("NFKC", char)
        if seen == char:
            continue
        if len(seen) == 1:
            single.setdefault(seen, []).append(char)
        else:
            longer.setdefault(seen[0], []).append((seen, char))
    return Fold({k: tuple(v) for k, v in single.items()}, {k: tuple(v) for k, v in longer.items()})


@functools.cache
def unassigned() -> tuple[tuple[int, int], ...]:
    """(lead byte, LOW or HIGH) of the pairs neither assigned nor user-defined, by where their trail bytes lie."""
    found = []
    for lead in range(0x81, 0xFF):
        for pending, (low, high) in ((LOW, (0x81, 0xA0)), (HIGH, (0xA1, 0xFE))):
            if any((lead << 8 | t) not in pairs() and not user_defined(lead, t) for t in range(low, high + 1)):
                found.append((lead, pending))
    return tuple(found)


@functools.cache
def unassigned_leads() -> frozenset[int]:
    """Lead bytes of such pairs; most of them lead assigned ones too."""
    return frozenset(lead for lead, _ in unassigned())
