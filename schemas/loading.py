"""load: a table's committed rows, as pyarrow, pandas or polars; the newest version of each page where that is asked.

Goes by the commit records, so it never meets a file of a run at work, also on a store that cannot rename.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas import unique
from schemas.commits import committed, committed_runs, record
from schemas.conditions import Condition, condition
from schemas.reading import FORMAT, Entry, naming_each, opened
from schemas.records import ID_LENGTH
from schemas.tables import TABLES

log = logging.getLogger("qingwen.loading")

# Row groups are read one after the other: by default the scanner keeps what it has read of a file until its end.
AHEAD: dict[str, Any] = {"batch_size": 2_000, "batch_readahead": 1, "fragment_readahead": 1}
NIGHT = "dt"  # the partition's name; in load it is a column of dates
KINDS = ("arrow", "pandas", "polars", "batches", "dataset")
LIBRARIES = ("pandas", "polars")  # kinds that are packages of that name, which Qingwen does not bring along
VERSIONED = ("pages", "documents", "sections", "edits", "duplicates", "rejects")


def load(
    table: str,
    out: str | os.PathLike[str] | None = None,
    *,
    latest: bool = False,
    columns: Sequence[str] | None = None,
    since: dt.date | str | None = None,
    until: dt.date | str | None = None,
    where: str | None = None,
    limit: int | None = None,
    to: str = "arrow",
    duplicates: bool = True,
) -> Any:
    """The committed rows of a table.

    table: pages, documents, sections, edits, duplicates, rejects or runs.
    out: the dataset's folder; None: QINGWEN_OUT, or `out`.
    latest: of each page only its newest documents (for `pages`: its newest row; for `rejects`: where the newest row is
    a reject). A page keeps its documents while it is unchanged or cannot be had, and has none once it is gone.
    columns: names, in the order wanted; all where None. `dt` is the night, a date.
    since, until: nights, both included. With `latest`, newest among these nights.
    where: a condition on rows as SQL writes it (schemas.conditions), on any column, asked for or not:
    "char_count > 200 AND list_contains(flags, 'damaged')". It is asked last: of the newest rows, and of those that
    repeat no other. Rows that were written before a column it asks about was added, and are left out for that, are
    counted in a warning of the log. limit: rows at most; 0 and None: all.
    to: "arrow" (pyarrow.Table), "pandas", "polars", "batches" (an iterator of RecordBatch, in bounded memory), or
    "dataset" (pyarrow.dataset, without `latest`, `where` and `limit`, which it has ways of its own for).
    duplicates: False, for `documents`: one document of each group of duplicates, and of the versions of a document on
    its page. Of a group the original is kept where it is among the rows asked for, else the one that came first.

    Files written before a column was added give null for it. Raises ValueError for an unknown table, column or `to`
    and for a condition that cannot be understood, FileNotFoundError where no run was committed to `out`, ImportError
    where pandas or polars is asked for and not installed.
    """
    if table not in TABLES:
        raise ValueError(f"no table {table!r}; there are {', '.join(TABLES)}")
    if to not in KINDS:
        raise ValueError(f"to={to!r}: one of {', '.join(KINDS)}")
    if to in LIBRARIES and find_spec(to) is None:  # said before anything is read
        raise ImportError(f"to={to!r} needs {to}, which is not installed here: pip install {to}", name=to)
    if latest and table not in VERSIONED:
        raise ValueError(f"{table} has no versions: latest=True makes no sense")
    names = [*TABLES[table].names, NIGHT] if columns is None else list(columns)
    unknown = [name for name in names if name not in (*TABLES[table].names, NIGHT)]
    if unknown:
        raise ValueError(f"{table} has no column {unknown[0]!r}")
    folder = Path(out if out is not None else os.environ.get("QINGWEN_OUT", "out"))
    nights = (_night(since), _night(until))
    asked = None if where is None else condition(where, (*TABLES[table].names, NIGHT))
    if limit is not None and limit < 0:
        raise ValueError(f"limit={limit}: rows at most, 0 for all")
    if not duplicates and table != "documents":
        raise ValueError(f"duplicates=False is for documents, not for {table}")
    if not committed_runs(folder):
        what = "no run was committed there" if folder.is_dir() else "no such folder"
        raise FileNotFoundError(f"{folder}: no dataset: {what}")
    if to == "dataset":
        if latest or not duplicates or asked or limit:
            raise ValueError("latest, where, limit and duplicates=False cannot be a dataset; ask for batches")
        return dataset(table, folder, *nights)
    older = None if asked is None else _Older.of(folder, table, asked)
    needed = () if asked is None else (*asked.columns, *(("run_id",) if older else ()))
    read = [*names, *sorted(set(needed).difference(names))]
    batches = _batches(table, folder, read, latest, nights)
    if not duplicates:
        batches = _unique(folder, read, latest, nights)
    if asked is not None:
        batches = _met(batches, asked, names, older)
    if limit:
        batches = _first(batches, limit)
    if to == "batches":
        return batches
    found = pa.Table.from_batches(batches, schema_of(table, names))
    if to == "pandas":
        return found.to_pandas()
    return import_module("polars").from_arrow(found) if to == "polars" else found


def schema_of(table: str, columns: Sequence[str] = ()) -> pa.Schema:
    """The schema of what `load` gives of a table: every column may be null, and the night is one. columns: all where
    empty."""
    schema = _with_night(table)
    return pa.schema([schema.field(name) for name in columns]) if columns else schema


def dataset(table: str, out: Path, since: dt.date | None = None, until: dt.date | None = None) -> ds.Dataset:
    """The committed files of a table as one pyarrow dataset with the table's schema and the night as `dt`."""
    runs = committed_runs(out)
    if not runs and not out.is_dir():
        raise FileNotFoundError(f"{out}: no such dataset")
    # One read of each record; the nights are in the paths.
    files = _files(out, table, since, until)
    for path, entry in files:
        with opened(path, entry):  # a missing column would come as nulls
            pass
    return _of([path for path, _ in files], table) if files else ds.dataset(_with_night(table).empty_table())


