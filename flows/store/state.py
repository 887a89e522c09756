"""What is known of each page before a run: its newest row in `pages`, looked up by page_id.

The truth is the tables. This is an index of them on disk, so that memory stays the same for a thousand pages and for a
hundred million, and a run adds to it only the nights that came since. It says which commit records it was made from,
by their sha256; where these are not the ones on disk it is made anew, and it may be deleted at any time.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.commits import RUN_ID
from schemas.reading import Entry, opened
from schemas.vocabulary import PAGE_STATUSES

PAGES_INDEX = "pages.sqlite"  # under OUT/_index
CACHE_KIB = 32_768
BATCH_ROWS = 20_000
PAGES_AT_ONCE = 1_000
PROVED_BYTES = 64 * 2**20  # an index up to this size is proved whole when it is opened: some 0.1 s
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")

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
    "content_sha256",
    "encoding",
    "etag",
    "last_modified",
    "url",
    "source",
    "provenance",
    "bytes",
    "bytes_reason",
    "written_raw",
)
_OF_PAGES = _COLUMNS[:-2]  # columns of the table; the others are made from them
# A page that could not be had tonight has a row without bytes: what is known of its bytes stays that of the row before.
_OF_BYTES = (
    *("raw_sha256", "policy_digest", "rules_digest", "cleaner_version"),
    *("encoding", "etag", "last_modified", "bytes", "bytes_reason"),
)
_UPSERT = (
    f"INSERT INTO kept.known ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    "ON CONFLICT (page_id) DO UPDATE SET "
    + ", ".join(
        f"{c} = CASE WHEN excluded.raw_sha256 IS NULL THEN known.{c} ELSE excluded.{c} END"
        if c in _OF_BYTES
        else f"{c} = ifnull(excluded.{c}, known.{c})"
        if c == "written_raw"
        else f"{c} = excluded.{c}"
        for c in _COLUMNS[1:]
    )
)
# Bytes between the first that gave a page its documents and the latest that gave the same again are spent.
_SPENT = """
CREATE TABLE IF NOT EXISTS kept.written (raw TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept.spent (raw TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept.known_raw ON known (raw_sha256);
CREATE TRIGGER IF NOT EXISTS kept.spend AFTER UPDATE ON known
WHEN NEW.status = 'same' AND OLD.raw_sha256 <> NEW.raw_sha256 AND OLD.raw_sha256 <> NEW.written_raw
BEGIN INSERT OR IGNORE INTO spent VALUES (OLD.raw_sha256); END;
"""


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
    content_sha256: str | None
    encoding: str | None
    etag: str | None
    last_modified: str | None
    url: str
    source: str
    provenance: str | None
    bytes: int
    bytes_reason: str | None  # why nothing could be made of these bytes
    written_raw: str | None  # the bytes that its documents were made from


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether an error says that the index is damaged or of other code, and not that it cannot be had or written."""
    return not any(word in str(error) for word in ("full", "disk I/O", "readonly", "unable to open", "locked", "busy"))


@contextmanager
def proved(index: Path) -> Iterator[sqlite3.Connection]:
    """The file of an index, to be looked into: nothing in it is changed. Raises sqlite3.Error where it is damaged, or
    cannot be read."""
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)) as db:
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(" ".join(found.split()))
        yield db


def rows_written(index: Path, run_id: str) -> Iterator[dict[str, Any]]:
    """What the file of an index holds of the rows of `pages` that a run wrote, where these are still their pages'
    newest: columns of _OF_PAGES, without those of the bytes where the row had none and the index tells of older ones.

    Raises sqlite3.Error where the file is damaged, cannot be read, or is of other code.
    """
    names = (*_OF_PAGES, "bytes_reason")
    with proved(index) as db:
        for values in db.execute(f"SELECT {', '.join(names)} FROM known WHERE run_id = ?", (run_id,)):
            row = dict(zip(names, values, strict=True))
            if row["status"] not in PAGE_STATUSES:
                raise sqlite3.DatabaseError(f"the row of page {row['page_id']} is none")
            older = row["status"] == "gone" or row["reason"] != row["bytes_reason"]
            yield {name: row[name] for name in _OF_PAGES if not (older and name in _OF_BYTES)}


