"""What is usual, and what has left it: a night's figures beside those of the nights before.

The range of a figure is that of Tukey's fences (Exploratory Data Analysis, 1977, 2D): one and a half times as far
beyond the quartiles as these are apart. Where nights are alike, the fences fall together; so they stand at least as
far out as counting varies by chance, three standard deviations of a Poisson count, or of a share of so many pages.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

NIGHTS = 30
ENOUGH = 5  # nights, below which nothing is called usual
FEW = 5  # pages, documents: a share moves freely among fewer
FENCE = 1.5  # distances of the quartiles
CHANCE = 3.0  # standard deviations


@dataclass(frozen=True, slots=True)
class Range:
    """What is usual: the median of the nights, and the fences around it."""

    median: float
    low: float
    high: float

    def verdict(self, value: float) -> str:
        """ "above", "below", or "" for what is within."""
        return "above" if value > self.high else "below" if value < self.low else ""

    def beyond(self, value: float) -> float:
        """How far a value stands beyond its fence, in widths of the range."""
        width = (self.high - self.low) or 1.0
        return max(value - self.high, self.low - value, 0.0) / width


def of_counts(nights: Sequence[float]) -> Range | None:
    """The range of a count, or of a time; None where there are too few nights."""
    if len(nights) < ENOUGH:
        return None
    median = statistics.median(nights)
    return _fenced(nights, median, CHANCE * math.sqrt(max(median, 1.0)))


def of_shares(nights: Sequence[tuple[float, float]], of: float) -> Range | None:
    """The range of a share of `of` pages, from nights of (count, of how many); None where there are too few."""
    known = [(count, total) for count, total in nights if total]
    if len(known) < ENOUGH or of < FEW:
        return None
    shares = [count / total for count, total in known]
    total = sum(total for _, total in known)
    # Laplace's rule: what was never seen is not impossible
    likely = min(1.0, (sum(count for count, _ in known) + 1) / (total + 2))
    chance = math.sqrt(likely * (1 - likely) / of)
    found = _fenced(shares, statistics.median(shares), CHANCE * chance)
    return Range(found.median, found.low, min(found.high, 1.0))


def _fenced(values: Sequence[float], median: float, least: float) -> Range:
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    reach = FENCE * (third - first)
    return Range(median, max(0.0, min(first - reach, median - least)), max(third + reach, median + least))


def of_measures(nights: Sequence[float]) -> Range | None:
    """The range of what is measured, such as pages a second: the fences stand a tenth of the median out, or more."""
    if len(nights) < ENOUGH:
        return None
    median = statistics.median(nights)
    return _fenced(nights, median, median / 10)
