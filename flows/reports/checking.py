"""qingwen check: is what is on disk what the commit records say, and do the tables hold together?

Changes nothing and needs no lock. Problems make the exit code 1; notes (an unfinished run, a run at work) do not.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from flows import store
from flows.errors import UsageError
from flows.reports import checking_duplicates, checking_raw, checking_rows
from flows.reports.checking_rows import READING
from flows.store import COMMITS, RAW, STAGING, read_json, staged_runs
from flows.words import counted
from schemas.commits import PART, RUN_ID, DamagedDataset, committed_runs, record, repair_with
from schemas.reading import Entry, must_have_size, opened, schema_version
from schemas.tables import TABLES

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
        lines = [f"{self.out}: {counted(self.runs, 'run')}, {counted(self.files, 'file')}: {rows}"]
        lines += [f"note: {note}" for note in self.notes]
        lines += [f"problem: {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"problem: and {len(self.problems) - SHOWN} more")
        lines.append("ok" if not self.problems else counted(len(self.problems), "problem"))
        return lines


def check(out: str | Path, *, deep: bool = True, raw: bool = False) -> Report:
    """Check a dataset: every file there, readable, with the rows, bytes, sha256 and schema as committed; no file that
    no record explains; keys unique, references kept, offsets within the texts, counts right; raw bytes those of their
    names.

    deep: False trusts sizes and footers and reads no rows and no raw bytes. raw: prove every raw file, not a sample.
    Raises UsageError where there is no dataset.
    """
    folder = Path(out)
    if not (folder / COMMITS).is_dir() and not any(_parts(folder)):
        raise UsageError(f"{out}: no dataset (there is no {COMMITS} folder)")
    report = Report(str(out), rows=dict.fromkeys(TABLES, 0))
    for name in (COMMITS, STAGING, RAW, *TABLES):
        if os.path.lexists(folder / name) and not (folder / name).is_dir():
            report.problems.append(f"{name}: not a folder; move it away, then {repair_with(out)}")
    if not (folder / COMMITS).is_dir():
        report.problems.append(f"{COMMITS}: missing, though files of runs are there; {repair_with(out)}")
        return report
    sound, named = _check_runs(folder, report, deep)
    if deep and sound:
        report.problems += _duplicate_problems(folder)
    elif deep:
        report.notes.append("duplicates: not checked, for files that they refer to are not as committed")
    report.problems += _strangers(folder, named, report)
    report.notes += _in_the_way(folder)
    if deep:
        proved = checking_raw.Proved()
        report.problems += checking_raw.problems(folder, proved, every=raw)
        if not proved.all:
            report.notes.append(f"{RAW}: {counted(proved.files, 'file')} proved, a sample; --raw proves all")
    return report


def _check_runs(out: Path, report: Report, deep: bool) -> tuple[bool, set[str]]:
    """Check the files of every run; whether all are sound, and the paths that records name."""
    earlier = checking_rows.Earlier(out)
    named: set[str] = set()
    sound = True
    for run_id in committed_runs(out):
        try:
            entries = record(out, run_id)["files"]
        except (DamagedDataset, FileNotFoundError) as error:
            report.problems.append(_within(out, error))
            sound = False
            continue
        report.runs += 1
        whole = True
        for entry in entries:
            named.add(entry["path"])
            found = list(file_problems(out, entry, deep))
            report.problems += found
            whole = whole and not found
            report.files += 1
            report.rows[entry["table"]] = report.rows.get(entry["table"], 0) + entry["rows"]
        sound = sound and whole
        if deep and whole:
            found = list(checking_rows.problems(out, run_id, entries, earlier))
            report.problems += (_within(out, line) + _to_do(out, line, entries) for line in found)
    return sound, named


def _duplicate_problems(out: Path) -> list[str]:
    try:
        return list(checking_duplicates.problems(out))
    except READING as error:
        an_id = type(error) is ValueError
        return [f"duplicates: {'an id is not one' if an_id else 'not checked to the end'}: {_within(out, error)}"]


def file_problems(out: Path, entry: Entry, deep: bool) -> Iterator[str]:
    """What is wrong with a committed file; the first that is found."""
    path, where = out / entry["path"], entry["path"]
    try:
        must_have_size(path, entry)
        if deep and store.sha256_of(path) != entry["sha256"]:
            yield f"{where}: its sha256 is not the committed one; {repair_with(out)}"
            return
        with opened(path, entry) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (DamagedDataset, OSError) as error:
        yield _within(out, error)
        return
    if rows != entry["rows"]:
        yield f"{where}: {counted(rows, 'row')}, {entry['rows']:,} were committed; {repair_with(out)}"
    yield from _schema_problems(where, entry["table"], schema)


def _to_do(out: Path, line: str, entries: Sequence[Entry]) -> str:
    """What to do about rows that do not hold together though their file is as committed."""
    table = line.split(": ")[1]
    paths = [entry["path"] for entry in entries if entry["table"] == table]
    return f"; move {', '.join(paths[:3])} away, then {repair_with(out)}" if paths else ""


def _within(out: Path, error: object) -> str:
    """A message whose paths begin in OUT: the report's first line says where that is."""
    return str(error).replace(f"{out}/", "")


