from __future__ import annotations
from collections.abc import Sequence
from schemas.records import Block, Section

def outline(blocks: Sequence[Block]) -> tuple[str, tuple[Section, ...]]:
    return "\n".join(b.text for b in blocks), ()
