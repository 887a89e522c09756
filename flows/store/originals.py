"""The index of what earlier documents say: OUT/_index/duplicates. Made from the tables, and anew where it is lost.

    NNNNNN.keys         (key, original): band keys, hashes of whole texts and of paragraphs of originals
    NNNNNN.paragraphs   (key of a paragraph, page): on which page each paragraph of any document stood first
    NNNNNN.originals    documents that repeat none before them, in the order in which they came: id, folded text
    manifest.json       which of these files count, and which runs, by the sha256 of their records, they were made from

Only originals have keys: a copy is found by its original, so a million copies of a text are one entry. An original's
number is its place in that order. A night adds files and changes none; when there are FANOUT of a size, they are merged
into one of the next: files of originals side by side, for their order is the originals'. So there are FANOUT files of
each size at the most, however many nights there were. The manifest is replaced as a whole after the night is committed:
what a death leaves is swept.
"""

from __future__ import annotations

import bisect
import logging
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaners.duplicates import SCHEME
from flows.store import pairs
from flows.store.layout import INDEX, guarded, read_json, remove, sync_file, write_json
from flows.store.pairs import Array

log = logging.getLogger("qingwen.duplicates")

FOLDER = "duplicates"
MANIFEST = "manifest.json"
FORMAT = 2
PAIRS = ("keys", "paragraphs")
KEEP = {"keys": 16, "paragraphs": 1}  # values of a key: the first originals that have it; the first page
FANOUT = 8
GROUP_ROWS, GROUP_BYTES = 64, 250_000  # originals that are read together

ORIGINALS = pa.schema([pa.field("id", pa.string(), nullable=False), pa.field("folded", pa.string(), nullable=False)])

Made = tuple[tuple[str, str], ...]  # (run, sha256 of its record)


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the index."""

    name: str
    kind: str
    rows: int
    bytes: int
    footer: int  # CRC-32


class Adding:
    """New files of an index, one a kind, written as it comes: pairs in the order of their keys, originals in theirs."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.base = index.originals  # number of the first original that is added
        self.written: list[tuple[str, Path, int]] = []  # kind, file, rows: when the block has ended
        self._pairs: dict[str, pairs.SortedWriter] = {}
        self._originals: OriginalsWriter | None = None

    def __enter__(self) -> Adding:
        return self

    def __exit__(self, *_: object) -> None:
        for kind, writer in (*self._pairs.items(), ("originals", self._originals)):
            if writer is not None:
                writer.close()
                self.written.append((kind, writer.path, writer.rows))

    def pairs(self, kind: str, keys: Array, values: Array) -> None:
        """Take sorted pairs, each key with as many values as are kept."""
        if len(keys):
            if kind not in self._pairs:
                self._pairs[kind] = pairs.SortedWriter(self._index.new(kind))
            self._pairs[kind].write(keys, values)

    def originals(self, table: pa.Table) -> None:
        """Take originals."""
        if len(table):
            if self._originals is None:
                self._originals = OriginalsWriter(self._index.new("originals"))
            self._originals.write(table)


