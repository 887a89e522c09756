"""CleanPage -> rows: one tuple a row, in the order of the table's columns."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from flows.addresses import host_of
from flows.pages import ShardPage
from flows.store import accounts
from schemas.records import CleanPage, Document, Edit, Quality, Rejection, Section
from schemas.tables import SCHEMA_VERSION, TABLES

Rows = dict[str, list[tuple[Any, ...]]]

VERSION_LENGTH = 8  # hex digits of a document's content digest in its id
FIGURES = tuple(f.name for f in dataclasses.fields(Quality) if f.name not in ("char_count", "failed_rules"))
UNSAID = ("quality", "original_script")  # fields of a document that are no part of its identity
MAX_DETAIL = 2_000  # code points of a rejection's detail


def document_id(page_id: str, digest: str, ordinal: int) -> str:
    """page_id-version-ordinal; digest: `content_digest` of the document."""
    return f"{page_id}-{digest[:VERSION_LENGTH]}-{ordinal}"


def content_digest(document: Document) -> str:
    """sha256, in hex, over what a document says: every field but those that are no part of that.

    Quality figures follow from the text, and what script it was in before is told beside it. This is a document's
    identity: the shell of a page changes every night, and so do its bytes; this does not.
    """
    fields = [getattr(document, f.name) for f in dataclasses.fields(document) if f.name not in UNSAID]
    return hashlib.sha256(repr(fields).encode("utf-8", "surrogatepass")).hexdigest()


def page_digest(digests: Sequence[str]) -> str:
    """sha256 over the content digests of a page's documents, in their order."""
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def rows_of(
    page: ShardPage, cleaned: CleanPage | None, *, run_id: str, cleaner_version: str, rules_digest: str
) -> Rows:
    """The rows of one page, by table.

    cleaned: what clean_page made of it; None where the plan has decided already (unchanged, gone, rejected).
    A page without a document gets a row in `rejects` and keeps pointing at the documents it had before; so does one
    whose documents came out as they were (status `same`): it has no row but that in `pages`.
    """
    rejection = page.rejection if cleaned is None else cleaned.rejection
    documents: Sequence[Document] = () if cleaned is None or rejection is not None else cleaned.documents
    if cleaned is not None and rejection is None and not documents:
        rejection = Rejection("quality", "no text", "no document was made")
    digests = [content_digest(document) for document in documents]
    status = page.status if cleaned is None else ("rejected" if rejection else "cleaned")
    has = (page.documents, page.documents_run, page.content)
    if status == "cleaned" and page.documents_run and page_digest(digests) == page.content:
        status, documents = "same", ()
    elif status == "cleaned":
        has = (len(documents), run_id, page_digest(digests))
    ids = [document_id(page.page_id, digest, n) for n, digest in enumerate(digests)]
    rows: Rows = {}
    rows["pages"] = [
        (
            page.page_id,
            page.url,
            page.final_url or None,
            page.source,
            page.provenance or None,
            timestamp(page.fetched_at),
            _small(page.http_status),
            page.content_type,
            page.etag,
            page.last_modified,
            page.raw_sha256,
            page.bytes,
            (page.encoding if cleaned is None else cleaned.encoding) or None,
            status,
            f"{rejection.stage}: {rejection.reason}" if rejection else None,
            *has,
            *((cleaned.kind or None, cleaned.kept_ratio, *_left_out(cleaned)) if cleaned is not None else (None,) * 4),
            page.policy,
            rules_digest,
            cleaner_version,
            run_id,
        )
    ]
    if status == "rejected" and rejection is not None:
        detail = rejection.detail[:MAX_DETAIL]
        row = (page.page_id, page.url, page.raw_sha256, rejection.stage, rejection.reason, detail, run_id)
        rows["rejects"] = [row]
    if documents and cleaned is not None:
        rows["documents"] = [
            _document(page, cleaned, ids[n], n, run_id, cleaner_version) for n in range(len(documents))
        ]
        rows["sections"] = [
            row for n, document in enumerate(documents) for row in _sections(ids[n], page.page_id, document, run_id)
        ]
    if cleaned is not None and cleaned.edits and status != "same":
        rows["edits"] = [_edit(page.page_id, ids, edit, run_id) for edit in cleaned.edits]
    return rows


