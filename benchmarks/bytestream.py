#!/usr/bin/env python3
"""Byte-stream repair: how much of generated pages comes back, and what it costs, on clean and on damaged text.

Run from the project's root: python benchmarks/bytestream.py [--seeds N] [--texts FILE]
FILE holds Traditional paragraphs, one a line, as a site's conversion writes them; without it those of the tests serve.
A page is 24 paragraphs damaged with one table by cleaners.restoration.bytestream.damage, for both kinds of site. The
cost of clean text is given as a ratio to str.translate with one entry in the same run, that of damaged text in
characters a second.
"""

from __future__ import annotations

import argparse
import pathlib
import random
import sys
import time
import unicodedata
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests" / "support"))

from bytestream_pages import PARAGRAPHS, wide_table

from cleaners.policy import Context
from cleaners.restoration.bytestream import gate
from cleaners.restoration.bytestream.damage import Site, damage
from schemas.records import Block

LINES = 24


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--texts", type=pathlib.Path)
    args = parser.parse_args()
    lines = args.texts.read_text(encoding="utf-8").splitlines() if args.texts else PARAGRAPHS
    found: Counter[str] = Counter()
    spent = 0.0
    for seed in range(args.seeds):
        for lone_lead, keeps in (("?", True), ("", False)):
            site = Site(wide_table(seed, (0.15, 0.4, 1.0)[seed % 3]), lone_lead, keeps)
            gold = random.Random(seed).sample(lines, min(LINES, len(lines)))
            blocks = [Block(damage(line, site), seq=n) for n, line in enumerate(gold)]
            began = time.process_time()
            restored, edits = gate.restore(blocks, Context())
            spent += time.process_time() - began
            found["characters"] += sum(map(len, gold))
            found["paragraphs"] += len(gold)
            found["exact"] += sum(
                block.text == unicodedata.normalize("NFKC", line) for block, line in zip(restored, gold, strict=True)
            )
            found.update(edit.certainty for edit in edits if edit.rule == "broken span")
    clean = [Block(line) for line in lines * 200]
    characters = sum(len(block.text) for block in clean)
    began = time.process_time()
    gate.restore(clean, Context())
    ours = time.process_time() - began
    began = time.process_time()
    for block in clean:
        block.text.translate({0x4E00: 0x4E01})
    plain = time.process_time() - began
    print(f"paragraphs exact: {found['exact']} of {found['paragraphs']}")
    print(f"broken spans: {found['proved']} proved, {found['likely']} likely")
    print(f"damaged pages: {found['characters'] / spent / 1e3:.1f} kchar/s")
    print(f"clean text: {1e6 * ours / characters:.4f} microseconds a character, {ours / plain:.2f} times str.translate")


if __name__ == "__main__":
    main()
