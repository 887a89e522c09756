"""The page's own table: which characters it annotates and with which reading, and whether that is a site's doing.

A site that annotates does so to every occurrence of a fixed set of Traditional characters, always with the same
reading. Primers, glosses and poems annotate other characters too, and not every occurrence; these stay as they are.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cleaners.restoration.bytestream import lexicon
from cleaners.thresholds import threshold

TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
# On some sites a few readings have a blank behind them, in the site's table: (luò ) wherever 絡 stands.
ANNOTATION = re.compile(rf"[(?（]([{lexicon.LETTERS}]{{1,{lexicon.LONGEST_READING}}} ?)[)）]")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    # What a sign is worth. Sites' own characters with the sites' reading say most.
    enough: float = threshold(1.0, "points of evidence", "that a page needs")
    known: float = threshold(
        1.0,
        "points of evidence",
        "a character annotated as sites do and authors do not, or a broken one that sites annotate",
    )
    glossed: float = threshold(0.3, "points of evidence", "a character that authors gloss so too")
    other: float = threshold(
        0.15, "points of evidence", "a character that sites do not annotate, or not with this reading"
    )
    repeat: float = threshold(
        0.3, "points of evidence", "each further time of a character that sites annotate and authors do not"
    )
    repeat_other: float = threshold(
        0.1, "points of evidence", "each further time of one that authors gloss or sites do not annotate so"
    )
    many: int = threshold(50, "annotations", "from which a few contradictions are put down to text from elsewhere")
    enough_toneless: float = threshold(
        4.0,
        "points of evidence",
        "where no reading has its tone: authors gloss names so; he, men, can are English, too",
    )
    enough_simplified: float = threshold(
        4.0, "points of evidence", "on a page in Simplified characters, which primers and glosses are written in"
    )
    bare_share: float = threshold(0.02, "share", "of bare occurrences of annotated characters in the annotated ones")
    foreign_share: float = threshold(0.03, "share", "of annotations whose character conversion does not yield")


T = Thresholds()


@dataclass(frozen=True, slots=True)
class PageTable:
    """What a page annotates.

    `readings`: character -> its one reading here, with the blank behind it if it has one. `bare`: characters that stand
    without annotation outside broken spans, so that they are not in the site's table. `sounds`: how the page writes
    readings.
    """

    readings: dict[str, str]
    bare: frozenset[str]
    sounds: lexicon.Sounds


def seen_annotations(text: str, sounds: lexicon.Sounds) -> list[re.Match[str]]:
    """Matches of `(pinyin)` and `?pinyin)` whose letters are a syllable."""
    return [m for m in ANNOTATION.finditer(text) if lexicon.plain_reading(m[1]) in sounds.chars]


def reading(annotation: re.Match[str]) -> str:
    """What an annotation says, with the blank behind it."""
    sound = annotation[1]
    return lexicon.plain_reading(sound) + " " * sound.endswith(" ")


def sounds_of(texts: Sequence[str]) -> lexicon.Sounds:
    """How the texts write readings: without tones where most of their annotations that can be readings have none."""
    toned, toneless = lexicon.sounds(), lexicon.sounds(toned=False)
    with_tone = without = 0
    for text in texts:
        for match in ANNOTATION.finditer(text):
            sound = lexicon.plain_reading(match[1])
            if TONE.search(sound):
                with_tone += sound in toned.chars
            else:
                without += sound in toneless.of.get(text[match.start() - 1 : match.start()], ())
    return toneless if without > with_tone else toned


def _glosses(text: str, annotations: Sequence[re.Match[str]], known: Collection[str]) -> list[str]:
    """Han with a reading that no character has which conversion yields: sites annotate none of them."""
    return [
        text[m.start() - 1]
        for m in annotations
        if m[0][0] != "?"
        and "一" <= text[m.start() - 1 : m.start()] <= "鿿"
        and lexicon.plain_reading(m[1]) not in known
        and TONE.search(m[1])
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """What the annotations of a page's texts say, whatever else stands in these."""

    annotated: list[str]  # the texts that have some
    counts: Counter[tuple[str, str]]  # of a character and its reading
    alone: Counter[tuple[str, str]]  # no part of a word: the entry of a dictionary or of a list
    foreign: Counter[str]  # characters with a reading that is not theirs
    spared: Counter[str]  # characters whose reading may be that of two bytes astride
    broken: float  # points of evidence for characters that were broken


def told(texts: Sequence[str], sounds: lexicon.Sounds) -> Told:
    """What the annotations of the texts say: gathered once, and weighed with what stands beside them."""
    counts: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    foreign: Counter[str] = Counter()
    spared: Counter[str] = Counter()
    annotated: list[str] = []
    broken = 0.0
    for text in texts:
        every = list(ANNOTATION.finditer(text))
        matches = [m for m in every if lexicon.plain_reading(m[1]) in sounds.chars]
        if matches:
            annotated.append(text)
            foreign.update(_glosses(text, every, sounds.chars))
        for match in matches:
            char, sound = text[match.start() - 1 : match.start()], lexicon.plain_reading(match[1])
            if match[0][0] == "?":
                broken += T.known * swallowed_by_site(char, sound, sounds)
            elif sound in sounds.of.get(char, ()):
                counts[char, reading(match)] += 1
                neighbours = text[max(0, match.start() - 2) : match.start() - 1] + text[match.end() : match.end() + 1]
                alone[char, reading(match)] += not any(map(str.isalnum, neighbours))
            elif not astride(char, sound, sounds):
                foreign[char] += 1
            elif char < "\x80":
                broken += T.known * any(sound == sounds.sites.get(x, ("",))[0] for x in _ending_in(char, sound, sounds))
            else:
                spared[char] += 1
    return Told(annotated, counts, alone, foreign, spared, broken)


