"""Rows of a committed run made anew from the raw store, where a file of it is lost or damaged.

What survives is kept. Of the pages whose rows are not all there the raw bytes are cleaned again; with the code and the
rules of then their rows come out as they were, with others all rows of such a page are replaced, so that they agree.
Where documents are concerned the run is searched for duplicates again, against the runs committed before it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaners.policy import Policy
from flows.fingerprints import cleaner_version, rules_digest
from flows.keys import Keys, page_keys
from flows.pages import Shard, ShardPage
from flows.store import publishing
from flows.store.originals import Index
from flows.store.planning import RETRIED_STAGES
from flows.store.publishing import Part
from flows.store.searching import catch_up, search
from flows.store.shards import STAGED, stage
from flows.store.signing import SIGNED, SignatureWriter, sign
from schemas.reading import Entry, as_of_today, opened
from schemas.tables import TABLES

Row = dict[str, Any]

SHARD_PAGES = 200
READ_ROWS = 2_000
OF_PAGES = ("documents", "sections", "edits", "rejects")  # tables whose rows are made from a page's bytes
SEARCHED = ("documents", "duplicates")  # tables that the search for duplicates fills in


@dataclass(frozen=True)
class Loss:
    """What is wrong with a run. `files`: its entries that are whole; `bad`: tables of those that are not; `pages`: rows
    of `pages` that were found again elsewhere; `before`: the runs committed before it, in that order."""

    run_id: str
    night: str
    files: Sequence[Entry]
    bad: frozenset[str]
    pages: Sequence[Row]
    before: Sequence[str]
    policies: Mapping[str, Policy]
    search: bool = False  # search for duplicates again though no file is damaged: an earlier run has other documents


@dataclass
class Rebuilt:
    """What was made: parts under `merged`, the tables that they are of, and how much could not be had."""

    parts: list[Part] = field(default_factory=list)
    tables: frozenset[str] = frozenset()
    pages: int = 0  # cleaned again
    changed: int = 0  # of these: with other rows than they had
    lost: int = 0  # without their bytes


def rebuild(out: Path, loss: Loss, folder: Path) -> Rebuilt:
    """Make the rows of a run that are lost, and parts of the tables that they are in, under folder/merged.

    Memory follows the ids of the run and a few hundred pages. Raises DamagedDataset where a file that it needs is
    damaged too: repair the runs in the order of their commits.
    """
    done = Rebuilt()
    shards = folder / "rebuilt"
    shards.mkdir(parents=True)
    survivors = _Survivors(out, loss)
    taken: dict[str, bool] = {}  # page -> whether its row in pages is the new one too
    for number, pages in enumerate(_shards(survivors.pages_lost(), loss, done)):
        result = _cleaned(out, loss, pages, shards / f"{number:06d}")
        for page_id, row in result.items():
            done.pages += 1
            if (row["reason"] or "").startswith("rawstore:"):
                done.lost += 1
                if survivors.has_documents(page_id) or pages[page_id]["status"] == "rejected":
                    continue  # a document without its sections or edits is better than none
            changed = _said(row) != _said(pages[page_id])
            taken[page_id] = changed or page_id in survivors.found
            done.changed += changed and page_id not in survivors.found
    searching = loss.search or bool(done.changed or loss.bad & set(SEARCHED))
    touched = set(loss.bad - {"runs"}) | (set(SEARCHED) if searching else set())
    touched |= {*OF_PAGES, "pages"} if done.changed else set()
    done.tables = frozenset(touched)
    kept, new = folder / "kept", folder / "new"
    _sift(survivors.batches, touched, taken, kept, new=False)
    _sift(lambda table: _staged(shards, table), touched, taken, new, new=True)
    _add_rows(survivors, touched, taken, new)
    had = {e["table"] for e in loss.files} | loss.bad
    _merge(out, loss, [kept, new], folder, sorted(touched & had), done, searching)
    return done


class _Survivors:
    """The rows of a run that are there, and which pages have rows that are not."""

    def __init__(self, out: Path, loss: Loss) -> None:
        self.out, self.loss = out, loss
        self.found = {row["page_id"]: row for row in loss.pages}
        self._documents = self._keys("documents", "page_id")
        self._sections = self._keys("sections", "page_id") if "sections" in loss.bad else None
        self._rejects = self._keys("rejects", "page_id")[0]
        self._edits = self._whole_edits() if "edits" in loss.bad else None
        self._expected = self._section_counts() if "sections" in loss.bad else None

    def batches(self, table: str) -> Iterator[pa.RecordBatch]:
        """Surviving rows of a table with the columns of today; columns that came later are null."""
        schema = TABLES[table].schema
        for entry in (e for e in self.loss.files if e["table"] == table):
            with opened(self.out / entry["path"], entry) as file:
                for group in range(file.num_row_groups):
                    for batch in file.iter_batches(batch_size=READ_ROWS, row_groups=[group]):
                        yield pa.RecordBatch.from_arrays(as_of_today(batch, table), schema=schema)

    def pages_lost(self) -> Iterator[Row]:
        """Rows of pages that have rows in other tables, made from their bytes, that are not there."""
        for batch in self.batches("pages"):
            keys = page_keys(batch.column("page_id"))
            wanted = np.array([self._is_lost(row, key) for row, key in zip(batch.to_pylist(), keys, strict=True)], bool)
            yield from batch.filter(pa.array(wanted)).to_pylist()
        yield from (row for row in self.loss.pages if row["status"] in ("cleaned", "rejected") and _can_be_asked(row))

    def has_documents(self, page_id: str) -> bool:
        """Whether a document of the page is there."""
        return _count(self._documents, page_keys(pa.array([page_id]))[0]) > 0

    def _is_lost(self, row: Row, key: Any) -> bool:
        bad, status = self.loss.bad, row["status"]
        if status not in ("cleaned", "rejected"):
            return False
        if "edits" in bad and _can_be_asked(row) and not _count((self._edits, None), key):
            return True
        if status == "rejected":
            return "rejects" in bad and _can_be_asked(row) and not _count((self._rejects, None), key)
        if "documents" in bad and _count(self._documents, key) != row["documents"]:
            return True
        return "sections" in bad and _count(self._sections, key) != _count(self._expected, key)

    def rejects_lost(self, taken: Mapping[str, bool]) -> Iterator[Row]:
        """Rows of rejected pages, other than those cleaned again, whose row in rejects is not there."""
        rows = (
            row
            for batch in self.batches("pages")
            for row in batch.filter(pc.equal(batch.column("status"), "rejected")).to_pylist()
        )
        for row in chain(rows, (row for row in self.loss.pages if row["status"] == "rejected")):
            key = page_keys(pa.array([row["page_id"]]))[0]
            if row["page_id"] not in taken and not _count((self._rejects, None), key):
                yield row

    def _keys(self, table: str, column: str) -> tuple[Keys, Any]:
        """Pages that have rows in a table, sorted, and how many."""
        keys = [page_keys(batch.column(column)) for batch in self.batches(table)]
        return np.unique(np.concatenate([np.empty(0, np.uint64), *keys]), return_counts=True)

    def _section_counts(self) -> tuple[Keys, Any]:
        keys, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for batch in self.batches("documents"):
            keys.append(page_keys(batch.column("page_id")))
            counts.append(batch.column("section_count").to_numpy().astype(np.int64))
        pages, at = np.unique(np.concatenate(keys), return_inverse=True)
        return pages, np.bincount(at, np.concatenate(counts), len(pages)).astype(np.int64)

    def _whole_edits(self) -> Keys:
        """Pages all of whose edits are there: not the first and the last of a file, which may go on in another."""
        whole = [np.empty(0, np.uint64)]
        for entry in (e for e in self.loss.files if e["table"] == "edits"):
            with opened(self.out / entry["path"], entry) as file:
                keys = [page_keys(b.column("page_id")) for b in file.iter_batches(columns=["page_id"])]
            every = np.concatenate([np.empty(0, np.uint64), *keys])
            whole.append(np.setdiff1d(every, every[[0, -1]] if len(every) else every))
        return np.unique(np.concatenate(whole))


def _count(counted: tuple[Any, Any] | None, key: Any) -> int:
    """How many rows a key has; counts None: 1 where it is there."""
    keys, counts = counted if counted is not None else (None, None)
    if keys is None:
        return 0
    at = int(np.searchsorted(keys, key))
    if at == len(keys) or keys[at] != key:
        return 0
    return 1 if counts is None else int(counts[at])


def _can_be_asked(row: Row) -> bool:
    """Whether cleaning a page again may say what it said: not where there were no bytes, or where it hung."""
    return bool(row["raw_sha256"]) and (row["reason"] or "").partition(": ")[0] not in RETRIED_STAGES


def _said(row: Row) -> tuple[Any, ...]:
    return row["status"], row["documents"], row["content_sha256"], row["reason"]


def _shards(rows: Iterable[Row], loss: Loss, done: Rebuilt) -> Iterator[dict[str, Row]]:
    """Pages to be cleaned again, some hundreds at a time; one whose policy is not known any more is lost."""
    rows = iter(rows)
    while held := list(islice(rows, SHARD_PAGES)):
        known = {row["page_id"]: row for row in held if row["policy_digest"] in loss.policies}
        done.lost += len(held) - len(known)
        if known:
            yield known


def _cleaned(out: Path, loss: Loss, pages: Mapping[str, Row], folder: Path) -> dict[str, Row]:
    """Clean pages again into a staged shard and give their rows of `pages`."""
    folder.mkdir()
    shard = Shard(
        0,
        loss.run_id,
        "000",
        str(out),
        tuple(map(_page, pages.values())),
        loss.policies,
        cleaner_version(),
        rules_digest(),
    )
    stage(shard, folder)
    with opened(folder / f"pages{STAGED}") as file:
        return {row["page_id"]: row for batch in file.iter_batches() for row in batch.to_pylist()}


def _page(row: Row) -> ShardPage:
    return ShardPage(
        page_id=row["page_id"],
        url=row["url"],
        raw_sha256=row["raw_sha256"],
        bytes=row["bytes"],
        content_type=row["content_type"],
        http_status=row["http_status"],
        fetched_at=row["fetched_at"].isoformat() if row["fetched_at"] else None,
        etag=row["etag"],
        last_modified=row["last_modified"],
        final_url=row["final_url"],
        provenance=row["provenance"] or "",
        source=row["source"],
        policy=row["policy_digest"],
        # A rejected page keeps pointing at the documents that it had before.
        documents=row["documents"] if row["status"] == "rejected" else 0,
        documents_run=row["documents_run"] if row["status"] == "rejected" else "",
        content=row["content_sha256"] if row["status"] == "rejected" else None,
    )


def _staged(shards: Path, table: str) -> Iterator[pa.RecordBatch]:
    for path in sorted(shards.glob(f"*/{table}{STAGED}")):
        with opened(path) as file:
            yield from file.iter_batches(batch_size=READ_ROWS)


def _sift(batches: Any, tables: set[str], taken: Mapping[str, bool], folder: Path, *, new: bool) -> None:
    """Stage rows of the tables in `folder`: new, those of the pages taken; else those of all other pages."""
    folder.mkdir()
    rows_of = pa.array(sorted(taken), pa.string())
    rows_in_pages = pa.array(sorted(page for page, replaced in taken.items() if replaced), pa.string())
    for table in sorted(tables - {"duplicates"}):
        schema = TABLES[table].schema
        writer: pq.ParquetWriter | None = None
        try:
            for batch in batches(table):
                hit = pc.is_in(batch.column("page_id"), rows_in_pages if table == "pages" else rows_of)
                rows = batch.filter(hit if new else pc.invert(hit))
                if len(rows):
                    writer = writer or pq.ParquetWriter(os.fspath(folder / f"{table}{STAGED}"), schema)
                    writer.write_batch(rows)
        finally:
            if writer is not None:
                writer.close()


def _add_rows(survivors: _Survivors, tables: set[str], taken: Mapping[str, bool], folder: Path) -> None:
    """Stage beside the new rows those of `pages` that were found elsewhere, and rejects that a row itself tells."""
    more: dict[str, list[Row]] = {"pages": [], "rejects": []}
    if "pages" in tables:
        more["pages"] = [row for page, row in survivors.found.items() if page not in taken]
    if "rejects" in tables:
        for row in survivors.rejects_lost(taken):
            stage_name, _, reason = (row["reason"] or "").partition(": ")
            about = {"stage": stage_name, "reason": reason, "detail": ""}
            more["rejects"].append({name: about.get(name, row.get(name)) for name in TABLES["rejects"].names})
    for table, rows in more.items():
        if rows:
            (folder / "more").mkdir(exist_ok=True)
            pq.write_table(
                pa.Table.from_pylist(rows, TABLES[table].schema), os.fspath(folder / "more" / f"{table}{STAGED}")
            )


def _merge(
    out: Path, loss: Loss, folders: Sequence[Path], scratch: Path, empty: Sequence[str], done: Rebuilt, searching: bool
) -> None:
    staged = [path for folder in folders for path in (folder, folder / "more")]
    merged = scratch / publishing.MERGED
    if not searching:
        done.parts = publishing.merge(staged, merged, loss.night, loss.run_id, empty)
        return
    signed = [path for folder in folders if (path := _signed(folder)) is not None]
    index = Index(out)
    try:
        index.clear()
        if signed:
            catch_up(out, index, loss.before)
            found = search(out, index, loss.run_id, signed, scratch / "duplicates", loss.before)
            staged = [*staged, found.folder]
            done.parts = publishing.merge(staged, merged, loss.night, loss.run_id, empty, found.complete)
        else:
            done.parts = publishing.merge(staged, merged, loss.night, loss.run_id, empty)
    finally:
        index.clear()  # what was added is of a run that may have other documents now; the next run makes it anew


def _signed(folder: Path) -> Path | None:
    """Signatures of the documents staged in a folder; None where there are none."""
    path = folder / f"documents{STAGED}"
    if not path.exists():
        return None
    writer = SignatureWriter(folder / SIGNED)
    with opened(path) as file:
        for batch in file.iter_batches(batch_size=READ_ROWS, columns=["id", "text"]):
            for signed in sign(batch.column("id").to_pylist(), batch.column("text").to_pylist()):
                writer.write(signed)
    writer.close()
    return folder / SIGNED
