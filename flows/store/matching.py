"""One batch of documents against all earlier ones: which of them repeat which original, and how much is copied.

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
import pyarrow as pa

from cleaners.duplicates import PARAGRAPH, Similarity, compare, keys_of, shingle_set, verdict
from flows.store.dealing import Batch
from flows.store.originals import KEEP, ORIGINALS, Index
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

    def __init__(self, index: Index, batch: Batch) -> None:
        self.index, self.batch = index, batch
        self.keys, self.owners, self.weights = batch.keys
        self.wanted, self.key_of = np.unique(self.keys, return_inverse=True)
        places, self.values = index.look_up("keys", self.wanted)
        self.starts = np.searchsorted(places, np.arange(len(self.wanted) + 1))
        self.bounds = np.searchsorted(self.owners, np.arange(len(batch) + 1))
        self.sets = Sets()

    def matches(self) -> list[Match]:
        """A match for each document that repeats an original."""
        counts = np.diff(self.starts)
        times = np.bincount(self.key_of, minlength=len(self.wanted))
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
            texts = {number: (name, folded) for number, name, folded in self.index.read(numbers)}
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

    def _indexed(self, block: Array) -> dict[int, list[Candidate]]:
        """The earlier originals that share enough with each document of a block."""
        low, high = self.bounds[block], self.bounds[block + 1]
        at = np.concatenate([np.arange(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)])
        key = self.key_of[at]
        counts = self.starts[key + 1] - self.starts[key]
        at, key, counts = at[counts > 0], key[counts > 0], counts[counts > 0]
        if not len(at):
            return {}
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        number = self.values[np.repeat(self.starts[key], counts) + within].astype(np.int64)
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


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Where the paragraphs of a batch stood first, in earlier documents or in this batch.

    keys: of the paragraphs, each once. of: for each paragraph its place in keys. pages: for each key the page that had
    it first. new: which keys no earlier document had.
    """

    keys: Array
    of: Array
    pages: Array
    new: Array

    @classmethod
    def find(cls, index: Index, batch: Batch) -> Paragraphs:
        """The paragraphs of a batch."""
        hashes, _, owners = batch.paragraphs
        keys, first, of = np.unique(
            keys_of(PARAGRAPH + 1, hashes).astype(np.int64), return_index=True, return_inverse=True
        )
        pages = batch.pages[owners[first]]
        places, values = index.look_up("paragraphs", keys)
        pages[places] = values.view(np.uint32)
        new = np.ones(len(keys), np.bool_)
        new[places] = False
        return cls(keys, of, pages, new)

    def copied(self, batch: Batch) -> Array:
        """Of each document, the share of its folded text in paragraphs that stood on another page first."""
        _, lengths, owners = batch.paragraphs
        elsewhere = self.pages[self.of] != batch.pages[owners]
        share = np.bincount(owners, lengths * elsewhere, minlength=len(batch))
        return np.divide(share, batch.lengths, out=np.zeros(len(batch)), where=batch.lengths > 0)


def add(index: Index, batch: Batch, repeated: Array, paragraphs: Paragraphs) -> None:
    """Add a batch to the index. repeated: which documents are no originals."""
    original = ~repeated & (batch.lengths > 0)
    numbers = np.cumsum(original) - 1 + index.originals
    keys, owners, _ = batch.keys
    kept = original[owners]
    index.append(
        (keys[kept], numbers[owners[kept]]),
        (paragraphs.keys[paragraphs.new], paragraphs.pages[paragraphs.new].view(np.int32)),
        batch.table.select(["id", "folded"]).filter(pa.array(original)).cast(ORIGINALS),
    )
