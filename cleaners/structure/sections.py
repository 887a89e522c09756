"""The outline of a document: what stands under which heading.

Levels come from nesting inside the document, not from a fixed table: a style seen again closes what stands inside it.
Which of two styles is the outer one is read from the document (the one that starts again inside the other is the inner
one); where it gives no evidence, common use decides. Values may skip or repeat: they are evidence, never a condition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.rendering import text_of
from cleaners.structure.headings import CLOSERS, stopped, unlabelled
from cleaners.text import RANK, Label, code_rows, lexicon, read_label
from cleaners.thresholds import threshold
from schemas.records import Block, Section

KINDRED = (("n", "n.", "n)", "n()"), ("cn", "cn)"))
FIELD = lexicon("structure.toml").matcher("field")
QUESTION = lexicon("structure.toml").matcher("question")
REVISION = lexicon("structure.toml").matcher("revision")
NAMED_PART = lexicon("structure.toml").matcher("named-part")
CHAPTERS = ("章", "回", "节", "卷", "幕")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    fields_least: int = threshold(3, "labels", "of fields that make a form")
    option_longest: int = threshold(60, "characters", "the longest option of a question")
    exam_option_longest: int = threshold(400, "characters", "the same in an exam")
    exam_options_apart: int = threshold(3, "lines", "from one option to the next in an exam")
    alone_longest: int = threshold(60, "characters", "the longest sentence that a label alone on its line stands for")
    skipped: int = threshold(2, "values", "by which a numbering that is written otherwise may go on")
    part_longest: int = threshold(40, "characters", "the longest line that names a part of a novel: 楔子 山上的老人")


T = Thresholds()
UNLABELLED = "heading"  # style of a heading without label
NO_LETTER = re.compile(r"[\W_]+")
HEADING = re.compile(r"[^。！？!?\n]{0,400}(?:[。！？!?]|$|\n)")
TRIMMED = " 　\t●■◆▲★※○◎。.．:：;；,，、"


@dataclass(slots=True)
class Mark:
    """A heading: the line that bears it, its label (None where it has none), its style and value."""

    line: int
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

    The outline is read from the lines of the text alone, so that a text cleaned again has the same. A section of
    level 0 without label holds the text before the first heading, or all of it where there is none.
    """
    text = text_of(blocks)
    if not text:
        return "", ()
    lines = text.split("\n")
    starts: list[int] = []
    at = 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    found = marks(lines)
    if not found:
        return text, (Section(0, "", "", False, 0, len(text)),)
    sections: list[Section] = []
    if starts[found[0].line] > 0:
        sections.append(Section(0, "", "", False, 0, starts[found[0].line] - 1))
    levels = _levels(found, lines)
    for n, (mark, level) in enumerate(zip(found, levels, strict=True)):
        following = next((m for m in range(n + 1, len(found)) if levels[m] <= level), None)
        end = len(text) if following is None else starts[found[following].line] - 1
        heading, run_in = _heading(lines[mark.line], mark.label.end if mark.label else 0)
        label = mark.label.text if mark.label else ""
        later = found[n + 1] if n + 1 < len(found) else None
        if label and not heading and not run_in and _free(lines, mark.line + 1, later):
            below = _heading(lines[mark.line + 1], 0)
            begins_text = mark.style in CHAPTERS and stopped(lines[mark.line + 1])
            if len(below[0]) <= T.alone_longest and not begins_text:
                heading, run_in = below
        sections.append(Section(level, label, heading, run_in, starts[mark.line], end))
    return text, tuple(sections)


def _free(lines: Sequence[str], n: int, later: Mark | None) -> bool:
    """Whether line n, below a label that stands alone, is what the label heads: 01, 修渠; 三、, 书车停放在平坦之处。"""
    if n >= len(lines) or (later is not None and later.line == n and later.label is not None):
        return False
    return len(lines[n]) >= 2 and "\t" not in lines[n]


def marks(lines: Sequence[str]) -> list[Mark]:
    """Headings of the lines in order: labels that hold, and short lines that head running text."""
    code = code_rows(lines)
    labels: list[Label | None] = [
        None if "\t" in line or coded or ("民" in line[:8] and REVISION(line)) else read_label(line)
        for line, coded in zip(lines, code, strict=True)
    ]
    accepted = _accepted(labels)
    held = [label if good else None for label, good in zip(labels, accepted, strict=True)]
    _options(lines, held)
    for n, other in (*_fields(lines, held, code), *_named_parts(lines, held)):
        held[n] = other
    headings = unlabelled(lines, held, code)
    contents = _contents(lines, held)
    found: list[Mark] = []
    for n, label in enumerate(held):
        if n in contents:
            continue
        if label is not None:
            found.append(Mark(n, label, label.style, label.value))
        elif n in headings:
            found.append(Mark(n, None, UNLABELLED, 0))
    return found


