"""Blocks as Markdown: CommonMark 0.31 with tables as GitHub has them, and TeX between dollar signs.

What is text is escaped, so that nothing in a page can become markup; nothing is escaped in code and TeX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from cleaners.text import HAN_CLASS
from cleaners.thresholds import threshold
from schemas.records import Block, Run


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    deepest: int = threshold(
        12, "lists and quotations", "that are still shown inside each other; parsers stop at some depth"
    )
    padded: int = threshold(4, "times", "a table's characters that empty cells may make it longer")


T = Thresholds()
_SPECIAL = re.compile(r"[\\`*_\[\]<$|]|~(?=~)|(?<=~)~|&(?=#?[A-Za-z0-9]{1,32};)|!(?=\[)")
_MAYBE_SPECIAL = re.compile(r"[\\`*_\[\]<$|~&!]")
_LEADING = re.compile(r"(#{1,6})(?=\s|$)|([-+])(?=\s|$)|(>)|(\d{1,9})([.)])(?=\s|$)|(=+|-{2,})\s*$|(:?-+:?)$")
_BACKTICKS = re.compile("`+")
_FENCE_LINE = re.compile(r"^[ \t]*+(`{3,})", re.M)
_ADDRESS = re.compile(r"[\x00-\x20()<>\\\"\u3000]|[\ud800-\udfff]")
_BREAK_AT_MARK = re.compile(  # between lines of a heading, where punctuation leaves no space either
    f"(?<=[{HAN_CLASS}])\n(?=[，。、；：！？）》”])|(?<=[，。、；：！？])\n(?=[{HAN_CLASS}])"
)
_UNSAFE = re.compile(r"(?<!\\)\|")

Known = dict[int, tuple[Block, list[str]]]  # identity of a block -> the block, which keeps it alive, and its lines


@dataclass(slots=True)
class _State:
    """Where the writer stands: open lists' widths and delimiters, and what was written last."""

    widths: list[int] = field(default_factory=list)
    numbers: dict[int, tuple[int, str]] = field(default_factory=dict)  # depth -> last number, its delimiter
    outer: int = 0  # quotations around the outermost open list
    last: Block | None = None


def markdown(blocks: Sequence[Block], known: Known | None = None) -> str:
    """The blocks of a document, or of a part of one, as Markdown; "" for none.

    Its words are those of the blocks' text, in order. A level of heading stays as it is; a table's first row is its
    header; lists keep their depth and numbers. known: lines of blocks by the blocks' identity, kept for a second look.
    """
    known = {} if known is None else known
    state = _State()
    out: list[str] = []
    for block in _gathered(blocks):
        seen = known.get(id(block))
        if seen is None:
            seen = known[id(block)] = block, _lines(block)
        lines = seen[1]
        if not lines:
            continue
        last = state.last
        if block.depth or block.quoted or (last is not None and (last.depth or last.quoted)):
            first, rest, blank = _prefixes(block, state)
        else:
            first = rest = blank = ""
        if block.runs_on and _continues(block, state.last):
            if block.kind == "heading":
                more = lines[0].lstrip("# ")
                out.append("" if _BREAK_AT_MARK.search(f"{out[-1][-1:]}\n{more[:1]}") else " ")
                out.append(more)
            else:
                out.append("\\\n" + rest + lines[0])
        else:
            if out:
                out.append(_between(block, state.last, blank))
            if block.kind == "source":
                out.append("\n".join(lines))
                state.last = block
                continue
            out.append((first + lines[0]).rstrip())
            if len(lines) > 1:
                out += ["\n" + (rest + line).rstrip() for line in lines[1:]]
        state.last = block
    return "".join(out)


