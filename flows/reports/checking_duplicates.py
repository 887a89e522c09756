"""The table of duplicates, proved: every row from the two texts, every group from its rows, and that none is missing.

What is missing is looked for among texts that are the same to the letter; whether two that are alike were found is the
search's own business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaners.duplicates import SCHEME, Similarity, compare, fold, shingle_set, verdict
from flows.keys import Keys, document_keys, mixed
from flows.store import document_names
from schemas.commits import commit_order, committed, record
from schemas.reading import opened
from schemas.records import ID_LENGTH

ROWS = 20_000  # rows whose texts are in memory together
CLOSE = 1e-9
SINCE = 2  # runs of an earlier schema version were not searched
TOLD = 3  # rows of an earlier schema version need not say in `documents` what they repeat

Array = np.ndarray[Any, Any]


class Groups:
    """All rows of `duplicates` and, of the documents that they name, when each was first committed."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.order = commit_order(out)
        self.place = {run: n for n, run in enumerate(self.order)}
        members, originals, places = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for run in self.order:
            for batch in _rows(out, run, "duplicates", ["document_id", "duplicate_of"]):
                members.append(document_names(batch.column("document_id")))
                originals.append(document_names(batch.column("duplicate_of")))
                places.append(np.full(len(batch), self.place[run]))
        self.members, self.originals = np.concatenate(members), np.concatenate(originals)
        self.places = np.concatenate(places)

    @cached_property
    def first(self) -> dict[int, int]:
        """Of the originals: name -> place of the run that committed it first."""
        wanted = np.unique(self.originals)
        found: dict[int, int] = {}
        for run in self.order:
            for batch in _rows(self.out, run, "documents", ["id"]):
                for name in np.intersect1d(document_names(batch.column("id")), wanted).tolist():
                    found.setdefault(name, self.place[run])
        return found

    @cached_property
    def rows(self) -> Keys:
        """Keys of (document, place of the run), sorted."""
        return np.sort(mixed(self.members, self.places))

    def size(self, original: int, place: int) -> int:
        """Documents of a group up to a run, the original included."""
        members, places = self._of.get(original, (self.members[:0], self.places[:0]))
        return len(np.unique(members[places <= place])) + 1

    @cached_property
    def _of(self) -> dict[int, tuple[Keys, Array]]:
        order = np.argsort(self.originals, kind="stable")
        names, starts = np.unique(self.originals[order], return_index=True)
        parts = np.split(order, starts[1:]) if len(names) else []
        return {name: (self.members[p], self.places[p]) for name, p in zip(names.tolist(), parts, strict=True)}


def problems(out: Path) -> Iterator[str]:
    """What is wrong with the duplicates of a dataset whose files are whole, in words."""
    groups = Groups(out)
    for run_id in groups.order:
        yield from (f"run {run_id}: duplicates: {line}" for line in sorted(set(_run_problems(out, run_id, groups))))
    yield from (f"duplicates: {line}" for line in _missing(out, groups))


def _run_problems(out: Path, run_id: str, groups: Groups) -> Iterator[str]:
    keys = [np.empty(0, np.uint64)]
    said = [np.empty(0, np.uint64)]
    sizes: dict[int, int] = {}
    place = groups.place[run_id]
    columns = ["document_id", "duplicate_of", "kind", "jaccard", "containment", "similarity", "cluster_size", "scheme"]
    for batch in _rows(out, run_id, "duplicates", columns):
        keys.append(document_keys(batch.column("document_id")))
        originals = document_names(batch.column("duplicate_of"))
        said.append(mixed(document_names(batch.column("document_id")), originals))
        yield from _order_problems(batch, originals, place, groups)
        yield from _text_problems(out, batch, groups, place)
        if "cluster_size" in batch.schema.names:
            for original, size in zip(originals.tolist(), batch.column("cluster_size").to_pylist(), strict=True):
                if original not in sizes:
                    sizes[original] = groups.size(original, place)
                if size is not None and size != sizes[original]:
                    yield "cluster_size is not the size of the group"
    every = np.concatenate(keys)
    if len(every):
        if len(np.unique(every)) != len(every):
            yield "a document has two rows"
        own = [document_keys(b.column("id")) for b in _rows(out, run_id, "documents", ["id"])]
        if not np.all(np.isin(every, np.concatenate([np.empty(0, np.uint64), *own]))):
            yield "a document_id is not in documents"
    yield from _told_problems(out, run_id, np.concatenate(said))


def _told_problems(out: Path, run_id: str, said: Keys) -> Iterator[str]:
    """Whether the documents of a run say in their own rows what `duplicates` says of them. said: keys of its pairs."""
    told, silent = [np.empty(0, np.uint64)], 0
    for batch in _rows(out, run_id, "documents", ["id", "duplicate_of", "schema_version"]):
        if "duplicate_of" not in batch.schema.names:
            return
        silent += pc.sum(pc.less(batch.column("schema_version"), TOLD)).as_py() or 0
        repeats = batch.filter(pc.is_valid(batch.column("duplicate_of")))
        told.append(mixed(document_names(repeats.column("id")), document_names(repeats.column("duplicate_of"))))
    every = np.concatenate(told)
    if not np.all(np.isin(every, said)) or (not silent and len(every) != len(said)):
        yield "documents.duplicate_of says otherwise"


