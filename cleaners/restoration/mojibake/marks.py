"""Paired marks whose last byte is lost: which one of the pair stood there, the marks around it tell.

The character model sees two characters; whether a quotation is open it cannot see.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cleaners.model import front
from cleaners.restoration.mojibake.codecs import Reading, forward
from cleaners.restoration.mojibake.hypotheses import Segment
from cleaners.restoration.mojibake.judge import judge, script_of
from cleaners.thresholds import threshold

PAIRS = tuple(map(tuple, ["“”", "‘’", "（）", "《》", "〈〉", "「」", "【】"]))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    bracket: float = threshold(
        6.0, "bits", "that a bracket may fit worse than the mark in its place: items are numbered 1）, too"
    )
    in_brackets: int = threshold(20, "characters", "that are looked through for the other bracket of a pair")


T = Thresholds()
BRACKETS = ("（", "）")
FULL_WIDTH = "，：；！？"  # beside the brackets
BORDERS = "\n。！？（）"


def balance(text: str, segments: Sequence[Segment], reading: Reading) -> tuple[Segment, ...]:
    """`segments` of `text` with the paired marks among their doubtful characters set right, where the damage allows."""
    made: list[str] = []
    doubtful: set[int] = set()
    places: list[int] = []
    done = size = 0
    for segment in segments:
        made += (text[done : segment.start], segment.after)
        size += segment.start - done
        places.append(size)
        doubtful.update(size + place for place in segment.doubtful)
        size += len(segment.after)
        done = segment.end
    whole = "".join((*made, text[done:]))
    out: list[Segment] = []
    for segment, place in zip(segments, places, strict=True):
        end = place + len(segment.after)
        for turn in (balanced, bracketed) if segment.doubtful else ():
            turned = turn(whole, doubtful, place, end)
            after = turned[place:end]
            if after == segment.after or (turn is bracketed and _loses(whole, turned) > T.bracket):
                continue
            if forward(after, reading, text[segment.start : segment.end]) is not None:
                segment = replace(segment, after=after)
                whole = whole[:place] + after + whole[end:]
        out.append(segment)
    return tuple(out)


def balanced(text: str, doubtful: Collection[int], start: int, end: int) -> str:
    """`text` with the doubtful marks in [start, end) turned where the certain ones on both sides ask for it.

    doubtful: places whose character had to be chosen. A mark is turned only where what comes before it leaves no
    choice and the next mark of its kind, if it is certain, does not contradict.
    """
    chars = list(text)
    for opening, closing in PAIRS:
        if opening not in text and closing not in text:
            continue
        places = [place for place, char in enumerate(text) if char in (opening, closing)]
        is_open = False
        for n, place in enumerate(places):
            if place in doubtful and start <= place < end:
                wanted = closing if is_open else opening
                following = places[n + 1] if n + 1 < len(places) else -1
                fits = wanted == closing if following < 0 else following in doubtful or text[following] != wanted
                if fits:
                    chars[place] = wanted
            is_open = chars[place] == opening
    return "".join(chars)


def bracketed(text: str, doubtful: Collection[int], start: int, end: int) -> str:
    """`text` with a doubtful mark in [start, end) made the opening bracket that a closing one asks for, or the reverse.

    In UTF-8 the bracket and the other marks of full width have all bytes in common but the last. The nearest mark is
    turned, where no other stands between that ends a sentence.
    """
    opening, closing = BRACKETS
    chars = list(text)
    opened = -1
    for place, char in enumerate(text):
        if char == closing and opened < 0:
            near = _nearest(chars, range(place - 1, max(-1, place - T.in_brackets), -1), doubtful)
            if start <= near < end:
                chars[near] = opening
        opened = place if char == opening else -1 if char == closing else opened
    if start <= opened and (opened in doubtful or opened < end):
        near = _nearest(chars, range(opened + 1, min(len(chars), opened + T.in_brackets)), doubtful)
        if start <= near < end:
            chars[near] = closing
    return "".join(chars)


def _loses(before: str, after: str) -> float:
    """Bits by which the characters that differ fit worse in `after`, which is as long as `before`."""
    jury = judge(script_of(before))
    total = 0.0
    for place, (one, other) in enumerate(zip(before, after, strict=True)):
        if one != other:
            in_front, behind = (
                front("\n\n" + before[max(0, place - 3) : place]),
                (before + "\n\n")[place + 1 : place + 3],
            )
            total += jury.fit(in_front, one, behind) - jury.fit(in_front, other, behind)
    return total


def _nearest(chars: Sequence[str], places: range, doubtful: Collection[int]) -> int:
    """The first of the places at which a doubtful mark of full width stands, -1 where a border comes before."""
    for place in places:
        if place in doubtful and chars[place] in FULL_WIDTH:
            return place
        if chars[place] in BORDERS:
            break
    return -1
