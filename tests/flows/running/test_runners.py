"""A page costs itself at most; whatever ends a run, nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pool_work
import pytest
from places import ROOT
from pool_work import shard
from processes import alive, children, eventually

from flows.errors import DiskFull
from flows.pages import Shard, ShardResult
from flows.running import runners, tasks
from flows.running.pool import Pool, WorkerLost
from flows.running.runners import run_shards
from flows.running.sizing import Sizer
from flows.settings import Settings


def run(*shards: Shard, runner: str = "processes", **settings: Any) -> dict[str, ShardResult]:
    chosen = Settings(**{"runner": runner, "workers": 2, "page_seconds": 1.0, **settings})
    return {result.name: result for result in run_shards(iter(shards), pool_work.work, chosen)}


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """No process that a test has started outlives it."""
    before = set(children(os.getpid()))
    yield
    assert eventually(lambda: not set(children(os.getpid())) - before)


# --- pages that misbehave ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_left")
def test_a_page_that_hangs_spins_or_kills_costs_that_page_and_not_its_shard() -> None:
    done = run(
        shard(0, "a", "hang", "b"),
        shard(1, "die", "a", "spin", "b"),
        shard(2, "exit"),
        shard(3, *"abc"),
        shard(4),
    )
    assert {name: dict(result.statuses) for name, result in done.items()} == {
        "0": {"cleaned": 2, "rejected": 1},
        "1": {"cleaned": 2, "rejected": 2},
        "2": {"cleaned": 0, "rejected": 1},
        "3": {"cleaned": 3, "rejected": 0},
        "4": {"cleaned": 0, "rejected": 0},
    }
    assert set(done["0"].rejects) == {"timed out"}
    assert set(done["1"].rejects) == {"timed out", "worker died"}


def test_a_worker_that_somebody_else_kills_costs_nothing(tmp_path: Path) -> None:
    """One death is no evidence against the page at work."""
    done = run(shard(0, "a", "die-once-1", "b", "die-once-2", "c", out=str(tmp_path)))
    assert dict(done["0"].statuses) == {"cleaned": 5, "rejected": 0}


def test_what_the_work_raises_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match="the work itself fails"):
        run(shard(0, "raise"))
    with pytest.raises(RuntimeError, match="Strange: a"):
        run(shard(0, "raise-strange"))


def test_work_that_a_worker_cannot_import_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_work.die_at_once, "__qualname__", "gone")
    monkeypatch.setattr(pool_work, "gone", pool_work.die_at_once, raising=False)
    with pytest.raises(AttributeError, match="gone"):
        list(run_shards([shard(0)], pool_work.die_at_once, Settings(runner="processes", workers=1)))


@pytest.mark.parametrize("runner", ["here", "processes"])
def test_what_can_pass_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: str) -> None:
    monkeypatch.setattr(tasks, "RETRY_DELAYS", (0.05,))
    done = run(shard(0, "a", "full-once", out=str(tmp_path)), runner=runner)
    assert dict(done["0"].statuses) == {"cleaned": 2, "rejected": 0}
    with pytest.raises(DiskFull):
        run(shard(0, "disk-full"), runner=runner, shard_retries=1)


def test_here_a_page_over_its_time_is_given_up_too() -> None:
    done = run(shard(0, "a", "hang", "spin", "b"), runner="here", page_seconds=0.5)
    assert dict(done["0"].statuses) == {"cleaned": 2, "rejected": 2}


def test_a_shard_whose_worker_dies_on_no_page_fails_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "RETRY_DELAYS", (0.05,))
    with pytest.raises(WorkerLost):
        chosen = Settings(runner="processes", workers=1, shard_retries=0)
        list(run_shards([shard(0)], pool_work.die_at_once, chosen))


def test_shards_are_pulled_no_faster_than_they_are_done() -> None:
    """Two workers: never more than four shards begun and not yet given out."""
    begun = 0

    def pulled() -> Iterator[Shard]:
        nonlocal begun
        for number in range(30):
            begun += 1
            yield shard(number, "a")

    chosen = Settings(runner="processes", workers=2)
    for done, _ in enumerate(run_shards(pulled(), pool_work.work, chosen)):
        assert begun - done <= 2 + runners.AHEAD + 1


@pytest.mark.usefixtures("nothing_left")
def test_a_run_that_is_given_up_leaves_no_worker() -> None:
    chosen = Settings(runner="processes", workers=2)
    results = run_shards((shard(n, "sleep 0.05") for n in range(1000)), pool_work.work, chosen)
    next(results)
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 10


# --- how runs end -----------------------------------------------------------------------------------------------------

PARENT = """
import sys
sys.path.insert(0, {tests!r})
import pool_work
from flows.running.guarding import stoppable
from flows.running.runners import run_shards
from flows.settings import Settings

