"""What a run's tables hold, counted: plain numbers by name, so small that thirty nights of them are read at once.

The tables are read in batches and by columns, never a text; memory does not follow the number of pages. The figures of
a run stand in OUT/_reports/<run>.json beside what the run told of itself (times, problems), which no table has. They
say which commit record they were counted from, by its sha256, and are counted again where that has changed.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.store import REPORTS, read_json, write_whole
from schemas.commits import committed, record_sha256
from schemas.reading import opened

log = logging.getLogger("qingwen.reporting")

Figures = dict[str, Any]  # name -> number, or name -> figures
VERSION = 1
NAMES = 1_000  # sources, hosts, spellings of a night that are told apart in its file: the most frequent
NAMES_HELD = 100_000  # while counting; later ones count as OTHERS
OTHERS = "(others)"
FILES = "(files)"  # the host of what was not fetched
COPIED = 0.5  # share of a document's text in paragraphs from elsewhere, above which it counts as copied
TELLS_PAGES = ("named_twice", "problems", "recovered", "settings", "report", "page", "out")  # may name addresses

_HOST = r"^[hH][tT][tT][pP][sS]?://(?:[^/?#@]*@)?(?P<host>\[[^\]/?#]*\]|[^/?#:]*)"


def path_of(out: Path, run_id: str) -> Path:
    """Where a run's figures stand."""
    return out / REPORTS / f"{run_id}.json"


def figures_of(out: Path, run_id: str) -> tuple[Figures, dict[str, Any]]:
    """A run's figures, and what it told of itself ({} where that is not known any more).

    Raises FileNotFoundError for a run that was not committed.
    """
    digest = record_sha256(out, run_id)
    try:
        kept = read_json(path_of(out, run_id)) or {}
    except json.JSONDecodeError:
        kept = {}
    if (kept.get("version"), kept.get("record")) == (VERSION, digest):
        return kept["figures"], kept["summary"]
    summary = kept.get("summary", {})
    found = count(out, run_id)
    _write(out, run_id, digest, found, summary)
    return found, summary


def keep(out: Path, summary: dict[str, Any]) -> Figures:
    """Count a run that has just ended, and keep what it told of itself."""
    run_id = summary["run_id"]
    found = count(out, run_id)
    _write(out, run_id, record_sha256(out, run_id), found, summary)
    return found


def without_addresses(out: Path, run_id: str) -> None:
    """Take what may name a page out of what a run told of itself: a page of it was taken down."""
    try:
        kept = read_json(path_of(out, run_id))
    except json.JSONDecodeError:
        kept = None
    path_of(out, run_id).unlink(missing_ok=True)
    if kept:
        told = {name: value for name, value in kept.get("summary", {}).items() if name not in TELLS_PAGES}
        _write(out, run_id, "", {}, told)  # counted again when it is asked for


def count(out: Path, run_id: str) -> Figures:
    """Count a run's tables. Raises DamagedDataset where a file of them cannot be read."""
    found: Figures = {}
    _count_pages(out, run_id, found)
    _count_documents(out, run_id, found)
    _count_edits(out, run_id, found)
    kinds: Counter[str] = Counter()
    for batch in _batches(out, run_id, "duplicates", ("kind",)):
        _add(kinds, batch.column("kind"))
    found["duplicates"] = dict(kinds)
    return found


def _count_pages(out: Path, run_id: str, found: Figures) -> None:
    statuses: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unchanged: Counter[str] = Counter()
    encodings: Counter[str] = Counter()
    places: dict[str, dict[str, Counter[str]]] = {"sources": {}, "hosts": {}}
    size = 0
    kinds: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    columns = ("source", "url", "status", "reason", "documents", "bytes", "encoding", "kind", "kept_ratio")
    for batch in _batches(out, run_id, "pages", columns):
        status = batch.column("status")
        size += pc.sum(batch.column("bytes")).as_py() or 0
        _add(statuses, status)
        _add(reasons, batch.column("reason").filter(pc.equal(status, "rejected")))
        _add(unchanged, batch.column("reason").filter(pc.equal(status, "unchanged")))
        _add(encodings, batch.column("encoding"))
        if "kind" in batch.schema.names:
            _add(kinds, batch.column("kind"))
        if "kept_ratio" in batch.schema.names:
            tenths = pc.min_element_wise(pc.floor(pc.multiply(batch.column("kept_ratio"), 10.0)), 9.0)
            _add(kept, pc.cast(tenths, pa.int32()).filter(pc.is_valid(batch.column("kept_ratio"))))
        written = pc.if_else(pc.equal(status, "cleaned"), batch.column("documents"), 0)
        for kind, names in (("sources", batch.column("source")), ("hosts", hosts(batch.column("url")))):
            _add_places(places[kind], pa.table({"name": names, "status": status, "documents": written}))
    found["pages"] = statuses.total()
    found["bytes"] = size
    found["statuses"] = dict(statuses)
    found["reasons"] = dict(reasons)
    found["unchanged_reasons"] = dict(unchanged)
    found.update(encodings=dict(encodings), kinds=dict(kinds), kept=dict(kept))
    for kind, counts in places.items():
        first = sorted(counts, key=lambda name: (-counts[name]["pages"], name))[:NAMES]
        found[kind] = {name: dict(counts[name]) for name in first}
        found[f"{kind}_whole"] = int(len(first) == len(counts) and OTHERS not in counts)


