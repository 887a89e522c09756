"""Text -> blocks: lines joined where they were cut, empty lines dropped, a page's title line told from its body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cleaners.boilerplate import FIRST_LINE, UNTITLED, UNTITLED_PARTED, at_head, title_line
from cleaners.policy import Context
from cleaners.text import BLANKS, HAN, code_rows, continued, glue, indents, read_label, tidy, title_like
from schemas.records import Block, Edit

# U+0085 beside a Latin-1 letter is a byte of mojibake, not "next line".
BREAK = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029]|(?<![\x80-\xff])\x85(?![\x80-\xff])")


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
    if len(blocks) < 3 or not title_like(blocks[0].text) or at_head(blocks[0].text):
        return False
    second = blocks[1].text
    label = read_label(second)
    return (len(second) >= 30 and HAN.search(second) is not None) or (label is not None and label.value == 1)


def _blank_between(lines: Sequence[str]) -> bool:
    """Whether blank lines part the paragraphs: two or more of them, between most lines that hold something."""
    filled = [n for n, line in enumerate(lines) if line.strip(BLANKS)]
    gaps = sum(1 for a, b in pairwise(filled) if b - a > 1)
    return gaps >= 2 and gaps * 2 >= len(filled) - 1
