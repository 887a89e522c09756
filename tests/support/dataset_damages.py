"""Damages to a dataset on disk, and what each command says of them: the test's cases and the table in the docs.

Run as a script it writes docs/damaged-datasets.md and docs/zh/damaged-datasets.md, both from one try of every damage.
The Chinese words stand in dataset_damages_zh.toml; one that is missing ends it. What the commands say is as they say it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import logging
import re
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dataset_corpus import write_pages

from flows.cli.main import _run as command
from flows.errors import QingwenError
from flows.nights.night import run_night
from flows.settings import Settings
from flows.store.layout import sha256_of
from schemas import load
from schemas.commits import DamagedDataset
from schemas.tables import SCHEMA_VERSION, TABLES, VERSION_KEY

NIGHT = dt.date(2026, 3, 1)
FIRST = "20260301-0001"
SECOND = "20260302-0001"
THIRD = "20260303-0001"  # is at work: its shards are staged
RECORD = f"_commits/{FIRST}.json"
STAGED = f"_staging/{THIRD}"
SHARD = f"{STAGED}/shards/000000-001"
INDEX = "_index/pages.sqlite"
DUPLICATES = "_index/duplicates"
COMMANDS = ("check", "run", "load", "latest", "forget", "reclean", "repair")
ROWS = ("pages", "documents", "sections", "edits", "duplicates", "rejects")

Spoil = Callable[[Path], None]


@dataclass(frozen=True)
class Damage:
    """A damage: `spoil` is done to OUT / `where`. `codes`: exit codes of the commands, in their order, the last one that
    of check after the repair; - for a command that is not tried."""

    name: str
    where: str
    spoil: Spoil
    codes: str


def part(table: str, run: str = FIRST) -> str:
    return f"{table}/dt={run[:4]}-{run[4:6]}-{run[6:8]}/part-{run}-00000.parquet"


def empty(path: Path) -> None:
    path.write_bytes(b"")


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbage(path: Path) -> None:
    path.write_bytes(bytes(n * 37 % 251 for n in range(path.stat().st_size)))


def gone(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def renamed(path: Path) -> None:
    path.rename(path.with_name(f"old-{path.name}"))


def folder(path: Path) -> None:
    gone(path) if path.exists() else None
    path.mkdir()


def loop(path: Path) -> None:
    gone(path)
    path.symlink_to(path.name)


def a_file(path: Path) -> None:
    gone(path) if path.exists() else None
    path.write_bytes(b"\x00\x00\x00\x01Bud1")


def text(content: str | bytes) -> Spoil:
    return lambda path: (path.write_bytes(content.encode() if isinstance(content, str) else content), None)[1]


def flip(share: float) -> Spoil:
    def spoil(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[int(len(data) * share)] ^= 0xFF
        path.write_bytes(data)

    return spoil


def copy_to(name: str) -> Spoil:
    return lambda path: (shutil.copy(path, path.with_name(name)), None)[1]


def copy_of(beginning: str) -> Spoil:
    return lambda path: (shutil.copy(path.with_name(path.name.replace("copy-", beginning)), path), None)[1]


def record(change: Callable[[dict[str, Any]], None]) -> Spoil:
    def spoil(path: Path) -> None:
        found = json.loads(path.read_bytes())
        change(found)
        path.write_text(json.dumps(found))

    return spoil


def rows(change: Callable[[pa.Table], pa.Table]) -> Spoil:
    """Rows changed, and the commit record made to agree: only the rows themselves can tell."""

    def spoil(path: Path) -> None:
        pq.write_table(change(pq.ParquetFile(path).read()), path)
        out = path.parents[2]
        where = out / "_commits" / f"{path.name[5:18]}.json"
        about = json.loads(where.read_bytes())
        for entry in about["files"]:
            if out / entry["path"] == path:
                found = pq.read_metadata(path).num_rows
                entry.update(rows=found, bytes=path.stat().st_size, sha256=sha256_of(path))
        where.write_text(json.dumps(about))

    return spoil


def of_version(version: bytes) -> Callable[[pa.Table], pa.Table]:
    return lambda t: t.replace_schema_metadata({**(t.schema.metadata or {}), VERSION_KEY: version})


def no_utf8(table: pa.Table) -> pa.Table:
    at = table.schema.get_field_index("url")
    broken = [bytes([0xFF, 0xFE, 0x80]) for _ in range(len(table))]
    binary = pa.array(broken, pa.binary())
    column = pa.StringArray.from_buffers(len(binary), *binary.buffers()[1:])
    return table.set_column(at, table.schema.field(at), column)


def sql(statement: str) -> Spoil:
    def spoil(path: Path) -> None:
        db = sqlite3.connect(path)
        db.execute(statement)
        db.commit()
        db.close()

    return spoil


def outside(path: Path) -> None:
    gone(path)
    path.symlink_to(path.parent.parent / "outside.txt")


def nested(found: dict[str, Any]) -> None:
    found["files"][0]["path"] = "../../etc/hosts"


# Exit codes of: check, run, load documents, load --latest, forget, reclean, check after the repair.
DAMAGES = [
    Damage("empty", RECORD, empty, "1111110"),
    Damage("garbage", RECORD, garbage, "111---0"),
    Damage("half-written", RECORD, half, "111---0"),
    Damage("a list", RECORD, text("[]"), "111---0"),
    Damage("no UTF-8", RECORD, text(b'{"run_id": "\xff\xfe"}'), "111---0"),
    Damage("brackets without end", RECORD, text("[" * 200_000), "111---0"),
    Damage("without files", RECORD, record(lambda r: r.pop("files")), "111---0"),
    Damage("of another run", RECORD, record(lambda r: r.update(run_id=SECOND)), "111---0"),
    Damage("a path out of OUT", RECORD, record(nested), "111---0"),
    Damage("rows that are no number", RECORD, record(lambda r: r["files"][0].update(rows="x")), "111---0"),
    Damage("deleted", RECORD, gone, "1000000"),
    Damage("renamed", RECORD, renamed, "100---0"),
    Damage("a folder in its place", RECORD, folder, "1111110"),
    Damage("a link to itself", RECORD, loop, "111---0"),
    Damage("a copy beside it", RECORD, copy_to("20260303-copy.json"), "0000000"),
    Damage("a file manager's file", "_commits/.DS_Store", a_file, "000---0"),
    Damage("deleted", "_commits", gone, "1111110"),
    Damage("a file in its place", "_commits", a_file, "111---1"),
    Damage("empty", part("pages"), empty, "11-1--0"),
    Damage("truncated", part("pages"), half, "1101110"),
    Damage("a flipped byte", part("pages"), flip(0.1), "1000110"),
    Damage("a flipped byte in the footer", part("pages"), flip(0.97), "11-1--0"),
    Damage("garbage of the same size", part("pages"), garbage, "11-1--0"),
    Damage("deleted", part("pages"), gone, "11-1--0"),
    Damage("renamed", part("pages"), renamed, "11-1--1"),
    Damage("a folder in its place", part("pages"), folder, "11-1--1"),
    Damage("a link to itself", part("pages"), loop, "11-1--0"),
    Damage("of a later schema version", part("pages"), rows(of_version(b"99")), "1101111"),
    Damage("of a version that is none", part("pages"), rows(of_version(b"two")), "11-1--0"),
    Damage("without a column", part("pages"), rows(lambda t: t.drop_columns(["status"])), "11-1--0"),
    Damage("rows twice", part("pages"), rows(lambda t: pa.concat_tables([t, t])), "10-0--1"),
    Damage("texts that are no UTF-8", part("pages"), rows(no_utf8), "1100011"),
    Damage("deleted", part("pages", SECOND), gone, "11-1--0"),
    Damage("empty", part("documents"), empty, "1-111-0"),
    Damage("truncated", part("documents"), half, "1-111-0"),
    Damage("a flipped byte", part("documents"), flip(0.2), "1-111-0"),
    Damage("deleted", part("documents"), gone, "10111-0"),
    Damage("deleted", part("documents", SECOND), gone, "10111-0"),
    Damage("rows twice", part("documents"), rows(lambda t: pa.concat_tables([t, t])), "1-000-1"),
    Damage("truncated", part("sections"), half, "10--1-0"),
    Damage("deleted", part("sections"), gone, "10--1-0"),
    Damage("deleted", part("edits"), gone, "10--1-0"),
    Damage("a flipped byte", part("edits"), flip(0.3), "10--1-0"),
    Damage("empty", part("rejects"), empty, "10--1-0"),
    Damage("deleted", part("duplicates"), gone, "10--1-0"),
    Damage("garbage of the same size", part("duplicates"), garbage, "10--1-0"),
    Damage("deleted", part("runs"), gone, "10--0-0"),
    Damage("deleted", "documents/dt=2026-03-01", gone, "10111-0"),
    Damage("deleted", "sections", gone, "10--1-0"),
    Damage("a foreign file", "documents/dt=2026-03-01/notes.txt", a_file, "1-000-1"),
    Damage("a copy of a part", part("documents").replace("part-", "copy-"), copy_of("part-"), "1-000-1"),
    Damage("a file in its place", "edits", a_file, "11--1-1"),
    Damage("empty", INDEX, empty, "00----0"),
    Damage("garbage", INDEX, garbage, "00----0"),
    Damage("a flipped byte", INDEX, flip(0.002), "00----0"),
    Damage("deleted", INDEX, gone, "00----0"),
    Damage("a folder in its place", INDEX, folder, "00----0"),
    Damage("a status that is none", INDEX, sql("UPDATE known SET status = 'x'"), "00---10"),
    Damage("a run that is none", INDEX, sql("UPDATE known SET documents_run = 'x'"), "00---10"),
    Damage("garbage", f"{DUPLICATES}/manifest.json", garbage, "00----0"),
    Damage("a folder in its place", f"{DUPLICATES}/manifest.json", folder, "00----0"),
    Damage("a flipped byte", f"{DUPLICATES}/000003.keys", flip(0.2), "00----0"),
    Damage("truncated", f"{DUPLICATES}/000002.originals", half, "00----0"),
    Damage("a file in its place", DUPLICATES, a_file, "0000000"),
    Damage("a file in its place", "_index", a_file, "00----0"),
    Damage("a flipped byte", "_raw/*/*.zst", flip(0.6), "10---00"),
    Damage("empty", "_raw/*/*.zst", empty, "10---00"),
    Damage("truncated", "_raw/*/*.zst", half, "10---00"),
    Damage("a folder in its place", "_raw/*/*.zst", folder, "10---00"),
    Damage("a link to itself", "_raw/*/*.zst", loop, "10---00"),
    Damage("deleted", "_raw/*/*.zst", gone, "00---00"),
    Damage("deleted", "_raw", gone, "00---00"),
    Damage("a foreign file", "_raw/.DS_Store", a_file, "00---00"),
    Damage("a file in its place", "_raw", a_file, "11--111"),
    Damage("a file manager's file", "_staging/.DS_Store", a_file, "00----0"),
    Damage("a foreign folder", "_staging/20260303-copy", folder, "00----0"),
    Damage("garbage", f"{STAGED}/run.json", garbage, "00----0"),
    Damage("half-written", f"{STAGED}/run.json", half, "00----0"),
    Damage("a list", f"{STAGED}/run.json", text("[]"), "00----0"),
    Damage("half-written", f"{SHARD}/shard.json", half, "00----0"),
    Damage("a number", f"{SHARD}/shard.json", text("7"), "00----0"),
    Damage("truncated", f"{SHARD}/documents.staged", half, "00----0"),
    Damage("a flipped byte", f"{SHARD}/documents.staged", flip(0.1), "01----0"),
    Damage("deleted", f"{SHARD}/pages.staged", gone, "00----0"),
    Damage("a file in its place", SHARD, a_file, "0000000"),
    Damage("garbage", f"{STAGED}/intent.json", text("{half"), "00----0"),
    Damage("a file in its place", "_staging", a_file, "11----1"),
    Damage("a folder in its place", "_lock", folder, "02--222"),
    Damage("a link to another file", "_lock", outside, "02--222"),
    Damage("garbage", "_lock", a_file, "00--000"),
    Damage("a file in its place", "_reports", a_file, "0100111"),
    Damage("a folder in its place", f"_reports/{FIRST}.md", folder, "00---00"),
    Damage("no UTF-8", "_docs/README.md", text(b"\xff\xfe\x80"), "00---00"),
    Damage("a folder in its place", "_docs/README.md", folder, "00---00"),
]


def make(root: Path) -> Path:
    """A dataset of two nights and of a third that was killed before its commit. Gives OUT; pages are beside it."""
    pages, out = write_pages(root / "pages", 8, short=True), root / "out"
    shutil.copy(pages / "000" / "000004.html", pages / "000" / "copied.html")
    night(out, 0)
    write_pages(pages, 3, version=1, short=True)
    night(out, 1)
    write_pages(pages, 3, version=2, short=True)
    from flows.store import runs

    publish = runs._publish

    def die(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    runs._publish = die  # type: ignore[assignment]
    try:
        with contextlib.suppress(KeyboardInterrupt):
            night(out, 2)
    finally:
        runs._publish = publish
    return out


def night(out: Path, number: int) -> dict[str, Any]:
    """A nightly run in this process, on the pages beside OUT."""
    settings = Settings(out=out, runner="here", max_rejected=1.0, shard_pages=5)
    return run_night([str(out.parent / "pages")], out, NIGHT + dt.timedelta(days=number), settings)


def spoil(out: Path, damage: Damage) -> Path:
    """Do a damage to a dataset and say to which path."""
    found = sorted(out.glob(damage.where)) if "*" in damage.where else [out / damage.where]
    damage.spoil(found[0])
    return found[0]


def tell(out: Path, name: str) -> tuple[int, str]:
    """Exit code and output of a command. Whatever is not raised on purpose comes through."""
    logging.raiseExceptions = False  # a handler that another test left has lost its stream
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
        code = _tell(out, name)
    return code, written.buffer.getvalue().decode()


def _tell(out: Path, name: str) -> int:
    if name == "run":  # without Prefect around it
        try:
            night(out, 2)
        except (QingwenError, DamagedDataset) as error:
            print(f"qingwen: {error}")
            return getattr(error, "exit_code", 1)
        return 0
    url = "file:000/000001.html"
    arguments = {
        "check": ["check", str(out)],
        "load": ["load", str(out), "documents"],
        "latest": ["load", str(out), "documents", "--latest"],
        "forget": ["forget", str(out), url],
        "reclean": ["reclean", str(out), "--date", "2026-03-04", "--runner", "here"],
        "repair": ["check", str(out), "--repair", "--raw"],
    }
    return command(arguments[name])


def all_rows(out: Path) -> dict[str, list[str]]:
    """The rows of all tables but runs, in an order of their own."""
    return {table: sorted(map(repr, load(table, out).to_pylist())) for table in ROWS}


def said(out: Path, output: str, where: str) -> str:
    """What a command said of a damage, without what differs between two machines."""
    shown = output.replace(f"{out}/", "").replace(str(out), "OUT")
    lines = [line for line in shown.splitlines() if line.startswith(("problem:", "note:", "repair:", "qingwen:"))]
    kept = [line for line in lines if "a run at work" not in line]
    line = next((line for line in kept if where in line or where.split("*")[0] in line), kept[0] if kept else "")
    line = re.sub(r"(unreadable|not a commit record|damaged)\b:? .*?(;|$)", r"\1\2", line)
    line = re.sub(r"_raw/[^ ;:]+", "_raw/…", line)
    return re.sub(r"\d+(,\d+)*( bytes| were committed)", r"N\2", line).replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Each page and its text."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        out = make(root)
        tried = [(damage, cells(root, out, damage)) for damage in DAMAGES]
    return {path: page(words, tried) for path, words in ((DOCS / NAME, ENGLISH), (DOCS / "zh" / NAME, chinese()))}


def page(words: Words, tried: list[tuple[Damage, list[str]]]) -> str:
    head = [words.head, f"| {' | '.join(words.columns)} |", "| --- " * len(words.columns) + "|"]
    return "\n".join([*head, *(row(words, damage, said) for damage, said in tried)]) + "\n"


def row(words: Words, damage: Damage, said: list[str]) -> str:
    """A damage's row of the table."""
    return f"| `{damage.where}` | {words.named(damage)} | {' | '.join(said)} |"


