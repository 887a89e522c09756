"""Readings without tones that a site put behind characters of any kind: 家(jia)用电器(qi).

Some sites do so to make their texts look like no other. Nothing is broken, for they worked on characters, but the
characters are not only those that conversion to Traditional changes, so that the readings of all have to be known. The
evidence is the page's again: authors gloss hard characters, or each where it comes first, or all of them; such a site
glosses common ones, wherever they stand, and others as common never.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from cleaners.model import model
from schemas.records import Block, Edit

ANNOTATED = re.compile("([\u4e00-\u9fff])[(（]([a-zü]{1,6}) ?[)）]")
_HAN = re.compile("[\u4e00-\u9fff]")
LEAST = 12  # annotations on a page
REPEATED = 4  # characters annotated each time of several
CONTRADICTED = 0.1  # annotated characters standing bare, and readings that are not the character's, a annotation
MOST = 0.6  # of a text's Han: where more are annotated, it is a primer
COMMON = -10.5  # log2 probability of a character that nobody needs a gloss for,
COMMON_SHARE = 0.3  # and how many of those annotated must be such
NAMED = 12  # annotated characters named in an edit's detail


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
        counts = Counter(found[0] for found in taken).most_common(NAMED)
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
    counts = Counter((found[1], found[2]) for text in texts for found in ANNOTATED.finditer(text))
    if counts.total() < LEAST:
        return frozenset()
    table = {(char, sound): n for (char, sound), n in counts.items() if sound in readings().get(char, ())}
    annotated: Counter[str] = Counter()
    for (char, _), n in table.items():
        annotated[char] += n
    present = Counter(char for text in texts for char in _HAN.findall(text))
    bare = {char: present[char] - n for char, n in annotated.items()}
    total = annotated.total()
    wrong = counts.total() - total + sum(bare.values())
    always = sum(n > 1 and not bare[char] for char, n in annotated.items())
    common = sum(model().unigram(char) > COMMON for char in annotated)
    if (
        total < LEAST
        or always < REPEATED
        or wrong > CONTRADICTED * total
        or total > MOST * present.total()
        or common < COMMON_SHARE * len(annotated)
    ):
        return frozenset()
    return frozenset(table)


@functools.cache
def readings() -> dict[str, frozenset[str]]:
    """Character of GB2312 -> its readings without tones."""
    found: dict[str, set[str]] = {}
    for line in (files("cleaners.lexicons") / "syllables.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sound, chars = line.split("\t")
            for char in chars:
                found.setdefault(char, set()).add(sound)
    return {char: frozenset(sounds) for char, sounds in found.items()}
