"""The one place that prints: everything that a command shows goes through here, for it may come from a page."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from flows import showing


def say(line: str) -> None:
    """One line to standard output."""
    write(showing.line(line) + "\n")


def say_all(lines: Iterable[str]) -> None:
    """Lines to standard output."""
    for line in lines:
        say(line)


def complain(message: str) -> None:
    """One line to standard error, with our name before it."""
    sys.stdout.flush()
    print(showing.line(f"qingwen: {' '.join(message.split())}"), file=sys.stderr)


def show(text: str) -> None:
    """A text of several lines to standard output."""
    write(showing.text(text) + "\n")


def show_json(encoded: str) -> None:
    """JSON to standard output: the same values, nothing that a terminal would obey."""
    write(showing.json_text(encoded) + "\n")


def write(text: str) -> None:
    """Text to standard output as UTF-8, whatever the terminal's locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def write_bytes(data: bytes) -> None:
    """Bytes to standard output as they are: whoever asks for a page's bytes gets them."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def tell(line: str) -> None:
    """A line of a log or of progress to standard error, made safe by whoever wrote it."""
    print(line, file=sys.stderr, flush=True)
