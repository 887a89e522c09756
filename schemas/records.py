"""The records that travel through Qingwen: frozen, plain, and the same for every step.

All offsets are code point offsets (Python string indices), half-open ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BLOCK_KINDS = ("paragraph", "heading", "item", "table", "pre", "caption", "quote")
BLOCK_ROLES = ("body", "title", "published", "source", "author")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an article: a paragraph, a heading, a table, or a candidate for one of its particulars.

    `seq` is the block's place in the article as it was extracted. It is given once, stays through all steps, and is
    what `Edit.block` names. A block whose `role` is not "body" is a metadata candidate: it goes through restoration and
    script conversion with the others and is never part of a document's text.
    """

    text: str
    kind: str = "paragraph"  # BLOCK_KINDS
    role: str = "body"  # BLOCK_ROLES
    level: int = 0  # heading: 1 to 6; item: depth of its list, from 1
    seq: int = 0
    origin: str = ""  # where a candidate was read: "rule" "json-ld" "meta" "head" "tail" "url"
    flags: tuple[str, ...] = ()  # flags of the document that this block will be part of
    protected: bool = False  # a site rule keeps it from script and punctuation changes


@dataclass(frozen=True, slots=True)
class Edit:
    """One change or removal.

    `start` counts code points in the text of block `block` as the step received it; `block` is -1 where the step worked
    on the whole page. `before` and `after` are what stood and what stands; a bulk change is one edit with its `count`.
    """

    step: str
    rule: str
    block: int = -1
    start: int = 0
    before: str = ""
    after: str = ""
    certainty: str = "exact"  # vocabulary.CERTAINTIES
    count: int = 1
    detail: str = ""  # evidence in words: codec chain, candidates tried, runner-up, unknown bytes
    seq: int = 0  # running number in the page, given by the pipeline
    document: int | None = None  # ordinal of the document that the block went into, given by the pipeline


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why nothing could be made of a page: the step that gave up, a reason, and the detail.

    Stages and reasons are those of vocabulary.REJECT_REASONS.
    """

    stage: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a document's outline; `start` and `end` hold its children's text too."""

    level: int  # 1 = outermost; 0 = text before the first label
    label: str
    heading: str
    run_in: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures about a document's text; named after FineWeb, Gopher and C4 where these have names."""

    char_count: int = 0
    han_ratio: float = 0.0
    mean_line_length: float = 0.0
    duplicate_line_ratio: float = 0.0
    digit_ratio: float = 0.0
    symbol_ratio: float = 0.0
    stop_word_ratio: float = 0.0
    spam_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Document:
    """A clean document. `text` is the body: neither the title line nor a mark such as 第一篇 is in it."""

    title: str | None
    text: str
    published: str | None = None  # ISO 8601, as precise as the page
    source: str | None = None
    author: str | None = None
    script: str = "neutral"
    language: str = ""
    sections: tuple[Section, ...] = ()
    flags: tuple[str, ...] = ()
    quality: Quality = field(default_factory=Quality)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes made text. `lost` are (start, end) code point ranges in `text` where bytes could not be decoded."""

    text: str
    encoding: str
    certainty: str = "exact"
    lost: tuple[tuple[int, int], ...] = ()
    nuls: int = 0  # NUL characters taken out
    rejection: Rejection | None = None  # set where the bytes are not text at all


@dataclass(frozen=True, slots=True)
class Repaired:
    """Text after restoration, with what was done to it."""

    text: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanPage:
    """What became of a page: its documents, an account of every change, or a rejection."""

    documents: tuple[Document, ...] = ()
    edits: tuple[Edit, ...] = ()
    encoding: str = ""
    title: str | None = None
    rejection: Rejection | None = None
    kind: str = ""  # vocabulary.PAGE_KINDS; "" where nothing was read of it
