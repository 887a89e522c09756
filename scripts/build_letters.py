"""Build cleaners/lexicons/letters.tsv: how letters follow each other in languages written in single-byte encodings.

    pip download --no-deps wordfreq==3.1.1 pythainlp==5.4.0 -d sources
    python scripts/build_letters.py sources cleaners/lexicons/letters.tsv

wordfreq (Apache-2.0, data CC BY-SA 4.0) and pythainlp's tnc_freq.txt (CC0) give words with their frequency; kept are
bits of single letters outside ASCII and of pairs with at least one such letter, for groups of languages that share
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
HEAVY = {"ru": 4.0, "bg": 2.0, "ar": 3.0}
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    lines = [HEAD]
    for group, tongues in GROUPS.items():
        single: defaultdict[str, float] = defaultdict(float)
        pairs: defaultdict[str, float] = defaultdict(float)
        for tongue in tongues.split():
            weight = HEAVY.get(tongue, 1.0)
            for word, share in words(args.sources, tongue):
                if any(not is_letter(c) and c not in "'’-" for c in word):
                    continue
                marked = "_" + "".join(c if is_letter(c) else "_" for c in word.lower()) + "_"
                for first, second in itertools.pairwise(marked):
                    pairs[first + second] += share * weight
                    single[second] += share * weight
        if group == "Thai":  # written without spaces: a word's last letter stands before the next one's first
            ends = {pair[0]: share for pair, share in pairs.items() if pair[1] == "_"}
            starts = {pair[1]: share for pair, share in pairs.items() if pair[0] == "_"}
            words_in_all = sum(starts.values())
            for (last, ending), (first, starting) in itertools.product(ends.items(), starts.items()):
                pairs[last + first] += ending * starting / words_in_all
        total = sum(single.values())
        context: defaultdict[str, float] = defaultdict(float)
        for pair, share in pairs.items():
            context[pair[0]] += share
        for letter, share in sorted(single.items()):
            if not letter.isascii() and share / total > LEAST:
                lines.append(f"{group}\t{letter}\t{-math.log2(share / total):.1f}")
        kept = [(p, share) for p, share in sorted(pairs.items()) if not p.isascii() and share / total > LEAST]
        lines += [f"{group}\t{pair}\t{-math.log2(share / context[pair[0]]):.1f}" for pair, share in kept]
        print(f"{group}: {len(single)} letters, {len(kept)} pairs", file=sys.stderr)
    args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
