"""Lines of a plain text: space and empty lines taken away, cut lines found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.text.chars import BLANKS, HAN, trimmed
from cleaners.text.code import code_rows
from cleaners.text.labels import read_label
from cleaners.text.lexicon import lexicon
from cleaners.text.marks import read_mark
from cleaners.text.widths import columns
from cleaners.thresholds import threshold

TERMINAL = "。！？!?…"
CLOSING_START = "，。、；：！？,;:!?)）】》」』”’%％"  # no line of Chinese begins with one of these (GB/T 15834, 5.1)
OPENERS = {"）": "（", "】": "【", "》": "《", "」": "「", "』": "『"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    gloss_longest: int = threshold(
        60, "characters", "of a gloss in brackets on either side of the place where it was cut"
    )
    lookback: int = threshold(2000, "characters", "in which an open bracket is looked for")
    prose: int = threshold(20, "characters", "of running text that stops short, at least")
    wrap_narrowest: int = threshold(30, "columns", "of the narrowest layout whose rows are joined")
    wrap_widest: int = threshold(160, "columns", "of the widest layout whose rows are joined")
    wrap_rows: int = threshold(400, "rows", "looked at")
    least_indented: int = threshold(
        4, "rows", "with indentation, and rows that go on, which show that paragraphs are indented"
    )
    full_share: float = threshold(
        0.75, "share", "of the widest row from which one was cut at the margin, in a layout with several margins"
    )
    most_bare: float = threshold(0.9, "share", "of the rows without indentation that go on")
    least_full: int = threshold(6, "rows", "that end at a margin, where it is that of a part of the text")
    margin_share: float = threshold(0.2, "share", "of the rows that end at such a margin")
    margins: int = threshold(3, "margins", "that are tried beside the widest: the commonest widths")
    ragged: int = threshold(
        6, "columns", "below the usual width at which rows end where letters and digits are narrower than they count"
    )
    sentence_least: int = threshold(30, "characters", "of a line behind a tab that is a paragraph")
    sentences: float = threshold(0.4, "share", "of the lines behind tabs that are paragraphs where tabs indent")
    stopped_share: float = threshold(
        0.6, "share", "of the rows in which what was cut at a margin goes on that end with a stop"
    )


T = Thresholds()
GLOSSED = (("（", "）"), ("(", ")"))
STOPPED = TERMINAL + "．.；;：:)）】”』」"  # what a row that ends before the margin ends with
SPEAKS = frozenset("".join(lexicon("text.toml").words("speaks")))  # one character that a sentence may begin with


def tidy(text: str) -> str:
    """Lines without the space around them and without empty lines; code keeps its indentation and its empty lines.

    Tidy text comes back as it is. A line that begins with a tab, or holds one behind an empty first cell, is a row of a
    table and keeps it, where tabs are not what paragraphs are indented by.
    """
    if not text or ("\n" not in text and text[0] not in BLANKS and text[-1] not in BLANKS):
        return text
    kept: list[str] = []
    code = [False]  # whether each kept line is code
    empty = 0
    raw = text.split("\n")
    inners = [trimmed(line, BLANKS) for line in raw]
    lines = [
        inner if not inner or line[0] not in BLANKS else line[: len(line) - len(line.lstrip(BLANKS))] + inner
        for line, inner in zip(raw, inners, strict=True)
    ]  # space at the end goes first, for the share of Han in a line tells code from prose
    indented = any(line[:1] == "\t" for line in lines) and _by_tabs(lines, inners)
    for line, inner, now in zip(lines, inners, code_rows(lines), strict=True):
        if not inner:
            empty += 1
            continue
        is_row = "\t" in line[:1] and not indented
        if now and code[-1]:
            kept += [""] * empty
        kept.append(line if now or is_row else inner)
        code.append(now)
        empty = 0
    return "\n".join(kept)


def _by_tabs(lines: Sequence[str], inners: Sequence[str]) -> bool:
    """Whether paragraphs are indented by tabs: no line that begins with one has another cell, and many are text."""
    tabbed = [inner for line, inner in zip(lines, inners, strict=True) if line[:1] == "\t" and inner]
    if any("\t" in inner for inner in tabbed):
        return False
    sentences = sum(1 for inner in tabbed if len(inner) >= T.sentence_least and inner[-1] in STOPPED and "，" in inner)
    return sentences >= max(2, T.sentences * len(tabbed))


def glue(before: str, row: str) -> str:
    """Two halves of a cut line as one: with a space between them where both are Latin."""
    space = " " if before[-1:].isascii() and row[:1].isascii() and row[:1].isalnum() else ""
    return before + space + row


def continued(rows: Sequence[str], indented: Sequence[int] = ()) -> frozenset[int]:
    """Which rows go on from the row before them: lines that were cut inside a sentence.

    indented: columns that stood before each row (`indents`), where paragraphs may begin with some.
    """
    width = 0
    found: set[int] = set()
    longest = max(map(len, rows), default=0)
    # A text of one line a paragraph has a longer one, as a rule; and one of short lines was not wrapped.
    if longest <= T.wrap_widest and 2 * longest + max(indented, default=0) >= T.wrap_narrowest:
        spaced = len(indented) == len(rows)
        before = indented if spaced else [0] * len(rows)
        bare = [columns(row) for row in rows]
        widths = [own + space for own, space in zip(bare, before, strict=True)]
        unindented = _unindented(rows, before, widths) if spaced else frozenset()
        if unindented:
            return unindented
        width = _wrap_width(rows, bare)
        found = _hanging(rows, before, widths) if spaced else set()
        found |= _at_margin(rows, before, widths)
    whole = ""
    for n, row in enumerate(rows):
        if n in found or (n and not _ended(rows[n - 1], row) and _cut(rows[n - 1], whole, row, width)):
            found.add(n)
            whole += row
        else:
            whole = row
    return frozenset(found)


def _hanging(rows: Sequence[str], indented: Sequence[int], widths: Sequence[int]) -> set[int]:
    """Rows that hang below a label's text, deeper than the label, behind a row cut at the margin inside a sentence."""
    if not any(indented):
        return set()
    widest = max(widths, default=0)
    if not T.wrap_narrowest <= widest <= T.wrap_widest:
        return set()
    found: set[int] = set()
    hung = -1  # indentation of the label whose text is open, -1 where none is
    for n, row in enumerate(rows):
        if read_label(row) is not None:
            hung = indented[n]
            continue
        last = rows[n - 1] if n else ""
        inside = bool(last) and (HAN.match(last[-1]) is not None or last[-1] in "，、,")
        if 0 <= hung < indented[n] and inside and widths[n - 1] >= T.full_share * widest:
            found.add(n)
        else:
            hung = -1
    return found


