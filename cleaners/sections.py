"""The outline of a document: what stands under which heading.

Levels come from nesting inside the document, not from a fixed table: a style seen again closes what stands inside it.
Which of two styles is the outer one is read from the document (the one that starts again inside the other is the inner
one); where it gives no evidence, common use decides. Values may skip or repeat: they are evidence, never a condition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaners.sections_labels import RANK, Label, read
from schemas.records import Block, Section

LABELLED = ("paragraph", "heading", "item", "quote")  # kinds of blocks that a label can begin
HEADING = re.compile(r"[^。！？!?\n]{0,400}(?:[。！？!?]|$|\n)")
CLOSERS = "”’」』）)》】\"'"
TRIMMED = " 　\t。.．:：;；,，、"


@dataclass(slots=True)
class Mark:
    """A heading: the block that bears it, its label (None for an HTML heading without one), its style."""

    block: int
    label: Label | None
    style: str
    value: int


@dataclass(slots=True)
class _Open:
    """A section on the way: its style and last value, and how many of its own style lie around it."""

    style: str
    value: int
    section: int = 0
    level: int = 1


def outline(blocks: Sequence[Block]) -> tuple[str, tuple[Section, ...]]:
    """Text of the blocks joined by a line break, and its sections in order of their start (a parent before its child).

    A section of level 0 without label holds the text before the first label, or all of it where there is none.
    """
    text = "\n".join(block.text for block in blocks)
    if not text:
        return "", ()
    blocks = _by_line(blocks)
    starts: list[int] = []
    at = 0
    for block in blocks:
        starts.append(at)
        at += len(block.text) + 1
    found = marks(blocks)
    if not found:
        return text, (Section(0, "", "", False, 0, len(text)),)
    sections: list[Section] = []
    if starts[found[0].block] > 0:
        sections.append(Section(0, "", "", False, 0, starts[found[0].block] - 1))
    levels = _levels(found, blocks)
    for n, (mark, level) in enumerate(zip(found, levels, strict=True)):
        following = next((m for m in range(n + 1, len(found)) if levels[m] <= level), None)
        end = len(text) if following is None else starts[found[following].block] - 1
        block = blocks[mark.block]
        heading, run_in = _heading(block.text, mark.label.end if mark.label else 0)
        label = mark.label.text if mark.label else ""
        sections.append(Section(level, label, heading, run_in, starts[mark.block], end))
    return text, tuple(sections)


def _by_line(blocks: Sequence[Block]) -> list[Block]:
    """Blocks whose lines can bear labels, a block each line; the text joined by line breaks is the same."""
    lines: list[Block] = []
    for block in blocks:
        if "\n" in block.text and block.kind in LABELLED and not block.protected:
            lines += [replace(block, text=line) for line in block.text.split("\n")]
        else:
            lines.append(block)
    return lines


def marks(blocks: Sequence[Block]) -> list[Mark]:
    """Headings of the blocks in order: labels that hold, and HTML headings."""
    read_labels: list[Label | None] = [
        read(block.text) if block.kind in LABELLED and not block.protected else None for block in blocks
    ]
    accepted = _accepted(read_labels)
    found: list[Mark] = []
    for n, block in enumerate(blocks):
        label = read_labels[n] if accepted[n] else None
        if label is not None:
            found.append(Mark(n, label, label.style, label.value))
        elif block.kind == "heading" and block.text.strip():
            found.append(Mark(n, None, f"h{block.level}", 0))
    return found


def _accepted(labels: Sequence[Label | None]) -> list[bool]:
    """Whether each label holds: a weak one needs another of its style with the next or the previous value."""
    seen: dict[tuple[str, tuple[int, ...]], set[int]] = {}
    for label in labels:
        if label is not None:
            seen.setdefault((label.style, label.path[:-1]), set()).add(label.value)
    plain = {label.value for label in labels if label is not None and label.style in ("n", "n.", "章", "cn")}
    accepted: list[bool] = []
    for label in labels:
        if label is None or label.value == 0:
            accepted.append(False)
        elif not label.weak:
            accepted.append(True)
        else:
            values = seen[(label.style, label.path[:-1])]
            near = label.value - 1 in values or label.value + 1 in values
            if label.path and not near:
                near = label.value == 1 and (
                    label.path[0] in plain if len(label.path) == 2 else ("n" + ".n" * (len(label.path) - 2), ()) in seen
                )
            accepted.append(near)
    return accepted


def _outer(found: Sequence[Mark]) -> dict[tuple[str, str], int]:
    """Votes for (a, b): positive where style a lies outside style b.

    Between two marks of style a whose value goes up, a b that starts at 1 again after having counted before is inside a.
    """
    votes: dict[tuple[str, str], int] = {}
    last: dict[str, int] = {}
    since: dict[tuple[str, str], bool] = {}  # (a, b): a mark of style a has come since the last mark of style b
    for mark in found:
        if mark.label is None:
            continue
        b = mark.style
        if mark.value == 1 and last.get(b, 0) >= 1:
            for a in last:
                if a != b and since.get((a, b)):
                    votes[(a, b)] = votes.get((a, b), 0) + 1
                    votes[(b, a)] = votes.get((b, a), 0) - 1
        for other in (*last, b):
            since[(b, other)] = True
            since[(other, b)] = False if other != b else since.get((other, b), False)
        last[b] = mark.value
    return votes


def _levels(found: Sequence[Mark], blocks: Sequence[Block]) -> list[int]:
    votes = _outer(found)

    def inside(inner: str, outer: str) -> bool:
        """Whether a mark of style `inner` goes under an open section of style `outer`."""
        vote = votes.get((outer, inner), 0)
        if vote:
            return vote > 0
        return _rank(outer) < _rank(inner)

    stack: list[_Open] = []
    levels: list[int] = []
    for n, mark in enumerate(found):
        depth = next((d for d in range(len(stack) - 1, -1, -1) if stack[d].style == mark.style), None)
        if depth is not None and mark.label is not None:
            depth = _sibling(stack, mark, depth)
            if mark.value == 1 and stack[depth].value >= 1 and _announced(found, n, blocks, stack, depth):
                depth = None
                level = len(stack) + 1
                stack.append(_Open(mark.style, mark.value, n, level))
                levels.append(level)
                continue
        if depth is None:
            keep = len(stack)
            while keep and not inside(mark.style, stack[keep - 1].style):
                keep -= 1
            del stack[keep:]
        else:
            del stack[depth:]
        level = len(stack) + 1
        stack.append(_Open(mark.style, mark.value, n, level))
        levels.append(level)
    return levels


def _sibling(stack: Sequence[_Open], mark: Mark, innermost: int) -> int:
    """Which open section of the mark's style it goes on from: the one whose next value it bears, else the innermost."""
    for depth in range(innermost, -1, -1):
        if stack[depth].style == mark.style and stack[depth].value + 1 == mark.value:
            return depth
    return innermost


