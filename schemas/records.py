"""The records that travel through Qingwen: frozen, plain, and the same for every step.

All offsets are code point offsets (Python string indices), half-open ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BLOCK_KINDS = ("paragraph", "heading", "item", "table", "pre", "caption", "quote", "formula", "image", "source")
BLOCK_ROLES = ("body", "title", "published", "source", "author", "image")
RUN_KINDS = ("code", "formula", "link", "image", "address")

# Hex digits of sha256 that are a page's id, with which a document's id begins: 80 bits, so that a collision among 10^9
# pages has odds of 1 in 10^6.
ID_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Run:
    """What a part of a block's text is, besides text: `start` to `end` count code points in the block's text.

    "code" and "formula" cover text that no step changes, a formula with its dollar signs, and so does "address", the
    signs and the address of a link or an image in a line of Markdown; a "link" covers its words and has its address as
    `target`; an "image" covers nothing, `target` is its address and `text` what stands for it.
    """

    kind: str  # RUN_KINDS
    start: int
    end: int
    target: str = ""
    text: str = ""

    @property
    def place(self) -> tuple[int, int, int]:
        """By which runs are ordered: a link before what stands in it, an image before the code that begins there."""
        return self.start, ("link", "image").index(self.kind) if self.kind in ("link", "image") else 2, -self.end


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an article: a paragraph, a heading, a table, or a candidate for one of its particulars.

    `seq` is the block's place in the article as it was extracted. It is given once, stays through all steps, and is
    what `Edit.block` names. A block whose `role` is not "body" is a metadata candidate or an image (its text is what
    the page says instead of it): it goes through restoration and script conversion with the others and is never part
    of a document's text. A table's text is its grid: a line a row, a tab between cells. One of kind "source" is a line
    or more of Markdown that a plain text already has.
    """

    text: str
    kind: str = "paragraph"  # BLOCK_KINDS
    role: str = "body"  # BLOCK_ROLES
    level: int = 0  # heading: 1 to 6; item: depth of its list, from 1
    seq: int = 0
    origin: str = ""  # where a candidate was read: "rule" "json-ld" "meta" "head" "tail" "url" "editor"
    flags: tuple[str, ...] = ()  # flags of the document that this block will be part of
    protected: bool = False  # a site rule keeps it from script and punctuation changes
    runs: tuple[Run, ...] = ()  # in order of their start; none over another but for what stands in a link
    language: str = ""  # pre: the language of code, as the page names it
    code: bool = False  # pre: certainly code, and nothing but a step of restoration may change it
    depth: int = 0  # lists around it
    marker: str = ""  # of the list item that it begins: "-", "- [x]", "3."
    quoted: int = 0  # quotations around it
    runs_on: bool = False  # it stands in the paragraph of the block before, behind a line break


@dataclass(frozen=True, slots=True)
class Edit:
    """One change or removal.

    `start` counts code points in the text of block `block` as the step received it; `block` is -1 where the step worked
    on the whole page. `before` and `after` are what stood and what stands; a bulk change is one edit with its `count`.
    Edits of a block whose counts are 1, made in their order, give the block that the step gave, but for white space.
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
    markdown: str = ""  # its own, without its children's; "" where the policy leaves it out


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
    word_count: int = 0
    line_punct_ratio: float = 0.0
    short_line_ratio: float = 0.0
    char_dup_ratio: float = 0.0
    list_ratio: float = 0.0
    bullet_line_ratio: float = 0.0
    ellipsis_line_ratio: float = 0.0
    hash_word_ratio: float = 0.0
    ellipsis_word_ratio: float = 0.0
    alpha_word_ratio: float = 0.0
    stop_word_count: int = 0
    sentence_count: int = 0
    curly_brackets: int = 0
    lorem_ipsum: int = 0
    failed_rules: tuple[str, ...] | None = None  # schemas.quality.RULES; None for a language without bars


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image of a document: its words, its absolute address, and where in the text it stands."""

    text: str
    url: str
    offset: int


@dataclass(frozen=True, slots=True)
class Document:
    """A clean document. `text` is the body: neither the title line nor a mark such as 第一篇 is in it.

    `markdown` is the same body with its structure, in CommonMark with tables and TeX between dollar signs; None where
    the policy leaves it out. Both are written from the same blocks.
    """

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
    markdown: str | None = None
    links: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    tables: int = 0
    code_blocks: int = 0
    formulas: int = 0
    original_script: str = "neutral"  # before conversion


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
    kept_ratio: float | None = None  # share of the text that a reader sees which its documents hold; None: not known
    left_out: str = ""  # beginning of the largest element of which nothing was kept
    left_out_chars: int = 0  # its characters, without spaces
