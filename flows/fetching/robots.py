"""robots.txt (RFC 9309): read in time that grows with its length only, and without a part in it that is not ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: parse at least 500 KiB; the rest is not read
NOBODY = "(nobody)"  # no product token holds brackets
_AGENT = re.compile(r"\s*user(?:-?|\s+)agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)


def parse(body: bytes, agent: str) -> Protego:
    """The rules of the first MOST_BYTES of a robots.txt, as they concern one crawler.

    Protego keeps a list of rules for each crawler that a group names: 8,000 crawlers with 8,000 rules (250 KB) took
    200 s and 4.5 GB. So all crawlers but us are given one name before it reads; where a group ends does not change.
    """
    from protego import Protego

    text = body[:MOST_BYTES].decode("utf-8-sig", "replace")
    return Protego.parse("\n".join(_renamed(line, agent.lower()) for line in text.splitlines()))


def _renamed(line: str, agent: str) -> str:
    found = _AGENT.match(line)
    if found is None:
        return line
    name = found[1].strip().lower()
    if name == "*" or _begins_token(name, agent) or _begins_token(name.replace("*", ""), agent):
        return line
    return line[: found.start(1)] + NOBODY


def _begins_token(name: str, agent: str) -> bool:
    """Whether a name stands in the crawler's where a word begins."""
    at = agent.find(name) if name else -1
    while at > 0 and (agent[at - 1].isalnum() or agent[at - 1] in "-_"):
        at = agent.find(name, at + 1)
    return at >= 0
