"""Is the use of a night right? What can be told in one line is told before anything is started."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from flows import sources
from flows.errors import OutUnwritable, UsageError
from flows.settings import Settings


def check_use(named: Sequence[str], settings: Settings, out: Path) -> None:
    """Raise UsageError for a source that does not exist or cannot be understood and for site rules that are none,
    OutUnwritable where OUT cannot be written. Makes OUT."""
    settings.policy()
    sources.check(named, settings)
    _check_out(out)


def check_dataset(out: Path) -> None:
    """Raise UsageError where OUT is no folder."""
    if not out.is_dir():
        raise UsageError(f"no such folder: {out}")


def _check_out(out: Path) -> None:
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