def _gathered(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, rows of a table that are blocks of their own put together."""
    if not any(block.kind == "table" for block in blocks):
        yield from blocks
        return
    for rows, group in groupby(blocks, lambda b: b.kind == "table" and "\n" not in b.text and not b.runs):
        own = list(group)
        if rows and len(own) > 1:
            yield replace(own[0], text="\n".join(b.text for b in own))
        else:
            yield from own


def _continues(block: Block, last: Block | None) -> bool:
    """Whether a block is a line of the paragraph before it."""
    return (
        block.runs_on
        and block.kind != "source"
        and not block.marker
        and last is not None
        and last.seq == block.seq - 1
        and (last.kind, last.depth, last.quoted) == (block.kind, block.depth, block.quoted)
    )


def _between(block: Block, last: Block | None, blank: str) -> str:
    """What parts two blocks: a blank line, or none before the item of a list and between lines of Markdown."""
    if last is None:
        return ""
    if not blank and not block.marker and block.kind != "source":
        return "\n\n"
    if block.kind == "source" and last.kind == "source":
        return "\n" if block.runs_on else "\n\n"
    if block.marker and last.depth and block.quoted == last.quoted and last.kind in ("item", "paragraph"):
        return "\n"
    return f"\n{blank}\n"


def _prefixes(block: Block, state: _State) -> tuple[str, str, str]:
    """What stands before a block's first line, before the others, and on the blank line before it; of a block that is
    in a list or a quotation, or behind one."""
    last = state.last
    depth, quoted = min(block.depth, T.deepest), min(block.quoted, T.deepest)
    before = min(quoted, min(last.quoted, T.deepest) if last is not None else 0)
    if not depth:
        state.widths.clear()
        state.numbers.clear()
        quote = "> " * quoted
        return quote, quote, ("> " * before).rstrip()
    if not state.widths:
        state.outer = quoted
    outer = min(state.outer, quoted)
    marker = block.marker or ("-" if len(state.widths) < depth else "")
    outside, inside = "> " * outer, "> " * (quoted - outer)
    blank = ("> " * min(before, outer)).rstrip()
    if not marker:
        del state.widths[depth:]
        indent = " " * sum(state.widths)
        return outside + indent + inside, outside + indent + inside, blank
    del state.widths[depth - 1 :]
    indent = " " * sum(state.widths)
    empty = depth - 1 - len(state.widths)  # items around it that begin with it
    state.widths += [2] * empty
    marker = _delimited(marker, depth, state)
    state.widths.append(len(marker.split(" ")[0]) + 1)
    rest = " " * sum(state.widths)
    return f"{outside}{indent}{'- ' * empty}{marker} {inside}", outside + rest + inside, blank


def _delimited(marker: str, depth: int, state: _State) -> str:
    """A marker, with the other delimiter where a list begins right behind another."""
    for deeper in [d for d in state.numbers if d > depth]:
        del state.numbers[deeper]
    if not marker[:1].isdigit() and not marker.startswith("-1"):
        state.numbers.pop(depth, None)
        return marker
    number = int(marker[:-1])
    if number < 0:
        return "-"  # CommonMark has no such number
    last = state.numbers.get(depth)
    delimiter = "." if last is None else last[1]
    if last is not None and number == 1 and last[0] != 2 and last[0] != 0:
        delimiter = ")" if delimiter == "." else "."
    state.numbers[depth] = number, delimiter
    return f"{number}{delimiter}"


def _lines(block: Block) -> list[str]:
    """The lines of a block, without what its lists and quotations put before them."""
    text = block.text
    if block.kind == "paragraph" and not block.runs and not block.marker and "\n" not in text:
        said = escaped(text).strip()
        return [_led(said)] if said else []
    if block.kind == "source":
        return text.split("\n")
    if block.kind == "image":
        return [_image(run.text or text, run.target) for run in block.runs[:1]]
    if block.kind == "pre":
        return _fence(text, block.language)
    if block.kind == "formula":
        tex = text.strip("$").strip()
        return ["$$", *tex.split("\n"), "$$"] if tex else []
    if block.kind == "table":
        return _table(block)
    runs: Sequence[Run] = block.runs
    number = f"{block.marker} " if block.marker[:1].isdigit() or block.marker.startswith("-1") else ""
    start = len(number) if number and text.startswith(number) else 0
    said = inline(text, runs, start, len(text)).strip()
    if not said:
        return []
    if block.kind == "heading":
        said = re.sub(r"(?<!#)(#+)$", r"\\\1", said.replace("\n", " "))
        return [f"{'#' * min(max(block.level, 1), 6)} {said}"]
    return [_led(line) for line in said.split("\n") if line.strip()]


def _led(line: str) -> str:
    """A line whose beginning means nothing in Markdown."""
    line = line.strip()
    found = _LEADING.match(line) if line[0] < "\x7f" else None
    if not found:
        return line
    if found[4]:
        return f"{found[4]}\\{line[len(found[4]) :]}"
    return "\\" + line


def _fence(text: str, language: str) -> list[str]:
    longest = max((len(ticks) for ticks in _FENCE_LINE.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *text.split("\n"), fence]


def _table(block: Block) -> list[str]:
    rows: list[list[str]] = []
    runs = list(block.runs)
    at = n = 0
    for line in block.text.split("\n"):
        cells: list[str] = []
        for cell in line.split("\t"):
            end = at + len(cell)
            first = n
            while n < len(runs) and runs[n].start < end + (runs[n].kind == "image"):
                n += 1
            cells.append(inline(block.text, runs[first:n], at, end, cell=True).strip())
            at = end + 1
        rows.append(cells)
    width = max(map(len, rows))
    pad = width * len(rows) <= T.padded * len(block.text) + 1000
    lines: list[str] = []
    for y, cells in enumerate(rows):
        if pad or not y:
            cells = cells + [""] * (width - len(cells))
        lines.append("| " + " | ".join(cells) + " |")
        if not y:
            lines.append("| " + " | ".join(["---"] * width) + " |")
    return lines


def inline(text: str, runs: Sequence[Run], start: int, end: int, *, cell: bool = False) -> str:
    """Text from `start` to `end` with its runs as Markdown. cell: of a table, where a bar ends a cell in code too."""
    if not runs:
        return escaped(text[start:end])
    out: list[str] = []
    at = start
    n = 0
    while n < len(runs):
        run = runs[n]
        n += 1
        if run.start < at or run.end > end:
            continue
        plain = escaped(text[at : run.start])
        if run.kind in ("link", "image") and plain.endswith("!"):
            plain = plain[:-1] + "\\!"
        out.append(plain)
        if run.kind == "link":
            inner = n
            while n < len(runs) and runs[n].end <= run.end and runs[n].start < run.end:
                n += 1
            label = inline(text, runs[inner:n], run.start, run.end, cell=cell)
            out.append(f"[{label}](<>)".replace("<>", _target(run.target)) if label.strip() else label)
        elif run.kind == "image":
            out.append(_image(run.text, run.target))
            if text[run.start - 1 : run.start] == " " and text[run.end : run.end + 1].strip():
                out.append(" ")  # white space around an image is one character of the text
        elif run.kind == "code":
            last = run.end
            while n < len(runs) and runs[n].kind == "code" and runs[n].start == last:  # ticks side by side are one run
                last = runs[n].end
                n += 1
            out.append(_code(text[run.start : last], cell))
            at = last
            continue
        elif run.kind == "formula":
            tex = text[run.start : run.end]
            tex = _UNSAFE.sub(r"\\|", tex) if cell else tex
            beside = n < len(runs) and runs[n].kind == "formula" and runs[n].start == run.end
            out.append(tex + (" " if beside or text[run.end : run.end + 1].isdigit() else ""))
        at = run.end
    out.append(escaped(text[at:end]))
    return "".join(out)


def escaped(text: str) -> str:
    r"""Text in which nothing is markup.

    >>> escaped("a*b* <i> $5 & &lt;")
    'a\\*b\\* \\<i> \\$5 & \\&lt;'
    """
    return _SPECIAL.sub(r"\\\g<0>", text) if _MAYBE_SPECIAL.search(text) else text


def _code(text: str, cell: bool) -> str:
    text = text.replace("\n", " ")
    if cell:
        text = text.replace("|", "\\|")
    longest = {len(ticks) for ticks in _BACKTICKS.findall(text)}
    fence = "`" * next(n for n in range(1, len(longest) + 2) if n not in longest)
    pad = " " if text[:1] == "`" or text[-1:] == "`" or (text[:1] == text[-1:] == " " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _image(alt: str, url: str) -> str:
    return f"![{escaped(' '.join(alt.split()))}]({_target(url)})" if url else ""


def _target(url: str) -> str:
    """An address between parentheses."""
    return _ADDRESS.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode("utf-8", "replace")), url)
