"""Sorted files of (key, value) pairs: what an index that only grows is made of.

A file is written once, sorted, and never changed. Several are looked up as one, and merged into one when there are many
of a size, as in a log-structured merge tree (O'Neil et al. 1996). Of a key the smallest values are kept, so many.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from flows.store.layout import sync_file

Array = np.ndarray[Any, Any]

SCHEMA = pa.schema([pa.field("key", pa.int64(), nullable=False), pa.field("value", pa.int32(), nullable=False)])
GROUP_ROWS = 128 * 1024
MERGE_ROWS = 2 * 2**20  # rows in memory while files are merged


def first_of(keys: Array, values: Array, keep: int) -> tuple[Array, Array]:
    """Pairs sorted by key and value, each once, and of a key the `keep` smallest values."""
    order = np.lexsort((values, keys))
    return first_of_sorted(keys[order], values[order], keep)


def first_of_sorted(keys: Array, values: Array, keep: int) -> tuple[Array, Array]:
    """The same of pairs that are sorted by key and value."""
    if not len(keys):
        return keys, values
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]) | (values[1:] != values[:-1])
    keys, values = keys[new], values[new]
    kept = place_in_run(keys) < keep
    return keys[kept], values[kept]


def place_in_run(keys: Array) -> Array:
    """For sorted keys, how many equal ones stand before each."""
    starts = np.ones(len(keys), np.bool_)
    starts[1:] = keys[1:] != keys[:-1]
    first = np.flatnonzero(starts)
    place: Array = np.arange(len(keys)) - np.repeat(first, np.diff(np.append(first, len(keys))))
    return place


class SortedWriter:
    """Writes one file from pieces that follow each other in the order of the keys."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._writer = pq.ParquetWriter(
            os.fspath(path),
            SCHEMA,
            compression="zstd",
            compression_level=1,
            use_dictionary=False,
            column_encoding={"key": "DELTA_BINARY_PACKED", "value": "PLAIN"},
            write_page_checksum=True,
        )

    def write(self, keys: Array, values: Array) -> None:
        """Take sorted pairs."""
        columns = [pa.array(keys.astype(np.int64)), pa.array(values.astype(np.int32))]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), row_group_size=GROUP_ROWS)
        self.rows += len(keys)

    def close(self) -> None:
        """Close the file and force it to disk."""
        self._writer.close()
        sync_file(self.path)


def write(path: Path, keys: Array, values: Array, keep: int) -> int:
    """Write pairs, in any order, to a new file, and say how many it holds."""
    writer = SortedWriter(path)
    writer.write(*first_of(keys, values, keep))
    writer.close()
    return writer.rows


def look_up(paths: Iterable[Path], wanted: Array, keep: int) -> tuple[Array, Array]:
    """Values of the wanted keys in all the files: places in `wanted`, and a value for each; by place, then value.

    wanted: sorted, each key once. Memory follows what is wanted and found, not the files.
    """
    places, values = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    for path in paths:
        if not len(wanted):
            break
        for place, value in _found(path, wanted):
            places.append(place)
            values.append(value)
    return first_of(np.concatenate(places), np.concatenate(values), keep)


def merge(paths: Sequence[Path], target: Path, keep: int) -> int:
    """Merge sorted files into one and say how many pairs it holds. Works through the keys in ranges."""
    files = [_opened(path) for path in paths]
    rows = sum(file.metadata.num_rows for file in files)
    # Keys are hashes and so even: ranges of one width hold about as many.
    last = max((_range(f, g)[1] for f in files for g in range(f.metadata.num_row_groups)), default=0)
    ranges = max(1, -(-rows // MERGE_ROWS))
    width = last // ranges + 1
    writer = SortedWriter(target)
    for start in range(0, last + 1, width):
        pieces = [piece for file in files for piece in _within(file, start, start + width - 1)]
        keys = np.concatenate([p[0] for p in pieces]) if pieces else np.empty(0, np.int64)
        values = np.concatenate([p[1] for p in pieces]) if pieces else np.empty(0, np.int32)
        writer.write(*first_of(keys, values, keep))
    writer.close()
    for file in files:
        file.close()
    return writer.rows


def _found(path: Path, wanted: Array) -> Iterator[tuple[Array, Array]]:
    with _opened(path) as file:
        for group in range(file.metadata.num_row_groups):
            least, most = _range(file, group)
            low, high = np.searchsorted(wanted, least, "left"), np.searchsorted(wanted, most, "right")
            if low == high:
                continue
            keys, values = _read(file, group)
            start = np.searchsorted(keys, wanted[low:high], "left")
            counts = np.searchsorted(keys, wanted[low:high], "right") - start
            hit = np.flatnonzero(counts)
            if not len(hit):
                continue
            counts = counts[hit]
            within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            yield np.repeat(hit + low, counts), values[np.repeat(start[hit], counts) + within]


def _within(file: pq.ParquetFile, least: int, most: int) -> Iterator[tuple[Array, Array]]:
    for group in range(file.metadata.num_row_groups):
        first, last = _range(file, group)
        if last < least or first > most:
            continue
        keys, values = _read(file, group)
        low, high = np.searchsorted(keys, least, "left"), np.searchsorted(keys, most, "right")
        yield keys[low:high], values[low:high]


def _opened(path: Path) -> pq.ParquetFile:
    return pq.ParquetFile(path, page_checksum_verification=True)


def _range(file: pq.ParquetFile, group: int) -> tuple[int, int]:
    statistics = file.metadata.row_group(group).column(0).statistics
    return (statistics.min, statistics.max) if statistics is not None else (0, 2**63 - 1)


def _read(file: pq.ParquetFile, group: int) -> tuple[Array, Array]:
    table = file.read_row_group(group)
    return table["key"].to_numpy(), table["value"].to_numpy()
