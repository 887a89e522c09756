"""Signatures of a run in the order of the documents' ids, a bounded number at a time.

Shards end in any order and hold pages in the order of their source; what comes out here depends on neither. Where a run
is too large for memory, its signatures are dealt to files by the beginning of the id: ids are hashes, so that the
files are about alike, and each is sorted by itself.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaners.duplicates import EXACT, PARAGRAPH, keys_of, text_hash
from flows.keys import page_keys
from flows.store.layout import guarded
from flows.store.pairs import Array, place_in_run
from flows.store.signing import SCHEMA
from schemas.reading import opened
from schemas.records import ID_LENGTH

DOCUMENTS, CHARACTERS = 25_000, 25_000_000  # of a batch: about 400 MB with all that is made of it
READ_ROWS = 2_000
HELD_ROWS, HELD_BYTES = 20_000, 64 * 2**20  # dealt at a time
PARTS_MOST = 500  # files open at a time
PARAGRAPHS_MOST = 64  # keys from paragraphs of a document: those with the least hashes, so that copies choose alike


@dataclass(frozen=True)
class Batch:
    """Signatures of some documents, in the order of their ids. Without their texts `lengths` and `folded` are not to be
    had."""

    table: pa.Table

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the documents."""
        ids: list[str] = self.table["id"].to_pylist()
        return ids

    @cached_property
    def pages(self) -> Array:
        """32 bits of each document's page."""
        keys = page_keys(pc.utf8_slice_codeunits(self.table["id"].combine_chunks(), 0, ID_LENGTH))
        bits: Array = (keys >> np.uint64(32)).astype(np.uint32)
        return bits

    @cached_property
    def lengths(self) -> Array:
        """Folded characters of each document."""
        lengths: Array = pc.utf8_length(self.table["folded"]).to_numpy().astype(np.int64)
        return lengths

    @cached_property
    def paragraphs(self) -> tuple[Array, Array, Array]:
        """Hash, length and document of each paragraph, in the order of the documents."""
        hashes = self.table["paragraphs"].combine_chunks()
        lengths = self.table["lengths"].combine_chunks()
        counts = pc.list_value_length(hashes).to_numpy()
        return hashes.flatten().to_numpy(), lengths.flatten().to_numpy(), np.repeat(np.arange(len(self)), counts)

    @cached_property
    def paragraph_keys(self) -> tuple[Array, Array, Array]:
        """Key, length and document of each paragraph: what it is known again by in documents that are no copies."""
        hashes, lengths, owners = self.paragraphs
        return keys_of(PARAGRAPH + 1, hashes).astype(np.int64), lengths, owners

    def folded(self, n: int) -> str:
        """Folded text of document n."""
        text: str = self.table["folded"][n].as_py()
        return text

    @cached_property
    def keys(self) -> tuple[Array, Array, Array]:
        """Keys to be found by, in the order of the documents: key, document, and folded characters of the paragraph
        that it stands for, 0 for a key of the whole text. A document without a letter has none."""
        n = len(self)
        bands = self.table["bands"].combine_chunks().flatten().to_numpy().reshape(n, -1)
        hashes_of_texts = self.table["exact"].to_numpy()
        filled = hashes_of_texts != np.uint64(text_hash(""))
        whole = np.concatenate([bands, keys_of(EXACT, hashes_of_texts)[:, None]], axis=1)[filled]
        owners = np.repeat(np.flatnonzero(filled), whole.shape[1])
        hashes, weights, holders = self.paragraphs
        order = np.lexsort((hashes, holders))
        again = np.zeros(len(order), np.bool_)  # a paragraph that a document repeats is one key
        again[1:] = (hashes[order][1:] == hashes[order][:-1]) & (holders[order][1:] == holders[order][:-1])
        order = order[~again]
        chosen = order[place_in_run(holders[order]) < PARAGRAPHS_MOST]
        keys = np.concatenate([whole.ravel(), keys_of(PARAGRAPH, hashes[chosen])]).astype(np.int64)
        documents = np.concatenate([owners, holders[chosen]])
        weight = np.concatenate([np.zeros(whole.size, np.int64), weights[chosen]])
        order = np.argsort(documents, kind="stable")
        return keys[order], documents[order], weight[order]


@dataclass(frozen=True)
class Part:
    """Some documents of a run: on disk, or in memory where they are all there are."""

    held: pa.Table | None = None
    path: Path | None = None

    def read(self, *, texts: bool = True) -> Batch:
        """The documents; texts: with their folded texts, which are most of their bytes."""
        table = self.held
        if table is None:
            names = [name for name in SCHEMA.names if texts or name != "folded"]
            table = pq.read_table(self.path, columns=names, partitioning=None)
        return Batch(table.take(pc.sort_indices(table["id"])).combine_chunks())


@contextmanager
def dealt(signed: Iterable[pa.RecordBatch], documents: int, characters: int, scratch: Path) -> Iterator[list[Part]]:
    """The documents of a run in parts, in whose order their ids ascend.

    signed: signatures in any order. documents, characters: about how many there are. scratch: a folder for the files
    that they are dealt to; it is made anew and deleted.
    """
    parts = min(PARTS_MOST, max(1, -(-documents // DOCUMENTS), -(-characters // CHARACTERS)))
    if parts == 1:
        table = pa.Table.from_batches(signed, SCHEMA)
        yield [Part(held=table)] if len(table) else []
        return
    shutil.rmtree(scratch, ignore_errors=True)
    with guarded(scratch):
        scratch.mkdir(parents=True)
        yield [Part(path=path) for path in _dealt(signed, parts, scratch) if path.exists()]
    shutil.rmtree(scratch, ignore_errors=True)


def staged(files: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    """The signatures of staged shards."""
    for path in files:
        with opened(path) as file:
            for group in range(file.num_row_groups):  # batches across groups would hold long texts of many
                for batch in file.iter_batches(batch_size=READ_ROWS, row_groups=[group]):
                    yield batch.cast(SCHEMA)


def _dealt(signed: Iterable[pa.RecordBatch], parts: int, scratch: Path) -> list[Path]:
    """Deal signatures to `parts` files, in whose order the ids ascend."""
    paths = [scratch / f"{n:05d}.signatures" for n in range(parts)]
    writers: dict[int, pq.ParquetWriter] = {}
    for table in _gathered(signed):
        pages = page_keys(pc.utf8_slice_codeunits(table["id"].combine_chunks(), 0, ID_LENGTH))
        part_of = ((pages >> np.uint64(32)) * np.uint64(parts)) >> np.uint64(32)
        order = np.argsort(part_of, kind="stable")
        ordered, bounds = table.take(pa.array(order)), np.searchsorted(part_of[order], np.arange(parts + 1))
        for part in np.flatnonzero(np.diff(bounds)).tolist():
            if part not in writers:
                writers[part] = pq.ParquetWriter(
                    os.fspath(paths[part]), SCHEMA, compression="lz4", use_dictionary=False, write_statistics=False
                )
            writers[part].write_table(ordered.slice(bounds[part], bounds[part + 1] - bounds[part]))
    for writer in writers.values():
        writer.close()
    return paths


def _gathered(signed: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Signatures in tables that are worth dealing."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in signed:
        held.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        if rows >= HELD_ROWS or size >= HELD_BYTES:
            yield pa.Table.from_batches(held, SCHEMA)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held, SCHEMA)
