"""Tables: which hold data and which lay out a page, and the grid of those that hold data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import PageElement

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    cell_limit: int = threshold(200, "characters", "of a cell; a table with a longer one lays out text")
    cell_limit_regular: int = threshold(2000, "characters", "of a cell in a table with `regular` rows")
    regular: int = threshold(3, "rows", "that are all of one width, from which a table is one")
    blocks_limit: int = threshold(8, "paragraphs", "in a cell of a table that names no header")
    span_limit: int = threshold(100, "rows or columns", "that a cell may span")
    between: int = threshold(12, "nodes", "between a table that is a head and the table that it heads")
    # Without a bound 86 KB of spans made 19.6 million characters; a table of 1,000 rows with ten columns that each span
    # two of them needs 5,000 cells.
    spanned: int = threshold(
        20_000, "cells", "that are empty and that the spans of a table may make; beyond them spans are not heeded"
    )
    tables: int = threshold(
        10, "tables", "of a page that may use `spanned` up: a page of many small tables must not multiply either"
    )


T = Thresholds()
NESTED = ("table", "ul", "ol", "dl", "pre", "h1", "h2", "h3")  # what lays out text where no header is named
LAID_OUT = ("table", "h1", "h2", "h3", "h4")  # and where one is


@dataclass(slots=True)
class Spans:
    """How many empty cells the spans of a page's tables may still make."""

    left: int = T.spanned * T.tables


@dataclass(slots=True)
class Grid:
    """Cells row by row, all of what spans at its first place, and whether spans had to be left unheeded."""

    rows: list[list[str]]
    unspanned: bool = False


def data_rows(table: Tag, said: Callable[[Tag], str], spans: Spans) -> Grid | None:
    """The grid of a table that holds data; None for one that lays out a page.

    said: the text of a cell. spans: what the page has left, and what the table takes of it.

    Data: at least two rows and two columns, no table inside; and where no cell is a header (th), no heading, list or
    long text in a cell: a table of `T.regular` rows or more that are all of one width may hold longer texts. A
    spanned cell stands once, at its first place; the others it covers are empty. Rows of tfoot come last (HTML 4.9.7).
    """
    rows: list[list[str]] = []
    wide = longest = 0
    grid = Grid(rows)
    pending: dict[int, int] = {}  # column -> rows below that a cell still covers
    spare = min(T.spanned, spans.left)
    found = list(_rows(table))
    headed = any(cell.name == "th" for row in found for cell in _cells(row))
    barred = LAID_OUT if headed else NESTED
    for row in found:
        texts: list[str] = []
        for cell in _cells(row):
            _fill(texts, pending)
            blocks = 0
            for inner in cell.find_all(True):
                if inner.name in barred:
                    return None
                blocks += inner.name in ("p", "div")
            text = said(cell)
            if len(text) > T.cell_limit_regular or (blocks > T.blocks_limit and not headed):
                return None
            longest = max(longest, len(text))
            columns, down = _span(cell, "colspan"), _down(cell, row)
            if columns * down - 1 > spare:
                columns = down = 1
                grid.unspanned = True
            spare -= columns * down - 1
            spans.left -= columns * down - 1
            if down > 1:
                pending |= dict.fromkeys(range(len(texts), len(texts) + columns), down - 1)
            texts += [text, *[""] * (columns - 1)]
        _fill(texts, pending)
        if any(texts):
            rows.append(texts)
            wide += len(texts) > 1
    if longest > T.cell_limit and not headed and (len(rows) < T.regular or len({len(row) for row in rows}) > 1):
        return None
    narrow = headed and not wide and table.find("thead") is not None  # one column below a head
    return grid if len(rows) > 1 and (wide * 2 >= len(rows) or narrow) else None


def _rows(table: Tag) -> Iterator[Tag]:
    """Rows in the order in which they are shown: those of tfoot last."""
    foot: list[Tag] = []
    for row in table.find_all("tr"):
        if row.parent is not None and row.parent.name == "tfoot":
            foot.append(row)
        else:
            yield row
    yield from foot


def _cells(row: Tag) -> list[Tag]:
    return [cell for cell in row.contents if isinstance(cell, Tag) and cell.name in ("td", "th")]


def _span(cell: Tag, name: str) -> int:
    try:
        return max(1, min(int(str(cell.get(name) or 1)), T.span_limit))
    except ValueError:
        return 1


def _down(cell: Tag, row: Tag) -> int:
    """Rows that a cell spans; 0 is all that are left of its part of the table (HTML 4.9.11)."""
    if str(cell.get("rowspan") or "").strip() != "0":
        return _span(cell, "rowspan")
    return min(1 + len(row.find_next_siblings("tr", limit=T.span_limit)), T.span_limit)


def head_of(table: Tag) -> Tag | None:
    """The row of a table that holds nothing but a head: where a head stays in sight, it is a table of its own."""
    rows = table.find_all("tr", limit=2)
    cells = _cells(rows[0]) if len(rows) == 1 else []
    return rows[0] if len(cells) > 1 and all(cell.name == "th" for cell in cells) else None


def body_of(table: Tag, head: Tag) -> Tag | None:
    """The table that a head of its own belongs to: what comes next, as wide; None where anything is between."""
    inside = table.find_all(True)
    last: PageElement = inside[-1] if inside else table
    for _, following in zip(range(T.between), last.next_elements, strict=False):
        if isinstance(following, Tag):
            if following.name == "table":
                row = following.find("tr")
                width = len(_cells(row)) if isinstance(row, Tag) else 0
                return following if width == len(_cells(head)) else None
            if following.name not in ("div", "section"):
                return None
        elif str(following).strip() and table not in following.parents:
            return None
    return None


def _fill(texts: list[str], pending: dict[int, int]) -> None:
    """Put empty cells into a row where cells of rows above reach down, up to the first column that is free."""
    while (left := pending.pop(len(texts), 0)) > 0:
        if left > 1:
            pending[len(texts)] = left - 1
        texts.append("")
