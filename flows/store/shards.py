"""clean_shard: the task. Raw bytes in, staged tables out; safe to run twice, on any machine that sees OUT."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import cleaners
from cleaners.policy import Policy
from flows.errors import DamagedOut
from flows.pages import Shard, ShardPage, ShardResult
from flows.store.layout import guarded, sync_file, sync_folder, write_whole
from flows.store.rawstore import RawStore
from flows.store.rows import Rows, rows_of, table_of
from flows.store.signing import SIGNED, SignatureWriter, sign
from schemas.commits import STAGING
from schemas.records import CleanPage, Rejection
from schemas.tables import TABLES

STAGED = ".staged"  # not .parquet: a reader's glob must not meet it
RESULT = "shard.json"
FLUSH_CHARACTERS = 16_000_000  # characters held before a batch is written
FLUSH_ROWS = 50_000
_LONG = {  # columns that may be long, by their place in the row
    table: tuple(TABLES[table].names.index(name) for name in names)
    for table, names in {"documents": ("text",), "sections": ("text",), "edits": ("before", "after")}.items()
}


def clean_shard(shard: Shard, started: Callable[[int], None] | None = None) -> ShardResult:
    """Clean the pages of a shard and stage their rows in OUT/_staging/<run>/shards/<name>.

    started: called with the index of each page before it is cleaned, so that a watcher knows which one hangs or kills
    the process, and with -1 when no page is under way. A shard that is staged already is not cleaned again. What is in
    a page never raises.
    Raises DiskFull or OutUnwritable where the rows cannot be written.
    """
    folder = shards_folder(Path(shard.out), shard.run) / shard.name
    done = staged_result(folder)
    if done is not None:
        return done
    begun = time.perf_counter()
    temporary = folder.with_name(f".{shard.name}-{secrets.token_hex(4)}")
    with guarded(folder):
        temporary.mkdir()  # never its parents: they are gone when the run is over, and this is a straggler
        try:
            result = stage(shard, temporary, started)
            result = dataclasses.replace(result, seconds=round(time.perf_counter() - begun, 6))
            write_whole(temporary / RESULT, json.dumps(dataclasses.asdict(result)).encode())
            try:
                temporary.rename(folder)
            except OSError:
                other = staged_result(folder)  # the same shard, run twice at once: the first one counts
                if other is None:
                    raise
                shutil.rmtree(temporary, ignore_errors=True)
                return other
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        sync_folder(folder.parent)
    return result


def shards_folder(out: Path, run_id: str) -> Path:
    """Where a run's shards are staged."""
    return out / STAGING / run_id / "shards"


def staged_result(folder: Path) -> ShardResult | None:
    """What became of a staged shard; None where it is not staged, or what says so cannot be read."""
    try:
        found = ShardResult(**json.loads((folder / RESULT).read_bytes()))
        return found if all(isinstance(part, dict) for part in (found.rows, found.statuses, found.rejects)) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def stage(shard: Shard, folder: Path, started: Callable[[int], None] | None = None) -> ShardResult:
    """Clean the pages of a shard and write their rows to files of a folder that is there."""
    raw = RawStore(Path(shard.out))
    poisoned = dict(shard.poisoned)
    statuses: Counter[str] = Counter()
    rejects: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    size = 0
    cleaning = 0.0
    seconds: dict[str, float] = {}
    with _Staging(folder) as staging:
        for index, page in enumerate(shard.pages):
            cleaned: CleanPage | None = None
            if index in poisoned:
                cleaned = CleanPage(rejection=Rejection("runner", poisoned[index], "the page was given up"))
            elif page.status == "cleaned":
                if started is not None:
                    started(index)
                begun = time.perf_counter()
                cleaned = _clean(page, raw, shard.policies[page.policy], seconds)
                cleaning += time.perf_counter() - begun
            rows = _rows(page, cleaned, shard)
            staging.add(rows)
            row = dict(zip(TABLES["pages"].names, rows["pages"][0], strict=True))
            statuses[row["status"]] += 1
            if row["status"] == "rejected":
                rejects[row["reason"] or ""] += 1
            steps.update(row[3] for row in rows.get("edits", ()))
            size += page.bytes
        if started is not None:
            started(-1)
    return ShardResult(
        shard.name,
        dict(staging.rows),
        dict(statuses),
        dict(rejects),
        dict(steps),
        size,
        cleaning_seconds=cleaning,
        step_seconds={step: round(spent, 6) for step, spent in seconds.items()},
    )


def _clean(page: ShardPage, raw: RawStore, policy: Policy, seconds: dict[str, float]) -> CleanPage:
    try:
        data = raw.get(page.raw_sha256 or "")
    except FileNotFoundError:
        return CleanPage(rejection=Rejection("rawstore", "raw bytes missing", "they were pruned or never stored"))
    except DamagedOut as error:
        return CleanPage(rejection=Rejection("rawstore", "raw bytes damaged", str(error)))
    return cleaners.clean_page(
        data,
        url=page.page_url,
        content_type=page.content_type,
        policy=policy,
        fetched_at=page.seen_at,
        seconds=seconds,
    )


def _rows(page: ShardPage, cleaned: CleanPage | None, shard: Shard) -> Rows:
    about: dict[str, Any] = {
        "run_id": shard.run,
        "cleaner_version": shard.cleaner_version,
        "rules_digest": shard.rules_digest,
    }
    try:
        return rows_of(page, cleaned, **about)
    except Exception as error:  # a page must never stop a shard; its row says what happened
        rejection = Rejection("rows", "step failed", f"{type(error).__name__}: {error}"[:500])
        return rows_of(page, CleanPage(rejection=rejection), **about)


class _Staging:
    """The staged tables of one shard: rows are held until there are enough for a batch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: Counter[str] = Counter()
        self._held: Rows = {}
        self._size: Counter[str] = Counter()
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._signatures = SignatureWriter(folder / SIGNED)

    def __enter__(self) -> _Staging:
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is None:
            for name in list(self._held):
                self._flush(name)
        for writer in self._writers.values():
            try:
                writer.close()
            except (OSError, pa.ArrowException):
                if kind is None:
                    raise
        self._signatures.close(whole=kind is None)
        if kind is None:
            for name in self._writers:
                sync_file(self.folder / (name + STAGED))

    def add(self, rows: Rows) -> None:
        for name, more in rows.items():
            if not more:
                continue
            self.rows[name] += len(more)
            self._held.setdefault(name, []).extend(more)
            self._size[name] += sum(len(row[n]) for row in more for n in _LONG.get(name, ()))
            if self._size[name] >= FLUSH_CHARACTERS or len(self._held[name]) >= FLUSH_ROWS:
                self._flush(name)

    def _flush(self, name: str) -> None:
        rows = self._held.pop(name, [])
        self._size[name] = 0
        if not rows:
            return
        if name not in self._writers:
            path = os.fspath(self.folder / (name + STAGED))
            self._writers[name] = pq.ParquetWriter(
                path,
                TABLES[name].schema,
                compression="lz4",
                use_dictionary=False,
                write_statistics=False,
                write_page_checksum=True,
            )
        table = table_of(name, rows)
        self._writers[name].write_table(table)
        if name == "documents":
            for batch in sign(table["id"].to_pylist(), table["text"].to_pylist()):
                self._signatures.write(batch)
