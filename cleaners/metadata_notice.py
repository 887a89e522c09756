"""The header of a government notice: 索引号, 发文机关, 成文日期 and the like, which speaks about the text and is not of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.metadata_dates import date_of
from schemas.records import Block

LABELS = (
    "索引号", "索 引 号", "信息索引号", "发文机关", "发文机构", "发布机构", "发布机关", "制发机关", "发文单位", "公开责任部门", "责任部门", "成文日期", "发文日期", "发布日期", "生成日期",
    "公开日期", "印发日期", "发文字号", "文号", "文 号", "发文号", "主题分类", "主题词", "信息分类", "组配分类", "体裁分类", "公文种类", "信息类别", "分类", "有效性", "有效期", "时效",
    "公开方式", "公开范围", "公开形式", "信息名称", "名 称", "名称", "标题", "标 题", "生效日期", "实施日期", "废止日期", "效力状态", "公开类型", "内容概述", "服务对象",
)  # fmt: skip
_LABEL = re.compile("(?:" + "|".join(map(re.escape, sorted(LABELS, key=len, reverse=True))) + r")\s?[:：]?")
_FIELD = re.compile(r"[\s\[【]*(?P<label>" + _LABEL.pattern + r")[\]】]?[\s:：]*(?P<value>[^\t\n]*)")
ISSUER = ("发文机关", "发文机构", "发布机构", "发布机关", "制发机关", "发文单位", "公开责任部门", "责任部门")
DATES = ("发布日期", "公开日期", "发文日期", "印发日期", "生成日期", "成文日期")
SEARCHED = 48  # blocks of the head
LEAST = 3  # labels that make a header


@dataclass(frozen=True, slots=True)
class Header:
    """Blocks that are a notice's header, and what they say."""

    blocks: tuple[Block, ...] = ()
    published: str | None = None
    source: str | None = None


def header_of_lines(lines: Sequence[str]) -> Header:
    """The same for the lines of a page that stand above its text; the blocks are numbered by line."""
    for number, line in enumerate(lines):
        if len(line) <= 120 and _FIELD.fullmatch(line):
            return header([Block(text, seq=n) for n, text in enumerate(lines[number:], number)])
    return Header()


def header(body: Sequence[Block]) -> Header:
    """Find a notice's header among the first blocks: at least three labels, 索引号 or 发文机关 or 文号 among them."""
    fields: dict[str, str] = {}
    blocks: list[Block] = []
    pending = ""
    for block in body[:SEARCHED]:
        cells = [c.strip() for c in re.split(r"[\t\n]", block.text)] if block.kind == "table" else [block.text.strip()]
        if block.kind != "table" and len(block.text) > 120:
            break
        mine = False
        for cell in cells:
            match = _FIELD.fullmatch(cell) if len(cell) <= 120 else None
            if match and (match["label"][-1] in ":：" or not match["value"] or block.kind == "table"):
                label = re.sub(r"[\s:：]", "", match["label"])
                mine = True
                if match["value"].strip():
                    fields[label] = match["value"].strip()
                    pending = ""
                else:
                    fields.setdefault(label, "")
                    pending = label
            elif pending and cell and block.kind == "table":
                fields[pending] = cell
                pending = ""
            elif pending and cell and len(cell) <= 60:
                fields[pending] = cell
                pending, mine = "", True
        if mine:
            blocks.append(block)
        elif blocks and block.kind != "heading":
            break
    strong = [f for f in fields if f in ("索引号", "信息索引号", "文号", "发文字号", "发文号", *ISSUER)]
    if len(fields) < LEAST or not strong:
        return Header()
    published = next((d for d in (date_of(fields.get(name, "")) for name in DATES) if d), None)
    source = next((fields[name] for name in ISSUER if fields.get(name)), None)
    return Header(tuple(blocks), published, source)
