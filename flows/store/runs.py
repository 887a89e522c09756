"""A run from its first page to its commit, whatever it cleans and wherever its shards are cleaned.

The truth about a run is on disk: run.json and the staged shards while it is at work, the commit record when it is done.
A run that died is found by its identity (what it was asked for) and completed under the same run_id.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import os
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow.parquet as pq

from cleaners.duplicates import KINDS
from cleaners.policy import Policy
from flows import metrics
from flows.errors import DamagedOut, DiskFull, OutUnwritable
from flows.fingerprints import cleaner_version, rules_digest, versions
from flows.pages import Shard, ShardResult, SourcePage
from flows.store import publishing
from flows.store.layout import INDEX, guarded, remove, staged_runs, write_json
from flows.store.locking import locked
from flows.store.originals import manifest_problems
from flows.store.planning import Fingerprint, FixedSizer, Planner, Sizer, shards_of
from flows.store.publishing import MERGED, RECORD
from flows.store.rawstore import RawStore
from flows.store.rows import table_of
from flows.store.searching import searched
from flows.store.shards import STAGED, clean_shard, shards_folder, staged_result
from flows.store.signing import SIGNED
from flows.store.state import PAGES_INDEX, State, is_damage, proved
from schemas.commits import STAGING, committed, committed_runs, record_sha256, withheld_pages
from schemas.reading import Entry, opened
from schemas.tables import SCHEMA_VERSION, TABLES
from schemas.vocabulary import PAGE_STATUSES

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.runs")

Work = Callable[..., ShardResult]
RunShards = Callable[[Iterable[Shard], Work, Any], Iterator[ShardResult]]
Summary = dict[str, Any]


def _defaults() -> Settings:
    from flows.settings import Settings  # workers import this module, and need no settings

    return Settings.model_validate({})


class Watch(Protocol):
    """Who is told how far a run is: `flows.running.Progress`."""

    def begin(self, found: int, skipped: Mapping[str, int]) -> None:
        """Pages staged before, and where the planner counts those that get no row."""

    def shards(self, shards: Iterable[Shard]) -> Iterator[Shard]:
        """The same shards."""

    def results(self, results: Iterator[ShardResult]) -> Iterator[ShardResult]:
        """The same results."""

    def publishing(self) -> None:
        """All shards are done."""

    def finish(self) -> None:
        """The run is committed."""


@dataclasses.dataclass(frozen=True)
class Order:
    """What a run is asked for. `wanted` says which pages, in words that survive a restart: it is the run's identity."""

    kind: str  # "nightly", "reclean"
    night: dt.date
    wanted: dict[str, Any]
    pages: Callable[[State], Iterable[SourcePage]]
    policy: Policy = dataclasses.field(default_factory=Policy)
    own_policies: tuple[str, ...] = ()  # digests of those that sources bring along
    unchanged: str = "row"  # what becomes of unchanged pages: Planner
    settings: Settings = dataclasses.field(default_factory=_defaults)
    told: dict[str, Any] = dataclasses.field(default_factory=dict)  # settings for the runs table, without secrets


@dataclasses.dataclass
class Run:
    """A run at work: its id, its attempt, and the shards that earlier attempts have staged."""

    out: Path
    run_id: str
    attempts: int
    started_at: str
    staged: list[ShardResult]

    @property
    def folder(self) -> Path:
        """Its staging folder."""
        return self.out / STAGING / self.run_id

    @property
    def next_number(self) -> int:
        """Number of the next shard."""
        return max((int(r.name.split("-")[0]) + 1 for r in self.staged), default=0)


