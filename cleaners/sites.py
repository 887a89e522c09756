"""Site rules: what a user knows about a host, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteRule:
    """Selectors and lines for the pages of one host (and its subdomains)."""

    host: str
    title: str = ""
    body: str = ""
    date: str = ""
    source: str = ""
    author: str = ""
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()  # selectors protected from script and punctuation changes
    lines: tuple[str, ...] = ()  # lines that recur on the host's pages and are furniture
