"""Shingles: the runs of three characters of a folded text, each an exact 64-bit code (three code points of 21 bits)."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaners.duplicates.folding import Codes, codes_of

Shingles = np.ndarray[Any, np.dtype[np.uint64]]

WIDTH = 3
_BITS = np.uint64(21)


def shingles(codes: Codes) -> Shingles:
    """The shingles of a folded text in their order, repeats included; a text shorter than three is one shingle.

    >>> [len(shingles(np.arange(1, n + 1, dtype=np.uint32))) for n in range(5)]
    [0, 1, 1, 1, 2]
    """
    wide = codes.astype(np.uint64)
    if len(wide) < WIDTH:  # one character is its code, which no two characters make
        return wide if len(wide) < 2 else (wide[:1] << _BITS) | wide[1:]
    return (wide[:-2] << (_BITS + _BITS)) | (wide[1:-1] << _BITS) | wide[2:]


def shingle_set(folded: str) -> Shingles:
    """The set of shingles of a folded text, sorted."""
    ordered = np.sort(shingles(codes_of(folded)))
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
