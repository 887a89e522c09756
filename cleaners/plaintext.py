from __future__ import annotations
from cleaners.policy import Context
from schemas.records import Block, Edit

def to_blocks(text: str, context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    return tuple(Block(t, seq=i) for i, t in enumerate(x.strip() for x in text.split("\n")) if t), ()