def _fields(lines: Sequence[str], held: Sequence[Label | None], code: Sequence[bool]) -> list[tuple[int, Label]]:
    """Fields 【用法用量】 of a leaflet: three or more, each named once. What repeats (【答案】) is part of an item."""
    found: list[tuple[int, Label]] = []
    for n, line in enumerate(lines):
        if line[:1] == "【" and held[n] is None and not code[n] and (match := FIELD(line)):
            found.append((n, Label(match.group(), "field", len(found) + 1, match.end())))
    names = [label.text for _, label in found]
    return found if len(names) >= T.fields_least and len(set(names)) == len(names) else []


def _named_parts(lines: Sequence[str], held: Sequence[Label | None]) -> list[tuple[int, Label]]:
    """Parts of a novel that have a name and no number (楔子, 尾声), beside two chapters; they rank as these do."""
    chapters = Counter(label.style for label in held if label is not None and label.style in CHAPTERS)
    if chapters.total() < 2:
        return []
    style = chapters.most_common(1)[0][0]
    found: list[tuple[int, Label]] = []
    value = 0  # of the chapter before
    for n, (line, label) in enumerate(zip(lines, held, strict=True)):
        if label is not None:
            value = label.value if label.style == style else value
        elif len(line) <= T.part_longest and (name := NAMED_PART(line)):
            found.append((n, Label(name[0].strip(TRIMMED), style, value + 1 if value else 0, name.end())))
    return found


def _options(lines: Sequence[str], held: list[Label | None]) -> None:
    """Options A. B. C. D. of questions are no sections: two or more runs of short lines, each from A on.

    In an exam, that has blanks for answers or says them, they may be long, and what is said of each is told likewise.
    """
    lettered = [n for n, label in enumerate(held) if label is not None and label.style == "A"]
    exam = len(lettered) >= 2 and sum(1 for line in lines if QUESTION(line)) >= 2
    runs: list[list[int]] = []
    for n in lettered:
        value = held[n].value  # type: ignore[union-attr]
        if len(lines[n]) > (T.exam_option_longest if exam else T.option_longest):
            continue
        near = bool(runs) and n - runs[-1][-1] <= (T.exam_options_apart if exam else 1)
        if value == 1 or (exam and not near):
            runs.append([n])
        elif (near and held[n - 1] is not None) or (near and exam):
            runs[-1].append(n)
    runs = [run for run in runs if len(run) >= 2 or exam]
    if len(runs) >= 2:
        for run in runs:
            for n in run:
                held[n] = None


def _contents(lines: Sequence[str], held: Sequence[Label | None]) -> frozenset[int]:
    """Lines of a table of contents: three or more labelled lines on end that stand once more behind them."""
    often = Counter((label.style, label.value) for label in held if label is not None)
    keys = [
        None
        if label is None
        else (
            label.style,
            label.value,
            core(lines[n][label.end : label.end + 60])[:30] if often[label.style, label.value] > 1 else "",
        )
        for n, label in enumerate(held)
    ]
    last = {key: n for n, key in enumerate(keys) if key is not None}
    found: list[int] = []
    run: list[int] = []
    stood: set[tuple[str, int, str] | None] = set()  # keys of the run: a second one begins another
    for n, key in enumerate([*keys, None]):
        if key is not None and key not in stood:
            run.append(n)
            stood.add(key)
            continue
        again = [m for m in run if last[keys[m]] > run[-1]]  # type: ignore[index]
        if len(again) >= 3 and len(again) * 3 >= 2 * len(run):
            found += run
        run = [] if key is None else [n]
        stood = {key}
    return frozenset(found)


def _accepted(labels: Sequence[Label | None]) -> list[bool]:
    """Whether each label holds: a weak one needs another of its style with the next or the previous value."""
    seen: dict[tuple[str, tuple[int, ...]], set[int]] = {}
    for label in labels:
        if label is not None:
            seen.setdefault((label.style, label.path[:-1]), set()).add(label.value)
    plain = {label.value for label in labels if label is not None and label.style in ("n", "n.", "章", "cn", "§")}
    accepted: list[bool] = []
    for label in labels:
        if label is None or label.value == 0:
            accepted.append(False)
        elif not label.weak:
            accepted.append(True)
        else:
            values = set(seen[(label.style, label.path[:-1])])
            for kin in KINDRED:
                if label.style in kin:
                    values.update(*(seen.get((style, ()), ()) for style in kin))
            near = label.value - 1 in values or label.value + 1 in values
            if label.path and not near:
                near = label.value == 1 and (
                    label.path[0] in plain if len(label.path) == 2 else ("n" + ".n" * (len(label.path) - 2), ()) in seen
                )
            accepted.append(near)
    return accepted


