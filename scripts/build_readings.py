#!/usr/bin/env python3
"""Build cleaners/lexicons/readings.tsv: the Traditional characters that GBK holds, their Simplified forms and readings.

Sources, both needed only here: readings from pypinyin's character dictionary (pinyin-data, MIT licence); pairs of
Simplified and Traditional characters from OpenCC's dictionaries (Apache-2.0), as opencc-python-reimplemented has them.

Use: python scripts/build_readings.py > cleaners/lexicons/readings.tsv
"""

from __future__ import annotations

import pathlib
import sys

import opencc
from pypinyin.constants import PINYIN_DICT

HEADER = """\
# Traditional characters that GBK holds: character, Simplified form, readings (the usual one first).
# A row without readings is a Simplified character that is also its own Traditional form: conversion may leave it.
# Sources: pinyin-data by way of pypinyin (MIT); OpenCC dictionaries (Apache-2.0). Made by scripts/build_readings.py.
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


def main() -> None:
    """Write the table to standard output."""
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
