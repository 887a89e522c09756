"""Which files belong to a dataset: OUT/_commits/<run>.json, one record a run.

A record is written when all files of its run are in place. A file that no record names is not part of the dataset.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMITS = "_commits"


def committed_runs(out: Path) -> list[str]:
    """Ids of the committed runs, oldest first: later nights and later runs of a night sort behind."""
    return sorted(p.stem for p in (out / COMMITS).glob("*.json") if not p.name.startswith("."))


def record(out: Path, run_id: str) -> dict[str, Any]:
    """A run's commit record. Raises FileNotFoundError for a run that was not committed."""
    found: dict[str, Any] = json.loads((out / COMMITS / f"{run_id}.json").read_bytes())
    return found


def record_sha256(out: Path, run_id: str) -> str:
    """sha256 of a commit record: whoever derived something from the run's files can tell whether it still holds."""
    return hashlib.sha256((out / COMMITS / f"{run_id}.json").read_bytes()).hexdigest()


def committed(out: Path, run_id: str, table: str | None = None) -> Iterator[tuple[dict[str, Any], Path]]:
    """A run's files: what the record says of each (path, table, rows, bytes, sha256), and where it is."""
    for entry in record(out, run_id)["files"]:
        if table is None or entry["table"] == table:
            yield entry, out / entry["path"]


def withheld_pages(out: Path) -> set[str]:
    """Ids of the pages that were forgotten on demand and stay out."""
    return {page for run_id in committed_runs(out) for page in record(out, run_id).get("forgotten", ())}
