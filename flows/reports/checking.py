"""qingwen check: is what is on disk what the commit records say, and do the tables hold together?

Changes nothing and needs no lock. Problems make the exit code 1; notes (an unfinished run, a run at work) do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows import store
from flows.errors import UsageError
from flows.reports import checking_rows
from flows.store import COMMITS, STAGING, read_json
from schemas.commits import committed_runs
from schemas.tables import SCHEMA_VERSION, TABLES, VERSION_KEY

SHOWN = 100  # problems listed; the rest are counted


@dataclass
class Report:
    """What was found. `problems` and `notes` are one line each."""

    out: str
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    runs: int = 0
    files: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0: all is well; 1: there is a problem."""
        return 1 if self.problems else 0

    def lines(self) -> list[str]:
        """The report for a terminal."""
        rows = ", ".join(f"{n:,} {table}" for table, n in self.rows.items())
        lines = [f"{self.out}: {self.runs} runs, {self.files} files: {rows}"]
        lines += [f"note: {note}" for note in self.notes]
        lines += [f"problem: {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"problem: and {len(self.problems) - SHOWN} more")
        lines.append("ok" if not self.problems else f"{len(self.problems)} problems")
        return lines


def check(out: str | Path, *, deep: bool = True) -> Report:
    """Check a dataset: every file there, readable, with the rows, bytes, sha256 and schema as committed; no file that
    no record explains; keys unique, references kept, offsets within the texts, counts right.

    deep: False trusts sizes and footers and reads no rows. Raises UsageError where there is no dataset.
    """
    folder = Path(out)
    if not (folder / COMMITS).is_dir():
        raise UsageError(f"{out}: no dataset (there is no {COMMITS} folder)")
    report = Report(str(out), rows=dict.fromkeys(TABLES, 0))
    runs = committed_runs(folder)
    earlier = checking_rows.Earlier(folder)
    named: set[str] = set()
    for run_id in runs:
        entries, problem = _entries(folder, run_id)
        if problem:
            report.problems.append(problem)
            continue
        report.runs += 1
        whole = True
        for entry in entries:
            named.add(entry["path"])
            found = list(_file_problems(folder, entry, deep))
            report.problems += found
            whole = whole and not found
            report.files += 1
            report.rows[entry["table"]] = report.rows.get(entry["table"], 0) + entry["rows"]
        if deep and whole:
            report.problems += checking_rows.problems(folder, run_id, entries, earlier)
    report.problems += _strangers(folder, named, report)
    return report


def _entries(out: Path, run_id: str) -> tuple[list[dict[str, Any]], str]:
    """A record's files, and what is wrong with the record."""
    where = f"{COMMITS}/{run_id}.json"
    try:
        record = read_json(out / where)
        entries = record["files"]
        for entry in entries:
            if entry["table"] not in TABLES or not isinstance(entry["rows"], int):
                raise ValueError(f"entry {entry}")
            _ = (entry["path"], entry["bytes"], entry["sha256"])
        if record["run_id"] != run_id:
            raise ValueError(f"is of run {record['run_id']}")
        return entries, ""
    except (ValueError, KeyError, TypeError, OSError) as error:
        return [], f"{where}: not a commit record: {error}"


def _file_problems(out: Path, entry: dict[str, Any], deep: bool) -> Iterator[str]:
    path, where = out / entry["path"], entry["path"]
    try:
        size = path.stat().st_size
    except OSError:
        yield f"{where}: missing"
        return
    if size != entry["bytes"]:
        yield f"{where}: {size} bytes, {entry['bytes']} were committed"
        return
    if deep and store.sha256_of(path) != entry["sha256"]:
        yield f"{where}: its sha256 is not the committed one"
        return
    try:
        with pq.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, pa.ArrowException) as error:
        yield f"{where}: unreadable: {error}"
        return
    if rows != entry["rows"]:
        yield f"{where}: {rows} rows, {entry['rows']} were committed"
    yield from _schema_problems(where, entry["table"], schema)


def _schema_problems(where: str, table: str, schema: pa.Schema) -> Iterator[str]:
    """An older file may lack columns that came later; what it has must be as the table says."""
    wanted = TABLES[table]
    version = int((schema.metadata or {}).get(VERSION_KEY, b"0"))
    if not 1 <= version <= SCHEMA_VERSION:
        yield f"{where}: schema version {version}, this is version {SCHEMA_VERSION}"
        return
    expected = [wanted.schema.field(c.name) for c in wanted.columns if c.since <= version]
    if not schema.equals(pa.schema(expected)):
        yield f"{where}: its schema is not version {version} of {table}"


def _strangers(out: Path, named: set[str], report: Report) -> Iterator[str]:
    """Files in the tables' folders that no record names; runs that are not finished."""
    coming: set[str] = set()
    for staging in sorted((out / STAGING).glob("*")):
        intent = read_json(staging / store.INTENT)
        if intent is not None:
            coming |= {entry["path"] for entry in intent["record"]["files"]}
        if staging.is_dir():
            report.notes.append(
                f"{STAGING}/{staging.name}: a run at work, or one that died; running it again completes it"
            )
    for table in TABLES:
        for path in sorted((out / table).rglob("*")):
            where = path.relative_to(out).as_posix()
            if path.is_dir() or where in named:
                continue
            if where in coming:
                report.notes.append(f"{where}: of a commit that is being made")
            else:
                yield f"{where}: no commit record names it"
