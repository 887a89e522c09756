"""A page as it was scraped beside what came of it, line by line, each change with the edits that made it.

The rows are made from what the steps of one cleaning gave back, so both sides are what they are: the left one is the
page's own lines, the right one the documents' own text. Where a line's counterpart is not found, the row says so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cleaners import extraction, pipeline
from cleaners.policy import Context, Policy
from cleaners.steps import PAGE, Pass
from flows.reports.pieces import Piece, became, replaced, stands, stood, whole
from schemas.records import CleanPage, Document, Edit

AHEAD = 24  # blocks among which a line's own is looked for
MISSES = 200  # blocks that are looked for in a document in vain before the rest is not looked for
LOST = re.compile("\ufffd")


@dataclass(slots=True)
class Row:
    """One line of the page, or several that one block holds, and what came of it.

    state: "outside" the article, "title" (outside, and read as the title), "removed", "kept" (changed or not), "added"
    (of the document alone), "unplaced" (a line of the article whose block was not found). `lines`: the page's own,
    where they differ from what the pieces say.
    """

    state: str
    pieces: tuple[Piece, ...] = ()
    edits: tuple[int, ...] = ()
    document: int | None = None
    lines: tuple[str, ...] = ()


@dataclass(slots=True)
class Comparison:
    """A page, its rows, and its lines outside the article."""

    page: CleanPage
    rows: list[Row] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


class Watcher:
    """Keeps what each step of a cleaning received, gave and changed."""

    def __init__(self) -> None:
        self.passes: list[tuple[Pass, int]] = []  # each with the running number of its first edit
        self._edits = 0

    def __call__(self, one: Pass) -> None:
        self.passes.append((one, self._edits))
        self._edits += len(one.edits)

    def text(self, step: str) -> str:
        """The whole page's text as a step gave it back, "" where it was not reached."""
        of_page = (one for one, _ in self.passes if one.step == step and one.given and one.given[0].seq == PAGE)
        return next((one.given[0].text for one in of_page), "")


def side_by_side(
    data: bytes,
    *,
    url: str = "",
    content_type: str | None = None,
    policy: Policy = Policy(),
    fetched_at: str | None = None,
) -> Comparison:
    """Clean a page and lay it beside what came of it. Linear in the page."""
    seen = Watcher()
    page = pipeline.watched(data, Context(policy, url, content_type, fetched_at), seen)
    text = seen.text("mojibake") or seen.text("decoding")
    lines = lines_of(text, url, content_type, policy)
    raw = _raw_lines(seen, lines, url, content_type, policy)
    units = _units(page, seen)
    rows = _to_documents(_placed(lines, raw, units, page), page.documents)
    return Comparison(page, _joined(rows), [line for line, inside in lines if not inside])


def lines_of(text: str, url: str, content_type: str | None, policy: Policy) -> tuple[tuple[str, bool], ...]:
    """A page's lines as a reader sees them, and whether each lies in the article. A plain text is all article."""
    if extraction.is_html(text, content_type):
        return extraction.shown(text, Context(policy, url, content_type, None))
    return tuple((line, True) for line in map(str.strip, text.splitlines()) if line)


def _raw_lines(
    seen: Watcher, lines: Sequence[tuple[str, bool]], url: str, content_type: str | None, policy: Policy
) -> list[str] | None:
    """The lines as they stood before the whole page was restored; None where it was not, or they cannot be matched."""
    before, after = seen.text("decoding"), seen.text("mojibake")
    if not after or before == after:
        return None
    raw = [line for line, _ in lines_of(before, url, content_type, policy)]
    return raw if len(raw) == len(lines) else None


@dataclass(slots=True)
class _Unit:
    """A block of the article, or a passage of it that was taken out before it became one."""

    pieces: tuple[Piece, ...]
    edits: tuple[int, ...] = ()  # that took it out
    gone: bool = False
    key: str = ""


