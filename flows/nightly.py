"""The flow: plan, fetch, clean, publish, report. A task is a shard of pages, never a page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

from prefect import flow  # isort: skip

from flows import gate, reporting, runners, runs, sources
from flows.errors import GateFailed
from flows.settings import Settings, load_settings, tonight
from schemas.commits import committed_runs, record

# What decides which pages a run takes: part of its identity. Where and how fast it runs is not.
WHICH_PAGES = ("limit", "since", "include", "exclude", "column", "url_column", "max_page_bytes")


@flow(name="nightly", description=__doc__, validate_parameters=True, persist_result=False)
def nightly(
    sources: list[str], out: str = "out", date: dt.date | None = None, settings: Settings | None = None
) -> dict[str, Any]:
    """Clean what the sources name and publish it under OUT.

    sources: files, folders, globs, addresses, lists, sitemaps, WARC, JSONL, Parquet, sources.toml.
    date: the night that the run counts for; None: tonight, in the settings' time zone.
    Returns the summary. Raises GateFailed, with the summary as `summary`, where the run is complete on disk and must
    not count as success; UsageError, OutBusy, OutUnwritable, DiskFull as its parts do.
    """
    settings = settings or load_settings()
    summary = run_night(sources, out, date, settings, runners.run_shards)
    reporting.publish(summary)
    if summary["problems"]:
        failed = GateFailed("; ".join(summary["problems"]))
        failed.summary = summary  # type: ignore[attr-defined]
        raise failed
    return summary


def run_night(
    named: list[str], out: str, date: dt.date | None, settings: Settings, run_shards: runs.RunShards | None = None
) -> runs.Summary:
    """The nightly run without Prefect around it: the same rows, no artifacts; problems stand in the summary."""
    night = date or tonight(settings.timezone)
    order = runs.Order(
        kind="nightly",
        night=night,
        wanted={"sources": list(named), **{name: _plain(getattr(settings, name, None)) for name in WHICH_PAGES}},
        pages=lambda state: sources.plan(named, settings, state),
        policy=settings.policy(),
        settings=settings,
        told=settings.model_dump(mode="json", exclude={"on_failure_webhook", "on_failure_command"}),
    )
    summary = runs.conduct(Path(out), order, run_shards, runners.Sizer(settings), wait=settings.wait)
    summary["problems"] = gate.judge(summary, history(Path(out), before=summary["run_id"]), settings)
    summary["report"] = str(reporting.write(summary))
    return summary


def history(out: Path, before: str) -> list[dict[str, Any]]:
    """What earlier nightly runs counted, oldest first: run_id, night, named, counts."""
    records = (record(out, run_id) for run_id in committed_runs(out) if run_id < before)
    return [{k: r[k] for k in ("run_id", "night", "named", "counts")} for r in records if r.get("kind") == "nightly"]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
