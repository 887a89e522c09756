"""Politeness: whose turn it is at a host, and what its robots.txt allows (RFC 9309)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows import metrics
from flows.errors import BusyError, FetchError, NetworkError, RefusedError, TransientError
from flows.fetching import robots

if TYPE_CHECKING:
    from protego import Protego

    from flows.settings import Settings

HOSTS = 5_000  # remembered at a time, with their robots.txt
FAILURES_OF_A_HOST = 10  # requests in a row out of reach, retries counted


@dataclass(slots=True)
class Host:
    """A host: how many requests are under way, when the next may start, and its rules."""

    name: str
    slots: asyncio.Semaphore
    next_start: float = 0.0  # of the loop's clock
    delay: float = 0.0
    users: int = 0  # pages that are at work with it
    failures: int = 0  # requests in a row that did not reach it
    robots_failures: int = 0  # times that a robots.txt could not be had
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while the rules are asked about an address
    robots: dict[str, asyncio.Future[Any]] = field(
        default_factory=dict
    )  # origin -> Protego, None (all is allowed) or an error


class Hosts:
    """All hosts of a run."""

    def __init__(self, settings: Settings, fetch_robots: Callable[[str], Awaitable[tuple[int, bytes]]]) -> None:
        """fetch_robots: gives (status, body) of a robots.txt, its redirects followed; raises FetchError."""
        self.settings = settings
        self.fetch_robots = fetch_robots
        self.agent = product_token(settings.agent())
        self.requests = asyncio.Semaphore(settings.concurrency)
        self._hosts: dict[str, Host] = {}

    def host(self, name: str) -> Host:
        """The host of that name."""
        if name not in self._hosts:
            if len(self._hosts) >= HOSTS:
                self._forget()
            slots = asyncio.Semaphore(self.settings.host_concurrency)
            self._hosts[name] = Host(name, slots, delay=self.settings.delay)
        return self._hosts[name]

    def _forget(self) -> None:
        """Forget the hosts that nobody works with and that have no delay to keep: memory stays flat in a broad crawl.
        Should one come again, its robots.txt is asked for again."""
        now = asyncio.get_running_loop().time()
        idle = [name for name, host in self._hosts.items() if not host.users and host.next_start < now]
        for name in idle:
            del self._hosts[name]

    @contextlib.contextmanager
    def _using(self, name: str) -> Iterator[Host]:
        host = self.host(name)
        host.users += 1
        try:
            yield host
        finally:
            host.users -= 1

    @contextlib.asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Host]:
        """Wait for a turn at a host: its slots, its delay since the last request began, and the run's own cap."""
        clock = asyncio.get_running_loop().time
        with self._using(name) as host:
            async with host.slots:
                while True:
                    if (wait := host.next_start - clock()) > 0:
                        await asyncio.sleep(wait)
                        continue
                    await self.requests.acquire()
                    if host.next_start <= clock():  # still our turn: nobody served, no patience asked for meanwhile
                        break
                    self.requests.release()
                host.next_start = clock() + host.delay
                try:
                    yield host
                finally:
                    self.requests.release()

    def told(self, name: str, reached: bool) -> None:
        """Note whether a request has reached a host."""
        host = self.host(name)
        host.failures = 0 if reached else host.failures + 1
        if not reached:
            metrics.add("qingwen_host_backoffs", cause="out of reach")

    def is_down(self, name: str) -> bool:
        """Whether a host was out of reach so often in a row that its other pages are left for another night."""
        return self.host(name).failures >= FAILURES_OF_A_HOST

    def hold(self, name: str, seconds: float) -> None:
        """Ask nothing more of a host for so long: it has answered 429 or 503."""
        host = self.host(name)
        host.next_start = max(host.next_start, asyncio.get_running_loop().time() + seconds)
        metrics.add("qingwen_host_backoffs", cause="asked for patience")

    async def check(self, url: str, origin: str, name: str) -> None:
        """Raise RefusedError where robots.txt does not allow an address, NetworkError where it cannot be had."""
        if not self.settings.robots:
            return
        with self._using(name) as host:
            rules = await self.rules(origin, name)
            # 500 KiB of rules with wildcards take .4 s for an address: so it is done beside the loop, and for one
            # address of a host at a time, or its pages would fill the threads that other hosts need.
            async with host.asking:
                allowed = rules is None or await asyncio.to_thread(rules.can_fetch, url, self.agent)
        if not allowed:
            raise RefusedError("robots.txt", reason="robots")

    async def rules(self, origin: str, name: str) -> Protego | None:
        """The rules of an origin (None: all is allowed), asked for once in a run. Sets the host's delay."""
        host = self.host(name)
        if origin not in host.robots:
            host.robots[origin] = asyncio.ensure_future(self._ask(origin, host))
        asked = host.robots[origin]
        try:
            rules: Protego | None = await asyncio.shield(asked)
        except TransientError:
            if host.robots.get(origin) is asked and host.robots_failures < self.settings.fetch_retries:
                host.robots_failures += 1
                del host.robots[origin]  # the next page asks again
            raise
        return rules

    async def _ask(self, origin: str, host: Host) -> Protego | None:
        try:
            status, body = await self.fetch_robots(origin + "/robots.txt")
        except TransientError as error:  # RFC 9309, 2.3.1.4: unreachable means complete disallow
            raise NetworkError(str(error), reason="robots unreachable") from error
        except RefusedError:
            raise
        except FetchError as error:  # an answer that cannot be read says nothing, so nothing is allowed
            raise NetworkError(str(error), reason="robots unreachable") from error
        if status == 429 or status >= 500:
            raise BusyError(f"HTTP {status}", reason="robots unreachable", status=status)
        if not 200 <= status < 300:  # 2.3.1.3: unavailable means that all is allowed
            return None
        rules = await asyncio.to_thread(robots.parse, body, self.agent)
        host.delay = max(host.delay, self._asked_delay(rules))
        return rules

    def _asked_delay(self, rules: Protego) -> float:
        delay = float(rules.crawl_delay(self.agent) or 0.0)
        rate = rules.request_rate(self.agent)
        if rate is not None and rate.requests:
            delay = max(delay, rate.seconds / rate.requests)
        if delay > self.settings.max_crawl_delay:
            raise RefusedError(f"robots.txt asks for {delay:,.0f} s between requests", reason="crawl delay")
        return delay


def product_token(agent: str) -> str:
    """What robots.txt knows a crawler by: the product of its User-Agent without version and comment."""
    return agent.split("/")[0].split("(")[0].strip() or "*"
