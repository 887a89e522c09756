"""Before a run starts: is its use right? What can be told in one line is told before Prefect is imported."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.errors import GateFailed, OutUnwritable
from flows.settings import Settings


def check_out(out: Path) -> None:
    """Raise OutUnwritable where OUT is no folder that can be written. Makes the folder."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".qingwen-{os.getpid()}"  # asking is not enough: root may write where the file system may not
        probe.write_bytes(b"")
        probe.unlink()
    except FileExistsError:
        raise OutUnwritable(f"--out: {out} is not a folder") from None
    except NotADirectoryError:
        raise OutUnwritable(f"--out: {out} lies under a file") from None
    except OSError as error:
        raise OutUnwritable(f"--out: cannot write {out}: {error.strerror}") from None


def check_sources(sources: Sequence[str], settings: Settings) -> None:
    """Raise UsageError for a source that does not exist or cannot be understood, and for site rules that are none."""
    from flows import sources as known

    settings.policy()
    known.check(sources, settings)


def run_nightly(sources: Sequence[str], settings: Settings, night: dt.date) -> dict[str, Any]:
    """The nightly flow in this process. A failed gate comes back as the summary with exit_code 1 and its problems."""
    import flows.prefect_env  # noqa: F401  (before anything imports Prefect)
    from flows.nightly import nightly
    from flows.running import guard_ephemeral_server, stoppable

    guard_ephemeral_server()
    if any("@" in source for source in sources):
        from flows.fetching import put_away

        sources = [put_away(source) for source in sources]  # Prefect keeps what a flow was started with
    try:
        with stoppable():
            return dict(nightly(list(sources), str(settings.out), night, settings))
    except GateFailed as failed:
        summary = getattr(failed, "summary", None)
        if summary is None:
            raise
        return {**summary, "exit_code": 1}
