"""What is known of each page before a run: its newest row in `pages`, looked up by page_id.

The truth is the tables. This is an index of them that a run builds for itself when it starts, in a file under its
staging folder, so that memory stays the same for a thousand pages and for a hundred million.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

CACHE_KIB = 32_768
BATCH_ROWS = 20_000

_COLUMNS = (
    "page_id",
    "run_id",
    "raw_sha256",
    "policy_digest",
    "rules_digest",
    "cleaner_version",
    "status",
    "reason",
    "documents",
    "documents_run",
    "encoding",
    "etag",
    "last_modified",
    "bytes",
    "bytes_reason",
)
# A page that could not be had tonight has a row without bytes: what is known of its bytes comes from the row before.
_FILLED = (
    *("raw_sha256", "policy_digest", "rules_digest", "cleaner_version"),
    *("encoding", "etag", "last_modified", "bytes", "bytes_reason"),
)
_INSERT = (
    f"INSERT INTO known ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (page_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _FILLED)} "
    "WHERE known.raw_sha256 IS NULL AND excluded.raw_sha256 IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest row of a page; where that one had no bytes, the bytes and fingerprints are of the newest that had."""

    run_id: str
    raw_sha256: str | None
    policy_digest: str
    rules_digest: str
    cleaner_version: str
    status: str
    reason: str | None
    documents: int
    documents_run: str
    encoding: str | None
    etag: str | None
    last_modified: str | None
    bytes: int
    bytes_reason: str | None  # why nothing could be made of these bytes


class State:
    """The index. It may be asked from several threads at once: those that fetch ask it too."""

    def __init__(self, path: Path, night: str = "") -> None:
        """path: the index's file, made anew. night: YYYYMMDD, what "tonight" means."""
        path.unlink(missing_ok=True)
        self._night = night
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; "
            f"PRAGMA cache_size=-{CACHE_KIB}; PRAGMA temp_store=FILE; "
            f"CREATE TABLE known (page_id TEXT PRIMARY KEY, {', '.join(_COLUMNS[1:])}) WITHOUT ROWID; "
            f"CREATE TABLE taken (page_id TEXT PRIMARY KEY, staged INTEGER) WITHOUT ROWID; "
            f"CREATE TABLE withheld (page_id TEXT PRIMARY KEY) WITHOUT ROWID; BEGIN"
        )

    def close(self) -> None:
        """Close the index; its file is of no more use."""
        self._db.close()

    def read(self, files: Iterable[Path]) -> None:
        """Take in the `pages` files of earlier runs, those of the newest run first."""
        for path in files:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(_COLUMNS[:-1])):
                    columns = [batch.column(c).to_pylist() for c in _COLUMNS[:-1]]
                    columns.append(columns[_COLUMNS.index("reason")])
                    self._db.executemany(_INSERT, zip(*columns, strict=True))

    def stage(self, page_ids: Iterable[str]) -> None:
        """Pages that an earlier attempt of the same run has staged."""
        self._db.executemany("INSERT OR REPLACE INTO taken VALUES (?, 1)", ((p,) for p in page_ids))

    def withhold(self, page_ids: Iterable[str]) -> None:
        """Pages that were forgotten on demand and must not come back."""
        self._db.executemany("INSERT OR IGNORE INTO withheld VALUES (?)", ((p,) for p in page_ids))

    def known(self, page_id: str) -> Known | None:
        """The newest row of a page, None for a page never seen."""
        query = f"SELECT {', '.join(_COLUMNS[1:])} FROM known WHERE page_id = ?"
        row = self._one(query, page_id)
        return Known(*row) if row else None

    def tonight(self, known: Known) -> bool:
        """Whether that row was written on the night of this run."""
        return known.run_id.startswith(f"{self._night}-")

    def withheld(self, page_id: str) -> bool:
        """Whether the page was forgotten on demand."""
        return self._one("SELECT 1 FROM withheld WHERE page_id = ?", page_id) is not None

    def done(self, page_id: str) -> bool:
        """Whether a page needs nothing more in this run: staged before a death, or forgotten."""
        staged = self._one("SELECT 1 FROM taken WHERE page_id = ? AND staged = 1", page_id)
        return staged is not None or self.withheld(page_id)

    def validators(self, page_id: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified to ask with; (None, None) where the bytes would be needed anyway."""
        known = self.known(page_id)
        if known is None or known.raw_sha256 is None or known.status == "gone":
            return None, None
        return known.etag, known.last_modified

    def take(self, page_id: str) -> str:
        """Mark a page as taken by this run: "new", or "twice" where it was taken before, or "staged" before a death."""
        with self._lock:
            row = self._one("SELECT staged FROM taken WHERE page_id = ?", page_id)
            if row is not None:
                return "staged" if row[0] else "twice"
            self._db.execute("INSERT INTO taken VALUES (?, 0)", (page_id,))
        return "new"

    def taken(self, page_id: str) -> bool:
        """Whether a page was taken by this run, or staged before a death."""
        return self._one("SELECT 1 FROM taken WHERE page_id = ?", page_id) is not None

    def _one(self, query: str, page_id: str) -> Any:
        with self._lock:
            return self._db.execute(query, (page_id,)).fetchone()
