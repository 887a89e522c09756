"""clean_page: the steps in order, and nothing else."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from cleaners import (
    boilerplate,
    decoding,
    extraction,
    metadata,
    plaintext,
    punctuation,
    quality,
    rendering,
    scripts,
    structure,
)
from cleaners.extraction import is_feed, is_html
from cleaners.policy import Context, Policy
from cleaners.restoration import bytestream, mojibake, take_out, take_out_bytes
from cleaners.steps import Blocks, Rounds, Step, Walk, Watch, Way
from cleaners.thresholds import threshold
from schemas.records import Block, CleanPage, Decoded, Document, Edit, Rejection, Repaired


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    deepest: int = threshold(8, "documents", "inside each other that are still split")
    again: int = threshold(
        4, "rounds", "of all steps over a page that was repaired", "python scripts/fuzz.py --pages FOLDER"
    )


T = Thresholds()

_CONTROLS = Step("controls", take_out)  # joiners and marks of direction that stand beside the text, too
_BREAKS = Step("mojibake", mojibake.join_soft_breaks)
_BYTES: tuple[Step, ...] = (Step("bytestream", bytestream.restore), Step("controls", take_out_bytes))
# Behind it blocks of code are hidden whole: they are restored, no more. Formulas are hidden behind its first step.
RESTORATION: tuple[Step, ...] = (_CONTROLS, _BREAKS, Step("mojibake", mojibake.restore), *_BYTES)
_AGAIN: tuple[Step, ...] = (_CONTROLS, _BREAKS, Step("mojibake", mojibake.restore_again), *_BYTES)
_FRAME = Rounds(
    (Step("boilerplate", boilerplate.strip, ends=True), Step("metadata", metadata.read, ends=True)),
)
_JOINING = Step("boilerplate", boilerplate.join_lines, ends=True)
BOILERPLATE: Way = (Rounds((Step("boilerplate", boilerplate.take_title), _FRAME, _JOINING)),)
_READING = Rounds((Step("metadata", metadata.read, ends=True),))  # one dateline may stand below another
SORTING: Way = (_READING, Step("metadata", metadata.contradictions), *BOILERPLATE, _CONTROLS)
CONVERSION: Way = (Step("scripts", scripts.convert),)
PUNCTUATION: Way = (Step("punctuation", punctuation.normalise),)
CLEANING: Way = (*SORTING, *CONVERSION, *PUNCTUATION)
STEPS: Way = (*RESTORATION, *CLEANING)
OF_A_PART: Way = (Rounds((_FRAME, _JOINING)),)  # the head and the tail of a part are those of a page now
# What was repaired tells of what stands beside it, and may be a dateline or a line of the site's now: a page that was
# repaired goes the way again until nothing changes, as its document would if it were cleaned again.
SETTLING: Way = (Rounds((*_AGAIN, *OF_A_PART, *CONVERSION, *PUNCTUATION), T.again),)


def clean_page(
    data: bytes,
    *,
    url: str = "",
    content_type: str | None = None,
    policy: Policy = Policy(),
    fetched_at: str | None = None,
    title: str | None = None,
    seconds: MutableMapping[str, float] | None = None,
) -> CleanPage:
    """Clean one page: bytes in, documents and an account of every change out.

    Never raises for what is in the page: a step that fails makes a CleanPage with a Rejection that names it.

    data: the page as fetched. url: its address, for site rules and links. content_type: the HTTP header, a hint.
    fetched_at: ISO 8601, without which no relative date (昨天) is read. title: that of a plain text, where it is known
    ("" where it is known to have none): none is looked for in its lines, and so a cleaned document stays as it is.
    seconds: gets the seconds that each step took added under the step's name.
    Raises TypeError for what is not bytes.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"a page is bytes, as it was fetched, not {type(data).__name__}")
    return watched(bytes(data), Context(policy, url, content_type, fetched_at, title), seconds=seconds)


