from __future__ import annotations
from collections.abc import Sequence
from dataclasses import dataclass
from cleaners.policy import Context
from schemas.records import Block, Edit

@dataclass(frozen=True, slots=True)
class Part:
    title: str | None
    blocks: tuple[Block, ...]

def split(blocks: Sequence[Block], title: str | None, context: Context) -> tuple[tuple[Part, ...], tuple[Edit, ...]]:
    return (Part(title, tuple(blocks)),), ()