def table_of(name: str, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as an Arrow table with the table's one schema. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    schema = TABLES[name].schema
    try:
        return _arrow(schema, rows)
    except UnicodeEncodeError:
        return _arrow(schema, [tuple(_encodable(value) for value in row) for row in rows])


def timestamp(text: str | None) -> dt.datetime | None:
    """ISO 8601 as a moment in UTC; without a zone it is UTC. None for what is no date or no moment."""
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def day(published: str | None) -> dt.date | None:
    """The day of an ISO 8601 date, where it is that precise."""
    if published is None or len(published) < 10:
        return None
    try:
        return dt.date.fromisoformat(published[:10])
    except ValueError:
        return None


def own_text(text: str, section: Section, children: Sequence[Section]) -> str:
    """A section's text without that of its children, without newlines around it."""
    pieces, at = [], section.start
    for child in children:
        pieces.append(text[at : child.start])
        at = max(at, child.end)
    pieces.append(text[at : section.end])
    return "".join(pieces).strip("\n")


def _small(number: int | None) -> int | None:
    """A number that fits 16 bits; None for None and for any other (a scan of a range for None would be linear)."""
    return number if number is not None and -(2**15) <= number < 2**15 else None


def _arrow(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else iter([()] * len(schema))
    return pa.Table.from_arrays(
        [pa.array(values, f.type) for values, f in zip(columns, schema, strict=True)], schema=schema
    )


def _left_out(cleaned: CleanPage) -> tuple[str | None, int | None]:
    return (cleaned.left_out, cleaned.left_out_chars) if cleaned.left_out else (None, None)


def _document(
    page: ShardPage, cleaned: CleanPage, name: str, ordinal: int, run_id: str, cleaner: str
) -> tuple[Any, ...]:
    document = cleaned.documents[ordinal]
    quality = document.quality
    text = _encodable(document.text)
    return (
        name,
        page.page_id,
        ordinal,
        page.url,
        host_of(page.page_url or page.url) or None,
        page.source,
        cleaned.kind or None,
        document.title,
        text,
        document.markdown,
        document.source,
        document.author,
        document.published,
        day(document.published),
        timestamp(page.fetched_at),
        document.language,
        document.script,
        document.original_script,
        hashlib.sha256(text.encode()).hexdigest(),
        len(text),
        len(document.sections),
        list(document.flags),
        accounts.repairs(cleaned.edits, ordinal),
        accounts.removals(cleaned.edits, ordinal),
        cleaned.kept_ratio,
        *(getattr(quality, name) for name in FIGURES),
        None if quality.failed_rules is None else list(quality.failed_rules),
        None,  # copied_ratio, version_of and duplicate_of: known when all documents of the run are
        None,
        None,
        [{"text": link.text, "url": link.url, "offset": link.offset} for link in document.links],
        [{"text": image.text, "url": image.url, "offset": image.offset} for image in document.images],
        document.tables,
        document.code_blocks,
        document.formulas,
        cleaner,
        SCHEMA_VERSION,
        run_id,
    )


def _sections(document: str, page_id: str, record: Document, run_id: str) -> Iterator[tuple[Any, ...]]:
    parents = list(_parents(record.sections))
    children: dict[int, list[Section]] = {}
    for section, parent in zip(record.sections, parents, strict=True):
        if parent is not None:
            children.setdefault(parent, []).append(section)
    paths: list[list[str]] = []
    for n, (section, parent) in enumerate(zip(record.sections, parents, strict=True)):
        above = paths[parent] if parent is not None else []
        paths.append([*above, section.label + section.heading] if section.level else [])
        yield (
            document,
            page_id,
            n,
            parent,
            section.level,
            section.label,
            section.heading,
            section.run_in,
            paths[n],
            own_text(record.text, section, children.get(n, ())),
            section.markdown if record.markdown is not None else None,
            section.start,
            section.end,
            run_id,
        )


def _parents(sections: Sequence[Section]) -> Iterator[int | None]:
    """For each section the ordinal of the nearest earlier one of a lower level whose range holds it."""
    stack: list[int] = []
    for n, section in enumerate(sections):
        while stack and (sections[stack[-1]].level >= section.level or sections[stack[-1]].end < section.end):
            stack.pop()
        yield stack[-1] if stack and section.level > 0 else None
        if section.level > 0:
            stack.append(n)


def _edit(page_id: str, documents: Sequence[str], edit: Edit, run_id: str) -> tuple[Any, ...]:
    known = edit.document is not None and 0 <= edit.document < len(documents)
    return (
        page_id,
        documents[edit.document] if known and edit.document is not None else None,
        edit.seq,
        edit.step,
        edit.rule,
        edit.block,
        edit.start,
        edit.before,
        edit.after,
        edit.certainty,
        edit.count,
        edit.detail or None,
        run_id,
    )


def _encodable(value: Any) -> Any:
    """The same value, with U+FFFD for each lone surrogate in its strings."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
    elif isinstance(value, list):
        return [_encodable(item) for item in value]
    elif isinstance(value, Mapping):
        return {key: _encodable(item) for key, item in value.items()}
    return value