def watched(
    data: bytes, context: Context, watch: Watch | None = None, seconds: MutableMapping[str, float] | None = None
) -> CleanPage:
    """`clean_page`, with `watch` told of what each step received, gave and changed, in order, as far as it came."""
    walk = Walk(context, watch, seconds)
    encoding = ""
    try:
        with _uncollected():
            decoded = decoding.decode(data, content_type=context.content_type)
            encoding = decoded.encoding
            if decoded.rejection is not None:
                return CleanPage(encoding=encoding, rejection=decoded.rejection)
            return _clean_text(decoded, walk)
    except RecursionError as error:
        return _failed(encoding, walk.stage, "too deep", error)
    except MemoryError as error:
        return _failed(encoding, walk.stage, "out of memory", error)
    except Exception as error:  # a page must never stop a batch; the row says which step failed and how
        return _failed(encoding, walk.stage, "step failed", error)
    finally:
        walk.settle()


@contextmanager
def _uncollected() -> Iterator[None]:
    """The collector of circles waits until a page is done.

    A page makes a block, a line, an element of everything in it, and keeps them: to look through all of them time and
    again took 6% of the time of HTML pages, and 28% of that of a text of 160,000 lines. Its trees of elements, which
    are circles, are collected when it is done.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def repair(text: str) -> Repaired:
    """Undo mojibake and byte-stream damage, and nothing else: no script or punctuation change.

    Lines are kept: each line of `text` is a block, and `Edit.block` is its number from 0.
    """
    walk = Walk(Context())
    blocks = tuple(Block(line, seq=n) for n, line in enumerate(text.split("\n")))
    blocks = walk.through(tuple(step for step in RESTORATION if step.name != "controls"), blocks)
    return Repaired("\n".join(b.text for b in blocks), _numbered(walk.edits))


def _clean_text(decoded: Decoded, walk: Walk) -> CleanPage:
    encoding = decoded.encoding

    def nothing(rejection: Rejection, kind: str = "") -> CleanPage:
        return CleanPage((), _numbered(walk.edits), encoding, None, rejection, kind)

    walk.note_text("decoding", decoded.text, decoded.text, _decoding_edits(decoded))
    if not decoded.text.strip():
        return nothing(Rejection("decoding", "empty", "no text in it"))
    walk.stage = "mojibake"
    text, done = mojibake.restore_page(decoded.text)
    walk.note_text("mojibake", decoded.text, text, done)
    if is_html(text, walk.context.content_type):
        walk.stage = "extraction"
        if is_feed(text):
            return nothing(Rejection("extraction", "feed", "it lists pages and is none"), "feed")
        extracted = extraction.extract(text, walk.context)
        walk.note_read("extraction", text, extracted.blocks, extracted.edits)
        kept = extracted.kept
        if extracted.rejection is not None:
            return _measured(nothing(extracted.rejection, extracted.kind), kept)
        blocks, kind = extracted.blocks, extracted.kind
    else:
        walk.stage, kind, kept = "plaintext", "text", extraction.Kept(visible=_seen(text))
        blocks, done, parted = plaintext.to_blocks(text, walk.context)
        walk.note_read("plaintext", text, blocks, done)
        walk.context = replace(walk.context, parted=parted)
    went = _steps(blocks, walk, again=kind == "text")
    kept = replace(kept, visible=kept.visible + went.grown)
    documents, home = _documents(went, walk)
    rejection = None if documents else Rejection("quality", "no text", "nothing was left after cleaning")
    cleaned = CleanPage(documents, _numbered(walk.edits, home), encoding, went.title, rejection, kind)
    return _measured(cleaned, kept)


class _Went(NamedTuple):
    """What the steps made of a page's blocks, code and formulas hidden."""

    blocks: Blocks
    title: str | None
    parts: list[structure.Part]  # those that are documents
    originals: dict[int, str]  # texts of blocks whose script was converted, as they were, by the blocks' numbers
    grown: int  # characters that restoration added, or took away where it is negative: what damage adds is no text


