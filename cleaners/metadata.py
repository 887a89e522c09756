from __future__ import annotations
from collections.abc import Sequence
from cleaners.policy import Context
from schemas.records import Block, Edit

def read(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    return tuple(blocks), ()

from dataclasses import dataclass

@dataclass(frozen=True, slots=True)
class Particulars:
    title: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None

def choose(blocks: Sequence[Block], context: Context) -> Particulars:
    titles = [b.text for b in blocks if b.role == "title"]
    return Particulars(title=titles[0] if titles else None)