def _files(out: Path, table: str, since: dt.date | None, until: dt.date | None) -> list[tuple[Path, Entry]]:
    return [
        (path, entry)
        for run in committed_runs(out)
        for entry, path in committed(out, run, table)
        if _within(path, since, until)
    ]


def _of(paths: Sequence[str | Path], table: str) -> ds.Dataset:
    """Some files of a table as a dataset: the schema of today, and the night from the folder's name."""
    night = ds.partitioning(pa.schema([pa.field(NIGHT, pa.date32())]), flavor="hive")
    return ds.dataset([os.fspath(p) for p in paths], schema=_with_night(table), format=FORMAT, partitioning=night)


def _batches(
    table: str, out: Path, names: list[str], latest: bool, nights: tuple[dt.date | None, dt.date | None]
) -> Iterator[pa.RecordBatch]:
    """Batches with the named columns; with `latest`, of each run only the pages whose newest version it wrote."""
    if not latest:
        batches = dataset(table, out, *nights).to_batches(columns=names, **AHEAD)
        yield from naming_each(batches, _files(out, table, *nights))
        return
    page = "document_id" if table == "duplicates" else "page_id"
    wanted = _newest(out, nights, "run_id" if table in ("pages", "rejects") else "documents_run")
    for run_id in committed_runs(out):
        if run_id not in wanted:
            continue
        for entry, path in committed(out, run_id, table):
            if not _within(path, *nights):
                continue
            with opened(path, entry) as file:
                ids = file.read(columns=[page])[page]
            if table == "duplicates":
                ids = pc.utf8_slice_codeunits(ids, 0, ID_LENGTH)
            kept = pc.is_in(ids, value_set=wanted[run_id])  # once a file: the set is hashed anew each time
            at = 0
            for batch in naming_each(_of([path], table).to_batches(columns=names, **AHEAD), [(path, entry)]):
                rows = batch.filter(kept.slice(at, len(batch)).combine_chunks())
                at += len(batch)
                if len(rows):
                    yield rows


