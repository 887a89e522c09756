"""Users and passwords of addresses that a run was started with, kept in this process and nowhere else.

What a flow is started with is stored by its server, and what a source is called stands in tables and commit records. So
the addresses that travel have no password, and the fetcher finds it here.
"""

from __future__ import annotations

import re

from flows import addresses

_KIND = re.compile(r"\s*+(?:[a-z]++:(?=https?:))?", re.IGNORECASE)
_kept: dict[str, str] = {}  # address without its user -> user and password as they stood in it


def put_away(source: str) -> str:
    """A source as it may be passed on; its user and password are kept for the requests of this process."""
    user = addresses.user_of(source)
    if not user:
        return source
    named = addresses.public(source)
    kind = _KIND.match(named)
    _kept[named[kind.end() if kind else 0 :]] = user
    return named


def user_of(url: str) -> str:
    """The user and password for an address: its own, or what was put away for exactly this one; "" for none."""
    return addresses.user_of(url) or _kept.get(url, "")
