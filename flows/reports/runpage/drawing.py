"""The pages as files."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import defaultdict
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from flows.reports.runpage import charts
from flows.reports.runpage.breakdown import percent
from flows.reports.runpage.content import content
from flows.reports.runpage.figures import path_of, without_addresses
from flows.reports.runpage.showing import attribute, link, visible
from flows.store import REPORTS, read_json, write_whole
from flows.words import duration, size
from schemas.commits import committed_runs, record
from schemas.vocabulary import PAGE_STATUSES

log = logging.getLogger("qingwen.reporting")

INDEX = Path("index.html")
NIGHTS = 60  # in the chart of the index
PAGELESS = ("forget",)  # kinds of runs that have nothing to show


def page_path(out: Path, run_id: str) -> Path:
    """Where a run's page is."""
    return out / REPORTS / f"{run_id}.html"


def draw(out: Path, run_id: str) -> Path | None:
    """Draw a committed run's page; None for a takedown, which has nothing to show.

    Raises FileNotFoundError for a run that was not committed.
    """
    if record(out, run_id)["kind"] in PAGELESS:
        return None
    path = page_path(out, run_id)
    write_whole(path, _rendered("run.html.j2", content(out, run_id)))
    return path


def draw_index(out: Path) -> Path:
    """Draw the page over all runs, newest first."""
    rows = [_row(out, run_id) for run_id in reversed(committed_runs(out))]
    nights: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(PAGE_STATUSES, 0))
    for row in reversed(rows):
        if row["kind"] == "nightly":
            for status in PAGE_STATUSES:
                nights[row["night"]][status] += row["counts"].get(status, 0)
    dates = sorted(nights)[-NIGHTS:]
    series = {status: [nights[date][status] for date in dates] for status in PAGE_STATUSES}
    chart = charts.bars(
        "Pages of each night by what became of them", [date[5:] for date in dates], series, lambda n: f"{n:,.0f}"
    )
    shown = {
        "dataset": out.resolve().name,
        "rows": rows,
        "chart": chart if len(dates) > 1 else "",
        "statuses": PAGE_STATUSES,
    }
    path = out / REPORTS / INDEX
    write_whole(path, _rendered("index.html.j2", shown))
    return path


def withdraw(out: Path, changed: Collection[str]) -> list[str]:
    """A page is taken down, which changes these runs: take away what is said of it. Gives the runs to draw again.

    The pages of the changed runs go, and those of later ones, which show the nights before; and what a changed run told
    of itself keeps no addresses.
    """
    for run_id in changed:
        without_addresses(out, run_id)
    first = min(changed, default="~")
    found = [path for end in ("md", "html") for path in (out / REPORTS).glob(f"*.{end}") if path.stem != INDEX.stem]
    gone = [path for path in found if path.stem >= first]
    for path in gone:
        path.unlink()
    return sorted({path.stem for path in gone})


def _row(out: Path, run_id: str) -> dict[str, Any]:
    about = record(out, run_id)
    rows: dict[str, int] = defaultdict(int)
    for entry in about["files"]:
        rows[entry["table"]] += entry["rows"]
    try:
        told = (read_json(path_of(out, run_id)) or {}).get("summary", {})
    except json.JSONDecodeError:
        told = {}
    return {
        "run_id": run_id,
        "kind": about["kind"],
        "night": about["night"],
        "counts": about.get("counts", {}),
        "removed": about.get("removed", {}).get("pages", 0),
        "documents": rows["documents"],
        "seconds": told.get("seconds") or _seconds(about),
        "problems": told.get("problems", []),
        "href": f"{run_id}.html" if page_path(out, run_id).exists() else "",
    }


def _seconds(about: dict[str, Any]) -> float:
    """From a run's start to its commit; 0.0 where the record does not say."""
    try:
        begun, done = (dt.datetime.fromisoformat(about[name]) for name in ("started_at", "committed_at"))
    except (KeyError, ValueError):
        return 0.0
    return (done - begun).total_seconds()


def _rendered(template: str, values: dict[str, Any]) -> bytes:
    """A template with its values. Whatever is text is shown by `visible`: escaped, and nothing unseen in it."""
    return _templates().get_template(template).render(values).encode("utf-8", "replace")


@cache
def _templates() -> jinja2.Environment:
    """The templates, compiled once in a process."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("flows.reports.runpage"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, attribute=attribute, size=size, duration=duration)
    environment.globals.update(link=link)
    return environment
