"""How many pages make a shard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flows.pages import ShardResult

if TYPE_CHECKING:
    from flows.settings import Settings


class Sizer:
    """Says when a shard is full: after about `shard_seconds` of work, told from the shards before it.

    The first shards are small, so that the pool is busy at once and the estimate comes early.
    """

    FIRST_PAGES, FIRST_BYTES = 100, 4 * 2**20
    LEAST, MOST, MOST_BYTES = 20, 2000, 64 * 2**20
    WAITING = 60.0  # seconds that a page waits for the others of its shard: a slow site must not hold up what is there

    def __init__(self, settings: Settings) -> None:
        self.seconds = settings.shard_seconds
        self.fixed = settings.shard_pages
        self._done_bytes = self._done_pages = self._done_seconds = 0.0
        self._pages = 0
        self._since = time.monotonic()

    def full(self, pages: int, size: int) -> bool:
        """Whether a shard of so many pages and bytes is full. Asked after each page."""
        if self.fixed:
            return pages >= self.fixed
        if pages <= self._pages:  # another shard has begun
            self._since = time.monotonic()
        self._pages = pages
        if pages >= self.MOST or size >= self.MOST_BYTES:
            return True
        if pages >= self.LEAST and time.monotonic() - self._since > self.WAITING:
            return True
        if not self._done_seconds:
            return pages >= self.FIRST_PAGES or size >= self.FIRST_BYTES
        return pages >= self.LEAST and self.estimate(pages, size) >= self.seconds

    def estimate(self, pages: int, size: int) -> float:
        """Seconds that a shard will take: the larger of what its pages and what its bytes say."""
        if not self._done_seconds:
            return 0.0
        by_pages = pages * self._done_seconds / max(1.0, self._done_pages)
        by_bytes = size * self._done_seconds / max(1.0, self._done_bytes)
        return max(by_pages, by_bytes)

    def learn(self, result: ShardResult) -> None:
        """Take note of how long a shard took; old shards weigh less."""
        fade = 0.8
        self._done_seconds = self._done_seconds * fade + result.seconds
        self._done_pages = self._done_pages * fade + sum(result.statuses.values())
        self._done_bytes = self._done_bytes * fade + result.bytes