def hosts(urls: Any) -> Any:
    """The host of each address, in lower case; FILES for what is no http(s)."""
    found = pc.struct_field(pc.extract_regex(urls, _HOST), "host")
    return pc.fill_null(pc.utf8_lower(found), FILES)


def _add_places(counts: dict[str, Counter[str]], rows: pa.Table) -> None:
    for row in rows.group_by(["name", "status"]).aggregate([("documents", "sum"), ("status", "count")]).to_pylist():
        name = row["name"] if row["name"] in counts or len(counts) < NAMES_HELD else OTHERS
        mine = counts.setdefault(name, Counter())
        mine["pages"] += row["status_count"]
        mine[row["status"]] += row["status_count"]
        mine["documents"] += row["documents_sum"] or 0


def _count_documents(out: Path, run_id: str, found: Figures) -> None:
    scripts: Counter[str] = Counter()
    originals: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    documents = characters = copied = versions = flagged = 0
    columns = ("language_script", "original_script", "flags", "char_count", "copied_ratio", "version_of")
    for batch in _batches(out, run_id, "documents", columns):
        documents += len(batch)
        _add(scripts, batch.column("language_script"))
        _add(flags, batch.column("flags").flatten())
        flagged += pc.sum(pc.greater(pc.list_value_length(batch.column("flags")), 0)).as_py() or 0
        size = batch.column("char_count")
        characters += pc.sum(size).as_py() or 0
        _add(lengths, pc.cast(pc.floor(pc.log2(pc.max_element_wise(size, 1))), pa.int32()))
        names = batch.schema.names
        if "original_script" in names:
            _add(originals, batch.column("original_script"))
        if "copied_ratio" in names:
            copied += pc.sum(pc.greater_equal(batch.column("copied_ratio"), COPIED)).as_py() or 0
        if "version_of" in names:
            versions += len(batch) - batch.column("version_of").null_count
    found.update(documents=documents, characters=characters, copied=copied, versions=versions, flagged=flagged)
    found.update(scripts=dict(scripts), original_scripts=dict(originals))
    found.update(flags=dict(flags), lengths=dict(lengths))


def _count_edits(out: Path, run_id: str, found: Figures) -> None:
    """Edits by step, rule and certainty: how many rows, how many changes, on how many pages."""
    keys = ["step", "rule", "certainty"]
    edits: dict[str, Counter[str]] = {}
    last: str | None = None
    last_keys: set[str] = set()  # the page that a batch ended with may go on in the next one
    for batch in _batches(out, run_id, "edits", ("page_id", *keys, "count")):
        table = pa.Table.from_batches([batch])
        told = [("page_id", "count_distinct"), ("count", "sum"), ("count", "count")]
        for row in table.group_by(keys).aggregate(told).to_pylist():
            mine = edits.setdefault("/".join(row[key] for key in keys), Counter())
            mine["edits"] += row["count_count"]
            mine["changes"] += row["count_sum"]
            mine["pages"] += row["page_id_count_distinct"]
        again = table.filter(pc.equal(table["page_id"], last)) if last is not None else table.slice(0, 0)
        for key in _names(again, keys) & last_keys:
            edits[key]["pages"] -= 1
        if len(batch):
            end = batch.column("page_id")[-1].as_py()
            rest = _names(table.filter(pc.equal(table["page_id"], end)), keys)
            last_keys = rest | last_keys if end == last else rest
            last = end
    found["edits"] = {name: dict(counts) for name, counts in edits.items()}


def _names(table: pa.Table, keys: Sequence[str]) -> set[str]:
    return {"/".join(row[key] for key in keys) for row in table.select(keys).group_by(keys).aggregate([]).to_pylist()}


def _add(counts: Counter[str], values: Any) -> None:
    """Count an array's values; nulls do not count."""
    for entry in pc.value_counts(values.drop_null()).to_pylist():
        name = str(entry["values"])
        counts[name if name in counts or len(counts) < NAMES_HELD else OTHERS] += entry["counts"]


def _batches(out: Path, run_id: str, table: str, columns: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """Batches of some columns of a run's table; a column that its files do not have yet is left out."""
    for entry, path in committed(out, run_id, table):
        with opened(path, entry) as file:
            there = set(file.schema_arrow.names)
            yield from file.iter_batches(columns=[name for name in columns if name in there])


def _write(out: Path, run_id: str, digest: str, found: Figures, summary: dict[str, Any]) -> None:
    about = {"version": VERSION, "record": digest, "figures": found, "summary": summary}
    write_whole(path_of(out, run_id), json.dumps(about, ensure_ascii=False, default=str).encode("utf-8", "replace"))


def merged(several: Sequence[Figures]) -> Figures:
    """Figures of several runs of a night together."""
    total: Figures = {}
    for figures in several:
        for name, value in figures.items():
            if isinstance(value, dict):
                total[name] = merged([total.get(name, {}), value])
            else:
                total[name] = total.get(name, 0) + value
    for kind in ("sources_whole", "hosts_whole"):
        if kind in total:
            total[kind] = int(all(figures[kind] for figures in several if kind in figures))
    return total
