"""What a search of `lattice` is made of: its partial answers, which lead back link by link, and whole ones."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.restoration.mojibake.trie import Node
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    kept: int = threshold(
        60_000, "characters", "of texts whose answers are kept, for a page asks for them time and again"
    )


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the damaged text, [start, end), and what was read wrongly there.

    `unknown` bytes had to be chosen; `doubtful` are the places in `after` of the characters that they belong to.
    """

    start: int
    end: int
    after: str
    unknown: int
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A whole answer: the text, its score (log probability), and the stretches that differ from what stands."""

    text: str
    score: float
    segments: tuple[Segment, ...]

    @property
    def unknown(self) -> int:
        return sum(s.unknown for s in self.segments)


class Link(NamedTuple):
    """What a partial answer came by: the link before it, and one more character, read at a place of the text.

    inside: whether it was read wrongly there. unknown: bytes of it that had to be chosen.
    """

    before: Link | None
    char: str
    place: int
    inside: bool
    unknown: int


class State:
    """A partial answer. `nodes` and `held` are per level; `held` is a lost byte whose follower is still to be seen."""

    __slots__ = ("held", "history", "inside", "link", "nodes", "promise", "rank", "score", "unknown")

    def __init__(
        self,
        score: float,
        inside: bool,
        nodes: tuple[Node, ...],
        held: tuple[int, ...],
        history: str,
        link: Link | None,
        unknown: int,
    ) -> None:
        self.score = score
        self.inside = inside
        self.nodes = nodes
        self.held = held
        self.history = history
        self.link = link
        self.unknown = unknown
        self.promise = 0.0
        self.rank = 0.0  # told when it is kept


def trace(state: State, text: str) -> Hypothesis:
    """Follow the links back, and gather the stretches that were read wrongly."""
    steps: list[Link] = []
    link = state.link
    while link is not None:
        steps.append(link)
        link = link.before
    steps.reverse()
    out: list[str] = []
    segments: list[Segment] = []
    part: list[str] = []
    doubtful: list[int] = []
    start, unknown = 0, 0
    inside = bool(steps) and steps[0].inside  # a state that starts inside has no entry link
    for _, char, place, now, count in steps:
        if inside and not now:
            segments.append(Segment(start, place, "".join(part), unknown, tuple(doubtful)))
        if now and not inside:
            start, unknown, part, doubtful = place, 0, [], []
        inside = now
        if now:
            if count:
                doubtful.append(len(part))
            if char:
                part.append(char)
            unknown += count
        out.append(char)
    if inside:
        segments.append(Segment(start, len(text), "".join(part), unknown, tuple(doubtful)))
    return Hypothesis("".join(out), state.score, tuple(s for s in segments if s.after != text[s.start : s.end]))


class Found(NamedTuple):
    """What came of a search, and the steps that it took: more than its limit where it gave up."""

    answers: tuple[Hypothesis, ...]
    moves: int
    limit: int


class Answers:
    """What came of searches that one judge judged. A search does the same again: it says so for less."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Found] = {}
        self._length = 0

    def get(self, key: Hashable) -> Found | None:
        return self._kept.get(key)

    def keep(self, key: Hashable, text: str, found: Found) -> None:
        """Keep what was found for `text`; nothing for long ones."""
        if self._length + len(text) > T.kept:
            self._kept.clear()
            self._length = 0
        if len(text) <= T.kept:
            self._kept[key] = found
            self._length += len(text)
