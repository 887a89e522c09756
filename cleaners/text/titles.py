"""What a title looks like."""

from __future__ import annotations

from cleaners.text.chars import GLOSS, HAN
from cleaners.text.labels import read_label
from cleaners.text.marks import read_mark

TITLE_LONGEST = 60  # characters
CLAUSE_LONGEST = 8  # characters of a clause, commas counted, in a title of more than three of them


def title_like(row: str) -> bool:
    """Whether a line can be a title: short, Chinese, without a stop at its end, and no label at its start."""
    bare = GLOSS.sub("", row)
    if not 3 <= len(bare) <= TITLE_LONGEST or "\t" in row or not HAN.search(bare):
        return False
    clauses = bare.count("，") + bare.count(",") + 1
    if bare[-1] in "。；;：:，,、." or "。" in bare or (clauses > 3 and len(bare) > CLAUSE_LONGEST * clauses):
        return False
    return read_label(bare) is None and read_mark(bare) is None
