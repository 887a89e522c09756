"""The search for duplicates of a run: after cleaning, before the commit; and the index, brought up to the tables.

What a run needs is staged with its shards, what it finds is staged beside them, and the index counts what was added
only when the run is committed: a run that dies is searched again, and comes to the same.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaners.duplicates import SCHEME
from flows.keys import Keys, document_keys, mixed
from flows.store.dealing import Batch, dealt, staged
from flows.store.joining import Chapter, Texts, chapters
from flows.store.layout import guarded, sync_file
from flows.store.matching import Match, Search
from flows.store.originals import Index
from flows.store.pairs import Array
from flows.store.signing import SIGNED, sign
from schemas.commits import commit_order, committed, committed_runs, record_sha256
from schemas.reading import Entry, opened
from schemas.records import ID_LENGTH
from schemas.tables import TABLES

log = logging.getLogger("qingwen.duplicates")

FOLDER = "duplicates"  # in the run's staging folder: what was found, staged as one more shard
READ_ROWS = 2_000
# A damaged index of ours; what is wrong with committed or staged files is a DamagedDataset and passes.
_OF_THE_INDEX = (OSError, pa.ArrowException, ValueError, IndexError, KeyError)
_FOUND = pa.schema([f for f in TABLES["duplicates"].schema if f.name != "cluster_size"])


@dataclass
class Found:
    """What the search came to. `folder` holds the rows of `duplicates`, as a shard does."""

    folder: Path
    kinds: Counter[str] = field(default_factory=Counter)
    keys: list[Keys] = field(default_factory=list)
    ratios: list[Array] = field(default_factory=list)
    versions: list[pa.Array] = field(default_factory=list)
    originals: list[pa.Array] = field(default_factory=list)

    def complete(self, documents: pa.RecordBatch) -> pa.RecordBatch:
        """Staged documents with their copied_ratio, version_of and duplicate_of."""
        keys, ratios, versions, originals = self._sorted
        wanted = document_keys(documents.column("id"))
        at = np.searchsorted(keys, wanted)
        columns = {
            "copied_ratio": pa.array(ratios[at], pa.float64()),
            "version_of": versions.take(pa.array(at)),
            "duplicate_of": originals.take(pa.array(at)),
        }
        return pa.RecordBatch.from_arrays(
            [columns.get(f.name, documents.column(f.name)) for f in documents.schema], schema=documents.schema
        )

    @cached_property
    def _sorted(self) -> tuple[Keys, Array, pa.Array, pa.Array]:
        keys = np.concatenate(self.keys)
        order = np.argsort(keys)
        versions, originals = (
            pa.concat_arrays(arrays).take(pa.array(order)) for arrays in (self.versions, self.originals)
        )
        return keys[order], np.concatenate(self.ratios)[order], versions, originals


@contextmanager
def searched(out: Path, run_id: str, shards: Sequence[Path], folder: Path) -> Iterator[Found]:
    """Search the staged documents of a run and stage what is found in `folder`; what the block does commits the run.

    shards: staged shards with their signatures, in any order. Where the index is lost, damaged or behind, it is made or
    brought up from the tables first. A run without documents does not touch it.
    """
    files = [path for shard in shards if (path := shard / SIGNED).exists()]
    if not files:
        yield Found(folder)
        return
    index = Index(out)
    try:
        try:
            catch_up(out, index)
            found = search(out, index, run_id, files, folder)
        except _OF_THE_INDEX as error:
            log.warning("%s is damaged and made anew: %s", index.folder, error)
            index.clear()
            catch_up(out, index)
            found = search(out, index, run_id, files, folder)
        yield found
        index.commit([(run_id, record_sha256(out, run_id))])
    finally:
        index.close()


def search(
    out: Path, index: Index, run_id: str, files: Sequence[Path], folder: Path, earlier: Sequence[str] | None = None
) -> Found:
    """Search the documents whose signatures are in `files`, add them to the index, and stage what was found.

    earlier: the runs that the index was made from and whose groups count; None: all that are committed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    found = Found(folder)
    with guarded(folder):
        folder.mkdir(parents=True)
        with _Rows(folder, run_id) as rows:
            before = index.originals
            with dealt(staged(files), *_size(files), folder / "dealt") as parts:
                for chapter in chapters(parts, folder / "joined"):
                    for batch, matches, ratios in _matched(index, chapter):
                        _take(found, batch, matches, before, ratios)
                        rows.add(batch, [m for m in matches if not _is_version(batch, m, before)])
        found.kinds = rows.kinds
        rows.finish(out, committed_runs(out) if earlier is None else earlier)
    return found


