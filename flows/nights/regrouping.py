"""What a takedown does to the groups of duplicates: the next document of a group becomes its original.

The documents that repeated a forgotten original are taken in their order, as the search takes them: each is compared,
on the text, with those before it that have become originals, and belongs to the first that it repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaners.duplicates import Similarity, compare, fold, shingle_set, verdict
from flows.store import CANDIDATES
from schemas.commits import commit_order, committed
from schemas.reading import opened
from schemas.records import ID_LENGTH

TEXTS = 10_000  # members whose texts are in memory together

Name = tuple[str, str]  # (document, run)
Row = dict[str, Any]


@dataclass
class Changes:
    """Rows that are otherwise from now on: of `duplicates` (None: deleted), and `version_of` of documents."""

    rows: dict[Name, Row | None] = field(default_factory=dict)
    versions: dict[Name, str] = field(default_factory=dict)

    @cached_property
    def _documents(self) -> dict[Name, Row]:
        """What becomes of documents: their `version_of`, and what their row of `duplicates` says."""
        changed: dict[Name, Row] = {name: {"version_of": version} for name, version in self.versions.items()}
        for name, row in self.rows.items():
            if row is None or "duplicate_of" in row:
                changed.setdefault(name, {})["duplicate_of"] = None if row is None else row["duplicate_of"]
        return changed

    def apply(self, table: str, rows: pa.Table) -> pa.Table:
        """Rows of a file as they are from now on."""
        if table == "documents" and self._documents:
            return _replaced(rows, "id", self._documents)
        if table == "duplicates" and self.rows:
            names = _names(rows, "document_id")
            kept = [self.rows.get(name, ()) is not None for name in names]
            changed = {name: row for name, row in self.rows.items() if row is not None}
            return _replaced(rows.filter(pa.array(kept, pa.bool_())), "document_id", changed)
        return rows

    def touch(self, table: str, rows: Any) -> bool:
        """Whether any of these rows (ids and runs) is changed."""
        names: Any = self._documents if table == "documents" else self.rows if table == "duplicates" else ()
        column = "id" if table == "documents" else "document_id"
        return bool(names) and any(name in names for name in _names(rows, column))


def regroup(out: Path, pages: set[str]) -> Changes:
    """What becomes of the duplicates of a dataset without these pages."""
    order = commit_order(out)
    gone = pa.array(sorted(pages), pa.string())
    groups: set[str] = set()
    for batch in _duplicates(out, order):
        hit = pc.or_(_of(batch.column("document_id"), gone), _of(batch.column("duplicate_of"), gone))
        groups.update(batch.filter(hit).column("duplicate_of").to_pylist())
    changes = Changes()
    if not groups:
        return changes
    wanted = pa.array(sorted(groups), pa.string())
    rows: dict[str, list[Row]] = {}
    for batch in _duplicates(out, order):
        for row in batch.filter(pc.is_in(batch.column("duplicate_of"), wanted)).to_pylist():
            if row["document_id"][:ID_LENGTH] not in pages:
                rows.setdefault(row["duplicate_of"], []).append(row)
    for original, members in sorted(rows.items()):
        if original[:ID_LENGTH] in pages:
            _found_anew(out, order, members, changes)
        else:
            _sized(members, changes)
    return changes


def _found_anew(out: Path, order: Sequence[str], members: list[Row], changes: Changes) -> None:
    """Groups among documents whose original is gone. members: their rows, in the order of the commits."""
    place = {run: n for n, run in enumerate(order)}
    first: dict[str, str] = {}  # document -> run that wrote it first
    for row in members:
        first.setdefault(row["document_id"], row["run_id"])
    names = sorted(first, key=lambda name: (place[first[name]], name))
    originals: list[tuple[str, str, Any]] = []  # id, folded text, shingles
    found: dict[str, tuple[str, str, Similarity]] = {}  # document -> original, kind, figures
    for start in range(0, len(names), TEXTS):
        piece = names[start : start + TEXTS]
        texts = _texts(out, order, piece)
        for name in piece:
            text = texts.get(name, "")
            match = _match(text, originals)
            if match is None:
                originals.append((name, text, shingle_set(text)))
            else:
                found[name] = match
    groups: dict[str, list[Row]] = {}
    for row in members:
        name, match = row["document_id"], found.get(row["document_id"])
        key = (name, row["run_id"])
        if match is None:
            changes.rows[key] = None
            if first[name] != row["run_id"]:
                changes.versions[key] = name  # the same document, written again
            continue
        original, kind, figures = match
        if original[:ID_LENGTH] == name[:ID_LENGTH] and first[original] != first[name]:
            changes.rows[key] = None
            changes.versions[key] = original
            continue
        groups.setdefault(original, []).append(row)
        changes.rows[key] = {
            "duplicate_of": original,
            "kind": kind,
            "similarity": figures.containment if kind == "contained" else figures.jaccard,
            "jaccard": figures.jaccard,
            "containment": figures.containment,
        }
    for rows in groups.values():
        _sized(rows, changes)


def _match(text: str, originals: Sequence[tuple[str, str, Any]]) -> tuple[str, str, Similarity] | None:
    shingles = None
    for name, other, others in originals[:CANDIDATES]:
        if text == other:
            return name, "exact", Similarity(1.0, 1.0)
        shingles = shingle_set(text) if shingles is None else shingles
        figures = compare(shingles, others)
        kind = verdict(figures)
        if kind is not None:
            return name, kind, figures
    return None


def _sized(members: Sequence[Row], changes: Changes) -> None:
    """The size of a group at each of its rows. members: in the order of the commits."""
    sizes: dict[str, int] = {}  # run -> documents up to it
    seen: set[str] = set()
    for row in members:
        seen.add(row["document_id"])
        sizes[row["run_id"]] = len(seen) + 1
    for row in members:
        key = (row["document_id"], row["run_id"])
        changed = changes.rows.setdefault(key, {})
        if changed is not None:
            changed["cluster_size"] = sizes[row["run_id"]]


def _duplicates(out: Path, order: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for run in order:
        for entry, path in committed(out, run, "duplicates"):
            with opened(path, entry) as file:
                yield from file.iter_batches(columns=["document_id", "duplicate_of", "run_id"])


def _texts(out: Path, order: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    wanted = pa.array(names, pa.string())
    found: dict[str, str] = {}
    for run in order:
        for entry, path in committed(out, run, "documents"):
            with opened(path, entry) as file:
                for group in range(file.num_row_groups):
                    for batch in file.iter_batches(batch_size=2_000, row_groups=[group], columns=["id", "text"]):
                        rows = batch.filter(pc.is_in(batch.column("id"), wanted))
                        for name, text in zip(*(c.to_pylist() for c in rows.columns), strict=True):
                            found[name] = fold(text)
    return found


def _of(ids: pa.Array, pages: pa.Array) -> pa.Array:
    return pc.is_in(pc.utf8_slice_codeunits(ids, 0, ID_LENGTH), pages)


def _names(rows: Any, column: str) -> list[Name]:
    return list(zip(rows[column].to_pylist(), rows["run_id"].to_pylist(), strict=True))


def _replaced(rows: pa.Table, column: str, changed: dict[Name, Row]) -> pa.Table:
    """Rows with some of their values replaced."""
    names = _names(rows, column)
    touched = {field for row in changed.values() for field in row}
    for name in touched & set(rows.column_names):
        values = [
            changed.get(key, {}).get(name, value) for key, value in zip(names, rows[name].to_pylist(), strict=True)
        ]
        at = rows.column_names.index(name)
        rows = rows.set_column(at, rows.schema.field(name), pa.array(values, rows.schema.field(name).type))
    return rows