def _schema_problems(where: str, table: str, schema: pa.Schema) -> Iterator[str]:
    """An older file may lack columns that came later; what it has must be as the table says."""
    wanted = TABLES[table]
    version = schema_version(schema)
    expected = [wanted.schema.field(c.name) for c in wanted.columns if c.since <= version]
    if not schema.equals(pa.schema(expected)):
        yield f"{where}: its schema is not version {version} of {table}"


def _strangers(out: Path, named: set[str], report: Report) -> Iterator[str]:
    """Files in the tables' folders that no record names; runs that are not finished."""
    coming: set[str] = set()
    for staging in staged_runs(out):
        where = f"{STAGING}/{staging.name}"
        try:
            intent = read_json(staging / store.INTENT)
            coming |= {entry["path"] for entry in intent["record"]["files"]} if intent is not None else set()
        except (ValueError, KeyError, TypeError) as error:
            report.notes.append(f"{where}/{store.INTENT}: damaged: {error!r}; the next run sees to it")
        report.notes.append(f"{where}: a run at work, or one that died; running it again completes it")
    lost: Counter[str] = Counter()
    for where in sorted(_parts(out)):
        if where in named:
            continue
        if where in coming:
            report.notes.append(f"{where}: of a commit that is being made")
            continue
        run_id = where.rpartition("/part-")[2][: -len("-00000.parquet")]
        if PART.match(where) and RUN_ID.match(run_id) and not (out / COMMITS / f"{run_id}.json").exists():
            lost[run_id] += 1
        else:
            yield f"{where}: no commit record names it; it is not part of the dataset: move it away"
    for run_id, count in sorted(lost.items()):
        where = f"{COMMITS}/{run_id}.json"
        yield f"{where}: missing, and {count} files of its run are there; {repair_with(out)}"


def _parts(out: Path) -> Iterator[str]:
    """Every file in the tables' folders, relative to OUT."""
    for table in TABLES:
        for path in (out / table).rglob("*"):
            if not path.is_dir() or path.is_symlink():
                yield path.relative_to(out).as_posix()


def _in_the_way(out: Path) -> Iterator[str]:
    """What is no part of a dataset and does no harm, and what is derived and will be made anew."""
    for folder, ours in ((COMMITS, ".json"), (STAGING, "")):
        for path in sorted((out / folder).glob("*")):
            name = path.name.removesuffix(ours)
            temporary = path.name.startswith(".")
            if not temporary and not (RUN_ID.match(name) and (ours or path.is_dir())):
                yield f"{folder}/{path.name}: not ours and not read; move it away"
    for line in store.index_problems(out):
        yield f"{line}; the next run makes it anew"
