"""A page's way as data: steps, and rounds of steps that are gone through until nothing more is found.

A step is a pure function from blocks to blocks and edits. `Walk` goes a way and keeps the account; what it does at each
step can be watched, which is how `explain` and the tests see the text that a step received.
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.policy import Context
from cleaners.rendering import Veil, carried
from cleaners.thresholds import threshold
from schemas.records import Block, Edit

Blocks = tuple[Block, ...]
Action = Callable[[Sequence[Block], Context], tuple[Blocks, tuple[Edit, ...]]]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    rounds: int = threshold(12, "rounds", "of steps: what boilerplate hid may be a dateline, and the other way round")


T = Thresholds()

PAGE = -1  # the block of edits that count in the whole page's text


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in edits and rejects, and what it does. `ends`: rounds are over where it finds nothing."""

    name: str
    action: Action
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Rounds:
    """Steps one after the other, again and again, until one that `ends` finds nothing or a whole round leaves all as it
    was; at most `most` times."""

    steps: tuple[Step | Rounds, ...]
    most: int = T.rounds


Way = tuple[Step | Rounds, ...]


class Pass(NamedTuple):
    """What one step did: the blocks that it received and gave, and its edits, whose `start` counts in the former.

    The text of a whole page is a block of its own, numbered PAGE.
    """

    step: str
    received: Blocks
    given: Blocks
    edits: tuple[Edit, ...]


Watch = Callable[[Pass], None]


class Walk:
    """One page on its way: which stage is at work, all edits so far, what is hidden from the steps.

    seconds: gets the time of each stage added, under its name.
    """

    def __init__(
        self, context: Context, watch: Watch | None = None, seconds: MutableMapping[str, float] | None = None
    ) -> None:
        self.context = context
        self._seconds = seconds
        self._stage = "decoding"
        self._begun = time.perf_counter()
        self.edits: list[Edit] = []
        self.veil = Veil()
        self._watch = watch

    @property
    def stage(self) -> str:
        """The stage at work."""
        return self._stage

    @stage.setter
    def stage(self, name: str) -> None:
        self.settle()
        self._stage = name

    def settle(self) -> None:
        """Count what has passed for the stage that was at work."""
        now = time.perf_counter()
        if self._seconds is not None:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._begun
        self._begun = now

    def through(self, way: Way, blocks: Blocks) -> Blocks:
        """The blocks after all steps of a way, links and code carried along; what was done is in `edits`."""
        for part in way:
            blocks = self._rounds(part, blocks) if isinstance(part, Rounds) else self._step(part, blocks)[0]
        return blocks

    def note(self, step: str, received: Blocks, given: Blocks, edits: Sequence[Edit]) -> None:
        """Puts what a step did into the account, without the signs of what was hidden from it."""
        told = tuple(self.veil.account(edits, received))
        self.edits += told
        if self._watch is not None:
            show = self.veil.show
            self._watch(Pass(step, tuple(map(show, received)), tuple(map(show, given)), told))

    def note_read(self, step: str, text: str, given: Blocks, edits: Sequence[Edit]) -> None:
        """The same for the step that makes blocks of the page's text."""
        self.note(step, (Block(text, seq=PAGE),), given, edits)

    def note_text(self, step: str, received: str, given: str, edits: Sequence[Edit]) -> None:
        """The same for a step that works on the text of the whole page."""
        if not edits and self._watch is None:
            return
        self.note(step, (Block(received, seq=PAGE),), (Block(given, seq=PAGE),), edits)

    def _step(self, step: Step, blocks: Blocks) -> tuple[Blocks, bool]:
        """The blocks after one step, and whether it found anything."""
        self.stage = step.name
        given, edits = step.action(blocks, self.context)
        given = carried(blocks, given, edits)
        self.note(step.name, blocks, given, edits)
        return given, bool(edits)

    def _rounds(self, rounds: Rounds, blocks: Blocks) -> Blocks:
        for _ in range(rounds.most):
            before = blocks
            for part in rounds.steps:
                if isinstance(part, Rounds):
                    blocks = self._rounds(part, blocks)
                    continue
                blocks, found = self._step(part, blocks)
                if part.ends and not found:
                    return blocks
            if blocks == before:
                return blocks
        return blocks
