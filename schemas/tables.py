"""The tables: one Arrow schema each, a description for every column, and what is unique and what refers to what.

Everything else about the tables (dictionary, dataset card, check, load) is made from what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

SCHEMA_VERSION = 3  # raised when a column is added, changed or removed; a file says which one it was written with
VERSION_KEY = b"qingwen.schema_version"
TABLE_KEY = b"qingwen.table"

_TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))
_WHEN = pa.timestamp("us", tz="UTC")
_COUNTS = pa.list_(
    pa.field(
        "element",
        pa.struct([pa.field("name", pa.string(), nullable=False), pa.field("count", pa.int64(), nullable=False)]),
        nullable=False,
    )
)
_RULES = pa.list_(
    pa.field(
        "element",
        pa.struct(
            [
                pa.field("step", pa.string(), nullable=False),
                pa.field("rule", pa.string(), nullable=False),
                pa.field("count", pa.int64(), nullable=False),
            ]
        ),
        nullable=False,
    )
)
_LINKS = pa.list_(
    pa.field(
        "element",
        pa.struct(
            [
                pa.field("text", pa.string(), nullable=False),
                pa.field("url", pa.string(), nullable=False),
                pa.field("offset", pa.int64(), nullable=False),
            ]
        ),
        nullable=False,
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its Arrow type, what it means, and whether it may be null."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    since: int = 1  # the SCHEMA_VERSION that brought it


@dataclass(frozen=True)
class Table:
    """A table. `key` is unique over all runs; `order` is how the rows of one page follow each other."""

    name: str
    row: str  # what a row is
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[str, ...] = ()  # in words, for the dictionary

    @cached_property
    def schema(self) -> pa.Schema:
        """The explicit schema that every file of the table is written with."""
        fields = [
            pa.field(c.name, c.type, nullable=c.nullable, metadata={"description": c.description}) for c in self.columns
        ]
        return pa.schema(fields, metadata={TABLE_KEY: self.name.encode(), VERSION_KEY: str(SCHEMA_VERSION).encode()})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(c.name for c in self.columns)


_RUN = Column("run_id", pa.string(), "run that wrote the row: its night and a number; later ones sort behind")
_PAGE = Column("page_id", pa.string(), "page: first 20 hex digits of sha256 of its canonical address")
_DOCUMENT = Column("document_id", pa.string(), "document: page_id-version-ordinal")

PAGES = Table(
    "pages",
    "a fetched page, also when it was rejected, unchanged or gone",
    (
        _PAGE,
        Column("url", pa.string(), "address of the page as asked for; `file:` and a path for what is not fetched"),
        Column("final_url", pa.string(), "address after redirects, where it differs", True),
        Column("source", pa.string(), "name of the source that named the page"),
        Column("provenance", pa.string(), "where its bytes came from: a path, an offset in an archive, a line", True),
        Column("fetched_at", _WHEN, "when the page was fetched; a file's time of change, no ground for 昨天", True),
        Column("http_status", pa.int16(), "HTTP status of the answer", True),
        Column("content_type", pa.string(), "Content-Type as the server gave it", True),
        Column("etag", pa.string(), "ETag of the answer, asked with the next time", True),
        Column("last_modified", pa.string(), "Last-Modified of the answer, asked with the next time", True),
        Column("raw_sha256", pa.string(), "sha256 of the bytes, and their name in _raw; null where none came", True),
        Column("bytes", pa.int64(), "length of the bytes as fetched"),
        Column("encoding", pa.string(), "encoding that the bytes were decoded with", True),
        Column(
            "status",
            pa.string(),
            "cleaned, same (other bytes, the documents that it had: nothing is written again), unchanged (known bytes, "
            "not cleaned again), rejected, gone (404, 410, or no longer in a source that is a whole)",
        ),
        Column("reason", pa.string(), "rejected pages: stage and reason, as in rejects", True),
        Column("documents", pa.int32(), "documents that the page has under documents_run"),
        Column(
            "documents_run", pa.string(), "run_id of the page's newest documents; empty where it has none or is gone"
        ),
        Column(
            "content_sha256",
            pa.string(),
            "sha256 over the content of these documents: title, text, particulars, outline, flags; null where there "
            "are none, and in rows of schema version 1",
            True,
            2,
        ),
        Column(
            "kind",
            pa.string(),
            "what sort of page it is: article, thread, listing ...; null where nothing was read of it",
            True,
            3,
        ),
        Column(
            "kept_ratio",
            pa.float64(),
            "share of the text that a reader of the page sees which its documents hold, titles included; what damage "
            "had added is no text; null where the page was not cleaned in this run, or shows no text",
            True,
            3,
        ),
        Column(
            "left_out",
            pa.string(),
            "beginning of the largest block of the page of which nothing was kept; null where there is none",
            True,
            3,
        ),
        Column("left_out_chars", pa.int64(), "characters of that block, spaces not counted", True, 3),
        Column("policy_digest", pa.string(), "digest of the policy that the page was cleaned with"),
        Column("rules_digest", pa.string(), "digest of the rule files that the page was cleaned with"),
        Column("cleaner_version", pa.string(), "version of the cleaners, with a digest of their code"),
        _RUN,
    ),
    ("page_id", "run_id"),
    ("documents_run names a run that wrote documents of this page, or is empty",),
)

DOCUMENTS = Table(
    "documents",
    "a clean document; a page has one or more",
    (
        Column(
            "id",
            pa.string(),
            "page_id-version-ordinal; version: first 8 hex digits of sha256 over the document's content (in rows of "
            "schema version 1: of the page's raw_sha256)",
        ),
        _PAGE,
        Column("ordinal", pa.int32(), "place of the document in its page, from 0"),
        Column("url", pa.string(), "address of the page"),
        Column("host", pa.string(), "host of that address, in lower case; null for what was not fetched", True, 3),
        Column("source_name", pa.string(), "name of the source that named the page, as pages.source", True, 3),
        Column("kind", pa.string(), "what sort of page it stands on: article, thread, text ...", True, 3),
        Column("title", pa.string(), "title of the document", True),
        Column(
            "text", pa.string(), "body: no title line, no mark such as 第一篇, no boilerplate; a newline between blocks"
        ),
        Column(
            "markdown",
            pa.string(),
            "the body as Markdown (CommonMark, tables, TeX between dollar signs); null where the policy leaves it out",
            True,
            2,
        ),
        Column("source", pa.string(), "who published it first, as the page says (来源)", True),
        Column("author", pa.string(), "author, as the page says; where it names none, its editor", True),
        Column("published", pa.string(), "date of publication in ISO 8601, as precise as the page", True),
        Column("published_on", pa.date32(), "the day of `published`, where the page is that precise", True),
        Column("fetched_at", _WHEN, "when the page was fetched; a file's time of change, no ground for 昨天", True),
        Column("language", pa.string(), "language of the text, ISO 639-1; empty where nothing says"),
        Column("language_script", pa.string(), "ISO 15924: Hans, Hant, Jpan ...; mixed or neutral where it is not one"),
        Column(
            "original_script",
            pa.string(),
            "script before conversion, in the same words; as language_script where nothing was converted",
            True,
            3,
        ),
        Column("text_sha256", pa.string(), "sha256 of the text in UTF-8"),
        Column("char_count", pa.int64(), "code points in the text"),
        Column("section_count", pa.int32(), "rows that the document has in sections"),
        Column("flags", _TEXTS, "truncated, redacted, unfinished, damaged ...; empty where nothing is wrong"),
        Column(
            "repairs",
            _RULES,
            "repairs of its blocks and of the page as a whole, by rule: edits of the steps decoding, controls, "
            "mojibake and bytestream that changed the text, with their count",
            True,
            3,
        ),
        Column(
            "removals",
            _RULES,
            "what was taken out around and in it, by rule: edits of the other steps that leave nothing, of its blocks "
            "and of those that are in no document of the page, with their count",
            True,
            3,
        ),
        Column("kept_ratio", pa.float64(), "as in pages: share of the page's text that its documents hold", True, 3),
        Column("han_ratio", pa.float64(), "share of Han characters"),
        Column("mean_line_length", pa.float64(), "mean length of a line, code points"),
        Column("duplicate_line_ratio", pa.float64(), "share of lines that repeat another"),
        Column("digit_ratio", pa.float64(), "share of digits"),
        Column("symbol_ratio", pa.float64(), "share of symbols"),
        Column("stop_word_ratio", pa.float64(), "share of function characters"),
        Column("spam_score", pa.float64(), "0 to 1: how much the text reads like spam; from 0.3 on it is hardly else"),
        Column("word_count", pa.int64(), "words: runs of letters and digits, and 1.8 Han characters one", True, 3),
        Column("line_punct_ratio", pa.float64(), "share of lines that end as a sentence does (FineWeb)", True, 3),
        Column("short_line_ratio", pa.float64(), "share of lines of 30 characters or fewer (FineWeb)", True, 3),
        Column("char_dup_ratio", pa.float64(), "share of characters in lines that stood before (FineWeb)", True, 3),
        Column("list_ratio", pa.float64(), "line breaks to a word or mark (FineWeb)", True, 3),
        Column("bullet_line_ratio", pa.float64(), "share of lines that begin with a bullet (Gopher)", True, 3),
        Column("ellipsis_line_ratio", pa.float64(), "share of lines that end with an ellipsis (Gopher)", True, 3),
        Column("hash_word_ratio", pa.float64(), "# to a word (Gopher)", True, 3),
        Column("ellipsis_word_ratio", pa.float64(), "ellipses to a word (Gopher)", True, 3),
        Column("alpha_word_ratio", pa.float64(), "share of words with a letter or Han character (Gopher)", True, 3),
        Column("stop_word_count", pa.int64(), "function words, those of FineWeb2 for Chinese (Gopher)", True, 3),
        Column("sentence_count", pa.int64(), "sentences in lines that end as one does (C4)", True, 3),
        Column("curly_brackets", pa.int64(), "{ in the text (C4)", True, 3),
        Column("lorem_ipsum", pa.int64(), "1 where the printers' filler text is in it (C4)", True, 3),
        Column(
            "failed_rules",
            _TEXTS,
            "rules of FineWeb2 that a Chinese document fails, of FineWeb that an English one does, by their names; "
            "empty where it would be kept; null for other languages",
            True,
            3,
        ),
        Column(
            "copied_ratio",
            pa.float64(),
            "share of the text in paragraphs of 20 letters and more that stood on another page first (of those of one "
            "run, on that with the smaller page_id); null in rows of schema version 1",
            True,
            2,
        ),
        Column(
            "version_of",
            pa.string(),
            "the first document of the same page that this one is a later version of (its own id where the same stood "
            "there before); null for a text that is new on its page, and in rows of schema version 1",
            True,
            2,
        ),
        Column(
            "duplicate_of",
            pa.string(),
            "the document that this one repeats, as in duplicates; null where it repeats none",
            True,
            3,
        ),
        Column("links", _LINKS, "links: words, absolute address, code point offset in the text", True, 2),
        Column("images", _LINKS, "images: alternative text, absolute address, offset in the text", True, 2),
        Column("tables", pa.int32(), "tables in the document", True, 2),
        Column("code_blocks", pa.int32(), "blocks of code in the document", True, 2),
        Column("formulas", pa.int32(), "formulas in the document", True, 2),
        Column("cleaner_version", pa.string(), "version of the cleaners, with a digest of their code"),
        Column("schema_version", pa.int16(), "SCHEMA_VERSION that the row was written with"),
        _RUN,
    ),
    ("id", "run_id"),
    ("(page_id, run_id) is a cleaned page of pages",),
)

SECTIONS = Table(
    "sections",
    "a section of a document's outline",
    (
        _DOCUMENT,
        _PAGE,
        Column("ordinal", pa.int32(), "place of the section in its document, from 0"),
        Column("parent", pa.int32(), "ordinal of the section around it; null at the outermost level", True),
        Column("level", pa.int16(), "1 = outermost in its document; 0 = text before the first label"),
        Column("label", pa.string(), "label as it stands: 一、 (一) 1、; empty at level 0"),
        Column("heading", pa.string(), "the first sentence behind the label"),
        Column("run_in", pa.bool_(), "true where body follows the heading in the same block"),
        Column("path", _TEXTS, "labels and headings of the sections around it and its own, outermost first"),
        Column("text", pa.string(), "its own text, without its children's"),
        Column("markdown", pa.string(), "its own Markdown; null where the policy leaves it out", True, 2),
        Column("start", pa.int64(), "code point offset in the document's text where the section starts"),
        Column("end", pa.int64(), "code point offset behind the section's last character, children included"),
        _RUN,
    ),
    ("document_id", "ordinal", "run_id"),
    ("(document_id, run_id) is a document", "parent is an earlier section of the same document"),
)

EDITS = Table(
    "edits",
    "a change or removal, with its evidence",
    (
        _PAGE,
        Column(
            "document_id",
            pa.string(),
            "document that the block went into; null where it went into none, or the edit is of the whole page",
            True,
        ),
        Column("seq", pa.int32(), "running number of the edit in its page, from 0"),
        Column(
            "step",
            pa.string(),
            'step that made it: mojibake, bytestream, boilerplate ... ("furniture" in rows of schema version 1)',
        ),
        Column("rule", pa.string(), "rule of that step"),
        Column("block", pa.int32(), "block of the article; -1 where the step worked on the whole page"),
        Column(
            "start", pa.int64(), "code point offset of the (first) change in the block's text as the step received it"
        ),
        Column(
            "before",
            pa.string(),
            "what stood there; where count is above 1 the first, or each kind once; of a whole page its beginning",
        ),
        Column("after", pa.string(), "what stands there now; empty for a removal"),
        Column("certainty", pa.string(), "exact, proved (damaged again it gives back the input) or likely"),
        Column(
            "count",
            pa.int32(),
            "changes that the row stands for: a bulk change of a block is one row; characters where a whole page was "
            "read anew, and of what lies outside the article",
        ),
        Column("detail", pa.string(), "evidence in words", True),
        _RUN,
    ),
    ("page_id", "seq", "run_id"),
    ("(page_id, run_id) is a page", "document_id is a document or null"),
)

DUPLICATES = Table(
    "duplicates",
    "a document that repeats another",
    (
        _DOCUMENT,
        Column(
            "duplicate_of",
            pa.string(),
            "the original: the document of its group that was committed first, of those of one run the one with the "
            "smallest id; it has itself no row here",
        ),
        Column(
            "kind",
            pa.string(),
            "exact: the same letters (NFKC, Simplified, without spaces and marks); near: alike; contained: the one is "
            "nearly whole in the other",
        ),
        Column("similarity", pa.float64(), "what the kind goes by: 1.0, jaccard, containment"),
        Column("jaccard", pa.float64(), "share of the runs of three letters in both texts that both have", True, 2),
        Column(
            "containment", pa.float64(), "share of the runs of three letters of the shorter text in the other", True, 2
        ),
        Column(
            "cluster_size",
            pa.int64(),
            "documents in its group at the time, the original included",
            True,
            2,
        ),
        Column("scheme", pa.string(), "how candidates were found, and which version of that", True, 2),
        _RUN,
    ),
    ("document_id", "run_id"),
    ("(document_id, run_id) is a document", "duplicate_of is a document of an earlier run, or of the same one"),
)

REJECTS = Table(
    "rejects",
    "a page that nothing could be made of",
    (
        _PAGE,
        Column("url", pa.string(), "address of the page"),
        Column("raw_sha256", pa.string(), "sha256 of the bytes; null where none came", True),
        Column("stage", pa.string(), "step that gave up: fetch, decoding, extraction ...; runner: it hung or died"),
        Column("reason", pa.string(), "reason, from a fixed vocabulary"),
        Column("detail", pa.string(), "this case, in words"),
        _RUN,
    ),
    ("page_id", "run_id"),
    ("(page_id, run_id) is a page with status rejected",),
)

RUNS = Table(
    "runs",
    "a completed run",
    (
        _RUN,
        Column("kind", pa.string(), "nightly, reclean, forget or repair"),
        Column("started_at", _WHEN, "when the run was first started"),
        Column("finished_at", _WHEN, "when its last page was cleaned"),
        Column("seconds", pa.float64(), "duration of this attempt"),
        Column("cleaning_seconds", pa.float64(), "time in the cleaners, all workers together"),
        Column("attempts", pa.int32(), "times that the run was started"),
        Column("pages", pa.int64(), "rows that it wrote in pages"),
        Column("cleaned", pa.int64(), "of these: cleaned"),
        Column(
            "same", pa.int64(), "of these: other bytes, the same documents; null in rows of schema version 1", True, 2
        ),
        Column("unchanged", pa.int64(), "of these: unchanged"),
        Column("rejected", pa.int64(), "of these: rejected"),
        Column("gone", pa.int64(), "of these: gone"),
        Column("repeated", pa.int64(), "pages with nothing new to record on this night, or named twice: no row"),
        Column("withheld", pa.int64(), "pages that were forgotten on demand and stay out: no row"),
        Column("documents", pa.int64(), "rows that it wrote in documents"),
        Column("sections", pa.int64(), "rows that it wrote in sections"),
        Column("edits", pa.int64(), "rows that it wrote in edits"),
        Column("duplicates", pa.int64(), "rows that it wrote in duplicates; null in rows of schema version 1", True, 2),
        Column("bytes", pa.int64(), "bytes of the pages as fetched"),
        Column("edits_by_step", _COUNTS, "edits of each step"),
        Column("rejects_by_reason", _COUNTS, "rejects of each stage and reason"),
        Column("cleaner_version", pa.string(), "version of the cleaners, with a digest of their code"),
        Column("rules_digest", pa.string(), "digest of the rule files"),
        Column("schema_version", pa.int16(), "SCHEMA_VERSION that the run wrote with"),
        Column("versions", pa.string(), "versions of Qingwen, Python and the libraries, JSON"),
        Column("settings", pa.string(), "settings of the run, secrets left out, JSON"),
    ),
    ("run_id",),
)

TABLES: dict[str, Table] = {t.name: t for t in (PAGES, DOCUMENTS, SECTIONS, EDITS, DUPLICATES, REJECTS, RUNS)}
