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

import collections
import datetime as dt
import fnmatch
import itertools
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cleaners.policy import Policy
from flows import addresses
from flows.errors import UsageError
from flows.layout import COMMITS
from flows.pages import SourcePage

log = logging.getLogger("qingwen.sources")

KINDS = ("page", "folder", "glob", "list", "urls", "url", "sitemap", "warc", "jsonl", "parquet", "sources")
LOCAL = ("page", "folder", "glob", "warc", "jsonl", "parquet")
BY_SUFFIX = {
    ".warc": "warc",
    ".warc.gz": "warc",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".jsonl.zst": "jsonl",
    ".ndjson": "jsonl",
    ".ndjson.gz": "jsonl",
    ".parquet": "parquet",
}
SITEMAP_URL = re.compile(r"sitemap[^/?#]{0,80}\.xml(\.gz)?$", re.IGNORECASE)
MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Source:
    """One source, understood."""

    name: str  # as given, or its name in sources.toml
    kind: str  # KINDS
    where: str  # path, pattern or address
    root: str = ""  # folder that the addresses of its pages are relative to
    prefix: str = ""  # stands before them: the source's name in sources.toml
    policy: Policy | None = None
    column: str = ""  # JSONL, Parquet: column of HTML or text; "" finds one
    url_column: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limit: int = 0

    def name_page(self, path: str, **place: Any) -> str:
        """The file: address of one of its pages: its path, and the line or member in it."""
        relative = os.path.relpath(path, self.root) if self.root else path.lstrip("/")
        return addresses.file_address(self.prefix + relative, **place)


@dataclass(frozen=True, slots=True)
class Target:
    """An address still to be fetched."""

    url: str
    source: Source
    lastmod: str | None = None  # as the sitemap says, W3C date and time
    provenance: str = ""  # the list or sitemap that names it

    @property
    def address(self) -> str:
        """The same name as a page's address has."""
        return self.url


Entry = SourcePage | Target


def check(sources: Sequence[str], settings: Any) -> None:
    """Raise UsageError for a source that does not exist or cannot be understood."""
    understand(sources, settings)


def plan(sources: Sequence[str], settings: Any, state: Any = None) -> Iterator[SourcePage]:
    """The pages of all sources, streamed: local ones first, then what has to be fetched.

    state: `done(page_id)` says which pages a dead attempt of this run has staged, and `validators(page_id)` gives
    (etag, last_modified) for conditional requests. Raises UsageError at once, before the first page is asked for.
    """
    understood = understand(sources, settings)
    return _stream(understood, settings, state)


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
            from flows.sources_records import check_columns

            check_columns(source)
    return _rooted(found)


def kind_of_file(path: Path) -> str:
    """What a file named by the user is, by its suffix and, for .txt, .xml and .toml, by its beginning."""
    name = path.name.lower()
    for suffix, kind in BY_SUFFIX.items():
        if name.endswith(suffix):
            return kind
    if name.endswith(".toml"):
        return "sources"
    if name.endswith((".xml", ".xml.gz")):
        from flows.sources_sitemaps import is_sitemap

        return "sitemap" if is_sitemap(path) else "page"
    if name.endswith(".urls"):
        return "urls"
    if name.endswith((".txt", ".lst", ".list")):
        from flows.sources_lists import is_url_list

        return "urls" if is_url_list(path) else "page"
    return "page"


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
            from flows.sources_toml import read_sources

            return read_sources(path, settings)
        return [Source(argument, kind, os.path.abspath(path))]
    if MAGIC.search(argument):
        from flows.sources_files import matches

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


def place(source: Source) -> str:
    """The folder that a local source's pages lie in."""
    if source.kind == "folder":
        return source.where
    if source.kind == "glob":
        parts = Path(source.where).parts
        fixed = next(n for n, part in enumerate(parts) if MAGIC.search(part))
        return os.path.join(*parts[:fixed])
    return os.path.dirname(source.where)


def _is_local(source: Source) -> bool:
    return source.kind in LOCAL


