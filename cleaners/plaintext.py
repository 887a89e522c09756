"""Text -> blocks: lines joined where they were cut, empty lines dropped, a page's title line told from its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import NamedTuple

from cleaners.boilerplate import plainly, title_line
from cleaners.policy import Context
from cleaners.text import (
    BLANKS,
    code_rows,
    continued,
    glue,
    groups,
    indents,
    is_markdown,
    is_tex,
    tidy,
    trimmed,
    verbatim,
)
from schemas.records import Block, Edit, Run

# U+0085 beside a Latin-1 letter is a byte of mojibake, not "next line".
BREAK = re.compile("\r\n|[\n\r\x0b\x0c\u2028\u2029]|(?<![\x80-\xff])\x85(?![\x80-\xff])")

LINE_FEED = re.compile("\n")
RARE_BREAK = re.compile("[\r\x0b\x0c\u2028\u2029\x85]")  # without one of these lines end in a line feed alone
CLAUSES = re.compile("[^，,]{8,}[，,].{12,}")  # two clauses that are sentences rather than halves of a headline
FIELD = re.compile(r"[^\t:：]{1,8}[:：]\t{1,3}[^\t]{1,40}")  # label and value with tabs between: no row of a table


class PlainText(NamedTuple):
    """Blocks of a plain text, what was done to make them, and what a later look for its title has to know.

    parted: None where the title is known, or known not to be there; else whether blank lines part the lines.
    """

    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...] = ()
    parted: bool | None = None


def to_blocks(text: str, context: Context) -> PlainText:
    """Blocks of a plain text, and what was done to make them.

    There is one block a line that holds anything, with its indentation taken off where it is prose; `seq` counts
    blocks. The title line, where the page around it shows it is one, is a block of role "title", and an edit of that
    block. A line break that went is an edit of the page, `start` its offset in `text`. What is declared as Markdown is
    read so, as is what shows by itself that it is.
    """
    lines = BREAK.split(text) if RARE_BREAK.search(text) else text.split("\n")
    if _declared_markdown(context) or is_markdown(lines):
        return PlainText(_of_markdown(lines, context.title))
    blank = _blank_between(lines)
    rows = tidy("\n".join(lines)).split("\n")
    code = code_rows(rows)
    joined = continued(rows, indents(lines))
    breaks = iter(_breaks(text) if joined else ())
    texts: list[str] = []  # of the blocks,
    kinds: list[str] = []  # and their kinds
    edits: list[Edit] = []
    empty = 0  # empty lines stand between lines of code only
    for n, row in enumerate(rows):
        gap = next(breaks, None) if row else None
        if n in joined:
            last = texts[-1]
            texts[-1] = glue(last, row)
            if gap is not None:
                space = texts[-1][len(last) :].removesuffix(row)
                edits.append(Edit("plaintext", "joined", -1, gap.start, gap.said, space, "likely", 1, "a cut line"))
        elif not row:
            empty += 1
        elif empty or (kinds and kinds[-1] == "pre" and code[n]):
            texts[-1] += "\n" * (empty + 1) + row
            empty = 0
        else:
            texts.append(row)
            kinds.append(_kind(row, code[n]))
    blocks = [Block(text, kind, seq=seq) for seq, (text, kind) in enumerate(zip(texts, kinds, strict=True))]
    blocks = [_with_formulas(block) if "$" in block.text else block for block in blocks]
    if context.title is not None:
        if context.title:
            blocks.append(Block(context.title, role="title", origin="given", seq=len(blocks)))
        return PlainText(tuple(blocks), tuple(edits))
    at = title_line([block.text for block in blocks], blank)
    if at is None:
        return PlainText(tuple(blocks), tuple(edits), blank)
    if joined and CLAUSES.fullmatch(blocks[at].text):
        return PlainText(tuple(blocks), tuple(edits))  # a line of prose that was cut, wider than the others
    line = blocks[at]
    blocks[at] = replace(line, text=plainly(line.text), role="title", origin="head")
    edits.append(Edit("plaintext", "title", line.seq, 0, line.text, "", "likely", 1, "the page's title"))
    return PlainText(tuple(blocks), tuple(edits))


class _Gap(NamedTuple):
    """What parts a line that holds anything from the one before it: a line break, and the space beside it."""

    start: int  # offset in the text
    said: str


def _breaks(text: str) -> Iterator[_Gap]:
    """The gap before each line that holds anything."""
    last = at = 0
    rare = RARE_BREAK.search(text) is not None  # else there is one kind of break, for which no look behind is needed
    ends = (found.span() for found in (BREAK if rare else LINE_FEED).finditer(text))
    for end, following in chain(ends, [(len(text), len(text))]):
        line = text[at:end]
        inner = trimmed(line, BLANKS)
        if inner:
            start = at + line.index(inner)
            yield _Gap(last, text[last:start])
            last = start + len(inner)
        at = following


def _declared_markdown(context: Context) -> bool:
    """Whether the page's content type says that it is Markdown (RFC 7763)."""
    return (context.content_type or "").split(";")[0].strip().lower() == "text/markdown"


def _of_markdown(lines: Sequence[str], title: str | None) -> tuple[Block, ...]:
    """Blocks of a text that is written in Markdown: its lines as they are, code and TeX out of every step's reach.

    title: where it is known, as in `Context`; else the heading that the text begins with is a candidate for it.
    """
    blocks: list[Block] = []
    for group in groups(lines):
        runs = () if group.verbatim else tuple(verbatim(group.text))
        blocks.append(Block(group.text, "source", seq=len(blocks), runs=runs, code=group.verbatim, runs_on=group.close))
    if title is not None:
        blocks += [Block(title, role="title", seq=len(blocks), origin="given")] if title else []
    elif blocks and blocks[0].text.startswith("# "):
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
    runs = [run for run in verbatim(text) if run.kind == "formula" and is_tex(text[run.start + 1 : run.end - 1])]
    return replace(block, runs=tuple(runs)) if runs else block


def _kind(row: str, code: bool) -> str:
    if code:
        return "pre"
    return "table" if "\t" in row and not FIELD.fullmatch(row) else "paragraph"


def _blank_between(lines: Sequence[str]) -> bool:
    """Whether blank lines part the paragraphs: two or more of them, between most lines that hold something."""
    filled = [n for n, line in enumerate(lines) if line.strip(BLANKS)]
    gaps = sum(1 for a, b in pairwise(filled) if b - a > 1)
    return gaps >= 2 and gaps * 2 >= len(filled) - 1
