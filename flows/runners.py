"""Where shards are cleaned: in this process, in a pool of processes, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flows.pages import Shard, ShardResult

Work = Callable[..., ShardResult]


class Sizer:
    """Says when a shard is full."""

    def __init__(self, settings: Any = None) -> None:
        self.settings = settings

    def full(self, pages: int, size: int) -> bool:
        """Whether a shard of so many pages and bytes is full."""
        return pages >= 500 or size >= 16 * 2**20

    def learn(self, result: ShardResult) -> None:
        """Take note of how long a shard took."""


def run_shards(shards: Iterable[Shard], work: Work, settings: Any) -> Iterator[ShardResult]:
    """Results in order of completion; shards are pulled lazily."""
    for shard in shards:
        yield work(shard)
