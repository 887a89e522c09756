"""Build the character model (cleaners/lexicons/charmodel.bin) and its notice from freely licensed sources.

Counts only are carried into the model, no text; no source is under the GPL or the LGPL. charmodel_sources.toml lists
the sources with versions, commits and licences. Fetch them into one folder, then run the script on it:

    mkdir sources && cd sources
    pip download --no-deps cjclassifier==1.0.5 jieba==0.42.1 wordfreq==3.1.1
    npm pack chinese-poetry@2.0.1
    apt-get download sunpinyin-data liblucene8-java libreoffice-help-zh-cn libreoffice-help-zh-tw
    apt-get download libreoffice-help-ja libreoffice-help-ko

and, for each row that names a repository OWNER/NAME on GitHub, a clone of it (bare will do) as OWNER+NAME. Then

    cd .. && python scripts/build_charmodel.py sources cleaners/lexicons

The layout is told in cleaners/model/charmodel.py. Needs numpy, msgpack (wordfreq's lists), git, dpkg-deb, and
opencc-python-reimplemented (the fold to one script); takes about five minutes of one core and 6 GB of memory. Same
sources and same zstandard, same bytes.
"""

from __future__ import annotations

import argparse
import struct
import sys
import textwrap
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from cleaners.model import charmodel as cm
from scripts.charmodel_counts import Tally, count, fold_table
from scripts.charmodel_sources import sources

BIGRAMS = 1_600_000  # what more would gain is less than the file would grow
TRIGRAMS = 7_500_000
MOST = 255  # triples that go on from one pair
# How strongly types seen behind a context argue for the shorter context. A source counts several times and its weights
# are not counts, so this is far from Witten and Bell's 1: found by the bits of held-out news and essays.
MASS_BIGRAM, MASS_TRIGRAM = 20.0, 12.0
MASS_FOREIGN = 2.0  # behind kana and Hangul, whose few sources count once
LEAST_TRIGRAM = 0.3  # weight below which a triple is chance
INDENT = "    "  # of what stands below a source in the notice
RESIDUAL = 0.5  # power of the share of a pair's weight that triples leave untold; found like the masses


def smooth(keys: NDArray[np.uint64], weights: NDArray[np.float64], lower: NDArray[np.float64], mass: float) -> Smoothed:
    """Witten-Bell: a context's types against its tokens say how much the shorter context is worth.

    Returns probability of each key, its context's number, the contexts' keys and their back-off weights.
    """
    contexts, place = np.unique(keys >> np.uint64(16), return_inverse=True)
    tokens = np.bincount(place, weights=weights)
    last = contexts & np.uint64(0xFFFF)
    kana, hangul = (last >= 0x3041) & (last < 0x3100), (last >= 0xAC00) & (last < 0xD7A4)
    types = np.where(kana | hangul, MASS_FOREIGN, mass) * np.bincount(place, weights=np.minimum(weights, 1.0))
    backoff = (types + 0.5) / (tokens + types + 0.5)
    chance = (weights / tokens[place]) * (1 - backoff[place]) + backoff[place] * lower
    return chance, place, contexts, backoff


def untold(
    triples: NDArray[np.uint64], weights: NDArray[np.float64], told: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.uint64]]:
    """For the pairs that triples end with, the share of their weight that the triples leave to the pair; and the pairs.

    A pair is asked where no triple answers. So, as Kneser and Ney (1995) found, it should count what triples do not
    tell: 该。 is common for nothing but 应该。 `told` is how much of each triple's own weight it tells itself.
    """
    pairs, place = np.unique(triples & np.uint64(0xFFFFFFFF), return_inverse=True)
    left = np.bincount(place, weights=weights * (1.0 - told))
    return left / np.bincount(place, weights=weights), pairs


Smoothed = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.float64]]


def look(
    table: NDArray[np.float64], keys: NDArray[np.uint64], wanted: NDArray[np.uint64], absent: float
) -> NDArray[np.float64]:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, table[place], absent)


@dataclass(frozen=True)
class Estimates:
    """What the counts say: probabilities of characters, of pairs and of triples, by their sorted keys.

    `weight2` and `gain3` are what a pair weighs and how many bits a triple saves in all that was counted, `shorter3` a
    triple's probability where the model does not hold it.
    """

    seen: int
    unigram: NDArray[np.float64]
    key2: NDArray[np.uint64]
    weight2: NDArray[np.float64]
    chance2: NDArray[np.float64]
    backoff1: NDArray[np.float64]
    key3: NDArray[np.uint64]
    chance3: NDArray[np.float64]
    shorter3: NDArray[np.float64]
    gain3: NDArray[np.float64]


