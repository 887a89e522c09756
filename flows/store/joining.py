"""The keys of many documents joined at once: with each other, and with those of the index.

Were each batch looked up by itself, every one would read the whole index, and the work would grow with the square of a
run. Here the keys of up to RECORDS_MOST records, a chapter, are sorted, and the index is read once beside them. What
the search needs of it is little: a key that one document alone has finds nothing, and those that several have, with the
originals that have them, are held in memory.
"""

from __future__ import annotations

import os
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from flows.store.dealing import Batch, Part
from flows.store.originals import KEEP, ORIGINALS, Adding, Index
from flows.store.pairs import Array, first_of_sorted, place_in_run
from flows.store.sorting import Sorter

RECORDS_MOST = 48_000_000  # of a chapter, 16 bytes each, on disk: 1.2 million documents of 800 characters


def chapters(parts: Sequence[Part], scratch: Path) -> Iterator[Chapter]:
    """The parts of a run in chapters. scratch: a folder for their files; made anew for each, and deleted."""
    rest = list(parts)
    while rest:
        shutil.rmtree(scratch, ignore_errors=True)
        chapter = Chapter(rest, scratch)
        rest = rest[len(chapter.parts) :]
        yield chapter
    shutil.rmtree(scratch, ignore_errors=True)


class Chapter:
    """Parts that are searched together. A document's place is its number among all of them, in the order of the ids."""

    def __init__(self, parts: Sequence[Part], scratch: Path) -> None:
        """Takes parts from the beginning, as many as a chapter holds."""
        self.parts: list[Part] = []
        self.scratch = scratch
        self._keys, self._paragraphs = Sorter(scratch / "keys"), Sorter(scratch / "paragraphs")
        pages = []
        self._sizes: list[int] = []
        for part in parts:
            batch = part.read(texts=False)
            first = sum(self._sizes)
            keys, owners, weights = batch.keys
            self._keys.add(keys, owners + first, weights)
            keys, lengths, owners = batch.paragraph_keys
            self._paragraphs.add(keys, owners + first, lengths)
            pages.append(batch.pages)
            self.parts.append(part)
            self._sizes.append(len(batch))
            if self._keys.rows + self._paragraphs.rows >= RECORDS_MOST:
                break
        self._pages = np.concatenate(pages)
        self._numbers = np.full(len(self._pages), -1, np.int64)  # of originals, by place
        self._originals = 0

    def batches(self) -> Iterator[tuple[int, Batch]]:
        """Place of the first document, and the documents, part after part."""
        first = 0
        for part, size in zip(self.parts, self._sizes, strict=True):
            yield first, part.read()
            first += size

    def copied(self, index: Index, adding: Adding) -> Array:
        """Of each document the folded characters in paragraphs that stood on another page first; new paragraphs are
        added to the index."""
        copied = np.zeros(len(self._pages))
        for keys, places, lengths in self._paragraphs.ranges():
            first = _firsts(keys)
            pages = self._pages[places[first]]
            known, values = index.look_up("paragraphs", keys[first])
            pages[known] = values.view(np.uint32)
            new = np.ones(len(first), np.bool_)
            new[known] = False
            adding.pairs("paragraphs", keys[first][new], pages[new].view(np.int32))
            elsewhere = np.repeat(pages, _counts(first, keys)) != self._pages[places]
            np.add.at(copied, places, lengths * elsewhere)
        return copied

    def shared(self, index: Index) -> Shared:
        """The keys that several documents have, of this chapter or of the index."""
        found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int32))]
        for keys, _, _ in self._keys.ranges():
            first = _firsts(keys)
            counts = _counts(first, keys)
            known, values = index.look_up("keys", keys[first])
            had = np.bincount(known, minlength=len(first))
            several = (counts > 1) | (had > 0)
            room = np.where(several, np.minimum(had + counts, KEEP["keys"]), 0)
            slots = np.zeros(int(room.sum()), np.int32)
            slots[(np.cumsum(room) - room)[known] + place_in_run(known)] = values
            found.append((keys[first][several], room[several], had[several].astype(np.uint8), slots))
        return Shared(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))

    def settle(self, first: int, batch: Batch, repeated: Array, adding: Adding) -> Array:
        """Number the originals of a batch and add them to the index; the number of each document, -1 of the others.

        repeated: which documents repeat an earlier one.
        """
        original = ~repeated & (batch.lengths > 0)
        numbers = np.where(original, np.cumsum(original) - 1 + adding.base + self._originals, -1)
        self._originals += int(np.count_nonzero(original))
        self._numbers[first : first + len(batch)] = numbers
        adding.originals(batch.table.select(["id", "folded"]).filter(pa.array(original)).cast(ORIGINALS))
        return numbers

    def write_keys(self, adding: Adding) -> None:
        """Add the keys of the originals to the index, when all batches are settled."""
        for keys, places, _ in self._keys.ranges():
            numbers = self._numbers[places]
            original = numbers >= 0
            adding.pairs("keys", *first_of_sorted(keys[original], numbers[original], KEEP["keys"]))


class Shared:
    """Keys that several documents have, and the first originals that have each: `filled` of them behind `starts`."""

    def __init__(self, keys: Array, room: Array, filled: Array, slots: Array) -> None:
        """keys: sorted. room: how many originals each may have. slots: their numbers, as many as are filled."""
        self.keys, self.filled, self.slots = keys, filled, slots
        self.starts = np.cumsum(room) - room
        self._room = room

    def places(self, keys: Array) -> Array:
        """Where keys (sorted) stand among these; -1 where they do not."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        places: Array = np.where(self.keys[at] == keys, at, -1)
        return places

    def add(self, places: Array, originals: Array) -> None:
        """Add originals, whose numbers are larger than all that are there, to the keys that stand at these places."""
        order = np.lexsort((originals, places))
        places, originals = places[order], originals[order]
        at = self.filled[places] + place_in_run(places)
        fits = at < self._room[places]
        places, originals, at = places[fits], originals[fits], at[fits]
        self.slots[self.starts[places] + at] = originals
        np.add.at(self.filled, places, 1)


class Texts:
    """Originals by number: those of earlier chapters and runs stand in the index, those of this one in a file beside it
    until the chapter is done."""

    def __init__(self, index: Index, scratch: Path) -> None:
        self._index, self._base = index, index.originals
        self._path = scratch / "originals"
        self._file: BinaryIO | None = None
        self._numbers, self._starts = array("q"), array("q", [0])  # of those of this chapter; where each begins

    def __enter__(self) -> Texts:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, number: int, name: str, folded: str) -> None:
        """Keep an original of this chapter; their numbers ascend."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w+b")
        size = self._file.write(f"{name}\n{folded}".encode())
        self._numbers.append(number)
        self._starts.append(self._starts[-1] + size)

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """(number, id, folded text) of originals; numbers: sorted, each once."""
        here = bisect_left(numbers, self._base)
        yield from self._index.read(numbers[:here])
        if self._file is not None:
            self._file.flush()
            for number in numbers[here:]:
                at = bisect_left(self._numbers, number)
                start, end = self._starts[at], self._starts[at + 1]
                name, _, folded = os.pread(self._file.fileno(), end - start, start).decode().partition("\n")
                yield number, name, folded


def _firsts(keys: Array) -> Array:
    """Where each of some sorted keys stands first."""
    new = np.ones(len(keys), np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    return np.flatnonzero(new)


def _counts(first: Array, keys: Array) -> Array:
    """How often each key is there."""
    return np.diff(np.append(first, len(keys)))
