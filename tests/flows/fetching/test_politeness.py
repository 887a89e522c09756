"""Hosts are asked no faster than they and we want, wait for no other host, and are left alone when out of reach."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable

import pytest
from crawling import fetch, fetch_paths
from misbehaving import Server, reply, serving

from flows.fetching.client import retry_after


def gaps(server: Server) -> list[float]:
    """Seconds between the requests that the server saw, robots.txt and retries included."""
    times = sorted(request.at for request in server.log)
    return [after - before for before, after in itertools.pairwise(times)]


def kept(crawl: Callable[[], float], delay: float, tries: int = 3) -> bool:
    """Whether the least gap of a crawl is `delay`, less a little: a server's clock starts when its thread gets to run.

    On a busy machine that may be late by more than the delay once, but hardly every time.
    """
    return any(crawl() > delay - 0.06 for _ in range(tries))


def test_the_delay_between_two_requests_to_a_host_is_kept() -> None:
    """Pages, redirects, retries and robots.txt all count, however many requests may be under way."""

    def crawl() -> float:
        with serving() as server:
            fetch_paths(server, ["/a", "/b", "/redirect", "/twice-503"], delay=0.25, host_concurrency=4)
            assert len(server.log) == 1 + 2 + 2 + 3
            return min(gaps(server))

    assert kept(crawl, 0.25)


def test_the_crawl_delay_of_robots_txt_is_kept() -> None:
    def crawl() -> float:
        with serving(robots=reply(headers="", body=b"User-agent: *\nCrawl-delay: 0.4\n")) as server:
            fetch_paths(server, ["/a", "/b", "/c"])
            return min(gaps(server)[1:])

    assert kept(crawl, 0.4)


def test_a_host_that_asks_for_patience_gets_it_from_all_its_pages() -> None:
    """After 429 with Retry-After nothing is asked of the host for so long, not only not that page."""
    with serving() as server:
        fetch_paths(server, ["/busy-429", *(f"/{n}" for n in range(5))], host_concurrency=1, delay=0.02)
        asked = [request.at for request in server.asked()]
        busy = server.asked("/busy-429")[0].at
        after = [at - busy for at in asked if at > busy]
        assert after and min(after) > 0.9


def test_hosts_do_not_wait_for_each_other() -> None:
    """Eight pages of each of three hosts, 0.2 s apart on each host: as long as one host takes, not three."""
    with serving("127.0.0.2") as two, serving("127.0.0.3") as three, serving("127.0.0.4") as four:
        urls = [s.url(f"/{n}") for s in (two, three, four) for n in range(8)]
        begun = time.monotonic()
        found = fetch(*urls, delay=0.2, host_concurrency=1)
        took = time.monotonic() - begun
        assert all(page.data for page in found.values())
        assert 8 * 0.2 <= took < 2 * 9 * 0.2 + 1.5


def test_a_host_that_is_out_of_reach_is_left_in_peace() -> None:
    """Fifty pages of a port where nobody listens: after some refusals the rest is told without being tried."""
    with serving() as server:
        port = server.port
    found = fetch(*(f"http://127.0.0.1:{port}/{n}" for n in range(50)), fetch_retries=1, robots=False)
    reasons = [page.rejection.reason for page in found.values() if page.rejection is not None]
    assert len(reasons) == 50
    assert reasons.count("host down") > 20
    assert all(page.transient for page in found.values())


def test_a_broad_crawl_remembers_a_bounded_number_of_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty hosts, five remembered: all are fetched, and politeness is not forgotten while a host is at work."""
    from contextlib import ExitStack

    from flows.fetching import hosts

    monkeypatch.setattr(hosts, "HOSTS", 5)

    def crawl() -> float:
        with ExitStack() as stack:
            servers = [stack.enter_context(serving(f"127.0.1.{n}")) for n in range(1, 21)]
            found = fetch(*(s.url(f"/{n}") for n in range(2) for s in servers), delay=0.3, host_concurrency=1)
            assert all(page.data for page in found.values())
            return min(min(gaps(s)) for s in servers)

    assert kept(crawl, 0.3)


def test_retry_after_reads_seconds_and_dates() -> None:
    now = dt.datetime(2026, 3, 1, 12, 0, 0, tzinfo=dt.UTC)
    assert retry_after("120") == 120
    assert retry_after("Sun, 01 Mar 2026 12:00:30 GMT", now) == 30
    assert retry_after("Sun, 01 Mar 2026 11:00:00 GMT", now) == 0
    assert retry_after("soon") is retry_after(None) is retry_after("") is retry_after("-5") is None
    assert retry_after("9" * 400) is not None
