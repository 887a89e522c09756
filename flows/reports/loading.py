"""Rows of a table for the command line: as JSON lines, or saved in one file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import OutUnwritable, UsageError
from flows.showing import FORMULA, json_text
from schemas import load
from schemas.loading import schema_of

FORMATS = (".parquet", ".jsonl", ".jsonl.gz", ".csv")


def rows(
    out: Path,
    table: str,
    *,
    columns: Sequence[str] = (),
    **asked: Any,
) -> Iterator[pa.RecordBatch]:
    """The committed rows of a table in batches, at least one, which may be empty.

    asked: as in schemas.load: latest, since, until, where, limit, duplicates. Raises UsageError for an unknown table or
    column, a condition that cannot be understood, and where no run was committed.
    """
    found = False
    try:
        for batch in load(table, out, columns=columns or None, to="batches", **asked):
            found = True
            yield batch
    except (ValueError, FileNotFoundError) as error:
        raise UsageError(str(error)) from None
    if not found:
        yield pa.RecordBatch.from_pylist([], schema_of(table, columns))


def json_lines(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    """Each row as a line of JSON in UTF-8; dates in ISO 8601."""
    for batch in batches:
        for row in batch.to_pylist():
            yield json_text(json.dumps(row, ensure_ascii=False, default=_iso)).encode("utf-8", "replace") + b"\n"


def save(batches: Iterator[pa.RecordBatch], path: Path) -> int:
    """Write rows to one file of FORMATS and say how many. Raises UsageError, OutUnwritable."""
    if not path.name.endswith(FORMATS):
        raise UsageError(f"--save: {path.name} ends with none of {', '.join(FORMATS)}")
    count = 0
    try:
        if path.name.endswith((".jsonl", ".jsonl.gz")):
            with gzip.GzipFile(path, "wb", mtime=0) if path.suffix == ".gz" else path.open("wb") as file:
                for line in json_lines(batches):
                    file.write(line)
                    count += 1
            return count
        writer = None
        for batch in batches:
            writer = writer or _writer(path, batch.schema)
            writer.write_batch(batch if path.suffix == ".parquet" else _flat(batch))
            count += batch.num_rows
        if writer is not None:
            writer.close()
        return count
    except OSError as error:
        raise OutUnwritable(f"cannot write {path}: {error.strerror or error}") from None


def _writer(path: Path, schema: pa.Schema) -> Any:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.ParquetWriter(path, schema, compression="zstd")
    from pyarrow import csv

    return csv.CSVWriter(path, pa.schema([pa.field(f.name, _flat_type(f.type)) for f in schema]))


def _flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Lists as JSON, for CSV has none; and no text that a sheet would run as a formula."""
    arrays = [
        pa.array([None if v is None else json.dumps(v, ensure_ascii=False, default=_iso) for v in column.to_pylist()])
        if pa.types.is_nested(column.type)
        else _no_formula(column)
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _no_formula(column: pa.Array) -> pa.Array:
    """Texts as `showing.cell` has them; numbers and dates as they are."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    marked = pc.binary_join_element_wise(pa.scalar("'", column.type), column, pa.scalar("", column.type))
    return pc.if_else(pc.match_substring_regex(column, FORMULA), marked, column)


def _flat_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_nested(kind) else kind


def _iso(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
