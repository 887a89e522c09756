"""How much a run's sources hold, as far as it can be told while they are read.

What was counted beforehand is known. Of what comes out of large files (WARC, JSONL) the bytes read say how far it is;
of a sitemap, what it names when it was fetched.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flows.pages import Entry, Expected
from flows.sources.base import Source

LEAST_SHARE = 0.01  # of the bytes: what has been read of less says nothing about the rest
LEAST_NAMED = 20  # pages


def _any(_: Entry) -> bool:
    return True


@dataclass(slots=True)
class Reading:
    """One source as it is read. Its reader says where it is; whoever reads it has each page counted by `watch`."""

    taken: Callable[[Entry], bool] = _any  # which of its entries the run takes
    pages: int | None = None  # counted beforehand
    size: int = 0  # bytes of the files that its pages come out of; 0 where it is not of that kind
    named: int = 0  # pages that it has named
    at: int = 0  # bytes of these files that have been read
    listed: int = 0  # pages that the sitemaps name which have been fetched
    fetched: int = 0  # sitemaps
    waiting: int = 0  # sitemaps that are known and not fetched
    _indexes: int = 0  # fetched sitemaps that name sitemaps alone: how long others are they do not tell
    _before: int = 0  # bytes of the files that were read to their end
    _file: int = 0  # bytes of the file that is being read

    def opens(self, path: str) -> None:
        """A file is read from its beginning."""
        self._before += self._file
        try:
            self._file = os.path.getsize(path)
        except OSError:
            self._file = 0
        self.at = self._before

    def reads(self, offset: float) -> None:
        """So many bytes of the file have been read."""
        self.at = self._before + min(int(offset), self._file)

    def reads_share(self, share: float) -> None:
        """So much of the file, 0 to 1, has been read."""
        self.reads(share * self._file)

    def lists(self, pages: int, sitemaps: int, waiting: int) -> None:
        """A sitemap was fetched. pages, sitemaps: that it names and the run takes; waiting: sitemaps that are known by
        now and not fetched."""
        self.listed += pages
        self.fetched += 1
        self.waiting = waiting
        self._indexes += sitemaps > 0 and not pages

    def watch(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        """The same entries, counted."""
        for entry in entries:
            self.named += 1
            yield entry

    def expected(self, density: float) -> Expected | None:
        """The pages of this source. density: pages in a byte of such files; 0.0 where that is not known yet."""
        if self.pages is not None:
            return Expected(self.pages)
        if self.fetched:
            if not self.waiting:
                return Expected(self.listed)
            of_pages = self.fetched - self._indexes
            return Expected(self.listed + round(self.waiting * self.listed / of_pages), False) if self.listed else None
        if self.size and density:
            return Expected(self.named + round(max(0, self.size - self.at) * density), False)
        return None


class Gauge:
    """How many pages a run's sources hold."""

    def __init__(self, readings: Mapping[Source, Reading], limit: int = 0) -> None:
        """limit: pages of all sources at most; 0: all."""
        self._readings, self._limit = readings, limit

    def of(self, source: Source) -> Reading:
        """A source as it is read."""
        return self._readings[source]

    def expected(self) -> Expected | None:
        """The pages that the sources will have named; None where nobody can tell yet."""
        density = self._density()
        total, exact, known = 0, True, True
        for _, group in itertools.groupby(self._readings, key=lambda source: source.name):
            places = list(group)
            found = [self._readings[source].expected(density) for source in places]
            pages = sum(e.pages for e in found if e is not None)
            limit = places[0].limit
            cut = bool(limit) and pages >= limit
            known = known and (cut or None not in found)
            exact = exact and all(e is None or e.exact for e in found)
            total += limit if cut else pages
        if self._limit and total >= self._limit:
            return Expected(self._limit, exact)
        return Expected(total, exact) if known else None

    def _density(self) -> float:
        """Pages in a byte of the files that are read by bytes, as far as they have been read; 0.0 where that is too
        little to tell."""
        by_bytes = [r for r in self._readings.values() if r.size and r.pages is None]
        size, at, named = (sum(getattr(r, name) for r in by_bytes) for name in ("size", "at", "named"))
        return named / at if at and at >= LEAST_SHARE * size and named >= LEAST_NAMED else 0.0