def _outer(found: Sequence[Mark]) -> dict[tuple[str, str], int]:
    """Votes for (a, b): positive where style a lies outside style b.

    Between two marks of style a whose value goes up, a b that starts at 1 again, having counted before, is inside a.
    """
    votes: dict[tuple[str, str], int] = {}
    last: dict[str, int] = {}
    since: dict[tuple[str, str], bool] = {}  # (a, b): a mark of style a has come since the last mark of style b
    climbed: set[tuple[str, str]] = set()  # (a, b): and one that counts on from before the last mark of style b
    headed: set[str] = set()  # styles that a heading without label has come after
    for mark in found:
        b = mark.style
        if mark.label is None:
            headed.update(last)
            continue
        if b in headed and mark.value in (1, last[b] + 1):
            # a numbering that counts on across unlabelled headings lies outside them, one that starts again inside
            outside = 1 if mark.value == last[b] + 1 else -1
            votes[(b, UNLABELLED)] = votes.get((b, UNLABELLED), 0) + outside
            votes[(UNLABELLED, b)] = votes.get((UNLABELLED, b), 0) - outside
        headed.discard(b)
        if mark.value == 1 and last.get(b, 0) >= 1:
            for a in last:
                if a != b and (a, b) in climbed:
                    votes[(a, b)] = votes.get((a, b), 0) + 1
                    votes[(b, a)] = votes.get((b, a), 0) - 1
        for other in last:
            climbed.discard((other, b))
            if other != b and mark.value > last.get(b, mark.value) and since.get((other, b)):
                climbed.add((b, other))
        for other in (*last, b):
            since[(b, other)] = True
            since[(other, b)] = False if other != b else since.get((other, b), False)
        last[b] = mark.value
    return votes


def _levels(found: Sequence[Mark], lines: Sequence[str]) -> list[int]:
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
            if mark.value == 1 and stack[depth].value >= 1 and _announced(found, n, lines, stack, depth):
                depth = None
                level = len(stack) + 1
                stack.append(_Open(mark.style, mark.value, n, level))
                levels.append(level)
                continue
        if depth is None and mark.value > 1:  # 1、 2. 3、: one numbering in two hands
            depth = next((d for d in range(len(stack) - 1, -1, -1) if _goes_on(stack[d], mark)), None)
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


def _goes_on(opened: _Open, mark: Mark) -> bool:
    """Whether a mark is the next of an open section's numbering though it is written otherwise."""
    return opened.value < mark.value <= opened.value + T.skipped and any(
        opened.style in kin and mark.style in kin for kin in KINDRED
    )


def _sibling(stack: Sequence[_Open], mark: Mark, innermost: int) -> int:
    """Which open section of the mark's style it goes on from: the one whose next value it bears, else the innermost."""
    for depth in range(innermost, -1, -1):
        if stack[depth].style == mark.style and stack[depth].value + 1 == mark.value:
            return depth
    return innermost


def _announced(found: Sequence[Mark], n: int, lines: Sequence[str], stack: Sequence[_Open], depth: int) -> bool:
    """Whether a numbering that starts again lies inside the section above it: that names the headings to come.

    「二、2008年工作打算 … 即“开好一个大会,抓住两个关键…”」, then 一、开好一个大会, 二、抓住两个关键.
    """
    if depth != len(stack) - 1:
        return False
    above = found[stack[depth].section]
    parent = core("".join(lines[above.line : found[n].line]))
    named = 0
    value = found[n].value
    for mark in found[n : n + 12]:
        if mark.style != found[n].style:
            continue
        if mark.value != value:
            break
        value += 1
        heading = core(_heading(lines[mark.line], mark.label.end if mark.label else 0)[0])
        if len(heading) >= 2 and heading[:12] in parent:
            named += 1
    return named >= 2


def core(text: str) -> str:
    """Letters and Han of `text` alone: what is compared where marks and spaces may differ."""
    return NO_LETTER.sub("", text)


def _rank(style: str) -> int:
    return RANK.get(style, -1 if style == UNLABELLED else len(RANK))


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
