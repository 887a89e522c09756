"""The article's subtree as blocks: paragraphs, headings, list items, tables, captions, code, quotations, images.

A block ends where a reader sees a line end: at the border of a block element and at `<br>`. Inline elements never end
one, so no word or number is split. White space collapses as CSS has it (CSS Text 3, 4.1): runs become one space, and a
line feed between two wide characters becomes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bs4 import NavigableString, Tag

from cleaners.extraction.drafting import Draft, Place, Writer
from cleaners.extraction.inline import BORDER, Line, Thing, Things, collapse
from cleaners.extraction.tables import body_of, data_rows, head_of
from cleaners.extraction.tree import BLOCKS, HEADINGS
from cleaners.rendering import SIGNS
from cleaners.text import BLANKS, continued, glue, indents, is_prose, trimmed
from cleaners.thresholds import threshold
from schemas.records import Run

__all__ = ["CODE", "CODE_TAG", "FORMULA_TAG", "IMAGE_TAG", "INLINE", "KEEP", "Draft", "collapse", "drafts", "read"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    display_lines: int = threshold(40, "lines", "of a formula whose lines were parted by <br>")


T = Thresholds()
_CAPTION_NAMES = re.compile(
    r"(?:^|[^a-z])(?:caption|figcaption|img-?desc|pic-?desc|photo-?desc|img_desc|pictext|imgtext)", re.I
)
_POWER = re.compile(r"[-+\u2212]?\d{1,3}")
_RAISED = str.maketrans(
    "0123456789+-\u2212", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b"
)
_BACK = frozenset(["^", "↩", "↩︎", "↩\ufe0e", "⏎", "↑", "⤴"])  # of a note, to where it is called
_ANCHOR = frozenset(["#", "¶", "§", "🔗", "\u200b", "", "⚓", "∞", "link"])  # of a heading, to itself
_GLYPHS = re.compile("[\uf000-\uf8ff]{1,2}")  # of a font of icons
_INDENT = re.compile(r"\bql-indent-([1-8])\b")
_ENVIRONMENT = re.compile(r"\\begin(\{(?:equation|align|gather|multline|eqnarray|displaymath)\*?\})")  # TeX's own lines
_PERMANENT = frozenset(["¶", "🔗", "§"])  # of a heading, to its address in full
KEEP = "data-qingwen-keep"  # set on elements that a site rule keeps as they are
ORDERED = "data-qingwen-ordered"  # set on a list item that shows its number, which is its value
TASK = "data-qingwen-task"  # set on a list item with a box: "x" or " "
FORMULA_TAG, CODE_TAG, IMAGE_TAG = "qingwen-formula", "qingwen-code", "qingwen-image"  # what the soup holds instead
LISTS = {"ul", "ol", "menu", "dir"}
QUOTES = {"blockquote"}
CODE = {"pre", "listing", "xmp", "plaintext"}
VERBATIM = {"code", "tt"}
INLINE = {"a", "br", "rt", "rp", "rtc", "sup", *VERBATIM}  # elements that are no blocks and mean something to one


@dataclass(slots=True)
class Reading:
    """Blocks in order; ruby readings left out of them as (number of the block, reading); (rule, what was said) of what
    could not be kept as it is; how many lines of a `pre` went on from the line before and were joined to it."""

    drafts: list[Draft]
    readings: list[tuple[int, str]]
    losses: list[tuple[str, int, str]]
    joined: int


def drafts(root: Tag) -> tuple[list[Draft], list[tuple[int, str]]]:
    """Blocks of `root` in order, and the ruby readings left out of them as (number of the block, reading)."""
    reading = read(root)
    return reading.drafts, reading.readings


def read(root: Tag) -> Reading:
    """Blocks of `root` in order, and what is not in them."""
    writer = Writer()
    place = Place()
    _walk(root, place, writer)
    writer.end(place)
    _join_displays(writer.drafts)
    return Reading(writer.drafts, writer.readings, writer.losses, writer.joined)


def _walk(tag: Tag, place: Place, writer: Writer) -> None:
    for child in tag.contents:
        if isinstance(child, NavigableString):
            writer.write(child, place.linked)
            continue
        if not isinstance(child, Tag):
            continue
        name = child.name
        if KEEP in child.attrs and not writer.protected:
            writer.end(place)
            writer.protected = True
            if name in BLOCKS:
                _block(child, name, place, writer)
            else:
                _inline(child, name, place, writer)
            writer.end(place)
            writer.protected = False
        elif name == "br":
            writer.line_break(place)
        elif name == CODE_TAG:
            writer.end(place)
            _code(child, place, writer)
        elif name not in BLOCKS:
            _inline(child, name, place, writer)
        else:
            writer.end(place)
            _block(child, name, place, writer)


def _code(child: Tag, place: Place, writer: Writer) -> None:
    """Write what a `pre` holds: as code, or as the lines of a text where nothing but the element says that it is."""
    text, certain = str(child["text"]), bool(child["certain"])
    lines = text.split("\n")
    if certain or writer.protected or not is_prose(lines):
        writer.put(Draft(text, "pre", language=str(child["language"]), code=certain), place)
        return
    cut = continued([trimmed(line, BLANKS) for line in lines if line.strip(BLANKS)], indents(lines))
    parts: list[str] = []
    at = 0
    for line in lines:
        bare = trimmed(line, BLANKS)
        if not bare:
            parts.append("")
        elif at in cut:
            parts[-1] = glue(parts[-1], bare)
        else:
            parts.append(bare)
        at += bool(bare)
    for part in parts:
        if part:
            writer.write(part, place.linked)
            writer.line_break(place)
        else:
            writer.end(place)
    writer.end(place)
    writer.joined += len(cut)


def _inline(child: Tag, name: str, place: Place, writer: Writer) -> None:
    if name == "rt" or name == "rp" or name == "rtc":
        writer.readings.append((len(writer.drafts), child.get_text()))
    elif name == FORMULA_TAG:
        if child["tex"]:
            writer.formula(str(child["tex"]), bool(child["display"]))
        elif child["unread"]:
            writer.unread(str(child["unread"]), place.linked)
    elif name == IMAGE_TAG:
        if child["src"]:
            writer.sign(Thing("image", str(child["alt"]), str(child["src"])))
        elif child["alt"]:
            writer.write(str(child["alt"]), place.linked)
    elif name == "sup" and (said := _raised(child)):
        writer.write(said, place.linked)
    elif name in VERBATIM:
        text = collapse(child.get_text())
        if text and child.find(True) is None:
            writer.sign(Thing("code", text))
            writer.count_linked(text, place)
        elif child.contents:  # a container's tag around a `pre`, a formula: what it holds stands by itself
            _walk(child, place, writer)
    elif name == "a":
        _link(child, place, writer)
    else:
        _walk(child, place, writer)


def _raised(child: Tag) -> str:
    """What a raised number is written as: a power (10 to the 8th is not 108), or the mark of a note. "" for others."""
    said = child.get_text().strip()
    link = child.parent if child.parent is not None and child.parent.name == "a" else child.find("a")
    if isinstance(link, Tag) and str(link.get("fragment") or ""):
        bare = said.strip("[]［］〔〕()（）")
        return f"[{bare}]" if 0 < len(bare) <= 4 and bare.isdigit() else ""
    if _POWER.fullmatch(said) and not str(child.next_sibling or "")[:1].isdigit():
        return said.translate(_RAISED)
    return ""


def _link(child: Tag, place: Place, writer: Writer) -> None:
    target = str(child.get("href") or "")
    inside = str(child.get("fragment") or "")  # a place in the page itself
    if inside or not target or place.kind == "heading":
        said = child.get_text().strip()
        if (said in _PERMANENT and place.kind == "heading") or (said == "¶" and inside):
            return
        if (place.kind == "heading" and said in _ANCHOR and not target) or (inside and said in _BACK):
            return
        if place.kind == "heading" and _GLYPHS.fullmatch(said):
            return
    linked = place.linked or not (place.kind == "heading" and inside)
    inner = replace(place, linked=linked) if linked != place.linked else place
    writer.open_link(target)
    _walk(child, inner, writer)
    writer.close_link()


def _block(child: Tag, name: str, place: Place, writer: Writer) -> None:
    if name in HEADINGS:
        place = replace(place, kind="heading", level=HEADINGS[name])
    elif name in LISTS:
        _list(child, name, replace(place, kind="item", level=place.depth + 1, depth=place.depth + 1), writer)
        return
    elif name == "li":
        _lone_item(child, place, writer)
        return
    elif name == "table":
        if _table(child, place, writer):
            return
    elif name == "figcaption" or name == "caption":
        place = replace(place, kind="caption", level=0)
    elif name in QUOTES:
        place = replace(place, kind="quote", level=0, quoted=place.quoted + 1)
    elif place.kind == "paragraph" and child.attrs and _CAPTION_NAMES.search(f"{child.get('class')} {child.get('id')}"):
        place = replace(place, kind="caption")
    _walk(child, place, writer)
    writer.end(place)


def _table(table: Tag, place: Place, writer: Writer) -> bool:
    """Write a table that holds data, its caption before it; whether it is one."""
    head = head_of(table)
    if head is not None and (body := body_of(table, head)) is not None:
        first = body.find("tr")
        said = " ".join(head.get_text(" ").split())
        if isinstance(first, Tag) and " ".join(first.get_text(" ").split()) == said:
            writer.losses.append(("repeated-head", len(writer.drafts), said))
        else:
            body.insert(0, head.extract())
        return True
    linked: list[int] = []  # characters of link text, of each cell that has elements
    grid = data_rows(table, lambda cell: _cell(cell, writer, linked), writer.spans)
    if grid is None:
        return False
    for child in table.contents:
        if isinstance(child, Tag) and child.name == "caption":
            _block(child, "caption", place, writer)
    text, runs = writer.things.told(_joined_cells(grid.rows, writer.things))
    if grid.unspanned:
        writer.losses.append(("spans-unheeded", len(writer.drafts), ""))
    writer.put(Draft(text, "table", linked=min(sum(linked), len(text)), runs=runs), place)
    return True


def _cell(cell: Tag, writer: Writer, linked: list[int]) -> str:
    """What is written in a cell, with signs, its white space collapsed; `linked` gets how much of it is link text."""
    if all(isinstance(child, NavigableString) for child in cell.contents):
        return collapse("".join(map(str, cell.contents)).replace("\t", " "))
    inner = _Cell(writer)
    _walk(cell, Place(), inner)
    linked.append(inner.linked)
    return inner.raw()


class _Cell(Writer):
    """Writes one cell: line ends are borders in it, and formulas stand in the line."""

    def __init__(self, table: Writer) -> None:
        super().__init__()
        self.things, self.readings, self.drafts = table.things, table.readings, table.drafts

    def end(self, place: Place) -> None:
        self._parts.append(BORDER)

    line_break = end

    def formula(self, tex: str, display: bool) -> None:
        super().formula(tex, False)

    def put(self, draft: Draft, place: Place) -> None:
        self.write(BORDER + draft.text + BORDER, False)

    @property
    def linked(self) -> int:
        """Characters of link text that were written."""
        return self._linked

    def raw(self) -> str:
        """All that was written. A cell with many borders in a row is as one with one."""
        return collapse("".join(self._parts).replace("\t", " "))


def _joined_cells(rows: list[list[str]], things: Things) -> Line:
    """The grid as one text, with the links and images of its cells as runs."""
    parts: list[str] = []
    runs: list[Run] = []
    length = 0
    for y, row in enumerate(rows):
        for x, raw in enumerate(row):
            if x or y:
                parts.append("\t" if x else "\n")
                length += 1
            if not raw:
                continue
            line = things.line(raw)
            if "$" in raw or "\\" in raw:
                line = _inline_only(things, line)
            parts.append(line.text)
            runs += [replace(run, start=run.start + length, end=run.end + length) for run in line.runs]
            length += len(line.text)
    return Line("".join(parts), runs)


def _inline_only(things: Things, line: Line) -> Line:
    """The line with its formulas found; in a cell none stands on a line of its own."""
    found = things.with_formulas(line)
    for sign in SIGNS.findall(found.text):
        thing = things.known.get(sign)
        if thing is not None and thing.display:
            things.known[sign] = Thing("formula", f"${thing.text.strip('$')}$")
    return found


def _list(tag: Tag, name: str, place: Place, writer: Writer) -> None:
    backwards = name == "ol" and "reversed" in tag.attrs
    count = sum(1 for child in tag.contents if isinstance(child, Tag) and child.name == "li") if backwards else 1
    numbers = {0: _integer(tag.get("start"), count)}  # indent of Quill's items -> the number of the next
    numbered = name == "ol" and "none" not in str(tag.get("style") or "")
    for child in tag.contents:
        if isinstance(child, Tag) and child.name == "li":
            indent = _indent(child)
            numbers = {n: number for n, number in numbers.items() if n <= indent}
            number = _integer(child.get("value"), numbers.get(indent, 1))
            of_number = numbered and child.get("data-list") in (None, "ordered")
            if of_number:
                numbers[indent] = number + (-1 if backwards else 1)
            deeper = replace(place, depth=place.depth + indent, level=place.level + indent) if indent else place
            _item(child, number if of_number else None, deeper, writer)
        elif isinstance(child, NavigableString):
            writer.write(child, place.linked)
        elif isinstance(child, Tag):
            writer.end(place)
            if child.name in BLOCKS:
                _block(child, child.name, place, writer)
            else:
                _inline(child, child.name, place, writer)
    writer.end(place)


def _item(item: Tag, number: int | None, place: Place, writer: Writer) -> None:
    """Write an item of a list. number: None for one that has none."""
    task = item.get(TASK)
    writer.end(place)  # text before the item is no part of it
    if task is not None:
        writer.mark(f"- [{task}]")
    elif number is not None:
        writer.mark(f"{number}.", f"{number}. ")
    else:
        writer.mark("-")
    _walk(item, place, writer)
    writer.end(place)
    writer.mark("")


def _lone_item(item: Tag, place: Place, writer: Writer) -> None:
    """Write an item that stands in no list, or in something else in it."""
    around = item.find_parent(["li", *LISTS])
    inside = around is not None and around.name in LISTS
    depth = max(1, place.depth) if inside else place.depth + 1
    number = _integer(item.get("value"), 1) if ORDERED in item.attrs else None
    _item(item, number, replace(place, kind="item", level=depth, depth=depth), writer)


def _indent(item: Tag) -> int:
    """How much deeper than its list Quill sets an item."""
    found = _INDENT.search(str(item.get("class") or ""))
    return int(found[1]) if found else 0


def _integer(value: object, default: int) -> int:
    try:
        number = int(str(value))
    except (TypeError, ValueError):
        return default
    return number if abs(number) < 1_000_000 else default


def _join_displays(drafts: list[Draft]) -> None:
    """Formulas between `$$` or `\\[ \\]` whose lines were parted by line breaks are one block."""
    n = 0
    while n < len(drafts):
        begun = _ENVIRONMENT.match(drafts[n].text)
        opening = begun[0] if begun else drafts[n].text[:2]
        closing = f"\\end{begun[1]}" if begun else {"$$": "$$", "\\[": "\\]"}.get(opening)
        if (
            closing is None
            or drafts[n].kind in ("formula", "pre", "table")
            or closing in drafts[n].text[len(opening) :]
        ):
            n += 1
            continue
        last = n + 1
        while last < min(len(drafts), n + T.display_lines) and closing not in drafts[last].text:
            last += 1
        parts = drafts[n : last + 1]
        if (
            last < min(len(drafts), n + T.display_lines)
            and drafts[last].text.rstrip().endswith(closing)
            and all(part.kind == drafts[n].kind and not part.marker for part in parts[1:])
        ):
            source = " ".join(part.text for part in parts).strip()
            source = source if begun else source[2:-2].strip()
            text = f"$${' '.join(source.split())}$$"
            first = replace(drafts[n], text=text, kind="formula", runs=(Run("formula", 0, len(text)),), linked=0)
            drafts[n : last + 1] = [first]
        n += 1
