"""repair: what is damaged in a dataset made anew from what is left of it: rows from the raw store, records from files.

Each run is put right in a commit of its own, in the order in which the runs were committed; a death on the way costs
the run that was at hand, and repairing again goes on. A record that could not be read is kept beside, as `.damaged`.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaners.policy import Policy
from flows import store
from flows.errors import DamagedOut
from flows.fingerprints import cleaner_version, rules_digest
from flows.nights.restoring import pages_found
from flows.reports import checking
from flows.rulebook import recorded_policy
from flows.settings import tonight
from flows.store import (
    COMMITS,
    INDEX,
    MERGED,
    STAGING,
    Loss,
    RawStore,
    Rebuilt,
    guarded,
    locked,
    rebuild,
    table_of,
)
from schemas.commits import PART, RUN_ID, DamagedDataset, commit_order, committed_runs, record
from schemas.reading import Entry, opened
from schemas.tables import SCHEMA_VERSION, TABLES

log = logging.getLogger("qingwen.repair")

_COUNTED = ("pages", "cleaned", "same", "unchanged", "rejected", "gone", "repeated", "withheld")


def repair(out: str | Path, *, date: dt.date | None = None) -> list[str]:
    """Put a dataset right as far as its files allow and say what was done, a line each; nothing where all is well.

    Commit records that are lost or no records are made from the files of their runs; lost, truncated or changed files
    from the raw store; damaged raw files are deleted, so that the bytes are stored when they come again; what is
    derived is deleted, so that the next run makes it anew. Raises OutBusy, OutUnwritable, DiskFull, DamagedOut.
    """
    folder = Path(out)
    done: list[str] = []
    with locked(folder, "repair"):
        done += store.recover(folder)
        with guarded(folder / COMMITS):
            (folder / COMMITS).mkdir(exist_ok=True)
        for run_id in _without_record(folder):
            done.append(_make_record(folder, run_id))
        raw = RawStore(folder)
        for sha256, _ in list(raw.names()):
            try:
                raw.get(sha256)
            except DamagedOut as error:
                store.remove(raw.path(sha256))
                done.append(f"deleted {str(error).replace(f'{folder}/', '')}")
        search = False
        for run_id in commit_order(folder):
            line, changed = _repair_run(folder, run_id, date or tonight(), search)
            done += line
            search = search or changed
        if done or list(store.index_problems(folder)):
            store.remove(folder / INDEX)
            done.append(f"deleted {INDEX}: the next run makes it anew")
    return done


def _repair_run(out: Path, run_id: str, night: dt.date, search: bool) -> tuple[list[str], bool]:
    """Put one run right; whether its documents are other ones now, so that later runs must be searched again."""
    about = record(out, run_id)
    whole: list[Entry] = []
    broken: list[Entry] = []
    for entry in about["files"]:
        found = next(iter(checking.file_problems(out, entry, deep=True)), None)
        (broken if found else whole).append(entry)
        if found and (out / entry["path"]).is_dir():
            raise DamagedOut(f"{out / entry['path']}: a folder in the place of a file; move it away and repair again")
        if found and "this Qingwen" in found:
            raise DamagedOut(f"{out}/{found}")
    if not broken and not (search and any(e["table"] == "documents" for e in whole)):
        return [], False
    bad = frozenset(e["table"] for e in broken)
    loss = Loss(
        run_id=run_id,
        night=about["files"][0]["path"].split("/")[1].removeprefix("dt="),
        files=whole,
        bad=bad,
        pages=list(pages_found(out, run_id, whole)) if "pages" in bad else [],
        before=_before(out, run_id),
        policies=_policies(out),
        search=search,
    )
    repair_id = store.new_id(out, night)
    staging = out / STAGING / repair_id
    with guarded(staging):
        (staging / MERGED).mkdir(parents=True)
        made = rebuild(out, loss, staging)
    _commit(out, repair_id, night, about, loss, made)
    told = f"{', '.join(sorted(bad or made.tables))} of run {run_id}: "
    lines = [f"{entry['path']}: made anew" for entry in broken]
    lines.append(told + f"{made.pages:,} pages were cleaned again, {made.changed:,} came out otherwise than then")
    if made.lost:
        lines.append(told + f"{made.lost:,} pages could not be had: their raw bytes or their policy are not there")
    rows = sum(p.rows for p in made.parts if p.table == "pages")
    if "pages" in bad and rows < (had := sum(e["rows"] for e in about["files"] if e["table"] == "pages")):
        lines.append(told + f"{had - rows:,} rows of pages are lost: nothing else tells of these pages")
    return lines, bool(made.changed)


def _commit(out: Path, repair_id: str, night: dt.date, about: dict[str, Any], loss: Loss, made: Rebuilt) -> None:
    merged = out / STAGING / repair_id / MERGED
    replaced = {part.path: f"{part.table}-{part.path[-13:-8]}{store.STAGED}" for part in made.parts}
    files = [entry for entry in loss.files if entry["table"] not in made.tables]
    files += [part.as_dict() for part in made.parts]
    if "runs" in loss.bad:
        row = table_of("runs", [_row({**about, "files": files}, about["kind"])])
        for part in store.write_table(row, "runs", merged / "runs", loss.night, loss.run_id):
            replaced[part.path] = f"runs/runs-{part.path[-13:-8]}{store.STAGED}"
            files.append(part.as_dict())
    paths = {entry["path"] for entry in files}
    changes = {
        "replaced": replaced,
        "removed": sorted(e["path"] for e in about["files"] if e["path"] not in paths),
        "records": {loss.run_id: {**about, "files": files}},
    }
    own = {"run_id": repair_id, "kind": "repair", "night": night.isoformat(), "repaired": loss.run_id, "files": []}
    parts = store.write_table(table_of("runs", [_row(own, "repair")]), "runs", merged, night.isoformat(), repair_id)
    store.commit(out, repair_id, own, parts, changes)


def _before(out: Path, run_id: str) -> list[str]:
    order = commit_order(out)
    return order[: order.index(run_id)]


def _policies(out: Path) -> dict[str, Policy]:
    """All policies that the records tell of, by their digest, and the one that is no choice at all."""
    known = {Policy().digest(): Policy()}
    for run_id in committed_runs(out):
        for digest, fields in record(out, run_id).get("policies", {}).items():
            if (policy := recorded_policy(fields, digest)) is not None:
                known[digest] = policy
    return known


def _without_record(out: Path) -> Iterator[str]:
    """Runs whose record is lost or is none, though files of theirs are in the tables' folders."""
    runs = {run_id for run_id, _ in _parts(out)}
    for run_id in sorted(runs | set(committed_runs(out))):
        try:
            record(out, run_id)
        except (DamagedDataset, FileNotFoundError) as error:
            if run_id not in runs:
                raise DamagedOut(f"{error}, but no file of this run is there: delete the record") from None
            yield run_id


