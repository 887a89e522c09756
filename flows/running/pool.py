"""A pool of worker processes that a page cannot break.

Each slot is a thread that owns one worker process. It hands the worker a shard and watches: a page that takes longer
than its time is rejected and the worker killed; a worker that dies is replaced and its shard runs again, and a page
that kills two workers is rejected. So a page costs itself, never its shard; and a worker that somebody else killed
costs nothing.

The slot's thread lives as long as the pool, for a worker dies with the thread that started it (see guarding).
"""

from __future__ import annotations

import logging
import mmap
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

from flows.errors import PoolClosed, TransientError
from flows.pages import Shard, ShardResult
from flows.running.worker import NOTHING, PROGRESS

log = logging.getLogger("qingwen.runners")

TIMED_OUT = "timed out"  # reasons of rejects at stage "runner"
WORKER_DIED = "worker died"
TICK = 0.1  # seconds between two looks at a worker
DEATHS_OF_A_PAGE = 2  # a page that kills this many workers is rejected
DEATHS_BETWEEN_PAGES = 3  # a shard whose worker dies this often outside any page fails
STALL_SECONDS = 600.0  # without a page begun or an answer (writing to a dead disk): the worker is killed
LARGEST = 2**30  # a worker that holds more bytes than this after a shard is replaced
GRACE = 2.0  # seconds for a worker to leave by itself


class WorkerLost(TransientError):
    """The worker of a shard died again and again, on no page in particular."""


class Pool:
    """`workers` processes; `submit` may be called from any thread."""

    def __init__(self, workers: int, *, page_seconds: float = 60.0, stall_seconds: float = STALL_SECONDS) -> None:
        self.page_seconds = page_seconds
        self.stall_seconds = max(stall_seconds, page_seconds)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._slots = [_Slot(self, n) for n in range(workers)]
        for slot in self._slots:
            slot.start()

    def submit(self, work: Any, shard: Shard) -> Future[ShardResult]:
        """Have `work(shard, started)` run in a worker."""
        task = _Task(work, shard)
        if self._closing.is_set():
            task.future.set_exception(PoolClosed("the pool is closed"))
        else:
            self._tasks.put(task)
        return task.future

    def pids(self) -> list[int]:
        """Process ids of the workers that are alive."""
        return [slot.worker.process.pid for slot in self._slots if slot.worker is not None]

    def close(self) -> None:
        """Stop all workers, whatever they do; shards not done get PoolClosed. Returns when no worker is left."""
        self._closing.set()
        for _ in self._slots:
            self._tasks.put(None)
        for slot in self._slots:
            slot.join()
        while True:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                return
            if task is not None:
                task.future.set_exception(PoolClosed("the pool is closed"))

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class _Task:
    work: Any
    shard: Shard
    future: Future[ShardResult] = field(default_factory=Future)
    deaths: dict[int, int] = field(default_factory=dict)  # index of a page -> workers that died on it


class _Worker:
    """One worker process, seen from the parent."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        lifeline, self._life = os.pipe()
        memory = tempfile.TemporaryFile(prefix="qingwen-")  # noqa: SIM115 (the mapping outlives this function)
        try:
            memory.truncate(PROGRESS.size)
            self.progress = mmap.mmap(memory.fileno(), PROGRESS.size)
            passed = (theirs.fileno(), memory.fileno(), lifeline)
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.running.worker", *map(str, passed), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr if _is_real(sys.stderr) else subprocess.DEVNULL,
                pass_fds=passed,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        finally:
            memory.close()
            theirs.close()
            os.close(lifeline)
        self.connection = Connection(ours.detach())
        try:
            self.connection.send(sys.path)
        except OSError:
            pass  # it died at once; the next look finds out

    def begun(self) -> tuple[int, int]:
        """(task, index of the page it has begun)."""
        task, index = PROGRESS.unpack_from(self.progress, 0)
        return task, index

    def stop(self, grace: float = 0.0) -> int:
        """End the process and give its exit code. grace: seconds to leave by itself before it is killed."""
        self.connection.close()
        os.close(self._life)
        if grace:
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                pass
        if self.process.poll() is None:
            self.process.kill()
        code = self.process.wait()
        self.progress.close()
        return code


class _Slot(threading.Thread):
    """One worker's keeper."""

    def __init__(self, pool: Pool, number: int) -> None:
        super().__init__(name=f"pool-{number}", daemon=True)
        self.pool = pool
        self.worker: _Worker | None = None
        self._sent = 0

    def run(self) -> None:
        while (task := self.pool._tasks.get()) is not None and not self.pool._closing.is_set():
            try:
                task.future.set_result(self._do(task))
            except BaseException as error:
                task.future.set_exception(error)
        if task is not None:
            task.future.set_exception(PoolClosed("the pool is closed"))
        self._end_worker(GRACE)

    def _do(self, task: _Task) -> ShardResult:
        """Run a shard until it has an answer, giving up pages on the way."""
        while True:
            reason, index = "", NOTHING
            answer = self._attempt(task)
            if isinstance(answer, tuple):
                reason, index = answer
            else:
                return answer
            if index == NOTHING or reason == WORKER_DIED:
                deaths = task.deaths[index] = task.deaths.get(index, 0) + 1
                if index == NOTHING and deaths >= DEATHS_BETWEEN_PAGES:
                    raise WorkerLost(f"shard {task.shard.number}: its worker died {deaths} times on no page")
                if index == NOTHING or deaths < DEATHS_OF_A_PAGE:
                    continue
            task.shard = replace(task.shard, poisoned=(*task.shard.poisoned, (index, reason)))
            log.warning("shard %d: page %d is given up: %s", task.shard.number, index, reason)

    def _attempt(self, task: _Task) -> ShardResult | tuple[str, int]:
        """The shard's result, or (reason, page) where the worker hung or died. Raises what the work raised."""
        if self.worker is None:
            self.worker = _Worker()
        worker, connection = self.worker, self.worker.connection
        self._sent += 1
        try:
            connection.send_bytes(pickle.dumps((self._sent, task.work, task.shard)))
            position, since = (0, NOTHING), time.monotonic()
            while not connection.poll(TICK):
                if self.pool._closing.is_set():
                    raise PoolClosed("the pool is closed")
                now, last = time.monotonic(), position
                position = worker.begun()
                if position != last:
                    since = now
                    continue
                mine = position[0] == self._sent and position[1] != NOTHING
                if now - since > (self.pool.page_seconds if mine else self.pool.stall_seconds):
                    self._end_worker()
                    return TIMED_OUT, position[1] if mine else NOTHING
            _, succeeded, outcome, resident = pickle.loads(connection.recv_bytes())
        except (EOFError, ConnectionError):
            task_begun, index = worker.begun()
            code = self._end_worker()
            log.warning("shard %d: its worker died (%s)", task.shard.number, _how(code))
            return WORKER_DIED, index if task_begun == self._sent else NOTHING
        except BaseException:
            self._end_worker()
            raise
        if resident > LARGEST:
            self._end_worker(GRACE)
        if succeeded:
            result: ShardResult = outcome
            return result
        raise outcome

    def _end_worker(self, grace: float = 0.0) -> int:
        worker, self.worker = self.worker, None
        return worker.stop(grace) if worker is not None else 0


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _is_real(stream: Any) -> bool:
    """Whether a stream has a descriptor that a child can inherit (not so under a test's capture)."""
    try:
        return bool(stream.fileno() >= 0)
    except (OSError, ValueError, AttributeError):
        return False
