"""The pages of all sources as one stream: local ones first, then what has to be fetched."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from flows import addresses
from flows.pages import Entry, SourcePage
from flows.sources.base import LOCAL, Source
from flows.sources.filtering import let_through, taken
from flows.sources.gauging import Gauge, Reading
from flows.sources.opening import open_source
from flows.sources.understanding import understand
from flows.sources.wholes import Whole, gone, whole_of

if TYPE_CHECKING:
    from flows.settings import Settings


def plan(sources: Sequence[str], settings: Settings, state: Any = None) -> Iterator[SourcePage]:
    """The pages of all sources, streamed: local ones first, then what has to be fetched.

    state: `done(page_id)` says which pages a dead attempt of this run has staged, and `validators(page_id)` gives
    (etag, last_modified) for conditional requests. Raises UsageError at once, before the first page is asked for.
    """
    understood = understand(sources, settings)
    return stream(understood, settings, state)


def _is_local(source: Source) -> bool:
    return source.kind in LOCAL


def stream(sources: list[Source], settings: Settings, state: Any, gauge: Gauge | None = None) -> Iterator[SourcePage]:
    """Local pages first, then what has to be fetched, all remote sources in turn so that no host starves another.

    gauge: is told how far each source has been read.
    """
    limit = settings.limit or None
    with _Network(settings) as network:
        wholes: list[Whole] = []
        local = _by_name([s for s in sources if _is_local(s)], settings, network, wholes, gauge)
        remote = _round_robin(_by_name([s for s in sources if not _is_local(s)], settings, network, wholes, gauge))
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
        yield from gone(wholes, state)


class _Network:
    """The network of a plan, made when it is first needed: a run over files never imports it."""

    def __init__(self, settings: Settings) -> None:
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


def _wanted(
    source: Source, settings: Settings, network: Callable[[], Any], whole: Whole | None, reading: Reading
) -> Iterator[Entry]:
    """The entries of a source that include, exclude and since let through."""
    entries = open_source(source, settings, network, reading)
    if whole is not None:
        entries = whole.watch(source, entries)
    return reading.watch(filter(taken(source, settings), entries))


def _by_name(
    sources: list[Source],
    settings: Settings,
    network: Callable[[], Any],
    wholes: list[Whole],
    gauge: Gauge | None,
) -> list[Iterator[Entry]]:
    """The entries of the sources of each name, within the limit of that name; those that are wholes are watched."""
    streams: list[Iterator[Entry]] = []
    for _, group in itertools.groupby(sources, key=lambda source: source.name):
        places = list(group)
        whole = whole_of(places, settings, let_through(places[0], settings))
        if whole is not None:
            wholes.append(whole)
        streams.append(itertools.islice(_of_places(places, settings, network, whole, gauge), places[0].limit or None))
    return streams


def _of_places(
    places: list[Source], settings: Settings, network: Callable[[], Any], whole: Whole | None, gauge: Gauge | None
) -> Iterator[Entry]:
    for place in places:
        yield from _wanted(place, settings, network, whole, gauge.of(place) if gauge else Reading())


def _round_robin(streams: list[Iterator[Entry]]) -> Iterator[Entry]:
    waiting = collections.deque(streams)
    while waiting:
        stream = waiting.popleft()
        entry = next(stream, None)
        if entry is not None:
            yield entry
            waiting.append(stream)
