"""What the runners cost and gain: the pool on two processes beside one, Dask beside the pool, Prefect's share.

    python benchmarks/runners.py [--pages 600] [--real] [--dask]

Ratios of one run on one machine, each pair measured in turns. Without --real a page is a pause of 5 ms, which tells
what the machinery costs whatever else the machine does; with --real pages of data/samples are cleaned, which tells
what two cores give on a machine that is otherwise idle. Prefect's share is what a flow run adds for each shard, over
shards of ten seconds: wall time, and processor time of this process and of Prefect's server together.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flows.prefect_env  # noqa: F401  (before anything imports Prefect)
from flows.pages import Shard, ShardPage, ShardResult
from flows.running.runners import run_shards
from flows.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAUSE = 0.005
SHARD_SECONDS = 10.0


def pause(shard: Shard, started: Callable[[int], None] | None = None) -> ShardResult:
    """A shard whose pages take PAUSE seconds each."""
    begun = time.perf_counter()
    for index, _ in enumerate(shard.pages):
        if started is not None:
            started(index)
        time.sleep(PAUSE)
    return ShardResult(str(shard.number), statuses={"cleaned": len(shard.pages)}, seconds=time.perf_counter() - begun)


def nothing(shard: Shard, started: Callable[[int], None] | None = None) -> ShardResult:
    """A shard that is done at once: what is left is the machinery."""
    return ShardResult(str(shard.number), statuses={"cleaned": 1}, seconds=0.0)


def clean(shard: Shard, started: Callable[[int], None] | None = None) -> ShardResult:
    """A shard of sample pages, cleaned."""
    from cleaners import clean_page

    begun = time.perf_counter()
    for index, page in enumerate(shard.pages):
        if started is not None:
            started(index)
        clean_page(Path(page.url).read_bytes())
    return ShardResult(str(shard.number), statuses={"cleaned": len(shard.pages)}, seconds=time.perf_counter() - begun)


def shards(pages: int, size: int) -> Iterator[Shard]:
    """Pages of data/samples in turn, in shards of `size`."""
    samples = sorted(str(p) for p in (ROOT / "data" / "samples").iterdir() if p.suffix in (".html", ".txt"))
    for number in range(pages // size):
        urls = (samples[(number * size + n) % len(samples)] for n in range(size))
        yield Shard(number, "run", "001", "", tuple(ShardPage(f"{n:020x}", url) for n, url in enumerate(urls)), {})


def took(work: Any, pages: int, size: int, runner: str, workers: int) -> float:
    """Pages a second, from the first result to the last: starting processes is told apart."""
    settings = Settings(runner=runner, workers=workers)
    first = 0.0
    done = 0
    for result in run_shards(shards(pages, size), work, settings):
        if not first:
            first = time.perf_counter()
        else:
            done += result.statuses["cleaned"]
    return done / (time.perf_counter() - first)


def ratio(what: str, one: Callable[[], float], other: Callable[[], float], rounds: int = 3) -> None:
    """Print other / one, measured in turns."""
    pairs = [(one(), other()) for _ in range(rounds)]
    ratios = [b / a for a, b in pairs]
    print(
        f"{what}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f});"
        f" {statistics.median(a for a, _ in pairs):,.0f} and {statistics.median(b for _, b in pairs):,.0f} pages/s"
    )


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prefects_share(work: Any, count: int = 60) -> None:
    """What Prefect adds to a shard: the same empty shards with and without a flow run around them."""
    from prefect import flow
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.testing.utilities import prefect_test_harness

    settings = Settings(runner="processes", workers=2)

    def run() -> tuple[float, float]:
        wall, own = time.perf_counter(), time.process_time()
        for _ in run_shards(shards(count, 1), work, settings):
            pass
        return time.perf_counter() - wall, time.process_time() - own

    with prefect_test_harness(server_startup_timeout=180):
        servers = [s.server_process.pid for s in SubprocessASGIServer._instances.values() if s.server_process]
        flow(run, name="with-prefect")()  # once, to warm up
        plain = run()
        before = sum(map(processor_seconds, servers))
        in_flow = flow(run, name="with-prefect")()
        server = sum(map(processor_seconds, servers)) - before
    wall = (in_flow[0] - plain[0]) / count
    processor = (in_flow[1] - plain[1] + server) / count
    print(
        f"Prefect's share: {wall * 1000:.0f} ms a shard ({wall / SHARD_SECONDS:.2%} of {SHARD_SECONDS:.0f} s),"
        f" {processor * 1000:.0f} ms of processor time with its server ({processor / SHARD_SECONDS:.2%})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--size", type=int, default=20, help="pages a shard")
    parser.add_argument("--real", action="store_true", help="clean pages instead of pausing")
    parser.add_argument("--dask", action="store_true", help="also a local Dask cluster")
    parser.add_argument("--prefect", action="store_true", help="also Prefect's share")
    chosen = parser.parse_args()
    here = importlib.import_module(Path(__file__).stem)  # as workers know it: to them this is not __main__
    work = here.clean if chosen.real else here.pause
    print(
        f"{chosen.pages} pages, {'cleaned' if chosen.real else f'of {PAUSE * 1000:.0f} ms'};"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # no settings file plays a part
        pool = lambda workers: lambda: took(work, chosen.pages, chosen.size, "processes", workers)  # noqa: E731
        ratio("pool of two over pool of one", pool(1), pool(2))
        if chosen.dask:
            dask = lambda: took(work, chosen.pages, chosen.size, "dask", 2)  # noqa: E731
            ratio("Dask's two workers over the pool of two", pool(2), dask)
        if chosen.prefect:
            prefects_share(here.nothing)


if __name__ == "__main__":
    sys.exit(main())