class Index:
    """The index of one OUT, to be used while OUT is locked."""

    def __init__(self, out: Path) -> None:
        self.folder = out / INDEX / FOLDER
        self.runs: list[tuple[str, str]] = []
        self.segments: list[Segment] = []
        self._next = 1
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            remove(self.folder)
        found = self._manifest()
        if found is not None:
            self.runs = [(run, digest) for run, digest in found["runs"]]
            self.segments = [Segment(**segment) for segment in found["segments"]]
            self._next = found["next"]
        self._sweep()
        self._open: dict[str, tuple[pq.ParquetFile, Array]] = {}

    @property
    def originals(self) -> int:
        """How many originals there are; the number of the next one."""
        return sum(s.rows for s in self.segments if s.kind == "originals")

    @property
    def bytes(self) -> int:
        """Bytes of its files."""
        return sum(s.bytes for s in self.segments)

    def clear(self) -> None:
        """Forget everything: it is made anew."""
        self.close()
        self.runs, self.segments = [], []
        with guarded(self.folder):
            remove(self.folder / MANIFEST)
        self._sweep()

    def close(self) -> None:
        """Close the files that are open."""
        for file, _ in self._open.values():
            file.close()
        self._open.clear()

    def look_up(self, kind: str, wanted: Array) -> tuple[Array, Array]:
        """Values of wanted keys (sorted, each once): places in `wanted`, and a value for each."""
        return pairs.look_up(self._paths(kind), wanted, KEEP[kind])

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """(number, id, folded text) of originals; numbers: sorted, each once."""
        files = [s for s in self.segments if s.kind == "originals"]
        firsts = list(np.cumsum([0, *(s.rows for s in files)])[:-1])
        at = 0
        while at < len(numbers):
            place = bisect.bisect_right(firsts, numbers[at]) - 1
            (file, groups), first = self._file(files[place].name), int(firsts[place])
            group = int(np.searchsorted(groups, numbers[at] - first, "right"))
            low = first + (int(groups[group - 1]) if group else 0)
            table = file.read_row_group(group, use_threads=False)
            until = bisect.bisect_left(numbers, low + len(table), at)
            rows = table.take([n - low for n in numbers[at:until]])
            yield from zip(numbers[at:until], rows["id"].to_pylist(), rows["folded"].to_pylist(), strict=True)
            at = until

    @contextmanager
    def adding(self) -> Iterator[Adding]:
        """Files for what comes. They count in this object when the block ends, on disk when `commit` is called."""
        with guarded(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with Adding(self) as adding:
                yield adding
            for kind, path, rows in adding.written:
                self._add(path, kind, rows)
            for kind in PAIRS:
                self._merge(kind)
            self._merge_originals()

    def new(self, kind: str) -> Path:
        """The path of a file to be written."""
        self._next += 1
        return self.folder / f"{self._next - 1:06d}.{kind}"

    def commit(self, runs: Iterable[tuple[str, str]]) -> None:
        """Have what was added count from now on: it was made from these runs (and those before)."""
        self.runs += [run for run in runs if run not in self.runs]
        with guarded(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_json(
                self.folder / MANIFEST,
                {
                    "format": FORMAT,
                    "scheme": SCHEME,
                    "next": self._next,
                    "runs": self.runs,
                    "segments": [asdict(segment) for segment in self.segments],
                },
            )
        self._sweep()

    def _merge(self, kind: str) -> None:
        """Merge files of about one size while there are FANOUT of them."""
        while True:
            sizes: dict[int, list[Segment]] = {}
            for segment in self.segments:
                if segment.kind == kind:
                    sizes.setdefault(_level(segment), []).append(segment)
            many = next((found for _, found in sorted(sizes.items()) if len(found) >= FANOUT), None)
            if many is None:
                return
            path = self.new(kind)
            rows = pairs.merge([self.folder / s.name for s in many], path, KEEP[kind])
            self.segments = [s for s in self.segments if s not in many]
            self._add(path, kind, rows)

    def _merge_originals(self) -> None:
        """Merge files of originals that stand side by side, and keep their order."""
        while True:
            files = [s for s in self.segments if s.kind == "originals"]
            first = _run_of(files)
            if first is None:
                return
            many = files[first : first + FANOUT]
            for segment in many:
                if segment.name in self._open:
                    self._open.pop(segment.name)[0].close()
            path = self.new("originals")
            writer = OriginalsWriter(path)
            for table in _read_originals([self.folder / s.name for s in many]):
                writer.write(table)
            writer.close()
            merged = Segment(path.name, "originals", writer.rows, path.stat().st_size, _footer(path))
            at = self.segments.index(many[0])
            self.segments = [s for s in self.segments if s not in many]
            self.segments.insert(at, merged)

    def _add(self, path: Path, kind: str, rows: int) -> None:
        self.segments.append(Segment(path.name, kind, rows, path.stat().st_size, _footer(path)))

    def _paths(self, kind: str) -> list[Path]:
        return [self.folder / s.name for s in self.segments if s.kind == kind]

    def _file(self, name: str) -> tuple[pq.ParquetFile, Array]:
        """A file of originals, and behind which row each of its row groups ends."""
        if name not in self._open:
            file = pq.ParquetFile(self.folder / name, page_checksum_verification=True)
            self._open[name] = file, _ends(file)
        return self._open[name]

    def _manifest(self) -> dict[str, Any] | None:
        """The manifest; None where there is none, or it is of another scheme, or a file that it names is not whole."""
        try:
            return _manifest(self.folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s is damaged and made anew: %s", self.folder, error)
            return None

    def _sweep(self) -> None:
        """Delete files that do not count: of a run that died, or merged into others."""
        counted = {segment.name for segment in self.segments} | {MANIFEST}
        for path in self.folder.glob("*"):
            if path.name not in counted or path.is_dir():
                remove(path)


def manifest_problems(out: Path) -> Iterator[str]:
    """What is wrong with the manifest, or with the sizes of the files that it names, in words."""
    try:
        _manifest(out / INDEX / FOLDER)
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield str(error) if isinstance(error, ValueError) else repr(error)


def _manifest(folder: Path) -> dict[str, Any] | None:
    found: dict[str, Any] | None = read_json(folder / MANIFEST)
    if found is None or (found["format"], found["scheme"]) != (FORMAT, SCHEME):
        return None
    _ = [(run, digest) for run, digest in found["runs"]], found["next"] + 1
    for segment in found["segments"]:
        path = folder / Segment(**segment).name
        if path.stat().st_size != segment["bytes"]:
            raise ValueError(f"{segment['name']} is not {segment['bytes']} bytes")
        if _footer(path) != segment["footer"]:
            raise ValueError(f"{segment['name']} has another footer than was written")
    return found


def _footer(path: Path) -> int:
    """CRC-32 of a Parquet file's footer. Its pages have checksums, the footer has none, and of some flipped bits in it
    Arrow does not raise but ends the process."""
    with path.open("rb") as file:
        end = file.seek(-8, os.SEEK_END)
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, end - length))
        return zlib.crc32(file.read())


def _level(segment: Segment) -> int:
    """The size of a file, in powers of FANOUT."""
    return max(0, segment.rows.bit_length() - 1) // (FANOUT.bit_length() - 1)


def _run_of(files: Sequence[Segment]) -> int | None:
    """The first of FANOUT files side by side that are to be merged, None where there is nothing to do.

    Files that stand between larger ones count with them, as in Lucene's LogMergePolicy.
    """
    levels = [_level(file) for file in files]
    start = 0
    while start < len(files):
        highest = max(levels[start:])
        last = max(n for n in range(start, len(files)) if levels[n] == highest)
        if last + 1 - start >= FANOUT:
            return start
        start = last + 1
    return None


def _read_originals(paths: Sequence[Path]) -> Iterator[pa.Table]:
    for path in paths:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.metadata.num_row_groups):
                yield file.read_row_group(group, use_threads=False)


