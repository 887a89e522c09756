"""The title line of a plain text: found by the page around it, before restoration or behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cleaners.boilerplate import notices
from cleaners.text import GLOSS, HAN, read_mark, title_like
from schemas.records import Block, Edit

FIRST_LINE = "first line"  # origin of a title that stays in the text: nothing shows a page around it
UNTITLED, UNTITLED_PARTED = "lines", "parted lines"  # origin of a text's first block where no title was found yet
TAIL_LINES = 4  # lines at the end of a page that show it is one
HEAD_LINES = 10  # lines above a title that a page may have: breadcrumb, date


def title_line(rows: Sequence[str], blank: bool) -> int | None:
    """Which of the first rows is the page's title, None where there is none or nothing around it shows a page.

    A cleaned text has neither blank lines nor notices nor marks, so its first line is not taken for a title again.
    """
    at = 0
    noticed = False
    while at < min(HEAD_LINES, len(rows)) and notices.at_head(rows[at]):
        at += 1
        noticed = True
    if at >= len(rows) or not title_like(rows[at]):
        return None
    after = rows[at + 1 : at + 9]
    if not any(len(row) >= 30 and HAN.search(row) for row in rows[at + 1 : at + 60]):
        return None
    title = rows[at]
    if blank or noticed or any(notices.at_head(row) for row in after[:2]):
        return at
    if any(notices.is_blurb(GLOSS.sub("", row)) for row in after[:2]):
        return at
    if _opens_series(rows, at) or any(notices.at_tail(row) for row in rows[max(at + 2, len(rows) - TAIL_LINES) :]):
        return at
    return at if any(row.startswith(f"【{title}】") for row in rows[-40:]) else None


def _opens_series(rows: Sequence[str], at: int) -> bool:
    """Whether bare marks 第一篇, 第二篇 follow, the first of them right behind a title."""
    found = [(n, mark) for n, row in enumerate(rows) if n > at and (mark := read_mark(row)) and not mark.rest]
    if len(found) < 2 or found[0][0] > at + 3:
        return False
    (_, first), (_, second) = found[:2]
    return first.kind == second.kind and (first.value, second.value) == (1, 2)


def take_title(blocks: Sequence[Block]) -> tuple[Sequence[Block], tuple[Edit, ...]]:
    """The title line of a plain text that could not be read before it was restored."""
    first = next((block.origin for block in blocks if block.origin in (UNTITLED, UNTITLED_PARTED)), "")
    if not first or any(block.role == "title" and block.origin != FIRST_LINE for block in blocks):
        return blocks, ()
    body = [n for n, block in enumerate(blocks) if block.role == "body"]
    at = title_line([blocks[n].text for n in body], first == UNTITLED_PARTED)
    if at is None:
        return blocks, ()
    block = blocks[body[at]]
    named = replace(block, role="title", origin="head")
    edit = Edit("boilerplate", "title", block.seq, 0, block.text, "", "likely", 1, "the page's title")
    return [*blocks[: body[at]], named, *blocks[body[at] + 1 :]], (edit,)
