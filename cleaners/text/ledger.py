"""What was replaced in a text, and where: the one account that every step keeps while it changes a text.

A step goes over a text more than once, and its edits count in the text that it received (`Edit.start`); links count in
the text as it is now. A ledger holds both: it makes replacements, and tells for each offset of the one text where it is
in the other. What keeps its length moves nothing, so only the rest is noted: a list of stretches in order, none over
another, and a replacement inside an earlier one is drawn into it. One pass costs as much as the text and the list.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.thresholds import threshold
from schemas.records import Edit


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    passes: int = threshold(100, "passes", "of edits over a text that are made again; each costs a look through it")


T = Thresholds()


class Span(NamedTuple):
    """A stretch of a text, half-open, and what stands there instead."""

    start: int
    end: int
    after: str


class _Stretch(NamedTuple):
    """Received [start, end) stands now at [now, now_end); the lengths differ."""

    start: int
    end: int
    now: int
    now_end: int


class Ledger:
    """A text at work: `received` as it came, `text` as it is now, and what stands where."""

    __slots__ = ("_stretches", "received", "text")

    def __init__(self, text: str) -> None:
        self.received = self.text = text
        self._stretches: list[_Stretch] = []

    def replace(self, spans: Sequence[Span]) -> None:
        """Put what each span says in its place. They count in `text`, in order, none over another."""
        parts: list[str] = []
        at = 0
        for start, end, after in spans:
            parts += (self.text[at:start], after)
            at = end
        self.text = "".join(parts) + self.text[at:]
        moving = [Span(start, end, after) for start, end, after in spans if len(after) != end - start]
        if moving:
            self._stretches = _composed(self._stretches, moving)

    def origin(self, at: int) -> int:
        """Where in `received` the character stood that is at `at` now; of one that was put in, where it was put."""
        k = bisect.bisect_right(self._stretches, at, key=_now_end) - 1
        if k + 1 < len(self._stretches):
            start, end, now, _ = self._stretches[k + 1]
            if now < at:
                return max(start, min(start + at - now, end - 1))
        return at + (self._stretches[k].end - self._stretches[k].now_end if k >= 0 else 0)

    def place(self, offset: int) -> int:
        """Where in `text` stands now what stood at `offset` in `received`; behind what replaced it, where it is gone.

        What was put in at the offset itself stands before it.
        """
        k = bisect.bisect_right(self._stretches, offset, key=_end) - 1
        if k + 1 < len(self._stretches) and self._stretches[k + 1].start < offset:
            return self._stretches[k + 1].now_end
        return offset + (self._stretches[k].now_end - self._stretches[k].end if k >= 0 else 0)


def replayed(text: str, edits: Iterable[Edit]) -> Ledger | None:
    """The ledger of `text` with the edits of one block and one step made in their order.

    None where one is a summary (its count is not 1, it shows what stayed), or does not stand where it says; and where
    they go back in the text more than `T.passes` times.
    """
    ledger = Ledger(text)
    spans: list[Span] = []
    passes = 0
    for edit in edits:
        at = ledger.place(edit.start)
        if spans and at < spans[-1].end:
            ledger.replace(spans)
            spans.clear()
            passes += 1
            at = ledger.place(edit.start)
        if edit.count != 1 or passes > T.passes or not ledger.text.startswith(edit.before, at):
            return None
        spans.append(Span(at, at + len(edit.before), edit.after))
    ledger.replace(spans)
    return ledger


def _end(stretch: _Stretch) -> int:
    return stretch.end


def _now_end(stretch: _Stretch) -> int:
    return stretch.now_end


def _composed(old: Sequence[_Stretch], spans: Sequence[Span]) -> list[_Stretch]:
    """The stretches after `spans`. Both count in the text between; what lies over another there becomes one stretch."""
    earlier = [(s.now, s.now_end, s.now_end - s.now - (s.end - s.start), 0) for s in old]
    later = [(start, end, 0, len(after) - (end - start)) for start, end, after in spans]
    out: list[_Stretch] = []
    ahead = grown = 0  # by how much the text between is ahead of the received one, and the new text of that
    last = 0  # where in the text between the last stretch ends
    for start, end, older, newer in heapq.merge(earlier, later):
        if out and start < last:
            last = max(last, end)
            first = out.pop()
        else:
            last = end
            first = _Stretch(start - ahead, 0, start + grown, 0)
        ahead += older
        grown += newer
        out.append(first._replace(end=last - ahead, now_end=last + grown))
    return out
