"""The title line of a plain text, by evidence of its own and of what follows; found before restoration or behind it.

A title is never in the text. A first heading of a text whose title is elsewhere looks the same, so a text that was
cleaned is cleaned again with its title given (`clean_page(…, title=…)`): then none is looked for, and it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaners.boilerplate import notices, strays
from cleaners.boilerplate.debris import SPACE_ENTITY
from cleaners.boilerplate.folding import fold
from cleaners.metadata import byline, header_of_lines, parse, surnamed, title_key
from cleaners.policy import Context
from cleaners.text import BLANKS, GLOSS, HAN, lexicon, numbered, read_label, read_mark, title_like
from cleaners.thresholds import threshold
from schemas.records import Block, Edit


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    tail_lines: int = threshold(4, "lines", "at the end of a page that show it is one")
    head_lines: int = threshold(24, "lines", "above a title that a page may have: a forum's frame is the longest")
    prose: int = threshold(30, "characters", "from which a line is running text")
    between: int = threshold(
        4, "lines", "short ones between a title and the running text: who it speaks to, a quotation, a name"
    )
    column_longest: int = threshold(12, "characters", "the longest name of a site or a column above a title")
    among_columns: int = threshold(6, "characters", "the longest name of one of several columns above a title")
    name_longest: int = threshold(4, "characters", "of a line among a page's noise above a title: a column, a place")
    long_least: int = threshold(61, "characters", "of a title that is longer than most")
    long_most: int = threshold(100, "characters", "the longest title there is")
    rest: int = threshold(4, "characters", "of a line that says where a text is from, beside what it says")
    least: int = threshold(4, "characters", "of a title that nothing but running text bears out")
    defined_longest: int = threshold(20, "characters", "the longest name that is all of a title, as the text says")


T = Thresholds()

_LEXICON = lexicon("boilerplate.toml")
SALUTES = _LEXICON.matcher("salutes")
HEADS_TEXT = _LEXICON.matcher("heads-text")
NAMES_DOCUMENT, FORM_FIELD = _LEXICON.matcher("names-document"), _LEXICON.matcher("form-field")
FIELD, NAMED_PART = map(lexicon("structure.toml").matcher, ("field", "named-part"))
BARRED, COLUMN, FROM = map(_LEXICON.matcher, ("no-title", "column", "from-line"))
DASHES = "—–- "
WAY_SIGNS = (">", "»", "›", "→")
DEFINES = _LEXICON.matcher("defines")
MADE_BY, OPENS_PARTS, ASKS = map(_LEXICON.matcher, ("made-by", "opens-parts", "asks"))
OFFICE = _LEXICON.matcher("office-below")


def title_line(rows: Sequence[str], blank: bool) -> int | None:
    """Which of the first rows is the title, None where none is told.

    blank: whether blank lines part the rows, as on a page that was saved as text.
    """
    if any("&" in row for row in rows[: T.head_lines]):
        rows = [plainly(row) for row in rows]
    if _defined(rows):
        return 0
    at = _candidate(rows)
    if at is None or not (_prose_within(rows, at + 1, 60) or _first_label(rows[at + 1 : at + 2])):
        return None
    if blank or at > 0 or _framed(rows, at):
        return at
    return at if _stands_alone(rows) or _says_its_kind(rows) else None


def _defined(rows: Sequence[str]) -> bool:
    """Whether the first row is what the text explains, as an encyclopaedia begins: 渠闸, 渠闸（又称水闸）是…"""
    if len(rows) < 2 or not 2 <= len(rows[0]) <= T.defined_longest or not rows[1].startswith(rows[0]):
        return False
    return rows[0][-1].isalnum() and DEFINES(rows[1][len(rows[0]) :]) is not None and _is_prose(rows[1])


def _says_its_kind(rows: Sequence[str]) -> bool:
    """Whether the first row says what kind of document it is (用水合同), and a form or a text follows."""
    behind = rows[1 : 2 * T.between]
    return (
        NAMES_DOCUMENT(fold(rows[0])) is not None
        and _can_be(rows[0])
        and any(map(_is_prose, behind))
        and not any(NAMES_DOCUMENT(fold(row)) for row in behind if title_key(row) != title_key(rows[0]))
    )


def _candidate(rows: Sequence[str]) -> int | None:
    """The line at the head that is a title if any is: the one that stands there twice, or the first behind noise."""
    head = 0  # lines before the running text
    noise: list[bool] = []
    header = header_of_lines(rows[: T.head_lines])
    if header.title:
        return None  # the header of a record says it
    if len(rows) > 1 and _is_long(rows[0]) and _is_noise(rows[1]):
        return 0
    fields = {block.seq for block in header.blocks}
    while head < min(T.head_lines, len(rows)):
        around = head in fields or _is_noise(rows[head]) or _is_value(rows, head, noise)
        if not around and _is_prose(rows[head]) and not title_like(rows[head]):
            break
        noise.append(around)
        head += 1
    fit = [n for n in range(head) if not noise[n] and _can_be(rows[n]) and not _numbered(rows, n)]
    way = max((n for n in range(head) if noise[n] and _is_way(rows[n])), default=-1)
    below = [n for n in fit if n > way]
    start = way + 1 if below and below[0] + 1 < head and noise[below[0] + 1] else 0
    if start:
        fit = below  # what stands above the way to the page is its site's
    if not fit:
        return None
    keys = [title_key(row) for row in rows[:head]]
    for n in fit:
        twice = len(keys[n]) >= 4 and keys[n] in keys[n + 1 :] and COLUMN(fold(rows[n])) is None
        if twice and any(noise[:n]) | any(noise[n + 1 : head]):
            return n
    if not all(noise[n] or (len(rows[n]) <= T.name_longest and any(noise[: fit[0]])) for n in range(start, fit[0])):
        return None  # other lines of the text stand before it
    while len(fit) > 1 and keys[fit[0]] == keys[fit[1]] and COLUMN(fold(rows[fit[0]])) is not None:
        fit = fit[1:]  # the way to the page ends in the column's name, which stands above its titles once more
    first = fit[0]
    if len(fit) > 1 and fit[1] == first + 1:
        column = COLUMN(fold(rows[first])) is not None and len(rows[fit[1]]) > T.column_longest
        if column or any(
            row[:1] in DASHES and row.lstrip(DASHES) == rows[first] for row in rows[first + 2 : first + 4]
        ):
            return fit[1]
    for n in fit[1:]:  # names of columns stand above the title, and a dateline below it
        if n + 1 < head and noise[n + 1] and len(rows[n]) > T.among_columns:
            if any(noise[:first]) and max(map(len, rows[first:n])) <= T.among_columns:
                return n
            break
    for n in fit[1:]:  # a site's or a column's name stands above noise, the title behind it
        if (
            len(rows[first]) <= T.column_longest <= len(rows[n]) + 4
            and any(noise[first + 1 : n])
            and len(rows[n]) > len(rows[first])
        ):
            return n
    return first


def _is_noise(row: str) -> bool:
    """Whether a line belongs to a page's head, and is no title: a breadcrumb, a dateline, where a text is from."""
    return notices.at_head(row) or _credits(row) or _from(row) or strays.is_menu(row)


