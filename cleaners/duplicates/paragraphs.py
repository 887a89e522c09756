"""Paragraphs: hashes by which one is known again wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cleaners.duplicates.folding import Folded, Numbers
from cleaners.duplicates.hashing import Keys, mix
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least: int = threshold(20, "characters", "folded: a shorter paragraph says too little to be called copied")


T = Thresholds()
_PRIME = np.uint64(0x100000001B3)


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Paragraphs of several texts in their order: hashes, lengths in folded characters, and whose they are.

    Text n has those from bounds[n] to bounds[n + 1]. What is shorter than `T.least` is not among them.
    """

    hashes: Keys
    lengths: Numbers
    bounds: Numbers


def paragraphs(folded: Folded) -> Paragraphs:
    """The paragraphs of folded texts; a paragraph is a line."""
    lines = folded.lines
    long = lines >= T.least
    counts = np.concatenate(([0], np.cumsum(long)))[folded.line_bounds]
    return Paragraphs(_hashes(folded)[long], lines[long], counts)


def _hashes(folded: Folded) -> Keys:
    """A hash of each line: the sum of its characters, each mixed with its place in the line."""
    lines, codes = folded.lines, folded.codes
    starts = np.cumsum(lines) - lines
    place = np.arange(len(codes), dtype=np.int64) - np.repeat(starts, lines)
    sums = np.zeros(len(lines), np.uint64)
    filled = lines > 0
    if len(codes):
        with np.errstate(over="ignore"):
            spread = (place.astype(np.uint64) + np.uint64(1)) * _PRIME
            mixed = mix(spread ^ (codes.astype(np.uint64) << np.uint64(40)))
            sums[filled] = np.add.reduceat(mixed, starts[filled])
            return mix(sums + lines.astype(np.uint64))
    return sums