def _stream(sources: list[Source], settings: Any, state: Any) -> Iterator[SourcePage]:
    """Local pages first, then what has to be fetched, all remote sources in turn so that no host starves another."""
    limit = getattr(settings, "limit", 0) or None
    with _Network(settings) as network:
        local = _by_name([s for s in sources if _is_local(s)], settings, network)
        remote = _round_robin(_by_name([s for s in sources if not _is_local(s)], settings, network))
        entries: Iterator[Entry] = itertools.islice(
            itertools.chain(itertools.chain.from_iterable(local), remote), limit
        )
        done: Callable[[str], bool] | None = getattr(state, "done", None)
        if done is not None:
            entries = (e for e in entries if not done(addresses.page_id(e.address)))
        for entry in entries:
            if isinstance(entry, SourcePage):
                yield entry
            else:
                from flows import fetching

                rest = itertools.chain((entry,), entries)
                yield from fetching.fetch_all(rest, network(), getattr(state, "validators", None))


class _Network:
    """The network of a plan, made when it is first needed: a run over files never imports it."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        self._made: Any = None

    def __call__(self) -> Any:
        if self._made is None:
            from flows import fetching

            self._made = fetching.Network(self._settings)
        return self._made

    def __enter__(self) -> _Network:
        return self

    def __exit__(self, *_: object) -> None:
        if self._made is not None:
            self._made.close()


def _wanted(source: Source, settings: Any, network: Callable[[], Any]) -> Iterator[Entry]:
    """The entries of a source that include, exclude and since let through."""
    include = source.include + tuple(getattr(settings, "include", ()))
    exclude = source.exclude + tuple(getattr(settings, "exclude", ()))
    since: dt.date | None = getattr(settings, "since", None)
    entries = _open(source, settings, network)
    if include:
        entries = (e for e in entries if any(fnmatch.fnmatchcase(e.address, g) for g in map(_anywhere, include)))
    if exclude:
        entries = (e for e in entries if not any(fnmatch.fnmatchcase(e.address, g) for g in map(_anywhere, exclude)))
    if since is not None:
        zone = ZoneInfo(getattr(settings, "timezone", "UTC"))
        first = since
        entries = (e for e in entries if _dated_since(e, first, zone))
    return entries


def _by_name(sources: list[Source], settings: Any, network: Callable[[], Any]) -> list[Iterator[Entry]]:
    """The entries of the sources of each name, within the limit of that name."""
    streams: list[Iterator[Entry]] = []
    for _, group in itertools.groupby(sources, key=lambda source: source.name):
        places = list(group)
        entries = itertools.chain.from_iterable(_wanted(place, settings, network) for place in places)
        streams.append(itertools.islice(entries, places[0].limit or None))
    return streams


def _anywhere(glob: str) -> str:
    """A pattern without a scheme holds for any part of the address: `*.html`, `news/*`, `example.cn`."""
    return glob if "://" in glob or glob.startswith("file:") else f"*{glob}" if glob.endswith("*") else f"*{glob}*"


def _dated_since(entry: Entry, since: dt.date, zone: ZoneInfo) -> bool:
    """Whether an entry is dated `since` or later; one without a date is taken, for it may be new."""
    text = entry.lastmod if isinstance(entry, Target) else entry.fetched_at
    if not text:
        return True
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text[:10] >= since.isoformat()
    return (moment.astimezone(zone) if moment.tzinfo else moment).date() >= since


def open_local(source: Source, settings: Any) -> Iterator[SourcePage]:
    """The pages of a source that lies on the disk."""
    return (entry for entry in _open(source, settings) if isinstance(entry, SourcePage))


def _open(source: Source, settings: Any, network: Callable[[], Any] | None = None) -> Iterator[Entry]:
    """The entries of one source, streamed."""
    if source.kind in ("page", "folder", "glob"):
        from flows import sources_files

        return sources_files.pages(source, settings)
    if source.kind in ("url", "urls", "list"):
        from flows import sources_lists

        return sources_lists.entries(source, settings)
    if source.kind == "sitemap":
        from flows import sources_sitemaps

        return sources_sitemaps.entries(source, settings, network)
    if source.kind == "warc":
        from flows import sources_warc

        return sources_warc.pages(source, settings)
    from flows import sources_records

    return sources_records.pages(source, settings)


def _round_robin(streams: list[Iterator[Entry]]) -> Iterator[Entry]:
    waiting = collections.deque(streams)
    while waiting:
        stream = waiting.popleft()
        entry = next(stream, None)
        if entry is not None:
            yield entry
            waiting.append(stream)