def _steps(blocks: Blocks, walk: Walk, *, again: bool) -> _Went:
    """Blocks through all steps. `again`: those of a plain text are told once more, where restoration mended code."""
    cleared = walk.through(RESTORATION[:1], blocks)
    veil = walk.veil = rendering.Veil(b.text for b in cleared)
    lifted = veil.lift(cleared)
    restored = walk.through(RESTORATION[1:], lifted)
    told = _told_again(blocks, restored, walk) if again and restored != lifted else None
    if told is not None:
        went = _steps(told, walk, again=False)
        return went._replace(grown=went.grown + _body(restored) - _body(lifted))
    sorted_out = walk.through(SORTING, tuple(veil.hide_whole(b) if b.code else b for b in restored))
    converted = walk.through(CONVERSION, sorted_out)
    originals = {a.seq: a.text for a, b in zip(sorted_out, converted, strict=True) if a.text != b.text}
    blocks = walk.through(PUNCTUATION, converted)
    if _was_repaired(walk):
        blocks = walk.through(SETTLING, blocks)
    blocks = veil.settle(blocks)
    walk.stage = "metadata"
    title = metadata.choose(blocks, walk.context).title
    body = tuple(b for b in blocks if b.role == "body")
    parts = parts_of(structure.Part(title, body), walk)
    grown = 0 if restored == lifted else _body(restored) - _body(lifted)
    return _Went(blocks, title, parts, originals, grown)


def _told_again(blocks: Blocks, restored: Blocks, walk: Walk) -> Blocks | None:
    """The blocks of a plain text as its lines tell them now that some that passed for code are mended.

    Damage looks like code: read again, the line is prose, and so may be those that went on from it. None where nothing
    of the kind was mended, or all is as it was.
    """
    before = {block.seq: block.text for block in blocks if block.kind == "pre"}
    shown = tuple(map(walk.veil.show, restored))
    if all(before.get(block.seq, block.text) == block.text for block in shown):
        return None
    text = "\n".join([block.text for block in shown if block.origin != "given"])
    told, done, parted = plaintext.to_blocks(text, walk.context)
    if [(b.text, b.kind, b.role) for b in told] == [(b.text, b.kind, b.role) for b in shown]:
        return None
    flags = {line: block.flags for block in shown if block.flags for line in block.text.split("\n")}
    told = tuple(
        replace(b, flags=tuple(dict.fromkeys(f for line in b.text.split("\n") for f in flags.get(line, ()))))
        for b in told
    )
    known = {(edit.rule, edit.before, edit.after) for edit in walk.edits if edit.step == "plaintext"}
    new = [edit for edit in done if (edit.rule, edit.before, edit.after) not in known]  # the title is not taken twice
    walk.note_read("plaintext", text, told, new)
    walk.context = replace(walk.context, parted=parted)
    return told


def _was_repaired(walk: Walk) -> bool:
    """Whether mojibake or byte-stream damage of the page was undone."""
    return any(edit.step in ("mojibake", "bytestream") and edit.before != edit.after for edit in walk.edits)


def parts_of(whole: structure.Part, walk: Walk, depth: int = 0) -> list[structure.Part]:
    """The parts of a page that are documents: each is rid of boilerplate as a page is, and split itself."""
    walk.stage = "splitting"
    if depth >= T.deepest:
        return [whole]
    parts, done = structure.split(whole.blocks, whole.title)
    walk.note("splitting", whole.blocks, tuple(b for part in parts for b in part.blocks), done)
    if len(parts) < 2:
        return [whole]
    out: list[structure.Part] = []
    for part in parts:
        out += parts_of(structure.Part(part.title, walk.through(OF_A_PART, part.blocks)), walk, depth + 1)
    return out


def _documents(went: _Went, walk: Walk) -> tuple[tuple[Document, ...], dict[int, int]]:
    """The documents of the parts, and for each block that went into one the ordinal of that."""
    blocks, parts = went.blocks, went.parts
    images = tuple(b for b in blocks if b.role == "image")
    candidates = tuple(b for b in blocks if b.role not in ("body", "image"))
    everywhere = frozenset(b.seq for part in parts for b in part.blocks)
    repaired = _was_repaired(walk)
    documents: list[Document] = []
    home: dict[int, int] = {}
    for part in parts:
        shown = tuple(map(walk.veil.show, part.blocks))
        part = structure.Part(walk.veil.plainly(part.title) if part.title else part.title, shown)
        whole = rendering.with_images(shown, images, everywhere)
        document = _document(part, whole, candidates, walk, repaired, went.originals)
        if document.text:
            for block in part.blocks:
                home.setdefault(block.seq, len(documents))
            documents.append(document)
    return tuple(documents), home


