"""forget: a page taken down leaves the raw store and every table; what stays is that something was removed.

The files that held its rows are written anew without them and take their places under the same names, in one commit
with the changed records of the runs that they belong to. The page's id is kept with the commit: it is withheld from
later runs, so a takedown is not undone by the next night.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import reports, store
from flows.addresses import canonical, page_id, public
from flows.errors import UsageError
from flows.fingerprints import cleaner_version, rules_digest
from flows.nights.regrouping import Changes, regroup
from flows.settings import tonight
from flows.store import COMMITS, INDEX, MERGED, STAGED, STAGING, Part, guarded, locked, staged_runs, sync_file, table_of
from schemas.commits import committed_runs, record
from schemas.reading import as_of_today, opened
from schemas.records import ID_LENGTH
from schemas.tables import SCHEMA_VERSION, TABLES


def forget(
    out: str, url: str, *, withhold: bool = True, date: dt.date | None = None, dry_run: bool = False
) -> dict[str, int]:
    """Take a page down, with all its versions.

    url: its address, as fetched or as it stands in `pages.url`. withhold: keep later runs from taking it in again.
    dry_run: only say how many pages and raw files would go.
    Says how many pages, rows and raw files went; all 0 where no such page is known, and then nothing is written.
    Raw bytes that another page has too stay, and are counted as `shared`. Raises UsageError, OutBusy, DiskFull.
    """
    folder = Path(out)
    if not committed_runs(folder):
        raise UsageError(f"{out}: no dataset (there is no record in {COMMITS})")
    night = date or tonight()
    with locked(folder, "forget"):
        store.recover(folder)
        pages, raw, shared = _pages(folder, url)
        if not pages:
            return {"pages": 0, "rows": 0, "raw": 0, "shared": 0}
        if dry_run:
            return {"pages": len(pages), "raw": len(raw), "shared": shared}
        for staging in staged_runs(folder):  # an unfinished run may hold the page; it starts anew from the raw store
            shutil.rmtree(staging)
        shutil.rmtree(folder / INDEX, ignore_errors=True)  # it knows the page; the next run makes it anew
        run_id = store.new_id(folder, night)
        merged = folder / STAGING / run_id / MERGED
        with guarded(merged):
            merged.mkdir(parents=True)
            replaced, records, rows = _without(folder, pages, merged)
        parts = store.write_table(_row(run_id, rows), "runs", merged, night.isoformat(), run_id)
        about = {
            "run_id": run_id,
            "kind": "forget",
            "night": night.isoformat(),
            "removed": {"pages": len(pages), "rows": sum(rows.values()), "raw": len(raw)},
            "forgotten": sorted(pages) if withhold else [],
        }
        changes = {"replaced": replaced, "records": records, "raw": sorted(raw)}
        withdrawn = reports.withdraw(folder, records)
        store.commit(folder, run_id, about, parts, changes)
        reports.report_again(folder, withdrawn)
    return {"pages": len(pages), "rows": sum(rows.values()), "raw": len(raw), "shared": shared}


def _pages(out: Path, url: str) -> tuple[set[str], set[str], int]:
    """Ids of the pages with this address; their raw bytes, without those that another page has; how many these are."""
    spellings = pa.array(sorted({url, public(url), canonical(url), public(canonical(url))}), pa.string())
    pages: set[str] = set()
    for batch in _batches(out, ["page_id", "url", "final_url"]):
        hit = pc.or_kleene(
            pc.or_(pc.is_in(batch.column("url"), spellings), pc.equal(batch.column("page_id"), page_id(url))),
            pc.is_in(batch.column("final_url"), spellings),
        )
        pages.update(batch.filter(hit).column("page_id").to_pylist())
    if not pages:
        return set(), set(), 0
    ours = pa.array(sorted(pages), pa.string())
    raw: set[str] = set()
    for batch in _batches(out, ["page_id", "raw_sha256"]):
        raw.update(batch.filter(pc.is_in(batch.column("page_id"), ours)).column("raw_sha256").drop_null().to_pylist())
    wanted = pa.array(sorted(raw), pa.string())
    shared: set[str] = set()
    for batch in _batches(out, ["page_id", "raw_sha256"]):
        others = pc.and_(
            pc.is_in(batch.column("raw_sha256"), wanted), pc.invert(pc.is_in(batch.column("page_id"), ours))
        )
        shared.update(batch.filter(others).column("raw_sha256").to_pylist())
    return pages, raw - shared, len(shared)


def _without(out: Path, pages: set[str], merged: Path) -> tuple[dict[str, str], dict[str, Any], dict[str, int]]:
    """Write the files that hold rows of the pages without them: what replaces what, changed records, rows removed."""
    ids = pa.array(sorted(pages), pa.string())
    changes = regroup(out, pages)
    replaced: dict[str, str] = {}
    records: dict[str, Any] = {}
    removed = dict.fromkeys(TABLES, 0)
    for run_id in committed_runs(out):
        about = record(out, run_id)
        files = []
        for entry in about["files"]:
            if entry["table"] != "runs" and any(_touched(b, entry["table"], ids, changes) for b in _ids(out, entry)):
                name = f"replaced-{len(replaced):05d}{STAGED}"
                part = _rewrite(out, entry, merged / name, ids, changes)
                replaced[entry["path"]] = name
                removed[entry["table"]] += entry["rows"] - part.rows
                entry = part.as_dict()
            files.append(entry)
        named = about.get("wanted", {}).get("sources")
        kept = [s for s in named or () if page_id(s) not in pages]
        if files != about["files"] or (named and kept != named):
            about["files"] = files
            if named:
                about["wanted"]["sources"] = kept
            records[run_id] = about
    return replaced, records, removed


def _rewrite(out: Path, entry: dict[str, Any], path: Path, ids: pa.Array, changes: Changes) -> Part:
    """A file without the rows of the pages, duplicates regrouped; columns that came after it was written are null."""
    table = TABLES[entry["table"]]
    sink = store.open_part(path, table)
    with sink, opened(out / entry["path"], entry) as file:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group)
            rows = rows.filter(pc.invert(_hits(rows, ids)))
            if len(rows):
                today = pa.Table.from_arrays(as_of_today(rows, table.name), schema=table.schema)
                kept = changes.apply(table.name, today)
                if len(kept):
                    sink.write_table(kept, row_group_size=len(kept))
    sync_file(path)
    part = store.read_back(path, table, entry["path"])
    return replace(part, path=entry["path"])


def _hits(rows: Any, ids: pa.Array) -> Any:
    """Which rows are of the pages."""
    if "page_id" in rows.schema.names:
        return pc.is_in(rows["page_id"] if isinstance(rows, pa.Table) else rows.column("page_id"), ids)
    return pc.is_in(pc.utf8_slice_codeunits(rows["document_id"], 0, ID_LENGTH), ids)


def _touched(rows: pa.RecordBatch, table: str, ids: pa.Array, changes: Changes) -> bool:
    return bool(pc.any(_hits(rows, ids)).as_py()) or changes.touch(table, rows)


def _ids(out: Path, entry: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    columns = {"documents": ["page_id", "id", "run_id"], "duplicates": ["document_id", "run_id"]}.get(
        entry["table"], ["page_id"]
    )
    with opened(out / entry["path"], entry) as file:
        yield from file.iter_batches(columns=columns)


def _batches(out: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    for run_id in committed_runs(out):
        for entry in record(out, run_id)["files"]:
            if entry["table"] == "pages":
                with opened(out / entry["path"], entry) as file:
                    yield from file.iter_batches(columns=columns)


def _row(run_id: str, rows: dict[str, int]) -> pa.Table:
    """The takedown's row in `runs`: that something was removed, and how much, but not what."""
    now = dt.datetime.now(dt.UTC)
    values: dict[str, Any] = dict.fromkeys(TABLES["runs"].names, 0)
    values.update(
        run_id=run_id,
        kind="forget",
        started_at=now,
        finished_at=now,
        attempts=1,
        edits_by_step=[],
        rejects_by_reason=[],
        cleaner_version=cleaner_version(),
        rules_digest=rules_digest(),
        schema_version=SCHEMA_VERSION,
        versions="{}",
        settings="{}",
    )
    return table_of("runs", [tuple(values[name] for name in TABLES["runs"].names)])
