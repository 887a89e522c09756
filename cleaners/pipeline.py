"""clean_page: the steps in order, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

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
from schemas.records import Block, CleanPage, Decoded, Document, Edit, Rejection, Repaired

STEPS = (
    ("controls", take_out),
    ("mojibake", mojibake.restore),
    ("bytestream", bytestream.restore),
    ("controls", take_out_bytes),
    ("metadata", metadata.read),
    ("boilerplate", boilerplate.strip),
    ("scripts", scripts.convert),
    ("punctuation", punctuation.normalise),
)
AFTER_RESTORATION = "metadata"  # the step before which blocks of code are hidden whole: they are restored, no more


Watch = Callable[[str, tuple[Block, ...]], None]  # (step, blocks that the step gave back)
PAGE = -1  # what stands for a block's number where a step worked on the whole page


class _Stage:
    """Names the step at work, so that a failure can be told by its stage."""

    def __init__(self) -> None:
        self.name = "decoding"


def clean_page(
    data: bytes,
    *,
    url: str = "",
    content_type: str | None = None,
    policy: Policy = Policy(),
    fetched_at: str | None = None,
    title: str | None = None,
    watch: Watch | None = None,
) -> CleanPage:
    """Clean one page: bytes in, documents and an account of every change out.

    Never raises for what is in the page: a step that fails makes a CleanPage with a Rejection that names it.

    data: the page as fetched. url: its address, for site rules and links. content_type: the HTTP header, a hint.
    fetched_at: ISO 8601, without which no relative date (昨天) is read. title: that of a plain text, where it is known
    ("" where it is known to have none): none is looked for in its lines, and so a cleaned document stays as it is.
    watch: is given what each step gave back, code and formulas in their places: the whole page's text as one block of
    number PAGE ("decoding", "mojibake"), then the blocks ("extraction" or "plaintext", and the steps in their order).
    Raises TypeError for what is not bytes.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"a page is bytes, as it was fetched, not {type(data).__name__}")
    data = bytes(data)
    stage = _Stage()
    encoding = ""
    try:
        decoded = decoding.decode(data, content_type=content_type)
        encoding = decoded.encoding
        if decoded.rejection is not None:
            return CleanPage(encoding=encoding, rejection=decoded.rejection)
        return _clean_text(decoded, Context(policy, url, content_type, fetched_at, title), stage, watch)
    except RecursionError as error:
        return _failed(encoding, stage.name, "too deep", error)
    except MemoryError as error:
        return _failed(encoding, stage.name, "out of memory", error)
    except Exception as error:  # a page must never stop a batch; the row says which step failed and how
        return _failed(encoding, stage.name, "step failed", error)


def repair(text: str) -> Repaired:
    """Undo mojibake and byte-stream damage, and nothing else: no script or punctuation change.

    Lines are kept: each line of `text` is a block, and `Edit.block` is its number from 0.
    """
    context = Context()
    blocks: tuple[Block, ...] = tuple(Block(line, seq=n) for n, line in enumerate(text.split("\n")))
    edits: tuple[Edit, ...] = ()
    for step in (mojibake.restore, bytestream.restore):
        blocks, done = step(blocks, context)
        edits += done
    return Repaired("\n".join(b.text for b in blocks), _numbered(edits))


