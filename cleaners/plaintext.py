"""Text -> blocks: lines joined where they were cut, empty lines dropped, a page's title line told from its body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cleaners import furniture_notices, sections_labels, splitting_marks
from cleaners.plaintext_lines import BLANKS, HAN, code_rows, continued, glue, indents, tidy
from cleaners.policy import Context
from schemas.records import Block, Edit

# U+0085 beside a Latin-1 letter is a byte of mojibake, not "next line".
BREAK = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029]|(?<![\x80-\xff])\x85(?![\x80-\xff])")
GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}\)")  # pinyin that damage put behind characters
TITLE_LONGEST = 60
FIRST_LINE = "first line"  # origin of a title that stays in the text: nothing shows a page around it
UNTITLED, UNTITLED_PARTED = "lines", "parted lines"  # origin of a text's first block where no title was found yet
TAIL_LINES = 4  # lines at the end of a page that show it is one
HEAD_LINES = 10  # lines above a title that a page may have: breadcrumb, date


def to_blocks(text: str, context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Blocks of a plain text, and what was done to make them.

    Returns one block a line that holds anything, with its indentation taken off where it is prose; `seq` counts blocks.
    The title line, where the page around it shows it is one, is a block of role "title". Edits name the block they were
    made in; their `start` is the offset in the block.
    """
    lines = BREAK.split(text)
    blank = _blank_between(lines)
    rows = tidy("\n".join(lines)).split("\n")
    code = code_rows(rows)
    joined = continued(rows, indents(lines))
    blocks: list[Block] = []
    edits: list[Edit] = []
    empty = 0  # empty lines stand between lines of code only
    for n, row in enumerate(rows):
        if n in joined:
            last = blocks[-1]
            edits.append(Edit("plaintext", "joined", last.seq, len(last.text), "\n", "", "likely", 1, "a cut line"))
            blocks[-1] = replace(last, text=glue(last.text, row))
        elif not row:
            empty += 1
        elif empty or (blocks and blocks[-1].kind == "pre" and code[n]):
            blocks[-1] = replace(blocks[-1], text=blocks[-1].text + "\n" * (empty + 1) + row)
            empty = 0
        else:
            blocks.append(Block(row, seq=len(blocks), kind=_kind(row, code[n])))
    at = title_line([block.text for block in blocks], blank)
    if at is None and blocks:
        blocks[0] = replace(blocks[0], origin=UNTITLED_PARTED if blank else UNTITLED)
        if _opens(blocks):
            blocks.append(Block(blocks[0].text, role="title", seq=len(blocks), origin=FIRST_LINE))
    if at is not None:
        blocks[at] = replace(blocks[at], role="title", origin="head")
        edits.append(
            Edit("plaintext", "title", blocks[at].seq, 0, blocks[at].text, "", "likely", 1, "the page's title")
        )
    return tuple(blocks), tuple(edits)


def _kind(row: str, code: bool) -> str:
    if code:
        return "pre"
    return "table" if "\t" in row else "paragraph"


def _opens(blocks: Sequence[Block]) -> bool:
    """Whether the first line can name the text: a line like a title, running text or a first label behind it."""
    if len(blocks) < 3 or not title_like(blocks[0].text) or furniture_notices.at_head(blocks[0].text):
        return False
    second = blocks[1].text
    label = sections_labels.read(second)
    return (len(second) >= 30 and HAN.search(second) is not None) or (label is not None and label.value == 1)


def _blank_between(lines: Sequence[str]) -> bool:
    """Whether blank lines part the paragraphs: two or more of them, between most lines that hold something."""
    filled = [n for n, line in enumerate(lines) if line.strip(BLANKS)]
    gaps = sum(1 for a, b in pairwise(filled) if b - a > 1)
    return gaps >= 2 and gaps * 2 >= len(filled) - 1


def title_line(rows: Sequence[str], blank: bool) -> int | None:
    """Which of the first rows is the page's title, None where there is none or nothing around it shows a page.

    A cleaned text has neither blank lines nor notices nor marks, so its first line is not taken for a title again.
    """
    at = 0
    noticed = False
    while at < min(HEAD_LINES, len(rows)) and furniture_notices.at_head(rows[at]):
        at += 1
        noticed = True
    if at >= len(rows) or not title_like(rows[at]):
        return None
    after = rows[at + 1 : at + 9]
    if not any(len(row) >= 30 and HAN.search(row) for row in rows[at + 1 : at + 60]):
        return None
    title = rows[at]
    if blank or noticed or any(furniture_notices.at_head(row) for row in after[:2]):
        return at
    if any(furniture_notices.is_blurb(GLOSS.sub("", row)) for row in after[:2]):
        return at
    if _opens_series(rows, at) or any(
        furniture_notices.at_tail(row) for row in rows[max(at + 2, len(rows) - TAIL_LINES) :]
    ):
        return at
    return at if any(row.startswith(f"【{title}】") for row in rows[-40:]) else None


def _opens_series(rows: Sequence[str], at: int) -> bool:
    """Whether bare marks 第一篇, 第二篇 follow, the first of them right behind a title."""
    found = [
        (n, mark) for n, row in enumerate(rows) if n > at and (mark := splitting_marks.read(row)) and not mark.rest
    ]
    if len(found) < 2 or found[0][0] > at + 3:
        return False
    (_, first), (_, second) = found[:2]
    return first.kind == second.kind and (first.value, second.value) == (1, 2)


def title_like(row: str) -> bool:
    """Whether a line can be a title: short, Chinese, without a stop at its end, and no label at its start."""
    bare = GLOSS.sub("", row)
    if not 3 <= len(bare) <= TITLE_LONGEST or "\t" in row or not HAN.search(bare):
        return False
    if bare[-1] in "。；;：:，,、." or bare.count("。") or bare.count("，") + bare.count(",") > 2:
        return False
    return sections_labels.read(bare) is None and splitting_marks.read(bare) is None
