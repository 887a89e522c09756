from __future__ import annotations
from dataclasses import dataclass
from cleaners.policy import Context
from schemas.records import Block, Edit, Rejection

@dataclass(frozen=True, slots=True)
class Extracted:
    blocks: tuple[Block, ...] = ()
    edits: tuple[Edit, ...] = ()
    rejection: Rejection | None = None

def extract(html: str, context: Context) -> Extracted:
    from selectolax.lexbor import LexborHTMLParser
    text = LexborHTMLParser(html).text(separator="\n")
    return Extracted(tuple(Block(t, seq=i) for i, t in enumerate(x.strip() for x in text.split("\n")) if t))
