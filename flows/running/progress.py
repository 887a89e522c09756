"""How far a run is: counted in pages, told to whoever listens, and never more than is known.

Where the pages could be counted, or the bytes read of large files tell about how many there are, and when the sources
have named their last one, the share done and the time left are said; until then pages, pages a second, and how many
there were the last time.
"""

from __future__ import annotations

import collections
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flows.pages import Expected, Shard, ShardResult
from flows.words import counted

log = logging.getLogger("qingwen.runners")

KEY = "run-progress"
ARTIFACT_SECONDS = 3.0  # between two updates of Prefect's artifact
TELL_SECONDS = 0.5  # between two tellings
RATE_SECONDS = 60.0  # the rate is that of the last so many seconds
LEAST_SECONDS = 0.2  # a rate of less time says nothing
NO_ROW = ("repeated", "withheld")  # what the planner counts of pages that need no row


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is. Pages, all of them."""

    settled: int  # that need nothing more
    found: int  # of these, settled by an attempt before
    rejected: int
    expected: int | None  # None where nobody can know yet
    last_time: int | None  # how many the same sources named the last time
    rate: float  # settled a second
    seconds: float  # since this attempt began
    stage: str  # "pages", "publishing", "done"
    estimated: bool = False  # `expected` is not counted, but told by the bytes that have been read

    @property
    def share(self) -> float | None:
        """Share of the pages that is settled, below 1 until the run is done; None where it is not known."""
        if self.stage == "done":
            return 1.0
        if self.expected is None:
            return None
        return min(self.settled / self.expected, 0.999) if self.expected else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that the pages left will take at this rate; None where that is not known."""
        if self.expected is None or not self.rate or self.stage != "pages":
            return None
        return max(0, self.expected - self.settled) / self.rate

    def words(self) -> str:
        """The same for a person, in one line."""
        share = self.share
        if self.stage == "pages" and self.expected is not None and share is not None:
            about = "about " if self.estimated else ""
            parts = [f"{self.settled:,} of {about}{self.expected:,} pages ({share:.0%})"]
        else:
            parts = [counted(self.settled, "page")]
        if self.found:
            parts[0] += f", {self.found:,} of them found done"
        if self.stage == "publishing":
            return f"{parts[0]}; searching for duplicates and publishing"
        if self.rate:
            parts.append(f"{_number(self.rate)} pages/s")
        if self.left is not None:
            parts.append(f"about {duration(self.left)} left")
        elif self.stage == "pages" and self.expected is None and self.last_time is not None:
            parts.append(f"{self.last_time:,} the last time")
        elif self.stage == "pages" and self.expected is None:
            parts.append("the sources may name more")
        if self.rejected:
            parts.append(f"{self.rejected:,} rejected")
        return ", ".join(parts)


Listener = Callable[[Standing], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have a function told how far the runs in this process are; one that fails is not asked again."""
    _listeners.append(listener)
    try:
        yield
    finally:
        if listener in _listeners:
            _listeners.remove(listener)


class Progress:
    """Counts the pages of a run: `flows.store.conduct` tells it what happens."""

    def __init__(
        self,
        expected: Callable[[], Expected | None] = lambda: None,
        last_time: int | None = None,
        in_flow: bool = False,
    ) -> None:
        """expected: how many pages the sources hold, as far as that is known when it is asked. in_flow: keep a Prefect
        artifact too."""
        self._expected, self._last_time = expected, last_time
        self._artifact = _Artifact() if in_flow else None
        self._found = self._begun = self._done = self._rejected = 0
        self._skipped: Mapping[str, int] = {}
        self._all_named = False
        self._stage = "pages"
        self._started = self._told = time.monotonic()
        self._marks: collections.deque[tuple[float, int]] = collections.deque([(self._started, 0)])

    def begin(self, found: int, skipped: Mapping[str, int]) -> None:
        """The run begins: pages that an earlier attempt has staged, and where pages without a row are counted."""
        self._found, self._skipped = found, skipped
        self._tell(now=True)

    def shards(self, shards: Iterable[Shard]) -> Iterator[Shard]:
        """The same shards, counted as they are begun."""
        for shard in shards:
            self._begun += len(shard.pages)
            self._tell()
            yield shard
        self._all_named = True

    def results(self, results: Iterator[ShardResult]) -> Iterator[ShardResult]:
        """The same results, counted as they come."""
        try:
            for result in results:
                self._done += sum(result.statuses.values())
                self._rejected += result.statuses.get("rejected", 0)
                self._tell()
                yield result
        finally:
            close = getattr(results, "close", None)
            if close is not None:
                close()

    def publishing(self) -> None:
        """All pages are settled; what is left is the search for duplicates and the commit."""
        self._stage = "publishing"
        self._tell(now=True)

    def finish(self) -> None:
        """The run is committed."""
        self._stage = "done"
        self._tell(now=True)

    def standing(self) -> Standing:
        """How far the run is now."""
        now = time.monotonic()
        fresh = self._done + sum(self._skipped.get(name, 0) for name in NO_ROW)
        settled = self._found + fresh
        while len(self._marks) > 1 and now - self._marks[0][0] > RATE_SECONDS:
            self._marks.popleft()
        since, had = self._marks[0]
        rate = (fresh - had) / (now - since) if now - since > LEAST_SECONDS else 0.0
        self._marks.append((now, fresh))
        expected = Expected(settled + self._begun - self._done) if self._all_named else self._expected()
        if expected is not None and expected.pages < settled:  # there is more than was counted
            expected = None
        return Standing(
            settled,
            self._found,
            self._rejected,
            None if expected is None else expected.pages,
            self._last_time,
            rate,
            now - self._started,
            self._stage,
            expected is not None and not expected.exact,
        )

    def _tell(self, *, now: bool = False) -> None:
        """Tell the listeners. One that fails does not stop the run."""
        if not now and time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        standing = self.standing()
        for listener in list(_listeners):
            try:
                listener(standing)
            except Exception as error:
                _listeners.remove(listener)
                log.debug("progress is not told any more: %s", error)
        if self._artifact is not None:
            self._artifact.tell(standing, now)


class _Artifact:
    """Prefect's progress artifact, on the run's page."""

    def __init__(self) -> None:
        self._made: Any = None
        self._told = 0.0

    def tell(self, standing: Standing, now: bool) -> None:
        """Make or update it. A server that cannot take it does not stop the run."""
        from prefect.artifacts import create_progress_artifact, update_progress_artifact

        if not now and time.monotonic() - self._told < ARTIFACT_SECONDS:
            return
        self._told = time.monotonic()
        percent, words = 100.0 * (standing.share or 0.0), standing.words()
        try:
            if self._made is None:
                self._made = create_progress_artifact(percent, key=KEY, description=words)
            else:
                update_progress_artifact(self._made, percent, description=words)
        except Exception as error:
            log.debug("progress was not stored: %s", error)


def duration(seconds: float) -> str:
    """Seconds as a person says them.

    >>> [duration(n) for n in (4, 75, 600, 5000, 100_000)]
    ['4 s', '75 s', '10 min', '1 h 23 min', '27 h 47 min']
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