def _clean_text(decoded: Decoded, context: Context, stage: _Stage, watch: Watch | None = None) -> CleanPage:
    text = decoded.text
    if watch is not None:
        watch("decoding", (Block(text, seq=PAGE),))
    edits: list[Edit] = _decoding_edits(decoded)
    if not text.strip():
        return CleanPage((), _numbered(edits), decoded.encoding, None, Rejection("decoding", "empty", "no text in it"))
    stage.name = "mojibake"
    text, done = mojibake.restore_page(text)
    edits += done
    if watch is not None:
        watch("mojibake", (Block(text, seq=PAGE),))
    if is_html(text, context.content_type):
        stage.name = "extraction"
        if is_feed(text):
            none = Rejection("extraction", "feed", "it lists pages and is none")
            return CleanPage((), _numbered(edits), decoded.encoding, None, none, "feed")
        extracted = extraction.extract(text, context)
        edits += extracted.edits
        if extracted.rejection is not None:
            return CleanPage((), _numbered(edits), decoded.encoding, None, extracted.rejection, extracted.kind)
        blocks, kind = extracted.blocks, extracted.kind
    else:
        stage.name = "plaintext"
        kind = "text"
        blocks, done = plaintext.to_blocks(text, context)
        edits += done
    if watch is not None:
        watch(stage.name, tuple(blocks))
    veil = rendering.Veil(b.text for b in blocks)
    blocks = veil.lift(blocks)
    for name, step in STEPS:
        stage.name = name
        if name == AFTER_RESTORATION:
            blocks = tuple(veil.hide_whole(b) if b.code else b for b in blocks)
        before = blocks
        blocks, done = step(blocks, context)
        blocks = rendering.carried(before, blocks)
        edits += map(veil.account, done)
        if watch is not None:
            watch(name, tuple(map(veil.show, blocks)))
    blocks = veil.settle(blocks)
    stage.name = "metadata"
    page = metadata.choose(blocks, context)
    body = tuple(b for b in blocks if b.role == "body")
    images = tuple(b for b in blocks if b.role == "image")
    candidates = tuple(b for b in blocks if b.role not in ("body", "image"))
    stage.name = "splitting"
    parts, done = structure.split(body, page.title, context)
    edits += map(veil.account, done)
    if watch is not None:
        watch("splitting", tuple(veil.show(b) for part in parts for b in part.blocks))
    everywhere = frozenset(b.seq for part in parts for b in part.blocks)
    documents: list[Document] = []
    repaired = any(edit.step in ("mojibake", "bytestream") and edit.before != edit.after for edit in edits)
    home: dict[int, int] = {}  # block -> ordinal of its document
    for part in parts:
        shown = tuple(map(veil.show, part.blocks))
        part = structure.Part(veil.plainly(part.title) if part.title else part.title, shown)
        whole = rendering.with_images(shown, images, everywhere)
        document = _document(part, whole, candidates, context, stage, repaired)
        if document.text:
            for block in part.blocks:
                home.setdefault(block.seq, len(documents))
            documents.append(document)
    rejection = None if documents else Rejection("quality", "no text", "nothing was left after cleaning")
    return CleanPage(tuple(documents), _numbered(edits, home), decoded.encoding, page.title, rejection, kind)


def _document(
    part: structure.Part,
    whole: Sequence[Block],
    candidates: Sequence[Block],
    context: Context,
    stage: _Stage,
    repaired: bool,
) -> Document:
    """A document of its body blocks; `whole` has the images that stand among them too.

    repaired: whether anything of the page was restored.
    """
    stage.name = "sections"
    text, outline = structure.outline(part.blocks)
    stage.name = "metadata"
    own = metadata.choose((*candidates, *part.blocks), context)
    stage.name = "quality"
    flags = {flag for block in part.blocks for flag in block.flags}
    flags.update(quality.flags(part.blocks, text, repaired=repaired))
    script = scripts.detect_script(text)
    stage.name = "rendering"
    markdown = None
    if context.policy.markdown:
        markdown, outline = rendering.written(outline, whole)
    return Document(
        title=part.title,
        text=text,
        published=own.published,
        source=own.source,
        author=own.author,
        script=script,
        language=scripts.language(text, script),
        sections=outline,
        flags=tuple(sorted(flags)),
        quality=quality.figures(text),
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
    return tuple(replace(e, seq=n, document=home.get(e.block)) for n, e in enumerate(edits))


def _failed(encoding: str, stage: str, reason: str, error: BaseException) -> CleanPage:
    detail = f"{type(error).__name__}: {error}"[:500]
    return CleanPage(encoding=encoding, rejection=Rejection(stage, reason, detail))
