"""Committed and staged Parquet files, opened so that whatever is wrong with one names it and says what to do."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from schemas.commits import INTENT, STAGING, damaged, repair_with
from schemas.tables import SCHEMA_VERSION, TABLES, VERSION_KEY

_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)

Entry = dict[str, Any]  # of a commit record: path, table, rows, bytes, sha256

# A page of a column has a checksum since this was written; it is looked at wherever rows are read.
FORMAT = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True, pre_buffer=False)
)


@contextmanager
def opened(path: Path, entry: Entry | None = None) -> Iterator[pq.ParquetFile]:
    """A Parquet file. entry: what its commit record says of it; None: a file that is staged.

    Raises DamagedDataset where it is missing, not of the committed size, no Parquet, of a later schema version, without
    a column of its own version, or where its rows cannot be read.
    """
    with naming(path, entry):
        if entry is not None:
            must_have_size(path, entry)
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if entry is not None:
                must_have_columns(path, entry, file.schema_arrow)
            yield file


@contextmanager
def naming(path: Path, entry: Entry | None = None) -> Iterator[None]:
    """Name the file where reading it fails. An error of the system that is not about reading passes."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise damaged(path, f"a text in it is no UTF-8: {error.reason}", _remedy(path, entry)) from error
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and (error.errno in _OF_WRITING or error.filename not in (None, str(path))):
            raise
        raise damaged(path, _why(error), _remedy(path, entry)) from error


def must_have_size(path: Path, entry: Entry) -> None:
    """Raise DamagedDataset where a committed file is missing or of another size."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise damaged(path, error.strerror, _remedy(path, entry)) from None
    if size is None:
        raise damaged(path, "not a file" if path.exists() else "missing", _remedy(path, entry))
    if size != entry["bytes"] and not _is_being_replaced(path):
        raise damaged(path, f"{size:,} bytes, {entry['bytes']:,} were committed", _remedy(path, entry))


def _is_being_replaced(path: Path) -> bool:
    """Whether a takedown is under way, or was killed, that puts another file here: its record comes after its files."""
    out = path.parents[2]
    for intent in (out / STAGING).glob(f"*/{INTENT}"):
        try:
            replaced = json.loads(intent.read_text(encoding="utf-8"))["replaced"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no takedown's, or one that publishing will tell of
        if isinstance(replaced, dict) and path.relative_to(out).as_posix() in replaced:
            return True
    return False


def must_have_columns(path: Path, entry: Entry, schema: pa.Schema) -> None:
    """Raise DamagedDataset where a committed file is of a later schema version or lacks a column of its own."""
    version = schema_version(schema)
    if version > SCHEMA_VERSION:
        remedy = "read it with the Qingwen that wrote it, or a later one"
        raise damaged(path, f"schema version {version}, this Qingwen knows {SCHEMA_VERSION}", remedy)
    if version < 1:
        raise damaged(path, "no schema version", _remedy(path, entry))
    if entry["table"] not in TABLES:
        raise damaged(path, f"no table {entry['table']!r} in this Qingwen", "read it with the Qingwen that wrote it")
    for column in TABLES[entry["table"]].columns:
        if column.since <= version and column.name not in schema.names:
            raise damaged(path, f"it has no column {column.name!r}", _remedy(path, entry))


def schema_version(schema: pa.Schema) -> int:
    """The schema version that a file says it has; 0 for none."""
    told = (schema.metadata or {}).get(VERSION_KEY, b"")
    return int(told) if told.isdigit() and len(told) < 9 else 0


def as_of_today(rows: Any, table: str) -> list[pa.Array]:
    """The columns of a table's schema from rows of one of its files, be they a Table or a RecordBatch: of the types of
    today, and null where a column came after the file was written."""
    there = set(rows.schema.names)
    return [
        rows.column(f.name).cast(f.type) if f.name in there else pa.nulls(len(rows), f.type)
        for f in TABLES[table].schema
    ]


def naming_each(batches: Iterator[pa.RecordBatch], files: Sequence[tuple[Path, Entry]]) -> Iterator[pa.RecordBatch]:
    """Batches that come from several files at once; where reading fails, the file that cannot be read is looked for."""
    try:
        yield from batches
    except (pa.ArrowException, OSError):
        for path, entry in files:
            with opened(path, entry) as file:
                for _ in file.iter_batches():
                    pass
        raise


def _remedy(path: Path, entry: Entry | None) -> str:
    if entry is None:
        return "it is staged, not committed: delete it and run again"
    return repair_with(path.parents[2])


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "missing"
    if isinstance(error, OSError) and error.strerror and error.errno is not None:
        return error.strerror
    return f"unreadable: {' '.join(str(error).split())[:200]}"
