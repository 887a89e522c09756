"""The nights before: what each counted, so that a night can be seen beside them."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.reports.runpage.figures import Figures, figures_of, merged
from flows.reports.runpage.ranges import NIGHTS
from schemas.commits import committed, committed_runs, record

log = logging.getLogger("qingwen.reporting")


@dataclass(frozen=True, slots=True)
class Night:
    """A night: its date, the nightly runs of it that are counted, and what they counted together."""

    date: str
    runs: tuple[str, ...]
    figures: Figures
    seconds: float = 0.0  # of its runs; 0: not known

    @property
    def pages_a_second(self) -> float | None:
        """None where the time is not known."""
        return self.figures["pages"] / self.seconds if self.seconds else None


def nights(out: Path, run_id: str) -> list[Night]:
    """The night of a nightly run as it stood when the run ended, and up to NIGHTS nights before it, oldest first.

    Of a run of another kind: that run alone.
    """
    about = record(out, run_id)
    if about["kind"] != "nightly":
        return [_night(out, about["night"], [run_id])]
    runs: dict[str, list[str]] = defaultdict(list)
    for other in reversed([run for run in committed_runs(out) if run <= run_id]):
        told = record(out, other)
        if told["kind"] == "nightly" and told["night"] <= about["night"]:
            if told["night"] not in runs and len(runs) > NIGHTS:
                break
            runs[told["night"]].insert(0, other)
    return [_night(out, date, runs[date]) for date in sorted(runs)]


def _night(out: Path, date: str, runs: list[str]) -> Night:
    told = [figures_of(out, run) for run in runs]
    seconds = [summary.get("seconds") for _, summary in told]
    whole = all(value is not None for value in seconds)
    figures = merged([found for found, _ in told])
    return Night(date, tuple(runs), figures, float(sum(value or 0.0 for value in seconds)) if whole else 0.0)


def summary_from_tables(out: Path, run_id: str) -> dict[str, Any]:
    """What the table `runs` and the commit record know of a run, in the form of its summary."""
    about = record(out, run_id)
    row: dict[str, Any] = {}
    for _, path in committed(out, run_id, "runs"):
        row = pq.read_table(path, partitioning=None).to_pylist()[0]
    counts = about.get("counts") or {
        name: row.get(name) or 0
        for name in ("pages", "cleaned", "same", "unchanged", "rejected", "gone", "repeated", "withheld")
    }
    rows = {entry["table"]: 0 for entry in about["files"]}
    for entry in about["files"]:
        rows[entry["table"]] += entry["rows"]
    return {
        "run_id": run_id,
        "kind": about["kind"],
        "night": about["night"],
        "started_at": str(row.get("started_at") or about.get("started_at") or ""),
        "finished_at": str(row.get("finished_at") or ""),
        "attempts": row.get("attempts") or 1,
        "seconds": row.get("seconds"),
        "cleaning_seconds": row.get("cleaning_seconds") or 0.0,
        "named": about.get("named"),
        "out": str(out),
        "counts": counts,
        "rows": rows,
        "edits_by_step": _counts(row.get("edits_by_step")),
        "rejects_by_reason": _counts(row.get("rejects_by_reason")),
        "bytes": row.get("bytes") or 0,
        "cleaner_version": row.get("cleaner_version") or "",
        "rules_digest": row.get("rules_digest") or "",
        "files": len(about["files"]),
        "file_bytes": sum(entry["bytes"] for entry in about["files"]),
        "problems": [],
    }


def _counts(pairs: list[dict[str, Any]] | None) -> dict[str, int]:
    return {pair["name"]: pair["count"] for pair in pairs or ()}