def _announced(found: Sequence[Mark], n: int, blocks: Sequence[Block], stack: Sequence[_Open], depth: int) -> bool:
    """Whether a numbering that starts again lies inside the section above it: that names the headings to come.

    「二、2008年工作打算 … 即“开好一个大会,抓住两个关键…”」, then 一、开好一个大会, 二、抓住两个关键.
    """
    if depth != len(stack) - 1:
        return False
    above = found[stack[depth].section]
    parent = "".join(block.text for block in blocks[above.block : found[n].block])
    named = 0
    value = found[n].value
    for mark in found[n : n + 12]:
        if mark.style != found[n].style:
            continue
        if mark.value != value:
            break
        value += 1
        heading = core(_heading(blocks[mark.block].text, mark.label.end if mark.label else 0)[0])
        if len(heading) >= 2 and heading[:12] in core(parent):
            named += 1
    return named >= 2


def core(text: str) -> str:
    """Letters and Han of `text` alone: what is compared where marks and spaces may differ."""
    return "".join(c for c in text if c.isalnum())


def _rank(style: str) -> int:
    if style.startswith("h") and style[1:].isdigit():
        return int(style[1:]) - 10
    return RANK.get(style, len(RANK))


def _heading(text: str, at: int) -> tuple[str, bool]:
    """Heading behind a label, and whether body follows it in the same block."""
    found = HEADING.match(text, at)
    if found is None:  # the first sentence is longer than any heading
        end = at + 400
        return text[at:end].strip(TRIMMED), True
    end = found.end()
    while end < len(text) and text[end] in CLOSERS:
        end += 1
    return text[at:end].strip(TRIMMED), bool(text[end:].strip())
