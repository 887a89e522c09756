"""Characters all of whose bytes are gone: their marks say how many there were, what stands beside them says the rest.

Such a character is put back only where the character model clearly prefers one to every other, and where damaging the
result gives the marks back; otherwise the marks stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cleaners.model import front, model
from cleaners.restoration.mojibake.codecs import MARK, Reading, forward
from cleaners.restoration.mojibake.hypotheses import Segment
from cleaners.restoration.mojibake.judge import Judge, Page, everyday
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    clearly: float = threshold(6.0, "bits", "between the best filling and the next")
    moves: int = threshold(5_000, "steps of search", "what choosing one costs")
    common: float = threshold(-15.0, "log2 probability", "of a character by itself, from which it is tried")


T = Thresholds()


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    unigram = model().unigram
    return tuple(sorted(c for c in everyday() if c > "\x7f" and unigram(c) >= T.common))


def fill(
    text: str, segments: tuple[Segment, ...], reading: Reading, jury: Judge, page: Page | None = None
) -> tuple[Segment, ...]:
    """`segments` of `text` with single lost characters between or behind them put back where one is clearly meant."""
    length = 3 if reading.true == "utf-8" else 2
    marks = MARK * length
    done: list[Segment] = []
    for segment in segments:
        last = done[-1] if done else None
        if last is not None and text[last.end : segment.start] == marks:
            char = _choose(last.after, segment.after, jury, page)
            size = len(last.after)
            joined = Segment(
                last.start,
                segment.end,
                last.after + char + segment.after,
                last.unknown + segment.unknown + length,
                (*last.doubtful, size, *(size + 1 + place for place in segment.doubtful)),
            )
            if char and forward(joined.after, reading, text[joined.start : joined.end]) is not None:
                done[-1] = joined
                continue
        done.append(segment)
    if done and text[done[-1].end :] == marks:
        last = done[-1]
        char = _choose(last.after, "\n", jury, page)
        doubtful = (*last.doubtful, len(last.after))
        whole = Segment(last.start, len(text), last.after + char, last.unknown + length, doubtful)
        if char and forward(whole.after, reading, text[whole.start :]) is not None:
            done[-1] = whole
    return tuple(done)


def _choose(before: str, behind: str, jury: Judge, page: Page | None) -> str:
    """The character between the two texts, or "" where none is clearly meant."""
    if page is not None and not page.may_search("fill", T.moves):
        return ""
    ends = front("\n\n" + before)
    last = ends[-1]
    after = behind[:2]
    best, runner, choice = -1e9, -1e9, ""
    for char in _common():
        score = jury.logp(ends, char) + jury.logp(last + char, after[0])
        if score <= runner:
            continue
        if len(after) > 1:
            score += jury.logp(char + after[0], after[1])
        if score > best:
            best, runner, choice = score, best, char
        elif score > runner:
            runner = score
    if best - runner < T.clearly:
        choice = ""
    if page is not None:
        page.spend("fill", T.moves, bool(choice))
    return choice
