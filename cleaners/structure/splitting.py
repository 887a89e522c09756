"""One page -> its documents: explicit marks first, and where there are none the evidence together.

A cleaned document is never split again: what a split rests on is taken out with it (the marks), and a part is split
itself before it is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaners.structure import evidence
from cleaners.structure.sections import core
from cleaners.text import TitleMark, numbered, read_mark
from cleaners.thresholds import threshold
from schemas.records import Block, Edit


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    shortest: int = threshold(40, "characters", "of body that a document has at least")
    lead_longest: int = threshold(
        200, "characters", "before a mark 篇2 that are a first document whose mark is missing"
    )


T = Thresholds()
LINES = ("paragraph", "heading", "item")


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the page: its title and its body blocks."""

    title: str | None
    blocks: tuple[Block, ...]


def split(blocks: Sequence[Block], title: str | None) -> tuple[tuple[Part, ...], tuple[Edit, ...]]:
    """Documents of a page, in order, and an edit for each line that is in none of them.

    title: the page's. A mark joins it (科协活动总结 第一篇); a title of the essay's own comes before it. What stands
    before the first explicit mark is a lead and goes, whole, into edits. A part may hold several documents itself.
    """
    blocks = tuple(blocks)
    edits: list[Edit] = []
    parts = _by_marks(blocks, title, edits) or _by_count(blocks, title, edits) or _by_evidence(blocks, title, edits)
    return (tuple(parts), tuple(edits)) if parts else ((Part(title, blocks),), ())


def _by_marks(blocks: tuple[Block, ...], title: str | None, edits: list[Edit]) -> list[Part]:
    """Parts between explicit marks; none where the marks do not make a series, or head parts of one book."""
    found = series(blocks, title)
    if len(found) < 2:
        return []
    parts: list[Part] = []
    first = found[0][0]
    if found[0][1].value == 2 and sum(len(block.text) for block in blocks[:first]) >= T.lead_longest:
        parts.append(_own(list(blocks[:first]), title, edits))
        first = 0
    for block in blocks[:first]:
        edits.append(Edit("splitting", "lead", block.seq, 0, block.text, "", "likely", 1, "before the first mark"))
    for n, (at, mark) in enumerate(found):
        end = found[n + 1][0] if n + 1 < len(found) else len(blocks)
        body = list(blocks[at + 1 : end])
        edits.append(Edit("splitting", "mark", blocks[at].seq, 0, blocks[at].text, "", "likely", 1, "opens a document"))
        own = _own(body, None, edits) if not mark.rest and mark.kind[0] != "=" else Part(mark.rest or None, tuple(body))
        repeated = sum(mark.rest == other.rest for _, other in found) > 1
        parts.append(Part(_joined(title, own.title or "", mark, repeated), own.blocks))
    flags = {flag for block in blocks[:first] for flag in block.flags}
    if flags:
        head, *rest = parts[0].blocks
        parts[0] = Part(parts[0].title, (replace(head, flags=(*head.flags, *sorted(flags))), *rest))
    return parts


def _own(body: list[Block], title: str | None, edits: list[Edit]) -> Part:
    """A part with the title line that it begins with, if it has one, else with `title`."""
    if evidence.own_title(body):
        own = body[0]
        edits.append(Edit("splitting", "title", own.seq, 0, own.text, "", "likely", 1, "the document's own title"))
        return Part(own.text, tuple(body[1:]))
    return Part(title, tuple(body))


def _joined(title: str | None, own: str, mark: TitleMark, repeated: bool) -> str | None:
    """Title of a document: its own, or the page's, with the mark where that alone would name several."""
    if mark.kind[0] == "=":
        return mark.text
    if own and (not title or core(own) != core(title)):
        return f"{own} {mark.text}" if repeated else own
    return f"{title} {mark.text}" if title else (own or mark.text)


def series(blocks: Sequence[Block], title: str | None) -> list[tuple[int, TitleMark]]:
    """Marks of the page's longest series, 1, 2, 3…, each with a body behind it, and their blocks' places."""
    groups: dict[str, list[tuple[int, TitleMark]]] = {}
    for n, block in enumerate(blocks):
        if block.kind in LINES:
            for mark in (read_mark(block.text), numbered(block.text)):
                if mark is not None:
                    groups.setdefault(mark.kind, []).append((n, mark))
    best: list[tuple[int, TitleMark]] = []
    for group in groups.values():
        run: list[tuple[int, TitleMark]] = []
        for n, mark in group:
            expected = run[-1][1].value + 1 if run else 1
            if mark.value > 0 and expected <= mark.value <= expected + 1:
                run.append((n, mark))
        run = [
            (n, mark)
            for k, (n, mark) in enumerate(run)
            if sum(len(b.text) for b in blocks[n + 1 : run[k + 1][0] if k + 1 < len(run) else len(blocks)])
            >= T.shortest
        ]
        if len(run) > len(best) and not evidence.of_one_book(blocks, run, title):
            best = run
    return best


def _by_count(blocks: tuple[Block, ...], title: str | None, edits: list[Edit]) -> list[Part]:
    """Parts under as many headings as the title says that the page has texts; what stands before them is a lead."""
    heads = evidence.counted_heads(blocks, title)
    parts: list[Part] = []
    for block in blocks[: heads[0][0]] if heads else ():
        edits.append(Edit("splitting", "lead", block.seq, 0, block.text, "", "likely", 1, "before the first text"))
    for k, (at, own) in enumerate(heads):
        end = heads[k + 1][0] if k + 1 < len(heads) else len(blocks)
        head = blocks[at]
        edits.append(Edit("splitting", "title", head.seq, 0, head.text, "", "likely", 1, "one of as many as are said"))
        parts.append(Part(own, blocks[at + 1 : end]))
    return parts


def _by_evidence(blocks: tuple[Block, ...], title: str | None, edits: list[Edit]) -> list[Part]:
    """Parts at places where several signs together say that another document begins."""
    places = evidence.boundaries(blocks)
    if not places:
        return []
    if title and blocks and core(blocks[0].text) == core(title):
        title = None  # it was the first document's all the time
    parts: list[Part] = []
    for start, end in zip([0, *places], [*places, len(blocks)], strict=True):
        parts.append(_own(list(blocks[start:end]), title, edits))
    return parts
