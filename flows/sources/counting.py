"""How many pages a source holds, where that can be told without reading them."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.pages import Entry, SourcePage
from flows.sources import files, lists
from flows.sources.base import CONTAINERS, Source
from flows.sources.filtering import taken
from flows.sources.gauging import Gauge, Reading
from flows.sources.kinds import kind_of_file

SECONDS = 10.0  # what takes longer is not counted: the run shall begin


class _Unknown(Exception):
    """Nobody can say how many without reading them, or not in time."""


def gauge(sources: Sequence[Source], settings: Any, seconds: float = SECONDS) -> Gauge:
    """What can be told of how much the sources hold before they are read.

    Files and folders, globs, lists of addresses and Parquet are counted, within the time given; of WARC, JSONL and
    filtered Parquet the bytes are known, and a sitemap says how much it names when it is fetched; of what comes on
    standard input nothing is known. A page that two sources name counts twice, as it is named twice.
    """
    end = time.monotonic() + seconds
    log = logging.getLogger("qingwen.sources")
    silent, log.disabled = log.disabled, True  # what is left out is told when it is left out
    try:
        readings = {source: _reading(source, settings, end) for source in sources}
    finally:
        log.disabled = silent
    return Gauge(readings, getattr(settings, "limit", 0))


def _reading(source: Source, settings: Any, end: float) -> Reading:
    wanted = taken(source, settings)
    try:
        if source.where == "-" or source.kind == "sitemap":
            return Reading(wanted)
        if source.kind in ("warc", "jsonl") or (source.kind == "parquet" and _filtered(source, settings)):
            return Reading(wanted, size=os.path.getsize(source.where))
        if source.kind == "parquet":
            import pyarrow.parquet as pq

            return Reading(wanted, pages=int(pq.read_metadata(source.where).num_rows))
        sizes: list[int] = []
        pages = sum(map(wanted, _in_time(_entries(source, settings, sizes), end)))
        return Reading(wanted, size=sum(sizes)) if sizes else Reading(wanted, pages=pages)
    except (_Unknown, OSError, ValueError):
        return Reading(wanted)


def _filtered(source: Source, settings: Any) -> bool:
    return bool(source.include or source.exclude or settings.include or settings.exclude or settings.since)


def _entries(source: Source, settings: Any, sizes: list[int]) -> Iterator[Entry]:
    """The entries of a source but those of containers, whose sizes in bytes are put into `sizes`."""
    if source.kind in ("url", "urls", "list"):
        return lists.entries(source, settings)
    return files.pages(source, settings, _measured(sizes))


def _measured(sizes: list[int]) -> Callable[[Source, str, Any], Iterator[SourcePage] | None]:
    def contained(source: Source, path: str, settings: Any) -> Iterator[SourcePage] | None:
        if kind_of_file(Path(path)) not in CONTAINERS:
            return None
        sizes.append(os.path.getsize(path))
        return iter(())

    return contained


def _in_time(entries: Iterator[Entry], end: float) -> Iterator[Entry]:
    for n, entry in enumerate(entries):
        if n % 256 == 0 and time.monotonic() > end:
            raise _Unknown
        yield entry
