"""Search over byte streams: what text, damaged, may have given a broken span.

The visible characters of a span are turned back into bytes, of which some are known (a character's own two), some
are known up to a table (the byte that swallowed a `(`), and some are gone. The bytes, less the annotations, are read
again as GBK. A beam keeps the readings that the page's table allows, in the order that the character model gives them.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from cleaners.model import front
from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.context import DIGIT, LOST, WIDE, PageContext
from cleaners.restoration.bytestream.state import CLOSING, NONE, Beam, State, Stream, rank
from cleaners.restoration.bytestream.state import T as STATE
from cleaners.restoration.bytestream.visible import Token
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    settled: int = threshold(3, "characters", "in step after which a span may end")
    longest: int = threshold(400, "characters", "of one span: beyond, the search stops and leaves the rest")
    eaten: float = threshold(3.0, "bits", "of an ASCII character swallowed that is no `(`")
    absent: float = threshold(6.0, "bits", "of a swallowed mark that the page has nowhere, which is tried")
    few: int = threshold(4, "fillings", "the likeliest, behind which such a mark is tried")


T = Thresholds()
ENDINGS = "。”！？"
# What stands behind a swallowed `<`, and whether a line ends there.
TAG = re.compile(r"/?(?:(?P<line>p|br|div|li|[uo]l|t[dhr]|table|h[1-6]|center|blockquote)|[a-z]{1,8}\d?)[ />]")


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
        self, page: PageContext, text: str, tokens: Mapping[int, Token], cuts: Set[int], alarms: Sequence[int]
    ) -> None:
        """tokens: by where they start. cuts: marks that may hide a cut. alarms: suspicious places, in order."""
        super().__init__(page)
        self.text = text
        self.tokens = tokens
        self.cuts = cuts
        self.alarms = alarms
        self.ends_sentence = True  # whether the end of the text is the end of a sentence
        self.stopped = 0  # where the last search ended
        self.beams: dict[int, Beam] = {}
        self.aim = -1  # the place of the text that `target` is of

    def span(self, start: int, alarm: int, context: str) -> Found | None:
        """Search from `start`, in step, behind the characters `context`, past the suspicious place `alarm`.

        Returns None where no hypothesis survives.
        """
        n = len(self.text)
        beams = self.beams = {start: Beam()}
        self.context = len(context)
        beams[start].add(State(0.0, context, NONE, True, "", 0))
        i = start
        while i < n:
            self.stopped = i
            here = beams.pop(i, None)
            if here is None:
                if not beams:
                    return None
                i += 1
                continue
            states = self._prune(here.states.values())
            if i > alarm and self._settled(states, i) and not beams:
                return self._found(start, i, states)
            if i - start > T.longest or self.page.budget < 0:
                return None
            self._lead_to(-1)
            if (states and states[0].pending != NONE) or i in self.cuts:
                states += self.vanished(states)
            tried = 0
            for state, end in self._moves(states, i):
                tried += 1
                beam = beams.get(end)
                if beam is None:
                    beam = beams[end] = self.target if self.aim == end else Beam()
                beam.add(state)
            self.page.budget -= tried
            i += 1
        last = beams.pop(n, None)
        if not last:
            return None
        self._lead_to(-1)
        states = self._prune(last.states.values())
        if states and states[0].pending != NONE:
            states += self.vanished(states)
        states = self._prune(self._ended(states))
        return self._found(start, n, states) if states else None

    def _prune(self, states: Iterable[State]) -> list[State]:
        ranked = [(rank(state), nth, state) for nth, state in enumerate(states)]
        if len(ranked) < 2:
            return [state for _, _, state in ranked]
        ranked = sorted(ranked)[: STATE.width]
        return [state for bits, _, state in ranked if bits <= ranked[0][0] + STATE.reach]

    def _settled(self, states: list[State], i: int) -> bool:
        if any(s.pending != NONE or s.due for s in states):
            return False
        near = i
        for _ in range(T.settled):
            near = self.tokens[near].end if near in self.tokens else near + 1
        nth = bisect.bisect_left(self.alarms, i)
        if nth < len(self.alarms) and self.alarms[nth] < near:
            return False
        seen = self.page.folded(self.text[max(0, i - T.settled) : i])
        if len(seen) < T.settled or "(" in seen or ")" in seen:
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

    def _lead_to(self, end: int) -> None:
        """What follows leads to this place of the text: no hypothesis is made that has no chance there."""
        self.aim, self.target = end, self.beams.get(end) or Beam()

    def _moves(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        token = self.tokens.get(i)
        if token is not None:
            end, sound, swallowed = token
            self._lead_to(end)
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
                        yield self.literal(state, self.text[i:end], STATE.contradicted), end
                return
        char = self.text[i]
        if char == "?":
            yield from self._question(states, i)
        self._lead_to(i + 1)
        if char in self.page.marks and self.page.may_be_cut(char):
            yield from self._mark(states, i)
        elif char >= "\x80" or char < "!":
            yield from self._plain(states, char, i + 1)
        else:
            yield from self._ascii(states, char, i + 1)
        for seen, wide in lexicon.fold().longer.get(char, ()) if self.page.is_folded else ():
            if self.text.startswith(seen, i):
                self._lead_to(i + len(seen))
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
                for after in self.filled(state, STATE.cut):
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
                        for after in self.pair(state, wide, STATE.unusual):
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
        if self.page.is_folded:
            return lexicon.fold().single.get(char, ())
        wide = WIDE.get(char, "")
        return (wide,) if wide and wide in self.page.narrows else ()

    def _mark(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        char, pair = self.text[i], self.page.marks[self.text[i]]
        near = set() if self.page.marks_cuts else set(map(id, self.near(states)))
        for state in states:
            if state.pending == NONE:
                narrow = char < "\x80" and state.raw[-1:] < "\x80"
                yield self.literal(state, char, 0.0 if narrow else STATE.unusual), i + 1
                for after in self.pair(state, pair, STATE.unusual if narrow else 0.0):
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
        self._lead_to(i + 2)
        if self.page.marks_cuts and after_it in self.page.marks and self.page.may_be_cut(after_it):
            for state in self.near(states):
                for after in self.lost_lead(state, self.page.marks[after_it], 0):
                    yield after, i + 2
        elif self.page.marks_cuts and (not after_it or after_it == " "):
            self._lead_to(i + 1)
            for state in self.near(states):
                if state.pending != NONE:
                    for after in self.filled(state, STATE.cut):
                        yield after, i + 1
        self._lead_to(-1)
        unassigned = self.unassigned(states)
        self._lead_to(i + 1)
        yield from ((after, i + 1) for after in unassigned)
        for state in self.near(states):
            if state.pending != NONE:
                for after in self.byte(state, 0x80, 0.0):  # no lead byte: decoders that do not know it show a `?`
                    yield after, i + 1
                for nth, filled in enumerate(itertools.islice(self.filled(state, T.eaten), STATE.fewer)):
                    for after in self._eaten(filled, i + 1, nth < T.few):
                        yield after, i + 1

    def _eaten(self, state: State, at: int, absent: bool) -> Iterator[State]:
        """An ASCII character that a lead byte swallowed: a mark if the model says so; a digit stays unknown."""
        if state.cost > self.target.limit:
            return
        tag = TAG.match(self.text, at)
        if tag:
            cost = state.cost + STATE.unusual + (self.page.bits(state.raw, "\n") if tag["line"] else 0.0)
            yield state._replace(cost=cost, raw=state.raw + "<", lost=state.lost + 1, due="")
            return
        so_far = state.cost + STATE.contradicted if state.due else state.cost
        for price, char in self.page.swallowed(front(state.raw)):
            if char == DIGIT:
                char = LOST
            elif not self.page.has(char):
                if not absent:
                    continue
                price += T.absent
            if so_far + price <= self.target.limit:
                yield State(so_far + price, state.raw + char, NONE, True, "", state.lost + 1, state.unlisted)

    def _ended(self, states: Iterable[State]) -> Iterator[State]:
        """The states at the end of the block, the pending byte filled in."""
        for state in states:
            for ended in self._end(state):
                raw = ended.raw
                bits = self.page.bits(raw, "\n") if self.ends_sentence else 0.0
                bits += STATE.unclosed * sum(self.is_open(raw, opening) for opening in CLOSING)
                yield ended._replace(cost=ended.cost + bits)

    def _end(self, state: State) -> Iterator[State]:
        if state.pending == NONE:
            yield state
        else:
            yield from self.filled(state, STATE.cut)
        if (
            state.pending < 0 and state.pending != NONE and self.ends_sentence
        ):  # nothing is known of the last character but that it ends the sentence
            for char in ENDINGS:
                yield self.literal(state._replace(pending=NONE), char, STATE.cut)