def page_table(
    texts: Sequence[str],
    enough: float = T.enough,
    sounds: lexicon.Sounds | None = None,
    heard: Told | None = None,
) -> PageTable | None:
    """The table of a page's texts, or None where they do not prove that a site annotated them.

    heard: `told` of the texts, where it is known.
    """
    sounds = sounds or sounds_of(texts)
    if not sounds.toned:
        enough = max(enough, T.enough_toneless)
    heard = heard or told(texts, sounds)
    counts = heard.counts
    table = _one_reading_each(counts)
    whole = heard.broken * (
        enough if sounds.toned else T.known
    )  # a broken character is proof, but that he, men, can are words
    if _weight(table, counts - heard.alone, sounds) + whole < enough:
        return None
    total = sum(counts[pair] for pair in table.items())
    many = total >= T.many
    # A long page may have a line or two from elsewhere.
    present = Counter("".join(heard.annotated if many else texts))
    bare = sum(present[char] - counts[char, sound] for char, sound in table.items())
    strangers = heard.foreign.total() if many else heard.foreign.total() + heard.spared.total()
    if bare > (T.bare_share * total if many else 0) or strangers > (T.foreign_share * total if many else 0):
        return None
    return PageTable(table, frozenset("".join(texts)) - table.keys(), sounds)


def swallowed_by_site(char: str, sound: str, sounds: lexicon.Sounds) -> bool:
    """Whether `?sound)` behind `char` can be what is left of a character that sites annotate so.

    The last byte of `char` is its lead byte, and its trail byte swallowed the parenthesis.
    """
    code = lexicon.codes().get(char)
    return code is not None and any(
        lexicon.codes()[x] >> 8 == code & 0xFF and lexicon.codes()[x] & 0xFF > 0x80
        for x in sounds.chars.get(sound, ())
        if sounds.sites.get(x, ("",))[0] == sound
    )


def _ending_in(char: str, sound: str, sounds: lexicon.Sounds) -> list[str]:
    """Characters read `sound` whose trail byte shows as this ASCII character (80 alone as `?`)."""
    trail = 0x80 if char == "?" else ord(char)
    return [x for x in sounds.chars.get(sound, ()) if lexicon.codes()[x] & 0xFF == trail]


def astride(char: str, sound: str, sounds: lexicon.Sounds) -> bool:
    """Whether `(sound)` behind `char` can be the annotation of two bytes that stand astride characters.

    Either `char` is the second of the two bytes, an ASCII letter (`Y(jié)`: 結 is BD59), or its trail byte is the first
    and the second has vanished (`肮(jié)`).
    """
    code = lexicon.codes().get(char)
    if code is None:
        return len(char) == 1 and char < "\x80" and bool(_ending_in(char, sound, sounds))
    return any(code & 0xFF == lexicon.codes()[x] >> 8 for x in sounds.chars.get(sound, ()))


def _one_reading_each(counts: Counter[tuple[str, str]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for (char, sound), n in counts.items():
        if char not in table or n > counts[char, table[char]]:
            table[char] = sound
    return table


def _weight(table: dict[str, str], counts: Counter[tuple[str, str]], sounds: lexicon.Sounds) -> float:
    weight = 0.0
    for char, sound in table.items():
        if not counts[char, sound]:
            continue
        usual, glossed = sounds.sites.get(char, ("", False))
        if usual == sound.rstrip() and not glossed:
            weight += T.known + T.repeat * (counts[char, sound] - 1)
        else:
            weight += (T.glossed if glossed else T.other) + T.repeat_other * (counts[char, sound] - 1)
    return weight


def is_simplified(texts: Sequence[str]) -> bool:
    """Whether the texts are in Simplified characters, for all that they were Traditional when they were damaged."""
    conversion = lexicon.conversion()
    present = Counter("".join(texts))
    simplified = sum(n for char, n in present.items() if char in conversion.converted)
    return simplified > sum(n for char, n in present.items() if char in conversion.simplified)


def to_traditional(text: str, sounds: lexicon.Sounds) -> str:
    """The text in Traditional characters, one for one: those that conversion does not leave, and those annotated."""
    out = list(text.translate(_traditional_forms()))
    for match in seen_annotations(text, sounds):
        at = match.start() - 1
        for char in _other_forms().get(out[at], ()) if at >= 0 else ():
            if sounds.sites.get(char, ("",))[0] == lexicon.plain_reading(match[1]):
                out[at] = char
    return "".join(out)


@functools.cache
def _traditional_forms() -> dict[int, str]:
    conversion = lexicon.conversion()
    found: dict[int, str] = {}
    for traditional, simplified in conversion.simplified.items():
        if simplified in conversion.converted:
            known = found.get(ord(simplified))
            if known is None or traditional in lexicon.annotated_by_sites():
                found[ord(simplified)] = traditional
    return found


@functools.cache
def _other_forms() -> dict[str, tuple[str, ...]]:
    """Characters that are their own Traditional form too -> the forms that sites annotate."""
    found: dict[str, tuple[str, ...]] = {}
    for char in lexicon.annotated_by_sites():
        simplified = lexicon.conversion().simplified[char]
        if simplified not in lexicon.conversion().converted:
            found[simplified] = (*found.get(simplified, ()), char)
    return found
