"""Runs that are killed: a process that has everything imported forks one child a run, and the child dies when told.

Run as a script it is that process: it reads orders as JSON lines and answers with a line when a run starts ({"pid"})
and one when it ends ({"status"}). A child may be told to kill itself at its n-th change to the file system, so that
every single moment between two changes can be tried; or it is killed from outside.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq

from flows.running import pool, worker
from schemas import load
from schemas.tables import TABLES

CHANGES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.link"}


class Zygote:
    """Starts runs as children that are alive within milliseconds."""

    def __init__(self, env: dict[str, str] | None = None, prefect: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, *(["--prefect"] if prefect else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # a module that is compiled and kept would count as a change of the file system
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})},
        )
        self._answer()

    def start(
        self,
        sources: Path | str | Sequence[Path],
        out: Path,
        night: int = 0,
        *,
        do: str = "run",
        die_at: int = 0,
        forked: bool = False,
        **settings: Any,
    ) -> int:
        """Start a run and give the pid of its process, which leads a process group of its own.

        do: "run", or "forget" with an address in place of the sources.
        forked: the pool's workers are forks of the run, with everything imported, not fresh interpreters.
        """
        named = [sources] if isinstance(sources, (Path, str)) else sources
        order = {"sources": [str(s) for s in named], "out": str(out), "night": night, "do": do, "die_at": die_at}
        order["settings"], order["forked"] = settings, forked
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self._answer()["pid"])

    def wait(self) -> dict[str, Any]:
        """How the run ended: exit status as of subprocess, and its summary where it was completed."""
        return self._answer()

    def run(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Start a run and wait for it."""
        self.start(*args, **kwargs)
        return self.wait()

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process that starts runs has died"
        answer: dict[str, Any] = json.loads(line)
        return answer


def unlike(left: Path, right: Path, apart: Collection[str] = ("run_id",)) -> list[str]:
    """Tables of two datasets that differ, by key and multiplicity; run ids and what a run says of itself apart.

    apart: columns that may differ.
    """
    return [name for name in TABLES if name != "runs" and _rows(left, name, apart) != _rows(right, name, apart)]


def _rows(out: Path, name: str, apart: Collection[str]) -> list[str]:
    table = load(name, out)
    rows = table.drop_columns([c for c in table.column_names if c in apart]).to_pylist()
    for row in rows:
        if "documents_run" in row:  # the night of the run, without its number
            row["documents_run"] = row["documents_run"][:8]
    return sorted(json.dumps(row, ensure_ascii=False, default=str) for row in rows)


def torn(out: Path) -> list[str]:
    """Files in the tables' folders that a reader would trip over: not whole, or no Parquet at all."""
    found = []
    for name in TABLES:
        for path in (out / name).rglob("*"):
            if path.is_dir():
                continue
            try:
                whole = path.suffix == ".parquet" and pq.read_table(path, partitioning=None).schema.equals(
                    TABLES[name].schema
                )
            except Exception as error:
                found.append(f"{path}: {error}")
            else:
                if not whole:
                    found.append(f"{path}: not of {name}")
    return found


def moment(out: Path) -> str:
    """What a run was doing when it died, as its staging folder tells."""
    for staging in out.glob("_staging/*"):
        if (out / "_commits" / f"{staging.name}.json").exists():
            return "sweeping"
        if (staging / "intent.json").exists():
            moved = any(out.glob(f"*/dt=*/part-{staging.name}-*.parquet"))
            return "moving" if moved else "before moving"
        if (staging / "merged").exists():
            return "merging"
        if any((staging / "shards").glob("[!.]*")):
            return "staging"
        return "starting"
    return "committed" if any(out.glob("_commits/*.json")) else "nothing yet"


class _ForkedWorker:
    """What the pool needs of `subprocess.Popen`, without the seconds that an interpreter takes to import us."""

    def __init__(self, command: list[str], *, pass_fds: tuple[int, ...], **_: Any) -> None:
        self.code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                kept = {0, 1, 2, *pass_fds}
                for fd in {int(name) for name in os.listdir("/proc/self/fd")} - kept:
                    with contextlib.suppress(OSError):
                        os.close(fd)
                worker.main(command[-4:])
            finally:
                os._exit(1)

    def poll(self) -> int | None:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code

    def wait(self, timeout: float = 60.0) -> int:
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("worker", timeout)
            time.sleep(0.01)
        assert self.code is not None
        return self.code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def _child(order: dict[str, Any], prefect: bool, pipe: int) -> None:
    left, run = [order["die_at"]], os.getpid()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in CHANGES and _writes(event, arguments, order["out"]) and os.getpid() == run:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if order["die_at"]:
        sys.addaudithook(hook)
    if order["forked"]:
        vars(pool)["subprocess"] = SimpleNamespace(**{**vars(subprocess), "Popen": _ForkedWorker})
    from flows.settings import Settings

    date = dt.date(2026, 3, 1) + dt.timedelta(days=order["night"])
    settings = Settings(**{"out": order["out"], "max_rejected": 1.0, "runner": "here", **order["settings"]})
    if order["do"] == "forget":
        from flows.nights.maintenance import forget

        summary = dict(forget(order["out"], order["sources"][0], date=date))
    elif prefect:
        from flows.nightly import nightly

        summary = nightly(order["sources"], order["out"], date, settings)
    else:
        from flows.nights.night import run_night
        from flows.running import runners

        started = None if settings.runner == "here" else runners.run_shards
        summary = run_night(order["sources"], order["out"], date, settings, started)
    summary["changes"] = order["die_at"] - left[0]
    os.write(pipe, json.dumps(summary, default=str).encode())


def _writes(event: str, arguments: tuple[Any, ...], out: str) -> bool:
    if event == "open":
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        return isinstance(arguments[0], (str, os.PathLike)) and bool(flags & (os.O_WRONLY | os.O_RDWR))
    return bool(arguments) and str(arguments[0]).startswith(out)


def _main() -> None:
    prefect = "--prefect" in sys.argv
    import importlib

    import cleaners
    from flows.fingerprints import cleaner_version, rules_digest

    for name in (
        "flows.nights.night",
        "flows.running.runners",
        "flows.nights.maintenance",
        *(["flows.nightly"] if prefect else []),
    ):
        importlib.import_module(name)

    cleaners.clean_page("热身用的一句话。".encode())
    cleaner_version(), rules_digest()  # once: code edited while the tests run must not make rows differ
    answers = os.dup(1)
    os.dup2(2, 1)
    os.write(answers, b'{"ready": true}\n')
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(reading)
            code = 1
            try:
                _child(order, prefect, writing)
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(writing)
        os.write(answers, json.dumps({"pid": pid}).encode() + b"\n")
        with os.fdopen(reading, "rb") as pipe:
            summary = pipe.read()
        _, status = os.waitpid(pid, 0)
        answer = {"status": os.waitstatus_to_exitcode(status), "summary": json.loads(summary) if summary else None}
        os.write(answers, json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    _main()
