"""Search for the text behind a wrong reading: a beam over byte hypotheses, ranked by the character model.

The damaged text is taken character by character. Each stands for known bytes, or (a mark, or nothing at all) for bytes
that were lost; the bytes walk through the decoder of the true codec, and each character that comes out is scored.
Several readings on top of each other are walked through at once. A hypothesis may also leave a stretch as it stands, so
that a bad run inside a clean line is found with its borders.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop, nlargest
from operator import attrgetter, is_

from cleaners.model import front, onward
from cleaners.restoration.mojibake.codecs import END, MARK, Reading, encoder, unusable
from cleaners.restoration.mojibake.hypotheses import Answers, Found, Hypothesis, Link, State, trace
from cleaners.restoration.mojibake.trie import Node, decoder, gone, usual
from cleaners.restoration.mojibake.trie import T as TRIE
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    switch: float = threshold(-10.0, "log2 probability", "of a border between what stands and what was read wrongly")
    most_lost: int = threshold(2, "bytes", "of one character; where readings lie on each other, all of them together")
    lost: float = threshold(-2.0, "log2 probability", "of a byte that vanished without a mark")
    gone: float = threshold(-14.0, "log2 probability", "of a character that is gone altogether")
    open_ends: int = threshold(
        3, "states", "in the middle of a character at the end of the text that are tried to be finished"
    )
    pending: float = threshold(-3.5, "log2 probability", "what an unfinished character still has to pay for each byte")
    at_first: int = threshold(8000, "steps of search", "that any search may take, and for each character besides:")
    a_character: int = threshold(
        1500, "steps of search", "for a character: of 1,522 searches that found something none took more than 1,275"
    )
    a_character_dropped: int = threshold(
        500,
        "steps of search",
        "the same where lost bytes left no mark, and one codec is searched: 662 took 333 at most",
    )


T = Thresholds()
BLOCKED = -1e9


_rank = attrgetter("rank")


class Search:
    """A beam search for one chain of readings, the outermost (last made) first."""

    def __init__(
        self,
        chain: Sequence[Reading],
        logp: Callable[[str, str], float],
        stands: Callable[[str, str], float] | None = None,
        *,
        width: int = 24,
        mixed: bool = True,
        limit: int = 1 << 60,
        answers: Answers | None = None,
    ) -> None:
        self.chain = tuple(chain)
        self.logp = logp
        self.stands = stands or logp  # of a character that is left as it stands
        self.width = width
        self.mixed = mixed
        self.limit = limit  # moves after which the search gives up; fewer where the text is short
        self.answers = answers  # those that `logp` and `stands` had a part in
        self.roots = tuple(decoder(r.true, n + 1 < len(chain)) for n, r in enumerate(chain))
        self.encoders = tuple(encoder(r.read, r.codec) for r in chain)
        self.unusable = tuple(unusable(r.read, r.codec) for r in chain)
        self.policies = tuple(r.policy for r in chain)
        self.last = len(chain) - 1
        self.free = (-1,) * len(chain)
        self.gone = gone(3 if chain[-1].true == "utf-8" else 2)
        self.moves = 0  # steps taken: what the search has cost, in a unit that is the same on every machine
        self.floor = BLOCKED  # a state of this step that ranks lower is not among the `width` best
        self._ranks: list[float] = []  # the best ranks of this step, a heap
        self._promises: dict[tuple[int, str], float] = {}
        self._ways: dict[tuple[int, int, int], list[tuple[Node | str, int]]] = {}

    def run(self, text: str, before: str = "\n", keep: int = 4) -> list[Hypothesis]:
        """The best `keep` answers for `text`, best first; `before` is what stands in front of it.

        Where the search gave up there are none, and `moves` is one more than its limit.
        """
        limit = self.limit = min(self.limit, self.most(len(text)))
        key = (*self._how(), text, before, keep)
        known = self.answers.get(key) if self.answers is not None else None
        if known is None or known.limit < min(known.moves, limit):
            found = self._run(text, before, keep)
            known = Found(tuple(found), self.moves, limit)
            if self.answers is not None:
                self.answers.keep(key, text, known)
        self.moves = min(known.moves, limit + 1)
        return [*known.answers] if known.moves <= limit else []

    def _how(self) -> tuple[Hashable, ...]:
        """What an answer rests on beside the text and who judges."""
        return (self.chain, self.mixed, self.width)

    def _run(self, text: str, before: str, keep: int) -> list[Hypothesis]:
        history = front("\n\n" + before)
        states = [State(0.0, True, self.roots, self.free, history, None, 0)]
        if self.mixed:
            states.append(State(0.0, False, self.roots, self.free, history, None, 0))
        self.length = len(text)
        self.text = text
        encode = self.encoders[0]
        self.firsts = firsts = [self._first(c, encode) for c in text] + [END]
        self.runs = self._continuations(text, encode)
        for place, char in enumerate(text):
            fresh: dict[tuple, State] = {}  # type: ignore[type-arg]
            self.floor, self._ranks = BLOCKED, []
            for state in states:
                self._step(state, char, place, firsts, fresh)
                if self.moves > self.limit:
                    return []
            states = self._prune(fresh.values())
            if not states:
                return []
        self.floor = BLOCKED
        return self._finish(states, text, keep)

    def most(self, length: int) -> int:
        """Steps after which a search of so many characters has never found anything."""
        dropped = len(self.chain) == 1 and self.policies[0] == "drop"
        return T.at_first + (T.a_character_dropped if dropped else T.a_character) * length

    def _first(self, char: str, encode: Callable[[str], tuple[bytes, ...]]) -> int:
        """The first byte that `char` stands for, or -1 where it is not known."""
        if char == MARK or (char == "?" and self.policies[0] in ("query", "swallow")):
            return -1
        data = encode(char)
        return data[0][0] if data else END

    def _continuations(self, text: str, encode: Callable[[str], tuple[bytes, ...]]) -> list[int]:
        """How many UTF-8 continuation bytes stand from each place on without a break."""
        runs = [0] * (len(text) + 1)
        for place in range(len(text) - 1, -1, -1):
            data = encode(text[place])
            if data:
                known = 0
                while known < len(data[0]) and 0x80 <= data[0][known] < 0xC0:
                    known += 1
                runs[place] = known + runs[place + 1] if known == len(data[0]) else known
        return runs

    def _step(self, state: State, char: str, place: int, firsts: list[int], fresh: dict) -> None:  # type: ignore[type-arg]
        if self.mixed:
            for left in self._close(state, place) if state.inside else (state,):
                history = left.history
                score = left.score + self.stands(history, char) + (T.switch if left.inside else 0.0)
                link = Link(left.link, char, place, False, 0)
                self._add(fresh, State(score, False, self.roots, self.free, onward(history, char), link, 0))
        if state.inside:
            entries = [state]
        elif char > "\x7f":
            entries = [
                State(
                    state.score + T.switch,
                    True,
                    self.roots,
                    self.free,
                    state.history,
                    Link(state.link, "", place, True, 0),
                    0,
                )
            ]
        else:
            return
        for entry in entries:
            for done in self._take(0, char, entry, place, firsts[place + 1]):
                self._add(fresh, done)

    def _take(self, level: int, char: str, state: State, place: int, ahead: int) -> Iterable[State]:
        """All states after the decoder of `level` has taken the bytes that `char` stands for."""
        if self.moves > self.limit:
            return ()  # one step of readings on each other may go a hundred thousand ways
        policy = self.policies[level]
        if char == MARK and policy == "mark":
            return self._lose(level, state, place, ahead)
        out = [*self._lose(level, state, place, ahead)] if char == "?" and policy == "query" else []
        held = state.held[level]
        for data in self.encoders[level](char):
            if held >= 0 and held not in self.unusable[level][data[0]]:
                continue
            for start in self._whole(level, state, data, place):
                out += self._feed(level, data, start, place)
        return out

    def _whole(self, level: int, state: State, data: bytes, place: int) -> Iterable[State]:
        """The states from which the bytes `data` may go on: the state itself, and those after bytes that vanished."""
        if self.policies[level] == "drop" and self._gap(level, state.nodes[level], data, place):
            return self._vanished(level, state, place, data[0])
        return (state,)

    def _gap(self, level: int, node: Node, data: bytes, place: int) -> bool:
        """Whether a byte may be missing here: in UTF-8 the continuation bytes that follow say so."""
        if self.chain[level].true != "utf-8":
            return True
        following = 0
        while following < len(data) and 0x80 <= data[following] < 0xC0:
            following += 1
        if following == len(data):
            if level:
                return node.depth == 0
            following += self.runs[place + 1]
        wanted = node.wanted
        return following != wanted

    def _feed(self, level: int, data: bytes, state: State, place: int) -> Iterable[State]:
        states: list[State] = [state]
        for byte in data:
            following: list[State] = []
            for one in states:
                target = one.nodes[level].get(byte)
                if target is not None:
                    self._move(level, target, one, place, -1, 0, following)
            states = following
            if not states:
                return ()
        return states

    def _move(
        self, level: int, target: Node | str, state: State, place: int, held: int, unknown: int, out: list[State]
    ) -> None:
        """Go to `target`: an unfinished character waits, a finished one goes to the next level or is scored."""
        self.moves += 1
        history, score = state.history, state.score
        if level == self.last and isinstance(target, str):
            if score < self.floor:
                return  # whatever follows costs more still
            score += self.logp(history, target)
            if score < self.floor:
                return
        helds, nodes = state.held, state.nodes
        if helds[level] != held:
            helds = (*helds[:level], held, *helds[level + 1 :])
        after = target if isinstance(target, Node) else self.roots[level]
        if nodes[level] is not after:
            nodes = (*nodes[:level], after, *nodes[level + 1 :])
        unknown += state.unknown
        if isinstance(target, Node):
            out.append(State(score, True, nodes, helds, history, state.link, unknown))
        elif level == self.last:
            link = Link(state.link, target, place, True, unknown)
            out.append(State(score, True, nodes, helds, onward(history, target), link, 0))
        else:
            between = State(score, True, nodes, helds, history, state.link, unknown)
            out += self._take(level + 1, target, between, place, -1)

    def _lose(self, level: int, state: State, place: int, ahead: int) -> Iterable[State]:
        """One byte was lost here and left a mark; `ahead` is the first byte behind it (-1: not known)."""
        table = self.unusable[level]
        allowed = table[ahead] if ahead >= 0 else table[END]
        held = state.held[level]
        out: list[State] = []
        node = state.nodes[level]
        if node.gone or (level == self.last and node is self.roots[level] and self._all_gone(level, place)):
            # no byte of this character is left: the marks stay, and the run goes on behind them
            target = self.gone[node.depth]
            if isinstance(target, Node):
                self._move(level, target, state, place, -1, 0, out)
                return out
            length = len(self.gone)
            link = Link(state.link, MARK * length, place + 1 - length, False, 0)
            score = state.score + T.gone
            history = onward(state.history, MARK)
            out.append(State(score, True, self.roots, self.free, history, Link(link, "", place + 1, True, 0), 0))
            return out
        for byte, target in node.items():
            if byte in allowed and (held < 0 or held in table[byte]):
                self._move(level, target, state, place, byte if ahead < 0 else -1, 1, out)
                if level == self.last and isinstance(target, Node):
                    out[-1].promise = self._promise(target, state.history)
        return out

    def _all_gone(self, level: int, place: int) -> bool:
        return level == 0 and all(first == -1 for first in self.firsts[place : place + len(self.gone)])

    def _promise(self, node: Node, history: str) -> float:
        """The score of the likeliest of the usual characters that may still come out of `node`, behind one character.

        Two would tell more and cost a look-up for nearly every state.
        """
        last = history[-1]
        key = (id(node), last)
        found = self._promises.get(key)
        if found is None:
            if len(self._promises) > 100_000:
                self._promises.clear()
            found = max((self.logp(last, char) for char in usual(node)), default=BLOCKED)
            self._promises[key] = found
            self.moves += TRIE.usual
        return found

    def _vanished(self, level: int, state: State, place: int, ahead: int) -> Iterable[State]:
        """The state itself, and those after one or two bytes of a character that vanished before the byte `ahead`."""
        node = state.nodes[level]
        key = (level, id(node), ahead)
        ways = self._ways.get(key)
        if ways is None:
            ways = self._ways[key] = self._ways_on(level, node, ahead)
        out = [state]
        most = T.most_lost - state.unknown if self.last else T.most_lost
        less = State(state.score + T.lost, True, state.nodes, state.held, state.history, state.link, state.unknown)
        for target, unknown in ways:
            if unknown <= most:
                self._move(level, target, less, place, -1, unknown, out)
        return out

    def _ways_on(self, level: int, node: Node, ahead: int) -> list[tuple[Node | str, int]]:
        """Where one or two vanished bytes lead to from `node`, if the byte `ahead` can follow there."""
        table = self.unusable[level]
        starts = ahead in self.roots[level]
        out: list[tuple[Node | str, int]] = []
        for byte, target in node.items():
            if byte in table[ahead] and (ahead in target if isinstance(target, Node) else starts):
                out.append((target, 1))
            if isinstance(target, Node) and target.depth > 1 and starts:
                for final, leaf in target.items():
                    if final in table[ahead] and byte in table[final] and not isinstance(leaf, Node):
                        out.append((leaf, 2))
        return out

    def _add(self, fresh: dict, state: State) -> None:  # type: ignore[type-arg]
        rank = self._rank(state)
        if rank < self.floor:
            return
        state.rank = rank
        key = (state.inside, state.nodes, state.held, state.history)
        old = fresh.get(key)
        if old is None:
            (heappush if len(self._ranks) < self.width else heappushpop)(self._ranks, rank)
            if len(self._ranks) == self.width:
                self.floor = self._ranks[0]
        if old is None or old.score < state.score:
            fresh[key] = state

    def _rank(self, state: State) -> float:
        if state.promise:
            return state.score + state.promise
        rank = state.score
        for node in state.nodes:
            if node.depth:
                rank += T.pending * node.depth
        return rank

    def _prune(self, states: Iterable[State]) -> list[State]:
        return nlargest(self.width, states, key=_rank)

    def _finish(self, states: list[State], text: str, keep: int) -> list[Hypothesis]:
        ends: list[State] = []
        open_ends = 0
        for state in states:  # the likeliest first
            if not all(map(is_, state.nodes, self.roots)):
                open_ends += 1
                if open_ends > T.open_ends:
                    continue
            ends.extend(self._close(state, len(text)))
        if self.moves > self.limit:
            return []
        answers: list[Hypothesis] = []
        seen: set[str] = set()
        for state in ends:
            if state.link is not None:
                state.score += self.logp(state.history, "\n")
        for state in nlargest(keep * 3, ends, key=lambda s: s.score):
            answer = trace(state, text)
            if answer.text not in seen:
                seen.add(answer.text)
                answers.append(answer)
        return answers[:keep]

    def _close(self, state: State, place: int) -> Iterable[State]:
        """The states at a border: nothing may be pending, but the last byte of the last character may have vanished."""
        states = [state]
        for level, policy in enumerate(self.policies):
            more: list[State] = []
            for one in states:
                node = one.nodes[level]
                if node is self.roots[level]:
                    held = one.held[level]
                    if held < 0 or held in self.unusable[level][END]:
                        more.append(one)
                elif policy == "drop" and self.moves <= self.limit:
                    for byte, target in node.items():
                        if isinstance(target, Node):
                            if place == self.length:
                                for final, leaf in target.items():
                                    if not isinstance(leaf, Node) and byte in self.unusable[level][final]:
                                        self._move(level, leaf, one, place, -1, 2, more)
                        elif byte in self.unusable[level][END]:
                            self._move(level, target, one, place, -1, 1, more)
            states = more
        return states
