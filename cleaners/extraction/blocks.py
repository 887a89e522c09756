"""The article's subtree as blocks: paragraphs, headings, list items, tables, captions, code, quotations.

A block ends where a reader sees a line end: at the border of a block element and at `<br>`. Inline elements never end
one, so no word or number is split. White space collapses as CSS has it (CSS Text 3, 4.1): runs become one space, and a
line feed between two wide characters becomes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import NavigableString, Tag

from cleaners.extraction.tree import BLOCKS, HEADINGS
from cleaners.text import trimmed

CELL_LIMIT = 200  # characters; a table with a longer cell lays out text,
CELL_LIMIT_REGULAR = 2000  # unless it has so many
REGULAR = 3  # rows that are all of one width
SPAN_LIMIT = 100  # rows or columns that a cell may span
REPEATED = 100_000  # characters of a table that repeat for cells that span rows
# Cells that spans may add to a table. Without a bound 86 KB of spans made 19.6 million characters; a table of 1,000
# rows with ten columns that each span two of them needs 5,000.
SPANNED = 20_000
TABLES = 10  # of a page may use up these bounds: a page of small tables must not multiply either
_SPACES = re.compile(r"[ \t\r\n\f]+")
_WIDE = (
    r"[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    r"\U00020000-\U0003ffff]"
)
_WIDE_BREAK = re.compile(f"(?<={_WIDE})[ \\t\\f]*[\\r\\n][ \\t\\r\\n\\f]*(?={_WIDE})")
_CAPTION_NAMES = re.compile(
    r"(?:^|[^a-z])(?:caption|figcaption|img-?desc|pic-?desc|photo-?desc|img_desc|pictext|imgtext)", re.I
)
_NUMBERED = re.compile(
    r"[\(（\[【]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[\)）\]】]?[.．、,，:： )）]|第[一二三四五六七八九十\d]{1,4}"
)
_POWER = re.compile(r"[-+\u2212]?\d{1,3}")
_RAISED = str.maketrans(
    "0123456789+-\u2212", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b"
)
KEEP = "data-qingwen-keep"  # set on elements that a site rule keeps as they are
LISTS = {"ul", "ol", "menu", "dir"}
QUOTES = {"blockquote"}
CODE = {"pre", "listing", "xmp", "plaintext"}
INLINE = {"a", "br", "rt", "rp", "rtc", "sup"}  # elements that are no blocks and mean something to one


@dataclass(slots=True)
class Draft:
    """A block before it has its number. `linked` counts the characters that are link text."""

    text: str
    kind: str = "paragraph"
    level: int = 0
    linked: int = 0
    protected: bool = False
    unspanned: int = 0  # cells of a table that stand once where they span more, for the table was too large


class Spans:
    """What spans may still add to a table and to its page, in cells and in repeated characters."""

    def __init__(self, cells: int = SPANNED * TABLES, characters: int = REPEATED * TABLES) -> None:
        self._page = [cells, characters]
        self._table = [0, 0]
        self.ignored = 0  # cells of the table that span less than they say

    def begin_table(self) -> None:
        self._table = [min(SPANNED, self._page[0]), min(REPEATED, self._page[1])]
        self.ignored = 0

    def add(self, cells: int, characters: int = 0) -> bool:
        """Take so much of what is left; False, and nothing taken, where that is too little."""
        if cells > self._table[0] or characters > self._table[1]:
            return False
        for budget in (self._table, self._page):
            budget[0] -= cells
            budget[1] -= characters
        return True


class _Writer:
    def __init__(self) -> None:
        self.spans = Spans()
        self.drafts: list[Draft] = []
        self.readings: list[tuple[int, str]] = []  # ruby: number of the block, reading
        self._parts: list[str] = []
        self._linked = 0
        self._marker = ""
        self.protected = False

    def write(self, text: str, linked: bool) -> None:
        self._parts.append(text)
        if linked:
            self._linked += len(text)

    def mark(self, marker: str) -> None:
        self._marker = marker

    def end(self, kind: str, level: int) -> None:
        if not self._parts:
            return
        text = collapse("".join(self._parts))
        self._parts.clear()
        linked, self._linked = self._linked, 0
        if text:
            if self._marker and not _NUMBERED.match(text):
                text = self._marker + text
            self._marker = ""
            self.drafts.append(Draft(text, kind, level, min(linked, len(text)), self.protected))

    def verbatim(self, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        if text.strip():
            self.drafts.append(Draft(text.rstrip(), "pre", protected=self.protected))


def collapse(text: str) -> str:
    """White space as CSS collapses it, and none at the ends."""
    text = trimmed(text)
    if "\n" in text or "\r" in text:
        text = _WIDE_BREAK.sub("", text)
    return _SPACES.sub(" ", text)


def drafts(root: Tag) -> tuple[list[Draft], list[tuple[int, str]]]:
    """Blocks of `root` in order, and the ruby readings left out of them as (number of the block, reading)."""
    writer = _Writer()
    _walk(root, "paragraph", 0, 0, False, writer)
    writer.end("paragraph", 0)
    return writer.drafts, writer.readings


def _walk(tag: Tag, kind: str, level: int, depth: int, linked: bool, writer: _Writer) -> None:
    for child in tag.contents:
        if isinstance(child, NavigableString):
            writer.write(child, linked)
            continue
        if not isinstance(child, Tag):
            continue
        name = child.name
        if KEEP in child.attrs and not writer.protected:
            writer.end(kind, level)
            writer.protected = True
            if name in BLOCKS:
                _block(child, name, kind, level, depth, linked, writer)
            else:
                _inline(child, name, kind, level, depth, linked, writer)
            writer.end(kind, level)
            writer.protected = False
        elif name == "br":
            writer.end(kind, level)
        elif name not in BLOCKS:
            _inline(child, name, kind, level, depth, linked, writer)
        else:
            writer.end(kind, level)
            _block(child, name, kind, level, depth, linked, writer)


def _inline(child: Tag, name: str, kind: str, level: int, depth: int, linked: bool, writer: _Writer) -> None:
    if name == "rt" or name == "rp" or name == "rtc":
        writer.readings.append((len(writer.drafts), child.get_text()))
    elif (
        name == "sup"
        and _POWER.fullmatch(power := child.get_text().strip())
        and not str(child.next_sibling or "")[:1].isdigit()
    ):
        writer.write(power.translate(_RAISED), linked)  # 10 to the 8th is not 108
    else:
        _walk(child, kind, level, depth, linked or name == "a", writer)


def _block(child: Tag, name: str, kind: str, level: int, depth: int, linked: bool, writer: _Writer) -> None:
    if name in HEADINGS:
        kind, level = "heading", HEADINGS[name]
    elif name in CODE:
        writer.verbatim(child.get_text())
        return
    elif name in LISTS:
        _list(child, name, depth + 1, linked, writer)
        return
    elif name == "li":
        kind, level = "item", max(1, depth)
    elif name == "table":
        rows = data_rows(child, writer.spans)
        if rows:
            text = "\n".join("\t".join(row) for row in rows)
            draft = Draft(text, "table", protected=writer.protected, unspanned=writer.spans.ignored)
            writer.drafts.append(draft)
            return
    elif name == "figcaption" or name == "caption":
        kind, level = "caption", 0
    elif name in QUOTES:
        kind, level = "quote", 0
    elif kind == "paragraph" and child.attrs and _CAPTION_NAMES.search(f"{child.get('class')} {child.get('id')}"):
        kind = "caption"
    _walk(child, kind, level, depth, linked, writer)
    writer.end(kind, level)


def _list(tag: Tag, name: str, depth: int, linked: bool, writer: _Writer) -> None:
    number = _integer(tag.get("start"), 1)
    for child in tag.contents:
        if isinstance(child, Tag) and child.name == "li":
            if name == "ol" and "none" not in str(tag.get("style") or ""):
                number = _integer(child.get("value"), number)
                writer.mark(f"{number}. ")
                number += 1
            _walk(child, "item", depth, depth, linked, writer)
            writer.end("item", depth)
            writer.mark("")
        elif isinstance(child, NavigableString):
            writer.write(child, linked)
        elif isinstance(child, Tag):
            writer.end("item", depth)
            if child.name in BLOCKS:
                _block(child, child.name, "item", depth, depth, linked, writer)
            else:
                _inline(child, child.name, "item", depth, depth, linked, writer)
    writer.end("item", depth)


def _integer(value: object, default: int) -> int:
    try:
        number = int(str(value))
    except (TypeError, ValueError):
        return default
    return number if abs(number) < 1_000_000 else default


def data_rows(table: Tag, spans: Spans) -> list[list[str]]:
    """Cells of a table that holds data, row by row; [] for a table that lays out a page.

    Data: at least two rows and two columns, no table inside, no heading, list or long text in a cell; a table of
    REGULAR rows or more that are all of one width may hold longer texts. A cell that spans rows stands in each of them,
    one that spans columns in the first, with empty ones behind it. spans: what they may add; a cell for which that is
    too little stands alone, and is counted there.
    """
    spans.begin_table()
    rows: list[list[str]] = []
    wide = longest = 0
    pending: dict[int, _Down] = {}  # column -> the cell of a row above that still fills it
    for row in table.find_all("tr"):
        cells = [c for c in row.contents if isinstance(c, Tag) and c.name in ("td", "th")]
        texts: list[str] = []
        broad = False
        for cell in cells:
            _fill(texts, pending, spans)
            blocks = 0
            for inner in cell.find_all(True):
                if inner.name in ("table", "ul", "ol", "dl", "pre", "h1", "h2", "h3"):
                    return []
                blocks += inner.name in ("p", "div")
            text = _cell_text(cell)
            if len(text) > CELL_LIMIT_REGULAR or blocks > 8:
                return []
            longest = max(longest, len(text))
            columns = max(1, min(_integer(cell.get("colspan"), 1), SPAN_LIMIT))
            down = max(1, min(_integer(cell.get("rowspan"), 1), SPAN_LIMIT))
            broad = broad or columns > 1
            if columns > 1 and not spans.add(columns - 1):
                spans.ignored += 1
                columns = down = 1
            if down > 1:
                for column in range(len(texts), len(texts) + columns):
                    pending[column] = _Down(down - 1, text if column == len(texts) else "")
            texts += [text, *[""] * (columns - 1)]
        _fill(texts, pending, spans)
        if any(texts):
            rows.append(texts)
            wide += broad or len(texts) > 1
    if longest > CELL_LIMIT and (len(rows) < REGULAR or len({len(row) for row in rows}) > 1):
        return []
    return rows if len(rows) > 1 and wide * 2 >= len(rows) else []


@dataclass(frozen=True, slots=True)
class _Down:
    """A cell that reaches down: the rows that it still fills, and its text."""

    rows: int
    text: str


def _fill(texts: list[str], pending: dict[int, _Down], spans: Spans) -> None:
    """Put the cells that reach down from rows above into a row, up to the first column that is free.

    A text that may not be repeated any more leaves an empty cell, so that what stands beside it keeps its column; where
    not even that may be added, the cell reaches no further.
    """
    while (cell := pending.pop(len(texts), None)) is not None:
        text = cell.text if not cell.text or spans.add(0, len(cell.text)) else ""
        if text != cell.text:
            spans.ignored += 1
        if not spans.add(1):
            spans.ignored += 1
            return
        if cell.rows > 1:
            pending[len(texts)] = _Down(cell.rows - 1, text)
        texts.append(text)


def _cell_text(cell: Tag) -> str:
    parts: list[str] = []
    for item in cell.descendants:
        if isinstance(item, NavigableString):
            parts.append(item)
        elif isinstance(item, Tag) and (item.name == "br" or item.name in BLOCKS):
            parts.append("\n")
    return collapse("".join(parts)).replace("\t", " ")
