"""A source of any kind opened: one table of kinds, so that whoever adds one touches nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.pages import Entry, SourcePage
from flows.sources.base import CONTAINERS, Source
from flows.sources.gauging import Reading
from flows.sources.kinds import kind_of_file

if TYPE_CHECKING:
    from flows.settings import Settings


def open_local(source: Source, settings: Settings) -> Iterator[SourcePage]:
    """The pages of a source that lies on the disk."""
    return _pages(open_source(source, settings))


def open_source(
    source: Source, settings: Settings, network: Callable[[], Any] | None = None, reading: Reading | None = None
) -> Iterator[Entry]:
    """The entries of one source, streamed. reading: is told how far it has been read."""
    reading = reading or Reading()
    if source.kind in ("page", "folder", "glob"):
        from flows.sources import files

        return files.pages(source, settings, functools.partial(_contained, reading))
    if source.kind in ("url", "urls", "list"):
        from flows.sources import lists

        return lists.entries(source, settings)
    if source.kind == "sitemap":
        from flows.sources import sitemaps

        return sitemaps.entries(source, settings, network, reading)
    if source.kind == "warc":
        from flows.sources import warc

        return warc.pages(source, settings, reading)
    from flows.sources import records

    return records.pages(source, settings, reading)


def _contained(reading: Reading, source: Source, path: str, settings: Settings) -> Iterator[SourcePage] | None:
    """The pages of a container (WARC, JSONL, Parquet) that a glob matched, None for a file that is a page itself."""
    kind = kind_of_file(Path(path))
    if kind not in CONTAINERS:
        return None
    return _pages(open_source(replace(source, kind=kind, where=path), settings, reading=reading))


def _pages(entries: Iterator[Entry]) -> Iterator[SourcePage]:
    return (entry for entry in entries if isinstance(entry, SourcePage))