if __name__ == "__main__":
    shards = (pool_work.shard(n, *["sleep 0.01"] * 5, {last!r}) for n in range(10_000))
    with stoppable():
        for result in run_shards(shards, pool_work.work, Settings(runner="processes", workers=2, page_seconds=300.0)):
            print(result.name, flush=True)
"""


@pytest.mark.parametrize(
    ("how", "last"),
    [
        (signal.SIGINT, "hang"),
        (signal.SIGTERM, "a"),
        (signal.SIGTERM, "hang"),
        (signal.SIGHUP, "a"),
        (signal.SIGKILL, "hang"),
        (signal.SIGKILL, "spin"),
    ],
)
def test_no_worker_outlives_its_parent(tmp_path: Path, how: signal.Signals, last: str) -> None:
    """The signal goes to the parent alone, as a scheduler or an out-of-memory killer sends it."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(tests=str(ROOT / "tests" / "support"), last=last))
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert eventually(lambda: len(children(parent.pid)) >= 2, 30)
        time.sleep(0.5)
        workers = children(parent.pid)
        parent.send_signal(how)
        assert parent.wait(20) != 0
        assert eventually(lambda: not [pid for pid in workers if alive(pid)])
    finally:
        parent.kill()
        parent.wait()


def test_a_guarded_process_ends_with_the_one_that_had_it_guarded(tmp_path: Path) -> None:
    """What happens to Prefect's ephemeral server: it is not ours, and it must not outlive a SIGKILLed run."""
    script = (
        "import subprocess, time; from flows.running.guarding import guard;"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True); guard(child.pid);"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    guarded = int(parent.stdout.readline())
    time.sleep(0.3)
    assert alive(guarded)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not alive(guarded))


def test_prefect_still_starts_its_server_where_we_guard_it() -> None:
    """The one place in Prefect that has no hook: if it moves, this fails and not a night."""
    import prefect

    source = Path(prefect.__file__).parent / "server" / "api" / "server.py"  # importing it takes seconds
    assert "def _run_uvicorn_command(self) -> subprocess.Popen" in source.read_text(encoding="utf-8")


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_shards_grow_to_take_about_their_time() -> None:
    """Pages of 10 ms and 20 KB: after the first shard the next ones hold about ten seconds of them."""
    sizer = Sizer(Settings(shard_seconds=10.0))
    assert sizer.full(100, 0) and not sizer.full(99, 2 * 2**20)
    sizer.learn(ShardResult("0", statuses={"cleaned": 100}, bytes=2_000_000, seconds=1.0))
    full_at = next(pages for pages in range(1, 5000) if sizer.full(pages, pages * 20_000))
    assert 900 <= full_at <= 1100
    heavy = next(pages for pages in range(1, 5000) if sizer.full(pages, pages * 2_000_000))
    assert heavy <= 40  # large pages fill a shard by their bytes


def test_shards_have_bounds_whatever_was_learnt() -> None:
    sizer = Sizer(Settings())
    sizer.learn(ShardResult("0", statuses={"unchanged": 1000}, bytes=0, seconds=0.001))
    assert sizer.full(2000, 0) and sizer.full(30, 64 * 2**20)
    assert Sizer(Settings(shard_pages=7)).full(7, 0) and not Sizer(Settings(shard_pages=7)).full(6, 10**9)


def test_pages_do_not_wait_for_ever_for_the_others_of_their_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that gives a page a second does not hold up what it has given."""
    sizer = Sizer(Settings())
    assert not sizer.full(25, 1000)
    monkeypatch.setattr(Sizer, "WAITING", -1.0)
    assert sizer.full(26, 1000) and not sizer.full(5, 1000)


def test_the_pool_can_be_asked_from_many_threads() -> None:
    with Pool(2) as pool:
        futures = [pool.submit(pool_work.work, shard(n, "a")) for n in range(50)]
        assert Counter(future.result(30).statuses["cleaned"] for future in futures) == {1: 50}