def _matched(index: Index, chapter: Chapter) -> Iterator[tuple[Batch, list[Match], Array]]:
    """What each batch of a chapter repeats, and how much of each document is copied; the chapter is added to the
    index."""
    with index.adding() as adding, Texts(index, chapter.scratch) as texts:
        copied = chapter.copied(index, adding)
        shared = chapter.shared(index)
        for first, batch in chapter.batches():
            search = Search(shared, texts, batch)
            matches = search.matches()
            repeated = np.zeros(len(batch), np.bool_)
            repeated[[m.place for m in matches]] = True
            search.keep(chapter.settle(first, batch, repeated, adding))
            characters = copied[first : first + len(batch)]
            ratios = np.divide(characters, batch.lengths, out=np.zeros(len(batch)), where=batch.lengths > 0)
            yield batch, matches, ratios
        chapter.write_keys(adding)


def catch_up(out: Path, index: Index, only: Sequence[str] | None = None) -> int:
    """Bring the index up to the committed runs, in the order of their commits; say how many it had to read.

    only: bring it up to these runs; None: to all.

    An index of other records than those on disk is made anew.
    """
    wanted = None if only is None else set(only)
    runs = [run for run in commit_order(out) if wanted is None or run in wanted]
    made = dict(index.runs)
    now = {run: record_sha256(out, run) for run in runs}
    if any(now.get(run) != digest for run, digest in made.items()):
        log.info("the index of duplicates is made anew: the records that it was made from have changed")
        index.clear()
        made = {}
    read, passed = 0, []
    for run in (run for run in runs if run not in made):
        passed.append((run, now[run]))
        if next(committed(out, run, "documents"), None) is not None:
            _read(out, index, run)
            index.commit(passed)  # one by one: a death on the way costs one run
            read, passed = read + 1, []
    if passed:
        index.commit(passed)
    return read


def _read(out: Path, index: Index, run_id: str) -> None:
    """Add a committed run to the index: what repeats what is in its tables."""
    repeated = _repeated(out, run_id)
    entries = list(committed(out, run_id, "documents"))
    files = [_metadata(path, entry) for entry, path in entries]
    documents = sum(file.num_rows for file in files)
    characters = sum(
        file.row_group(g).column(c).total_uncompressed_size // 3
        for file in files
        for g in range(file.num_row_groups)
        for c in [file.schema.names.index("text")]
    )
    with dealt(_signed(out, run_id), documents, characters, index.folder / "dealt") as parts:
        for chapter in chapters(parts, index.folder / "joined"):
            with index.adding() as adding:
                chapter.copied(index, adding)  # for the paragraphs that it adds
                for first, batch in chapter.batches():
                    copies = np.isin(document_keys(batch.table["id"].combine_chunks()), repeated)
                    chapter.settle(first, batch, copies, adding)
                chapter.write_keys(adding)


def _metadata(path: Path, entry: Entry) -> pq.FileMetaData:
    with opened(path, entry) as file:
        return file.metadata


def _repeated(out: Path, run_id: str) -> Keys:
    """Keys of the documents of a run that are no originals."""
    keys = [np.empty(0, np.uint64)]
    for entry, path in committed(out, run_id, "duplicates"):
        with opened(path, entry) as file:
            keys.append(document_keys(file.read(columns=["document_id"])["document_id"].combine_chunks()))
    for entry, path in committed(out, run_id, "documents"):
        with opened(path, entry) as file:
            if "version_of" in file.schema_arrow.names:
                for batch in file.iter_batches(columns=["id", "version_of"]):
                    later = pc.is_valid(batch.column("version_of"))
                    keys.append(document_keys(batch.column("id").filter(later)))
    return np.concatenate(keys)


def _signed(out: Path, run_id: str) -> Iterator[pa.RecordBatch]:
    for entry, path in committed(out, run_id, "documents"):
        with opened(path, entry) as file:
            for group in range(file.num_row_groups):
                for batch in file.iter_batches(batch_size=READ_ROWS, row_groups=[group], columns=["id", "text"]):
                    yield from sign(batch.column("id").to_pylist(), batch.column("text").to_pylist())


def _size(files: Sequence[Path]) -> tuple[int, int]:
    """Documents in signature files, and about how many folded characters."""
    documents = characters = 0
    for path in files:
        with opened(path) as file:
            metadata = file.metadata
        documents += metadata.num_rows
        column = metadata.num_columns - 1
        characters += sum(
            metadata.row_group(g).column(column).total_uncompressed_size // 3 for g in range(metadata.num_row_groups)
        )
    return documents, characters


