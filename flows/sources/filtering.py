"""Which entries of a source a run takes: include, exclude, since."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.pages import Entry, Target
from flows.sources.base import Source

if TYPE_CHECKING:
    from flows.settings import Settings


def taken(source: Source, settings: Settings) -> Callable[[Entry], bool]:
    """Whether a source's entry is one that the run takes."""
    wanted = let_through(source, settings)
    if settings.since is None:
        return lambda entry: wanted(entry.address)
    first, zone = settings.since, ZoneInfo(settings.timezone)
    return lambda entry: wanted(entry.address) and _dated_since(entry, first, zone)


def let_through(source: Source, settings: Settings) -> Callable[[str], bool]:
    """Whether include and exclude let an address through."""
    include = [_anywhere(g) for g in (*source.include, *settings.include)]
    exclude = [_anywhere(g) for g in (*source.exclude, *settings.exclude)]

    def wanted(address: str) -> bool:
        if include and not any(fnmatch.fnmatchcase(address, glob) for glob in include):
            return False
        return not any(fnmatch.fnmatchcase(address, glob) for glob in exclude)

    return wanted


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
