"""What sites put around a text: breadcrumbs, blurbs, disclaimers, notices, related lists, share bars, debris.

Rules are data (lexicons/boilerplate.toml) and are matched on a folded copy. One look through the whole page for the
words that rules need decides which of them are tried, and where. Only the line or the sentence that is boilerplate
goes, and an edit holds all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.boilerplate.folding import fold
from cleaners.boilerplate.page import Page
from cleaners.policy import Context
from cleaners.sites import rule_for
from cleaners.text import handed_on
from schemas.records import Block, Edit


def strip(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Body blocks without boilerplate, other blocks as they are, and an edit for each removal.

    Edit.start counts code points in the block as it came in. Flags that a removed notice stands for ("truncated") go to
    the body block before it, or after it where there is none before. What is hidden by other kinds of lines is found
    when these are gone: the pipeline comes here again.
    """
    page = Page(blocks, _site_lines(context))
    page.take_all()
    return handed_on(blocks, page.result()), tuple(page.edits)


def _site_lines(context: Context) -> frozenset[str]:
    """Folded lines that the site rule of the page's host names."""
    rule = rule_for(context.host, context.policy.sites)
    return frozenset(fold(line) for line in rule.lines) if rule else frozenset()