def _is_version(batch: Batch, match: Match, before: int) -> bool:
    """Whether a match is an earlier version of the same page: no duplicate, one text of one page."""
    same = batch.ids[match.place][:ID_LENGTH] == match.original[:ID_LENGTH]
    return same and match.number is not None and match.number < before


def _take(found: Found, batch: Batch, matches: Sequence[Match], before: int, ratios: Array) -> None:
    versions: list[str | None] = [None] * len(batch)
    originals: list[str | None] = [None] * len(batch)
    for match in matches:
        (versions if _is_version(batch, match, before) else originals)[match.place] = match.original
    found.keys.append(document_keys(batch.table["id"].combine_chunks()))
    found.ratios.append(ratios)
    found.versions.append(pa.array(versions, pa.string()))
    found.originals.append(pa.array(originals, pa.string()))


class _Rows:
    """The rows of `duplicates`: written as they are found, and once more when the sizes of all groups are known."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self.folder, self.run_id = folder, run_id
        self.kinds: Counter[str] = Counter()
        self._path = folder / "found.staged"
        self._writer = pq.ParquetWriter(os.fspath(self._path), _FOUND, compression="lz4")

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def add(self, batch: Batch, matches: Sequence[Match]) -> None:
        """Take the matches of a batch."""
        columns = {
            "document_id": [batch.ids[m.place] for m in matches],
            "duplicate_of": [m.original for m in matches],
            "kind": [m.kind for m in matches],
            "similarity": [m.found.containment if m.kind == "contained" else m.found.jaccard for m in matches],
            "jaccard": [m.found.jaccard for m in matches],
            "containment": [m.found.containment for m in matches],
            "scheme": [SCHEME] * len(matches),
            "run_id": [self.run_id] * len(matches),
        }
        self.kinds.update(m.kind for m in matches)
        if matches:
            self._writer.write_table(pa.Table.from_pydict(columns, _FOUND))

    def finish(self, out: Path, earlier: Sequence[str]) -> None:
        """Stage the rows with the sizes of their groups. The file is not there where there are none."""
        if self.kinds:
            originals, sizes = group_sizes(out, [self._path], earlier)
            schema = TABLES["duplicates"].schema
            path = self.folder / "duplicates.staged"
            with (
                pq.ParquetFile(self._path) as file,
                pq.ParquetWriter(os.fspath(path), schema, compression="lz4") as writer,
            ):
                for batch in file.iter_batches():
                    at = np.searchsorted(originals, document_names(batch.column("duplicate_of")))
                    rows = pa.Table.from_batches([batch])
                    rows = rows.append_column("cluster_size", pa.array(sizes[at], pa.int64()))
                    writer.write_table(rows.select(schema.names).cast(schema))
            sync_file(path)
        self._path.unlink()


def group_sizes(out: Path, files: Sequence[Path], runs: Sequence[str]) -> tuple[Keys, Array]:
    """Documents of the groups that some rows are of: names of the originals, sorted, and the size of each group,
    with what the committed rows of some runs say of it. A document counts once, however many runs wrote it."""
    pairs = [_pairs([(path, None) for path in files], None)]
    originals = np.unique(pairs[0][:, 0])
    earlier = [(path, entry) for run in runs for entry, path in committed(out, run, "duplicates")]
    pairs.append(_pairs(earlier, originals))
    every = np.concatenate(pairs)
    _, first = np.unique(mixed(every[:, 0], every[:, 1]), return_index=True)
    at, counts = np.unique(every[first, 0], return_counts=True)
    return at, counts + 1


def _pairs(files: Sequence[tuple[Path, Entry | None]], originals: Keys | None) -> Keys:
    """(original, document) of the rows of some files; originals: only theirs."""
    pairs = [np.empty((0, 2), np.uint64)]
    for path, entry in files:
        with opened(path, entry) as file:
            for batch in file.iter_batches(columns=["document_id", "duplicate_of"]):
                original = document_names(batch.column("duplicate_of"))
                kept = np.ones(len(original), np.bool_) if originals is None else np.isin(original, originals)
                if kept.any():
                    names = document_names(batch.column("document_id"))
                    pairs.append(np.stack([original[kept], names[kept]], axis=1))
    return np.concatenate(pairs)


def document_names(ids: pa.Array) -> Keys:
    """64 bits of each document's id, its version included."""
    versions = pc.utf8_slice_codeunits(ids, ID_LENGTH + 1, ID_LENGTH + 9).to_pylist()
    return mixed(document_keys(ids), np.array([int(v or "0", 16) for v in versions], np.uint64))
