"""Drafts of blocks as an article is read: text, signs and line ends come in, blocks with their runs come out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cleaners.extraction.inline import Line, Thing, Things, collapse
from cleaners.extraction.tables import Spans
from cleaners.rendering import SIGNS
from schemas.records import Run

_NUMBERED = re.compile(
    r"[\(（\[【]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[\)）\]】]?[.．、,，:： )）]|第[一二三四五六七八九十\d]{1,4}"
)


@dataclass(slots=True)
class Draft:
    """A block before it has its number. `linked` counts the characters that are link text."""

    text: str
    kind: str = "paragraph"
    level: int = 0
    linked: int = 0
    protected: bool = False
    runs: tuple[Run, ...] = ()
    language: str = ""
    code: bool = False
    depth: int = 0
    marker: str = ""
    quoted: int = 0
    runs_on: bool = False
    unread: str = ""  # what is shown of formulas without a source


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the article text is read: the kind and level of its block, lists and quotations around it, a link."""

    kind: str = "paragraph"
    level: int = 0
    depth: int = 0
    quoted: int = 0
    linked: bool = False


class Writer:
    """Takes what is read in order, and makes drafts of it where lines end."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.readings: list[tuple[int, str]] = []  # ruby: number of the block, reading
        self.losses: list[tuple[str, int, str]] = []  # rule, number of the block, what was there
        self.joined = 0  # lines that were cut inside a sentence
        self.things = Things()
        self.spans = Spans()
        self._parts: list[str] = []
        self._linked = 0
        self._signs = False
        self._marker = self._number = ""
        self._broken = False  # a line break stands before what comes
        self._unread: list[str] = []
        self._target = ""  # of the link that is open
        self._in_link = False  # whether its sign stands in the line that is written
        self.protected = False

    def open_link(self, target: str) -> None:
        """What comes leads to an address. A link around several blocks is one in each of them."""
        self.close_link()
        self._target = target

    def close_link(self) -> None:
        """What comes is outside the link."""
        self._pause_link()
        self._target = ""

    def _pause_link(self) -> None:
        if self._in_link:
            self._in_link = False
            self._parts.append(self.things.sign(Thing("close")))

    def _resume_link(self) -> None:
        if self._target and not self._in_link:
            self._in_link = self._signs = True
            self._parts.append(self.things.sign(Thing("open", "", self._target)))

    def write(self, text: str, linked: bool) -> None:
        self._resume_link()
        self._parts.append(text)
        if linked:
            self._linked += len(text)

    def count_linked(self, text: str, place: Place) -> None:
        """Note that text which a sign stands for is link text, where it is."""
        self._linked += len(text) if place.linked else 0

    def sign(self, thing: Thing) -> None:
        """Write what is no text."""
        self._resume_link()
        self._signs = True
        self._parts.append(self.things.sign(thing))

    def formula(self, tex: str, display: bool) -> None:
        self._resume_link()
        self._signs = True
        self._parts.append(self.things.formula(tex, display))

    def unread(self, shown: str, linked: bool) -> None:
        """Write a formula that has no source as it is shown."""
        if shown:
            self._unread.append(shown)
            self.write(shown, linked)

    def mark(self, marker: str, number: str = "") -> None:
        """What begins the next block: a list item's marker, and the number that its text is given."""
        self._marker, self._number = marker, number

    def end(self, place: Place) -> None:
        self._end(place)
        self._broken = False

    def line_break(self, place: Place) -> None:
        """`<br>`: what follows is a line of the same paragraph, unless the line before it is empty."""
        self._broken = self._end(place)

    def _end(self, place: Place) -> bool:
        if not self._parts:
            return False
        self._pause_link()
        raw = "".join(self._parts)
        self._parts.clear()
        linked, self._linked = self._linked, 0
        signs, self._signs = self._signs, False
        if not signs and "$" not in raw and "\\" not in raw:
            text = collapse(raw)
            if text:
                self._text(text, (), place, linked)
            return bool(text)
        line = self.things.line(raw)
        if "$" in raw or "\\" in raw:
            line = self.things.with_formulas(line)
        return self._lines(line, place, linked)

    def _lines(self, line: Line, place: Place, linked: int) -> bool:
        """Blocks of a line: itself, or the formulas that stand on lines of their own and what is between."""
        at = 0
        wrote = False
        for found in SIGNS.finditer(line.text):
            thing = self.things.known.get(found[0])
            if thing is not None and thing.display:
                wrote = self._part(line, at, found.start(), place, linked) or wrote
                self.put(Draft(thing.text, "formula", 0, 0, runs=(Run("formula", 0, len(thing.text)),)), place)
                at = found.end()
                wrote = True
        return self._part(line, at, len(line.text), place, linked) or wrote

    def _part(self, line: Line, start: int, end: int, place: Place, linked: int) -> bool:
        text = line.text[start:end]
        left = len(text) - len(text.lstrip(" "))
        text = text.strip(" ")
        whole = start == 0 and end == len(line.text)
        first, last = start + left, start + left + len(text)
        runs = [
            replace(run, start=max(run.start, first) - first, end=min(run.end, last) - first)
            for run in line.runs
            if (run.start < last and run.end > first) or (run.kind == "image" and (start <= run.start < end or whole))
        ]
        runs = [run for run in runs if run.start <= run.end]
        if not text:
            for run in runs:
                if run.kind == "image":
                    self.put(Draft(run.text, "image", runs=(replace(run, start=0, end=0),)), place)
            return any(run.kind == "image" for run in runs)
        said, told = self.things.told(Line(text, runs))
        self._text(said, told, place, min(linked, len(said)))
        return True

    def _text(self, text: str, runs: tuple[Run, ...], place: Place, linked: int) -> None:
        if self._number and not _NUMBERED.match(text):
            shift = len(self._number)
            text = self._number + text
            runs = tuple(replace(run, start=run.start + shift, end=run.end + shift) for run in runs)
        draft = Draft(text, place.kind, place.level, min(linked, len(text)), self.protected, runs)
        if self._unread:
            draft.unread = " ".join(self._unread)
            self._unread.clear()
        draft.runs_on = self._broken
        self.put(draft, place)

    def put(self, draft: Draft, place: Place) -> None:
        """Add a block that begins where the marker before it says."""
        draft.depth, draft.quoted, draft.marker = place.depth, place.quoted, self._marker
        draft.protected = self.protected
        self._marker = self._number = ""
        self._broken = self._broken and draft.kind not in ("pre", "table")
        self.drafts.append(draft)
