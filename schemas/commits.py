"""Which files belong to a dataset: OUT/_commits/<run>.json, one record a run.

A record is written when all files of its run are in place. A file that no record names is not part of the dataset, and
a file in that folder whose name is no run's (a copy, a note, what a file manager leaves behind) is no record.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMITS = "_commits"
STAGING = "_staging"
INTENT = "intent.json"  # in a run's staging: which files go where

RUN_ID = re.compile(r"\d{8}-\d{4,9}\Z")  # the night and a number
PART = re.compile(r"[a-z]+/dt=\d{4}-\d\d-\d\d/[^/\\\x00]+\.parquet\Z")
_ENTRY = {"path": str, "table": str, "rows": int, "bytes": int, "sha256": str}


class DamagedDataset(Exception):
    """A file of a dataset is not what it must be. The message says which file, what is wrong, and what to do."""


def damaged(path: Path | str, what: object, remedy: str) -> DamagedDataset:
    """The error for a damaged file, in one form: path, what is wrong, what to do."""
    return DamagedDataset(f"{path}: {what}; {remedy}")


def repair_with(out: Path | str) -> str:
    """What to do about a file that can be made anew."""
    return f"`qingwen check {out} --repair` makes it anew"


def committed_runs(out: Path) -> list[str]:
    """Ids of the committed runs, oldest first: later nights and later runs of a night sort behind.

    Raises DamagedDataset where the folder of the records is gone and files of runs are there."""
    if not (out / COMMITS).is_dir() and _has_parts(out):
        raise damaged(out / COMMITS, "missing, though files of runs are there", repair_with(out))
    return sorted(p.stem for p in (out / COMMITS).glob("*.json") if RUN_ID.match(p.stem))


def commit_order(out: Path) -> list[str]:
    """Ids of the committed runs in the order of their commits, which is not that of their nights where a night was run
    after later ones."""
    return sorted(committed_runs(out), key=lambda r: (record(out, r).get("committed_at", ""), r))


def record(out: Path, run_id: str) -> dict[str, Any]:
    """A run's commit record. Raises FileNotFoundError for a run that was not committed, DamagedDataset for a record
    that is none."""
    path = out / COMMITS / f"{run_id}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        must_be_record(found, run_id)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(path, f"not a commit record: {_why(error)}", repair_with(out)) from None
    return found


def must_be_record(found: Any, run_id: str) -> None:
    """Raise ValueError, KeyError or TypeError where a value is no commit record of a run."""
    if found["run_id"] != run_id:
        raise ValueError(f"it is of run {str(found['run_id'])[:40]}")
    for entry in found["files"]:
        for name, kind in _ENTRY.items():
            if not isinstance(entry[name], kind):
                raise ValueError(f"{name} of a file is {str(entry[name])[:40]!r}")
        if not PART.match(entry["path"]) or not entry["path"].startswith(f"{entry['table']}/"):
            raise ValueError(f"{entry['path'][:200]!r} is no path of a part")


def record_sha256(out: Path, run_id: str) -> str:
    """sha256 of a commit record: whoever derived something from the run's files can tell whether it still holds."""
    path = out / COMMITS / f"{run_id}.json"
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise damaged(path, f"not a commit record: {_why(error)}", repair_with(out)) from None


def committed(out: Path, run_id: str, table: str | None = None) -> Iterator[tuple[dict[str, Any], Path]]:
    """A run's files: what the record says of each (path, table, rows, bytes, sha256), and where it is."""
    for entry in record(out, run_id)["files"]:
        if table is None or entry["table"] == table:
            yield entry, out / entry["path"]


def withheld_pages(out: Path) -> set[str]:
    """Ids of the pages that were forgotten on demand and stay out."""
    return {page for run_id in committed_runs(out) for page in record(out, run_id).get("forgotten", ())}


def _has_parts(out: Path) -> bool:
    """Whether files of runs are there, and no first commit is being made or finished."""
    beginning = any(out.glob("_staging/*/intent.json"))
    return not beginning and any(
        PART.match(path.relative_to(out).as_posix()) for path in out.glob("[a-z]*/dt=*/part-*")
    )


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)
