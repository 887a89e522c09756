"""The rows of one run: keys unique, references kept, offsets within the texts, counts right.

Works on arrays of 64-bit keys made from the ids, so a run of ten million rows is checked in some hundred megabytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.keys import Keys, document_keys, mixed, page_keys
from schemas.commits import DamagedDataset, committed, committed_runs
from schemas.reading import opened
from schemas.records import ID_LENGTH
from schemas.tables import TABLES
from schemas.vocabulary import CERTAINTIES, PAGE_STATUSES

BATCH_ROWS = 5_000
# Why rows cannot be checked to the end: a file that they refer to is damaged, an id is none, a text is no UTF-8.
READING = (DamagedDataset, FileNotFoundError, pa.ArrowException, ValueError, TypeError, KeyError, OverflowError)


class Earlier:
    """Which pages have documents in which run, looked up when a row refers to another run."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.runs = set(committed_runs(out))
        self.pages = lru_cache(maxsize=8)(self._pages)

    def _pages(self, run_id: str) -> Keys:
        found = [page_keys(b.column("page_id")) for b in _batches(self.out, run_id, "documents", ["page_id"])]
        return np.unique(_joined(found))


def problems(out: Path, run_id: str, entries: Sequence[dict[str, Any]], earlier: Earlier) -> Iterator[str]:
    """What is wrong with the rows of a run, in words."""
    where = f"run {run_id}"
    try:
        for table in {e["table"] for e in entries}:
            for batch in _batches(out, run_id, table, TABLES[table].names):
                if not _is_text(batch):
                    yield f"{where}: {table}: a text is no UTF-8"
                    return
                if pc.any(pc.not_equal(batch.column("run_id"), run_id)).as_py():
                    yield f"{where}: {table}: a row of another run"
                    break
        pages = _Pages(out, run_id)
        yield from (f"{where}: {line}" for line in pages.problems(earlier))
        documents = _Documents(out, run_id)
        yield from (f"{where}: {line}" for line in documents.problems(pages))
        yield from (f"{where}: sections: {line}" for line in _section_problems(out, run_id, documents))
        yield from (f"{where}: edits: {line}" for line in _edit_problems(out, run_id, pages, documents))
        yield from (f"{where}: rejects: {line}" for line in _reject_problems(out, run_id, pages))
    except READING as error:
        an_id = type(error) is ValueError  # Arrow's errors and those of a text that is no UTF-8 are kinds of it
        yield f"{where}: {'an id is not one' if an_id else 'not checked to the end'}: {error}"


class _Pages:
    def __init__(self, out: Path, run_id: str) -> None:
        self.run_id = run_id
        columns = ["page_id", "status", "documents", "documents_run"]
        keys, statuses, counts, runs = [], [], [], []
        for batch in _batches(out, run_id, "pages", columns):
            keys.append(page_keys(batch.column("page_id")))
            statuses.append(batch.column("status").dictionary_encode())
            counts.append(batch.column("documents").to_numpy())
            runs.append(batch.column("documents_run").dictionary_encode())
        self.keys = _joined(keys)
        self.documents = np.concatenate(counts) if counts else np.empty(0, np.int32)
        self.status = _categories(statuses)
        self.runs = _categories(runs)
        self.sorted = np.sort(self.keys)

    def of(self, status: str) -> Keys:
        """Keys of the pages with a status."""
        keys: Keys = self.keys[self.status == status]
        return keys

    def problems(self, earlier: Earlier) -> Iterator[str]:
        if _doubled(self.sorted):
            yield "pages: a page has two rows"
        if strange := set(np.unique(self.status)) - set(PAGE_STATUSES):
            yield f"pages: unknown status {sorted(strange)}"
        for run in np.unique(self.runs):
            pages = self.keys[self.runs == run]
            if not run:
                if np.any(self.documents[self.runs == run]):
                    yield "pages: documents are counted of a page that says it has none"
            elif run not in earlier.runs:
                yield f"pages: documents_run names {run}, which is not committed"
            elif not _all_in(pages[self.documents[self.runs == run] > 0], earlier.pages(run)):
                yield f"pages: documents_run names {run}, which has no document of the page"
        cleaned = self.status == "cleaned"
        if np.any(self.runs[cleaned] != self.run_id) or np.any(self.documents[cleaned] < 1):
            yield "pages: a cleaned page does not name its own run or has no document"


class _Documents:
    def __init__(self, out: Path, run_id: str) -> None:
        self.found: list[str] = []
        pages, keys, lengths, sections = [], [], [], []
        columns = ["id", "page_id", "ordinal", "char_count", "section_count", "text", "text_sha256"]
        for batch in _batches(out, run_id, "documents", columns):
            page = page_keys(batch.column("page_id"))
            pages.append(page)
            keys.append(mixed(page, batch.column("ordinal").to_numpy()))
            lengths.append(batch.column("char_count").to_numpy())
            sections.append(batch.column("section_count").to_numpy())
            self.found += _document_problems(batch)
        self.pages, self.keys = _joined(pages), _joined(keys)
        order = np.argsort(self.keys)
        self.sorted = self.keys[order]
        self.lengths = (np.concatenate(lengths) if lengths else np.empty(0, np.int64))[order]
        self.sections = (np.concatenate(sections) if sections else np.empty(0, np.int32))[order]

    def problems(self, pages: _Pages) -> Iterator[str]:
        yield from sorted({f"documents: {line}" for line in self.found})
        if _doubled(self.sorted):
            yield "documents: an id stands twice"
        owners, counts = np.unique(self.pages, return_counts=True)
        cleaned = pages.of("cleaned")
        order = np.argsort(cleaned)
        if not np.array_equal(cleaned[order], owners):
            yield "documents: their pages are not the cleaned pages"
        elif not np.array_equal(pages.documents[pages.status == "cleaned"][order], counts):
            yield "documents: a page has more or fewer than its row says"


