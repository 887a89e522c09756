"""A worker process of the pool: `python -m flows.running.worker`, started by running.pool, never by hand.

It is a fresh interpreter, not a fork: the parent has threads. It gets work over a socket, says through a shared page
of memory which page of the shard it has begun, and answers with a result or an exception.
"""

from __future__ import annotations

import mmap
import os
import pickle
import signal
import struct
import sys
from multiprocessing.connection import Connection
from typing import Any

PROGRESS = struct.Struct("=qq")  # (task, index of the page begun): written by the worker, read by the parent
NOTHING = -1  # the index while no page has begun


def main(arguments: list[str]) -> None:
    """arguments: socket, shared memory and life-line descriptors, and the parent's process id."""
    channel, shared, lifeline, parent = map(int, arguments)
    from flows.running import guarding

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C at the terminal reaches us too; the parent decides
    guarding.die_with_parent(parent)
    guarding.watch_pipe(lifeline)
    connection = Connection(channel)
    memory = mmap.mmap(shared, PROGRESS.size)
    sys.path[:] = connection.recv()
    try:
        while True:
            packed = connection.recv_bytes()
            try:
                task, work, shard = pickle.loads(packed)
            except Exception as error:  # work that cannot be imported here: defined in a script, say
                connection.send_bytes(pickle.dumps((NOTHING, False, _portable(error), 0)))
                continue
            connection.send_bytes(answer(task, work, shard, memory))
    except (EOFError, OSError):  # the parent has closed the pool
        os._exit(0)


def answer(task: int, work: Any, shard: Any, memory: mmap.mmap) -> bytes:
    """The pickled (task, succeeded, result or exception, resident bytes)."""

    def started(index: int) -> None:
        PROGRESS.pack_into(memory, 0, task, index)

    started(NOTHING)
    try:
        outcome: tuple[bool, Any] = (True, work(shard, started))
    except BaseException as error:
        outcome = (False, _portable(error))
    started(NOTHING)
    return pickle.dumps((task, *outcome, _resident()))


def _portable(error: BaseException) -> BaseException:
    """The exception itself where it survives pickling, else one that says the same."""
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):
            return error
    except Exception:
        pass
    return RuntimeError(f"{type(error).__name__}: {error}")


def _resident() -> int:
    """Bytes of memory this process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE
    except (OSError, IndexError, ValueError):
        return 0


if __name__ == "__main__":
    main(sys.argv[1:])
