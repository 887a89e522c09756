"""A text through its changes: which part of what stood became which part of what stands, and which edits did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

NEAR, FAR = 32, 512  # characters in which two texts are looked for to agree again, at first and then
AGREE = 2  # characters that must be the same for two texts to agree again
MOSTLY = 0.7  # texts of one length in which no larger share of the characters differs are compared place by place
LONGEST = 20_000  # characters of a text that is compared; a longer one that has changed is one piece

Difference = tuple[int, int, int, int]  # before[a:b] became after[c:d]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: what stood, what stands, and the running numbers of the edits in between."""

    before: str
    after: str
    edits: tuple[int, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was done to it."""
        return bool(self.edits) or self.before != self.after


def differences(before: str, after: str) -> Iterator[Difference]:
    """Where two texts differ, in order. Linear: at each difference they are held together within FAR characters.

    >>> list(differences("鄉(xiāng)村,書屋", "鄉村,书屋"))
    [(1, 8, 1, 1), (10, 11, 3, 4)]
    >>> list(differences("為了讓", "为了让"))
    [(0, 1, 0, 1), (2, 3, 2, 3)]
    """
    if len(before) > LONGEST or len(after) > LONGEST:
        if before != after:
            yield 0, len(before), 0, len(after)
        return
    if len(before) == len(after):  # characters for characters, as scripts are converted
        places = [n for n in range(len(before)) if before[n] != after[n]]
        if len(places) <= len(before) * MOSTLY:
            for start, end in _runs(places):
                yield start, end, start, end
            return
    a = c = 0
    while a < len(before) and c < len(after):
        if before[a] == after[c]:
            a, c = a + 1, c + 1
            continue
        found = _agree(before, after, a, c, NEAR) or _agree(before, after, a, c, FAR)
        if found is None:
            break
        yield a, found[0], c, found[1]
        a, c = found
    if a < len(before) or c < len(after):
        yield a, len(before), c, len(after)


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring places as half-open ranges."""
    start = None
    for n, place in enumerate(places):
        start = place if start is None else start
        if n + 1 == len(places) or places[n + 1] != place + 1:
            yield start, place + 1
            start = None


def _agree(before: str, after: str, a: int, c: int, within: int) -> tuple[int, int] | None:
    """The nearest places behind a difference where both texts go on alike; None where there are none."""
    there: dict[str, int] = {}
    for n in range(c, min(c + within, len(after) + 1)):
        there.setdefault(after[n : n + AGREE], n)
    best: tuple[int, int] | None = None
    for n in range(a, min(a + within, len(before) + 1)):
        if best is not None and n - a >= best[0] - a + best[1] - c:
            break
        m = there.get(before[n : n + AGREE])
        if m is not None and (best is None or n - a + m - c < best[0] - a + best[1] - c):
            best = n, m
    return best


def whole(text: str) -> tuple[Piece, ...]:
    """A text to which nothing was done."""
    return (Piece(text, text),) if text else ()


def stood(pieces: Iterable[Piece]) -> str:
    """What stood before all changes."""
    return "".join(piece.before for piece in pieces)


def stands(pieces: Iterable[Piece]) -> str:
    """What stands after them."""
    return "".join(piece.after for piece in pieces)


def became(pieces: Sequence[Piece], after: str, edits_of: Callable[[str, str], tuple[int, ...]]) -> tuple[Piece, ...]:
    """The pieces when the text that they make has become `after`.

    edits_of: gives the edits that made one part of a text another (what stood, what stands).
    """
    now = stands(pieces)
    found = differences(now, after)
    return replaced(pieces, [(a, b, after[c:d], edits_of(now[a:b], after[c:d])) for a, b, c, d in found])


def replaced(pieces: Sequence[Piece], changes: Sequence[tuple[int, int, str, tuple[int, ...]]]) -> tuple[Piece, ...]:
    """The pieces with parts of the text that they make replaced: (start, end, text, edits), in order, not overlapping.

    A piece that was changed before and is touched again becomes one with what touches it.
    """
    out: list[Piece] = []
    waiting = list(reversed(pieces))
    place = 0  # in the text that the pieces make
    for start, end, text, edits in changes:
        while waiting and place < start:
            piece = waiting.pop()
            size = len(piece.after)
            if place + size > start and not piece.changed:
                waiting.append(Piece(piece.before[start - place :], piece.after[start - place :]))
                piece = Piece(piece.before[: start - place], piece.after[: start - place])
            out.append(piece)
            place += len(piece.after)
        before, done, head = "", edits, ""
        if place > start and out:  # it begins inside a piece that was changed before
            last = out.pop()
            before, done = last.before, (*last.edits, *edits)
            head = last.after[: len(last.after) - (place - start)]
            if place > end:
                text += last.after[len(last.after) - (place - end) :]
        while waiting and place < end:
            piece = waiting.pop()
            size = len(piece.after)
            if place + size > end and not piece.changed:
                waiting.append(Piece(piece.before[end - place :], piece.after[end - place :]))
                piece = Piece(piece.before[: end - place], piece.after[: end - place])
            before, done = before + piece.before, (*piece.edits, *done)
            place += len(piece.after)
            if place > end:
                text += piece.after[len(piece.after) - (place - end) :]
        out.append(Piece(before, head + text, tuple(dict.fromkeys(done))))
    return (*out, *reversed(waiting))