def cells(root: Path, good: Path, damage: Damage) -> list[str]:
    """What is said of a damage: by check, by run, the codes of those between, by check --repair."""
    found = []
    for name in ("check", "run", "repair"):
        out = fresh(root, good)
        spoil(out, damage)
        code, output = tell(out, name)
        line = said(out, output, damage.where)
        found.append(f"{code}: {line}" if line else f"{code}")
    return [*found[:2], " ".join(damage.codes[2:6]), found[2]]


def fresh(root: Path, good: Path) -> Path:
    """A copy of the dataset that may be spoilt."""
    out = root / "spoilt"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(good, out, symlinks=True)
    return out


@dataclass(frozen=True)
class Words:
    """The words of a page. names: a damage's name in its language; None where it is the name that the damage has."""

    head: str
    columns: list[str]
    names: dict[str, str] | None = None

    def named(self, damage: Damage) -> str:
        if self.names is None:
            return damage.name
        if damage.name not in self.names:
            raise SystemExit(f"{CHINESE.name}: no word for the damage {damage.name!r}")
        return self.names[damage.name]


def chinese() -> Words:
    return Words(**tomllib.loads(CHINESE.read_text(encoding="utf-8")))


DOCS = Path(__file__).parents[2] / "docs"
NAME = "damaged-datasets.md"
CHINESE = Path(__file__).with_name("dataset_damages_zh.toml")
ENGLISH = Words(
    """\
# Damaged datasets

What each command says where a file of OUT is damaged: its exit code, and the line that names the file. Made by
`python tests/support/dataset_damages.py` and held by `tests/flows/test_damaged_datasets.py`, where every one of these is
done to a dataset of two nights and of a third that was killed before its commit. [中文](zh/damaged-datasets.md)

`qingwen check OUT` finds damages; `qingwen check OUT --repair` makes anew what can be made: rows from the raw store,
commit records from the files of their runs, and it deletes what is derived. A raw file that is damaged is stored again
when its bytes come again. No command loses what is whole.
""",
    ["file", "damage", "check", "run", "load, load --latest, forget, reclean", "check --repair"],
)

assert SCHEMA_VERSION < 99 and set(ROWS) < set(TABLES)

if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
