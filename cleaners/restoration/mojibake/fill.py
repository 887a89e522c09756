"""Characters all of whose bytes are gone: their marks say how many there were, what stands beside them says the rest.

Such a character is put back only where the character model clearly prefers one to every other, and where damaging the
result gives the marks back; otherwise the marks stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

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
    tried: int = threshold(400, "characters", "the likeliest, of which it is asked whether they would leave the marks")
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
            joined = _choose(text, last, segment, reading, jury, page)
            if joined is not None:
                done[-1] = joined
                continue
        done.append(segment)
    if done and text[done[-1].end :] == marks:
        end = Segment(len(text), len(text), "", 0)
        done[-1] = _choose(text, done[-1], end, reading, jury, page) or done[-1]
    return tuple(done)


def _choose(
    text: str, last: Segment, following: Segment, reading: Reading, jury: Judge, page: Page | None
) -> Segment | None:
    """The two segments with the character between them, or None where none is clearly meant.

    Those that would not have left the marks are no rivals of the one that did.
    """
    if page is not None and not page.may_search("fill", T.moves):
        return None
    best: tuple[float, Segment] | None = None
    clear = False
    for score, char in _ranked(last.after, following.after or "\n", jury):
        clear = best is not None and score < best[0] - T.clearly
        if clear:
            break
        joined = _joined(last, char, following, 3 if reading.true == "utf-8" else 2)
        if forward(joined.after, reading, text[joined.start : joined.end]) is not None:
            if best is not None:
                break
            best = score, joined
    if page is not None:
        page.spend("fill", T.moves, clear)
    return best[1] if best is not None and clear else None


def _joined(last: Segment, char: str, following: Segment, length: int) -> Segment:
    size = len(last.after)
    return Segment(
        last.start,
        following.end,
        last.after + char + following.after,
        last.unknown + following.unknown + length,
        (*last.doubtful, size, *(size + 1 + place for place in following.doubtful)),
    )


def _ranked(before: str, behind: str, jury: Judge) -> list[tuple[float, str]]:
    """The likeliest characters between the two texts, with their bits, the best first."""
    ends = front("\n\n" + before)
    last = ends[-1]
    after = behind[:2]
    found: list[tuple[float, str]] = []
    for char in _common():
        score = jury.logp(ends, char) + jury.logp(last + char, after[0])
        if len(after) > 1:
            score += jury.logp(char + after[0], after[1])
        found.append((score, char))
    return nlargest(T.tried, found)