def _is_way(row: str) -> bool:
    """Whether a line of a page's head is the way to the page: 首页 > 新闻."""
    return notices.is_trail(row) or any(sign in row for sign in WAY_SIGNS)


def _is_value(rows: Sequence[str], at: int, noise: Sequence[bool]) -> bool:
    """Whether a short line says what the label above it asks for: 来源：, 江畔日报."""
    return at > 0 and noise[-1] and len(rows[at]) <= T.column_longest and ASKS(fold(rows[at - 1])) is not None


def _is_long(row: str) -> bool:
    """Whether a line has the look of a title but for its length: a dateline below it shows that it is one."""
    return T.long_least <= len(row) <= T.long_most and not any(mark in row for mark in "，,。；;") and _can_be(row[:40])


def _credits(row: str) -> bool:
    """Whether a line that is no title says where a text is from, who wrote it: 【来源：江畔日报】, □本报记者 林晓舟."""
    if not BARRED(fold(row)):
        return False
    said = parse(row)
    return byline(row) is not None or (said.rest <= T.rest and (said.source or said.authors) is not None)


def _from(row: str) -> bool:
    return FROM(fold(row)) is not None


def _can_be(row: str) -> bool:
    bare = GLOSS.sub("", row)
    if NAMED_PART(row) or strays.is_menu(row) or _from(row) or row.count("”") > row.count("“"):
        return False
    return (title_like(row) or ("\t" not in row and HEADS_TEXT(fold(bare)) is not None)) and not BARRED(fold(bare))


