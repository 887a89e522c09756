#!/usr/bin/env python3
"""Build cleaners/lexicons/readings.tsv: the Traditional characters that GBK holds, their Simplified forms and readings.

With the word `syllables`, build syllables.tsv instead: the characters of GB2312 by their readings without tones.

Sources, both needed only here: readings from pypinyin's character dictionary (pinyin-data, MIT licence); pairs of
Simplified and Traditional characters from OpenCC's dictionaries (Apache-2.0), as opencc-python-reimplemented has them.

Use: python scripts/build_readings.py > cleaners/lexicons/readings.tsv
     python scripts/build_readings.py syllables > cleaners/lexicons/syllables.tsv
"""

from __future__ import annotations

import pathlib
import sys

import opencc
from pypinyin.constants import PINYIN_DICT

from cleaners.restoration.bytestream.lexicon import toneless

HEADER = """\
# Traditional characters that GBK holds: character, Simplified form, readings (the usual one first).
# A row without readings is a Simplified character that is also its own Traditional form: conversion may leave it.
# Sources: pinyin-data by way of pypinyin (MIT); OpenCC dictionaries (Apache-2.0). Made by scripts/build_readings.py.
"""

SYLLABLES = """\
# Readings without tones (v for ü as well), and the characters of GB2312 read so, in GB2312's order.
# Source: pinyin-data by way of pypinyin (MIT). Made by scripts/build_readings.py.
"""


def pairs(name: str) -> list[tuple[str, list[str]]]:
    """Rows of one OpenCC dictionary: a character and its conversions."""
    path = pathlib.Path(opencc.__file__).parent / "dictionary" / f"{name}.txt"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return [(source, targets.split()) for source, targets in rows if len(source) == 1]


def in_gbk(char: str) -> bool:
    """Whether `char` is one two-byte character of GBK."""
    try:
        return len(char.encode("gbk")) == 2
    except UnicodeEncodeError:
        return False


def simplified_forms() -> dict[str, str]:
    """Traditional character -> Simplified form, over OpenCC's tables and the Taiwan and Hong Kong forms."""
    forms = {traditional: targets[0] for traditional, targets in pairs("TSCharacters") if targets[0] != traditional}
    for simplified, targets in pairs("STCharacters"):
        for traditional in targets:
            if traditional != simplified:
                forms.setdefault(traditional, simplified)
    for name in ("TWVariants", "HKVariants"):
        for plain, targets in pairs(name):
            for variant in targets:
                if variant != forms.get(plain, plain):
                    forms.setdefault(variant, forms.get(plain, plain))
    return {t: s for t, s in forms.items() if in_gbk(t) and t != s}


def syllables() -> None:
    """Write syllables.tsv to standard output."""
    by_sound: dict[str, list[str]] = {}
    for lead in range(0xB0, 0xF8):
        for trail in range(0xA1, 0xFF):
            char = bytes((lead, trail)).decode("gb2312", "ignore")
            sounds = PINYIN_DICT.get(ord(char), "").split(",") if char else []
            for form in dict.fromkeys(form for sound in sounds for form in toneless(sound)):
                by_sound.setdefault(form, []).append(char)
    sys.stdout.write(SYLLABLES)
    for sound in sorted(by_sound):
        print(sound, "".join(by_sound[sound]), sep="\t")


def main() -> None:
    """Write the table to standard output."""
    if sys.argv[1:] == ["syllables"]:
        return syllables()
    sys.stdout.write(HEADER)
    forms = simplified_forms()
    for char in sorted(forms):
        readings = PINYIN_DICT.get(ord(char), "")
        if readings:
            print(char, forms[char], readings, sep="\t")
    for simplified, targets in sorted(pairs("STCharacters")):
        if simplified in targets and len(targets) > 1 and in_gbk(simplified) and simplified not in forms:
            print(simplified, simplified, "", sep="\t")


if __name__ == "__main__":
    main()
