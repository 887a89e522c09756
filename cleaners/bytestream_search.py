"""Search over byte streams: what text, damaged, may have given a broken span.

The visible characters of a span are turned back into bytes, of which some are known (a character's own two), some
are known up to a table (the byte that swallowed a `(`), and some are gone. The bytes, less the annotations, are read
again as GBK. A beam keeps the readings that the page's table allows, in the order that the character model gives them.
Costs are bits.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaners import bytestream_lexicon as lexicon
from cleaners.bytestream_context import LOST, PageContext

WIDTH = 40  # hypotheses kept at a place
REACH = 22.0  # bits behind the best at which a hypothesis is given up
FEWER = 16  # the same, where two bytes in a row are unknown
FILLINGS = 48  # fillings of unknown bytes kept for one hypothesis
FILLED = 6  # hypotheses, best first, whose unknown bytes are filled at a place
NEAR = 12.0  # bits behind the best at which a hypothesis is no more filled
DEEPER = 3  # hypotheses of a vanished pair that are tried with a second one
UNSEEN = 10  # hypotheses of an unseen pair kept at a place
SETTLED = 3  # characters in step after which a span may end
LONGEST = 400  # characters of one span: beyond, the search stops and leaves the rest

NONE, ANY, HIGH, LOW = lexicon.NONE, lexicon.ANY, lexicon.HIGH, lexicon.LOW
RANGES = {ANY: (0x81, 0xFE), HIGH: (0xA1, 0xFE), LOW: (0x81, 0xA0)}

# What an event costs, in bits, besides what the character model says about the text.
UNLISTED = 3.0  # an annotated character that the page has nowhere else
CONTRADICTED = 14.0  # a character of the table without its annotation, or one annotated that stands bare elsewhere
VANISHED = 4.0  # a user-defined pair that left no trace
SPARED = 6.0  # a lead byte that fell out before a `(` without swallowing it
CUT = 2.0  # a lead byte lost before a mark
EATEN = 3.0  # an ASCII character swallowed that is no `(`
MISPLACED = 5.0  # a quote that opens where one is open, or closes where none is
IMPOSSIBLE = 100.0
ABSENT = 6.0  # a swallowed mark that the page has nowhere
UNUSUAL = 3.0  # the less likely of two forms that look alike
SWALLOWED = ",.:;!?()-/%\"'"  # ASCII marks below 0x40 that a lead byte may have swallowed; digits cannot be told apart
TAG = re.compile(r"/?[a-z]{1,8}\d?[ />]")  # what stands behind a swallowed `<`
CLOSING = {"“": "”", "‘": "’"}
QUOTES = {**{opening: opening for opening in CLOSING}, **{closing: opening for opening, closing in CLOSING.items()}}
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


class State(NamedTuple):
    """One hypothesis about the bytes up to some place in the visible text."""

    cost: float
    raw: str  # characters read so far, unfolded, two of context in front
    pending: int  # lead byte that waits for its trail byte, or NONE, ANY, HIGH, LOW
    adjacent: bool  # nothing was inserted behind the last byte
    due: str  # reading that must follow, because the last two bytes are a character of the table
    lost: int  # bytes that were filled in
    unlisted: tuple[
        tuple[str, str], ...
    ] = ()  # (character, reading) taken for the table's, though the page has it nowhere else


@dataclass(slots=True)
class Found:
    """What a search gives: the best reading, the next one, and what is known about them."""

    start: int
    end: int
    best: State
    others: list[State] = field(default_factory=list)
    pruned: bool = False


class Search:
    """Searches the spans of one block."""

    def __init__(
        self, page: PageContext, text: str, tokens: Mapping[int, Token], cuts: set[int], alarms: Sequence[int]
    ) -> None:
        """tokens: by where they start. cuts: marks that may hide a cut. alarms: suspicious places, in order."""
        self.page = page
        self.text = text
        self.tokens = tokens
        self.cuts = cuts
        self.alarms = alarms
        self.quotes = ""  # quotes that are open where the search starts
        self.context = 0
        self.ends_sentence = True
        self.deep = False  # whether two pairs in a row may have vanished
        self.stopped = 0  # where the last search ended

    def span(self, start: int, alarm: int, context: str) -> Found | None:
        """Search from `start`, in step, behind the characters `context`, past the suspicious place `alarm`.

        `alarms(i)` is the next suspicious place >= i.

        Returns None where no hypothesis survives.
        """
        n = len(self.text)
        beams: dict[int, dict[tuple[str, int, bool, str], State]] = {}
        self.context = len(context)
        first = State(0.0, context, NONE, True, "", 0)
        beams[start] = {first[1:5]: first}
        i, pruned = start, False
        while i < n:
            self.stopped = i
            here = beams.pop(i, None)
            if here is None:
                if not beams:
                    return None
                i += 1
                continue
            states, cut = self._prune(here.values())
            pruned |= cut
            if i > alarm and self._settled(states, i) and not beams:
                return self._found(start, i, states, pruned)
            if i - start > LONGEST or self.page.budget < 0:
                return None
            self.page.budget -= len(states)
            if (states and states[0].pending != NONE) or i in self.cuts:
                states += self._vanished(states)
            for state, end in self._moves(states, i):
                beam = beams.setdefault(end, {})
                key = state[1:5]
                old = beam.get(key)
                if old is None or state.cost < old.cost:
                    beam[key] = state
            i += 1
        last = beams.pop(n, None)
        if not last:
            return None
        states, cut = self._prune(list(self._ended(last.values())))
        return self._found(start, n, states, pruned | cut) if states else None

    # ---- one place -------------------------------------------------------------------------------------------------

    def _prune(self, states: Iterable[State]) -> tuple[list[State], bool]:
        ranked = sorted(states, key=_rank)
        if not ranked:
            return ranked, False
        limit = _rank(ranked[0]) + REACH
        kept = [s for s in ranked[:WIDTH] if _rank(s) <= limit]
        return kept, len(kept) < len(ranked)

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

    def _found(self, start: int, end: int, states: list[State], pruned: bool) -> Found:
        distinct: dict[str, State] = {}
        for state in states:
            distinct.setdefault(self.page.folded(state.raw), state)
        ranked = list(distinct.values())
        return Found(start, end, ranked[0], ranked[1:], pruned)

    def _moves(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        token = self.tokens.get(i)
        if token is not None:
            end, sound, swallowed = token
            for state in states:
                for after in self._swallowed(state, sound) if swallowed else self._annotated(state, sound):
                    yield after, end
            if not swallowed:
                for state in states:
                    if state.pending == NONE:  # a parenthesis of the author's
                        yield self._literal(state, self.text[i:end], CONTRADICTED), end
                return
        char = self.text[i]
        if char == "?":
            yield from self._question(states, i)
        if char in MARKS:
            yield from self._mark(states, i)
        elif char >= "\x80" or char < "!":
            yield from self._plain(states, char, i + 1)
        else:
            yield from self._ascii(states, char, i + 1)
        for seen, wide in lexicon.fold().longer.get(char, ()):
            if self.text.startswith(seen, i):
                for state in states:
                    if state.pending != NONE:
                        for after in self._pair(state, lexicon.codes()[wide], 1.0):
                            yield after, i + len(seen)

    def _plain(self, states: list[State], char: str, end: int) -> Iterator[tuple[State, int]]:
        code = lexicon.codes().get(char)
        for state in states:
            if code is not None:
                for after in self._pair(state, code, 0.0):
                    yield after, end
            if code is None and state.pending == NONE:
                yield self._literal(state, char, 0.0), end
            if char == " " and state.pending != NONE:  # a lead byte lost before a space
                for after in self._filled(state, CUT):
                    yield self._literal(after, char, 0.0), end
        for wide in lexicon.fold().single.get(char, ()):
            for state in states:
                if state.pending != NONE:
                    for after in self._pair(state, lexicon.codes()[wide], 1.0):
                        yield after, end

    def _ascii(self, states: list[State], char: str, end: int) -> Iterator[tuple[State, int]]:
        wides = [lexicon.codes()[wide] for wide in lexicon.fold().single.get(char, ())]
        annotated = end in self.tokens
        for state in states:
            if state.pending == NONE:
                yield self._literal(state, char, 0.0), end
                if annotated:
                    for wide in wides:
                        for after in self._pair(state, wide, UNUSUAL):
                            yield after, end
                continue
            if char >= "@":
                for after in self._byte(state, ord(char), 0.0):
                    yield after, end
            for wide in wides:
                for after in self._pair(state, wide, 0.0):
                    yield after, end

    def _mark(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        char, pair = self.text[i], MARKS[self.text[i]]
        near = 0.0
        if not self.page.marks_cuts and states:
            near = states[0].cost + NEAR
        for state in states:
            if state.pending == NONE:
                narrow = char < "\x80" and state.raw[-1:] < "\x80"
                yield self._literal(state, char, 0.0 if narrow else UNUSUAL), i + 1
                for after in self._pair(state, pair, UNUSUAL if narrow else 0.0):
                    yield after, i + 1
                if i in self.cuts and state.cost <= near and not self.page.marks_cuts:
                    for after in self._lost_lead(state, pair, 0):
                        yield after, i + 1
            else:
                for after in self._pair(state, pair, 0.0):
                    yield after, i + 1
                if state.cost <= near and not self.page.marks_cuts:
                    for after in self._lost_lead(state, pair, 0):
                        yield after, i + 1

    def _question(self, states: list[State], i: int) -> Iterator[tuple[State, int]]:
        """A `?` that stands for a lead byte lost before a mark or the end, or for one that swallowed a character."""
        after_it = self.text[i + 1 : i + 2]
        if after_it in MARKS and self.page.marks_cuts:
            for state in self._near(states):
                for after in self._lost_lead(state, MARKS[after_it], 0):
                    yield after, i + 2
        elif not after_it or after_it == " ":
            for state in self._near(states):
                if state.pending != NONE:
                    for after in self._filled(state, CUT):
                        yield after, i + 1
        yield from ((after, i + 1) for after in self._unassigned(states))
        for state in self._near(states):
            if state.pending != NONE:
                for after in self._byte(state, 0x80, 0.0):  # no lead byte: decoders that do not know it show a `?`
                    yield after, i + 1
                for filled in itertools.islice(self._filled(state, EATEN), FEWER):
                    for after in self._eaten(filled, i + 1):
                        yield after, i + 1

    def _eaten(self, state: State, at: int) -> Iterator[State]:
        """An ASCII character that a lead byte swallowed: a mark if the model says so; a digit stays unknown."""
        if TAG.match(self.text, at):
            yield state._replace(cost=state.cost + UNUSUAL, raw=state.raw + "<", lost=state.lost + 1, due="")
            return
        for char in SWALLOWED:
            after = self._literal(state, char, 0.0 if self.page.has(char) else ABSENT)
            yield after._replace(lost=after.lost + 1)
        digit = self._literal(state, "0", 0.0)
        yield digit._replace(raw=state.raw + LOST, lost=digit.lost + 1)

    # ---- bytes -----------------------------------------------------------------------------------------------------

    def _literal(self, state: State, chars: str, cost: float) -> State:
        raw = state.raw
        if state.due:
            cost += CONTRADICTED
        for char in chars:
            cost += self.page.bits(raw[-2:-1], raw[-1:], char)
            if char in QUOTES:
                cost += self._misplaced(raw, char)
            raw += char
        return State(state.cost + cost, raw, NONE, True, "", state.lost, state.unlisted)

    def _pair(self, state: State, pair: int, cost: float) -> Iterator[State]:
        if state.pending == NONE:  # in step: the pair is one character
            char = lexicon.pairs().get(pair)
            if char is not None:
                yield self._complete(state, char, cost, bool(state.due) + self._bare(state, pair >> 8))
            return
        for first in self._byte(state, pair >> 8, cost):
            yield from self._byte(first, pair & 0xFF, 0.0)

    def _byte(self, state: State, byte: int, cost: float) -> Iterator[State]:
        if state.pending == NONE:
            if byte > 0x80:
                cost += CONTRADICTED * (bool(state.due) + self._bare(state, byte))
                last = _last_byte(state.raw[-1:]) << 8 | byte
                due = self.page.table.get(last, "") if state.adjacent else ""
                yield State(state.cost + cost, state.raw, byte, True, due, state.lost, state.unlisted)
            elif byte < 0x80:  # an ASCII letter whose lead byte belongs to the character in front
                yield self._literal(state, chr(byte), cost)
            return
        if state.pending >= 0:
            char = lexicon.pairs().get(state.pending << 8 | byte)
            if char is not None:
                yield self._complete(state, char, cost, bool(state.due))
            return
        low, high = RANGES[state.pending]
        fillings = []
        for char in self.page.by_trail(byte):
            if low <= lexicon.codes()[char] >> 8 <= high:
                fillings.append(self._complete(state, char, cost, 0))
        fillings.sort()
        yield from fillings[: FILLINGS if state.pending == ANY else FEWER]

    def _bare(self, state: State, byte: int) -> bool:
        """Whether the last byte and this one, which stands behind it, are a character of the table: it has no reading."""
        if not state.adjacent:
            return False
        last = state.pending if state.pending >= 0 else _last_byte(state.raw[-1:])
        return False if state.pending >= 0 else last > 0x80 and (last << 8 | byte) in self.page.table

    def _complete(self, state: State, char: str, cost: float, contradictions: int) -> State:
        raw = state.raw
        if char == "，" and state.pending == 0xA3 and state.adjacent:
            cost += IMPOSSIBLE  # the stream would have been cut there
        cost += CONTRADICTED * contradictions + self.page.cost(raw[-2:-1], raw[-1:], char)
        if char in QUOTES:
            cost += self._misplaced(raw, char)
        adjacent = state.adjacent or state.pending == NONE
        due = self.page.readings.get(char, "") if adjacent else ""
        return State(state.cost + cost, raw + char, NONE, True, due, state.lost, state.unlisted)

    def _misplaced(self, raw: str, char: str) -> float:
        """Bits for a quote that opens where one is open, or closes where none is: the model folds quotes together."""
        opening = QUOTES[char]
        return MISPLACED if self._is_open(raw, opening) == (char == opening) else 0.0

    def _is_open(self, raw: str, opening: str) -> bool:
        last = max(raw.rfind(opening), raw.rfind(CLOSING[opening]))
        return raw[last] == opening if last >= self.context else opening in self.quotes

    def _filled(self, state: State, cost: float) -> Iterator[State]:
        """The pending lead byte with each likely trail byte."""
        if state.pending < 0:
            return
        fillings = sorted(
            self._complete(state, char, cost, 0)
            for char in self.page.by_lead(state.pending)
            if lexicon.codes()[char] & 0xFF > 0x80  # it was taken for a lead byte
        )
        for filled in fillings[:FILLINGS]:
            yield filled._replace(lost=state.lost + 1)

    def _lost_lead(self, state: State, pair: int, cost: float) -> Iterator[State]:
        """A byte lost before a mark: the piece in front ended on it."""
        cost += CUT
        if state.pending == NONE:
            begun = State(state.cost + cost, state.raw, ANY, False, "", state.lost + 1, state.unlisted)
            yield from self._pair(begun, pair, 0.0)
        else:
            for filled in self._filled(state, cost):
                yield from self._pair(filled, pair, 0.0)

    def _vanished(self, states: list[State]) -> list[State]:
        """States behind a user-defined pair that left no trace."""
        if not self.page.may_vanish:
            return []
        return self._unseen(states, lexicon.user_defined_ranges(), VANISHED)

    def _unassigned(self, states: list[State]) -> list[State]:
        """States behind a pair that GBK does not assign, shown as `?`."""
        return self._unseen(states, lexicon.unassigned(), UNUSUAL)

    def _unseen(self, states: list[State], ranges: Sequence[tuple[int, int]], cost: float) -> list[State]:
        found = []
        for state in self._near(states):
            if state.pending < 0:
                continue
            for trail, pending in ranges:
                char = lexicon.pairs().get(state.pending << 8 | trail)
                if char is not None and self.page.usual(char):
                    whole = self._complete(state, char, cost, bool(state.due))
                    found.append(whole._replace(pending=pending, lost=whole.lost + 2, due=""))
        found.sort()
        if self.deep and cost == VANISHED:
            found += [again for state in found[:DEEPER] for again in self._second_vanished(state)]
            found.sort()
        return found[:UNSEEN]

    def _second_vanished(self, state: State) -> list[State]:
        """States behind a second user-defined pair in a row."""
        low, high = RANGES[state.pending]
        found = []
        for char, pending in self.page.vanishing(state.raw[-1:]):
            if low <= lexicon.codes()[char] >> 8 <= high:
                whole = self._complete(state, char, VANISHED, 0)
                found.append(whole._replace(pending=pending, lost=whole.lost + 2, due=""))
        return found

    def _near(self, states: list[State]) -> list[State]:
        """The hypotheses good enough that their unknown bytes are filled."""
        limit = states[0].cost + NEAR if states else 0.0
        return [state for state in states[:FILLED] if state.cost <= limit]

    # ---- annotations -----------------------------------------------------------------------------------------------

    def _listed(self, state: State, char: str, sound: str) -> State | None:
        """The state, given that `char` is annotated with `sound`; None where it cannot be."""
        known = self.page.readings.get(char)
        if known is not None:
            return state if known == sound else None
        if sound not in lexicon.conversion().readings.get(char, ()):
            return None
        cost = CONTRADICTED if char in self.page.bare else UNLISTED
        unlisted = state.unlisted if (char, sound) in state.unlisted else (*state.unlisted, (char, sound))
        return state._replace(cost=state.cost + cost, unlisted=unlisted)

    def _annotated(self, state: State, sound: str) -> Iterator[State]:
        """`(sound)` with both parentheses: the two bytes before it stand in the stream."""
        last = state.raw[-1:]
        if state.pending in RANGES:  # the second of them is unknown
            low, high = RANGES[state.pending]
            for char in lexicon.by_reading().get(sound, ()):
                code = lexicon.codes()[char]
                listed = self._listed(state, char, sound)
                if listed is not None and code >> 8 == _last_byte(last) and low <= code & 0xFF <= high:
                    yield listed._replace(pending=code & 0xFF, adjacent=False, due="")
            return
        pairs = lexicon.pairs()
        if state.pending == NONE:
            chars = [last]
            if "@" < last <= "~":  # astride a character and the ASCII letter behind it
                chars.append(pairs.get(_last_byte(state.raw[-2:-1]) << 8 | ord(last), ""))
        else:
            chars = [pairs.get(_last_byte(last) << 8 | state.pending, "")]
            for char in lexicon.by_reading().get(sound, ()):  # the second byte fell out without the parenthesis
                code = lexicon.codes()[char]
                spared = self._listed(state, char, sound) if code >> 8 == state.pending else None
                if spared is not None and code & 0xFF > 0x80:
                    yield self._complete(spared, char, SPARED, bool(state.due))._replace(adjacent=False, due="")
        for char in chars:
            listed = self._listed(state, char, sound)
            if listed is not None:
                yield listed._replace(adjacent=False, due="")

    def _swallowed(self, state: State, sound: str) -> Iterator[State]:
        """`?sound)`: the byte that swallowed `(` is the trail byte of a character read so."""
        for char in lexicon.by_reading().get(sound, ()):
            code = lexicon.codes()[char]
            lead, trail = code >> 8, code & 0xFF
            if trail < 0x81:
                continue
            if state.pending == NONE:
                fits = _last_byte(state.raw[-1:]) == lead
            elif state.pending in RANGES:
                low, high = RANGES[state.pending]
                fits = low <= lead <= high
            else:
                fits = state.pending == lead
            listed = self._listed(state, char, sound) if fits else None
            if listed is None:
                continue
            contradictions = bool(state.due)
            if state.pending == NONE:
                cost = listed.cost + CONTRADICTED * contradictions
                yield listed._replace(cost=cost, pending=trail, adjacent=False, due="")
            else:
                yield self._complete(listed, char, 0.0, contradictions)._replace(adjacent=False, due="")

    def _ended(self, states: Iterable[State]) -> Iterator[State]:
        """The states at the end of the block, the pending byte filled in."""
        for state in states:
            for ended in (state,) if state.pending == NONE else self._filled(state, CUT):
                raw = ended.raw
                bits = self.page.bits(raw[-2:-1], raw[-1:], "\n") if self.ends_sentence else 0.0
                bits += MISPLACED * sum(self._is_open(raw, opening) for opening in CLOSING)
                yield ended._replace(cost=ended.cost + bits)


def _rank(state: State) -> float:
    return state.cost + (6.0 if state.pending != NONE else 0.0)


def _last_byte(char: str) -> int:
    code = lexicon.codes().get(char)
    if code is not None:
        return code & 0xFF
    return ord(char) if char and char < "\x80" else 0
