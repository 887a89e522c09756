"""robots.txt (RFC 9309) is asked for first and obeyed, whatever it is and whatever it costs to read."""

from __future__ import annotations

import gzip
import time
from typing import Any

import pytest
from crawling import fetch, fetch_paths
from hypothesis import given, settings
from hypothesis import strategies as st
from misbehaving import encoded, reply, serving
from protego import Protego

from flows.fetching import robots as fetching_robots
from flows.fetching.hosts import product_token


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


def test_a_product_token_is_what_robots_txt_names() -> None:
    assert product_token("Qingwen/0.1 (+https://example.org)") == "Qingwen"
    assert product_token("Mozilla (compatible)") == "Mozilla"
    assert product_token("") == "*"
