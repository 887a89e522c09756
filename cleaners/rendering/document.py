"""A document's text, links, images and counts from its blocks, and where each of its parts begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cleaners.rendering.markdown import Known, markdown
from cleaners.text import BLANKS, code_rows
from schemas.records import Block, Link, Section


def text_of(blocks: Sequence[Block]) -> str:
    """The text of a document: that of its blocks, a line feed between them. Images are none of it."""
    return "\n".join(shown(block) for block in blocks if block.role == "body")


def shown(block: Block) -> str:
    """A block's part of the text. Empty lines of code stay in it where both neighbours are code by themselves.

    Others would be lost when the text is cleaned again, for there only the lines say what is code; Markdown has them.
    """
    if block.kind != "pre" or "\n\n" not in block.text:
        return block.text
    lines = block.text.split("\n")
    code = code_rows(lines)
    kept: list[str] = []
    before, empty = False, 0  # whether the last line kept is code; empty lines behind it
    for line, now in zip(lines, code, strict=True):
        if not line.strip(BLANKS):
            empty += 1
            continue
        kept += [""] * empty if before and now else []
        kept.append(line)
        before, empty = now, 0
    return "\n".join(kept)


def with_images(blocks: Sequence[Block], images: Sequence[Block], everywhere: frozenset[int]) -> tuple[Block, ...]:
    """The blocks of a document with the images that stand among them.

    everywhere: numbers of the body blocks of all documents of the page. An image belongs with the block before it, or
    the one behind it where that is in none; where both are gone, as those of a related list, so is the image.
    """
    if not images or not blocks:
        return tuple(blocks)
    order = sorted(image.seq for image in images)
    held = {block.seq for block in blocks}
    before = {seq: seq - 1 for seq in order}  # the number before the images that stand in a row, and behind them
    behind = {seq: seq + 1 for seq in order}
    for seq in order:
        before[seq] = before.get(seq - 1, seq - 1)
    for seq in reversed(order):
        behind[seq] = behind.get(seq + 1, seq + 1)
    kept = [
        image
        for image in images
        if before[image.seq] in held or (behind[image.seq] in held and before[image.seq] not in everywhere)
    ]
    return tuple(sorted((*blocks, *kept), key=lambda block: block.seq)) if kept else tuple(blocks)


def placed(blocks: Sequence[Block]) -> list[int]:
    """Offset in the document's text at which each block begins; of an image, of what follows it."""
    at, out = 0, []
    for block in blocks:
        out.append(at)
        if block.role == "body":
            at += len(shown(block)) + 1
    return out


def links_of(blocks: Sequence[Block]) -> tuple[Link, ...]:
    """The links of a document in order."""
    if not any(block.runs for block in blocks):
        return ()
    return tuple(
        Link(block.text[run.start : run.end], run.target, at + run.start)
        for block, at in zip(blocks, placed(blocks), strict=True)
        for run in block.runs
        if run.kind == "link"
    )


def images_of(blocks: Sequence[Block]) -> tuple[Link, ...]:
    """The images of a document in order."""
    if not any(block.runs for block in blocks):
        return ()
    return tuple(
        Link(run.text or (block.text if block.kind == "image" else ""), run.target, at + run.start)
        for block, at in zip(blocks, placed(blocks), strict=True)
        for run in block.runs
        if run.kind == "image"
    )


def count(blocks: Iterable[Block], kind: str) -> int:
    """Blocks of a kind; of "formula", runs."""
    if kind == "formula":
        return sum(run.kind == "formula" for block in blocks for run in block.runs)
    return sum(block.kind == kind for block in blocks)


def written(sections: Sequence[Section], blocks: Sequence[Block]) -> tuple[str, tuple[Section, ...]]:
    """The Markdown of a document, and its sections, each with its own: of the blocks that begin in it and in none of
    its children."""
    known: Known = {}
    whole = markdown(blocks, known)
    if len(sections) == 1:
        return whole, (replace(sections[0], markdown=whole),)
    own: list[list[Block]] = [[] for _ in sections]
    stack: list[int] = []
    following = 0
    for block, at in zip(blocks, placed(blocks), strict=True):
        while following < len(sections) and sections[following].start <= at:
            stack.append(following)
            following += 1
        while stack and sections[stack[-1]].end < at:
            stack.pop()
        if stack:
            own[stack[-1]].append(block)
    parts = (
        Section(s.level, s.label, s.heading, s.run_in, s.start, s.end, markdown(held, known))
        for s, held in zip(sections, own, strict=True)
    )
    return whole, tuple(parts)
