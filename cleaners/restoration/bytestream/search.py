"""Search over byte streams: what text, damaged, may have given a broken span.

The visible characters of a span are turned back into bytes, of which some are known (a character's own two), some
are known up to a table (the byte that swallowed a `(`), and some are gone. The bytes, less the annotations, are read
again as GBK. A beam keeps the readings that the page's table allows, in the order that the character model gives them.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.context import LOST, PageContext
from cleaners.restoration.bytestream.state import (
    CLOSING,
    CONTRADICTED,
    CUT,
    FEWER,
    NONE,
    UNCLOSED,
    UNUSUAL,
    State,
    Stream,
)

WIDTH = 32  # hypotheses kept at a place
REACH = 18.0  # bits behind the best at which a hypothesis is given up
PENDING = 6.0  # bits that a hypothesis in the middle of a character is held back by
SETTLED = 3  # characters in step after which a span may end
LONGEST = 400  # characters of one span: beyond, the search stops and leaves the rest
EATEN = 3.0  # bits of an ASCII character swallowed that is no `(`
ABSENT = 6.0  # bits of a swallowed mark that the page has nowhere, which is tried
FEW = 4  # behind so many of the likeliest fillings
SWALLOWED = ",.:;!?()-/%\"'"  # ASCII marks below 0x40 that a lead byte may have swallowed; digits cannot be told apart
ENDINGS = "。”！？"
# What stands behind a swallowed `<`, and whether a line ends there.
TAG = re.compile(r"/?(?:(?P<line>p|br|div|li|[uo]l|t[dhr]|table|h[1-6]|center|blockquote)|[a-z]{1,8}\d?)[ />]")
MARKS = {
    ",": 0xA3AC,
    "，": 0xA3AC,
    ";": 0xA3BB,
    "；": 0xA3BB,
    "!": 0xA3A1,
    "！": 0xA3A1,
    "?": 0xA3BF,
    "？": 0xA3BF,
    "、": 0xA1A2,
}


class Token(NamedTuple):
    """An annotation in the text: where it ends, its reading, and whether its parenthesis was swallowed (`?xué)`)."""

    end: int
    reading: str
    swallowed: bool


@dataclass(slots=True)
class Found:
    """The readings of a span, best first: between the offsets `start` and `end` of the text."""

    start: int
    end: int
    best: State
    others: list[State]


class Search(Stream):
    """Searches the spans of one block."""

    def __init__(
        self, page: PageContext, text: str, tokens: Mapping[int, Token], cuts: set[int], alarms: Sequence[int]
    ) -> None:
        """tokens: by where they start. cuts: marks that may hide a cut. alarms: suspicious places, in order."""
        super().__init__(page)
        self.text = text
        self.tokens = tokens
        self.cuts = cuts
        self.alarms = alarms
        self.ends_sentence = True  # whether the end of the text is the end of a sentence
        self.stopped = 0  # where the last search ended

    def span(self, start: int, alarm: int, context: str) -> Found | None:
        """Search from `start`, in step, behind the characters `context`, past the suspicious place `alarm`.

        Returns None where no hypothesis survives.
        """
        n = len(self.text)
        beams: dict[int, dict[tuple[str, int, bool, str], State]] = {}
        self.context = len(context)
        first = State(0.0, context, NONE, True, "", 0)
        beams[start] = {first[1:5]: first}
        i = start
        while i < n:
            self.stopped = i
            here = beams.pop(i, None)
            if here is None:
                if not beams:
                    return None
                i += 1
                continue
            states = self._prune(here.values())
            if i > alarm and self._settled(states, i) and not beams:
                return self._found(start, i, states)
            if i - start > LONGEST or self.page.budget < 0:
                return None
            if (states and states[0].pending != NONE) or i in self.cuts:
                states += self.vanished(states)
            for state, end in self._moves(states, i):
                self.page.budget -= 1
                beam = beams.setdefault(end, {})
                key = state[1:5]
                old = beam.get(key)
                if old is None or state.cost < old.cost:
                    beam[key] = state
            i += 1
        last = beams.pop(n, None)
        if not last:
            return None
        states = self._prune(last.values())
        if states and states[0].pending != NONE:
            states += self.vanished(states)
        states = self._prune(self._ended(states))
        return self._found(start, n, states) if states else None

    def _prune(self, states: Iterable[State]) -> list[State]:
        ranked = sorted(states, key=_rank)
        limit = _rank(ranked[0]) + REACH if ranked else 0.0
        return [state for state in ranked[:WIDTH] if _rank(state) <= limit]

    def _settled(self, states: list[State], i: int) -> bool:
        if any(s.pending != NONE or s.due for s in states):
            return False
        near = i
        for _ in range(SETTLED):
            near = self.tokens[near].end if near in self.tokens else near + 1
        nth = bisect.bisect_left(self.alarms, i)
        if nth < len(self.alarms) and self.alarms[nth] < near:
            return False
        seen = self.page.folded(self.text[max(0, i - SETTLED) : i])
        if len(seen) < SETTLED or "(" in seen or ")" in seen:
            seen = seen.rpartition(")")[2][-1:]
            if not seen:
                return False
        return all(self.page.folded(s.raw).endswith(seen) for s in states)

    def _found(self, start: int, end: int, states: list[State]) -> Found:
        distinct: dict[str, State] = {}
        for state in states:
            distinct.setdefault(self.page.folded(state.raw), state)
        ranked = list(distinct.values())
        return Found(start, end, ranked[0], ranked[1:])

    def _moves(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        token = self.tokens.get(i)
        if token is not None:
            end, sound, swallowed = token
            read = [
                after
                for state in states
                for after in (self.swallowed(state, sound) if swallowed else self.annotated(state, sound))
            ]
            yield from ((after, end) for after in read)
            if swallowed and read:
                return
            if not swallowed:
                for state in states:
                    if state.pending == NONE:  # a parenthesis of the author's
                        yield self.literal(state, self.text[i:end], CONTRADICTED), end
                return
        char = self.text[i]
        if char == "?":
            yield from self._question(states, i)
        if char in MARKS and (self.page.is_folded or char >= "\x80"):
            yield from self._mark(states, i)
        elif char >= "\x80" or char < "!":
            yield from self._plain(states, char, i + 1)
        else:
            yield from self._ascii(states, char, i + 1)
        for seen, wide in lexicon.fold().longer.get(char, ()) if self.page.is_folded else ():
            if self.text.startswith(seen, i):
                for state in states:
                    if state.pending != NONE:
                        for after in self.pair(state, lexicon.codes()[wide], 1.0):
                            yield after, i + len(seen)

    def _plain(self, states: list[State], char: str, end: int) -> Iterator[tuple[State, int]]:
        code = lexicon.codes().get(char)
        for state in states:
            if code is not None:
                for after in self.pair(state, code, 0.0):
                    yield after, end
            if code is None and state.pending == NONE:
                yield self.literal(state, char, 0.0), end
            if char == " " and state.pending != NONE:  # a lead byte lost before a space
                for after in self.filled(state, CUT):
                    yield self.literal(after, char, 0.0), end
        for wide in self._wide(char):
            for state in states:
                if state.pending != NONE:
                    for after in self.pair(state, lexicon.codes()[wide], 1.0):
                        yield after, end

    def _ascii(self, states: list[State], char: str, end: int) -> Iterator[tuple[State, int]]:
        wides = [lexicon.codes()[wide] for wide in self._wide(char)]
        annotated = end in self.tokens
        for state in states:
            if state.pending == NONE:
                yield self.literal(state, char, 0.0), end
                if annotated:
                    for wide in wides:
                        for after in self.pair(state, wide, UNUSUAL):
                            yield after, end
                continue
            if char >= "@":
                for after in self.byte(state, ord(char), 0.0):
                    yield after, end
            for wide in wides:
                for after in self.pair(state, wide, 0.0):
                    yield after, end

    def _wide(self, char: str) -> tuple[str, ...]:
        """Characters that folding may have made this one of."""
        return lexicon.fold().single.get(char, ()) if self.page.is_folded else ()

    def _mark(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        char, pair = self.text[i], MARKS[self.text[i]]
        near = set() if self.page.marks_cuts else set(map(id, self.near(states)))
        for state in states:
            if state.pending == NONE:
                narrow = char < "\x80" and state.raw[-1:] < "\x80"
                yield self.literal(state, char, 0.0 if narrow else UNUSUAL), i + 1
                for after in self.pair(state, pair, UNUSUAL if narrow else 0.0):
                    yield after, i + 1
                if i in self.cuts and id(state) in near:
                    for after in self.lost_lead(state, pair, 0):
                        yield after, i + 1
            else:
                for after in self.pair(state, pair, 0.0):
                    yield after, i + 1
                if id(state) in near:
                    for after in self.lost_lead(state, pair, 0):
                        yield after, i + 1

    def _question(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        """A `?` that stands for a lead byte lost before a mark or the end, or for one that swallowed a character."""
        after_it = self.text[i + 1 : i + 2]
        if self.page.marks_cuts and after_it in MARKS and (self.page.is_folded or after_it >= "\x80"):
            for state in self.near(states):
                for after in self.lost_lead(state, MARKS[after_it], 0):
                    yield after, i + 2
        elif self.page.marks_cuts and (not after_it or after_it == " "):
            for state in self.near(states):
                if state.pending != NONE:
                    for after in self.filled(state, CUT):
                        yield after, i + 1
        yield from ((after, i + 1) for after in self.unassigned(states))
        for state in self.near(states):
            if state.pending != NONE:
                for after in self.byte(state, 0x80, 0.0):  # no lead byte: decoders that do not know it show a `?`
                    yield after, i + 1
                for nth, filled in enumerate(itertools.islice(self.filled(state, EATEN), FEWER)):
                    for after in self._eaten(filled, i + 1, nth < FEW):
                        yield after, i + 1

    def _eaten(self, state: State, at: int, absent: bool) -> Iterator[State]:
        """An ASCII character that a lead byte swallowed: a mark if the model says so; a digit stays unknown."""
        tag = TAG.match(self.text, at)
        if tag:
            cost = state.cost + UNUSUAL + (self.page.bits(state.raw, "\n") if tag["line"] else 0.0)
            yield state._replace(cost=cost, raw=state.raw + "<", lost=state.lost + 1, due="")
            return
        for char in SWALLOWED:
            here = self.page.has(char)
            if here or absent:
                after = self.literal(state, char, 0.0 if here else ABSENT)
                yield after._replace(lost=after.lost + 1)
        digit = self.literal(state, "0", 0.0)
        yield digit._replace(raw=state.raw + LOST, lost=digit.lost + 1)

    def _ended(self, states: Iterable[State]) -> Iterator[State]:
        """The states at the end of the block, the pending byte filled in."""
        for state in states:
            for ended in self._end(state):
                raw = ended.raw
                bits = self.page.bits(raw, "\n") if self.ends_sentence else 0.0
                bits += UNCLOSED * sum(self.is_open(raw, opening) for opening in CLOSING)
                yield ended._replace(cost=ended.cost + bits)

    def _end(self, state: State) -> Iterator[State]:
        if state.pending == NONE:
            yield state
        else:
            yield from self.filled(state, CUT)
        if (
            state.pending < 0 and state.pending != NONE and self.ends_sentence
        ):  # nothing is known of the last character but that it ends the sentence
            for char in ENDINGS:
                yield self.literal(state._replace(pending=NONE), char, CUT)


def _rank(state: State) -> float:
    return state.cost + (PENDING if state.pending != NONE else 0.0)
