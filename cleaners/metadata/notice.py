"""The header of a government notice: 索引号, 发文机关, 成文日期 and the like; it is not of the text.

The labels stand in lexicons/metadata.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cleaners.metadata import lexicon
from cleaners.metadata.dates import date_of
from cleaners.thresholds import threshold
from schemas.records import Block

_KINDS = ("labels", "issuer", "dates", "strong", "titles", "authors", "ends")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    searched: int = threshold(48, "blocks", "of the head that are searched for labels")
    least: int = threshold(3, "labels", "that make a header")


T = Thresholds()


@dataclass(frozen=True, slots=True)
class _Labels:
    field: re.Pattern[str]  # a label with its value
    issuer: tuple[str, ...]  # labels of who issued the notice, the most telling first
    dates: tuple[str, ...]  # labels of when, the most telling first
    strong: frozenset[str]  # labels without one of which there is no header
    titles: tuple[str, ...]  # labels of the text's title
    authors: tuple[str, ...]
    ends: frozenset[str]  # labels behind which the text begins


@cache
def _labels() -> _Labels:
    data = lexicon.notice()
    names = sorted({name for kind in _KINDS for name in data[kind]}, key=lambda name: (-len(name), name))
    spaced = "|".join(r"\s{0,2}".join(map(re.escape, name)) for name in names)
    field = re.compile(rf"[\s\[【]*(?P<label>(?:{spaced})\s?[:：\]】]?)[\]】]?[\s:：]*(?P<value>[^\t\n]*)")
    strong = frozenset([*data["strong"], *data["issuer"]])
    titles, authors = tuple(data["titles"]), tuple(data["authors"])
    return _Labels(field, tuple(data["issuer"]), tuple(data["dates"]), strong, titles, authors, frozenset(data["ends"]))


@dataclass(frozen=True, slots=True)
class Header:
    """Blocks that are a notice's header, and what they say."""

    blocks: tuple[Block, ...] = ()
    published: str | None = None
    source: str | None = None
    title: str | None = None
    author: str | None = None


def header_of_lines(lines: Sequence[str]) -> Header:
    """The same for the lines of a page that stand above its text; the blocks are numbered by line."""
    for number, line in enumerate(lines):
        if len(line) <= 120 and _labels().field.fullmatch(line):
            return header([Block(text, seq=n) for n, text in enumerate(lines[number:], number)])
    return Header()


def header(body: Sequence[Block]) -> Header:
    """Find a notice's header among the first blocks: at least three labels, 索引号 or 发文机关 or 文号 among them."""
    fields: dict[str, str] = {}
    blocks: list[Block] = []
    pending = ""
    ended = False
    labels = _labels()
    for block in body[: T.searched]:
        cells = [c.strip() for c in re.split(r"[\t\n]", block.text)] if block.kind == "table" else [block.text.strip()]
        if block.kind != "table" and len(block.text) > 120:
            break
        mine = False
        for cell in cells:
            match = labels.field.fullmatch(cell) if len(cell) <= 120 else None
            if match and (match["label"][-1] in ":：]】" or not match["value"] or block.kind == "table"):
                label = re.sub(r"[\s:：\]】]", "", match["label"])
                mine = True
                ended = label in labels.ends
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
        if ended:
            break
    strong = [f for f in fields if f in labels.strong]
    if len(fields) < T.least or not strong:
        return Header()
    published = next((d for d in (date_of(fields.get(name, "")) for name in labels.dates) if d), None)
    source, title, author = (
        next((fields[name] for name in names if fields.get(name)), None)
        for names in (labels.issuer, labels.titles, labels.authors)
    )
    return Header(tuple(blocks), published, source, title, author)
