"""One batch of documents against all earlier ones: which of them repeat which original.

Documents are taken in the order of their ids. Each looks up its keys, is compared with the originals that share enough
of them, exactly and on the text, and belongs to the smallest of those that it repeats; where it repeats none it is an
original itself. So a group is a star around its smallest document, and what comes out does not depend on batches.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaners.duplicates import Similarity, compare, shingle_set, verdict
from flows.store.dealing import Batch
from flows.store.joining import Shared, Texts
from flows.store.originals import KEEP
from flows.store.pairs import Array, place_in_run

CANDIDATES = 16  # originals that a document is compared with at the most: those that share most with it
# A document that is contained in another, or contains most of one, shares at least this much of its own text with it.
PARAGRAPHS_LEAST = 0.4
BLOCK = 2_000  # documents whose candidates are read together
SETS_LARGEST = 8_000_000  # shingles of the sets that are kept


@dataclass(frozen=True, slots=True)
class Match:
    """A document that repeats an original. `place`: the document's in the batch; `number`: the original's in the index,
    None where it is of this batch."""

    place: int
    original: str
    number: int | None
    kind: str
    found: Similarity


@dataclass(frozen=True, slots=True)
class Candidate:
    """An original, earlier or of this batch, that may be repeated: `number` in the index, or place in the batch."""

    number: int
    here: bool
    shared: int  # keys of the whole text
    copied: int  # folded characters of shared paragraphs

    @property
    def order(self) -> tuple[bool, int]:
        """Its place among all originals: those of the index come before those of the batch."""
        return self.here, self.number


class Sets:
    """Sets of shingles by name, the last used ones: a group's original is compared again and again."""

    def __init__(self) -> None:
        self._sets: OrderedDict[Any, Any] = OrderedDict()
        self._size = 0

    def of(self, name: Any, folded: str) -> Any:
        """The set of a text."""
        found = self._sets.get(name)
        if found is None:
            found = self._sets[name] = shingle_set(folded)
            self._size += len(found)
            while self._size > SETS_LARGEST and len(self._sets) > 1:
                self._size -= len(self._sets.popitem(last=False)[1])
        else:
            self._sets.move_to_end(name)
        return found


