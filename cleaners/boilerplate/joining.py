"""Lines in order again where boilerplate stood between or beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cleaners.policy import Context
from cleaners.text import BLANKS, continued, glue, tidy
from schemas.records import Block, Edit

STEP, RULE = "boilerplate", "joined"


@dataclass(slots=True)
class _Line:
    """A line of a body block: its block's place, its text, and where in the block it stood."""

    block: int
    text: str
    start: int
    end: int


def join_lines(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Space around lines and empty lines go, and lines that were cut are joined, as in a plain text.

    A line break that went is an edit. Where the halves were blocks, one edit says what came to the end of the first
    and one that the second is there now.
    """
    lines = [line for n, block in enumerate(blocks) if open_to(block) for line in _tidied(n, block.text)]
    cut = continued([line.text for line in lines])
    if not cut and all(_stays(blocks[line.block], line) for line in lines):
        return tuple(blocks), ()
    edits: list[Edit] = []
    kept: list[_Line] = []
    flags = {n: dict.fromkeys(block.flags) for n, block in enumerate(blocks) if block.flags}
    for n, line in enumerate(lines):
        if n not in cut or not kept:
            kept.append(line)
        else:
            begun = kept[-1]
            edits += _joined(blocks, begun, line)
            begun.text = glue(begun.text, line.text)
            if line.block == begun.block:
                begun.end = line.end
            elif line.block in flags:
                flags.setdefault(begun.block, {}).update(flags[line.block])
    texts: dict[int, list[str]] = {}
    for line in kept:
        texts.setdefault(line.block, []).append(line.text)
    out: list[Block] = []
    for n, block in enumerate(blocks):
        text = "\n".join(texts.get(n, ()))
        if not open_to(block):
            out.append(block)
        elif text.strip(BLANKS + "\n"):
            own = tuple(flags.get(n, ()))
            same = text == block.text and own == block.flags
            out.append(block if same else replace(block, text=text, flags=own))
    return tuple(out), tuple(edits)


def _stays(block: Block, line: _Line) -> bool:
    """Whether a line that nothing is joined to is all of its block, and leaves it as it is."""
    return line.text == block.text and bool(line.text.strip(BLANKS)) and len(set(block.flags)) == len(block.flags)


def open_to(block: Block) -> bool:
    """Whether a block's lines are looked at: those of the body that neither a site rule nor Markdown keeps as it is."""
    return block.role == "body" and not block.protected and block.kind != "source"


def _tidied(number: int, text: str) -> Iterator[_Line]:
    """The lines of a block as they are to be, each with where it stands in the block as it is."""
    if "\n" not in text and text[:1] not in BLANKS and text[-1:] not in BLANKS:
        yield _Line(number, text, 0, len(text))
        return
    at = 0
    for line in tidy(text).split("\n"):
        start = max(at, text.find(line, at))
        at = start + len(line)
        yield _Line(number, line, start, at)


def _joined(blocks: Sequence[Block], begun: _Line, line: _Line) -> Iterator[Edit]:
    first, second = blocks[begun.block], blocks[line.block]
    added = glue(begun.text, line.text)[len(begun.text) :]
    if line.block == begun.block:
        between = first.text[begun.end : line.start]
        after = added.removesuffix(line.text)
        yield Edit(STEP, RULE, first.seq, begun.end, between, after, "likely", 1, "a cut line")
        return
    yield Edit(STEP, RULE, first.seq, begun.end, "", added, "likely", 1, "a cut line")
    gone = second.text[line.start : line.end]
    yield Edit(STEP, RULE, second.seq, line.start, gone, "", "likely", 1, f"joined to block {first.seq}")
