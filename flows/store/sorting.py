"""Sorting more records than memory holds: by their keys, through files of ranges of keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cleaners.duplicates import KEY_BITS
from flows.store.pairs import Array

RECORD = np.dtype([("key", "<i8"), ("place", "<u4"), ("length", "<u4")])
RANGE_BITS = 5  # 32 files: of forty million records each holds about as many as are held at once
HELD_RECORDS = 2 * 2**20  # 32 MB


class Sorter:
    """Records (key, place, length), to be had in the order of their keys; of a key in the order in which they came.

    Keys are hashes and so even: ranges of one width hold about as many. Few records never touch the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.rows = 0
        self._held: list[Array] = []
        self._held_rows = 0
        self._folder = folder
        self._files: list[Path] = []

    def add(self, keys: Array, places: Array, lengths: Array) -> None:
        """Take records."""
        records = np.empty(len(keys), RECORD)
        records["key"], records["place"], records["length"] = keys, places, lengths
        self._held.append(records)
        self.rows, self._held_rows = self.rows + len(keys), self._held_rows + len(keys)
        if self._held_rows > HELD_RECORDS:
            self._spill()

    def ranges(self) -> Iterator[tuple[Array, Array, Array]]:
        """All records, sorted, a range of keys at a time: keys, places, lengths. Can be asked for more than once."""
        if not self._files:
            yield _sorted(np.concatenate([np.empty(0, RECORD), *self._held]))
            return
        self._spill()
        for path in self._files:
            yield _sorted(np.fromfile(path, RECORD))

    def _spill(self) -> None:
        if not self._held_rows:
            return
        if not self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files = [self._folder / f"{n:02d}.records" for n in range(1 << RANGE_BITS)]
            for path in self._files:
                path.write_bytes(b"")
        records = np.concatenate(self._held)
        range_of = (records["key"] >> (KEY_BITS - RANGE_BITS)).astype(np.uint8)
        records = records[np.argsort(range_of, kind="stable")]
        ends = np.cumsum(np.bincount(range_of, minlength=len(self._files)))
        for path, piece in zip(self._files, np.split(records, ends[:-1]), strict=True):
            with path.open("ab") as file:
                file.write(piece.tobytes())
        self._held, self._held_rows = [], 0


def _sorted(records: Array) -> tuple[Array, Array, Array]:
    keys = np.ascontiguousarray(records["key"])
    order = np.argsort(keys, kind="stable")
    return keys[order], records["place"][order], records["length"][order]
