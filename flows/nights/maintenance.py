"""What keeps a dataset good and within bounds: cleaning again, pruning, taking down."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_ISDIR

from cleaners.policy import Policy
from flows import metrics, reports, store
from flows.addresses import host_of
from flows.choices import choices
from flows.errors import UsageError
from flows.nights.forgetting import forget
from flows.pages import SourcePage
from flows.rulebook import recorded_policy
from flows.settings import Settings, load_settings, tonight
from flows.store import COMMITS, STAGING, Known, RawStore, State, locked, staged_runs
from schemas.commits import committed, committed_runs, record
from schemas.reading import opened

__all__ = ["forget", "prune", "reclean"]

_ABOUT = ("url", "final_url", "source", "provenance", "http_status", "content_type")


def reclean(
    out: str,
    *,
    rejects: bool = False,
    reason: str | None = None,
    host: str | None = None,
    since: dt.date | None = None,
    date: dt.date | None = None,
    settings: Settings | None = None,
    force: bool = False,
    run_shards: store.RunShards | None = None,
) -> store.Summary:
    """Clean pages again from the raw store with today's code, rules and policy, as a run of its own; no network.

    Takes of each page the newest bytes, and only pages that today's code, rules or policy could clean otherwise;
    `force` takes all. rejects: only pages that were rejected. reason: only pages rejected for it ("decoding: not text",
    or either half). host: only its pages and those of its subdomains. since: only pages seen on that night or later.
    A page whose source had a policy of its own keeps that policy. Bytes that were pruned make a reject row.
    Raises UsageError where there is no dataset, and what `store.conduct` raises.
    """
    folder = _dataset(out)
    settings = settings or load_settings()
    night = date or tonight(settings.timezone)
    own = _own_policies(folder)

    def wanted(page_id: str, url: str, known: Known) -> bool:
        return (
            known.status != "gone"
            and (not (rejects or reason) or bool(known.bytes_reason))
            and (reason is None or _says(known.bytes_reason or "", reason))
            and (host is None or _is_of(host_of(url), host))
            and (since is None or known.run_id[:8] >= f"{since:%Y%m%d}")
        )

    order = store.Order(
        kind="reclean",
        night=night,
        wanted={"rejects": rejects, "reason": reason, "host": host, "since": since and str(since), "force": force},
        pages=lambda state: _known_pages(folder, state, wanted, own),
        policy=settings.policy(),
        unchanged="clean" if force else "skip",
        settings=settings,
        told=settings.model_dump(mode="json", include={*(choice.name for choice in choices()), "runner", "workers"}),
    )
    from flows import running

    with metrics.exposed(settings):
        summary = store.conduct(
            folder,
            order,
            run_shards or running.run_shards,
            running.Sizer(settings),
            wait=settings.wait,
            watch=running.Progress(in_flow=running.in_flow_run()),
        )
    summary["report"] = str(reports.write(summary, settings.reports_url))
    return summary


def prune(out: str, *, keep_days: int, today: dt.date | None = None) -> dict[str, int]:
    """Delete raw pages, unfinished runs and reports that are older than `keep_days` days; tables stay.

    Of a run's page goes what shows texts; its figures stay, beside which later nights are seen.
    Raw bytes stay while a row of the nights kept refers to them, also where it only says "unchanged", and while the
    file itself is that young. Says how much was deleted. Raises UsageError, OutBusy.
    """
    folder = _dataset(out)
    first = (today or tonight()) - dt.timedelta(days=keep_days)
    done = {"raw_pages": 0, "raw_bytes": 0, "unfinished_runs": 0, "reports": 0}
    with locked(folder, "prune"):
        store.recover(folder)
        for staging in staged_runs(folder):
            if staging.name[:8] < f"{first:%Y%m%d}":
                shutil.rmtree(staging)
                done["unfinished_runs"] += 1
        done["reports"] = reports.prune(folder, first)
        raw = RawStore(folder)
        raw.sweep()
        (folder / STAGING).mkdir(exist_ok=True)
        scratch = folder / STAGING / "prune.sqlite"
        try:
            kept = _referenced(folder, scratch, first)
            young = dt.datetime.combine(first, dt.time()).timestamp()
            for sha256, stat in raw.names():
                if stat.st_mtime < young and not S_ISDIR(stat.st_mode) and not kept(sha256):
                    raw.remove(sha256)
                    done["raw_pages"] += 1
                    done["raw_bytes"] += stat.st_size
        finally:
            scratch.unlink(missing_ok=True)
    return done


def _known_pages(
    out: Path, state: State, wanted: Callable[[str, str, Known], bool], own: dict[str, Policy]
) -> Iterator[SourcePage]:
    """The newest row with bytes of each wanted page, as a page whose bytes are known."""
    columns = ["page_id", "raw_sha256", "fetched_at", *_ABOUT]
    for run_id in reversed(committed_runs(out)):
        for entry, path in committed(out, run_id, "pages"):
            with opened(path, entry) as file:
                for batch in file.iter_batches(batch_size=2_000, columns=columns):
                    for row in batch.to_pylist():
                        known = state.known(row["page_id"])
                        if known is None or row["raw_sha256"] is None or row["raw_sha256"] != known.raw_sha256:
                            continue
                        if state.taken(row["page_id"]) or not wanted(row["page_id"], row["url"], known):
                            continue
                        fetched = row["fetched_at"].isoformat() if row["fetched_at"] else None
                        yield SourcePage(
                            address=row["url"],
                            page_id=row["page_id"],
                            fetched_at=fetched,
                            not_modified=True,
                            policy=own.get(known.policy_digest),
                            **{name: row[name] for name in _ABOUT},
                        )


def _own_policies(out: Path) -> dict[str, Policy]:
    """Policies that sources had of their own, by digest: those that never were the policy of a whole run."""
    own: dict[str, Policy] = {}
    whole: set[str] = set()
    for run_id in committed_runs(out):
        about = record(out, run_id)
        whole.add(about.get("policy", ""))
        for digest, fields in about.get("policies", {}).items():
            if (policy := recorded_policy(fields, digest)) is not None:
                own[digest] = policy
    return {digest: policy for digest, policy in own.items() if digest not in whole}


def _referenced(out: Path, scratch: Path, first: dt.date) -> Callable[[str], bool]:
    """Whether a row of the nights from `first` on refers to raw bytes; an index on disk, so memory stays bounded."""
    scratch.unlink(missing_ok=True)
    index = sqlite3.connect(scratch, isolation_level=None)
    index.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE kept (s TEXT PRIMARY KEY) WITHOUT ROWID; BEGIN"
    )
    for run_id in committed_runs(out):
        if run_id[:8] < f"{first:%Y%m%d}":
            continue
        for entry, path in committed(out, run_id, "pages"):
            with opened(path, entry) as file:
                for batch in file.iter_batches(columns=["raw_sha256"]):
                    names = batch.column(0).drop_null().to_pylist()
                    index.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((name,) for name in names))
    return lambda sha256: index.execute("SELECT 1 FROM kept WHERE s = ?", (sha256,)).fetchone() is not None


def _says(known: str, wanted: str) -> bool:
    """Whether "stage: reason" is the wanted one, or one of its halves is."""
    return wanted == known or wanted in known.split(": ", 1)


def _is_of(host: str, wanted: str) -> bool:
    wanted = wanted.lower().rstrip(".")
    return host == wanted or host.endswith(f".{wanted}")


def _dataset(out: str) -> Path:
    folder = Path(out)
    if not committed_runs(folder):
        raise UsageError(f"{out}: no dataset (there is no record in {COMMITS})")
    return folder