def _document_problems(batch: pa.RecordBatch) -> Iterator[str]:
    ids, page_ids, text = batch.column("id"), batch.column("page_id"), batch.column("text")
    version = pc.utf8_slice_codeunits(ids, ID_LENGTH + 1, ID_LENGTH + 9)
    made = pc.binary_join_element_wise(page_ids, version, pc.cast(batch.column("ordinal"), pa.string()), "-")
    if not pc.all(pc.equal(ids, made)).as_py():
        yield "an id is not page_id-version-ordinal"
    if not pc.all(pc.equal(pc.utf8_length(text), batch.column("char_count"))).as_py():
        yield "char_count is not the length of the text"
    texts, digests = text.to_pylist(), batch.column("text_sha256").to_pylist()
    if any(hashlib.sha256(t.encode()).hexdigest() != d for t, d in zip(texts, digests, strict=True)):
        yield "text_sha256 is not that of the text"


def _section_problems(out: Path, run_id: str, documents: _Documents) -> Iterator[str]:
    found: set[str] = set()
    keys, owners = [], []
    columns = ["document_id", "page_id", "ordinal", "parent", "level", "start", "end"]
    for batch in _batches(out, run_id, "sections", columns):
        owner = document_keys(batch.column("document_id"))
        owners.append(owner)
        ordinal = batch.column("ordinal").to_numpy()
        keys.append(mixed(owner, ordinal))
        if not pc.all(
            pc.equal(pc.utf8_slice_codeunits(batch.column("document_id"), 0, ID_LENGTH), batch.column("page_id"))
        ).as_py():
            found.add("document_id and page_id do not agree")
        parent = batch.column("parent").fill_null(-1).to_numpy()
        if np.any(parent >= ordinal) or np.any(parent < -1):
            found.add("a parent does not stand before its section")
        if np.any(batch.column("level").to_numpy() < 0):
            found.add("a level is negative")
        start, end = batch.column("start").to_numpy(), batch.column("end").to_numpy()
        at = np.searchsorted(documents.sorted, owner)
        known = at < len(documents.sorted)
        known[known] = documents.sorted[at[known]] == owner[known]
        if not np.all(known):
            found.add("a document_id is not in documents")
        if np.any(start < 0) or np.any(start > end) or np.any(end[known] > documents.lengths[at[known]]):
            found.add("an offset lies outside the document's text")
    yield from sorted(found)
    if _doubled(np.sort(_joined(keys))):
        yield "a (document_id, ordinal) stands twice"
    names, counts = np.unique(_joined(owners), return_counts=True)
    has = documents.sections > 0
    if not np.array_equal(names, documents.sorted[has]) or not np.array_equal(counts, documents.sections[has]):
        yield "a document has more or fewer than its row says"


def _edit_problems(out: Path, run_id: str, pages: _Pages, documents: _Documents) -> Iterator[str]:
    found: set[str] = set()
    keys = []
    columns = ["page_id", "document_id", "seq", "start", "count", "certainty"]
    for batch in _batches(out, run_id, "edits", columns):
        page = page_keys(batch.column("page_id"))
        keys.append(mixed(page, batch.column("seq").to_numpy()))
        if not _all_in(page, pages.sorted):
            found.add("a page_id is not in pages")
        named = batch.column("document_id").drop_null()
        if len(named) and not _all_in(document_keys(named), documents.sorted):
            found.add("a document_id is not in documents")
        if np.any(batch.column("start").to_numpy() < 0) or np.any(batch.column("count").to_numpy() < 0):
            found.add("a start or a count is negative")
        if strange := set(pc.unique(batch.column("certainty")).to_pylist()) - set(CERTAINTIES):
            found.add(f"unknown certainty {sorted(strange)}")
    yield from sorted(found)
    if _doubled(np.sort(_joined(keys))):
        yield "a (page_id, seq) stands twice"


def _reject_problems(out: Path, run_id: str, pages: _Pages) -> Iterator[str]:
    keys = _joined([page_keys(b.column("page_id")) for b in _batches(out, run_id, "rejects", ["page_id"])])
    if not np.array_equal(np.sort(keys), np.sort(pages.of("rejected"))):
        yield "they are not the rejected pages"


def _batches(out: Path, run_id: str, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    present = set(TABLES[table].names)
    for entry, path in committed(out, run_id, table):
        with opened(path, entry) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, columns=[c for c in columns if c in present])


def _is_text(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
        return True
    except pa.ArrowInvalid:
        return False


def _joined(keys: Sequence[Keys]) -> Keys:
    return np.concatenate(keys) if keys else np.empty(0, np.uint64)


def _categories(arrays: Sequence[pa.DictionaryArray]) -> Any:
    """Values of few kinds as a numpy array of strings."""
    parts = [np.asarray(a.dictionary.to_pylist(), dtype=object)[a.indices.to_numpy()] for a in arrays if len(a)]
    return np.concatenate(parts) if parts else np.empty(0, object)


def _doubled(ordered: Keys) -> bool:
    return bool(np.any(ordered[1:] == ordered[:-1]))


def _all_in(keys: Keys, ordered: Keys) -> bool:
    """Whether each key is among the sorted ones."""
    if not len(keys):
        return True
    at = np.searchsorted(ordered, keys)
    return bool(np.all(at < len(ordered))) and bool(np.all(ordered[at] == keys))
