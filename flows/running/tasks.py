"""One shard as a piece of work: as a Prefect task inside a flow run, with the same retries outside one."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from flows.errors import TransientError
from flows.pages import Shard, ShardResult
from flows.words import counted

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.runners")

Work = Callable[..., ShardResult]
TASK_TAG = "qingwen-shard"  # `prefect concurrency-limit create qingwen-shard N` bounds the shards of all runs at once
RETRY_DELAYS = (2.0, 10.0, 60.0)  # seconds before the second, third and later tries


def workers_of(settings: Settings) -> int:
    """How many processes: the setting, else as many as this process may use cores."""
    chosen = settings.workers
    if chosen:
        return chosen
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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

    def __init__(self, run: Callable[[Shard], ShardResult], settings: Settings) -> None:
        self.done: queue.SimpleQueue[Callable[[], ShardResult]] = queue.SimpleQueue()
        self.run = run
        self.retries = settings.shard_retries
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
            if attempt == retries:
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
    except TransientError:
        return True
    except BaseException:
        return False
    return False


def line_about(result: ShardResult, number: int) -> str:
    """One line a shard, in words."""
    counts = ", ".join(f"{n} {status}" for status, n in sorted(result.statuses.items()))
    pages = sum(result.statuses.values())
    rate = f", {pages / result.seconds:,.0f} pages/s" if result.seconds else ""
    return f"shard {number}: {counted(pages, 'page')} ({counts}) in {result.seconds:.1f} s{rate}"
