"""Files, folders and globs as pages."""

from __future__ import annotations

import collections
import datetime as dt
import functools
import glob
import logging
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.errors import UnfitError
from flows.pages import SourcePage
from flows.showing import counts, line
from flows.sources.base import BY_SUFFIX, Source, place
from flows.store import is_dataset
from schemas.records import Rejection

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.sources")

Contained = Callable[[Source, str, Any], Iterator[SourcePage] | None]

# Files in a folder that are not pages. Containers (WARC, JSONL, Parquet, archives) hold pages and are taken when they
# are named or matched by a glob; the rest lies beside pages in any crawl folder. All other files are pages, also those
# without a suffix; what turns out to be an image becomes a reject row.
LEFT_IN_FOLDERS = (
    *BY_SUFFIX,
    ".gz",
    ".zst",
    ".xz",
    ".bz2",
    ".zip",
    ".tar",
    ".tgz",
    ".7z",
    ".arc",
    ".urls",
    ".cdx",
    ".cdxj",
)
NOT_PAGES = (
    *(".json", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".conf", ".env", ".lock", ".csv", ".tsv", ".md", ".rst"),
    *(".css", ".js", ".mjs", ".map", ".ts", ".py", ".pyc", ".ipynb", ".sh", ".sql", ".log", ".sqlite", ".db"),
    *(".sha256", ".md5", ".sig", ".part", ".tmp", ".swp", ".bak", ".crc"),
)


def pages(source: Source, settings: Settings, contained: Contained | None = None) -> Iterator[SourcePage]:
    """The pages of a file, folder or glob, in the order of their paths.

    contained: gives the pages of a file that a glob matched where it is a container, None where it is a page itself.
    """
    if source.kind == "page":
        yield page(source, source.where, settings)
    elif source.kind == "folder":
        yield from _folder(source, source.where, settings)
    else:
        root = os.path.realpath(place(source))
        for path in matches(source.where):
            if not settings.follow_links and leads_out(path, root):
                yield _link(source, path)
            elif os.path.isdir(path):
                if "**" not in source.where:
                    yield from _folder(source, path, settings)
            else:
                yield from (contained and contained(source, path, settings)) or (page(source, path, settings),)


def matches(pattern: str) -> Iterator[str]:
    """Paths that match a glob, in order; hidden ones only where the pattern names the dot."""
    return iter(sorted(glob.iglob(pattern, recursive="**" in pattern), key=lambda path: path.split(os.sep)))


def page(source: Source, path: str, settings: Settings) -> SourcePage:
    """One file as a page that is read when it is needed. What is no readable file comes with a rejection."""
    address = source.name_page(path)
    provenance = os.fsencode(path).decode("utf-8", "replace")
    common: dict[str, Any] = {"address": address, "provenance": provenance}
    common |= {"source": source.name, "policy": source.policy}
    try:
        status = os.stat(path)
    except OSError as error:
        return SourcePage(**common, rejection=Rejection("source", "unreadable", error.strerror or str(error)))
    if not stat.S_ISREG(status.st_mode):  # opening a pipe or a device could wait for ever
        return SourcePage(**common, rejection=Rejection("source", "not a file", stat.filemode(status.st_mode)))
    cap = settings.max_page_bytes
    if status.st_size > cap:
        detail = f"{status.st_size:,} bytes, the cap is {cap:,}"
        return SourcePage(**common, rejection=Rejection("source", "too large", detail))
    modified = dt.datetime.fromtimestamp(int(status.st_mtime), dt.UTC).isoformat()
    return SourcePage(**common, read=functools.partial(read_file, path, cap), fetched_at=modified)


def read_file(path: str, cap: int) -> bytes:
    """A file's bytes. Raises OSError, or UnfitError where it has grown over the cap."""
    with open(path, "rb") as file:
        data = file.read(cap + 1)
    if len(data) > cap:
        raise UnfitError(f"over {cap:,} bytes", reason="too large")
    return data


def _folder(source: Source, folder: str, settings: Settings) -> Iterator[SourcePage]:
    """A folder's pages, in the order of their paths; what is left out is told once, by suffix."""
    left_out: collections.Counter[str] = collections.Counter()
    out = os.path.realpath(settings.out)
    real = os.path.realpath(folder)
    yield from _walk(source, folder, settings, _Way(real, out, {real}), left_out)
    if left_out:
        told = line(source.name), counts(left_out)
        log.info("%s: files left out, for they are no pages (name or glob them to take them): %s", *told)


def leads_out(path: str, root: str) -> bool:
    """Whether a path is, or lies behind, a link to what is not below `root`, which has no links in it itself."""
    real = os.path.realpath(path)
    return real != root and not real.startswith(root.rstrip(os.sep) + os.sep)


def _link(source: Source, path: str) -> SourcePage:
    """A link in a source that leads out of it: whoever may write there could have any file of this machine read."""
    return SourcePage(
        source.name_page(path),
        source=source.name,
        policy=source.policy,
        rejection=Rejection("source", "link", "leads out of the source (--follow-links takes it)"),
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """A walk through a folder: its root, the dataset that is no part of it, and the folders it has been in."""

    root: str
    out: str
    seen: set[str]


def _walk(
    source: Source, folder: str, settings: Settings, way: _Way, left_out: collections.Counter[str]
) -> Iterator[SourcePage]:
    try:
        with os.scandir(folder) as scan:
            found = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield SourcePage(
            source.name_page(folder),
            source=source.name,
            rejection=Rejection("source", "unreadable", f"folder: {error.strerror}"),
            partial=True,
        )
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() and not settings.follow_links and leads_out(entry.path, way.root):
            yield _link(source, entry.path)
        elif entry.is_dir():
            real = os.path.realpath(entry.path)
            if real == way.out or is_dataset(real):
                log.info("%s: left out, for it is a dataset: %s", line(source.name), line(entry.path))
            elif real in way.seen:  # a link leads back to a folder above, or twice to one
                told = line(source.name), line(entry.path)
                log.info("%s: left out, for it was read under another name: %s", *told)
            else:
                way.seen.add(real)
                yield from _walk(source, entry.path, settings, way, left_out)
        elif suffix := _not_a_page(entry.name):
            left_out[suffix] += 1
        else:
            yield page(source, entry.path, settings)


def _not_a_page(name: str) -> str:
    """The suffix for which a file in a folder is left out, "" for a page."""
    lower = name.lower()
    return next((suffix for suffix in (*LEFT_IN_FOLDERS, *NOT_PAGES) if lower.endswith(suffix)), "")
