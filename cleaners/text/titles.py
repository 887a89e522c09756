"""What a title looks like."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.text.chars import GLOSS, HAN
from cleaners.text.labels import read_label
from cleaners.text.marks import read_mark
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    title_longest: int = threshold(60, "characters", "the longest title")
    clause_longest: int = threshold(
        8, "characters", "of a clause, commas counted, in a title of more than three of them"
    )


T = Thresholds()


def title_like(row: str) -> bool:
    """Whether a line can be a title: short, Chinese, without a stop at its end, and no label at its start."""
    bare = GLOSS.sub("", row)
    if not 3 <= len(bare) <= T.title_longest or "\t" in row or not HAN.search(bare):
        return False
    clauses = bare.count("，") + bare.count(",") + 1
    if bare[-1] in "。；;：:，,、." or "。" in bare or (clauses > 3 and len(bare) > T.clause_longest * clauses):
        return False
    return read_label(bare) is None and read_mark(bare) is None
