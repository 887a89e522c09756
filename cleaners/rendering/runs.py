"""Runs on their way through the steps: what is no text is hidden from them, what covers text is carried along.

Code, formulas and addresses are each one character of a private plane while steps work (`hide`, `show`), so that no
step changes them, cuts them in two or takes their signs for the text's. Links cover text that steps do change:
`carried` finds out where they stand now.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaners.text import Ledger, Span, replayed
from cleaners.thresholds import threshold
from schemas.records import Block, Edit, Run

HIDDEN = ("code", "formula", "address")  # kinds of runs that steps do not see
SIGNS = re.compile("[\U000f0000-\U0010fffd]")  # the characters that stand for them


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    most_aligned: int = threshold(
        250_000,
        "pairs of characters",
        "the product of two lengths that are still aligned one by one: about 0.1 s",
        "python benchmarks/clean_speed.py",
    )


T = Thresholds()
LOST = "unplaced"  # flag of a block whose links could not be followed


def substituted(text: str, runs: Iterable[Run], spans: Sequence[Span]) -> tuple[str, list[Run]]:
    """`text` with what each span says in its place, and `runs` moved with it.

    spans: in order, none over another. A run that begins or ends inside a span is drawn to the span's end.
    """
    ledger = Ledger(text)
    ledger.replace(spans)
    return ledger.text, [_moved(run, ledger) for run in runs]


def _moved(run: Run, ledger: Ledger) -> Run:
    return replace(run, start=ledger.place(run.start), end=ledger.place(run.end))


class Veil:
    """What signs stand for on one page: text and kind of a run, or a whole block of code (kind "")."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        used = {sign for text in texts for sign in SIGNS.findall(text)}
        chars = itertools.chain(range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))
        self._free: Iterator[str] = (c for c in map(chr, chars) if c not in used)
        self._shown: dict[str, tuple[str, str]] = {}
        self._lifted = 0  # images whose words are blocks of their own while steps work

    def lift(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """The blocks with code and formulas hidden, and a block for the words of each image that stands in a line, so
        that steps restore these too."""
        out: list[Block] = []
        words: list[Block] = []
        following = max((block.seq for block in blocks), default=-1) + 1
        for block in blocks:
            if not block.runs:
                out.append(block)
                continue
            block = self.hide(block)
            runs: list[Run] = []
            for run in block.runs:
                if run.kind == "image" and run.text and block.kind != "image":
                    words.append(Block(run.text, "image", "image", seq=following + len(words)))
                    run = replace(run, text=str(words[-1].seq))
                runs.append(run)
            out.append(replace(block, runs=tuple(runs)) if words else block)
        self._lifted = following if words else 0
        return (*out, *words)

    def settle(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """The blocks with the words of images in their places again; code and formulas stay hidden."""
        if not self._lifted:
            return tuple(blocks)
        words = {str(block.seq): block.text for block in blocks if block.seq >= self._lifted and block.role == "image"}
        out: list[Block] = []
        for block in blocks:
            if block.seq >= self._lifted and block.role == "image":
                continue
            if block.kind != "image" and any(run.kind == "image" for run in block.runs):
                runs = [replace(r, text=words.get(r.text, "")) if r.kind == "image" else r for r in block.runs]
                block = replace(block, runs=tuple(runs))
            out.append(block)
        return tuple(out)

    def sign(self, text: str, kind: str) -> str:
        """A sign for a text; the text itself where a page has used up all signs."""
        sign = next(self._free, None)
        if sign is None:
            return text
        self._shown[sign] = text, kind
        return sign

    def meaning(self, sign: str) -> tuple[str, str]:
        """Text and kind that a sign stands for."""
        return self._shown.get(sign, (sign, "text"))

    def hide(self, block: Block) -> Block:
        """The block with a sign for each run of code and each formula."""
        spans: list[Span] = []
        for run in block.runs:
            if run.kind in HIDDEN and (not spans or run.start >= spans[-1][1]):
                spans.append(Span(run.start, run.end, self.sign(block.text[run.start : run.end], run.kind)))
        if not spans:
            return block
        text, runs = substituted(block.text, [run for run in block.runs if run.kind not in HIDDEN], spans)
        return replace(block, text=text, runs=tuple(runs))

    def hide_whole(self, block: Block) -> Block:
        """A block of code as one sign: no step changes it."""
        return replace(block, text=self.sign(block.text, "")) if block.text else block

    def shown(self, text: str, runs: Sequence[Run]) -> tuple[str, tuple[Run, ...]]:
        """A text with what its signs stand for, and its runs with those of the signs, in order."""
        spans: list[Span] = []
        new: list[Run] = []
        shift = 0
        for found in SIGNS.finditer(text):
            said = self._shown.get(found[0])
            if said is None:
                continue
            spans.append(Span(found.start(), found.end(), said[0]))
            if said[1]:
                start = found.start() + shift
                new.append(Run(said[1], start, start + len(said[0])))
            shift += len(said[0]) - 1
        if not spans:
            return text, tuple(runs)
        text, moved = substituted(text, runs, spans)
        return text, tuple(sorted((*moved, *new), key=lambda run: run.place))

    def show(self, block: Block) -> Block:
        """The block with its code and formulas in place again."""
        if not self._shown or not SIGNS.search(block.text):
            return block
        text, runs = self.shown(block.text, block.runs)
        return replace(block, text=text, runs=runs)

    def plainly(self, text: str) -> str:
        """A text with what its signs stand for."""
        return SIGNS.sub(lambda m: self._shown.get(m[0], (m[0], ""))[0], text) if self._shown else text

    def account(self, edits: Iterable[Edit], received: Sequence[Block]) -> Iterable[Edit]:
        """Edits of a step that say what it took, not the signs of it, and count in the blocks it received as these
        are without signs."""
        edits = tuple(edits)
        if not self._shown or not edits:
            return edits
        told = {edit.block for edit in edits}
        shown = {b.seq: self._ledger(b.text) for b in received if b.seq in told and SIGNS.search(b.text)}
        return [self._told(edit, shown[edit.block]) if edit.block in shown else edit for edit in edits]

    def _ledger(self, text: str) -> Ledger:
        """From a text with signs to what they stand for."""
        ledger = Ledger(text)
        ledger.replace([Span(m.start(), m.end(), self.plainly(m[0])) for m in SIGNS.finditer(text)])
        return ledger

    def _told(self, edit: Edit, shown: Ledger) -> Edit:
        before, after = self.plainly(edit.before), self.plainly(edit.after)
        return replace(edit, start=shown.place(edit.start), before=before, after=after)


def carried(before: Sequence[Block], after: Sequence[Block], edits: Sequence[Edit] = ()) -> tuple[Block, ...]:
    """The blocks that a step gave back, with the runs where their text stands now.

    edits: the step's. Where they account for a block's new text they say where its runs are; where they are summaries
    the two texts are aligned. A run that nothing is left of goes; where a text was changed so much that its runs cannot
    be followed they all go, and the block bears the flag LOST.
    """
    had = {block.seq: block for block in before if block.runs}
    if not had:
        return tuple(after)
    own: dict[int, list[Edit]] = {}
    for edit in edits:
        if edit.block in had:
            own.setdefault(edit.block, []).append(edit)
    out: list[Block] = []
    for block in after:
        old = had.get(block.seq)
        same = old is None or old.text == block.text or not block.runs
        out.append(block if same or old is None else _carry(old, block, own.get(block.seq, ())))
    return tuple(out)


def _carry(old: Block, block: Block, edits: Sequence[Edit]) -> Block:
    ledger = replayed(old.text, edits) if edits else None
    if ledger is not None and ledger.text == block.text:
        moved = (_moved(run, ledger) for run in block.runs)
        return replace(block, runs=tuple(run for run in moved if run.kind == "image" or run.start < run.end))
    places = _places(old.text, block.text)
    if places is None:
        links = any(run.kind == "link" for run in block.runs)
        images = tuple(replace(run, start=0, end=0) for run in block.runs if run.kind == "image")
        return replace(block, runs=images, flags=(*block.flags, LOST) if links else block.flags)
    runs: list[Run] = []
    for run in block.runs:
        start, end = places[min(run.start, len(old.text))], places[min(run.end, len(old.text))]
        if run.kind == "image" or start < end:
            runs.append(replace(run, start=start, end=max(start, end)))
    return replace(block, runs=tuple(runs))


def _places(old: str, new: str) -> list[int] | None:
    """For each offset of `old`, its end included, the offset in `new`; None where that cannot be told."""
    if len(old) == len(new) and 2 * sum(map(str.__eq__, old, new)) >= len(old):
        return list(range(len(old) + 1))
    first, shortest = 0, min(len(old), len(new))
    while first < shortest and old[first] == new[first]:
        first += 1
    last = 0
    while last < shortest - first and old[-1 - last] == new[-1 - last]:
        last += 1
    inner, outer = old[first : len(old) - last], new[first : len(new) - last]
    places = list(range(first))
    if not inner or not outer:
        places += [first] * len(inner)
    elif len(inner) * len(outer) > T.most_aligned:
        return None
    else:
        for _, a, b, c, d in difflib.SequenceMatcher(None, inner, outer, autojunk=False).get_opcodes():
            places += range(first + c, first + d) if b - a == d - c else [first + c] * (b - a)
    shift = len(new) - len(old)
    return [*places, *(n + shift for n in range(len(old) - last, len(old) + 1))]