def conduct(
    out: Path,
    order: Order,
    run_shards: RunShards | None = None,
    sizer: Sizer | None = None,
    *,
    wait: float = 0.0,
    watch: Watch | None = None,
) -> Summary:
    """Run an order on OUT to its commit and say what came of it.

    A run of the same order that died is completed; one that was committed before is run again and adds what is new.
    Raises OutBusy, OutUnwritable, DiskFull, DamagedOut; whatever it raises, running it again completes it.
    """
    run_shards = run_shards or _here
    sizer = sizer or FixedSizer()
    begun = time.monotonic()
    with locked(out, f"a {order.kind} run for {order.night}", wait), _told(out):
        recovered = publishing.recover(out)
        for line in recovered:
            log.info(line)
        run = open_run(out, order)
        if run.attempts > 1:
            log.info("completing %s, attempt %d: %d shards were staged", run.run_id, run.attempts, len(run.staged))
        state = _state(run, order)
        parts = {"index": time.monotonic() - begun}
        try:
            code = Fingerprint(cleaner_version(), rules_digest())
            planner = Planner(state, RawStore(out), order.policy, code, unchanged=order.unchanged)
            shards = shards_of(
                planner.plan(order.pages(state)),
                planner=planner,
                run_id=run.run_id,
                attempt=f"{run.attempts:03d}",
                out=str(out.absolute()),
                sizer=sizer,
                first=run.next_number,
            )
            results = list(run.staged)
            if watch is not None:
                watch.begin(sum(r.rows.get("pages", 0) for r in run.staged), planner.skipped)
                shards = watch.shards(shards)
            done = run_shards(metrics.begun(shards), clean_shard, order.settings)
            for result in done if watch is None else watch.results(done):
                metrics.done(result)
                results.append(result)
                sizer.learn(result)
        finally:
            state.close()
        parts["pages"] = time.monotonic() - begun - parts["index"]
        if watch is not None:
            watch.publishing()
        summary = _publish(run, order, results, planner, recovered, begun)
        if watch is not None:
            watch.finish()
        parts["duplicates"] = summary["duplicates_seconds"]
        parts["publishing"] = time.monotonic() - begun - sum(parts.values())
        summary["seconds_by_part"] = {part: round(spent, 3) for part, spent in parts.items()}
        metrics.published(summary)
        if order.settings.keep_raw == "ends":
            summary["raw_removed"] = _remove_spent(out, run.run_id)
        return summary


def open_run(out: Path, order: Order) -> Run:
    """The run of an order that died, or a new one; its run.json is on disk before anything else is."""
    code = [cleaner_version(), rules_digest(), order.policy.digest(), *order.own_policies]
    about = None
    for folder in staged_runs(out, f"{order.night:%Y%m%d}"):
        found = publishing.run_record(folder)
        if found is None:
            continue
        if (found["kind"], found["wanted"]) == (order.kind, json.loads(json.dumps(order.wanted))):
            about = found
        else:
            log.warning("%s is unfinished; it was asked for other pages and stays until it is run again", folder.name)
    if about is None:
        about = {
            "run_id": publishing.new_id(out, order.night),
            "kind": order.kind,
            "night": order.night.isoformat(),
            "wanted": order.wanted,
            "started_at": _now(),
            "attempts": 0,
            "code": code,
        }
    run_id = about["run_id"]
    folder = shards_folder(out, run_id)
    if about["code"] != code:  # cleaned with other code or rules: one run has one kind of rows
        log.info("%s was begun with other code, rules or policy: its shards are cleaned again", run_id)
        shutil.rmtree(folder, ignore_errors=True)
    about.update(attempts=about["attempts"] + 1, code=code)
    write_json(out / STAGING / run_id / RECORD, about)
    with guarded(folder):
        folder.mkdir(exist_ok=True)
    return Run(out, run_id, about["attempts"], about["started_at"], list(_staged(folder)))


def _staged(folder: Path) -> Iterator[ShardResult]:
    """Shards that are staged whole; what is left of others is deleted."""
    for shard in sorted(folder.iterdir()):
        result = None if shard.name.startswith(".") else staged_result(shard)
        try:
            whole = result is not None and all(
                pq.read_metadata(shard / (name + STAGED)).num_rows == rows for name, rows in result.rows.items()
            )
            if whole and result is not None and (documents := result.rows.get("documents")):
                whole = pq.read_metadata(shard / SIGNED).num_rows == documents
        except (OSError, ValueError):  # Arrow's errors are among these
            whole = False
        if whole and result is not None:
            yield result
        else:
            remove(shard)