def _measured(page: CleanPage, kept: extraction.Kept) -> CleanPage:
    """The page with what of its text was kept. Titles are kept too; nothing where no text was seen."""
    held = sum(_seen(document.text) + _seen(document.title or "") for document in page.documents)
    ratio = round(min(1.0, held / kept.visible), 4) if kept.visible > 0 else None
    return replace(page, kept_ratio=ratio, left_out=kept.left_out, left_out_chars=kept.left_out_chars)


def _body(blocks: Sequence[Block]) -> int:
    """Characters of the blocks that are the article's."""
    return sum(_seen(block.text) for block in blocks if block.role == "body")


def _seen(text: str) -> int:
    """Characters of a text, spaces not counted."""
    return sum(map(len, text.split()))


def _document(
    part: structure.Part,
    whole: Sequence[Block],
    candidates: Sequence[Block],
    walk: Walk,
    repaired: bool,
    originals: Mapping[int, str],
) -> Document:
    """A document of its body blocks; `whole` has the images that stand among them too.

    repaired: whether anything of the page was restored. originals: by their numbers, the texts of the blocks whose
    script was converted, as they were.
    """
    walk.stage = "sections"
    text, outline = structure.outline(part.blocks)
    walk.stage = "metadata"
    own = metadata.choose((*candidates, *part.blocks), walk.context)
    walk.stage = "quality"
    flags = {flag for block in part.blocks for flag in block.flags}
    flags.update(quality.flags(part.blocks, text, repaired=repaired))
    original = ""
    if any(block.seq in originals for block in part.blocks):  # first: whoever counts `text` will find it counted
        original = scripts.detect_script("\n".join(originals.get(block.seq, block.text) for block in part.blocks))
    script = scripts.detect_script(text)
    language = scripts.language(text, script)
    walk.stage = "rendering"
    markdown = None
    if walk.context.policy.markdown:
        markdown, outline = rendering.written(outline, whole)
    return Document(
        title=part.title,
        text=text,
        published=own.published,
        source=own.source,
        author=own.author,
        script=script,
        original_script=original or script,
        language=language,
        sections=outline,
        flags=tuple(sorted(flags)),
        quality=quality.figures(text, language),
        markdown=markdown,
        links=rendering.links_of(whole),
        images=rendering.images_of(whole),
        tables=rendering.count(whole, "table"),
        code_blocks=rendering.count(whole, "pre"),
        formulas=rendering.count(whole, "formula"),
    )


def _decoding_edits(decoded: Decoded) -> list[Edit]:
    edits: list[Edit] = []
    for start, end in decoded.lost:
        lost = decoded.text[start:end]
        edits.append(Edit("decoding", "undecodable", -1, start, lost, lost, "exact", end - start))
    if decoded.nuls:
        edits.append(Edit("decoding", "nul", -1, 0, "\0", "", "exact", decoded.nuls))
    return edits


def _numbered(edits: Sequence[Edit], home: dict[int, int] | None = None) -> tuple[Edit, ...]:
    home = home or {}
    return tuple(
        Edit(
            e.step, e.rule, e.block, e.start, e.before, e.after, e.certainty, e.count, e.detail, n, home.get(e.block)
        )  # dataclasses.replace costs more than twice as much, and a page may have a hundred thousand edits
        for n, e in enumerate(edits)
    )


def _failed(encoding: str, stage: str, reason: str, error: BaseException) -> CleanPage:
    detail = f"{type(error).__name__}: {error}"[:500]
    return CleanPage(encoding=encoding, rejection=Rejection(stage, reason, detail))
