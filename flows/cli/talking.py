"""What a run says while it is at work: its log and how far it is, on a terminal, in plain lines, or in a file.

Standard output is for what the command gives; everything here goes to standard error or to a file.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import showing
from flows.cli.printing import tell
from flows.errors import UsageError

if TYPE_CHECKING:
    from flows.running import Standing

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")
PLAIN_SECONDS = 15.0  # between two plain lines about progress
OURS = "qingwen"
PROGRESS = "qingwen.progress"


@dataclass(frozen=True)
class Talk:
    """How a run talks. Raises UsageError for what is no level or no format."""

    quiet: bool = False
    level: str = "info"
    file: Path | None = None
    format: str = "text"  # of the file: "text" or "json", a JSON object a line

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise UsageError(f"--log-level: {self.level!r} is none of {', '.join(LEVELS)}")
        if self.format not in FORMATS:
            raise UsageError(f"--log-format: {self.format!r} is none of {', '.join(FORMATS)}")
        if self.file is not None:
            try:
                self.file.open("ab").close()
            except OSError as error:
                raise UsageError(f"--log-file: cannot write {self.file}: {error.strerror}") from None


@contextlib.contextmanager
def talking(talk: Talk) -> Iterator[None]:
    """Log and tell progress as it was asked for. To be entered when Prefect is imported: it sets up logging itself."""
    from flows import running

    terminal = not talk.quiet and _is_terminal(sys.stderr)
    shown: _Bar | _Lines | None = None if talk.quiet else _Bar() if terminal else _Lines()
    level = "warning" if talk.quiet and talk.level == "info" else talk.level
    handlers: list[logging.Handler] = [_Console(shown, level)]
    if talk.file is not None:
        handlers.append(_File(talk.file, talk.format, talk.level))
    with contextlib.ExitStack() as stack:
        stack.enter_context(_handled_by(handlers, talk.level))
        if shown is not None:
            stack.enter_context(shown)
            stack.enter_context(running.listening(shown.tell))
        if talk.file is not None:
            stack.enter_context(running.listening(_to_log()))
        yield


@contextlib.contextmanager
def _handled_by(handlers: list[logging.Handler], level: str) -> Iterator[None]:
    """Our handlers at the root, and Prefect's console out of the way."""
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    before, was = list(root.handlers), ours.level
    root.handlers[:] = [h for h in before if type(h).__name__ != "PrefectConsoleHandler"] + handlers
    if level != "debug":  # that its server starts and, after all is said, stops; runs have loggers of their own
        logging.getLogger("prefect").addFilter(_is_warning)
    ours.setLevel(level.upper())
    own, propagated = list(ours.handlers), ours.propagate
    ours.propagate = True  # Prefect gives extra loggers its own handler, and may cut them off from the root
    try:
        yield
    finally:
        root.handlers[:] = before
        ours.setLevel(was)
        ours.handlers[:], ours.propagate = own, propagated
        for handler in handlers:
            handler.close()


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


class _Console(logging.Handler):
    """Our own lines from a level on, and the warnings of everybody else."""

    def __init__(self, shown: Any, level: str) -> None:
        super().__init__(level.upper())
        self._shown = shown
        self.addFilter(_worth_telling(level))
        self.addFilter(lambda record: record.name != PROGRESS)  # that is told by whoever shows it
        self.setFormatter(logging.Formatter("%(asctime)s  %(levelname)-7s  %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = showing.text(self.format(record))
            if self._shown is not None:
                self._shown.write(line)
            else:
                tell(line)
        except Exception:  # whoever read standard error has left: that must not stop a run
            pass


class _File(logging.FileHandler):
    """The log in a file: text, or a JSON object a line."""

    def __init__(self, path: Path, form: str, level: str) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self.setLevel(level.upper())
        self.addFilter(_worth_telling(level))
        self._json = form == "json"
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def format(self, record: logging.LogRecord) -> str:
        if not self._json:
            return showing.text(super().format(record))
        said = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            said["traceback"] = logging.Formatter().formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _worth_telling(level: str) -> Any:
    """Ours, and of other loggers what is a warning at least (with "debug": all)."""

    def worth(record: logging.LogRecord) -> bool:
        ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        return ours or level == "debug" or record.levelno >= logging.WARNING

    return worth


class _Bar:
    """A bar that is rewritten in place, above it the lines of the log."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
        columns = (SpinnerColumn(), BarColumn(24), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console, transient=True, refresh_per_second=4)
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):
            self._progress.stop()

    def tell(self, standing: Standing) -> None:
        """The bar as it stands; without an end where none is known."""
        share = standing.share
        known = {"total": None} if share is None else {"total": 1.0, "completed": share}
        self._progress.update(self._task, description=standing.words(), **known)

    def write(self, line: str) -> None:
        """A line above the bar."""
        self._progress.console.print(line)


class _Lines:
    """A line now and then, for logs and pipes."""

    def __init__(self) -> None:
        self._told = 0.0
        self._stage = ""

    def __enter__(self) -> _Lines:
        self.write(f"{dt.datetime.now():%H:%M:%S}  starting")
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, standing: Standing) -> None:
        """A line where a stage begins or PLAIN_SECONDS have passed."""
        begins = standing.stage != self._stage and standing.stage != "done"
        if begins or time.monotonic() - self._told > PLAIN_SECONDS:
            self._told, self._stage = time.monotonic(), standing.stage
            self.write(f"{dt.datetime.now():%H:%M:%S}  {standing.words()}")

    def write(self, line: str) -> None:
        """A line."""
        with contextlib.suppress(OSError, ValueError):
            tell(line)


def _to_log() -> Any:
    """Progress as lines of the log file, with its figures."""
    lines = _Lines()

    def tell(standing: Standing) -> None:
        begins = standing.stage != lines._stage
        if begins or time.monotonic() - lines._told > PLAIN_SECONDS:
            lines._told, lines._stage = time.monotonic(), standing.stage
            facts = {"settled": standing.settled, "expected": standing.expected, "rejected": standing.rejected}
            log = logging.getLogger(PROGRESS)
            log.info("%s", standing.words(), extra={"facts": {**facts, "pages_per_second": round(standing.rate, 2)}})

    return tell


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False
