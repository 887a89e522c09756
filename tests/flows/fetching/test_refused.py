"""Where nobody may send the fetcher: private networks, by address, by name and by redirect; and broken addresses."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crawling import QUICK, fetch
from misbehaving import serving

from flows.settings import Settings
from flows.sources import streaming


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