def _numbered(rows: Sequence[str], at: int) -> bool:
    """Whether a line is the first of a series of numbered headings: 协议书1, 协议书2."""
    mark = numbered(rows[at])
    if mark is None:
        return False
    others = (numbered(row) for row in rows[at + 1 :] if len(row) <= len(rows[at]) + 2)
    return any(other is not None and (other.kind, other.value) == (mark.kind, mark.value + 1) for other in others)


def _framed(rows: Sequence[str], at: int) -> bool:
    """Whether what stands around a first line shows a page: a dateline, a blurb, a series of marks, a tail."""
    after = rows[at + 1 : at + 9]
    if any(notices.at_head(row) for row in after[:2]) or any(notices.is_blurb(GLOSS.sub("", row)) for row in after[:2]):
        return True
    if after and (title_key(after[0]) == title_key(rows[at]) or SALUTES(after[0]) or OPENS_PARTS(fold(after[0]))):
        return True
    if any(MADE_BY(fold(row)) for row in after[:2]) or (len(after) > 2 and all(OFFICE(fold(row)) for row in after[:3])):
        return True
    if _opens_series(rows, at) or any(notices.at_tail(row) for row in rows[max(at + 2, len(rows) - T.tail_lines) :]):
        return True
    return any(row.startswith(f"【{rows[at]}】") for row in rows[-40:])


def _stands_alone(rows: Sequence[str]) -> bool:
    """Whether the first row, with nothing of a page around it, is a title: running text behind it."""
    return bool(rows) and _can_be(rows[0]) and len(GLOSS.sub("", rows[0])) >= T.least and _text_follows(rows)


def _text_follows(rows: Sequence[str]) -> bool:
    """Whether running text follows the first row, or a first label, with no more than a few short lines between."""
    for n, row in enumerate(rows[1 : T.between + 2]):
        if _is_prose(row):
            return True
        if read_label(row) is not None or FIELD(row) is not None:
            return (n <= 1 or all(FORM_FIELD(fold(other)) for other in rows[1 : n + 1])) and _first_label([row])
        if "\t" in row or (
            n and row[-1:] not in "。？！?!”」…：:；;" and not FORM_FIELD(fold(row)) and not _below(rows, n)
        ):
            return False
    return False


def _below(rows: Sequence[str], n: int) -> bool:
    """Whether a row, the n-th below the title, is of a subtitle that a dash opened, or says who speaks: 镇长 林晓舟."""
    if rows[n + 1].startswith("——") or rows[n].startswith("——"):
        return True
    words = rows[n + 1].split()
    return len(words) == 2 and surnamed(words[1])


def _first_label(rows: Sequence[str]) -> bool:
    label = read_label(rows[0]) if rows else None
    return (label is not None and label.value == 1) or (bool(rows) and FIELD(rows[0]) is not None)


def _is_prose(row: str) -> bool:
    return len(row) >= T.prose and HAN.search(row) is not None and "\t" not in row


def _prose_within(rows: Sequence[str], start: int, count: int) -> bool:
    return any(len(row) >= T.prose and HAN.search(row) for row in rows[start : start + count])


def _opens_series(rows: Sequence[str], at: int) -> bool:
    """Whether bare marks 第一篇, 第二篇 follow, the first of them right behind a title."""
    found = [(n, mark) for n, row in enumerate(rows) if n > at and (mark := read_mark(row)) and not mark.rest]
    if len(found) < 2 or found[0][0] > at + 3:
        return False
    (_, first), (_, second) = found[:2]
    return first.kind == second.kind and (first.value, second.value) == (1, 2)


def plainly(title: str) -> str:
    """A title line without the white space that a page shows by name: &nbsp;"""
    return SPACE_ENTITY.sub(" ", title).strip(BLANKS) if "&" in title else title


def take_title(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """The title line of a plain text that could not be read before it was restored.

    None is looked for where the text's first line went: what stands below a dateline is text.
    """
    blocks = tuple(blocks)
    whole = any(block.seq == 0 for block in blocks)
    if context.parted is None or not whole or any(block.role == "title" for block in blocks):
        return blocks, ()
    body = [n for n, block in enumerate(blocks) if block.role == "body"]
    at = title_line([blocks[n].text for n in body], context.parted)
    if at is None:
        return blocks, ()
    block = blocks[body[at]]
    named = replace(block, text=plainly(block.text), role="title", origin="head")
    edit = Edit("boilerplate", "title", block.seq, 0, block.text, "", "likely", 1, "the page's title")
    return (*blocks[: body[at]], named, *blocks[body[at] + 1 :]), (edit,)
