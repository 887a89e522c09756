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


def to_blocks(text: str, context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Blocks of a plain text, and what was done to make them.

    Returns one block a line that holds anything, with its indentation taken off where it is prose; `seq` counts blocks.
    The title line, where the page around it shows it is one, is a block of role "title". Edits name the block they were
    made in; their `start` is the offset in the block.
    """
    lines = BREAK.split(text)
    shown = [_bare(line) for line in lines]
    blank = _blank_between(shown)
    blocks = [Block(line) for line in shown if line]
    rows, cuts = join([block.text for block in blocks])
    blocks = [replace(blocks[0], text=row, seq=n, kind=_kind(row)) for n, row in enumerate(rows)] if blocks else []
    edits = [
        Edit("plaintext", "joined", n, start, "\n", "", "likely", 1, "a line cut inside a sentence")
        for n, start in cuts
    ]
    at = title_line([block.text for block in blocks], blank)
    if at is not None:
        blocks[at] = replace(blocks[at], role="title", origin="head")
        edits.append(
            Edit("plaintext", "title", blocks[at].seq, 0, blocks[at].text, "", "likely", 1, "the page's title")
        )
    return tuple(blocks), tuple(edits)


def _bare(line: str) -> str:
    """The line without the space around it; a line of code or of a table keeps its indentation."""
    line = line.rstrip(BLANKS)
    inner = line.strip(BLANKS)
    if line[:1] in " \t" and (not HAN.search(inner) or CODE.search(inner) or "\t" in inner):
        return line
    return inner


def _kind(line: str) -> str:
    return "pre" if line[:1] in " \t" else "paragraph"


def _blank_between(shown: Sequence[str]) -> bool:
    """Whether blank lines part the paragraphs: at least two of them between lines that hold something."""
    inner = [n for n, line in enumerate(shown) if line]
    return bool(inner) and sum(1 for n in range(inner[0], inner[-1]) if not shown[n] and shown[n + 1]) >= 2


def join(rows: Sequence[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """Lines joined where they were cut inside a sentence, and (line, offset) of each joint in the lines that result."""
    width = _wrap_width(rows)
    joined: list[str] = []
    cuts: list[tuple[int, int]] = []
    for n, row in enumerate(rows):
        if joined and _cut(rows[n - 1], joined[-1], row, width):
            cuts.append((len(joined) - 1, len(joined[-1])))
            space = " " if joined[-1][-1:].isascii() and row[:1].isascii() and row[:1].isalnum() else ""
            joined[-1] += space + row
        else:
            joined.append(row)
    return joined, cuts


def _cut(last: str, before: str, row: str, width: int) -> bool:
    if not last or not row or not (width or HAN.match(last[-1])):
        return False
    if row[0] in " \t" or last[:1] in " \t":
        return False
    if sections_labels.read(row) is not None or splitting_marks.read(row) is not None:
        return False
    if width and columns(last) >= width - 3 and columns(last) <= width + 1:
        return last[-1] not in TERMINAL or not before
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
    widths = [columns(row) for row in rows[:400]]
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
    if any(splitting_marks.read(row) is not None for row in after[:3]):
        return at
    return at if any(f"【{title}】" in row for row in rows[-40:]) else None


def title_like(row: str) -> bool:
    """Whether a line can be a title: short, Chinese, without a stop at its end, and no label at its start."""
    bare = GLOSS.sub("", row)
    if not 3 <= len(bare) <= TITLE_LONGEST or not HAN.search(bare):
        return False
    if bare[-1] in "。；;：:，,、." or bare.count("。") or bare.count("，") + bare.count(",") > 2:
        return False
    return sections_labels.read(bare) is None and splitting_marks.read(bare) is None