class OriginalsWriter:
    """Writes originals in their order, in row groups that are small enough to be read for one of them: GROUP_ROWS, or
    fewer where they are long."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._held: list[pa.Table] = []
        self._held_rows = self._held_bytes = 0
        self._writer = pq.ParquetWriter(
            os.fspath(path),
            ORIGINALS,
            compression="zstd",
            compression_level=1,
            use_dictionary=False,
            write_statistics=False,
            write_page_checksum=True,
        )

    def write(self, table: pa.Table) -> None:
        """Take originals."""
        start = 0
        for n, length in enumerate(pc.binary_length(table["folded"]).to_numpy().tolist()):
            self._held_rows, self._held_bytes = self._held_rows + 1, self._held_bytes + length
            if self._held_rows >= GROUP_ROWS or self._held_bytes >= GROUP_BYTES:
                self._held.append(table.slice(start, n + 1 - start))
                self._flush()
                start = n + 1
        if start < len(table):
            self._held.append(table.slice(start))
        self.rows += len(table)

    def close(self) -> None:
        """Close the file and force it to disk."""
        if self._held:
            self._flush()
        self._writer.close()
        sync_file(self.path)

    def _flush(self) -> None:
        self._writer.write_table(pa.concat_tables(self._held), row_group_size=GROUP_ROWS)
        self._held, self._held_rows, self._held_bytes = [], 0, 0


def _ends(file: pq.ParquetFile) -> Array:
    """Behind which row each row group of a file ends."""
    metadata = file.metadata
    return np.cumsum([metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)])
