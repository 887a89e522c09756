"""Signatures of a shard's documents, staged beside its rows: what the search for duplicates needs of each document.

They are made where pages are cleaned, so that this part of the work has as many cores as the cleaning.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cleaners import duplicates
from flows.store.layout import sync_file

SIGNED = "signatures.staged"
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("exact", pa.uint64(), nullable=False),  # hash of the folded text
        pa.field("bands", pa.list_(pa.uint64(), duplicates.BANDS), nullable=False),
        pa.field("paragraphs", pa.list_(pa.uint64()), nullable=False),
        pa.field("lengths", pa.list_(pa.int64()), nullable=False),  # of the paragraphs, folded characters
        pa.field("folded", pa.string(), nullable=False),
    ]
)
TEXTS_AT_ONCE, CHARACTERS_AT_ONCE = 200, 200_000


def sign(ids: Sequence[str], texts: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Signatures of documents, in batches of SCHEMA and in their order."""
    start = size = 0
    for n, text in enumerate(texts):
        size += len(text)
        if n + 1 - start >= TEXTS_AT_ONCE or size >= CHARACTERS_AT_ONCE:
            yield _signed(ids[start : n + 1], texts[start : n + 1])
            start, size = n + 1, 0
    if start < len(texts):
        yield _signed(ids[start:], texts[start:])


class SignatureWriter:
    """Writes signatures to a file as they come; the file is there from the first batch on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Take a batch of SCHEMA."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                os.fspath(self.path),
                SCHEMA,
                compression="zstd",
                compression_level=1,
                use_dictionary=False,
                write_page_checksum=True,
            )
        self._writer.write_batch(batch)

    def close(self, *, whole: bool = True) -> None:
        """Close the file; whole: force it to disk."""
        if self._writer is not None:
            self._writer.close()
            if whole:
                sync_file(self.path)


def _signed(ids: Sequence[str], texts: Sequence[str]) -> pa.RecordBatch:
    folded = duplicates.fold_all(texts)
    found = duplicates.paragraphs(folded)
    strings = [folded.text(n) for n in range(len(texts))]
    bounds = pa.array(found.bounds.astype(np.int32))
    return pa.RecordBatch.from_arrays(
        [
            pa.array(ids, pa.string()),
            pa.array([duplicates.text_hash(text) for text in strings], pa.uint64()),
            pa.FixedSizeListArray.from_arrays(pa.array(duplicates.sign(folded).ravel()), duplicates.BANDS),
            pa.ListArray.from_arrays(bounds, pa.array(found.hashes)),
            pa.ListArray.from_arrays(bounds, pa.array(found.lengths)),
            pa.array(strings, pa.string()),
        ],
        schema=SCHEMA,
    )
