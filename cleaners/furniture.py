"""What sites put around a text: breadcrumbs, blurbs, disclaimers, notices, related lists, share bars, debris.

Rules are data (lexicons/furniture.toml) and are matched on a folded copy. One look through the whole page for the words
that rules need decides which of them are tried, and where. Only the line or the sentence that is furniture goes, and an
edit holds all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cleaners import metadata, plaintext
from cleaners.furniture_folding import fold
from cleaners.furniture_page import Page
from cleaners.policy import Context
from cleaners.sites import rule_for
from schemas.records import Block, Edit

ROUNDS = 12  # what furniture hid may be a dateline, and the other way round


def strip(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Body blocks without furniture, other blocks as they are, and an edit for each removal.

    Edit.start counts code points in the block as it came in. Flags that a removed notice stands for ("truncated") go to
    the body block before it, or after it where there is none before. Lines that were cut where furniture stood between
    them are joined.
    """
    blocks, edits = _title(blocks)
    page = Page(blocks, _site_lines(context))
    for _ in range(ROUNDS):
        if not page.take_all():
            break
        left, read = metadata.read(page.result(), context)  # what stood below a breadcrumb stands at the head now
        if not page.adopt(left, read):
            break
    joined = page.lines()
    edits += tuple(page.edits)
    if joined:  # a line that is whole again may be furniture
        left, more = strip(page.result(), context)
        return left, edits + more
    return page.result(), edits


def _title(blocks: Sequence[Block]) -> tuple[Sequence[Block], tuple[Edit, ...]]:
    """The title line of a plain text that could not be read before it was restored."""
    first = next(
        (block.origin for block in blocks if block.origin in (plaintext.UNTITLED, plaintext.UNTITLED_PARTED)), ""
    )
    if not first or any(block.role == "title" and block.origin != plaintext.FIRST_LINE for block in blocks):
        return blocks, ()
    body = [n for n, block in enumerate(blocks) if block.role == "body"]
    at = plaintext.title_line([blocks[n].text for n in body], first == plaintext.UNTITLED_PARTED)
    if at is None:
        return blocks, ()
    block = blocks[body[at]]
    named = replace(block, role="title", origin="head")
    edit = Edit("furniture", "title", block.seq, 0, block.text, "", "likely", 1, "the page's title")
    return [*blocks[: body[at]], named, *blocks[body[at] + 1 :]], (edit,)


def _site_lines(context: Context) -> frozenset[str]:
    """Folded lines that the site rule of the page's host names."""
    rule = rule_for(context.host, context.policy.sites)
    return frozenset(fold(line) for line in rule.lines) if rule else frozenset()
