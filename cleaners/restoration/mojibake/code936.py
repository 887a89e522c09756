"""Search in what Windows made of UTF-8 with its code page 936: bytes that swallow, pairs that vanish.

Beside what `lattice` knows, a lead byte may have taken the ASCII byte behind it along, and characters of the
private use area may be gone: pairs, each of which held two bytes of one character, or of two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nlargest

from cleaners.model import model, onward
from cleaners.restoration.mojibake.codecs import END, private_pairs
from cleaners.restoration.mojibake.hypotheses import Link, State
from cleaners.restoration.mojibake.lattice import Search
from cleaners.restoration.mojibake.trie import Node
from cleaners.thresholds import threshold

OWED = -2  # in `held`: an ASCII byte was swallowed and is still to be chosen


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    owes: float = threshold(
        -7.0, "log2 probability", "what an ASCII byte that was swallowed and is still to be chosen will cost"
    )
    swallowed_best: int = threshold(5, "characters", "the best for a swallowed byte, which are followed up")
    swallow: float = threshold(-3.0, "log2 probability", "of an ASCII byte that was swallowed")
    swallowed_last: float = threshold(
        -9.0, "log2 probability", "of one more at the end of the text, where most often there is none"
    )
    twin: float = threshold(
        -8.0, "log2 probability", "of one of TWINS swallowed where the text does not write it in half width"
    )
    suffix: float = threshold(
        -3.0, "log2 probability", "of a full stop before what looks like the suffix of a file at the end of the text"
    )
    blank: float = threshold(
        7.0,
        "bits gained",
        "by a space before a Chinese character: authors leave more of them between words than the model's texts have",
    )
    two_first: int = threshold(4, "characters", "that are followed up where two pairs vanished")
    two_best: int = threshold(8, "pairs of characters", "that are followed up where two pairs vanished")
    rarest: float = threshold(-18.0, "log2 probability", "of a character by itself that is put where a pair vanished")
    rarest_whole: float = threshold(
        -15.0, "log2 probability", "of a character by itself that is put where all that was left of it vanished"
    )


T = Thresholds()
_HAN_LEADS = range(0xE3, 0xEA)  # first bytes, in UTF-8, of Chinese characters
SWALLOWED = " !\"#$%&'()*+,-./0:;<=>?"  # what may be swallowed; 0 stands for all digits
TWINS = ",:;!?.()"  # in Chinese text they are the full-width ones, which count as the same in the model
_SUFFIX = re.compile("[A-Za-z][A-Za-z0-9]{1,3}")


class Search936(Search):
    """A search for one reading: UTF-8 as "windows-936" or "windows-936-copied"."""

    half_marks: Collection[str] = ()  # which the page has between Chinese characters

    @cached_property
    def copied(self) -> bool:
        """Whether the private-use characters are gone, for the text was copied."""
        return self.chain[0].codec == "windows-936-copied"

    def most(self, length: int) -> int:
        """No fewer than the page has left: what swallows and vanishes takes up to 2,700 steps a character."""
        return self.limit

    def _how(self) -> tuple[Hashable, ...]:
        return (*super()._how(), frozenset(self.half_marks))

    def _take(self, level: int, char: str, state: State, place: int, ahead: int) -> Iterable[State]:
        if state.held[level] == OWED:
            paid = self._pay(level, state, place)
            return [after for one in paid for after in self._take(level, char, one, place, ahead)]
        swallowed = self._swallow(level, state, place) if char == "?" and self.policies[level] == "swallow" else ()
        return [*swallowed, *super()._take(level, char, state, place, ahead)]

    def _whole(self, level: int, state: State, data: bytes, place: int) -> Iterable[State]:
        if self.copied:
            gap = self._gap(level, state.nodes[level], data, place)
            return self._pairs_gone(level, state, place, data[0]) if gap else (state,)
        return super()._whole(level, state, data, place)

    def _close(self, state: State, place: int) -> Iterable[State]:
        if state.held[0] == OWED:
            return self._pay(0, state, place)
        if self.copied and state.nodes != self.roots:
            return [done for done in self._pairs_gone(0, state, place, END) if done.nodes == self.roots]
        return super()._close(state, place)

    def _swallow(self, level: int, state: State, place: int) -> Iterable[State]:
        """A lead byte was lost here together with the ASCII byte behind it, or alone at the end."""
        out: list[State] = []
        table = self.unusable[level]
        last = place + 1 == self.length
        for byte, target in state.nodes[level].items():
            if byte in table[END] and not isinstance(target, Node):
                if last:
                    self._move(level, target, state, place, -1, 1, out)
                count = len(out)
                self._move(level, target, state, place, OWED, 1, out)
                for owing in out[count:]:
                    owing.score += T.swallowed_last if last else 0.0
                    owing.promise = T.owes
        return out

    def _pay(self, level: int, state: State, place: int) -> Iterable[State]:
        """The likeliest of the states in which the ASCII byte that is owed has been chosen.

        A digit is not chosen but left as the "?" that stands for it: the model does not tell digits apart.
        """
        suffix = _SUFFIX.fullmatch(self.text, place) is not None
        found: list[tuple[float, str]] = []
        for char in SWALLOWED:
            if char == " " and self.text[place : place + 1] in TWINS:
                continue  # no author leaves one before a stop, nor at the end of a line
            score = self.logp(state.history, char) + T.swallow
            if char == "." and suffix:
                score = T.suffix
            elif char in TWINS and char not in self.half_marks:
                score += T.twin
            elif char == " " and self.firsts[place] in _HAN_LEADS:
                score += T.blank
            found.append((score, char))
        self.moves += len(SWALLOWED)
        out = []
        for score, char in nlargest(T.swallowed_best, found):
            link = Link(state.link, "?" if char == "0" else char, place, True, state.unknown + 1)
            history = onward(state.history, char)
            out.append(State(state.score + score, True, self.roots, self.free, history, link, 0))
        return out

    def _pairs_gone(self, level: int, state: State, place: int, ahead: int) -> Iterable[State]:
        """The state itself, and those after a pair that vanished before the byte `ahead` (END: before a border).

        Where the byte ahead allows none, after two: the second one held the rest of the character that the first began.
        """
        out = [state]
        root = self.roots[level]
        two: list[tuple[str, Node]] = []
        for char, pending in _pair_ways(state.nodes[level], root):
            begins = pending is not root
            if ahead in pending or (ahead == END and not begins):
                done: list[State] = []
                self._move(level, char, state, place, -1, 1 if begins else 2, done)
                for one in done:
                    if begins:
                        self._move(level, pending, one, place, -1, 1, out)
                    else:
                        out.append(one)
            elif begins and (ahead in root or ahead == END):
                two.append((char, pending))
        if two:
            out.extend(self._two_gone(level, state, place, two))
        return out

    def _two_gone(self, level: int, state: State, place: int, ways: list[tuple[str, Node]]) -> list[State]:
        """The likeliest of the states after two pairs that vanished side by side."""
        ranked: dict[str, float] = {}
        for char, _ in ways:
            if char not in ranked:
                ranked[char] = self.logp(state.history, char)
        firsts = nlargest(T.two_first, ranked, key=ranked.__getitem__)
        found: list[tuple[float, str, str]] = []
        for char, pending in ways:
            if char not in firsts:
                continue
            history = onward(state.history, char)
            for second in _wholly_gone(pending):
                found.append((ranked[char] + self.logp(history, second), char, second))
                self.moves += 1
        out = []
        for score, char, second in nlargest(T.two_best, found):
            first = Link(state.link, char, place, True, state.unknown + 1)
            link = Link(first, second, place, True, 3)
            history = onward(onward(state.history, char), second)
            out.append(State(state.score + score, True, self.roots, self.free, history, link, 0))
        return out


@lru_cache(maxsize=1)
def _vanishing() -> dict[int, bytes]:
    """The second bytes of the pairs that vanish in copying, by their first, as far as UTF-8 has them."""
    found: dict[int, bytes] = {}
    for first, second in sorted(private_pairs()):
        if first < 0xC0 and second >= 0x80:
            found[first] = found.get(first, b"") + bytes((second,))
    return found


def _wholly_gone(pending: Node) -> tuple[str, ...]:
    """The commoner characters whose last two bytes are a pair that vanishes, by the state behind their first."""
    if pending.rests is None:
        unigram = model().unigram
        chars: list[str] = []
        for first, seconds in _vanishing().items():
            middle = pending.get(first)
            if not isinstance(middle, Node):
                continue
            for second in seconds:
                char = middle.get(second)
                if isinstance(char, str) and unigram(char) >= T.rarest_whole:
                    chars.append(char)
        pending.rests = tuple(chars)
    return pending.rests


def _pair_ways(node: Node, root: Node) -> list[tuple[str, Node]]:
    """Where a vanished pair leads from `node`: the character that it completes, and the state behind it."""
    if node.pairs is None:
        node.pairs = []
        unigram = model().unigram
        for first, seconds in _vanishing().items():
            target = node.get(first)
            if target is None or (isinstance(target, str) and unigram(target) < T.rarest):
                continue
            for second in seconds:
                char = target.get(second) if isinstance(target, Node) else target
                pending = root if isinstance(target, Node) else root.get(second)
                if isinstance(char, str) and isinstance(pending, Node) and unigram(char) >= T.rarest:
                    node.pairs.append((char, pending))
    return node.pairs