def estimate(tally: Tally) -> Estimates:
    """All pairs and triples smoothed, before any is left out."""
    one_key, one = tally.done(1)
    single = np.zeros(0x10000)
    single[one_key.astype(int)] = one
    seen = single > 0.3
    for code in range(0x10000):  # what a source holds of private-use and control characters is its own damage
        seen[code] &= code == 0x0A or unicodedata.category(chr(code)) not in ("Co", "Cn", "Cs", "Cc")
    unigram = np.where(seen, single / single.sum(), 0.0)
    unseen = np.array([2.0 ** -unseen_bits(code) for code in range(0x10000)])
    unigram = np.where(seen, np.maximum(unigram, unseen), unseen)
    two_key, two = tally.done(2)
    low = np.uint64(0xFFFF)
    known = seen[(two_key >> np.uint64(16)).astype(int)] & seen[(two_key & low).astype(int)]
    two_key, two = two_key[known], two[known]
    chance2, _, context2, backoff2 = smooth(two_key, two, unigram[(two_key & low).astype(int)], MASS_BIGRAM)
    one_backoff = np.ones(0x10000)
    one_backoff[context2.astype(int)] = backoff2

    three_key, three = tally.done(3)
    keep = (three > LEAST_TRIGRAM) & np.isin(three_key >> np.uint64(16), two_key)
    three_key, three = three_key[keep], three[keep]
    lower = behind_one(three_key & np.uint64(0xFFFFFFFF), two_key, chance2, one_backoff, unigram)
    chance3, place3, _, backoff3 = smooth(three_key, three, lower, MASS_TRIGRAM)
    gain3 = three * np.log2(chance3 / (backoff3[place3] * lower))
    told = np.where(gain3 >= np.sort(gain3)[-TRIGRAMS:][0], 1.0 - backoff3[place3], 0.0)
    two = two * look(*untold(three_key, three, told), two_key, 1.0) ** RESIDUAL
    chance2, _, context2, backoff2 = smooth(two_key, two, unigram[(two_key & low).astype(int)], MASS_BIGRAM)
    one_backoff[context2.astype(int)] = backoff2
    lower = behind_one(three_key & np.uint64(0xFFFFFFFF), two_key, chance2, one_backoff, unigram)
    chance3, place3, _, backoff3 = smooth(three_key, three, lower, MASS_TRIGRAM)
    shorter3 = backoff3[place3] * lower
    gain3 = three * np.log2(chance3 / shorter3)
    return Estimates(int(seen.sum()), unigram, two_key, two, chance2, one_backoff, three_key, chance3, shorter3, gain3)


def build(found: Estimates, tally: Tally, fold: NDArray[np.uint16]) -> bytes:
    """The file with the pairs and triples that save the most bits."""
    low = np.uint64(0xFFFF)
    unigram, one_backoff, two_key, chance2 = found.unigram, found.backoff1, found.key2, found.chance2
    three_key, chance3, shorter3, gain3 = found.key3, found.chance3, found.shorter3, found.gain3
    context3, place3 = np.unique(three_key >> np.uint64(16), return_inverse=True)
    fallback2 = one_backoff[(two_key >> np.uint64(16)).astype(int)] * unigram[(two_key & low).astype(int)]
    gain2 = found.weight2 * np.log2(np.maximum(chance2 / fallback2, 1.0))
    gain2 += look(np.bincount(place3, weights=np.maximum(gain3, 0.0)), context3, two_key, 0.0) * 0.3
    best = np.sort(np.argsort(-gain2, kind="stable")[:BIGRAMS])
    two_key, chance2, gain2 = two_key[best], chance2[best], gain2[best]
    rank = ranks(three_key, gain3)
    keep = np.isin(three_key >> np.uint64(16), two_key) & (gain3 > 0)
    keep &= rank[(three_key & low).astype(int)] < cm.NO_RANK
    order = np.flatnonzero(keep)[np.argsort(-gain3[keep], kind="stable")]
    bits3 = -np.log2(chance3)
    levels = codebook(bits3[order[:TRIGRAMS]], gain3[order[:TRIGRAMS]])
    nearest = levels[np.searchsorted((levels[1:] + levels[:-1]) / 2, bits3[order])]
    # past the last value a triple may be told worse than its pair tells it
    order = order[np.abs(nearest - bits3[order]) < np.abs(np.log2(shorter3[order]) + bits3[order])]
    order = order[nth(three_key[order] >> np.uint64(16)) < MOST][:TRIGRAMS]
    best = np.sort(order[in_best_contexts(three_key[order], gain3[order])])
    three_key, chance3, gain3 = three_key[best], chance3[best], gain3[best]
    level = np.abs(bits3[best][:, None] - levels).argmin(axis=1)

    # what the kept ones leave of each context's probability is shared out as the shorter context says
    contexts, left = left_over(two_key, chance2, unigram[(two_key & low).astype(int)])
    one_backoff = np.ones(0x10000)
    one_backoff[contexts.astype(int)] = left
    lower = behind_one(three_key & np.uint64(0xFFFFFFFF), two_key, chance2, one_backoff, unigram)
    contexts, left = left_over(three_key, chance3, lower)
    print(
        f"{found.seen} characters, {len(two_key)} pairs (least {gain2.min():.2f}), "
        f"{len(three_key)} triples (least {gain3.min():.2f}) that go on from {len(contexts)}",
        file=sys.stderr,
    )
    return pack(
        fold,
        -np.log2(unigram),
        -np.log2(one_backoff),
        tally.kinds,
        [language_bits(tally.raw[language]) for language in cm.LANGUAGES],
        (two_key, -np.log2(chance2), -np.log2(look(left, contexts, two_key, 1.0))),
        (three_key, level, levels),
        rank,
    )