def _at_margin(rows: Sequence[str], indented: Sequence[int], widths: Sequence[int]) -> set[int]:
    """Rows that go on behind one cut at a margin, in a text of which a good part only is wrapped by hand.

    Options of a question, captions, a table stand between; a text of two columns has two margins. At a margin most rows
    break inside a sentence, and what the last of them goes on in ends with a stop: headlines of one length do not.
    """
    if len(rows) < T.least_full:
        return set()
    counted = Counter(width for width in widths if T.wrap_narrowest <= width <= T.wrap_widest)
    usual = [width for width, _ in counted.most_common(T.margins)]
    found: set[int] = set()
    for margin in sorted({max(counted, default=0), *usual} - {0}):
        for low, high in ((margin - 3, margin), (margin - T.ragged, margin + 3)):
            full = {n for n, width in enumerate(widths[:-1]) if low <= width <= high}
            if not _is_margin(rows, full):
                continue
            for n in sorted(full):
                running = n in found or _has_mark(rows[n]) or (n and widths[n] >= margin - 3 and _has_mark(rows[n + 1]))
                if running and rows[n][-1] not in TERMINAL and _may_go_on(rows[n + 1], indented[n + 1] - indented[n]):
                    found.add(n + 1)
    return found


def _has_mark(row: str) -> bool:
    return any(mark in row for mark in "，。；,;")


def _may_go_on(row: str, deeper: int) -> bool:
    return bool(row) and deeper <= 0 and row[0] not in " \t" and read_label(row) is None and read_mark(row) is None


def _is_margin(rows: Sequence[str], full: set[int]) -> bool:
    if len(full) < max(T.least_full, T.margin_share * len(rows)):
        return False
    inside = sum(1 for n in full if rows[n][-1].isalnum() or rows[n][-1] in "，、,")
    breaks = sum(1 for n in full if HAN.match(rows[n][-1]))
    ended = sum(1 for n in full if rows[n][-1] in TERMINAL)
    if inside < 0.7 * len(full) or breaks < 0.5 * len(full) or ended > 0.25 * len(full):
        return False
    return _comes_to_stops(rows, full)


