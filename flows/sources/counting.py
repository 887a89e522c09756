"""How many pages the sources hold, where that can be told without reading them."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.pages import Entry, SourcePage
from flows.sources import files, lists
from flows.sources.base import CONTAINERS, Source
from flows.sources.kinds import kind_of_file
from flows.sources.streaming import let_through

COUNTED = ("page", "folder", "glob", "url", "urls", "list", "parquet")
SECONDS = 10.0  # what takes longer is not counted: the run shall begin


class _Unknown(Exception):
    """Nobody can say how many without reading them, or not in time."""


def count(sources: Sequence[Source], settings: Any, seconds: float = SECONDS) -> int | None:
    """The pages that the sources will name, within the limits that are set; None where that cannot be told in time.

    Files and folders, globs, lists of addresses and Parquet can be counted; sitemaps, WARC, JSONL and what comes on
    standard input cannot. A page that two sources name counts twice, as it is named twice.
    """
    end = time.monotonic() + seconds
    limit = getattr(settings, "limit", 0) or None
    log = logging.getLogger("qingwen.sources")
    silent, log.disabled = log.disabled, True  # what is left out is told when it is left out
    try:
        total = 0
        for _, group in itertools.groupby(sources, key=lambda source: source.name):
            places = list(group)
            found = sum(_of_source(source, settings, end) for source in places)
            total += min(found, places[0].limit) if places[0].limit else found
        return min(total, limit) if limit else total
    except (_Unknown, OSError, ValueError):
        return None
    finally:
        log.disabled = silent


def _of_source(source: Source, settings: Any, end: float) -> int:
    filtered = bool(source.include or source.exclude or settings.include or settings.exclude)
    if source.kind not in COUNTED or source.where == "-" or settings.since is not None:
        raise _Unknown
    if source.kind == "parquet":
        if filtered:
            raise _Unknown
        import pyarrow.parquet as pq

        return int(pq.read_metadata(source.where).num_rows)
    wanted = let_through(source, settings)
    return sum(wanted(entry.address) for entry in _in_time(_entries(source, settings), end))


def _entries(source: Source, settings: Any) -> Iterator[Entry]:
    if source.kind in ("url", "urls", "list"):
        return lists.entries(source, settings)
    return files.pages(source, settings, _contained)


def _contained(source: Source, path: str, settings: Any) -> Iterator[SourcePage] | None:
    if kind_of_file(Path(path)) in CONTAINERS:
        raise _Unknown
    return None


def _in_time(entries: Iterator[Entry], end: float) -> Iterator[Entry]:
    for n, entry in enumerate(entries):
        if n % 256 == 0 and time.monotonic() > end:
            raise _Unknown
        yield entry
