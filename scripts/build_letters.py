"""Build cleaners/lexicons/letters.tsv: how letters follow each other in languages written in single-byte encodings.

    pip download --no-deps wordfreq==3.1.1 -d sources
    python scripts/build_letters.py sources cleaners/lexicons/letters.tsv

wordfreq (Apache-2.0, data CC BY-SA 4.0) gives words with their frequency; kept are bits of single letters outside ASCII
and of pairs with at least one such letter, for groups of languages that share encodings. "_" is a word's border.
"""

from __future__ import annotations

import argparse
import gzip
import math
import sys
import zipfile
from collections import Counter
from pathlib import Path

GROUPS = {
    "Cyrillic": "ru bg uk mk",
    "Greek": "el",
    "Hebrew": "he",
    "Arabic": "ar fa ur",
    "western": "fr de es pt it nl sv da nb fi is ca",
    "central": "hu pl cs sk ro sl sh",
    "Turkish": "tr",
    "Baltic": "lt lv",
}
HEAVY = {"ru": 4.0, "bg": 2.0, "ar": 3.0}
WORDS = 60_000  # of each language: names and misspellings follow
LEAST = 2e-6  # share of a pair that is kept
SOURCE = "wordfreq 3.1.1 (Apache-2.0; its data CC BY-SA 4.0): word frequencies"


def words(folder: Path, tongue: str) -> list[tuple[str, float]]:
    wheel = sorted(folder.glob("wordfreq-*.whl"))[-1]
    with zipfile.ZipFile(wheel) as whl:
        names = set(whl.namelist())
        path = f"wordfreq/data/large_{tongue}.msgpack.gz"
        if path not in names:
            path = f"wordfreq/data/small_{tongue}.msgpack.gz"
        import msgpack

        out: list[tuple[str, float]] = []
        for rank, found in enumerate(msgpack.unpackb(gzip.decompress(whl.read(path)))[1:]):
            out += [(word, 10 ** (-rank / 100)) for word in found]
            if len(out) > WORDS:
                break
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    lines = [f"# {SOURCE}", "# group, letter or pair, bits (of the second behind the first)"]
    for group, tongues in GROUPS.items():
        single: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for tongue in tongues.split():
            weight = HEAVY.get(tongue, 1.0)
            for word, share in words(args.sources, tongue):
                if not all(c.isalpha() or c in "'’-" or 0x300 <= ord(c) <= 0x6FF for c in word):
                    continue
                word = "".join(c if c.isalpha() or ord(c) > 0x2FF else "_" for c in word.lower() if ord(c) < 0x2000)
                marked = f"_{word}_"
                single.update({})
                for a, b in zip(marked, marked[1:], strict=False):
                    pairs[a + b] += share * weight  # type: ignore[assignment]
                    single[b] += share * weight  # type: ignore[assignment]
        total = sum(single.values())
        context: Counter[str] = Counter()
        for pair, share in pairs.items():
            context[pair[0]] += share
        kept = 0
        for letter, share in sorted(single.items()):
            if not letter.isascii() and share / total > LEAST:
                lines.append(f"{group}\t{letter}\t{-math.log2(share / total):.1f}")
        for pair, share in sorted(pairs.items()):
            if not pair.isascii() and share / total > LEAST:
                lines.append(f"{group}\t{pair}\t{-math.log2(share / context[pair[0]]):.1f}")
                kept += 1
        print(f"{group}: {len(single)} letters, {kept} pairs", file=sys.stderr)
    args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
