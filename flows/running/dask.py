"""Shards on a Dask cluster: a local one, or the scheduler that `dask_address` names.

A Dask worker hands its shard to a pool of one process of its own, so that a page that hangs or kills costs that page
and not the Dask worker. Parts go straight to OUT, which all workers must see under the same path; only counts travel
back. A shard whose worker was killed runs again: staging is idempotent.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import pickle
import queue
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from flows import addresses
from flows.errors import UsageError
from flows.pages import Shard, ShardResult
from flows.running.tasks import RETRY_DELAYS, TASK_TAG, Work, can_help, in_flow_run, workers_of

if TYPE_CHECKING:
    from flows.settings import Settings

AHEAD = 2  # shards queued for each worker beyond the one it runs: the next one is there when it is done

_pools: dict[float, Any] = {}  # of a Dask worker: page_seconds -> its pool


def run_shards(shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    """Results in the order of completion. Raises UsageError where the extra `dask` is not installed or no scheduler
    answers."""
    try:
        import distributed  # noqa: F401
        import prefect_dask  # noqa: F401

        logging.getLogger("distributed").setLevel(logging.WARNING)  # workers that come and go are no news
    except ImportError:
        raise UsageError("--runner dask needs the extra: uv pip install -c constraints.txt -e '.[dask]'") from None
    return _run(shards, work, settings)


def _run(shards: Iterable[Shard], work: Work, settings: Settings) -> Iterator[ShardResult]:
    cluster = _under_prefect if in_flow_run() else _bare
    done: queue.SimpleQueue[Callable[[], ShardResult]] = queue.SimpleQueue()
    pending = 0
    with cluster(settings) as (submit, workers):
        for shard in shards:
            packed = pickle.dumps((work, shard, settings.page_seconds))
            future = submit(shard.number, packed)
            _wrapped(future).add_done_callback(lambda _, future=future: done.put(future.result))
            pending += 1
            while pending >= workers() * (1 + AHEAD) or (pending and not done.empty()):
                pending -= 1
                yield done.get()()
        for _ in range(pending):
            yield done.get()()


def clean_packed(number: int, packed: bytes) -> ShardResult:
    """Run a shard in this Dask worker. The shard comes pickled: Prefect would look for futures in all its pages."""
    from flows.running.pool import Pool

    work, shard, page_seconds = pickle.loads(packed)
    if page_seconds not in _pools:
        _pools[page_seconds] = Pool(1, page_seconds=page_seconds)
    result: ShardResult = _pools[page_seconds].submit(work, shard).result()
    return result


@contextlib.contextmanager
def _under_prefect(settings: Settings) -> Iterator[tuple[Callable[[int, bytes], Any], Callable[[], int]]]:
    """Each shard is a task run of the flow run; Prefect retries what its error's type says can be retried."""
    from prefect import task
    from prefect.cache_policies import NO_CACHE
    from prefect_dask.task_runners import DaskTaskRunner

    shard_task = task(
        name="clean-shard",
        task_run_name="shard {number}",
        tags=[TASK_TAG],
        retries=settings.shard_retries,
        retry_delay_seconds=list(RETRY_DELAYS),
        retry_condition_fn=can_help,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(clean_packed)
    options: dict[str, Any] = {"address": settings.dask_address} if settings.dask_address else _local(settings)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_api_for_workers(settings))
        with _reached(settings):
            runner = stack.enter_context(DaskTaskRunner(**options))
        stack.callback(_close_pools, runner.client)

        def submit(number: int, packed: bytes) -> Any:
            return runner.submit(shard_task, {"number": number, "packed": packed})

        yield submit, lambda: _workers(runner.client)


@contextlib.contextmanager
def _bare(settings: Settings) -> Iterator[tuple[Callable[[int, bytes], Any], Callable[[], int]]]:
    """Without a flow run: the cluster alone."""
    distributed: Any = importlib.import_module("distributed")  # without types
    with contextlib.ExitStack() as stack:
        with _reached(settings):
            address: Any = settings.dask_address or stack.enter_context(
                distributed.LocalCluster(**_local(settings)["cluster_kwargs"])
            )
            client = stack.enter_context(distributed.Client(address, timeout=30))
        stack.callback(_close_pools, client)

        def submit(number: int, packed: bytes) -> Any:
            return client.submit(clean_packed, number, packed, pure=False, retries=settings.shard_retries)

        yield submit, lambda: _workers(client)


def _local(settings: Settings) -> dict[str, Any]:
    """A cluster on this machine: one process a core, no dashboard, reachable from nowhere else."""
    kwargs = {
        "n_workers": workers_of(settings),
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": None,
        "host": "127.0.0.1",
    }
    return {"cluster_class": "distributed.LocalCluster", "cluster_kwargs": kwargs}


@contextlib.contextmanager
def _api_for_workers(settings: Settings) -> Iterator[None]:
    """Have the workers report to the server of this run: left to themselves each would start one of its own."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if PREFECT_API_URL.value():
        yield
        return
    if settings.dask_address and addresses.host_of(settings.dask_address) not in ("127.0.0.1", "localhost", "::1"):
        raise UsageError("--dask-address: set PREFECT_API_URL to a server that the cluster's workers reach")
    with get_client(sync_client=True) as client:
        address = str(client.api_url)
    with temporary_settings(updates={PREFECT_API_URL: address}):
        yield


def _close_pools(client: Any) -> None:
    with contextlib.suppress(Exception):  # a worker that is gone has closed its pool by that
        client.run(close_pools)


def close_pools() -> None:
    """End the processes that this Dask worker has started."""
    while _pools:
        _pools.popitem()[1].close()


@contextlib.contextmanager
def _reached(settings: Settings) -> Iterator[None]:
    """A scheduler that does not answer is wrong usage, told in one line."""
    try:
        yield
    except (OSError, TimeoutError) as error:
        if settings.dask_address:
            raise UsageError(f"--dask-address: no scheduler answers at {settings.dask_address}") from error
        raise


def _workers(client: Any) -> int:
    """Threads of the cluster now; at least one, for workers may still be coming."""
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))


def _wrapped(future: Any) -> Any:
    return getattr(future, "wrapped_future", future)
