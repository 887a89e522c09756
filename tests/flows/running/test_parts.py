"""The parts of running by themselves: a shard in this process, a worker's answer, processes that end with their run."""

from __future__ import annotations

import mmap
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable

import pool_work
import pytest
from pool_work import shard
from processes import alive, eventually

from flows.running.guarding import guard, stoppable
from flows.running.here import PageTooSlow, run_here
from flows.running.worker import NOTHING, PROGRESS, answer
from flows.settings import Settings


def test_a_page_that_spins_in_this_process_is_given_up_and_its_shard_goes_on() -> None:
    chosen = Settings(runner="here", page_seconds=0.5)
    (result,) = run_here(iter([shard(0, "a", "spin", "b")]), pool_work.work, chosen)
    assert dict(result.statuses) == {"cleaned": 2, "rejected": 1}
    assert not issubclass(PageTooSlow, Exception)  # or a step's own handler would swallow it


def test_a_worker_answers_with_what_its_work_made_or_what_it_died_of() -> None:
    memory = mmap.mmap(-1, PROGRESS.size)

    def made(shard: str, started: Callable[[int], None]) -> str:
        started(3)
        assert PROGRESS.unpack(memory[:]) == (7, 3)
        return shard.upper()

    def died(shard: str, started: Callable[[int], None]) -> str:
        class Local(Exception):  # cannot be sent to another process
            pass

        raise Local("no room")

    task, succeeded, result, resident = pickle.loads(answer(7, made, "a", memory))
    assert (task, succeeded, result) == (7, True, "A")
    assert resident >= 0
    assert PROGRESS.unpack(memory[:]) == (7, NOTHING)
    _, succeeded, error, _ = pickle.loads(answer(8, died, "a", memory))
    assert not succeeded
    assert str(error) == "Local: no room"


def test_a_watcher_kills_what_it_guards_when_its_own_parent_is_gone() -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    watcher = guard(sleeper.pid)
    try:
        assert alive(sleeper.pid)
        assert watcher.stdin is not None
        watcher.stdin.close()  # what the end of this process would do
        assert sleeper.wait(20) == -signal.SIGKILL
        assert watcher.wait(20) == 0
    finally:
        sleeper.kill()
        watcher.kill()


def test_a_run_that_is_terminated_goes_through_its_finally() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
        eventually(lambda: False)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
