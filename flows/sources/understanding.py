"""Sources: what the user names on the command line or in a sources.toml -> a stream of pages.

    file, folder, glob, -          sources_files, sources_lists
    http(s) address, list of them  sources_lists, then fetching
    sitemap (index, gzip)          sources_sitemaps, then fetching
    WARC, WARC.gz                  sources_warc
    JSONL, Parquet                 sources_records
    sources.toml                   sources_toml: several of the above, each with a name, a policy and site rules

Everything is streamed: a source of ten million pages is never a list in memory. What a source cannot give becomes a
page with a rejection; only wrong usage (no such path, a broken sources.toml) stops a run, before the first page.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from flows.sources.base import KINDS, LOCAL, MAGIC, Source, place
from flows.sources.kinds import kind_of_file
from flows.store import COMMITS

log = logging.getLogger("qingwen.sources")

SITEMAP_URL = re.compile(r"sitemap[^/?#]{0,80}\.xml(\.gz)?$", re.IGNORECASE)


def check(sources: Sequence[str], settings: Any) -> None:
    """Raise UsageError for a source that does not exist or cannot be understood."""
    understand(sources, settings)


def understand(sources: Sequence[str], settings: Any) -> list[Source]:
    """Every argument as a Source. Raises UsageError in one line."""
    found: list[Source] = []
    for argument in dict.fromkeys(sources):
        found += understand_one(argument, settings)
    if not found:
        raise UsageError("no source given")
    chosen = (getattr(settings, "column", ""), getattr(settings, "url_column", ""))
    found = [replace(s, column=s.column or chosen[0], url_column=s.url_column or chosen[1]) for s in found]
    for source in found:
        if source.kind == "folder":
            out = getattr(settings, "out", "")
            if os.path.isdir(os.path.join(source.where, COMMITS)) or (
                out and os.path.realpath(source.where) == os.path.realpath(out)
            ):
                raise UsageError(f"{source.name}: a dataset of ours is no source of pages; name another folder, or OUT")
        if source.kind in ("jsonl", "parquet"):
            from flows.sources.records import check_columns

            check_columns(source)
    return _rooted(found)


def understand_one(argument: str, settings: Any) -> list[Source]:
    """One argument as a Source, a sources.toml as several. Raises UsageError."""
    if not argument.strip():
        raise UsageError("an empty source: name a file, a folder or an address")
    kind, given, where = argument.partition(":")
    if given and kind in KINDS and kind not in ("page", "folder", "glob") and not os.path.lexists(argument):
        return [_named(argument, kind, where)]
    if argument == "-":
        return [Source("-", "list", "-")]
    if re.match(r"https?://", argument, re.IGNORECASE):
        return [Source(argument, "sitemap" if SITEMAP_URL.search(argument.split("?")[0]) else "url", argument)]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", argument):
        raise UsageError(f"{argument}: only http and https addresses can be fetched")
    path = Path(argument)
    if path.is_dir():
        return [Source(argument, "folder", os.path.abspath(path))]
    if os.path.lexists(path):
        kind = kind_of_file(path)
        if kind == "sources":
            from flows.sources.toml import read_sources

            return read_sources(path, settings, understand_one)
        return [Source(argument, kind, os.path.abspath(path))]
    if MAGIC.search(argument):
        from flows.sources.files import matches

        if next(matches(argument), None) is None:
            raise UsageError(f"{argument}: matches nothing")
        return [Source(argument, "glob", os.path.abspath(argument))]
    raise UsageError(f"{argument}: no such file or folder")


def _named(argument: str, kind: str, where: str) -> Source:
    """A source whose kind is said: `sitemap:https://…`, `urls:FILE`, `jsonl:FILE`."""
    if re.match(r"https?://", where, re.IGNORECASE):
        if kind not in ("url", "sitemap"):
            raise UsageError(f"{argument}: a {kind} source is a file")
        return Source(argument, kind, where)
    if kind == "url":
        raise UsageError(f"{argument}: not an http or https address")
    if where != "-" and not Path(where).is_file():
        raise UsageError(f"{where}: no such file")
    return Source(argument, kind, where if where == "-" else os.path.abspath(where))


def _rooted(sources: list[Source]) -> list[Source]:
    """Give local sources the folder that their pages' addresses are relative to.

    One source: the folder itself, a file's own folder, a glob's fixed part. Several: the folder common to them, so that
    two files called index.html stay two pages, and `run a/*.html` is the same whoever expands the pattern. Sources from
    a sources.toml come with a root of their own.
    """
    places = {s: place(s) for s in sources if not s.root and s.kind in LOCAL}
    if not places:
        return sources
    try:
        common = os.path.commonpath(places.values())
    except ValueError:  # different drives
        common = ""
    return [replace(s, root=common) if s in places else s for s in sources]
