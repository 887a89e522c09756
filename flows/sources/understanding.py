"""What the user names, understood: every argument as a Source, before the first page is asked for.

Only wrong usage stops a run: no such path, a broken sources.toml, a column that is not there.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.addresses import public
from flows.errors import UsageError
from flows.sources.base import KINDS, LOCAL, MAGIC, Source, place
from flows.sources.kinds import kind_of_file
from flows.sources.lists import is_any_named
from flows.store import is_dataset

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.sources")

SITEMAP_URL = re.compile(r"sitemap[^/?#]{0,80}\.xml(\.gz)?$", re.IGNORECASE)


def check(sources: Sequence[str], settings: Settings) -> None:
    """Raise UsageError for a source that does not exist or cannot be understood."""
    understand(sources, settings)


def understand(sources: Sequence[str], settings: Settings) -> list[Source]:
    """Every argument as a Source. Raises UsageError in one line."""
    found: list[Source] = []
    for argument in dict.fromkeys(sources):
        found += [replace(s, name=public(s.name)) for s in understand_one(argument, settings)]
    if not found:
        raise UsageError("no source given")
    chosen = (settings.column, settings.url_column)
    found = [replace(s, column=s.column or chosen[0], url_column=s.url_column or chosen[1]) for s in found]
    for source in found:
        if source.kind == "folder":
            out = settings.out
            if is_dataset(source.where) or (out and os.path.realpath(source.where) == os.path.realpath(out)):
                raise UsageError(f"{source.name}: a dataset of ours is no source of pages; name another folder, or OUT")
        if source.kind in ("urls", "list") and source.where != "-" and not is_any_named(source.where):
            raise UsageError(f"{source.name}: names no page: there is no line in it but comments and empty ones")
        if source.kind in ("jsonl", "parquet"):
            from flows.sources.records import check_columns

            check_columns(source)
    return _rooted(found)


def understand_one(argument: str, settings: Settings) -> list[Source]:
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
        raise UsageError(f"{public(argument)}: only http and https addresses can be fetched")
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
            raise UsageError(f"{public(argument)}: matches nothing")
        return [Source(argument, "glob", os.path.abspath(argument))]
    raise UsageError(f"{public(argument)}: no such file or folder")


def _named(argument: str, kind: str, where: str) -> Source:
    """A source whose kind is said: `sitemap:https://…`, `urls:FILE`, `jsonl:FILE`."""
    if re.match(r"https?://", where, re.IGNORECASE):
        if kind not in ("url", "sitemap"):
            raise UsageError(f"{public(argument)}: a {kind} source is a file")
        return Source(argument, kind, where)
    if kind == "url":
        raise UsageError(f"{public(argument)}: not an http or https address")
    if where != "-" and not Path(where).is_file():
        raise UsageError(f"{public(where)}: no such file")
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
