"""The nightly flow: plan, fetch, clean, publish, report. A task is a shard of pages, never a page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

from prefect import flow  # isort: skip

from flows import nights, reports, running
from flows.errors import GateFailed
from flows.failing import checked, told
from flows.settings import Settings, load_settings, tonight


def _named() -> str:
    """The name of a flow run: what runs, and the night."""
    from prefect.runtime import flow_run

    given = flow_run.parameters.get("settings")
    zone = getattr(given, "timezone", None) or Settings.model_fields["timezone"].default
    return f"nightly {flow_run.parameters.get('date') or tonight(zone)}"


def _check(sources: list[str], out: str = "out", settings: Settings | dict[str, Any] | None = None, **_: Any) -> None:
    """Raise UsageError, OutUnwritable for wrong use that can be told at once."""
    given = settings if isinstance(settings, Settings) else load_settings(settings)
    nights.check_use(sources, given, Path(out))


@checked(_check)
@flow(
    name="nightly",
    flow_run_name=_named,
    validate_parameters=True,
    persist_result=False,
    on_failure=[reports.on_failure],
    on_crashed=[reports.on_failure],
)
def nightly(
    sources: list[str], out: str = "out", date: dt.date | None = None, settings: Settings | None = None
) -> dict[str, Any]:
    """Clean what the sources name and publish it as Parquet.

    Gives the summary. Ends as Failed, in words, for wrong usage, a full disk or an OUT that is held, and where the run
    is complete on disk and must not count as success (GateFailed, with the summary as `summary`).

    Args:
        sources: files, folders, globs, addresses, lists, sitemaps, WARC, JSONL, Parquet, sources.toml
        out: folder of the dataset, on the machine where the run takes place
        date: the night that the run counts for; empty: tonight, in the settings' time zone
        settings: all that can be set; empty: environment, qingwen.toml and defaults of where the run takes place
    """
    return told(lambda: _night(sources, out, date, settings or load_settings()))


def _night(sources: list[str], out: str, date: dt.date | None, settings: Settings) -> dict[str, Any]:
    summary = nights.run_night(sources, out, date, settings, running.run_shards)
    reports.publish(summary)
    if summary["problems"]:
        failed = GateFailed("; ".join(summary["problems"]))
        failed.summary = summary  # type: ignore[attr-defined]
        raise failed
    return summary
