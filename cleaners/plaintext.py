"""Text -> blocks: lines joined where they were cut, empty lines dropped, a page's title line told from its body."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from cleaners import furniture_notices, sections_labels, splitting_marks
from cleaners.policy import Context
from schemas.records import Block, Edit

BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
BLANKS = " \t\xa0\u2002\u2003\u2009\u200b\u3000\ufeff"
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
ENDS = "。！？!?…；;：:.”’」』）)》】\"'—~～"
TERMINAL = "。！？!?…"
CLOSING_START = "，。、；：！？,;:!?)）】》」』”’%％"  # no line of Chinese begins with one of these (GB/T 15834, 5.1)
CODE = re.compile(
    r"[{};\\]\s*$|^\s*(?://|/\*|#!|#include|</?\w+|(?:def|class|import|from|return|if|for|while|elif|else|try|except"
    r"|public|private|static|void|int|var|let|const|function|SELECT|INSERT|UPDATE)\b)|[=!]=|[-=]>|\w\(.*\)\s*[;{:]?\s*$"
)
GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}\)")  # pinyin that damage put behind characters
TITLE_LONGEST = 60
HEAD_LINES = 4  # lines above a title that a page may have: breadcrumb, date
WRAP_NARROWEST, WRAP_WIDEST = 30, 160  # columns
WRAP_ROWS = 400  # rows looked at


def to_blocks(text: str, context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Blocks of a plain text, and what was done to make them.

    Returns one block a line that holds anything, with its indentation taken off where it is prose; `seq` counts blocks.
    The title line, where the page around it shows it is one, is a block of role "title". Edits name the block they were
    made in; their `start` is the offset in the block.
    """
    lines = BREAK.split(text)
    blank = _blank_between(lines)
    rows = tidy("\n".join(lines)).split("\n")
    joined = continued(rows)
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
        elif empty or (blocks and blocks[-1].kind == "pre" and is_code(row)):
            blocks[-1] = replace(blocks[-1], text=blocks[-1].text + "\n" * (empty + 1) + row)
            empty = 0
        else:
            blocks.append(Block(row, seq=len(blocks), kind=_kind(row)))
    at = title_line([block.text for block in blocks], blank)
    if at is not None:
        blocks[at] = replace(blocks[at], role="title", origin="head")
        edits.append(
            Edit("plaintext", "title", blocks[at].seq, 0, blocks[at].text, "", "likely", 1, "the page's title")
        )
    return tuple(blocks), tuple(edits)


def _kind(row: str) -> str:
    if is_code(row):
        return "pre"
    return "table" if "\t" in row else "paragraph"


def is_code(line: str) -> bool:
    """Whether a line is code, or belongs to it: it is indented or has a sign of code, and is not Chinese prose."""
    if line[:1] >= "\u2e80" or not line.strip(BLANKS):
        return False
    han = len(HAN.findall(line))
    return (line[:1] in " \t" or CODE.search(line) is not None) and han * 3 <= len(line)


def tidy(text: str) -> str:
    """Lines without the space around them and without empty lines; code keeps its indentation and its empty lines.

    Tidy text comes back as it is. A line that begins with a tab, or holds one behind an empty first cell, is a row of a
    table and keeps it.
    """
    if not text or ("\n" not in text and text[0] not in BLANKS and text[-1] not in BLANKS):
        return text
    kept: list[str] = []
    code = [False]  # whether each kept line is code
    empty = 0
    for line in text.split("\n"):
        line = line.rstrip(BLANKS)
        inner = line.lstrip(BLANKS)
        if not inner:
            empty += 1
            continue
        is_row = "\t" in line[:1]
        now = is_code(line)
        if now and code[-1]:
            kept += [""] * empty
        kept.append(line if now or is_row else inner)
        code.append(now)
        empty = 0
    return "\n".join(kept)


def _blank_between(lines: Sequence[str]) -> bool:
    """Whether blank lines part the paragraphs: two or more of them, between most lines that hold something."""
    filled = [n for n, line in enumerate(lines) if line.strip(BLANKS)]
    gaps = sum(1 for a, b in zip(filled, filled[1:], strict=False) if b - a > 1)
    return gaps >= 2 and gaps * 2 >= len(filled) - 1


def glue(before: str, row: str) -> str:
    """Two halves of a cut line as one: with a space between them where both are Latin."""
    space = " " if before[-1:].isascii() and row[:1].isascii() and row[:1].isalnum() else ""
    return before + space + row


def continued(rows: Sequence[str]) -> frozenset[int]:
    """Which rows go on from the row before them: lines that were cut inside a sentence."""
    width = _wrap_width(rows)
    found: set[int] = set()
    whole = ""
    for n, row in enumerate(rows):
        if n and _cut(rows[n - 1], whole, row, width):
            found.add(n)
            whole += row
        else:
            whole = row
    return frozenset(found)


def _cut(last: str, before: str, row: str, width: int) -> bool:
    if not last or not row or not (width or HAN.match(last[-1])):
        return False
    if row[0] in " \t" or last[:1] in " \t":
        return False
    if sections_labels.read(row) is not None or splitting_marks.read(row) is not None:
        return False
    if width and width - 3 <= columns(last) <= width:
        return last[-1] not in TERMINAL
    if len(before) == 1 and row[1:2] in (":", "：") and HAN.match(row):
        return True  # 日, 期:____
    if row[0] in CLOSING_START and len(row) > 1 and _prose(before):
        return True
    return _prose(before) and _fragment(row)


def _prose(line: str) -> bool:
    """Whether a line is running text that stops short: sentences inside it, none at its end."""
    return len(line) >= 20 and bool(HAN.match(line[-1])) and any(c in line for c in "，。,；;")


def _fragment(row: str) -> bool:
    """Whether a line begins with a rest of one character before a mark: 定,教育干部职工…"""
    return len(row) >= 8 and bool(HAN.match(row)) and row[1] in "，,、。" and row[0] not in SPEAKS


SPEAKS = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸唉哦啊嗯哎呀喂好是不对行噢嘿咦哟看瞧来走听说诺喏呸哼嗨嘘哈且故曰夫然其或但问答"


def _wrap_width(rows: Sequence[str]) -> int:
    """Columns at which a text was wrapped by hand, 0 where it was not.

    Most lines stop within three columns of the widest, inside a sentence.
    """
    if len(rows) < 5:
        return 0
    if max(map(len, rows)) > WRAP_WIDEST:
        return 0
    widths = [columns(row) for row in rows[:WRAP_ROWS]]
    widest = max(widths)
    if not WRAP_NARROWEST <= widest <= WRAP_WIDEST:
        return 0
    full = [row for row, width in zip(rows, widths, strict=False) if width >= widest - 3]
    if len(full) < 4 or len(full) < 0.5 * len(widths):
        return 0
    inside = sum(1 for row in full if HAN.match(row[-1]) or row[-1] in "，、,")
    ended = sum(1 for row in full if row[-1] in TERMINAL)
    breaks = sum(1 for row in full if HAN.match(row[-1]))
    return widest if inside >= 0.7 * len(full) and breaks >= 0.5 * len(full) and ended <= 0.25 * len(full) else 0


def columns(text: str) -> int:
    """Width of a text in columns of a terminal: two for a wide character."""
    return len(text) + sum(1 for c in text if c >= "\u1100" and unicodedata.east_asian_width(c) in "WF")


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
    if _opens_series(rows, at):
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
