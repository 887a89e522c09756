"""One hypothesis about a byte stream, and what one more byte, pair or annotation makes of it. Costs are bits."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cleaners.model import front
from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.context import PageContext
from cleaners.restoration.bytestream.context import T as CONTEXT
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    width: int = threshold(32, "hypotheses", "kept at a place")
    full: int = threshold(48, "hypotheses", "gathered before the worst are given up")
    reach: float = threshold(18.0, "bits", "behind the best at which a hypothesis is given up")
    pending: float = threshold(6.0, "bits", "that a hypothesis in the middle of a character is held back by")
    fewer: int = threshold(32, "characters", "kept for one hypothesis where two bytes in a row are unknown")
    filled: int = threshold(6, "hypotheses", "best first, whose unknown bytes are filled at a place")
    near: float = threshold(10.0, "bits", "behind the best at which a hypothesis is no more filled")
    deeper: int = threshold(3, "hypotheses", "of a vanished pair that are tried with a second one")
    # What an event costs, besides what the character model says about the text.
    unlisted: float = threshold(3.0, "bits", "an annotated character that the page has nowhere else")
    contradicted: float = threshold(
        14.0, "bits", "a character of the table without its annotation, or one annotated that stands bare elsewhere"
    )
    vanished: float = threshold(3.0, "bits", "a user-defined pair that left no trace")
    spared: float = threshold(6.0, "bits", "a lead byte that fell out before a `(` without swallowing it")
    cut: float = threshold(2.0, "bits", "a lead byte lost before a mark")
    misplaced: float = threshold(5.0, "bits", "a quote that opens where one is open, or closes where none is")
    unclosed: float = threshold(8.0, "bits", "a quote that is open where a paragraph ends")
    curt: float = threshold(6.0, "bits", "a sentence of one character")
    doubled: float = threshold(6.0, "bits", "a mark that ends a sentence behind another")
    expected: float = threshold(5.0, "bits", "a closing quote behind a mark that ends a sentence, where one is open")
    impossible: float = threshold(100.0, "bits", "what the stream would have been cut at")
    unusual: float = threshold(3.0, "bits", "the less likely of two forms that look alike")


T = Thresholds()

NONE, ANY, HIGH, LOW = lexicon.NONE, lexicon.ANY, lexicon.HIGH, lexicon.LOW
RANGES = {ANY: (0x81, 0xFE), HIGH: (0xA1, 0xFE), LOW: (0x81, 0xA0)}

CLOSING = {"“": "”", "‘": "’"}
STOPS = "。！？"
OPENED = tuple("“‘。！？")  # behind which a sentence begins
QUOTES = {**{opening: opening for opening in CLOSING}, **{closing: opening for opening, closing in CLOSING.items()}}

PLACED = frozenset(QUOTES) | frozenset(STOPS)


class State(NamedTuple):
    """One hypothesis about the bytes up to some place in the visible text."""

    cost: float
    raw: str  # characters read so far, unfolded, two of context in front
    pending: int  # lead byte that waits for its trail byte, or NONE, ANY, HIGH, LOW
    adjacent: bool  # nothing was inserted behind the last byte
    due: str  # reading that must follow, because the last two bytes are a character of the table
    lost: int  # bytes that were filled in
    unlisted: tuple[tuple[str, str], ...] = ()  # (character, reading) taken for the table's on this evidence alone


# A State of a tuple of all its fields, in half the time: a page makes them by the ten thousand.
_state = functools.partial(tuple.__new__, State)


class Beam:
    """The hypotheses at one place of the text, while they are gathered: those that can be among the best `T.width`.

    `limit`: bits above which a hypothesis is none of those, whatever comes.
    """

    __slots__ = ("limit", "states")

    def __init__(self) -> None:
        self.states: dict[tuple[str, int, bool, str], State] = {}
        self.limit = math.inf

    def add(self, state: State) -> None:
        """Keep a hypothesis, the cheaper one of two that go on alike."""
        bits = state.cost + T.pending if state.pending != NONE else state.cost
        if bits > self.limit:
            return
        key = state[1:5]
        old = self.states.get(key)
        if old is not None and old.cost <= state.cost:
            return
        self.states[key] = state
        if bits + T.reach < self.limit:
            self.limit = bits + T.reach
        if len(self.states) >= T.full:
            ranks = sorted(map(rank, self.states.values()))
            self.limit = min(self.limit, ranks[T.width - 1])
            self.states = {key: state for key, state in self.states.items() if rank(state) <= self.limit}


class Stream:
    """Turns one hypothesis into those that follow from it, on one page."""

    def __init__(self, page: PageContext) -> None:
        self.page = page
        self.pairs, self.last_bytes = lexicon.pairs(), lexicon.last_bytes()
        self.quotes = ""  # quotes that are open where the search starts
        self.context = 0  # characters of context that `State.raw` begins with
        self.deep = False  # whether two pairs in a row may have vanished
        self.target = Beam()  # of the place to which the hypotheses at work lead

    def literal(self, state: State, chars: str, cost: float) -> State:
        raw = state.raw
        if state.due:
            cost += T.contradicted
        for char in chars:
            cost += self.page.bits(raw, char)
            if char in PLACED:
                cost += self._placed(raw, char)
            raw += char
        return _state((state.cost + cost, raw, NONE, True, "", state.lost, state.unlisted))

    def pair(self, state: State, pair: int, cost: float) -> Iterable[State]:
        if state.pending == NONE:  # in step: the pair is one character
            char = self.pairs.get(pair)
            if char is None:
                return ()
            contradictions = bool(state.due) + self._bare(state, pair >> 8)
            if char not in PLACED and state.cost + cost + T.contradicted * contradictions > self.target.limit:
                return ()  # whatever the character costs
            return (self._complete(state, char, cost, contradictions),)
        if state.pending >= 0:
            char = self.pairs.get(state.pending << 8 | pair >> 8)
            if char is None or (char not in PLACED and state.cost + cost > self.target.limit):
                return ()
            first = self._complete(state, char, cost, bool(state.due))
            return self.byte(first, pair & 0xFF, 0.0) if first.cost <= self.target.limit else ()
        return self._pair_behind_unknown(state, pair, cost)

    def _pair_behind_unknown(self, state: State, pair: int, cost: float) -> Iterator[State]:
        for first in self.byte(state, pair >> 8, cost):
            if first.cost <= self.target.limit:
                yield from self.byte(first, pair & 0xFF, 0.0)

    def byte(self, state: State, byte: int, cost: float) -> Iterable[State]:
        if state.pending == NONE:
            if byte > 0x80:
                last = self.last_bytes.get(state.raw[-1:], 0) << 8 | byte
                due = self.page.table.get(last, "") if state.adjacent else ""
                cost += T.contradicted * (bool(state.due) + bool(due))
                return (_state((state.cost + cost, state.raw, byte, True, due, state.lost, state.unlisted)),)
            # an ASCII letter whose lead byte belongs to the character in front
            return (self.literal(state, chr(byte), cost),) if byte < 0x80 else ()
        if state.pending >= 0:
            char = self.pairs.get(state.pending << 8 | byte)
            return () if char is None else (self._complete(state, char, cost, bool(state.due)),)
        if state.cost + cost > self.target.limit:
            return ()
        ways = self.page.by_trail(front(state.raw), byte, state.pending)
        return self._fillings(state, ways, cost, CONTEXT.fillings if state.pending == ANY else T.fewer)

    def _fillings(self, state: State, ways: Sequence[tuple[float, str]], cost: float, most: int) -> Iterator[State]:
        """The state with each of the characters, best first, but for those too dear for where it leads."""
        target, so_far = self.target, state.cost + cost
        for price, char in ways[:most]:
            if so_far + price <= target.limit or char in PLACED:
                yield self._complete(state, char, cost, 0, price)

    def _bare(self, state: State, byte: int) -> bool:
        """Whether the last byte and this one, right behind it, are a character of the table: no reading follows."""
        return state.adjacent and (self.last_bytes.get(state.raw[-1:], 0) << 8 | byte) in self.page.table

    def _complete(self, state: State, char: str, cost: float, contradictions: int, price: float | None = None) -> State:
        """The state with its pending byte, and one more, read as `char`, which costs `price` by the page."""
        raw = state.raw
        if char == "，" and state.pending == 0xA3 and state.adjacent:
            cost += T.impossible  # the stream would have been cut there
        cost += T.contradicted * contradictions + (self.page.cost(raw, char) if price is None else price)
        if char in PLACED:
            cost += self._placed(raw, char)
        adjacent = state.adjacent or state.pending == NONE
        due = self.page.readings.get(char, "") if adjacent else ""
        return _state((state.cost + cost, raw + char, NONE, True, due, state.lost, state.unlisted))

    def _placed(self, raw: str, char: str) -> float:
        """What a mark's place costs or saves: the character model folds quotes together and sees two characters."""
        last = raw[-1:]
        if char in STOPS:
            return T.doubled if last in STOPS else T.curt * (raw[-2:-1] in OPENED and raw[-1:] >= "一")
        opening = QUOTES[char]
        if self.is_open(raw, opening) == (char == opening):
            return T.misplaced
        if char != opening and last in STOPS:
            return min(0.0, T.expected - self.page.bits(raw, char))
        return 0.0

    def is_open(self, raw: str, opening: str) -> bool:
        last = max(raw.rfind(opening), raw.rfind(CLOSING[opening]))
        return raw[last] == opening if last >= self.context else opening in self.quotes

    def filled(self, state: State, cost: float) -> Iterator[State]:
        """The pending lead byte with each likely trail byte; each likely character where that byte is unknown too."""
        raw = state.raw
        if state.pending == NONE or state.pending == ANY:
            return
        if state.pending >= 0:
            ways = self.page.by_lead(front(raw), state.pending)
        else:
            ways = self.page.behind(front(raw), state.pending)
        for filled in self._fillings(state, ways, cost, CONTEXT.fillings):
            yield _state((filled.cost, filled.raw, NONE, True, filled.due, state.lost + 1, state.unlisted))

    def lost_lead(self, state: State, pair: int, cost: float) -> Iterator[State]:
        """A byte lost before a mark: the piece in front ended on it."""
        cost += T.cut
        if state.pending == NONE:
            begun = State(state.cost + cost, state.raw, ANY, False, "", state.lost + 1, state.unlisted)
            yield from self.pair(begun, pair, 0.0)
        else:
            for filled in self.filled(state, cost):
                yield from self.pair(filled, pair, 0.0)

    def vanished(self, states: list[State]) -> list[State]:
        """States behind a user-defined pair that left no trace."""
        if not self.page.may_vanish:
            return []
        return self._unseen(states, lexicon.user_defined_ranges(), T.vanished)

    def unassigned(self, states: list[State]) -> list[State]:
        """States behind a pair that GBK does not assign, shown as `?`."""
        return self._unseen(states, lexicon.unassigned(), T.unusual)

    def _unseen(self, states: list[State], ranges: Sequence[tuple[int, int]], cost: float) -> list[State]:
        first = self._one_unseen(self.near(states), ranges, cost)
        if self.deep and cost == T.vanished:
            first = sorted(first + self._one_unseen(first[: T.deeper], ranges, cost))
        return first[: CONTEXT.unseen]

    def _one_unseen(self, states: list[State], ranges: Sequence[tuple[int, int]], cost: float) -> list[State]:
        found = []
        for state in states:
            if state.pending < 0 and (state.pending not in (HIGH, LOW) or not (self.deep or cost != T.vanished)):
                continue
            for price, char, pending in self.page.unseen(front(state.raw), state.pending, ranges):
                whole = self._complete(state, char, cost, bool(state.due), price)
                found.append(_state((whole.cost, whole.raw, pending, True, "", whole.lost + 2, whole.unlisted)))
        return sorted(found)

    def near(self, states: list[State]) -> list[State]:
        """The hypotheses good enough that their unknown bytes are filled; those that wait for an unknown byte count
        apart, for they have paid for one character more."""
        chosen: list[State] = []
        for unknown in (False, True):
            group = [state for state in states if (state.pending in RANGES) == unknown]
            chosen += [state for state in group[: T.filled] if state.cost <= group[0].cost + T.near]
        return chosen

    def _listed(self, state: State, char: str, sound: str) -> State | None:
        """The state, given that `char` is annotated with `sound`; None where it cannot be."""
        known = self.page.readings.get(char)
        if known is not None:
            return state if known == sound else None
        if sound.rstrip() not in self.page.sounds.of.get(char, ()):
            return None
        cost = T.contradicted if char in self.page.bare else T.unlisted
        unlisted = state.unlisted if (char, sound) in state.unlisted else (*state.unlisted, (char, sound))
        return state._replace(cost=state.cost + cost, unlisted=unlisted)

    def annotated(self, state: State, sound: str) -> Iterator[State]:
        """`(sound)` with both parentheses: the two bytes before it stand in the stream."""
        last = state.raw[-1:]
        if state.pending in RANGES:  # the second of them is unknown
            low, high = RANGES[state.pending]
            for char in self.page.sounds.chars.get(sound.rstrip(), ()):
                code = lexicon.codes()[char]
                listed = self._listed(state, char, sound)
                if listed is not None and code >> 8 == self.last_bytes.get(last, 0) and low <= code & 0xFF <= high:
                    yield listed._replace(pending=code & 0xFF, adjacent=False, due="")
            return
        pairs = lexicon.pairs()
        if state.pending == NONE:
            chars = [last]
            if "@" < last <= "~":  # astride a character and the ASCII letter behind it
                chars.append(pairs.get(self.last_bytes.get(state.raw[-2:-1], 0) << 8 | ord(last), ""))
        else:
            chars = [pairs.get(self.last_bytes.get(last, 0) << 8 | state.pending, "")]
            # the second byte may have fallen out without the parenthesis
            for char in self.page.sounds.chars.get(sound.rstrip(), ()):
                code = lexicon.codes()[char]
                spared = self._listed(state, char, sound) if code >> 8 == state.pending else None
                if spared is not None and code & 0xFF > 0x80:
                    yield self._complete(spared, char, T.spared, bool(state.due))._replace(adjacent=False, due="")
        for char in chars:
            listed = self._listed(state, char, sound)
            if listed is not None:
                yield listed._replace(adjacent=False, due="")

    def swallowed(self, state: State, sound: str) -> Iterator[State]:
        """`?sound)`: the byte that swallowed `(` is the trail byte of a character read so."""
        for char in self.page.sounds.chars.get(sound.rstrip(), ()):
            code = lexicon.codes()[char]
            lead, trail = code >> 8, code & 0xFF
            if trail < 0x81:
                continue
            if state.pending == NONE:
                fits = self.last_bytes.get(state.raw[-1:], 0) == lead
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
                cost = listed.cost + T.contradicted * contradictions
                yield listed._replace(cost=cost, pending=trail, adjacent=False, due="")
            else:
                yield self._complete(listed, char, 0.0, contradictions)._replace(adjacent=False, due="")


def rank(state: State) -> float:
    """Bits by which hypotheses at one place are compared."""
    return state.cost + (T.pending if state.pending != NONE else 0.0)
