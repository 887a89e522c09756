"""From staged shards to committed tables.

    1. merge     shards, in order, into few large files under _staging/<run>/merged; each is forced to disk, read back
    2. intent    _staging/<run>/intent.json says which files go where: from here the run will be finished, not undone
    3. move      every file to its table's folder (a rename on the same file system)
    4. commit    _commits/<run>.json
    5. sweep     the staging folder goes

A death before 2 leaves staged shards, which the next attempt uses; a death after 2 is made good by `recover`.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import DamagedOut
from flows.store import layout
from flows.store.layout import guarded, read_json, staged_runs, sync_folder, write_json
from flows.store.rawstore import RawStore
from flows.store.shards import STAGED
from schemas.commits import COMMITS, INTENT, RUN_ID, STAGING, must_be_record, repair_with
from schemas.reading import opened
from schemas.tables import SCHEMA_VERSION, TABLES, Table

log = logging.getLogger("qingwen.runs")

RECORD = "run.json"
MERGED = "merged"

ROW_GROUP_ROWS = {"documents": 20_000}
ROW_GROUP_ROWS_ELSE = 100_000
ROW_GROUP_BYTES = 48 * 2**20  # of Arrow memory: long documents make a row group close earlier
FILE_BYTES = 256 * 2**20
READ_ROWS = 2_000
DICTIONARY_BYTES = 256 * 1024  # columns of long texts give dictionaries up early
COMPRESSION = "zstd"
COMPRESSION_LEVEL = 3

# Pages last: `latest` goes by them, so it never sees a version whose documents are not there yet.
MOVING_ORDER = ("edits", "sections", "duplicates", "documents", "rejects", "runs", "pages")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a run: its path relative to OUT, and what it must hold."""

    path: str
    table: str
    rows: int
    bytes: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a commit record."""
        return {name: getattr(self, name) for name in ("path", "table", "rows", "bytes", "sha256")}


class PartWriter:
    """Writes a table's rows into parts: row groups and files of the sizes above, each read back when it is closed."""

    def __init__(self, table: Table, folder: Path, night: str, run_id: str, *, first: int = 0) -> None:
        self.table, self.folder, self.night, self.run_id = table, folder, night, run_id
        self.parts: list[Part] = []
        self._number = first
        self._held: list[pa.RecordBatch] = []
        self._rows = self._bytes = self._written = 0
        self._writer: pq.ParquetWriter | None = None
        self._limit = ROW_GROUP_ROWS.get(table.name, ROW_GROUP_ROWS_ELSE)

    def write(self, batch: pa.RecordBatch) -> None:
        """Take rows; they reach the file when there are enough for a row group."""
        at = 0
        while at < len(batch):
            piece = batch.slice(at, self._limit - self._rows)
            self._held.append(piece)
            self._rows += len(piece)
            self._bytes += piece.get_total_buffer_size() if len(piece) == len(batch) else piece.nbytes
            at += len(piece)
            if self._rows >= self._limit or self._bytes >= ROW_GROUP_BYTES:
                self._row_group()

    def close(self, *, even_empty: bool = False) -> list[Part]:
        """Write what is held, close the file, and give all parts. even_empty: a part also where there are no rows."""
        if self._held or (even_empty and not self.parts and self._writer is None):
            self._row_group()
        self._close_file()
        return self.parts

    def abort(self) -> None:
        """Close without finishing; what was written is of no use."""
        if self._writer is not None:
            try:
                self._writer.close()
            except (OSError, pa.ArrowException):
                pass
            self._writer = None

    def _row_group(self) -> None:
        if self._writer is None:
            path = self.folder / self._name()
            self._writer = open_part(path, self.table)
        held = pa.Table.from_batches(self._held, self.table.schema)
        self._held, self._rows, self._bytes = [], 0, 0
        if len(held):
            self._writer.write_table(held, row_group_size=len(held))
            self._written += len(held)
        if (self.folder / self._name()).stat().st_size >= FILE_BYTES:
            self._close_file()

    def _name(self) -> str:
        return f"{self.table.name}-{self._number:05d}{STAGED}"

    def _close_file(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        self._writer = None
        path = self.folder / self._name()
        layout.sync_file(path)
        target = layout.part_path(self.table.name, self.night, self.run_id, self._number)
        part = read_back(path, self.table, target)
        if part.rows != self._written:
            raise DamagedOut(f"{path}: {part.rows} rows were read back of {self._written} written")
        self.parts.append(part)
        self._number += 1
        self._written = 0


def open_part(path: Path, table: Table) -> pq.ParquetWriter:
    """A writer of the table's files: zstd 3, page index, the one schema."""
    return pq.ParquetWriter(
        os.fspath(path),
        table.schema,
        compression=COMPRESSION,
        compression_level=COMPRESSION_LEVEL,
        write_page_index=True,
        write_page_checksum=True,  # a flipped bit is found by whoever reads the rows, not only by check
        dictionary_pagesize_limit=DICTIONARY_BYTES,
    )


def read_back(path: Path, table: Table, target: str) -> Part:
    """Open a written file as a reader would and describe it. Raises DamagedOut where it is not what was written."""
    try:
        with pq.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, pa.ArrowException) as error:
        raise DamagedOut(f"{path}: {error}") from error
    if not schema.equals(table.schema):
        raise DamagedOut(f"{path}: its schema is not that of {table.name}")
    return Part(target, table.name, rows, path.stat().st_size, layout.sha256_of(path))


