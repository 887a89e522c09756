"""A server misbehaves in every way; each page ends in the right row, nothing hangs, and no rule of politeness is broken."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import misbehaving
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from misbehaving import Server, encoded, reply, serving
from protego import Protego

from flows import addresses
from flows.fetching import body as fetching_body
from flows.fetching import robots as fetching_robots
from flows.fetching.client import retry_after
from flows.fetching.hosts import product_token
from flows.pages import SourcePage
from flows.settings import Settings
from flows.sources import streaming

QUICK: dict[str, Any] = {
    "allow_private": True,
    "delay": 0.0,
    "host_concurrency": 16,
    "fetch_backoff": 0.05,
    "fetch_retries": 2,
    "fetch_seconds": 1.5,
    "max_page_bytes": 2**20,
    "contact": "https://example.org/about-our-crawler",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


class State:
    """What a dead attempt of the run has done, and what is known of pages."""

    def __init__(self, done: set[str] = frozenset(), known: dict[str, tuple[str | None, str | None]] | None = None):  # type: ignore[assignment]
        self._done, self._known = done, known or {}

    def done(self, page_id: str) -> bool:
        return page_id in self._done

    def validators(self, page_id: str) -> tuple[str | None, str | None]:
        return self._known.get(page_id, (None, None))


def fetch(*urls: str, state: Any = None, **settings: Any) -> dict[str, SourcePage]:
    """The pages of some addresses by address."""
    pages = streaming.plan(urls, Settings(**{**QUICK, **settings}), state)
    return {page.address: page for page in pages}


def fetch_paths(server: Server, paths: list[str], **settings: Any) -> dict[str, SourcePage]:
    found = fetch(*(server.url(path) for path in paths), **settings)
    return {path: found[server.url(path)] for path in paths}


def test_every_answer_ends_as_it_should_and_nothing_hangs(server: Server) -> None:
    """All misbehaviours at once, so that one could hold up another if it could."""
    paths = [*misbehaving.PAGES, *misbehaving.TERMINAL, *misbehaving.TRANSIENT, "/gone-404", "/gone-410"]
    begun = time.monotonic()
    found = fetch_paths(server, paths)
    assert time.monotonic() - begun < 40
    wrong = {}
    for path, page in found.items():
        reason = page.rejection.reason if page.rejection is not None else "gone" if page.gone else "page"
        expected = {**misbehaving.TERMINAL, **misbehaving.TRANSIENT}.get(path, "gone" if "gone" in path else "page")
        transient = path in misbehaving.TRANSIENT
        if reason != expected or page.transient != transient:
            wrong[path] = (page.rejection, page.transient)
        if expected == "page" and b"\xe9\x9b\x86\xe5\xb8\x82" not in (page.data or b"") and path != "/gb":
            wrong[path] = (page.data, page.rejection)
    assert not wrong


def test_what_can_succeed_later_is_tried_again_and_what_cannot_is_not(server: Server) -> None:
    """Terminal answers cost one request; transient ones 1 + fetch_retries; Retry-After over the limit costs one."""
    with serving() as server:
        paths = ["/forbidden", "/gone-404", "/image", "/broken-gzip", "/server-error", "/cut", "/patience"]
        fetch_paths(server, paths)
        assert [len(server.asked(path)) for path in paths] == [1, 1, 1, 1, 3, 3, 1]


def test_gone_pages_say_so(server: Server) -> None:
    found = fetch_paths(server, ["/gone-404", "/gone-410"])
    assert [(page.gone, page.http_status) for page in found.values()] == [(True, 404), (True, 410)]


def test_what_the_header_says_is_passed_on(server: Server) -> None:
    page = fetch_paths(server, ["/gb"])["/gb"]
    assert page.content_type == "text/html; charset=gb2312"
    assert page.data == misbehaving.PAGE.encode("gb18030")
    assert page.http_status == 200
    assert dt.datetime.fromisoformat(page.fetched_at or "").tzinfo is not None


def test_redirects_keep_the_address_that_was_asked_for(server: Server) -> None:
    page = fetch_paths(server, ["/redirect"])["/redirect"]
    assert page.address == server.url("/redirect")
    assert page.final_url == server.url("/ok?from=redirect")


def test_a_location_of_raw_bytes_is_escaped_byte_by_byte(server: Server) -> None:
    page = fetch_paths(server, ["/raw-location"])["/raw-location"]
    assert page.final_url == server.url("/%E8%B7%AF%E5%BE%84?%E6%9F%A5%E8%AF%A2=1")


@pytest.mark.parametrize("path", ["/etag", "/dated"])
def test_a_known_page_is_asked_for_conditionally(server: Server, path: str) -> None:
    """The validators of the version that is known go along, and 304 is told as not modified."""
    first = fetch_paths(server, [path])[path]
    assert first.data and not first.not_modified
    state = State(known={addresses.page_id(first.address): (first.etag, first.last_modified)})
    again = fetch_paths(server, [path], state=state)[path]
    assert again.not_modified and again.data is None and again.http_status == 304


def test_what_a_dead_attempt_has_staged_is_not_fetched_again() -> None:
    with serving() as server:
        state = State(done={addresses.page_id(server.url("/one"))})
        found = fetch(server.url("/one"), server.url("/two"), state=state)
        assert list(found) == [server.url("/two")]
        assert not server.asked("/one")


def test_the_same_address_is_asked_for_once() -> None:
    with serving() as server:
        fetch(server.url("/a"), server.url("/a?utm_source=x"), server.url("/a#part"))
        assert len(server.asked()) == 1


def test_the_fetcher_says_who_it_is(server: Server) -> None:
    fetch_paths(server, ["/who"])
    agent = server.asked("/who")[0].headers["user-agent"]
    assert agent.startswith("Qingwen/") and "https://example.org/about-our-crawler" in agent


def test_a_user_agent_of_ones_own_is_used_and_decides_which_robots_group_holds() -> None:
    robots = reply(headers="", body=b"User-agent: OurBot\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    with serving(robots=robots) as server:
        found = fetch_paths(server, ["/a"], user_agent="OurBot/1.0 (+https://example.org)")
        assert found["/a"].rejection is not None and found["/a"].rejection.reason == "robots"
        assert fetch_paths(server, ["/a"])["/a"].data


def test_user_and_password_reach_the_server_and_no_row(server: Server) -> None:
    url = server.url("/with-secret").replace("http://", "http://me:s3cret@")
    (page,) = fetch(url).values()
    assert server.asked("/with-secret")[0].headers["authorization"].startswith("Basic ")
    assert "s3cret" not in repr(page)


# --- unpacking --------------------------------------------------------------------------------------------------------


def test_a_body_that_takes_long_to_unpack_is_given_up_and_keeps_no_other_host_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: list[float] = []

    def slow(*_: Any, deadline: float, **__: Any) -> bytes:
        left.append(deadline - time.monotonic())
        time.sleep(1.2)
        return b""

    monkeypatch.setattr(fetching_body, "decoded", slow)
    with serving() as one, serving("127.0.0.2") as two:
        start = time.monotonic()
        paths = ["/gzip/1", "/gzip/2"]
        found = fetch(*map(one.url, paths), *(two.url(f"/{n}") for n in range(5)), fetch_seconds=0.5, fetch_retries=0)
        for path in paths:
            rejection = found[one.url(path)].rejection
            assert rejection is not None and rejection.reason == "timeout" and found[one.url(path)].transient
        assert all(found[two.url(f"/{n}")].data for n in range(5))
        assert max(request.at for request in two.asked()) - start < 1.0
    assert left and all(0 < seconds <= 0.5 for seconds in left)


def test_an_answer_of_empty_members_costs_no_other_host_its_page() -> None:
    body = gzip.compress(gzip.compress(gzip.compress(b"", mtime=0) * 150_000, mtime=0), mtime=0)
    misbehaving.plain("/members", headers=encoded("gzip, gzip, gzip"), body=body)
    with serving() as one, serving("127.0.0.2") as two:
        found = fetch(one.url("/members"), two.url("/ok"), fetch_seconds=2.0, fetch_retries=0, max_page_bytes=2**23)
        rejection = found[one.url("/members")].rejection
        assert rejection is not None and rejection.reason == "content encoding"
        assert found[two.url("/ok")].data


# --- robots.txt -------------------------------------------------------------------------------------------------------


def test_robots_txt_is_asked_for_first_and_once_and_obeyed() -> None:
    robots = reply(headers="", body=b"User-agent: *\nDisallow: /private/\nAllow: /private/open\n")
    with serving(robots=robots) as server:
        found = fetch_paths(server, ["/a", "/private/b", "/private/open", "/c"])
        assert [bool(page.data) for page in found.values()] == [True, False, True, True]
        rejection = found["/private/b"].rejection
        assert rejection is not None and (rejection.stage, rejection.reason) == ("fetch", "robots")
        assert not found["/private/b"].transient
        assert server.log[0].path == "/robots.txt"
        assert len(server.asked("/robots.txt")) == 1
        assert not server.asked("/private/b")


def test_a_redirect_is_no_way_around_robots_txt() -> None:
    robots = reply(headers="", body=b"User-agent: *\nDisallow: /ok\n")
    with serving(robots=robots) as server:
        page = fetch_paths(server, ["/redirect"])["/redirect"]
        assert page.rejection is not None and page.rejection.reason == "robots"
        assert not server.asked("/ok?from=redirect")


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (reply(404, body=b""), None),
        (reply(403, body=b""), None),
        (reply(200, "", b"\xff\xfe\0\0 no text at all \x00" * 50), None),
        (reply(200, "Content-Type: text/html\r\n", b"<html>not found</html>"), None),
        (reply(500, body=b""), "robots unreachable"),
        (reply(503, body=b""), "robots unreachable"),
        (reply(429, body=b""), "robots unreachable"),
        (b"", "robots unreachable"),
        (reply(301, "Location: /robots.txt\r\n", b""), None),
        (reply(200, "Content-Encoding: rot13\r\n", b"User-agent: *\nAllow: /\n"), "robots unreachable"),
        (reply(200, "Content-Encoding: br\r\n", b"User-agent: *\nAllow: /\n"), "robots unreachable"),
        (reply(200, "", b"User-agent: *\nDisallow: /a\n" + b"#\n" * 2**20), "robots"),
        (reply(200, "", b"User-agent: *\nDisallow: /b\n" + b"#\n" * 2**20 + b"Disallow: /a"), None),
        (reply(200, encoded("gzip"), gzip.compress(b"User-agent: *\nDisallow: /a\n" + b"#\n" * 2**20)), "robots"),
    ],
    ids=[
        *("404", "403", "binary", "html", "500", "503", "429", "hang up", "loop"),
        *("unknown encoding", "broken encoding", "over the cap", "behind 500 KiB", "a bomb"),
    ],
)
def test_a_robots_txt_that_cannot_be_had(robots: bytes, reason: str | None) -> None:
    """RFC 9309, 2.3.1: unavailable means that all is allowed, unreachable that nothing is."""
    with serving(robots=robots) as server:
        page = fetch_paths(server, ["/a"])["/a"]
        if reason is None:
            assert page.data
        else:
            assert page.rejection is not None and page.rejection.reason == reason
            assert page.transient == (reason == "robots unreachable")
            assert not server.asked("/a")


DIRECTIVES = """User-agent: *|user-agent:tester|User-Agent : Tester*|user agent: te|useragent other|User-agent|user-agent:*er
User-agent: est|User-agent: *er # x|User-agent:|USER-AGENT: another/1.0 tester|user  agent: b|Disallow: /a|Allow: /a/b
Disallow:|Disallow: /|Disallow: /*c$|Crawl-delay: 3|Foo: bar|Sitemap: http://a.cn/s.xml||# note|Host: a.cn|nothing
Request-rate: 1/5|Allow /"""
LINES = st.lists(st.sampled_from(DIRECTIVES.replace("\n", "|").split("|")), max_size=14)


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_rules_of_other_crawlers_are_left_out_and_ours_stay(lines: list[str]) -> None:
    text = "\n".join(lines)
    whole, ours = Protego.parse(text), fetching_robots.parse(text.encode(), "tester")
    for path in ("/", "/a", "/a/b", "/c", "/b.c"):
        assert ours.can_fetch(f"http://a.cn{path}", "tester") == whole.can_fetch(f"http://a.cn{path}", "tester")
    assert ours.crawl_delay("tester") == whole.crawl_delay("tester")
    assert ours.request_rate("tester") == whole.request_rate("tester")


def test_a_robots_txt_of_many_crawlers_and_rules_is_read_at_once() -> None:
    agents, rules = (b"".join(line % n for n in range(12_000)) for line in (b"User-agent: c%d\n", b"Disallow: /%d\n"))
    start = time.process_time()
    parsed = fetching_robots.parse(agents + b"User-agent: tester\n" + rules, "tester")
    assert time.process_time() - start < 2.0
    assert not parsed.can_fetch("http://a.cn/11", "tester")


def test_a_robots_txt_that_takes_long_to_ask_keeps_no_other_host_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: Any, url: str, agent: str) -> bool:
        if "127.0.0.1" in url:
            time.sleep(0.4)
        return True

    monkeypatch.setattr(Protego, "can_fetch", slow)
    robots = reply(headers="", body=b"User-agent: *\nDisallow: /x\n")
    with serving(robots=robots) as one, serving("127.0.0.2", robots=robots) as two:
        start = time.monotonic()
        fetch(*(one.url(f"/{n}") for n in range(8)), *(two.url(f"/{n}") for n in range(8)))
        assert max(request.at for request in two.asked()) - start < 1.5
        assert len(one.asked()) == 8


def test_robots_can_be_switched_off() -> None:
    with serving(robots=reply(headers="", body=b"User-agent: *\nDisallow: /\n")) as server:
        assert fetch_paths(server, ["/a"], robots=False)["/a"].data
        assert not server.asked("/robots.txt")


def test_a_crawl_delay_that_would_take_for_ever_is_told() -> None:
    with serving(robots=reply(headers="", body=b"User-agent: *\nCrawl-delay: 86400\n")) as server:
        page = fetch_paths(server, ["/a"])["/a"]
        assert page.rejection is not None and page.rejection.reason == "crawl delay"


# --- delays -----------------------------------------------------------------------------------------------------------


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


# --- where nobody may be sent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://127.1:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f000001:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://0.0.0.0:{port}/secret",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
    ],
)
def test_private_addresses_are_refused(url: str) -> None:
    with serving() as server:
        (page,) = fetch(url.format(port=server.port), allow_private=False, fetch_seconds=5).values()
        assert page.rejection is not None and page.rejection.reason == "private address"
        assert not server.log


def answers_of_dns(monkeypatch: pytest.MonkeyPatch, answers: Callable[[str], list[str]]) -> None:
    """Have names resolve as `answers` says."""
    import asyncio
    import socket

    async def getaddrinfo(self: Any, host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers(host)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


def test_a_public_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers_of_dns(monkeypatch, lambda host: ["127.0.0.1"])
    with serving() as server:
        (page,) = fetch(f"http://www.example.com:{server.port}/", allow_private=False).values()
        assert page.rejection is not None and page.rejection.reason == "private address"
        assert not server.log


def test_a_redirect_into_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is let through as if it were public; where it leads is looked at again."""
    from flows.fetching import guard

    with serving("127.0.0.2") as public, serving("127.0.0.1") as private:
        monkeypatch.setattr(guard, "is_public", lambda text: text == "127.0.0.2")
        page = next(iter(fetch(public.url("/to-private"), allow_private=False).values()))
        assert page.rejection is not None and page.rejection.reason == "private address"
        assert not private.log


def test_a_name_that_resolves_anew_cannot_slip_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the connection goes to the very answer that was looked at, and every new one is looked at."""
    from flows.fetching import guard

    turns = itertools.cycle(["127.0.0.2", "127.0.0.1"])
    answers_of_dns(monkeypatch, lambda host: [next(turns)])
    monkeypatch.setattr(guard, "is_public", lambda text: text == "127.0.0.2")
    with serving("127.0.0.1") as private:
        fetch(f"http://rebind.example:{private.port}/secret", allow_private=False, fetch_retries=4)
        assert not private.log


def test_names_that_do_not_exist_are_told_at_once() -> None:
    begun = time.monotonic()
    (page,) = fetch("http://no-such-host.invalid/").values()
    assert page.rejection is not None and page.rejection.reason == "dns"
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("url", ["http://", "http://[half", "http://host:99999/", "http://a b/", "https://\u2028/"])
def test_broken_addresses_are_rows(url: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.urls"
    listed.write_text(f"{url}\nhttp://192.168.0.1/\n", encoding="utf-8")
    found = list(streaming.plan([f"urls:{listed}"], Settings(**QUICK | {"allow_private": False})))
    assert len(found) == 2 and all(page.rejection is not None for page in found)


# --- lifetimes --------------------------------------------------------------------------------------------------------


def test_nothing_is_left_when_the_consumer_stops_early(server: Server) -> None:
    import threading

    pages = streaming.plan([server.url(f"/{n}") for n in range(200)] + [server.url("/silent")], Settings(**QUICK))
    next(pages)
    begun = time.monotonic()
    pages.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 5
    assert not [thread for thread in threading.enumerate() if thread.name == "fetching"]


def test_limit_bounds_the_requests() -> None:
    with serving() as server:
        found = fetch(*(server.url(f"/{n}") for n in range(50)), limit=7)
        assert len(found) == len(server.asked()) == 7


def test_retry_after_reads_seconds_and_dates() -> None:
    now = dt.datetime(2026, 3, 1, 12, 0, 0, tzinfo=dt.UTC)
    assert retry_after("120") == 120
    assert retry_after("Sun, 01 Mar 2026 12:00:30 GMT", now) == 30
    assert retry_after("Sun, 01 Mar 2026 11:00:00 GMT", now) == 0
    assert retry_after("soon") is retry_after(None) is retry_after("") is retry_after("-5") is None
    assert retry_after("9" * 400) is not None


def test_a_product_token_is_what_robots_txt_names() -> None:
    assert product_token("Qingwen/0.1 (+https://example.org)") == "Qingwen"
    assert product_token("Mozilla (compatible)") == "Mozilla"
    assert product_token("") == "*"
