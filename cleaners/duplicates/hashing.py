"""Hashes that are the same on every machine and in every year: they stand in an index on disk."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

Keys = np.ndarray[Any, np.dtype[np.uint64]]

# Keys are 48 bits: a delta between two of twenty million sorted ones takes 3 bytes and not 6, and a look-up meets a
# stranger's key once in a hundred thousand times, which costs a comparison.
KEY_BITS = 48
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def mix(values: Keys) -> Keys:
    """A bijection of 64 bits that scatters: the finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        value = (values ^ (values >> np.uint64(30))) * _MIX_1
        value = (value ^ (value >> np.uint64(27))) * _MIX_2
        mixed: Keys = value ^ (value >> np.uint64(31))
    return mixed


def keys_of(kind: int, values: Keys) -> Keys:
    """Keys of KEY_BITS bits; the same values of two kinds have keys that have nothing to do with each other."""
    with np.errstate(over="ignore"):
        salted = values ^ (np.uint64(kind + 1) * GOLDEN)
    keys: Keys = mix(salted) >> np.uint64(64 - KEY_BITS)
    return keys


def text_hash(folded: str) -> int:
    """First 64 bits of BLAKE2b of a folded text."""
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest(), "little")
