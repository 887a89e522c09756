"""A source of any kind opened: one table of kinds, so that whoever adds one touches nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.pages import Entry, SourcePage
from flows.sources.base import CONTAINERS, Source
from flows.sources.kinds import kind_of_file

if TYPE_CHECKING:
    from flows.settings import Settings


def open_local(source: Source, settings: Settings) -> Iterator[SourcePage]:
    """The pages of a source that lies on the disk."""
    return (entry for entry in open_source(source, settings) if isinstance(entry, SourcePage))


def open_source(source: Source, settings: Settings, network: Callable[[], Any] | None = None) -> Iterator[Entry]:
    """The entries of one source, streamed."""
    if source.kind in ("page", "folder", "glob"):
        from flows.sources import files

        return files.pages(source, settings, _contained)
    if source.kind in ("url", "urls", "list"):
        from flows.sources import lists

        return lists.entries(source, settings)
    if source.kind == "sitemap":
        from flows.sources import sitemaps

        return sitemaps.entries(source, settings, network)
    if source.kind == "warc":
        from flows.sources import warc

        return warc.pages(source, settings)
    from flows.sources import records

    return records.pages(source, settings)


def _contained(source: Source, path: str, settings: Settings) -> Iterator[SourcePage] | None:
    """The pages of a container (WARC, JSONL, Parquet) that a glob matched, None for a file that is a page itself."""
    kind = kind_of_file(Path(path))
    return open_local(replace(source, kind=kind, where=path), settings) if kind in CONTAINERS else None