def ranks(keys: NDArray[np.uint64], gain: NDArray[np.float64]) -> NDArray[np.uint16]:
    """For each character its rank among the last ones of triples; NO_RANK for those that matter least."""
    worth = np.bincount((keys & np.uint64(0xFFFF)).astype(int), weights=np.maximum(gain, 0.0), minlength=0x10000)
    rank = np.full(0x10000, cm.NO_RANK, dtype=np.uint16)
    best = np.argsort(-worth, kind="stable")[: cm.NO_RANK]
    rank[best] = np.arange(len(best))
    return rank


def nth(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each value how many equal ones stand before it."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.searchsorted(ordered, ordered)
    out = np.empty(len(values), dtype=np.int64)
    out[order] = np.arange(len(values)) - first
    return out


def in_best_contexts(keys: NDArray[np.uint64], gain: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which triples go on from one of the charmodel.MOST_CONTEXTS pairs whose triples save the most."""
    contexts, place = np.unique(keys >> np.uint64(16), return_inverse=True)
    worth = np.argsort(-np.bincount(place, weights=gain), kind="stable")
    chosen = np.zeros(len(contexts), dtype=np.bool_)
    chosen[worth[: cm.MOST_CONTEXTS]] = True
    kept: NDArray[np.bool_] = chosen[place]
    return kept


def codebook(bits: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 16 values that stand for `bits` with the least squared error (Lloyd's algorithm), in steps of the file."""
    levels = np.quantile(bits, (np.arange(16) + 0.5) / 16)
    for _ in range(30):
        nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, bits)
        total = np.bincount(nearest, weights=np.sqrt(weight), minlength=16)
        sums = np.bincount(nearest, weights=np.sqrt(weight) * bits, minlength=16)
        levels = np.where(total > 0, sums / np.maximum(total, 1e-9), levels)
    rounded: NDArray[np.float64] = np.round(levels * cm.BITS_STEPS) / cm.BITS_STEPS
    return rounded


def behind_one(
    pairs: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    chance: NDArray[np.float64],
    backoff: NDArray[np.float64],
    unigram: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Probability of the second character of each of `pairs` behind the first."""
    fallback = backoff[(pairs >> np.uint64(16)).astype(int)] * unigram[(pairs & np.uint64(0xFFFF)).astype(int)]
    return np.where(np.isin(pairs, keys), look(chance, keys, pairs, 0.0), fallback)


def left_over(
    keys: NDArray[np.uint64], chance: NDArray[np.float64], lower: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """The contexts of `keys`, and the back-off weights with which their probabilities add up to one."""
    contexts, place = np.unique(keys >> np.uint64(16), return_inverse=True)
    rest = 1.0 - np.bincount(place, weights=chance)
    return contexts, np.clip(rest / np.maximum(1.0 - np.bincount(place, weights=lower), 1e-6), 1e-4, 1.0)


def unseen_bits(code: int) -> float:
    """Bits of a character that no source has: rare Han cost less than what only a wrong reading has."""
    stand_in = {0xD800: 24.0, 0xD801: 18.0, 0xD802: 31.0, 0xD803: 31.0}  # see charmodel.SUPPLEMENTARY
    if code in stand_in:
        return stand_in[code]
    category = unicodedata.category(chr(code))
    if category in ("Co", "Cn", "Cs", "Cc"):
        return 31.0
    if 0x4E00 <= code <= 0x9FFF:
        return 23.0
    if 0x3400 <= code <= 0x4DBF:
        return 24.0
    if 0xAC00 <= code <= 0xD7A3:
        return 23.0
    if 0xF900 <= code <= 0xFAFF or 0xFF61 <= code <= 0xFFDC or 0x2E80 <= code <= 0x2FDF or category == "Mn":
        return 25.0
    if code == 0xFFFD:
        return 25.0
    return 20.0


def language_bits(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits of each character of the BMP in one language; 1% is kept for what its sources lack."""
    bits = np.array([unseen_bits(code) for code in range(0x10000)])
    seen = counts > 0.3
    for code in np.flatnonzero(seen):
        seen[code] = unicodedata.category(chr(code)) not in ("Co", "Cn", "Cs", "Cc")
    bits[seen] = np.minimum(-np.log2(counts[seen] / counts.sum() * 0.99), bits[seen])
    return bits


def pack(
    fold: NDArray[np.uint16],
    bits: NDArray[np.float64],
    backoff: NDArray[np.float64],
    kinds: NDArray[np.uint8],
    languages: list[NDArray[np.float64]],
    pairs: tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.float64]],
    triples: tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]],
    rank: NDArray[np.uint16],
) -> bytes:
    """The file as cleaners/model/charmodel.py reads it. Keys are sorted; a triple has its place in the last array,
    the 16 values of a triple's bits."""

    def steps(values: NDArray[np.float64]) -> bytes:
        return np.clip(np.round(values * cm.BITS_STEPS), 0, 255).astype(np.uint8).tobytes()

    def halves(values: NDArray[np.integer[Any]]) -> bytes:
        data = values.astype("<u2").tobytes()
        return data[::2] + data[1::2]

    low = np.uint64(0xFFFF)
    two, three = pairs[0], triples[0]
    starts2 = np.searchsorted(two >> np.uint64(16), np.arange(0x10001, dtype=np.uint64))
    place = np.searchsorted(two, three >> np.uint64(16))
    counts = np.bincount(place, minlength=len(two))
    last = rank[(three & low).astype(int)].astype(np.int64)
    order = np.lexsort((last, place))
    starts3 = np.concatenate(([0], np.cumsum(counts)))[: len(two) // cm.BLOCK * cm.BLOCK + 1 : cm.BLOCK]
    tables = b"".join(
        (
            halves(fold),
            steps(bits),
            steps(backoff),
            kinds.tobytes(),
            *map(steps, languages),
            rank.astype("<u2").tobytes(),
            steps(triples[2]),
            starts2.astype("<u4").tobytes(),
            (two & low).astype("<u2").tobytes(),
            steps(pairs[1]),
            steps(pairs[2]),
            counts.astype(np.uint8).tobytes(),
            starts3.astype("<u4").tobytes(),
        )
    )
    thirds = halves(((last << 4) | triples[1])[order])
    packed = zstandard.ZstdCompressor(level=19).compress(tables + thirds)
    return cm.MAGIC + struct.pack("<2I", len(two), len(three)) + packed


NOTICE = """\
charmodel.bin: character n-gram probabilities
=============================================
Built by scripts/build_charmodel.py. It holds quantised probabilities of single characters, pairs and triples, and no
text. Some of its sources ask for share-alike, so this one file, not the code, is offered under the Creative Commons
Attribution-ShareAlike 4.0 International licence (LICENSES/CC-BY-SA-4.0.txt); no source is under the GPL or the LGPL.
Who passes the file on keeps this notice with it. Texts that are cleaned with it are no part of it, and nothing is asked
of them. The full text of each licence named here is in LICENSES/.

What it was computed from (scripts/charmodel_sources.toml), and how much of it was read:

"""


def notice(sizes: dict[str, str]) -> str:
    """The table of sources: place and version, licence, authors, what it is, size."""
    rows = []
    for source in sources().values():
        about = " ".join(filter(None, (source.what, sizes.get(source.name, "").capitalize())))
        head = f"{source.place}{' at ' + source.commit[:12] if source.commit else ''}, {source.licence}, {source.by}"
        rows.append(
            textwrap.fill(head, 120) + "\n" + textwrap.fill(about, 116, initial_indent=INDENT, subsequent_indent=INDENT)
        )
    return NOTICE + "\n".join(rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, help="folder with the fetched packages and clones")
    parser.add_argument("out", type=Path, help="folder for charmodel.bin and the notice")
    args = parser.parse_args()
    fold = fold_table()
    tally, sizes = count(args.sources, fold)
    model = args.out / "charmodel.bin"
    model.write_bytes(build(estimate(tally), tally, fold))
    print(f"{model}: {model.stat().st_size / 1e6:.2f} MB", file=sys.stderr)
    old = args.out / "charmodel.NOTICE"  # other tables have their notices in the same file, behind this one's
    others = old.read_text(encoding="utf-8").partition("\nletters.tsv:") if old.exists() else ("", "", "")
    old.write_text(notice(sizes) + "".join(others[1:]), encoding="utf-8")


if __name__ == "__main__":
    main()