def _comes_to_stops(rows: Sequence[str], full: set[int]) -> bool:
    """Whether runs of full rows go on, as a rule, in a row that ends with a stop, as paragraphs do."""
    last = [rows[min(n + 1, len(rows) - 1)] for n in full if n + 1 not in full]
    return sum(1 for row in last if row[-1:] and row[-1] in STOPPED) >= T.stopped_share * len(last)


def _unindented(rows: Sequence[str], indented: Sequence[int], widths: Sequence[int]) -> frozenset[int]:
    """Rows without indentation behind full ones, in a text whose paragraphs are indented and was wrapped by hand.

    There nearly each row without indentation follows one that is full; a heading, or a text of one line a paragraph,
    does not. A row that begins with a label begins a paragraph all the same.
    """
    if sum(map(bool, indented)) < T.least_indented:
        return frozenset()
    widest = max(widths, default=0)
    if not T.wrap_narrowest <= widest <= T.wrap_widest:
        return frozenset()
    bare = [n for n in range(1, len(rows)) if not indented[n]]
    found = [n for n in bare if widths[n - 1] >= widest - 3 and read_label(rows[n]) is None]
    return frozenset(found) if len(found) >= max(T.least_indented, T.most_bare * len(bare)) else frozenset()


def _ended(last: str, row: str) -> bool:
    """Whether a line ends with a stop, and no bracket that is open in it is closed at the beginning of the next."""
    return last[-1:] in ("。", "！", "？") and row[:1] not in OPENERS


def _cut(last: str, before: str, row: str, width: int) -> bool:
    if not last or not row:
        return False
    if (opener := OPENERS.get(row[0])) is not None:  # the bracket that this one closes stands in the line before
        near = before[-T.lookback :]
        if near.count(opener) > near.count(row[0]):
            return True
    if _inside_gloss(last, row):
        return True
    field = len(before) == 1 and row[1:2] in (":", "：") and HAN.match(row) is not None  # 日, 期:____
    if not width and ((not field and len(before) < T.prose) or not HAN.match(last[-1])):
        return False
    if row[0] in " \t" or last[:1] in " \t":
        return False
    if width and width - 3 <= columns(last) <= width:
        goes_on = last[-1] not in TERMINAL
    else:
        closing = row[0] in CLOSING_START and len(row) > 1
        goes_on = field or (_prose(before) and (closing or _fragment(row)))
    return goes_on and read_label(row) is None and read_mark(row) is None


def _inside_gloss(last: str, row: str) -> bool:
    """Whether a line was cut between two words of a Latin gloss: 冲动（the / impulse），没有它…"""
    if not ("A" <= last[-1] <= "z" and last[-1].isalpha() and "a" <= row[0] <= "z"):
        return False
    near, begun = last[-T.gloss_longest :], row[: T.gloss_longest]
    return any(near.rfind(a) > near.rfind(b) and b in begun and a not in begun.split(b)[0] for a, b in GLOSSED)


def _prose(line: str) -> bool:
    """Whether a line is running text that stops short: sentences inside it, none at its end."""
    return len(line) >= T.prose and bool(HAN.match(line[-1])) and any(c in line for c in "，。,；;")


def _fragment(row: str) -> bool:
    """Whether a line begins with a rest of one character before a mark: 定,教育干部职工…"""
    return len(row) >= 8 and bool(HAN.match(row)) and row[1] in "，,、。" and row[0] not in SPEAKS


def _wrap_width(rows: Sequence[str], widths: Sequence[int]) -> int:
    """Columns at which a text was wrapped by hand, 0 where it was not.

    Most lines stop within three columns of the widest, inside a sentence.
    """
    if len(rows) < 5:
        return 0
    widths = widths[: T.wrap_rows]
    widest = max(widths)
    if not T.wrap_narrowest <= widest <= T.wrap_widest:
        return 0
    full = [row for row, width in zip(rows, widths, strict=False) if width >= widest - 3]
    if len(full) < 4 or len(full) < 0.5 * len(widths):
        return 0
    if not _comes_to_stops(rows[: len(widths)], {n for n, width in enumerate(widths) if width >= widest - 3}):
        return 0  # headlines, or verse, of one length
    inside = sum(1 for row in full if HAN.match(row[-1]) or row[-1] in "，、,")
    ended = sum(1 for row in full if row[-1] in TERMINAL)
    breaks = sum(1 for row in full if HAN.match(row[-1]))
    return widest if inside >= 0.7 * len(full) and breaks >= 0.5 * len(full) and ended <= 0.25 * len(full) else 0
