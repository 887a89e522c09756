"""Readings without tones that a site put behind characters of any kind: 家(jia)用电器(qi).

Some sites do so to make their texts look like no other. Nothing is broken, for they worked on characters, but the
characters are not only those that conversion to Traditional changes, so that the readings of all have to be known. The
evidence is the page's again: authors gloss hard characters, or each where it comes first, or all of them; such a site
glosses common ones, wherever they stand, and others as common never. Or it writes a reading twice, as no author does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaners.model import model
from cleaners.restoration.bytestream import lexicon
from cleaners.thresholds import threshold
from schemas.records import Block, Edit

ANNOTATED = re.compile("([\u4e00-\u9fff])[(（]([a-zü]{1,6}) ?[)）](?P<again>[(（]\\2 ?[)）])?")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least: int = threshold(12, "annotations", "on a page")
    repeated: int = threshold(4, "characters", "annotated each time of several")
    doubled: int = threshold(4, "annotations", "that say a reading twice: then what stands bare is no contradiction")
    contradicted: float = threshold(
        0.1, "for each annotation", "annotated characters standing bare, and readings that are not the character's"
    )
    most: float = threshold(0.6, "share", "of a text's Han that are annotated: where there are more, it is a primer")
    common: float = threshold(-10.5, "log2 probability", "of a character that nobody needs a gloss for")
    common_share: float = threshold(0.3, "share", "of those annotated that must be so common")
    named: int = threshold(12, "characters", "annotated ones that an edit's detail names")


T = Thresholds()


def take_out(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Take the annotations out of a page that proves to be annotated so; one edit a block."""
    table = page_table([block.text for block in blocks])
    if not table:
        return tuple(blocks), ()
    out: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        taken = [found for found in ANNOTATED.finditer(block.text) if (found[1], found[2]) in table]
        if not taken:
            out.append(block)
            continue
        text = ANNOTATED.sub(lambda found: found[1] if (found[1], found[2]) in table else found[0], block.text)
        counts = Counter(found[0] for found in taken).most_common(T.named)
        named = " ".join(f"{shown}×{n}" for shown, n in counts)
        detail = f"table of {len(table)} characters, without tones: {named}"
        start, before = taken[0].end(1), taken[0][0][1:]
        edits.append(
            Edit("bytestream", "pinyin annotation", block.seq, start, before, "", "likely", len(taken), detail)
        )
        out.append(replace(block, text=text))
    return tuple(out), tuple(edits)


def page_table(texts: Sequence[str]) -> frozenset[tuple[str, str]]:
    """(character, reading) that the page annotates; empty where it does not prove that a site did it."""
    texts = [text for text in texts if ANNOTATED.search(text)]
    every = [found for text in texts for found in ANNOTATED.finditer(text)]
    counts = Counter((found[1], found[2]) for found in every)
    if counts.total() < T.least:
        return frozenset()
    table = {pair: n for pair, n in counts.items() if _reads(*pair)}
    annotated: Counter[str] = Counter()
    for (char, _), n in table.items():
        annotated[char] += n
    present = Counter(char for text in texts for char in _HAN.findall(text))
    bare = {char: present[char] - n for char, n in annotated.items()}
    total = annotated.total()
    doubled = sum(found["again"] is not None and (found[1], found[2]) in table for found in every)
    wrong = counts.total() - total + (sum(bare.values()) if doubled < T.doubled else 0)
    always = sum(n > 1 and not bare[char] for char, n in annotated.items())
    common = sum(model().unigram(char) > T.common for char in annotated)
    if (
        total < T.least
        or always < T.repeated
        or wrong > T.contradicted * total
        or total > T.most * present.total()
        or common < T.common_share * len(annotated)
    ):
        return frozenset()
    return frozenset(table)


def _reads(char: str, sound: str) -> bool:
    """Whether a character, Simplified or Traditional, can be read so."""
    return sound in lexicon.toneless_readings().get(char, ()) or sound in lexicon.sounds(toned=False).of.get(char, ())
