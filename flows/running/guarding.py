"""No process outlives the run it works for, however that run ends.

Three means, for no single one covers all: a worker asks the kernel to be killed with the thread that started it
(prctl(2), PR_SET_PDEATHSIG, Linux), and watches a pipe that only its parent holds open (every Unix, but a worker that
hangs in C does not get to look); for a process that is not ours, Prefect's ephemeral server, a tiny watcher of our own
holds the pipe and kills it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
OOM_SCORE = 500  # where memory runs out, the kernel takes a worker, whose page is rejected, and not the run

# The watcher: waits until its standard input ends, which is when the parent is gone, then kills the process it was
# told of, if that is still the same process. It imports nothing that costs time.
_WATCHER = """
import os, signal, sys
pid, born = int(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while os.read(0, 65536):
    pass
def started():
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except FileNotFoundError:
        return "" if os.path.isdir("/proc/self") else born
    except OSError:
        return ""
if started() == born:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
"""


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends (Linux). `parent`: its process id."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(OOM_SCORE))
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)


def watch_pipe(descriptor: int) -> None:
    """End this process when the other end of a pipe closes."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(descriptor, 1):
                pass
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def guard(pid: int) -> subprocess.Popen[bytes]:
    """Start a watcher that kills process `pid` when this process is gone, however it went."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCHER, str(pid), _started(pid)],
        stdin=subprocess.PIPE,  # held open by us alone, until we end
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C at the terminal is not for the watcher
    )


def guard_ephemeral_server() -> None:
    """Have Prefect's ephemeral server, if one is started from now on, guarded from its first moment.

    Prefect offers no hook for it, so the method that starts the process is wrapped; a test holds that it exists.
    """
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        return
    from prefect.server.api import server
    from prefect.server.api.server import SubprocessASGIServer

    start = SubprocessASGIServer._run_uvicorn_command
    if getattr(start, "_guarded", False):
        return

    def start_guarded(self: Any) -> subprocess.Popen[Any]:
        # In a session of its own: a Ctrl-C at the terminal is for us, who still have to say to the server how it ended.
        own_session = SimpleNamespace(**vars(subprocess))
        own_session.Popen = functools.partial(subprocess.Popen, start_new_session=True)
        vars(server)["subprocess"] = own_session
        try:
            process = start(self)
        finally:
            vars(server)["subprocess"] = subprocess
        guard(process.pid)
        return process

    start_guarded._guarded = True  # type: ignore[attr-defined]
    SubprocessASGIServer._run_uvicorn_command = start_guarded  # type: ignore[method-assign]


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and SIGHUP end the run as Ctrl-C does: through every `finally`. For the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks: with its id, the name of a process for all time. "" unknown."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""
