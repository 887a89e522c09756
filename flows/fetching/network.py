"""Polite HTTP for a stream of addresses: pages come out as they arrive.

The event loop runs in a thread of its own; sources and the run's state are only touched by the caller's thread. What
has been fetched and not yet taken is bounded, so a slow disk slows the fetching and memory stays flat.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from flows import addresses, metrics, showing
from flows.errors import FetchError, GoneError, QingwenError, TransientError
from flows.fetching.client import Answer, Client
from flows.pages import Entry, SourcePage, Target
from schemas.records import Rejection

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.fetching")

T = TypeVar("T")
PENDING = 2_000  # addresses that wait for their turn: enough that a slow host does not hold up the others
UNTAKEN_BYTES = 64 * 2**20  # fetched and not yet taken: no new request begins above this
REMEMBERED = 2_000_000  # addresses kept so that none is asked for twice; a run of more may ask again for a few
TELL_SECONDS = 60.0


class Network:
    """The fetcher's thread. Made when the first address is met; `close` leaves nothing running."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pending = 0
        self._results: queue.Queue[SourcePage] = queue.Queue()
        self._untaken = 0
        self._loop = asyncio.new_event_loop()
        self._room = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="fetching", daemon=True)
        self._thread.start()
        self._client: Client = self.call(self._open())

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the fetcher's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def get(self, url: str) -> Answer:
        """One address, now (sitemaps). Raises FetchError."""
        return self.call(self._client.get(url, any_type=True))

    def submit(self, target: Target, validators: tuple[str | None, str | None] = (None, None)) -> None:
        """Have an address fetched; its page comes out of `take`."""
        self.pending += 1
        metrics.put("qingwen_fetch_waiting", self.pending)
        asyncio.run_coroutine_threadsafe(self._fetch(target, validators), self._loop)

    def ready(self) -> bool:
        """Whether a page can be taken at once."""
        return not self._results.empty()

    def take(self) -> SourcePage:
        """The next page that is there."""
        while True:
            try:
                page = self._results.get(timeout=5.0)
                break
            except queue.Empty:
                if not self._thread.is_alive():
                    raise QingwenError("the fetcher has ended") from None
        self.pending -= 1
        metrics.put("qingwen_fetch_waiting", self.pending)
        self._loop.call_soon_threadsafe(self._taken, len(page.data or b""))
        return page

    def close(self) -> None:
        """Give up what is under way and end the thread."""
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop has just closed
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)

    async def _open(self) -> Client:
        self._room.set()
        return Client(self.settings)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            with contextlib.suppress(Exception):
                self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
                self._loop.run_until_complete(self._client.close())
            self._loop.close()

    async def _fetch(self, target: Target, validators: tuple[str | None, str | None]) -> None:
        await self._room.wait()
        try:
            page = await self._page(target, validators)
        except Exception as error:  # one address must never stop the others
            page = _rejected(target, "failed", f"{type(error).__name__}: {error}", transient=True)
        self._untaken += len(page.data or b"")
        if self._untaken > UNTAKEN_BYTES:
            self._room.clear()
        self._results.put(page)

    async def _page(self, target: Target, validators: tuple[str | None, str | None]) -> SourcePage:
        etag, last_modified = validators
        try:
            answer = await self._client.get(target.url, etag=etag, last_modified=last_modified)
        except GoneError as error:
            return _page_of(target, http_status=error.status, gone=True)
        except FetchError as error:
            transient = isinstance(error, TransientError)
            return _rejected(target, error.reason, error.detail, status=error.status, transient=transient)
        return _page_of(
            target,
            data=None if answer.status == 304 else answer.body,
            not_modified=answer.status == 304,
            content_type=answer.content_type,
            http_status=answer.status,
            fetched_at=answer.fetched_at,
            etag=answer.etag,
            last_modified=answer.last_modified,
            final_url=answer.url,
        )

    def _taken(self, size: int) -> None:
        self._untaken -= size
        if self._untaken <= UNTAKEN_BYTES:
            self._room.set()


def fetch_all(
    entries: Iterator[Entry],
    network: Network,
    validators: Callable[[str], tuple[str | None, str | None]] | None = None,
) -> Iterator[SourcePage]:
    """Pages of a stream that holds pages and addresses; what is a page already passes by.

    validators: (etag, last_modified) of the version of a page that is known, by its page_id.
    """
    counts: collections.Counter[str] = collections.Counter()
    asked: set[int] = set()
    told = time.monotonic()
    for entry in entries:
        if isinstance(entry, SourcePage):
            yield entry
            continue
        name = addresses.page_id(entry.url)
        if int(name, 16) in asked:
            continue
        if len(asked) < REMEMBERED:
            asked.add(int(name, 16))
        network.submit(entry, validators(name) if validators else (None, None))
        while network.pending >= PENDING or network.ready():
            yield _counted(network.take(), counts)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                log.info("fetching: %s, %d waiting", showing.counts(counts), network.pending)
    while network.pending:
        yield _counted(network.take(), counts)
    if counts:
        log.info("fetched: %s", showing.counts(counts))


def _counted(page: SourcePage, counts: collections.Counter[str]) -> SourcePage:
    what = "gone" if page.gone else "not modified" if page.not_modified else "pages"
    outcome = page.rejection.reason if page.rejection is not None else what
    counts[outcome] += 1
    metrics.add("qingwen_fetched", outcome=outcome)
    return page


def _rejected(target: Target, reason: str, detail: str, *, status: int | None = None, transient: bool) -> SourcePage:
    rejection = Rejection("fetch", reason, detail)
    return _page_of(target, rejection=rejection, http_status=status, transient=transient)


def _page_of(target: Target, **about: Any) -> SourcePage:
    return SourcePage(
        addresses.public(target.url),
        source=addresses.public(target.source),
        policy=target.policy,
        provenance=target.provenance,
        **about,
    )
