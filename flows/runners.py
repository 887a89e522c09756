"""Where shards are cleaned: in this process, in a pool of processes, or on a Dask cluster.

Inside a flow run each shard is one Prefect task, so that the run's page shows shards with their times and retries;
outside one the same shards run without Prefect. A task costs Prefect some 10 ms, a shard is sized to take about 10 s.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Any

from flows.errors import TransientError
from flows.pages import Shard, ShardResult

log = logging.getLogger("qingwen.runners")

Work = Callable[..., ShardResult]
TASK_TAG = "qingwen-shard"  # `prefect concurrency-limit create qingwen-shard N` bounds the shards of all runs at once
AHEAD = 2  # shards made ready while all workers are busy
RETRY_DELAYS = (2.0, 10.0, 60.0)


class Sizer:
    """Says when a shard is full: after about `shard_seconds` of work, told from the shards before it.

    The first shards are small, so that the pool is busy at once and the estimate comes early.
    """

    FIRST_PAGES, FIRST_BYTES = 100, 4 * 2**20
    LEAST, MOST, MOST_BYTES = 20, 2000, 64 * 2**20
    WAITING = 60.0  # seconds that a page waits for the others of its shard: a slow site must not hold up what is there

    def __init__(self, settings: Any = None) -> None:
        self.seconds = float(getattr(settings, "shard_seconds", 10.0))
        self.fixed = int(getattr(settings, "shard_pages", 0))
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


def run_shards(shards: Iterable[Shard], work: Work, settings: Any) -> Iterator[ShardResult]:
    """Run `work` on every shard; results come in the order of completion.

    Shards are pulled lazily, a few more than there are workers. Whatever ends this generator (the last shard, an error,
    Ctrl-C, being closed) leaves no worker behind. Raises what the work of a shard raised in the end.
    """
    if logging.getLogger("qingwen").level == logging.NOTSET:
        logging.getLogger("qingwen").setLevel(logging.INFO)  # the lines about shards; Prefect's handlers show them
    runner = getattr(settings, "runner", "here")
    if in_flow_run():
        from flows.progress import Progress

        progress = Progress()
        return progress.of(_run(runner, progress.counted(shards), work, settings))
    return _run(runner, shards, work, settings)


def _run(runner: str, shards: Iterable[Shard], work: Work, settings: Any) -> Iterator[ShardResult]:
    if runner == "dask":
        from flows import runners_dask

        yield from runners_dask.run_shards(shards, work, settings)
    elif runner == "processes":
        yield from _run_in_pool(shards, work, settings)
    else:
        yield from _run_here(shards, work, settings)


def workers_of(settings: Any) -> int:
    """How many processes: the setting, else as many as this process may use cores."""
    chosen = int(getattr(settings, "workers", 0))
    if chosen:
        return chosen
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run_in_pool(shards: Iterable[Shard], work: Work, settings: Any) -> Iterator[ShardResult]:
    from flows.runners_pool import Pool

    workers = workers_of(settings)
    with Pool(workers, page_seconds=float(getattr(settings, "page_seconds", 60.0))) as pool:
        start = Starter(lambda shard: pool.submit(work, shard).result(), settings)
        yield from window(shards, start, workers + AHEAD)


def window(shards: Iterable[Shard], start: Starter, width: int) -> Iterator[ShardResult]:
    """Start the shards one after another, at most `width` under way, and give their results as they come."""
    pending = 0
    for shard in shards:
        start(shard)
        pending += 1
        while pending >= width or (pending and not start.done.empty()):
            pending -= 1
            yield start.done.get()()
    for _ in range(pending):
        yield start.done.get()()


class Starter:
    """Begins a shard in a thread of its own, under a Prefect task where there is a flow run.

    `done` gets, for each shard that has ended, the function that gives its result or raises its error.
    """

    def __init__(self, run: Callable[[Shard], ShardResult], settings: Any) -> None:
        self.done: queue.SimpleQueue[Callable[[], ShardResult]] = queue.SimpleQueue()
        self.run = run
        self.retries = int(getattr(settings, "shard_retries", 2))
        self.in_flow = in_flow_run()

    def __call__(self, shard: Shard) -> None:
        if self.in_flow:
            future: Any = shard_task(self.run, shard, self.retries).submit(shard.number)
        else:
            future = Future()
            retrying = partial(with_retries, self.run, shard, self.retries)
            threading.Thread(target=_settle, args=(future, retrying), daemon=True).start()
        future.add_done_callback(lambda ended: self.done.put(ended.result))


def _settle(future: Future[ShardResult], run: Callable[[], ShardResult]) -> None:
    try:
        future.set_result(run())
    except BaseException as error:
        future.set_exception(error)


def with_retries(run: Callable[[Shard], ShardResult], shard: Shard, retries: int) -> ShardResult:
    """Run a shard, and again where the error says that it can help."""
    for attempt in range(retries + 1):
        try:
            return run(shard)
        except TransientError as error:
            if attempt == retries or type(error).__name__ == "PoolClosed":
                raise
            log.warning("shard %d: %s; trying again", shard.number, error)
            time.sleep(RETRY_DELAYS[min(attempt, len(RETRY_DELAYS) - 1)])
    raise AssertionError("unreachable")


def in_flow_run() -> bool:
    """Whether this code runs inside a Prefect flow. Does not import Prefect."""
    if "prefect" not in sys.modules:
        return False
    from prefect.context import FlowRunContext

    return FlowRunContext.get() is not None


def shard_task(run: Callable[[Shard], ShardResult], shard: Shard, retries: int) -> Any:
    """A Prefect task that runs one shard.

    The shard travels in the closure and the task's only parameter is its number: Prefect would look for futures in all
    the pages of a shard. The truth about what is done is on disk, so nothing is cached or persisted.
    """
    from prefect import task
    from prefect.cache_policies import NO_CACHE
    from prefect.logging import get_run_logger

    def clean_shard(number: int) -> ShardResult:
        result = run(shard)
        get_run_logger().info("%s", line_about(result, number))  # onto the run's page, whoever started it
        return result

    return task(
        name="clean-shard",
        task_run_name="shard {number}",
        tags=[TASK_TAG],
        retries=retries,
        retry_delay_seconds=list(RETRY_DELAYS),
        retry_jitter_factor=0.3,
        retry_condition_fn=can_help,
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
    )(clean_shard)


def can_help(task: Any, task_run: Any, state: Any) -> bool:
    """Whether trying a failed task again can help: its error's type says so."""
    try:
        state.result()
    except TransientError as error:
        return type(error).__name__ != "PoolClosed"
    except BaseException:
        return False
    return False


def line_about(result: ShardResult, number: int) -> str:
    """One line a shard, in words."""
    counts = ", ".join(f"{n} {status}" for status, n in sorted(result.statuses.items()))
    pages = sum(result.statuses.values())
    rate = f", {pages / result.seconds:,.0f} pages/s" if result.seconds else ""
    return f"shard {number}: {pages} pages ({counts}) in {result.seconds:.1f} s{rate}"


# --- in this process ------------------------------------------------------------------------------------------------


class PageTooSlow(BaseException):
    """Raised into a page that has used up its time. Not an Exception: a cleaning step must not swallow it."""


def _run_here(shards: Iterable[Shard], work: Work, settings: Any) -> Iterator[ShardResult]:
    limit = float(getattr(settings, "page_seconds", 60.0))
    retries = int(getattr(settings, "shard_retries", 2))

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