def _units(page: CleanPage, seen: Watcher) -> list[_Unit]:
    """The blocks of a page's body in their order, with all that was done to them."""
    units: dict[int, _Unit] = {}
    for one, first in seen.passes:
        if one.given and one.given[0].seq == PAGE:
            continue
        if one.received and one.received[0].seq == PAGE:  # it made the blocks
            units = {block.seq: _Unit(whole(block.text)) for block in one.given if block.role == "body"}
            for n, edit in enumerate(one.edits, first):
                if edit.block not in (PAGE, *units) and edit.before and not (edit.after or edit.start):
                    units[edit.block] = _Unit(whole(edit.before), (n,), gone=True)
            continue
        edits: dict[int, list[tuple[int, Edit]]] = defaultdict(list)
        for n, edit in enumerate(one.edits, first):
            edits[edit.block].append((n, edit))
        after = {block.seq: block.text for block in one.given}
        for block in one.received:
            unit = units.get(block.seq)
            if unit is None or unit.gone or after.get(block.seq) == block.text:
                continue
            own = edits[block.seq]
            if not after.get(block.seq, "").strip():
                unit.gone, unit.edits = True, tuple(n for n, _ in own)
            else:
                unit.pieces = became(unit.pieces, after[block.seq], _Chooser([*own, *edits[PAGE]]))
    lost = next((edit.seq for edit in page.edits if edit.rule == "undecodable"), None)
    for unit in units.values():
        if lost is not None and not unit.gone:
            places = [m.start() for m in LOST.finditer(stands(unit.pieces))]
            unit.pieces = replaced(unit.pieces, [(n, n + 1, "\ufffd", (lost,)) for n in places])
        unit.key = _squashed(stood(unit.pieces))
    return [units[seq] for seq in sorted(units) if units[seq].key]


class _Chooser:
    """Says which of some edits made one part of a block's text another."""

    def __init__(self, edits: Sequence[tuple[int, Edit]]) -> None:
        self._edits = edits

    def __call__(self, before: str, after: str) -> tuple[int, ...]:
        for n, edit in self._edits:  # a bulk edit names its first place, or the set of characters that it changed
            if (before and before in edit.before) or (after and not before and after in edit.after):
                return (n,)
        for n, edit in self._edits:
            if before and set(before) <= set(edit.before):
                return (n,)
        return tuple(n for n, edit in self._edits if edit.before or edit.after)[:3]


def _placed(
    lines: Sequence[tuple[str, bool]], raw: Sequence[str] | None, units: Sequence[_Unit], page: CleanPage
) -> list[Row]:
    """The page's lines in their order, each with the unit that it became."""
    taken: dict[str, deque[int]] = defaultdict(deque)  # lines of passages that were dropped from the page -> edits
    for edit in page.edits:
        if edit.block == PAGE and edit.step == "extraction" and not edit.after:
            for line in edit.before.split("\n"):
                taken[_squashed(line)].append(edit.seq)
    titles = {_squashed(title) for title in (page.title, *(d.title for d in page.documents)) if title}
    rows: list[Row] = []
    next_unit = 0
    held = 0  # characters of the next unit that the lines before are
    shown: list[str] = []  # those lines as they were scraped

    def give(unit: _Unit, own: Sequence[str]) -> None:
        rows.append(_row(unit, tuple(own) if raw is not None else ()))

    for n, (line, inside) in enumerate(lines):
        scraped = raw[n] if raw is not None else line
        own = (scraped,) if raw is not None else ()
        key = _squashed(line)
        if not key:
            continue
        if not inside:
            state = "title" if _squashed(line) in titles else "outside"
            rows.append(Row(state, whole(line), lines=own))
            continue
        if held and (unit := units[next_unit]).key.startswith(key, held):
            held += len(key)
            shown.append(scraped)
            if held == len(unit.key):
                give(unit, shown)
                next_unit, held, shown = next_unit + 1, 0, []
            continue
        at = _find(units, next_unit, key)
        if at is None:
            if taken[key]:
                rows.append(Row("removed", whole(line), (taken[key].popleft(),), lines=own))
            else:
                rows.append(Row("unplaced", whole(line), lines=own))
            continue
        for unit in units[next_unit:at]:
            give(unit, ())
        next_unit, held, shown = at, 0, []
        if units[at].key == key:
            give(units[at], (scraped,))
            next_unit += 1
        elif units[at].key.startswith(key):
            held, shown = len(key), [scraped]
        else:  # several units in one line
            rest = key
            while next_unit < len(units) and rest.startswith(units[next_unit].key):
                rest = rest[len(units[next_unit].key) :]
                give(units[next_unit], (scraped,))
                next_unit += 1
    for unit in units[next_unit:]:
        give(unit, ())
    return rows