def _unique(
    out: Path, names: list[str], latest: bool, nights: tuple[dt.date | None, dt.date | None]
) -> Iterator[pa.RecordBatch]:
    """Documents as `_batches` gives them, one of each group of duplicates."""
    left_out = unique.left_out(out, lambda: _batches("documents", out, unique.COLUMNS, latest, nights))
    asked = [*names, *(name for name in ("id", "run_id") if name not in names)]
    for batch in _batches("documents", out, asked, latest, nights):
        gone = pc.is_in(unique.names(batch.column("id"), batch.column("run_id")), value_set=left_out)
        rows = batch.filter(pc.invert(gone)).select(names)
        if len(rows):
            yield rows


def _met(
    batches: Iterator[pa.RecordBatch], asked: Condition, names: list[str], older: _Older | None
) -> Iterator[pa.RecordBatch]:
    """The rows that meet a condition, with the named columns."""
    try:
        for batch in batches:
            mask = asked.mask(batch)
            if older is not None:
                older.count(batch, mask)
            rows = batch.filter(mask).select(names)
            if len(rows):
                yield rows
    finally:
        if older is not None:
            older.tell()


@dataclass
class _Older:
    """Rows of runs before a column was added: what a condition asks of that column is unknown of them."""

    table: str
    columns: list[str]  # that came later than some of the runs
    version: int  # which brought the last of them
    runs: pa.Array  # that are older
    left_out: int = 0

    @classmethod
    def of(cls, out: Path, table: str, asked: Condition) -> _Older | None:
        """None where every run has all columns that the condition asks about."""
        added = {c.name: c.since for c in TABLES[table].columns if c.name in asked.columns and c.since > 1}
        if not added:
            return None
        versions = {run: int(record(out, run).get("schema_version", 1)) for run in committed_runs(out)}
        least = min(versions.values())
        columns = sorted(name for name, since in added.items() if since > least)
        if not columns:
            return None
        version = max(added[name] for name in columns)
        return cls(table, columns, version, pa.array([run for run, had in versions.items() if had < version]))

    def count(self, batch: pa.RecordBatch, mask: pa.Array) -> None:
        """Take note of the rows of a batch of which it is unknown whether they meet the condition."""
        unknown = pc.and_(pc.is_null(mask), pc.is_in(batch.column("run_id"), value_set=self.runs))
        self.left_out += pc.sum(unknown).as_py() or 0

    def tell(self) -> None:
        """Say how many rows were left out for it."""
        if self.left_out:
            names, kept = ", ".join(self.columns), " OR ".join(f"{name} IS NULL" for name in self.columns)
            log.warning(
                "%s left out: written before schema version %d, %s unknown of them (%s in the condition keeps them)",
                f"{self.left_out:,} rows of {self.table}",
                self.version,
                f"{names} {'is' if len(self.columns) == 1 else 'are'}",
                kept,
            )


def _first(batches: Iterator[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.slice(0, limit)
        limit -= min(limit, len(batch))
        if not limit:
            return


def _newest(out: Path, nights: tuple[dt.date | None, dt.date | None], run: str) -> dict[str, pa.Array]:
    """The pages whose newest version is of a run, by run. run: the newest row's own, or that of its documents."""
    columns = list({"page_id": 0, "run_id": 0, run: 0})
    batches = _batches("pages", out, columns, False, nights)
    pages = pa.Table.from_batches(batches, pa.schema([_with_night("pages").field(name) for name in columns]))
    newest = pages.group_by("page_id").aggregate([("run_id", "max")])
    rows = newest.join(pages, ["page_id", "run_id_max"], ["page_id", "run_id"], "inner")
    if run == "run_id":
        rows = rows.rename_columns({"run_id_max": "run_id"})
    found = rows.group_by(run).aggregate([("page_id", "list")])
    return {row: ids.values for row, ids in zip(found[run].to_pylist(), found["page_id_list"], strict=True) if row}


def _with_night(table: str) -> pa.Schema:
    schema = TABLES[table].schema.remove_metadata()
    fields = [field.remove_metadata().with_nullable(True) for field in schema]
    return pa.schema([*fields, pa.field(NIGHT, pa.date32())])


def _night(date: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(date) if isinstance(date, str) else date


def _within(path: Path, since: dt.date | None, until: dt.date | None) -> bool:
    night = dt.date.fromisoformat(path.parent.name.removeprefix(f"{NIGHT}="))
    return (since is None or night >= since) and (until is None or night <= until)
