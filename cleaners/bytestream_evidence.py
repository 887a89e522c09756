"""The page's own table: which characters it annotates and with which reading, and whether that is a site's doing.

A site that annotates does so to every occurrence of a fixed set of Traditional characters, always with the same
reading. Primers, glosses and poems annotate other characters too, and not every occurrence; these stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cleaners import bytestream_lexicon as lexicon

ANNOTATION = re.compile(rf"[(?（]([{lexicon.LETTERS}]{{1,{lexicon.LONGEST_READING}}})[)）]")

# What a sign is worth; a page needs ENOUGH. Sites' own characters with the sites' reading say most.
ENOUGH = 1.0
KNOWN, GLOSSED, OTHER, REPEAT = 1.0, 0.3, 0.15, 0.3
MANY = 50  # annotations from which a few contradictions are put down to text from elsewhere
BARE_SHARE = 0.02  # bare occurrences of annotated characters, as a share of the annotated ones
FOREIGN_SHARE = 0.03  # annotations of characters that conversion does not yield


@dataclass(frozen=True, slots=True)
class PageTable:
    """What a page annotates.

    `readings`: character -> its one reading here. `bare`: characters that stand without annotation outside broken
    spans, so that they are not in the site's table. `annotations`: how many were counted.
    """

    readings: dict[str, str]
    bare: frozenset[str]
    annotations: int


def seen_annotations(text: str) -> list[re.Match[str]]:
    """Matches of `(pinyin)` and `?pinyin)` whose letters are a syllable."""
    known = lexicon.syllables()
    return [m for m in ANNOTATION.finditer(text) if lexicon.plain_reading(m[1]) in known]


def page_table(texts: Sequence[str]) -> PageTable | None:
    """The table of a page's texts, or None where they do not prove that a site annotated them."""
    readings = lexicon.conversion().readings
    counts: Counter[tuple[str, str]] = Counter()
    foreign: Counter[str] = Counter()
    for text in texts:
        for match in seen_annotations(text):
            if match[0][0] == "?":
                continue
            char, sound = text[match.start() - 1 : match.start()], lexicon.plain_reading(match[1])
            if sound in readings.get(char, ()):
                counts[char, sound] += 1
            elif not astride(char, sound):
                foreign[char] += 1
    table = _one_reading_each(counts)
    total = sum(counts[pair] for pair in table.items())
    if not total:
        return None
    present: Counter[str] = Counter()
    for text in texts:
        present.update(text)
    bare = sum(present[char] - counts[char, sound] for char, sound in table.items())
    many = total >= MANY
    if bare > (BARE_SHARE * total if many else 0) or foreign.total() > (FOREIGN_SHARE * total if many else 0):
        return None
    if _weight(table, counts) < ENOUGH:
        return None
    return PageTable(table, frozenset(present) - table.keys(), total)


def astride(char: str, sound: str) -> bool:
    """Whether `(sound)` behind `char` can be the annotation of two bytes that stand astride characters.

    Either `char` is the second of the two bytes, an ASCII letter (`Y(jié)`: 結 is BD59), or its trail byte is the first
    and the second has vanished (`肮(jié)`).
    """
    code = lexicon.codes().get(char)
    candidates = (lexicon.codes()[x] for x in lexicon.by_reading().get(sound, ()))
    if code is None:
        return any(char == chr(x & 0xFF) or (char in "?€" and x & 0xFF == 0x80) for x in candidates)
    return any(code & 0xFF == x >> 8 for x in candidates)


def _one_reading_each(counts: Counter[tuple[str, str]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for (char, sound), n in counts.items():
        if char not in table or n > counts[char, table[char]]:
            table[char] = sound
    return table


def _weight(table: dict[str, str], counts: Counter[tuple[str, str]]) -> float:
    sites = lexicon.annotated_by_sites()
    weight = 0.0
    for char, sound in table.items():
        reading, glossed = sites.get(char, ("", False))
        if reading == sound:
            weight += GLOSSED if glossed else KNOWN
        else:
            weight += OTHER
        weight += REPEAT * (counts[char, sound] - 1)
    return weight


def chars_of(texts: Iterable[str]) -> Counter[str]:
    """How often each character stands in the texts."""
    present: Counter[str] = Counter()
    for text in texts:
        present.update(text)
    return present
