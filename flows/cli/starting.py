"""Before a run starts: is its use right? What can be told in one line is told before Prefect is imported."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import Any

from flows.addresses import public
from flows.cli.talking import Talk, talking
from flows.errors import GateFailed, ServerUnreachable
from flows.settings import Settings

SERVER_SECONDS = 4.0  # for connecting, and for each part of an answer


def check_server() -> None:
    """Raise ServerUnreachable where a Prefect server is set and does not answer.

    Prefect would try for long, and say it in a traceback. Needs Prefect's settings, for a profile may name the server.
    """
    import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

    url = os.environ.get("PREFECT_API_URL")
    if url is None:
        from prefect.settings import PREFECT_API_URL

        url = PREFECT_API_URL.value()
    if not url:
        return
    import httpx

    try:
        # whether it answers, not who it is: no secret is sent, and Prefect checks the certificate itself
        status = httpx.get(f"{url.rstrip('/')}/health", timeout=SERVER_SECONDS, verify=False).status_code
        why = f"HTTP {status}" if status >= 500 else ""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
    if why:
        raise ServerUnreachable(f"Prefect's server at {public(url)} does not answer: {why}")


def run_nightly(sources: Sequence[str], settings: Settings, night: dt.date, talk: Talk = Talk()) -> dict[str, Any]:
    """The nightly flow in this process. A failed gate comes back as the summary with exit_code 1 and its problems."""
    check_server()
    import flows.prefect_env  # noqa: F401  (before anything imports Prefect)
    from flows.nightly import nightly
    from flows.running import guard_ephemeral_server, stoppable

    guard_ephemeral_server()
    if any("@" in source for source in sources):
        from flows.fetching import put_away

        sources = [put_away(source) for source in sources]  # Prefect keeps what a flow was started with
    try:
        with stoppable(), talking(talk):
            return dict(nightly(list(sources), str(settings.out), night, settings))
    except GateFailed as failed:
        summary = getattr(failed, "summary", None)
        if summary is None:
            raise
        return {**summary, "exit_code": 1}