def _find(units: Sequence[_Unit], start: int, key: str) -> int | None:
    """The nearest unit that a line is, or that one of them begins with."""
    near = range(start, min(start + AHEAD, len(units)))
    for n in near:
        if units[n].key == key:
            return n
    for n in near:
        if units[n].key.startswith(key) or key.startswith(units[n].key):
            return n
    return None


def _row(unit: _Unit, lines: tuple[str, ...]) -> Row:
    return Row("removed" if unit.gone else "kept", unit.pieces, unit.edits, None, lines)


def _to_documents(rows: Iterable[Row], documents: Sequence[Document]) -> Iterator[Row]:
    """The rows, each that was kept with the document that its text stands in; between them what stands in a document
    and in the text of no row."""
    at = place = misses = 0

    def gap(until: int) -> Iterator[Row]:
        left = documents[at].text[place:until].strip()
        if left:
            yield Row("added", (Piece("", left),), document=at)

    for row in rows:
        text = stands(row.pieces).strip() if row.state == "kept" and misses < MISSES else ""
        if text and at < len(documents):
            found = documents[at].text.find(text, place)
            if found < 0 and (following := _beginning(documents, at + 1, text)) is not None:
                while at < following:
                    yield from gap(len(documents[at].text))
                    at, place = at + 1, 0
                found = documents[at].text.find(text)
            if found >= 0:
                yield from gap(found)
                place, row.document = found + len(text), at
            else:
                misses += 1
        yield row
    for _ in range(at, len(documents)):
        yield from gap(len(documents[at].text))
        at, place = at + 1, 0


def _beginning(documents: Sequence[Document], start: int, text: str) -> int | None:
    """The next document that begins with a text."""
    return next((n for n in range(start, len(documents)) if documents[n].text.lstrip().startswith(text)), None)


def _joined(rows: Iterable[Row]) -> list[Row]:
    """Neighbours outside the article, and neighbours that one edit took, as one row each."""
    out: list[Row] = []
    held: list[Row] = []  # that are one with the last
    for row in rows:
        last = out[-1] if out else None
        alike = last is not None and (last.state, last.edits) == (row.state, row.edits)
        if last is not None and alike and row.state in ("outside", "removed") and (row.edits or row.state == "outside"):
            held.append(row)
            continue
        _together(last, held)
        held = []
        out.append(row)
    _together(out[-1] if out else None, held)
    return out


def _together(first: Row | None, others: Sequence[Row]) -> None:
    if first is not None and others:
        rows = (first, *others)
        first.pieces = whole("\n".join(stood(row.pieces) for row in rows))
        first.lines = tuple(line for row in rows for line in row.lines)


def counts_of(edits: Iterable[Edit]) -> Iterator[tuple[str, str, int]]:
    """(step, rule, count) of all edits, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for edit in edits:
        counts[edit.step, edit.rule] += edit.count
    for (step, rule), n in counts.most_common():
        yield step, rule, n


def _squashed(text: str) -> str:
    return "".join(text.split())
