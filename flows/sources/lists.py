"""Lists: one path or address a line, in a file or on standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flows import addresses
from flows.pages import Entry, SourcePage
from flows.sources.base import Source
from schemas.records import Rejection

if TYPE_CHECKING:
    from flows.settings import Settings

ADDRESS = re.compile(r"https?://\S+$", re.IGNORECASE)
LOOKED_AT = 20  # lines of which most must be addresses for a .txt file to be a list of them
MOSTLY = 0.6
NOTE = re.compile(r"(?<!\s)\s++#.*", re.DOTALL)
LONGEST_SHOWN = 500  # characters of a line that is no address
LONGEST_LINE = 65_536


def entries(source: Source, settings: Settings) -> Iterator[Entry]:
    """The entries of an address, a list of addresses, or a list of paths and addresses."""
    if source.kind == "url":
        yield source.target(source.where)
        return
    for line in _lines(source.where):
        if source.kind == "urls":
            line = NOTE.sub("", line)
        if ADDRESS.match(line):
            yield source.target(line)
        elif source.kind == "urls":
            yield SourcePage(
                addresses.public(line)[:LONGEST_SHOWN],
                source=source.name,
                policy=source.policy,
                rejection=Rejection("source", "bad record", "no http or https address"),
            )
        else:
            yield from _path(source, line, settings)


def is_url_list(path: Path) -> bool:
    """Whether the lines at the beginning of a file, but for comments (#), are addresses for the most part.

    One that is none is rejected then, and does not make the list a page.
    """
    try:
        with path.open("rb") as file:
            head = file.read(LONGEST_LINE).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return False
    lines = [line.strip() for line in head if line.strip() and not line.lstrip().startswith("#")][:LOOKED_AT]
    if len(head) == len(lines) == 1 and len(head[0]) >= LONGEST_LINE:
        return False
    return sum(ADDRESS.match(NOTE.sub("", line)) is not None for line in lines) > MOSTLY * len(lines)


def is_any_named(where: str) -> bool:
    """Whether a list names anything at all."""
    return next(_lines(where), None) is not None


def _path(source: Source, line: str, settings: Settings) -> Iterator[Entry]:
    from flows.sources import files

    path = os.path.abspath(line)
    here = os.getcwd()
    root = here if path.startswith(here + os.sep) else os.path.sep
    yield from files.pages(
        replace(source, kind="folder" if os.path.isdir(path) else "page", where=path, root=root), settings
    )


def _lines(where: str) -> Iterator[str]:
    """Lines without comments and empty ones, streamed; a byte order mark and bytes that are no UTF-8 do no harm."""
    if where == "-":
        yield from _read_lines(sys.stdin.buffer)
        return
    with open(where, "rb") as file:
        yield from _read_lines(file)


def _read_lines(file: BinaryIO) -> Iterator[str]:
    for n, raw in enumerate(iter(lambda: file.readline(LONGEST_LINE), b"")):
        line = os.fsdecode(raw.removeprefix(b"\xef\xbb\xbf") if n == 0 else raw).strip("\r\n \t")
        if line and not line.startswith("#"):
            yield line
