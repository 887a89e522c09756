"""One machine without a worker: a Prefect server, the schedules and their runs, from one command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.addresses import user_of
from flows.cli.printing import complain
from flows.errors import QingwenError, UsageError
from flows.settings import Settings

HOST, PORT = "127.0.0.1", 4200
START_SECONDS = 180.0
WEEKLY = "0 4 * * 0"  # prune


def serve(sources: Sequence[str], settings: Settings, cron: str) -> None:
    """Serve the nightly run on its schedule, the weekly prune, and reclean by hand, until Ctrl-C or SIGTERM.

    With PREFECT_API_URL that server is used; without it one is started on the loopback, with its pages at
    http://127.0.0.1:4200, and stopped at the end. Raises UsageError for a schedule that is none.
    """
    from flows import sources as known
    from flows.running import stoppable

    known.check(sources, settings)
    if "-" in sources:
        raise UsageError("standard input cannot be read every night: name files, folders or addresses")
    if any(user_of(source) for source in sources):
        raise UsageError("an address with a password would be stored by the server: put it in a list or a sources.toml")
    import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

    with stoppable():
        server = None if os.environ.get("PREFECT_API_URL") else _start_server()
        try:
            _serve(sources, settings, cron)
        finally:
            if server is not None:
                _stop(server)


def _serve(sources: Sequence[str], settings: Settings, cron: str) -> None:
    from prefect import serve as serve_deployments
    from prefect.schedules import Cron

    from flows.maintenance_flows import prune_flow, reclean_flow
    from flows.nightly import nightly

    out = os.path.abspath(settings.out)
    chosen = settings.model_dump(mode="json", exclude={"on_failure_webhook", "on_failure_command"}) | {"out": out}
    try:
        nights = Cron(cron, timezone=settings.timezone)
        weeks = Cron(WEEKLY, timezone=settings.timezone)
    except ValueError as error:
        raise UsageError(f"--cron: {cron!r}: {error}") from None
    common: dict[str, Any] = {"name": "serve", "tags": ["qingwen"], "concurrency_limit": 1}
    parameters = {"sources": [absolute(s) for s in sources], "out": out, "settings": chosen}
    deployments: list[Any] = [
        nightly.to_deployment(schedule=nights, parameters=parameters, **common),
        prune_flow.to_deployment(schedule=weeks, parameters={"out": out, "keep_days": settings.keep_days}, **common),
        reclean_flow.to_deployment(parameters={"out": out}, **common),
    ]
    serve_deployments(*deployments)


def absolute(source: str) -> str:
    """A source that means the same in every working directory."""
    kind, given, where = source.partition(":")
    if source.lower().startswith(("http://", "https://")):
        return source
    if given and not os.path.lexists(source) and kind.isalpha():
        return source if where.lower().startswith(("http://", "https://")) else f"{kind}:{os.path.abspath(where)}"
    return os.path.abspath(source)


def _start_server() -> subprocess.Popen[bytes]:
    """A Prefect server on the loopback, guarded so that it ends with us; returns when it answers."""
    import httpx

    from flows.running import guard

    address = f"http://{HOST}:{PORT}"
    try:
        httpx.get(f"{address}/api/health", timeout=2.0)
        raise UsageError(f"a server is running at {address}: set PREFECT_API_URL={address}/api to use it")
    except httpx.HTTPError:
        pass
    command = [str(Path(sys.executable).with_name("prefect")), "server", "start", "--host", HOST, "--port", str(PORT)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    guard(server.pid)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            if httpx.get(f"{address}/api/health", timeout=2.0).status_code == 200:
                os.environ["PREFECT_API_URL"] = f"{address}/api"
                complain(f"Prefect's pages are at {address}")
                return server
        except httpx.HTTPError:
            pass
        if server.poll() is not None:
            raise QingwenError(f"Prefect's server ended with {server.returncode} while starting")
        time.sleep(0.5)
    _stop(server)
    raise QingwenError(f"Prefect's server did not answer within {START_SECONDS:.0f} s")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
