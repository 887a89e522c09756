"""What sites put around a text: breadcrumbs, blurbs, disclaimers, notices, related lists, share bars, debris.

Rules are data (lexicons/furniture.toml) and are matched on a folded copy. One look through the whole page for the words
that rules need decides which of them are tried, and where. Only the line or the sentence that is furniture goes, and an
edit holds all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.furniture_folding import fold
from cleaners.furniture_page import Page
from cleaners.policy import Context
from schemas.records import Block, Edit

ROUNDS = 4  # what one rule takes may bring another's line to the edge of the page


def strip(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Body blocks without furniture, other blocks as they are, and an edit for each removal.

    Edit.start counts code points in the block as it came in. Flags that a removed notice stands for ("truncated") go to
    the body block before it, or after it where there is none before. Lines that were cut where furniture stood between
    them are joined.
    """
    page = Page(blocks, _site_lines(context))
    page.debris()
    for _ in range(ROUNDS):
        if not page.round():
            break
    page.lines()
    return page.result(), tuple(page.edits)


def _site_lines(context: Context) -> frozenset[str]:
    """Folded lines that the user's site rules name for the page's host."""
    host = context.host
    lines: set[str] = set()
    for rule in context.policy.sites:
        if rule.host and (host == rule.host or host.endswith("." + rule.host)):
            lines.update(fold(line) for line in rule.lines)
    return frozenset(lines)
