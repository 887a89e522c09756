"""Build cleaners/lexicons/letters.tsv: how letters follow each other in languages written in single-byte encodings.

    pip download --no-deps wordfreq==3.1.1 pythainlp==5.4.0 -d sources
    python scripts/build_letters.py sources cleaners/lexicons/letters.tsv

wordfreq (Apache-2.0, data CC BY-SA 4.0) and pythainlp's tnc_freq.txt (CC0) give words with their frequency; kept are
bits of single letters outside ASCII and of pairs with at least one such letter, the lowest among languages that share
encodings. "_" is a word's border. Needs msgpack. Same sources, same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import math
import sys
import unicodedata
import zipfile
from collections import defaultdict
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
    "Thai": "th",
}
WORDS = 60_000  # of each language: names and misspellings follow
LEAST = 2e-6  # share of a pair that is kept
HEAD = """\
# How letters follow each other. Built by scripts/build_letters.py from
# wordfreq 3.1.1 (PyPI; Apache-2.0, its data CC BY-SA 4.0, Robyn Speer; see the package for its own sources) and
# tnc_freq.txt of pythainlp 5.4.0 (PyPI; CC0, PyThaiNLP project). This file: CC BY-SA 4.0.
# group, letter or pair, bits (of a pair: of the second letter behind the first)"""


def words(folder: Path, tongue: str) -> list[tuple[str, float]]:
    """Words with their share of running words, the commonest first."""
    if tongue == "th":
        with zipfile.ZipFile(sorted(folder.glob("pythainlp-*.whl"))[-1]) as whl:
            rows = [line.split("\t") for line in whl.read("pythainlp/corpus/tnc_freq.txt").decode("utf-8").splitlines()]
        total = sum(float(count) for _, count in rows)
        return [(word, float(count) / total) for word, count in rows[:WORDS]]
    import msgpack

    with zipfile.ZipFile(sorted(folder.glob("wordfreq-*.whl"))[-1]) as whl:
        path = f"wordfreq/data/large_{tongue}.msgpack.gz"
        if path not in whl.namelist():
            path = path.replace("large", "small")
        ranks = msgpack.unpackb(gzip.decompress(whl.read(path)))[1:]
    out: list[tuple[str, float]] = []
    for rank, found in enumerate(ranks):
        out += [(word, 10 ** (-rank / 100)) for word in found]
        if len(out) > WORDS:
            break
    return out


def is_letter(char: str) -> bool:
    return char < "\u2000" and (char.isalpha() or unicodedata.category(char) in ("Mn", "Mc"))


def letter_bits(found: list[tuple[str, float]], *, spaced: bool) -> dict[str, float]:
    """Bits of the letters outside ASCII of one language, and of the pairs that hold one."""
    single: defaultdict[str, float] = defaultdict(float)
    pairs: defaultdict[str, float] = defaultdict(float)
    for word, share in found:
        if any(not is_letter(c) and c not in "'’-" for c in word):
            continue
        marked = "_" + "".join(c if is_letter(c) else "_" for c in word.lower()) + "_"
        for first, second in itertools.pairwise(marked):
            pairs[first + second] += share
            single[second] += share
    if not spaced:  # a word's last letter stands before the next one's first
        ends = {pair[0]: share for pair, share in pairs.items() if pair[1] == "_"}
        starts = {pair[1]: share for pair, share in pairs.items() if pair[0] == "_"}
        words_in_all = sum(starts.values())
        for (last, ending), (first, starting) in itertools.product(ends.items(), starts.items()):
            pairs[last + first] += ending * starting / words_in_all
    total = sum(single.values())
    context: defaultdict[str, float] = defaultdict(float)
    for pair, share in pairs.items():
        context[pair[0]] += share
    bits = {x: -math.log2(n / total) for x, n in single.items() if not x.isascii() and n / total > LEAST}
    for pair, share in pairs.items():
        if not pair.isascii() and share / total > LEAST:
            bits[pair] = -math.log2(share / context[pair[0]])
    return bits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    lines = [HEAD]
    for group, tongues in GROUPS.items():
        bits: dict[str, float] = {}
        for tongue in tongues.split():
            for letters, cost in letter_bits(words(args.sources, tongue), spaced=tongue != "th").items():
                bits[letters] = min(cost, bits.get(letters, cost))
        lines += [f"{group}\t{letters}\t{cost:.1f}" for letters, cost in sorted(bits.items())]
        print(f"{group}: {len(bits)} letters and pairs", file=sys.stderr)
    args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
