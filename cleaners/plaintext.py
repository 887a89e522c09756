"""Text -> blocks: lines joined where they were cut, empty lines dropped, a page's title line told from its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from cleaners.boilerplate import UNTITLED, UNTITLED_PARTED, plainly, title_line
from cleaners.policy import Context
from cleaners.text import (
    BLANKS,
    VERBATIM,
    code_rows,
    continued,
    glue,
    groups,
    indents,
    is_markdown,
    is_tex,
    tidy,
)
from schemas.records import Block, Edit, Run

# U+0085 beside a Latin-1 letter is a byte of mojibake, not "next line".
BREAK = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029]|(?<![\x80-\xff])\x85(?![\x80-\xff])")

RARE_BREAK = re.compile("[\r\x0b\x0c\u2028\u2029\x85]")  # without one of these lines end in a line feed alone
FIELD = re.compile(
    r"[^\t:：]{1,8}[:：]\t{1,3}[^\t]{1,40}"
)  # a label and its value with a tab between: no row of a table


def to_blocks(text: str, context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Blocks of a plain text, and what was done to make them.

    Returns one block a line that holds anything, with its indentation taken off where it is prose; `seq` counts blocks.
    The title line, where the page around it shows it is one, is a block of role "title". Edits name the block they were
    made in; their `start` is the offset in the block.
    """
    lines = BREAK.split(text) if RARE_BREAK.search(text) else text.split("\n")
    if is_markdown(lines):
        return _of_markdown(lines), ()
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
    blocks = [_with_formulas(block) if "$" in block.text else block for block in blocks]
    if context.title is not None:
        if context.title:
            blocks.append(Block(context.title, role="title", origin="given", seq=len(blocks)))
        return tuple(blocks), tuple(edits)
    at = title_line([block.text for block in blocks], blank)
    if at is None and blocks:
        blocks[0] = replace(blocks[0], origin=UNTITLED_PARTED if blank else UNTITLED)
    if at is not None:
        line = blocks[at]
        blocks[at] = replace(line, text=plainly(line.text), role="title", origin="head")
        edits.append(Edit("plaintext", "title", line.seq, 0, line.text, "", "likely", 1, "the page's title"))
    return tuple(blocks), tuple(edits)


def _of_markdown(lines: Sequence[str]) -> tuple[Block, ...]:
    """Blocks of a text that is written in Markdown: its lines as they are, code and TeX out of every step's reach."""
    blocks: list[Block] = []
    for group in groups(lines):
        runs = () if group.verbatim else tuple(_verbatim_runs(group.text))
        blocks.append(Block(group.text, "source", seq=len(blocks), runs=runs, code=group.verbatim, runs_on=group.close))
    if blocks and blocks[0].text.startswith("# "):
        blocks.append(Block(blocks[0].text[2:].strip(), role="title", seq=len(blocks), origin="markdown"))
    return tuple(blocks)


def _with_formulas(block: Block) -> Block:
    """The block with the TeX that it has between dollar signs as formulas; a line that is one is a block of its own
    kind."""
    text = block.text
    if block.kind != "paragraph":
        return block
    if len(text) > 4 and text.startswith("$$") and text.endswith("$$") and is_tex(text.strip("$")):
        return replace(block, kind="formula", runs=(Run("formula", 0, len(text)),))
    runs = [run for run in _verbatim_runs(text) if run.kind == "formula" and is_tex(text[run.start + 1 : run.end - 1])]
    return replace(block, runs=tuple(runs)) if runs else block


def _verbatim_runs(text: str) -> Iterator[Run]:
    for found in VERBATIM.finditer(text):
        yield Run("code" if found["code"] else "formula", found.start(), found.end())


def _kind(row: str, code: bool) -> str:
    if code:
        return "pre"
    return "table" if "\t" in row and not FIELD.fullmatch(row) else "paragraph"


def _blank_between(lines: Sequence[str]) -> bool:
    """Whether blank lines part the paragraphs: two or more of them, between most lines that hold something."""
    filled = [n for n, line in enumerate(lines) if line.strip(BLANKS)]
    gaps = sum(1 for a, b in pairwise(filled) if b - a > 1)
    return gaps >= 2 and gaps * 2 >= len(filled) - 1