def merge(
    staged: Sequence[Path],
    folder: Path,
    night: str,
    run_id: str,
    empty: Iterable[str] = (),
    complete: Callable[[pa.RecordBatch], pa.RecordBatch] | None = None,
) -> list[Part]:
    """Merge shards, in the order given, into parts under `folder`.

    empty: tables that get a file even without rows, so that a reader finds every table from the first run on.
    complete: fills in what is known of documents only when all of the run are there.
    """
    shutil.rmtree(folder, ignore_errors=True)
    parts: list[Part] = []
    with guarded(folder):
        folder.mkdir(parents=True)
        for table in TABLES.values():
            files = [path for shard in staged if (path := shard / (table.name + STAGED)).exists()]
            if table.name == "runs" or not (files or table.name in empty):
                continue
            writer = PartWriter(table, folder, night, run_id)
            try:
                for path in files:
                    with opened(path) as file:
                        for group in range(file.num_row_groups):  # batches across groups would hold long texts of many
                            for batch in file.iter_batches(batch_size=READ_ROWS, row_groups=[group]):
                                done = complete(batch) if complete and table.name == "documents" else batch
                                writer.write(done)
                parts += writer.close(even_empty=table.name in empty)
            finally:
                writer.abort()
    return parts


def write_table(rows: pa.Table, name: str, folder: Path, night: str, run_id: str) -> list[Part]:
    """Parts of a small table that is in memory, such as the run's own row."""
    with guarded(folder):
        folder.mkdir(parents=True, exist_ok=True)
        writer = PartWriter(TABLES[name], folder, night, run_id)
        try:
            for batch in rows.to_batches():
                writer.write(batch)
            return writer.close()
        finally:
            writer.abort()


def new_id(out: Path, night: dt.date) -> str:
    """The night and the next free number: later runs sort behind earlier ones, and no id is used twice."""
    stem = f"{night:%Y%m%d}-"
    used = [p.name.removesuffix(".json") for p in (out / COMMITS).glob(f"{stem}*.json")]
    used += [p.name for p in (out / STAGING).glob(f"{stem}*")]
    for table in TABLES:  # of a run whose record is lost: its files are not written over
        parts = (out / table).glob(f"{layout.PARTITION}{night.isoformat()}/part-{stem}*")
        used += [p.name.removeprefix("part-").rpartition("-")[0] for p in parts]
    numbers = [int(name.removeprefix(stem)) for name in used if RUN_ID.match(name)]
    return f"{stem}{max(numbers, default=0) + 1:04d}"


def commit(
    out: Path, run_id: str, record: dict[str, Any], parts: Sequence[Part], changes: dict[str, Any] | None = None
) -> None:
    """Make parts that are under _staging/<run>/merged part of the dataset, all or none.

    record: what the commit record says besides the files. changes: what a takedown or a repair does to earlier runs:
    `replaced` ({path: name of the file under merged that takes its place}), `removed` (paths), `records` ({run_id: its
    record from now on}), `raw` (sha256 of bytes to delete).
    """
    ordered = sorted(parts, key=lambda p: (MOVING_ORDER.index(p.table), p.path))
    files = [p.as_dict() for p in ordered]
    intent = {**(changes or {}), "record": {**record, "schema_version": SCHEMA_VERSION, "files": files}}
    staging = out / STAGING / run_id
    layout.sync_file_system(out)  # raw pages: their rows must not outlive them
    sync_folder(staging / MERGED)
    write_json(staging / INTENT, intent)
    _finish(out, run_id, intent)


