"""One run at a time on one OUT.

The lock is the kernel's (flock): it ends with the process that holds it, however that died, so there is no stale lock
to clear away. What stands in the file only says who holds it.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import OutBusy
from flows.store.layout import LOCK, guarded, must_be_folders

PAUSE = 0.2  # seconds between two tries


@contextmanager
def locked(out: Path, what: str, wait: float = 0.0) -> Iterator[None]:
    """Hold OUT while the block runs.

    what: what is being done, for whoever finds the lock held. wait: seconds to wait for another; 0 asks once.
    Raises OutBusy, which says who holds it; OutUnwritable where the lock's file cannot be made; DamagedOut where
    something else stands in the place of a folder of OUT.
    """
    path = out / LOCK
    with guarded(path):
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise OutBusy(f"{out} is in use: {holder(out)}; wait for it, or give --wait SECONDS") from None
                time.sleep(PAUSE)
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        about = {"pid": os.getpid(), "host": socket.gethostname(), "since": now, "what": what}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(about).encode() + b"\n", 0)
        try:
            must_be_folders(out)
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)  # and with it the lock


def holder(out: Path) -> str:
    """Who holds OUT, in words."""
    try:
        about = json.loads((out / LOCK).read_bytes())
        return f"{about['what']}, process {about['pid']} on {about['host']} since {about['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another run"
