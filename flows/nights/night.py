"""The nightly run, without Prefect around it: the same rows, no artifacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows import metrics, reports, running, sources, store
from flows.addresses import public
from flows.settings import Settings, tonight
from schemas.commits import committed_runs, record

# What decides which pages a run takes: part of its identity. Where and how fast it runs is not.
WHICH_PAGES = ("limit", "since", "include", "exclude", "column", "url_column", "max_page_bytes")
SECRET = {"on_failure_webhook", "on_failure_command"}


def run_night(
    named: Sequence[str],
    out: str | Path,
    date: dt.date | None,
    settings: Settings,
    run_shards: store.RunShards | None = None,
) -> store.Summary:
    """Clean what the sources name and publish it under OUT; what is wrong with the night stands in `problems`.

    date: the night that the run counts for; None: tonight. run_shards: where shards are cleaned; None: in this process.
    Raises UsageError, OutBusy, OutUnwritable, DiskFull as its parts do; started again, it completes the run.
    """
    understood = sources.understand(named, settings)
    gauge = sources.gauge(understood, settings)
    out = Path(out)
    night = date or tonight(settings.timezone)
    order = store.Order(
        kind="nightly",
        night=night,
        wanted={
            "sources": [public(s) for s in named],
            **{name: _plain(getattr(settings, name, None)) for name in WHICH_PAGES},
        },
        pages=lambda state: sources.stream(understood, settings, state, gauge),
        policy=settings.policy(),
        own_policies=tuple(sorted({s.policy.digest() for s in understood if s.policy is not None})),
        settings=settings,
        told=settings.model_dump(mode="json", exclude=SECRET),
    )
    watch = running.Progress(gauge.expected, last_named(out, order.wanted["sources"]), running.in_flow_run())
    with metrics.exposed(settings):
        summary = store.conduct(out, order, run_shards, running.Sizer(settings), wait=settings.wait, watch=watch)
        summary["problems"] = reports.judge(summary, history(out, before=summary["run_id"]), settings, understood)
        metrics.put("qingwen_run_problems", len(summary["problems"]))
    summary["report"] = str(reports.write(summary, settings.reports_url))
    return summary


def history(out: Path, before: str) -> list[dict[str, Any]]:
    """What earlier nightly runs counted, oldest first: run_id, night, named, counts."""
    records = (record(out, run_id) for run_id in committed_runs(out) if run_id < before)
    return [{k: r[k] for k in ("run_id", "night", "named", "counts")} for r in records if r.get("kind") == "nightly"]


def last_named(out: Path, named: Sequence[str]) -> int | None:
    """How many pages the same sources named in the latest nightly run; None where there was none."""
    for run_id in reversed(committed_runs(out)):
        about = record(out, run_id)
        if about.get("kind") == "nightly" and about.get("wanted", {}).get("sources") == list(named):
            return int(about["named"])
    return None


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
