"""Where shards are cleaned: in this process, in a pool of processes, or on a Dask cluster.

Inside a flow run each shard is one Prefect task, so that the run's page shows shards with their times and retries;
outside one the same shards run without Prefect. A task costs Prefect some 10 ms, a shard is sized to take about 10 s.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flows.pages import Shard, ShardResult
from flows.running.here import run_here
from flows.running.tasks import Starter, Work, window, workers_of

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.runners")

AHEAD = 2  # shards made ready while all workers are busy


def run_shards(shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    """Run `work` on every shard; results come in the order of completion.

    Shards are pulled lazily, a few more than there are workers. Whatever ends this generator (the last shard, an error,
    Ctrl-C, being closed) leaves no worker behind. Raises what the work of a shard raised in the end.
    """
    if logging.getLogger("qingwen").level == logging.NOTSET:
        logging.getLogger("qingwen").setLevel(logging.INFO)  # the lines about shards; Prefect's handlers show them
    return _run(settings.runner, shards, work, settings)


def _run(runner: str, shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    if runner == "dask":
        from flows.running import dask

        yield from dask.run_shards(shards, work, settings)
    elif runner == "processes":
        yield from _run_in_pool(shards, work, settings)
    else:
        yield from run_here(shards, work, settings)


def _run_in_pool(shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    from flows.running.pool import Pool

    workers = workers_of(settings)
    with Pool(workers, page_seconds=settings.page_seconds) as pool:
        start = Starter(lambda shard: pool.submit(work, shard).result(), settings)
        yield from window(shards, start, workers + AHEAD)
