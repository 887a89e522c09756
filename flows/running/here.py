"""Shards in this process: for tests, for `--runner here`, and where one core is all there is."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

from flows.pages import Shard, ShardResult
from flows.running.tasks import Work, in_flow_run, shard_task, with_retries

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.runners")


class PageTooSlow(BaseException):
    """Raised into a page that has used up its time. Not an Exception: a cleaning step must not swallow it."""


def run_here(shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    limit = settings.page_seconds
    retries = settings.shard_retries

    def run(shard: Shard) -> ShardResult:
        return _work_here(work, shard, limit)

    for shard in shards:
        if in_flow_run():
            yield shard_task(run, shard, retries)(shard.number)
        else:
            yield with_retries(run, shard, retries)


def _work_here(work: Work, shard: Shard, limit: float) -> ShardResult:
    """Run a shard in this process; a page over its time is given up, where the main thread's alarm can reach it."""
    while True:
        begun = -1

        def started(index: int) -> None:
            nonlocal begun
            begun = index
            signal.setitimer(signal.ITIMER_REAL, limit if index >= 0 else 0)

        with _alarm() as armed:
            try:
                return work(shard, started if armed else None)
            except PageTooSlow:
                pass
        log.warning("shard %d: page %d is given up: timed out", shard.number, begun)
        shard = replace(shard, poisoned=(*shard.poisoned, (begun, "timed out")))


@contextlib.contextmanager
def _alarm() -> Iterator[bool]:
    """PageTooSlow on SIGALRM; gives False where no handler can be set: not the main thread, no such signal."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield False
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise PageTooSlow

    before = signal.signal(signal.SIGALRM, ring)
    try:
        yield True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
