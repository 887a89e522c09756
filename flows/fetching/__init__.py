"""Polite HTTP: robots.txt, hosts in turn, limits on time and size, no private addresses."""

from flows.fetching.body import can_be_page, decoded
from flows.fetching.credentials import put_away
from flows.fetching.network import Network, fetch_all

__all__ = ["Network", "can_be_page", "decoded", "fetch_all", "put_away"]
