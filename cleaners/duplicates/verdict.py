"""Two texts, exactly: how alike they are, and what that makes of the pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cleaners.duplicates.shingles import Shingles
from cleaners.thresholds import threshold

KINDS = ("exact", "near", "contained")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    # A copy with 5% of its characters replaced has a Jaccard of about .77 on shingles of three, and two notices of one
    # form with other facts stay below .5: between them. A copy that lost or gained passages shows by containment.
    near_jaccard: float = threshold(
        0.6,
        "Jaccard",
        "of the shingles of two texts from which one is a near copy of the other",
        "python benchmarks/duplicates.py",
    )
    contained: float = threshold(
        0.85,
        "share",
        "of a text's shingles that another holds, from which it is contained",
        "python benchmarks/duplicates.py",
    )
    # A text that holds another and much more beside it does not repeat it: to leave it out would lose the more.
    containing_jaccard: float = threshold(
        0.5, "Jaccard", "from which a text that contains another repeats it", "python benchmarks/duplicates.py"
    )


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Similarity:
    """Shares of shingles: jaccard, of those of both texts that both have; containment, of those of the smaller text
    that the larger one has; smaller: whether the first text is not the larger one."""

    jaccard: float
    containment: float
    smaller: bool = True


def compare(text: Shingles, other: Shingles) -> Similarity:
    """Jaccard similarity and containment of two sets of shingles (`shingle_set`), exact. Empty sets are like nothing.

    Broder, On the resemblance and containment of documents, 1997.
    """
    if not len(text) or not len(other):
        return Similarity(0.0, 0.0)
    both = len(np.intersect1d(text, other, assume_unique=True))
    either = len(text) + len(other) - both
    return Similarity(both / either, both / min(len(text), len(other)), len(text) <= len(other))


def verdict(found: Similarity, *, exact: bool = False) -> str | None:
    """What a text is to an earlier one that it was compared with: a kind of duplicate, or None.

    exact: the folded texts are the same.

    >>> verdict(Similarity(0.9, 0.95)), verdict(Similarity(0.3, 0.9)), verdict(Similarity(0.3, 0.9, smaller=False))
    ('near', 'contained', None)
    """
    if exact:
        return "exact"
    if found.jaccard >= T.near_jaccard:
        return "near"
    if found.containment >= T.contained and (found.smaller or found.jaccard >= T.containing_jaccard):
        return "contained"
    return None
