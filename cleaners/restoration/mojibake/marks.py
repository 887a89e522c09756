"""Paired marks whose last byte is lost: which one of the pair stood there, the marks around it tell.

The character model sees two characters; whether a quotation is open it cannot see.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from cleaners.restoration.mojibake.codecs import Reading, forward
from cleaners.restoration.mojibake.lattice import Segment

PAIRS = tuple(map(tuple, ["“”", "‘’", "（）", "《》", "〈〉", "「」", "【】"]))


def balance(text: str, segments: Sequence[Segment], reading: Reading) -> tuple[Segment, ...]:
    """`segments` of `text` with the paired marks among their doubtful characters set right, where the damage allows."""
    after: list[str] = []
    doubtful: set[int] = set()
    places: list[int] = []
    done = size = 0
    for segment in segments:
        after += (text[done : segment.start], segment.after)
        size += segment.start - done
        places.append(size)
        doubtful.update(size + place for place in segment.doubtful)
        size += len(segment.after)
        done = segment.end
    whole = "".join((*after, text[done:]))
    out: list[Segment] = []
    for segment, place in zip(segments, places, strict=True):
        end = place + len(segment.after)
        turned = balanced(whole, doubtful, place, end)[place:end] if segment.doubtful else segment.after
        if turned != segment.after and forward(turned, reading, text[segment.start : segment.end]) is not None:
            segment = replace(segment, after=turned)
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
