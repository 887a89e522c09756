"""MinHash signatures and the keys that similar texts share.

One permutation hashing: every shingle is hashed once and falls into one of BANDS x ROWS bins, whose minimum is kept
(Li, Owen and Zhang 2012); an empty bin takes the value of another that a hash of its number picks (Shrivastava 2017,
optimal densification), so that two signatures agree in a bin with the probability of the texts' Jaccard similarity,
however short the texts. That costs one hash a shingle where classic MinHash costs a hundred.

ROWS bins make a band, a band's hash is a key, and texts that share a key are compared (LSH). A pair of Jaccard s shares
one of b bands of r rows with probability 1 - (1 - s^r)^b: 99.8% at .75, 93% at .63.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cleaners.duplicates.folding import Folded
from cleaners.duplicates.hashing import GOLDEN, Keys, keys_of, mix
from cleaners.duplicates.shingles import shingles
from cleaners.thresholds import threshold

BANDS = 24
ROWS = 5
SCHEME = "oph-3gram-24x5/1"  # stands in the data: another scheme or another version of it makes the index anew

# Kinds of keys: bands have the numbers 0 to BANDS - 1.
EXACT = BANDS
PARAGRAPH = BANDS + 1

_BINS = BANDS * ROWS
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_ATTEMPTS = 64  # of densification, before the first full bin is taken


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    at_once: int = threshold(
        1 << 20,
        "characters",
        "hashed at a time: memory stays the same for a text of twenty megabytes",
        "python benchmarks/duplicates.py",
    )


T = Thresholds()


def sign(texts: Folded) -> Keys:
    """Band keys, one row of BANDS keys a text; of an empty text all 0, and they mean nothing."""
    signed = np.zeros((len(texts), BANDS), np.uint64)
    filled = np.flatnonzero(np.diff(texts.bounds))
    if len(filled):
        signed[filled] = _bands(_densified(_minima(texts)[filled]))
    return signed


def _minima(texts: Folded) -> Keys:
    """The least hash of each bin, one row a text; _EMPTY where no shingle fell into the bin."""
    values = np.full(len(texts) * _BINS, _EMPTY)
    bounds, codes = texts.bounds, texts.codes
    lengths = np.diff(bounds)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    for start in range(0, max(0, len(codes) - 2), T.at_once):
        piece = slice(start, start + T.at_once + 2)
        owners = owner[piece]
        whole = owners[2:] == owners[:-2]  # not across the end of a text
        _take(values, shingles(codes[piece])[whole], owners[2:][whole])
    for n in np.flatnonzero((lengths > 0) & (lengths < 3)):  # these are one shingle each
        _take(values, shingles(codes[bounds[n] : bounds[n + 1]]), np.array([n]))
    return values.reshape(len(texts), _BINS)


def _take(values: Keys, found: Keys, owners: Keys) -> None:
    with np.errstate(over="ignore"):
        hashed = mix(found + GOLDEN)
    bins = ((hashed >> np.uint64(32)) * np.uint64(_BINS)) >> np.uint64(32)
    np.minimum.at(values, owners * _BINS + bins.astype(np.int64), mix(hashed))


def _densified(values: Keys) -> Keys:
    """Empty bins filled from others of the same text, each picked by its own number and the attempt's alone."""
    full = values != _EMPTY
    rows, empty = np.nonzero(~full)
    for attempt in range(_ATTEMPTS):
        if not len(rows):
            return values
        picked = mix(empty.astype(np.uint64) * np.uint64(_ATTEMPTS) + np.uint64(attempt) + GOLDEN) % np.uint64(_BINS)
        source = picked.astype(np.int64)
        hit = full[rows, source]
        values[rows[hit], empty[hit]] = values[rows[hit], source[hit]]
        rows, empty = rows[~hit], empty[~hit]
    first = full.argmax(axis=1)  # a text of one shingle in a hundred bins: some are left, and they take its first
    values[rows, empty] = values[rows, first[rows]]
    return values


def _bands(minima: Keys) -> Keys:
    """Keys of the bands: each a hash of its ROWS minima and its number."""
    bands = minima.reshape(len(minima), BANDS, ROWS)
    folded = np.zeros(bands.shape[:2], np.uint64)
    with np.errstate(over="ignore"):
        for row in range(ROWS):
            folded = mix(folded * GOLDEN + bands[:, :, row] + np.uint64(row + 1))
    return np.stack([keys_of(band, folded[:, band]) for band in range(BANDS)], axis=1)
