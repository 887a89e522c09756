"""One page -> its documents: explicit marks first, and where there are none the evidence together.

A cleaned document is never split again: what a split rests on is taken out with it (the marks), and a part is split
itself before it is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaners import furniture, plaintext, splitting_evidence, splitting_marks
from cleaners.policy import Context
from cleaners.sections import core
from schemas.records import Block, Edit

SHORTEST = 40  # characters of body that a document has at least
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the page: its title and its body blocks."""

    title: str | None
    blocks: tuple[Block, ...]


def split(blocks: Sequence[Block], title: str | None, context: Context) -> tuple[tuple[Part, ...], tuple[Edit, ...]]:
    """Documents of a page, in order, and an edit for each line that is in none of them.

    title: the page's. A mark joins it (科协活动总结 第一篇); a title of the essay's own comes before it. What stands
    before the first explicit mark is a lead and goes, whole, into edits.
    """
    edits: list[Edit] = []
    parts = _split(tuple(blocks), title, context, edits, 0)
    return tuple(parts), tuple(edits)


def _split(blocks: tuple[Block, ...], title: str | None, context: Context, edits: list[Edit], depth: int) -> list[Part]:
    parts = _by_marks(blocks, title, edits) or _by_evidence(blocks, title, edits)
    if len(parts) < 2 or depth >= DEEPEST:
        return [Part(title, blocks)]
    done: list[Part] = []
    for part in parts:
        kept, removed = furniture.strip(part.blocks, context)  # the head and the tail of a part are those of a page now
        edits += removed
        done += _split(kept, part.title, context, edits, depth + 1)
    return done


def _by_marks(blocks: tuple[Block, ...], title: str | None, edits: list[Edit]) -> list[Part]:
    """Parts between explicit marks; none where the marks do not make a series, or head parts of one book."""
    found = series(blocks, title)
    if len(found) < 2:
        return []
    parts: list[Part] = []
    for block in blocks[: found[0][0]]:
        edits.append(Edit("splitting", "lead", block.seq, 0, block.text, "", "likely", 1, "before the first mark"))
    for n, (at, mark) in enumerate(found):
        end = found[n + 1][0] if n + 1 < len(found) else len(blocks)
        body = list(blocks[at + 1 : end])
        edits.append(Edit("splitting", "mark", blocks[at].seq, 0, blocks[at].text, "", "likely", 1, "opens a document"))
        own = mark.rest
        if not own and len(body) > 1 and splitting_evidence.own_title(body):
            own = body[0].text
            edits.append(Edit("splitting", "title", body[0].seq, 0, own, "", "likely", 1, "the document's own title"))
            del body[0]
        parts.append(Part(_joined(title, own, mark.text), tuple(body)))
    if at_flags := {flag for block in blocks[: found[0][0]] for flag in block.flags}:
        first = parts[0]
        if first.blocks:
            flagged = replace(first.blocks[0], flags=(*first.blocks[0].flags, *sorted(at_flags)))
            parts[0] = Part(first.title, (flagged, *first.blocks[1:]))
    return parts


def _joined(title: str | None, own: str, mark: str) -> str | None:
    if own and (not title or core(own) not in core(title)):
        return f"{own} {mark}" if title and core(title) in core(own) else own
    return f"{title} {mark}" if title else (own or mark)


def series(blocks: Sequence[Block], title: str | None) -> list[tuple[int, splitting_marks.Mark]]:
    """Marks of the page's longest series, 1, 2, 3…, each with a body behind it, and their blocks' places."""
    groups: dict[str, list[tuple[int, splitting_marks.Mark]]] = {}
    for n, block in enumerate(blocks):
        if block.kind in ("paragraph", "heading", "item") and (mark := splitting_marks.read(block.text)) is not None:
            groups.setdefault(mark.kind, []).append((n, mark))
    best: list[tuple[int, splitting_marks.Mark]] = []
    for group in groups.values():
        run: list[tuple[int, splitting_marks.Mark]] = []
        for n, mark in group:
            expected = run[-1][1].value + 1 if run else 1
            if mark.value in (expected, expected + 1) and mark.value:
                run.append((n, mark))
        run = [
            (n, mark)
            for k, (n, mark) in enumerate(run)
            if sum(len(b.text) for b in blocks[n + 1 : run[k + 1][0] if k + 1 < len(run) else len(blocks)]) >= SHORTEST
        ]
        if len(run) > len(best) and not splitting_evidence.of_one_book(blocks, run, title):
            best = run
    return best


def _by_evidence(blocks: tuple[Block, ...], title: str | None, edits: list[Edit]) -> list[Part]:
    """Parts at places where several signs together say that another document begins."""
    places = splitting_evidence.boundaries(blocks)
    if not places:
        return []
    parts: list[Part] = []
    for start, end in zip([0, *places], [*places, len(blocks)], strict=True):
        body = list(blocks[start:end])
        own: str | None = None
        if len(body) > 1 and (start or not title) and splitting_evidence.own_title(body):
            own = body[0].text
            edits.append(Edit("splitting", "title", body[0].seq, 0, own, "", "likely", 1, "the document's own title"))
            del body[0]
        parts.append(Part(own or title, tuple(body)))
    return parts


__all__ = ["Part", "plaintext", "series", "split"]
