"""Crawls of a loopback server, quick and without regard for it."""

from __future__ import annotations

from typing import Any

from misbehaving import Server

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
