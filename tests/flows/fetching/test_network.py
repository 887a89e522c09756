"""The fetcher's thread: pages come out as they arrive, and nothing runs on when it is closed."""

from __future__ import annotations

import threading

import pytest
from misbehaving import serving

from flows.errors import FetchError
from flows.fetching.network import Network, fetch_all
from flows.pages import SourcePage, Target
from flows.settings import Settings

QUICK = Settings(allow_private=True, delay=0.0, fetch_retries=0, fetch_seconds=2.0, contact="https://example.org/about")


def test_addresses_are_fetched_once_and_pages_that_are_there_pass_by() -> None:
    with serving() as server:
        network = Network(QUICK)
        try:
            entries = [SourcePage("file:a.html", data=b"a"), *(Target(server.url(f"/{n}"), "s") for n in (1, 2, 1))]
            pages = list(fetch_all(iter(entries), network))
            with pytest.raises(FetchError):
                network.get("http://127.0.0.1:9/closed")
        finally:
            network.close()
    assert sorted(page.address for page in pages) == sorted(["file:a.html", server.url("/1"), server.url("/2")])
    assert not any(thread.name == "fetching" and thread.is_alive() for thread in threading.enumerate())
