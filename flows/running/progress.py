"""How far a run is, as a Prefect progress artifact on its page while it runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any

from flows.pages import Shard, ShardResult

log = logging.getLogger("qingwen.runners")

KEY = "run-progress"
INTERVAL = 3.0  # seconds between two updates


class Progress:
    """Counts shards that were begun and that are done. How many will come is not known before the sources end: until
    then the figure is the share of the shards begun, and the words beside it say what is done."""

    def __init__(self) -> None:
        self.begun = self.done = self.pages = 0
        self.all_begun = False
        self._artifact: Any = None
        self._told = 0.0

    def counted(self, shards: Iterable[Shard]) -> Iterator[Shard]:
        """The same shards, counted as they are begun."""
        for shard in shards:
            self.begun += 1
            yield shard
        self.all_begun = True

    def of(self, results: Iterator[ShardResult]) -> Iterator[ShardResult]:
        """The same results, told as they come."""
        self._tell()
        try:
            for result in results:
                self.done += 1
                self.pages += sum(result.statuses.values())
                if time.monotonic() - self._told > INTERVAL:
                    self._tell()
                yield result
            self._tell(finished=True)
        finally:
            close = getattr(results, "close", None)
            if close is not None:
                close()

    def percent(self) -> float:
        """Share of the shards that are done; never 100 before the last one is."""
        expected = self.begun + (not self.all_begun)
        return 100.0 * self.done / expected if expected else 0.0

    def _tell(self, *, finished: bool = False) -> None:
        """Make or update the artifact. A server that cannot take it does not stop the run."""
        from prefect.artifacts import create_progress_artifact, update_progress_artifact

        self._told = time.monotonic()
        words = f"{self.pages:,} pages in {self.done:,} shards done"
        if not finished:
            words += "" if self.all_begun else "; the sources still name more"
        percent = 100.0 if finished else self.percent()
        try:
            if self._artifact is None:
                self._artifact = create_progress_artifact(percent, key=KEY, description=words)
            else:
                update_progress_artifact(self._artifact, percent, description=words)
        except Exception as error:
            log.debug("progress was not stored: %s", error)
