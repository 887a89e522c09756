"""64-bit keys of pages and documents, for arrays of millions of them.

Page ids are hex digits of sha256: two of n collide in their first 64 bits with odds of n²/2^65.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.records import ID_LENGTH

Keys = np.ndarray[Any, np.dtype[np.uint64]]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def page_keys(ids: pa.Array) -> Keys:
    """The first 64 bits of each page id. Raises ValueError for what is no page id."""
    texts = ids.to_pylist()
    packed = bytes.fromhex("".join(texts))
    if len(packed) != len(texts) * ID_LENGTH // 2 or any(len(t) != ID_LENGTH for t in texts):
        raise ValueError("a page id is not 20 hex digits long")
    rows = np.frombuffer(packed, np.uint8).reshape(-1, ID_LENGTH // 2)
    keys: Keys = np.ascontiguousarray(rows[:, :8]).view(">u8").ravel().astype(np.uint64)
    return keys


def mixed(keys: Keys, numbers: Any) -> Keys:
    """Keys of (key, number) pairs; may be applied again to its result. Each step is a bijection of 64 bits (the
    finaliser of splitmix64), so pairs with the same number never collide and others do by chance alone."""
    with np.errstate(over="ignore"):
        value = keys ^ ((np.asarray(numbers).astype(np.uint64) + np.uint64(1)) * _GOLDEN)
        value = (value ^ (value >> np.uint64(30))) * _MIX_1
        value = (value ^ (value >> np.uint64(27))) * _MIX_2
        value = value ^ (value >> np.uint64(31))
    result: Keys = value
    return result


def document_keys(ids: pa.Array) -> Keys:
    """Keys of document ids: (page id, ordinal). Raises ValueError for what is no document id."""
    try:
        ordinals = pc.cast(pc.utf8_slice_codeunits(ids, ID_LENGTH + 10), pa.int64())
    except pa.ArrowInvalid as error:
        raise ValueError(str(error)) from None
    return mixed(page_keys(pc.utf8_slice_codeunits(ids, 0, ID_LENGTH)), ordinals.to_numpy(zero_copy_only=False))
