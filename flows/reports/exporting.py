"""export: a corpus to hand on: the newest documents, each text once, in shards with a card that says what they are.

Streamed in the order of the dataset: memory follows a row group and not the corpus, and the same dataset and filters
give the same bytes. What is written stands beside the target under a hidden name until it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from flows.errors import UsageError
from flows.reports import export_card
from flows.reports.export_card import Figures, Shard
from flows.reports.export_order import FORMATS, Order
from flows.reports.loading import json_lines
from flows.store import guarded, sha256_of, sync_file, write_whole
from schemas import load
from schemas.loading import schema_of

COUNTED = ("host", "kind", "language", "language_script", "char_count", "flags", "failed_rules", "dt")  # for the card
GROUP_BYTES = 32 * 2**20  # of Arrow memory: a row group
PIECE_ROWS = 1_000  # rows that are looked at together
COMPRESSION_LEVEL = 3  # as the dataset itself


def export(out: Path, target: Path, order: Order) -> dict[str, Any]:
    """Write the documents that an order asks for to a new folder: shards, README.md, croissant.json.

    Says how many documents, characters, shards and bytes these are. Raises UsageError where the target holds something,
    where nothing meets the order, and for a condition that cannot be understood; DiskFull, OutUnwritable.
    """
    if order.form not in FORMATS:
        raise UsageError(f"--format: {order.form!r} is none of {', '.join(FORMATS)}")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} holds something already: export writes a new folder")
    batches = _asked(out, order)
    temporary = target.with_name(f".{target.name}.exporting")
    with guarded(target):
        shutil.rmtree(temporary, ignore_errors=True)  # of an export that died
        temporary.mkdir(parents=True)
        try:
            figures = Figures()
            shards = _written(batches, temporary, order, figures)
            if not figures.documents:
                raise UsageError(f"{out}: no document meets what was asked for; nothing was written")
            about = export_card.provenance(out, order.since, order.until)
            schema = schema_of("documents", order.columns)
            card = export_card.readme(order, figures, shards, about)
            write_whole(temporary / "README.md", card.encode())
            croissant = export_card.croissant(order, figures, shards, about, schema)
            write_whole(
                temporary / "croissant.json", (json.dumps(croissant, ensure_ascii=False, indent=1) + "\n").encode()
            )
            if target.is_dir():
                target.rmdir()  # it is empty
            temporary.rename(target)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    size = sum(shard.bytes for shard in shards)
    return {"documents": figures.documents, "characters": figures.characters, "shards": len(shards), "bytes": size}


def _asked(out: Path, order: Order) -> Iterator[pa.RecordBatch]:
    """The documents of an order, with its columns and those that the card counts."""
    try:
        found: Iterator[pa.RecordBatch] = load(
            "documents",
            out,
            latest=True,
            duplicates=order.duplicates,
            columns=list(dict.fromkeys([*order.columns, *COUNTED])),
            since=order.since,
            until=order.until,
            where=order.condition or None,
            limit=order.limit,
            to="batches",
        )
        return found
    except (ValueError, FileNotFoundError) as error:
        raise UsageError(str(error)) from None


def _written(batches: Iterator[pa.RecordBatch], folder: Path, order: Order, figures: Figures) -> list[Shard]:
    """Write all shards and give them, their names final."""
    schema = schema_of("documents", order.columns)
    writer: _Writer | None = None
    written: list[_Writer] = []
    for batch in _pieces(batches):
        figures.add(batch)
        if writer is None:
            path = folder / f"shard-{len(written):05d}"
            writer = _Jsonl(path) if order.form == "jsonl" else _Parquet(path, schema)
            written.append(writer)
        writer.write(batch.select(list(order.columns)))
        if writer.size >= order.shard_bytes:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()
    suffix = "jsonl.zst" if order.form == "jsonl" else "parquet"
    shards = []
    for number, each in enumerate(written):
        name = f"documents-{number:05d}.{suffix}"
        if order.form == "huggingface":
            name = f"data/train-{number:05d}-of-{len(written):05d}.{suffix}"
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        each.path.rename(path)
        sync_file(path)
        shards.append(Shard(name, each.rows, path.stat().st_size, sha256_of(path)))
    return shards


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for at in range(0, len(batch), PIECE_ROWS):
            yield batch.slice(at, PIECE_ROWS)


class _Writer:
    """A shard at work."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.size = 0  # of Arrow memory that went in

    def write(self, batch: pa.RecordBatch) -> None:
        """Take rows."""
        self.rows += len(batch)
        self.size += batch.nbytes

    def close(self) -> None:
        """Finish the file."""


class _Parquet(_Writer):
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        super().__init__(path)
        self._schema = schema
        self._file = pq.ParquetWriter(
            os.fspath(path), schema, compression="zstd", compression_level=COMPRESSION_LEVEL, write_page_index=True
        )
        self._held: list[pa.RecordBatch] = []
        self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        super().write(batch)
        self._held.append(batch)
        self._bytes += batch.nbytes
        if self._bytes >= GROUP_BYTES:
            self._row_group()

    def close(self) -> None:
        if self._held:
            self._row_group()
        self._file.close()

    def _row_group(self) -> None:
        rows = pa.Table.from_batches(self._held, self._schema)
        self._file.write_table(rows, row_group_size=len(rows))
        self._held, self._bytes = [], 0


class _Jsonl(_Writer):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._raw = path.open("wb")
        self._file = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).stream_writer(self._raw, closefd=True)

    def write(self, batch: pa.RecordBatch) -> None:
        super().write(batch)
        for line in json_lines(iter((batch,))):
            self._file.write(line)

    def close(self) -> None:
        self._file.close()  # type: ignore[no-untyped-call]
