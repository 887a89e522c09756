"""Rows of `pages` of a run whose file is lost, from everything else that tells of these pages.

In this order: the index of known pages, where the run's row is a page's newest; rows of rejects; later rows of pages
that were unchanged since; documents, whose bytes are looked for in the raw store by what they are cleaned to.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from cleaners import clean_page
from cleaners.policy import Policy
from flows.errors import DamagedOut
from flows.fingerprints import cleaner_version, rules_digest
from flows.store import INDEX, PAGES_INDEX, RawStore, rows_written
from schemas.commits import committed, committed_runs
from schemas.reading import Entry, opened
from schemas.tables import TABLES

log = logging.getLogger("qingwen.repair")

Row = dict[str, Any]

_NAMES = TABLES["pages"].names


def pages_found(out: Path, run_id: str, files: Sequence[Entry]) -> Iterator[Row]:
    """Rows of `pages` that the run has written and that are not in its files, each page once.

    files: entries of the run's files that are whole. Memory follows the pages that are found.
    """
    there = {page for batch in _batches(out, files, "pages", ["page_id"]) for page in batch["page_id"]}
    found: dict[str, Row] = {}
    for rows in (_of_index(out, run_id), _of_rejects(out, run_id, files), _of_later(out, run_id)):
        for row in rows:
            if row["page_id"] not in there:
                found.setdefault(row["page_id"], row)
    documents: dict[str, Row] = {}
    for batch in _batches(out, files, "documents", ["page_id", "url", "fetched_at", "text_sha256"]):
        for page, url, when, digest in zip(*batch.values(), strict=True):
            if page not in there and page not in found:
                about = documents.setdefault(page, {"url": url, "fetched_at": when, "texts": []})
                about["texts"].append(digest)
    found.update(_of_documents(out, run_id, documents))
    yield from found.values()


def _row(run_id: str, values: Row) -> Row:
    """A row of `pages` of which only this is known."""
    row = dict.fromkeys(_NAMES) | {
        "source": "",
        "bytes": 0,
        "documents": 0,
        "documents_run": "",
        "policy_digest": Policy().digest(),
        "rules_digest": rules_digest(),
        "cleaner_version": cleaner_version(),
    }
    return {**row, **values, "run_id": run_id}


def _of_index(out: Path, run_id: str) -> Iterator[Row]:
    path = out / INDEX / PAGES_INDEX
    if not path.is_file():
        return
    try:
        rows = list(rows_written(path, run_id))
    except sqlite3.Error as error:
        log.warning("%s tells nothing of the pages of run %s: %s", path, run_id, error)
        return
    for row in rows:
        yield _row(run_id, row)


def _of_rejects(out: Path, run_id: str, files: Sequence[Entry]) -> Iterator[Row]:
    for batch in _batches(out, files, "rejects", ["page_id", "url", "raw_sha256", "stage", "reason"]):
        for page, url, raw, stage, reason in zip(*batch.values(), strict=True):
            size = _size(out, raw)
            about = {"page_id": page, "url": url, "raw_sha256": raw, "bytes": size, "status": "rejected"}
            yield _row(run_id, {**about, "reason": f"{stage}: {reason}"})


def _of_later(out: Path, run_id: str) -> Iterator[Row]:
    """Pages whose documents are of this run and whose bytes have not changed since: the row is the same but for why."""
    for later in committed_runs(out):
        if later == run_id:
            continue
        for entry, path in committed(out, later, "pages"):
            with opened(path, entry) as file:
                for batch in file.iter_batches():
                    same = pc.and_(
                        pc.equal(batch.column("status"), "unchanged"), pc.equal(batch.column("documents_run"), run_id)
                    )
                    same = pc.and_(same, pc.is_null(batch.column("reason")))  # else of bytes that gave no document
                    for row in batch.filter(same).to_pylist():
                        yield _row(run_id, {n: row.get(n) for n in _NAMES} | {"status": "cleaned"})


def _of_documents(out: Path, run_id: str, documents: dict[str, Row]) -> dict[str, Row]:
    """Rows of pages of which only documents are left. A page whose bytes are not found has a row without bytes."""
    found = {
        page: _row(
            run_id,
            {
                "page_id": page,
                "url": about["url"],
                "fetched_at": about["fetched_at"],
                "status": "cleaned",
                "documents": len(about["texts"]),
                "documents_run": run_id,
            },
        )
        for page, about in documents.items()
    }
    waiting: dict[tuple[str, ...], list[str]] = {}
    for page, about in documents.items():
        waiting.setdefault(tuple(sorted(about["texts"])), []).append(page)
    raw = RawStore(out)
    for sha256 in [name for name, _ in raw.names()] if waiting else ():
        try:
            data = raw.get(sha256)
        except (DamagedOut, FileNotFoundError):
            continue
        for page in waiting.pop(_texts(data), ()):
            found[page] |= {"raw_sha256": sha256, "bytes": len(data)}
        if not waiting:
            break
    return found


def _texts(data: bytes) -> tuple[str, ...]:
    """sha256 of the texts that some bytes are cleaned to."""
    digests = (hashlib.sha256(d.text.encode("utf-8", "replace")).hexdigest() for d in clean_page(data).documents)
    return tuple(sorted(digests))


def _size(out: Path, sha256: str | None) -> int:
    try:
        return len(RawStore(out).get(sha256)) if sha256 else 0
    except (DamagedOut, FileNotFoundError):
        return 0


def _batches(out: Path, files: Sequence[Entry], table: str, columns: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    for entry in files:
        if entry["table"] == table:
            with opened(out / entry["path"], entry) as file:
                for batch in file.iter_batches(columns=list(columns)):
                    yield {name: batch.column(name).to_pylist() for name in columns}