def _state(run: Run, order: Order) -> State:
    every = committed_runs(run.out)
    earlier = [r for r in every if r < run.run_id]
    shared = run.out / INDEX / PAGES_INDEX  # a night run after later ones needs an index of its own
    runs = [_pages_of(run.out, run_id) for run_id in earlier]
    if os.path.lexists(shared) and not shared.is_file():
        log.warning("%s is no file, and made anew", shared)
        remove(shared)
    for attempt in (1, 2):
        try:
            state = State(run.folder, f"{order.night:%Y%m%d}", shared if earlier == every else None)
            try:
                state.read(runs)
                _take_staged(state, run)
            except BaseException:
                state.close()
                raise
            return state
        except sqlite3.DatabaseError as error:
            if attempt == 2 or not is_damage(error):
                raise
            log.warning("%s is damaged, or of other code, and made anew: %s", shared, error)
            remove(shared)
    raise AssertionError("unreachable")


def index_problems(out: Path) -> Iterator[str]:
    """What is wrong with the derived indexes of OUT, in words; changes nothing."""
    path = out / INDEX / PAGES_INDEX
    where = f"{INDEX}/{PAGES_INDEX}"
    if os.path.lexists(path):
        try:
            with proved(path):
                pass
        except sqlite3.Error as error:
            yield f"{where}: damaged: {error}"
    yield from (f"{INDEX}/duplicates: damaged: {line}" for line in manifest_problems(out))


def _pages_of(out: Path, run_id: str) -> tuple[str, str, list[tuple[Entry, Path]]]:
    """What the index of known pages reads of a run: its id, the sha256 of its record, its files of `pages`."""
    return run_id, record_sha256(out, run_id), list(committed(out, run_id, "pages"))


def _remove_spent(out: Path, run_id: str) -> int:
    """Delete raw bytes of nights on which only a page's shell changed, but for its first and its latest."""
    every = committed_runs(out)
    if every[-1] != run_id:
        return 0  # of a night run after later ones: those later ones have the latest bytes
    state = State(None, index=out / INDEX / PAGES_INDEX)
    try:
        state.read([_pages_of(out, r) for r in every])
        spent = state.spent()
        raw = RawStore(out)
        removed = sum(raw.remove(sha256) for sha256 in spent)
        state.removed(spent)
    finally:
        state.close()
    return removed


def _take_staged(state: State, run: Run) -> None:
    """Tell the state what was forgotten, and what earlier attempts of the run have staged."""
    state.withhold(withheld_pages(run.out))
    for result in run.staged:
        path = shards_folder(run.out, run.run_id) / result.name / f"pages{STAGED}"
        with opened(path) as file:
            for batch in file.iter_batches(columns=["page_id"]):
                state.stage(batch.column("page_id").to_pylist())


def _publish(
    run: Run, order: Order, results: list[ShardResult], planner: Planner, recovered: list[str], begun: float
) -> Summary:
    night = order.night.isoformat()
    results = sorted({r.name: r for r in results}.values(), key=lambda r: r.name)
    folder = shards_folder(run.out, run.run_id)
    empty = [name for name in TABLES if not any((run.out / name).glob("dt=*/*.parquet"))]
    shards = [folder / r.name for r in results]
    search_began = time.monotonic()
    with searched(run.out, run.run_id, shards, run.folder / "duplicates") as found:
        searching = time.monotonic() - search_began
        staged = [*shards, found.folder]
        parts = publishing.merge(staged, run.folder / MERGED, night, run.run_id, empty, found.complete)
        summary = _summary(run, order, results, planner, recovered)
        summary["rows"]["duplicates"] = found.kinds.total()
        summary["duplicates"] = {kind: found.kinds[kind] for kind in KINDS}
        summary["duplicates_seconds"] = round(searching, 3)
        _commit(run, order, planner, summary, parts, begun)
    return summary


