"""What is gone: pages that a source had, and has no longer, where the source says that it is a whole.

A folder and a glob are wholes of their files; a list of addresses, a WARC or JSONL file is what came tonight, unless a
sources.toml says `whole = true` of it. Nothing is called gone where the source was not read whole: cut by a limit or a
date, broken on the way, or empty, which is what a disk that is not there looks like.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.pages import Entry, SourcePage
from flows.sources.base import LOCAL, Source

if TYPE_CHECKING:
    from flows.settings import Settings

Wanted = Callable[[str], bool]


@dataclass
class Whole:
    """A source that is a whole, as it is read. `wanted`: whether an address is one that it is read for."""

    places: tuple[Source, ...]
    wanted: Wanted
    pages: int = 0
    broken: bool = False
    read: int = 0  # places that were read to their end

    @property
    def name(self) -> str:
        """The source's name."""
        return self.places[0].name

    def watch(self, place: Source, entries: Iterator[Entry]) -> Iterator[Entry]:
        """All that one of its places holds, as it is read."""
        for entry in entries:
            self.pages += 1
            if isinstance(entry, SourcePage):
                self.broken |= entry.partial or (place.kind not in LOCAL and entry.rejection is not None)
            yield entry
        self.read += 1

    def misses(self, url: str, provenance: str | None) -> bool:
        """Whether a page that the source had and has not named tonight is gone from it."""
        if self.read < len(self.places) or not self.pages or self.broken or not self.wanted(url):
            return False
        if any(place.whole for place in self.places):
            return True
        # A file of a folder: named by its path, not a line or a member of a container, and not there any more.
        is_file = url.startswith("file:") and "#" not in url and "!" not in url
        return is_file and provenance is not None and not os.path.lexists(provenance)


def whole_of(places: list[Source], settings: Settings, wanted: Wanted) -> Whole | None:
    """How the sources of one name are watched; None where nothing can be told to be gone from them."""
    if any(place.whole is False or place.limit for place in places):
        return None
    if settings.limit or settings.since is not None:
        return None
    if not all(place.whole or place.kind in ("folder", "glob") for place in places):
        return None
    return Whole(tuple(places), wanted)


def gone(wholes: list[Whole], state: Any) -> Iterator[SourcePage]:
    """The pages that are gone from sources that were read whole. state: knows what they had (`vanished`)."""
    by_name = {whole.name: whole for whole in wholes}
    if not by_name or not hasattr(state, "vanished"):
        return
    for page_id, url, source, provenance in state.vanished(by_name):
        if by_name[source].misses(url, provenance):
            yield SourcePage(
                address=url, url=url, page_id=page_id, source=source, provenance=provenance or "", gone=True
            )