class Search:
    """Finds the originals of a batch's documents."""

    def __init__(self, shared: Shared, texts: Texts, batch: Batch) -> None:
        self.shared, self.texts, self.batch = shared, texts, batch
        keys, owners, weights = batch.keys
        wanted, key_of = np.unique(keys, return_inverse=True)
        place = shared.places(wanted)[key_of]
        known = place >= 0  # what no other document has finds nothing
        self.owners, self.weights = owners[known], weights[known]
        self.places, self.key_of = np.unique(place[known], return_inverse=True)
        self.starts, self.counts = shared.starts[self.places], shared.filled[self.places].astype(np.int64)
        self.bounds = np.searchsorted(self.owners, np.arange(len(batch) + 1))
        self.sets = Sets()

    def matches(self) -> list[Match]:
        """A match for each document that repeats an original."""
        counts = self.counts
        times = np.bincount(self.key_of, minlength=len(self.places))
        shared = times > 1  # keys of several documents of this batch
        told = np.zeros(len(self.batch), np.bool_)
        told[self.owners[(shared | (counts > 0))[self.key_of]]] = True
        suspects = np.flatnonzero(told)
        at = np.flatnonzero(shared[self.key_of])
        pairs = list(zip(self.key_of[at].tolist(), self.weights[at].tolist(), strict=True))
        bounds = np.searchsorted(self.owners[at], np.arange(len(self.batch) + 1)).tolist()
        here: dict[int, list[int]] = {}  # key -> originals of this batch that have it
        found: list[Match] = []
        for start in range(0, len(suspects), BLOCK):
            block = suspects[start : start + BLOCK]
            candidates = self._indexed(block)
            numbers = sorted({c.number for named in candidates.values() for c in named})
            texts = {number: (name, folded) for number, name, folded in self.texts.read(numbers)}
            for n in block.tolist():
                keys = pairs[bounds[n] : bounds[n + 1]]
                match = self._match(n, [*candidates.get(n, ()), *self._local(n, keys, here)], texts)
                if match is not None:
                    found.append(match)
                    continue
                for key, _ in keys:
                    names = here.setdefault(key, [])
                    if len(names) + counts[key] < KEEP["keys"]:
                        names.append(n)
        return found

    def keep(self, numbers: Array) -> None:
        """Have the later batches find the originals of this one. numbers: of each document, -1 where it is none."""
        original = numbers[self.owners] >= 0
        self.shared.add(self.places[self.key_of[original]], numbers[self.owners[original]])
        for n in np.unique(self.owners[original]).tolist():
            self.texts.add(int(numbers[n]), self.batch.ids[n], self.batch.folded(n))

    def _indexed(self, block: Array) -> dict[int, list[Candidate]]:
        """The earlier originals that share enough with each document of a block."""
        low, high = self.bounds[block], self.bounds[block + 1]
        at = np.concatenate([np.arange(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)])
        key = self.key_of[at]
        counts = self.counts[key]
        at, key, counts = at[counts > 0], key[counts > 0], counts[counts > 0]
        if not len(at):
            return {}
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        number = self.shared.slots[np.repeat(self.starts[key], counts) + within].astype(np.int64)
        owner, weight = np.repeat(self.owners[at], counts), np.repeat(self.weights[at], counts)
        pair, inverse = np.unique((owner.astype(np.int64) << 32) | number, return_inverse=True)
        whole = np.bincount(inverse, weight == 0).astype(np.int64)
        copied = np.bincount(inverse, weight).astype(np.int64)
        owner, number = pair >> 32, pair & 0xFFFFFFFF
        enough = self._enough(owner, whole, copied)
        owner, number, whole, copied = owner[enough], number[enough], whole[enough], copied[enough]
        order = np.lexsort((number, -copied, -whole, owner))
        order = order[place_in_run(owner[order]) < CANDIDATES]
        found: dict[int, list[Candidate]] = {}
        for n, *rest in zip(*(a[order].tolist() for a in (owner, number, whole, copied)), strict=True):
            found.setdefault(n, []).append(Candidate(rest[0], False, rest[1], rest[2]))
        return found

    def _local(self, n: int, keys: list[tuple[int, int]], here: dict[int, list[int]]) -> Iterator[Candidate]:
        """The originals of this batch that share enough with document n."""
        shared: Counter[int] = Counter()
        copied: Counter[int] = Counter()
        for key, weight in keys:
            for other in here.get(key, ()):
                shared[other] += weight == 0
                copied[other] += weight
        for other in shared:
            if self._enough(n, shared[other], copied[other]):
                yield Candidate(other, True, shared[other], copied[other])

    def _enough(self, owner: Any, shared: Any, copied: Any) -> Any:
        return (shared > 0) | (copied >= PARAGRAPHS_LEAST * self.batch.lengths[owner])

    def _match(self, n: int, candidates: list[Candidate], texts: dict[int, tuple[str, str]]) -> Match | None:
        """What document n repeats: the smallest of its candidates that stands the comparison."""
        if not candidates:
            return None
        folded = self.batch.folded(n)
        chosen = sorted(candidates, key=lambda c: (-c.shared, -c.copied, c.order))[:CANDIDATES]
        for candidate in sorted(chosen, key=lambda c: c.order):
            number = candidate.number
            if candidate.here:
                name, other = self.batch.ids[number], self.batch.folded(number)
            else:
                name, other = texts[number]
            if folded == other:
                found = Similarity(1.0, 1.0)
            else:
                found = compare(self.sets.of((True, n), folded), self.sets.of(candidate.order, other))
            kind = verdict(found, exact=folded == other)
            if kind is not None:
                return Match(n, name, None if candidate.here else number, kind, found)
        return None
