"""What sites put around a text: breadcrumbs, blurbs, disclaimers, notices, related lists, share bars, debris.

Rules are data (lexicons/boilerplate.toml) and are matched on a folded copy. One look through the whole page for the
words that rules need decides which of them are tried, and where. Only the line or the sentence that is boilerplate
goes, and an edit holds all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaners import metadata
from cleaners.boilerplate.folding import fold
from cleaners.boilerplate.page import Page
from cleaners.boilerplate.titles import take_title
from cleaners.policy import Context
from cleaners.sites import rule_for
from cleaners.thresholds import threshold
from schemas.records import Block, Edit


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    rounds: int = threshold(
        12, "rounds", "of stripping: what boilerplate hid may be a dateline, and the other way round"
    )


T = Thresholds()


def strip(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Body blocks without boilerplate, other blocks as they are, and an edit for each removal.

    Edit.start counts code points in the block as it came in. Flags that a removed notice stands for ("truncated") go to
    the body block before it, or after it where there is none before. Lines that were cut where boilerplate stood
    between them are joined.
    """
    blocks, edits = take_title(blocks)
    page = Page(blocks, _site_lines(context))
    for _ in range(T.rounds):
        if not page.take_all():
            break
        left, read = metadata.read(page.result(), context)  # what stood below a breadcrumb stands at the head now
        if not page.adopt(left, read):
            break
    joined = page.lines()
    edits += tuple(page.edits)
    if joined:  # a line that is whole again may be boilerplate
        left, more = strip(page.result(), context)
        return left, edits + more
    return page.result(), edits


def _site_lines(context: Context) -> frozenset[str]:
    """Folded lines that the site rule of the page's host names."""
    rule = rule_for(context.host, context.policy.sites)
    return frozenset(fold(line) for line in rule.lines) if rule else frozenset()