def _parts(out: Path) -> Iterator[tuple[str, str]]:
    """(run, path relative to OUT) of every file in the tables' folders that has the name of a part."""
    for table in TABLES:
        for path in sorted((out / table).glob("dt=*/part-*.parquet")):
            where, run_id = path.relative_to(out).as_posix(), path.name[5 : -len("-00000.parquet")]
            if PART.match(where) and RUN_ID.match(run_id) and path.is_file():
                yield run_id, where


def _make_record(out: Path, run_id: str) -> str:
    """Write the record of a run from its files; what was in its place is kept beside."""
    files: list[Entry] = []
    told: dict[str, Any] = {}
    for where in (where for run, where in _parts(out) if run == run_id):
        path, table = out / where, where.split("/")[0]
        entry: Entry = {"path": where, "table": table, "rows": 0, "bytes": path.stat().st_size}
        entry["sha256"] = store.sha256_of(path)
        try:
            with opened(path, entry) as file:
                entry["rows"] = file.metadata.num_rows
                if table == "runs":
                    told = file.read().to_pylist()[0]
        except (DamagedDataset, IndexError) as error:
            log.warning("%s", error)  # it is made anew with the other files of the run
        files.append(entry)
    night = files[0]["path"].split("/")[1].removeprefix("dt=")
    counts = {name: told.get(name) or 0 for name in _COUNTED} if told else _counts(out, files)
    policies = Counter(_policy_digests(out, files))
    when = told.get("finished_at") or dt.datetime.fromtimestamp(_newest(out, files), dt.UTC)
    made = {
        "run_id": run_id,
        "kind": told.get("kind", "nightly"),
        "night": night,
        "started_at": (told.get("started_at") or when).isoformat(timespec="milliseconds"),
        "attempts": told.get("attempts", 1),
        "counts": counts,
        "named": counts["pages"] + counts["repeated"] + counts["withheld"],
        "committed_at": when.isoformat(timespec="milliseconds"),
        "wanted": {},
        "policy": policies.most_common(1)[0][0] if policies else Policy().digest(),
        "policies": {},
        "schema_version": SCHEMA_VERSION,
        "files": files,
    }
    path = out / COMMITS / f"{run_id}.json"
    if path.exists():
        with guarded(path):
            path.rename(path.with_name(f"{path.name}.damaged"))
    store.write_whole(path, (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    lost = "; pages that it took down are not withheld any more: forget them again" if made["kind"] == "forget" else ""
    return f"{COMMITS}/{run_id}.json: made from the {len(files)} files of its run{lost}"


def _counts(out: Path, files: list[Entry]) -> dict[str, int]:
    counts = dict.fromkeys(_COUNTED, 0)
    for status in _column(out, files, "status"):
        counts["pages"] += 1
        counts[status] = counts.get(status, 0) + 1
    return counts


def _policy_digests(out: Path, files: list[Entry]) -> Iterator[str]:
    return _column(out, files, "policy_digest")


def _column(out: Path, files: list[Entry], name: str) -> Iterator[str]:
    for entry in files:
        if entry["table"] == "pages" and entry["rows"]:
            with opened(out / entry["path"], entry) as file:
                for batch in file.iter_batches(columns=[name]):
                    yield from batch.column(0).to_pylist()


def _newest(out: Path, files: list[Entry]) -> float:
    return max(Path(out / entry["path"]).stat().st_mtime for entry in files)


def _row(about: dict[str, Any], kind: str) -> tuple[Any, ...]:
    """A run's row in `runs` from its record: what only the run itself knew is 0 or empty."""
    now = dt.datetime.now(dt.UTC)
    rows: Counter[str] = Counter()
    for entry in about["files"]:
        rows[entry["table"]] += entry["rows"]
    started, ended = about.get("started_at"), about.get("committed_at")
    values: dict[str, Any] = {
        **dict.fromkeys(TABLES["runs"].names, 0),
        **{name: about.get("counts", {}).get(name, 0) for name in _COUNTED},
        **{name: rows[name] for name in ("documents", "sections", "edits", "duplicates")},
        "run_id": about["run_id"],
        "kind": kind,
        "started_at": dt.datetime.fromisoformat(started) if started else now,
        "finished_at": dt.datetime.fromisoformat(ended) if ended else now,
        "attempts": about.get("attempts", 1),
        "edits_by_step": [],
        "rejects_by_reason": [],
        "cleaner_version": cleaner_version(),
        "rules_digest": rules_digest(),
        "schema_version": SCHEMA_VERSION,
        "versions": "{}",
        "settings": "{}",
    }
    return tuple(values[name] for name in TABLES["runs"].names)