def _order_problems(batch: pa.RecordBatch, originals: Keys, place: int, groups: Groups) -> Iterator[str]:
    """An original comes first, repeats nothing itself, and is of another page."""
    first = np.array([groups.first.get(name, -1) for name in originals.tolist()], np.int64)
    if np.any(first < 0):
        yield "duplicate_of is not in documents"
    ids, names = batch.column("document_id"), batch.column("duplicate_of")
    smaller = np.array(pc.less(names, ids))
    if np.any((first > place) | ((first == place) & ~smaller)):
        yield "duplicate_of does not come before its document"
    if np.any(np.isin(mixed(originals, np.maximum(first, 0)), groups.rows) & (first >= 0)):
        yield "duplicate_of repeats another document itself"
    pages = (pc.utf8_slice_codeunits(column, 0, ID_LENGTH) for column in (ids, names))
    if np.any(np.array(pc.equal(*pages)) & (first < place) & (first >= 0)):
        yield "a document is called a duplicate of an earlier version of its page"


def _text_problems(out: Path, batch: pa.RecordBatch, groups: Groups, place: int) -> Iterator[str]:
    """Whether kind and figures are what the texts say; rows of another scheme were judged by other rules."""
    if "scheme" not in batch.schema.names:
        return
    batch = batch.filter(pc.equal(batch.column("scheme"), SCHEME))
    ids = pc.unique(pa.chunked_array([batch.column("document_id"), batch.column("duplicate_of")]))
    texts = _texts(out, groups.order[: place + 1], ids)
    for row in batch.to_pylist():
        text, original = texts.get(row["document_id"]), texts.get(row["duplicate_of"])
        if text is None or original is None:
            continue  # that is told by itself
        exact = text == original
        figures = Similarity(1.0, 1.0) if exact else compare(shingle_set(text), shingle_set(original))
        kind = verdict(figures, exact=exact)
        goes_by = figures.containment if kind == "contained" else figures.jaccard
        pairs = [(figures.jaccard, "jaccard"), (figures.containment, "containment"), (goes_by, "similarity")]
        if kind != row["kind"]:
            yield "a kind is not what the texts say"
        elif any(row[name] is None or abs(value - row[name]) > CLOSE for value, name in pairs):
            yield "a figure is not what the texts say"


def _texts(out: Path, runs: Sequence[str], ids: pa.Array) -> dict[str, str]:
    """Folded texts of some documents."""
    found: dict[str, str] = {}
    for run in runs:
        for batch in _rows(out, run, "documents", ["id", "text"]):
            rows = batch.filter(pc.is_in(batch.column("id"), ids))
            for name, text in zip(rows.column("id").to_pylist(), rows.column("text").to_pylist(), strict=True):
                found[name] = fold(text)
    return found


def _missing(out: Path, groups: Groups) -> Iterator[str]:
    """Documents with the very text of an earlier one of another page, and no row that says so; wrong version_of.

    Arrays of 50 bytes a document. Runs before schema version 2 were not searched; later ones were compared with them.
    """
    columns = ["id", "text_sha256", "version_of", "copied_ratio"]
    parts: list[tuple[Array, ...]] = []
    for run in groups.order:
        for batch in _rows(out, run, "documents", columns):
            digests = b"".join(bytes.fromhex(d[:16]) for d in batch.column("text_sha256").to_pylist())
            told, first = np.zeros(len(batch), np.bool_), np.zeros(len(batch), np.uint64)
            if "version_of" in batch.schema.names:
                versions = batch.column("version_of")
                told = np.array(pc.is_valid(versions))
                first[told] = document_names(versions.drop_null())
                pages = [pc.utf8_slice_codeunits(batch.column(c), 0, ID_LENGTH) for c in ("id", "version_of")]
                if not pc.all(pc.fill_null(pc.equal(*pages), True)).as_py():
                    yield "version_of names a document of another page"
                ratio = batch.column("copied_ratio").drop_null()
                if len(ratio) and not (pc.min(ratio).as_py() >= 0 and pc.max(ratio).as_py() <= 1):
                    yield "copied_ratio is no share"
            places = np.full(len(batch), groups.place[run])
            text = np.frombuffer(digests, ">u8").astype(np.uint64)
            parts.append((text, document_names(batch.column("id")), places, told, first))
    if not parts:
        return
    text, name, place, version, first = map(np.concatenate, zip(*parts, strict=True))
    names, at = np.unique(name, return_index=True)  # the first time that each document was written
    found = np.minimum(np.searchsorted(names, first[version]), len(names) - 1)
    if np.any(names[found] != first[version]) or np.any(place[at[found]] >= place[version]):
        yield "version_of names no earlier document"
    told = version | np.isin(mixed(name, place), groups.rows)
    searched = np.array([record(out, run).get("schema_version", 1) >= SINCE for run in groups.order])[place]
    _, group = np.unique(text, return_inverse=True)
    untold = np.bincount(group, ~told & searched)
    # One of each text comes first and has no row; where a run that was not searched has it, none of the others does.
    allowed = np.where(np.bincount(group, ~searched) > 0, 0, 1)
    suspect = (untold > allowed)[group]
    if np.any(suspect) and _lettered(out, groups, suspect):
        yield "a document has the text of an earlier one and no row"


def _lettered(out: Path, groups: Groups, suspect: Array) -> bool:
    """Whether any of these texts has a letter: those without one are like nothing."""
    at = 0
    for run in groups.order:
        for batch in _rows(out, run, "documents", ["text"]):
            kept = suspect[at : at + len(batch)]
            at += len(batch)
            if kept.any() and any(fold(t) for t in batch.column("text").filter(pa.array(kept)).to_pylist()):
                return True
    return False


def _rows(out: Path, run_id: str, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for entry, path in committed(out, run_id, table):
        with opened(path, entry) as file:
            there = [c for c in columns if c in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                yield from file.iter_batches(batch_size=ROWS, row_groups=[group], columns=there)
