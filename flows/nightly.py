"""The nightly flow: plan, fetch, clean, publish, report. A task is a shard of pages, never a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

from prefect import flow  # isort: skip

from flows import reports, running
from flows.errors import GateFailed
from flows.failing import told
from flows.nights import run_night
from flows.settings import Settings, load_settings


@flow(
    name="nightly",
    validate_parameters=True,
    persist_result=False,
    on_failure=[reports.on_failure],
    on_crashed=[reports.on_failure],
)
def nightly(
    sources: list[str], out: str = "out", date: dt.date | None = None, settings: Settings | None = None
) -> dict[str, Any]:
    """Clean what the sources name and publish it under OUT.

    sources: files, folders, globs, addresses, lists, sitemaps, WARC, JSONL, Parquet, sources.toml.
    date: the night that the run counts for; None: tonight, in the settings' time zone.
    Returns the summary. Raises GateFailed, with the summary as `summary`, where the run is complete on disk and must
    not count as success; UsageError, OutBusy, OutUnwritable, DiskFull as its parts do.
    """
    return told(lambda: _night(sources, out, date, settings or load_settings()))


def _night(sources: list[str], out: str, date: dt.date | None, settings: Settings) -> dict[str, Any]:
    summary = run_night(sources, out, date, settings, running.run_shards)
    reports.publish(summary)
    if summary["problems"]:
        failed = GateFailed("; ".join(summary["problems"]))
        failed.summary = summary  # type: ignore[attr-defined]
        raise failed
    return summary
