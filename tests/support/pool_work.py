"""Work for the pool's tests: pages that hang, spin, die, raise, or are as they should be, told by their address."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from flows.errors import DiskFull
from flows.pages import Shard, ShardPage, ShardResult


def shard(number: int, *urls: str, out: str = "") -> Shard:
    """A shard whose pages do what their addresses say."""
    return Shard(number, "run", "001", out, tuple(ShardPage(f"{n:020x}", url) for n, url in enumerate(urls)), {})


def work(shard: Shard, started: Callable[[int], None] | None = None) -> ShardResult:
    """Do what the pages say; a page that was given up is counted as rejected."""
    given_up = dict(shard.poisoned)
    cleaned = 0
    for index, page in enumerate(shard.pages):
        if index in given_up:
            continue
        if started is not None:
            started(index)
        do(page.url, shard)
        cleaned += 1
    statuses = {"cleaned": cleaned, "rejected": len(given_up)}
    return ShardResult(str(shard.number), statuses=statuses, rejects=dict.fromkeys(given_up.values(), 1))


def die_at_once(shard: Shard, started: Callable[[int], None] | None = None) -> ShardResult:
    """Die before the first page."""
    os._exit(1)


def do(what: str, shard: Shard) -> None:
    if what == "hang":
        time.sleep(600)
    elif what == "spin":
        while True:
            pass
    elif what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "exit":
        os._exit(3)
    elif what == "raise":
        raise ValueError("the work itself fails")
    elif what == "raise-strange":
        raise Strange("a", "b")
    elif what == "disk-full":
        raise DiskFull("no space left")
    elif what.startswith("die-once"):
        mark = Path(shard.out) / what
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif what.startswith("full-once"):
        mark = Path(shard.out) / what
        if not mark.exists():
            mark.touch()
            raise DiskFull("no space left, this time")
    elif what.startswith("sleep "):
        time.sleep(float(what.split()[1]))


class Strange(Exception):
    """An exception that does not survive pickling."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)
        self.lock = __import__("threading").Lock()