def recover(out: Path) -> list[str]:
    """Finish what a death left half-committed and sweep what is committed; OUT must be locked. Says what was done."""
    done = []
    for staging in staged_runs(out):
        run_id = staging.name
        if (out / COMMITS / f"{run_id}.json").exists():
            _sweep(out, run_id)
            done.append(f"swept the staging of {run_id}, which was committed")
        elif (intent := _intent(staging)) is not None and _finished(out, run_id, intent):
            done.append(f"finished the commit of {run_id}")
        elif not _begun(staging):  # died before it had begun, or a takedown that must be asked for again
            shutil.rmtree(staging, ignore_errors=True)
    return done


def _begun(staging: Path) -> bool:
    """Whether a run says what it is: in a run.json that can be read, be it of other code."""
    try:
        return isinstance(read_json(staging / RECORD), dict)
    except ValueError as error:
        log.warning("%s is damaged: %s; its run begins anew", staging / RECORD, error)
        return False


def run_record(staging: Path) -> dict[str, Any] | None:
    """What a run at work says of itself in run.json; None where there is none that can be read."""
    try:
        found: dict[str, Any] | None = read_json(staging / RECORD)
        if found is not None:
            _ = [found[key] for key in ("kind", "wanted", "code", "started_at")], found["attempts"] + 1
            if found["run_id"] != staging.name:
                raise ValueError(f"it is of run {found['run_id']}")
        return found
    except (ValueError, KeyError, TypeError) as error:
        log.warning("%s is of other code or damaged, and left alone: %r", staging / RECORD, error)
        return None


def _intent(staging: Path) -> dict[str, Any] | None:
    """What a commit that had begun is to do; None where none had. That of a run is made anew from its shards."""
    path = staging / INTENT
    try:
        found: dict[str, Any] | None = read_json(path)
        if found is not None:
            must_be_record(found["record"], staging.name)
        return found
    except (ValueError, KeyError, TypeError) as error:
        if run_record(staging) is None:
            raise DamagedOut(
                f"{path}: damaged: {error!r}; a takedown had begun: delete {staging}, then "
                f"{repair_with(staging.parents[1])}, then ask for the takedown again"
            ) from None
        log.warning("%s is damaged: %r; the run is merged anew from its shards", path, error)
        layout.remove(path)
        return None


def _finished(out: Path, run_id: str, intent: dict[str, Any]) -> bool:
    """Finish a commit; False where files of a run are gone, which is then merged anew from its shards."""
    try:
        _finish(out, run_id, intent)
        return True
    except DamagedOut as error:
        staging = out / STAGING / run_id
        if run_record(staging) is None:
            raise
        log.warning("%s; the run is merged anew from its shards", error)
        layout.remove(staging / INTENT)
        return False


def _finish(out: Path, run_id: str, intent: dict[str, Any]) -> None:
    """Move what is not moved yet, write the record, sweep. Safe to repeat from any point."""
    merged = out / STAGING / run_id / MERGED
    folders = set()
    for path, name in intent.get("replaced", {}).items():
        with guarded(out / path):
            if (merged / name).exists():
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                (merged / name).rename(out / path)
        folders.add((out / path).parent)
    for path in intent.get("removed", ()):
        with guarded(out / path):
            (out / path).unlink(missing_ok=True)
    for sha256 in intent.get("raw", ()):
        RawStore(out).remove(sha256)
    for entry in intent["record"]["files"]:
        target = out / entry["path"]
        number = entry["path"].rsplit("-", 1)[1].removesuffix(".parquet")
        source = merged / f"{entry['table']}-{number}{STAGED}"
        with guarded(target):
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.rename(target)
            elif not target.exists():
                raise DamagedOut(
                    f"{target}: neither staged nor moved, though the commit of {run_id} had begun; delete "
                    f"{out / STAGING / run_id}, then {repair_with(out)}"
                )
        folders.add(target.parent)
    for folder in folders:
        sync_folder(folder)
        sync_folder(folder.parent)
    for earlier, changed in intent.get("records", {}).items():
        write_json(out / COMMITS / f"{earlier}.json", changed)
    write_json(out / COMMITS / f"{run_id}.json", intent["record"])
    _sweep(out, run_id)


def _sweep(out: Path, run_id: str) -> None:
    """Remove a run's staging; run.json and intent.json last, so that an interrupted sweep is known for what it is."""
    staging = out / STAGING / run_id
    for name in ("shards", MERGED):
        shutil.rmtree(staging / name, ignore_errors=True)
    shutil.rmtree(staging, ignore_errors=True)