class State:
    """The index. It may be asked from several threads at once: those that fetch ask it too."""

    def __init__(self, folder: Path | None, night: str = "", index: Path | None = None) -> None:
        """folder: the run's staging folder, for what is of this run alone; None keeps that in memory.
        night: YYYYMMDD, what "tonight" means. index: file of the index of known pages; None: one of this run's own.
        Raises sqlite3.DatabaseError where that file is damaged or of other code; it can be deleted."""
        self._night = night
        self._lock = threading.RLock()
        if index is None:
            if folder is None:
                raise ValueError("neither a folder nor an index")
            index = folder / "known.sqlite"
        index.parent.mkdir(parents=True, exist_ok=True)
        self._db = _open(folder and folder / "state.sqlite", index)

    def close(self) -> None:
        """Close the index."""
        self._db.close()

    def read(self, runs: Sequence[tuple[str, str, Sequence[tuple[Entry, Path]]]]) -> None:
        """Bring the index up to some runs, oldest first: their ids, sha256 of their records, and `pages` files."""
        have = dict(self._db.execute("SELECT run_id, record FROM runs").fetchall())
        wanted = {run_id: digest for run_id, digest, _ in runs}
        missing = [run for run in runs if run[0] not in have]
        self._db.execute("BEGIN IMMEDIATE")
        try:
            stale = any(wanted.get(run_id) != digest for run_id, digest in have.items())
            if stale or (have and missing and missing[0][0] < max(have)):
                for table in ("known", "runs", "written", "spent"):
                    self._db.execute(f"DELETE FROM {table}")
                missing = list(runs)
            for run_id, digest, files in missing:
                for entry, path in files:
                    self._read(path, entry)
                self._db.execute("INSERT INTO runs VALUES (?, ?)", (run_id, digest))
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("BEGIN")  # what follows is of this run alone and may be lost with it

    def _read(self, path: Path, entry: Entry) -> None:
        with opened(path, entry) as file:
            there = set(file.schema_arrow.names)  # a file of schema version 1 has no content_sha256
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=[c for c in _OF_PAGES if c in there]):
                rows = {c: batch.column(c).to_pylist() if c in there else [None] * len(batch) for c in _OF_PAGES}
                rows["bytes_reason"] = rows["reason"]
                rows["written_raw"] = [
                    raw if status == "cleaned" else None
                    for raw, status in zip(rows["raw_sha256"], rows["status"], strict=True)
                ]
                own = {
                    raw
                    for raw, status in zip(rows["raw_sha256"], rows["status"], strict=True)
                    if raw and status in ("cleaned", "rejected")
                }
                self._db.executemany("INSERT OR IGNORE INTO written VALUES (?)", ((raw,) for raw in own))
                self._db.executemany(_UPSERT, zip(*(rows[c] for c in _COLUMNS), strict=True))

    def spent(self) -> list[str]:
        """sha256 of raw bytes that no page needs: neither the first that gave its documents nor its latest."""
        query = (
            "SELECT raw FROM spent WHERE raw NOT IN (SELECT raw FROM written) "
            "AND NOT EXISTS (SELECT 1 FROM known WHERE raw_sha256 = spent.raw)"
        )
        return [row[0] for row in self._db.execute(query)]

    def removed(self, spent: Iterable[str]) -> None:
        """Spent raw bytes that are gone by now."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("DELETE FROM spent WHERE raw = ?", ((raw,) for raw in spent))
        self._db.execute("COMMIT")

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
        if row is None:
            return None
        known = Known(*row)
        if not _plausible(known):
            raise sqlite3.DatabaseError(f"the row of page {page_id} is none")
        return known

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

    def vanished(self, sources: Iterable[str]) -> Iterator[tuple[str, str, str, str | None]]:
        """Pages that these sources have named before and that this run has not taken: page_id, url, source, provenance.

        To be asked when all that the sources name is taken. What is gone already is not among them.
        """
        names = sorted(sources)
        query = (
            f"SELECT page_id, url, source, provenance FROM known WHERE page_id > ? AND status <> 'gone' "
            f"AND source IN ({', '.join('?' * len(names))}) "
            f"AND page_id NOT IN (SELECT page_id FROM taken) ORDER BY page_id LIMIT {PAGES_AT_ONCE}"
        )
        last = ""
        while True:
            with self._lock:
                rows = self._db.execute(query, (last, *names)).fetchall()
            yield from rows
            if len(rows) < PAGES_AT_ONCE:
                return
            last = rows[-1][0]

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


def _plausible(known: Known) -> bool:
    """Whether a row can be one: what a damaged file says of a page must not reach the tables."""
    return bool(
        known.status in PAGE_STATUSES
        and RUN_ID.match(known.run_id)
        and (not known.documents_run or RUN_ID.match(known.documents_run))
        and (known.raw_sha256 is None or _SHA256.match(known.raw_sha256))
        and (known.content_sha256 is None or _SHA256.match(known.content_sha256))
    )


def _open(own: Path | None, index: Path) -> sqlite3.Connection:
    """A connection with the run's own tables, which need not survive it, and the index, which is kept whole."""
    if own is not None:
        own.unlink(missing_ok=True)
    db = sqlite3.connect(own or ":memory:", check_same_thread=False, isolation_level=None)
    try:
        db.execute("ATTACH ? AS kept", (str(index),))
        db.executescript(
            f"PRAGMA main.journal_mode=OFF; PRAGMA main.synchronous=OFF; PRAGMA main.cache_size=-{CACHE_KIB}; "
            f"PRAGMA kept.journal_mode=DELETE; PRAGMA kept.synchronous=NORMAL; PRAGMA kept.cache_size=-{CACHE_KIB}; "
            f"CREATE TABLE main.taken (page_id TEXT PRIMARY KEY, staged INTEGER) WITHOUT ROWID; "
            f"CREATE TABLE main.withheld (page_id TEXT PRIMARY KEY) WITHOUT ROWID; "
            f"CREATE TABLE IF NOT EXISTS kept.runs (run_id TEXT PRIMARY KEY, record TEXT); "
            f"CREATE TABLE IF NOT EXISTS kept.known (page_id TEXT PRIMARY KEY, {', '.join(_COLUMNS[1:])}) WITHOUT ROWID"
        )
        columns = tuple(row[1] for row in db.execute("PRAGMA kept.table_info(known)"))
        if columns != _COLUMNS:  # made by other code
            raise sqlite3.DatabaseError("an index of other columns")
        if (
            index.stat().st_size < PROVED_BYTES
            and (found := db.execute("PRAGMA kept.quick_check(1)").fetchone()[0]) != "ok"
        ):
            raise sqlite3.DatabaseError(found)
        db.executescript(_SPENT)
    except BaseException:
        db.close()
        raise
    return db
