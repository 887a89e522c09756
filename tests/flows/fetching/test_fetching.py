"""A server misbehaves in every way; each page ends in the right row, nothing hangs, and no rule of politeness is broken."""

from __future__ import annotations

import datetime as dt
import gzip
import time
from collections.abc import Iterator
from typing import Any

import misbehaving
import pytest
from crawling import QUICK, State, fetch, fetch_paths
from misbehaving import Server, encoded, reply, serving

from flows import addresses
from flows.fetching import body as fetching_body
from flows.settings import Settings
from flows.sources import streaming


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


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
