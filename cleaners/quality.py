from __future__ import annotations
from collections.abc import Sequence
from schemas.records import Block, Quality

def figures(text: str) -> Quality:
    return Quality(char_count=len(text))

def flags(blocks: Sequence[Block], text: str) -> tuple[str, ...]:
    return ()
