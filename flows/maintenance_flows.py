"""Cleaning again and pruning as Prefect flows, for deployments: their parameters are the form in Prefect's UI."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

from prefect import flow  # isort: skip

from flows import nights, reports
from flows.failing import checked, told
from flows.settings import Settings, load_settings

_TELL: list[Any] = [reports.on_failure]


def _check(out: str = "out", **_: Any) -> None:
    """Raise UsageError where there is no dataset."""
    nights.check_dataset(Path(out))


@checked(_check)
@flow(name="reclean", validate_parameters=True, persist_result=False, on_failure=_TELL, on_crashed=_TELL)
def reclean_flow(
    out: str = "out",
    rejects: bool = False,
    reason: str | None = None,
    host: str | None = None,
    since: dt.date | None = None,
    date: dt.date | None = None,
    force: bool = False,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """Clean pages again from the raw store with today's code, without the network.

    Args:
        out: folder of the dataset
        rejects: only pages that were rejected
        reason: only pages rejected for this reason, such as "decoding: not text", or either half of it
        host: only pages of this host and its subdomains
        since: only pages fetched since this day
        date: the night that the run counts for; empty: tonight
        force: also pages that today's code, rules and policy would clean as they were
        settings: all that can be set; empty: environment, qingwen.toml and defaults of where the run takes place
    """

    def reclean() -> dict[str, Any]:
        summary = nights.reclean(
            out,
            rejects=rejects,
            reason=reason,
            host=host,
            since=since,
            date=date,
            force=force,
            settings=settings or load_settings(),
        )
        reports.publish(summary)
        return summary

    return told(reclean)


@checked(_check)
@flow(name="prune", validate_parameters=True, persist_result=False, on_failure=_TELL, on_crashed=_TELL)
def prune_flow(out: str = "out", keep_days: int = 30) -> dict[str, int]:
    """Delete raw pages, unfinished runs and reports that are old. Tables stay.

    Args:
        out: folder of the dataset
        keep_days: days that raw pages, unfinished runs and reports are kept
    """
    return told(lambda: nights.prune(out, keep_days=keep_days))
