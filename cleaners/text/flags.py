"""Flags that a block bears for the text around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from schemas.records import Block

OF_TEXT = frozenset(("truncated", "unfinished"))  # what a notice says of the text that it stands in, not of itself


def handed_on(blocks: Sequence[Block], kept: Sequence[Block]) -> tuple[Block, ...]:
    """`kept`, with the flags OF_TEXT of those of `blocks` that are not in it, on the body block before, or behind."""
    here = {block.seq for block in kept}
    gone = [b for b in blocks if b.seq not in here and b.role == "body" and not OF_TEXT.isdisjoint(b.flags)]
    out = list(kept)
    body = [n for n, block in enumerate(out) if block.role == "body"]
    for lost in gone if body else ():
        heir = max((n for n in body if out[n].seq < lost.seq), default=body[0])
        new = [flag for flag in lost.flags if flag in OF_TEXT and flag not in out[heir].flags]
        out[heir] = replace(out[heir], flags=(*out[heir].flags, *new))
    return tuple(out)