def _commit(
    run: Run, order: Order, planner: Planner, summary: Summary, parts: list[publishing.Part], begun: float
) -> None:
    night = order.night.isoformat()
    summary["seconds"] = round(time.monotonic() - begun, 3)
    row = table_of("runs", [tuple(_runs_row(summary)[name] for name in TABLES["runs"].names)])
    parts += publishing.write_table(row, "runs", run.folder / MERGED, night, run.run_id)
    summary["files"] = len(parts)
    summary["file_bytes"] = sum(p.bytes for p in parts)
    record = {
        **{key: summary[key] for key in ("run_id", "kind", "night", "started_at", "attempts", "counts", "named")},
        "committed_at": _now(),
        "wanted": order.wanted,
        "policy": planner.default,
        "policies": {digest: dataclasses.asdict(policy) for digest, policy in planner.policies.items()},
    }
    publishing.commit(run.out, run.run_id, record, parts)


def _summary(run: Run, order: Order, results: list[ShardResult], planner: Planner, recovered: list[str]) -> Summary:
    rows: Counter[str] = Counter(dict.fromkeys(TABLES, 0))
    statuses: Counter[str] = Counter(dict.fromkeys(PAGE_STATUSES, 0))
    rejects: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for result in results:
        rows.update(result.rows)
        statuses.update(result.statuses)
        rejects.update(result.rejects)
        steps.update(result.steps)
        seconds.update(result.step_seconds)
    rows["runs"] = 1
    skipped = planner.skipped
    counts = {
        "pages": rows["pages"],
        **{status: statuses[status] for status in PAGE_STATUSES},
        "repeated": skipped["repeated"],
        "withheld": skipped["withheld"],
    }
    return {
        "run_id": run.run_id,
        "kind": order.kind,
        "night": order.night.isoformat(),
        "out": str(run.out),
        "started_at": run.started_at,
        "finished_at": _now(),
        "attempts": run.attempts,
        "recovered": recovered,
        "resumed": sum(r.rows.get("pages", 0) for r in run.staged),
        "named": planner.named + sum(r.rows.get("pages", 0) for r in run.staged) - skipped["staged"],
        "counts": counts,
        "rows": dict(rows),
        "named_twice": dict(planner.twice),
        "rejected_share": counts["rejected"] / counts["pages"] if counts["pages"] else 0.0,
        "rejects_by_reason": dict(rejects.most_common()),
        "edits_by_step": dict(sorted(steps.items())),
        "bytes": sum(r.bytes for r in results),
        "cleaning_seconds": round(sum(r.cleaning_seconds for r in results), 3),
        "seconds_by_step": {step: round(spent, 3) for step, spent in seconds.items()},
        "shards": len(results),
        "cleaner_version": cleaner_version(),
        "rules_digest": rules_digest(),
        "settings": order.told,
        "problems": [],
    }


def _runs_row(summary: Summary) -> dict[str, Any]:
    return {
        **summary,
        **summary["counts"],
        **{name: summary["rows"][name] for name in ("documents", "sections", "edits", "duplicates")},
        "started_at": dt.datetime.fromisoformat(summary["started_at"]),
        "finished_at": dt.datetime.fromisoformat(summary["finished_at"]),
        "edits_by_step": _pairs(summary["edits_by_step"]),
        "rejects_by_reason": _pairs(summary["rejects_by_reason"]),
        "schema_version": SCHEMA_VERSION,
        "versions": json.dumps(versions(), ensure_ascii=False),
        "settings": json.dumps(summary["settings"], ensure_ascii=False, default=str),
    }


def _pairs(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count} for name, count in counts.items()]


def _here(shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    """Clean shards one after the other in this process."""
    for shard in shards:
        yield work(shard)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Name the cause where the index of known pages cannot be written."""
    try:
        with guarded(out):
            yield
    except sqlite3.DatabaseError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise DiskFull(f"no space left for {out}: {error}; free some and run again") from error
        if "readonly" in str(error) or "unable to open" in str(error):
            raise OutUnwritable(f"cannot write {out}: {error}") from error
        if not is_damage(error):
            raise
        path = out / INDEX / PAGES_INDEX
        remove(path)
        raise DamagedOut(f"{path}: damaged: {error}; it is deleted: run again, and it is made anew") from error


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
