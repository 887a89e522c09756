"""The comparison of pages as one HTML page: no network, no script, light and dark, on a screen of any width.

Everything that comes from a page is escaped by the template engine; the page's own policy forbids scripts besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2

from flows import showing
from flows.reports.beside import Comparison, Row, counts_of
from flows.reports.pieces import Piece
from flows.words import counted
from schemas.records import Document, Edit
from schemas.vocabulary import CERTAINTIES, EDIT_RULES, FLAGS, REJECT_REASONS, SCRIPTS, STEP_FAILURES

MOST_ROWS = 2_000  # rows of one page that are shown, unless in full
LONGEST = 4_000  # characters of one passage that are shown, unless in full
MOST_EDITS = 1_000  # edits in the list below a page
OPEN = 500  # characters outside the article that are shown without being unfolded
BETWEEN = " · "  # stands between lines outside the article: there are many, and they are short

# What a change is for the reader: its colour and its word. By step, and by rule where a rule is another thing.
TONES = {
    "restored": "damage undone",
    "converted": "script converted",
    "marks": "punctuation restored",
    "read": "read into a field of its own",
    "removed": "taken out",
    "left": "found, and left as it is",
    "outside": "outside the article",
}
_OF_STEP = {
    **dict.fromkeys(("decoding", "mojibake", "bytestream", "controls"), "restored"),
    "scripts": "converted",
    "punctuation": "marks",
    **dict.fromkeys(("metadata", "splitting"), "read"),
}
_READ = ("title", "title-repeat", "original-title", "credit", "editor", "notice-header")
# Kinds of cleaners/lexicons/boilerplate.toml, which edits have as their detail
KINDS = {
    "ad": "an advertisement or a call to act",
    "blurb": "a site's introduction to the text",
    "breadcrumb": "where on the site one is",
    "chrome": "a control of the page",
    "copyright": "a copyright line",
    "dateline": "a line that says when and where it was published",
    "debris": "remains of markup or numbering",
    "disclaimer": "the site's disclaimer",
    "form": "a form",
    "print": "print and close buttons",
    "related": "other articles",
    "share": "a share bar",
    "truncation": "the site says that the text goes on elsewhere",
}


@dataclass(frozen=True)
class Shown:
    """One page to be shown: what it is called, why it is shown, and its comparison."""

    name: str
    about: str
    size: int
    comparison: Comparison
    notice: str = ""


def page(shown: Sequence[Shown], *, demo: bool = False, full: bool = False) -> str:
    """One HTML page that shows some pages. full: nothing is left out for its length."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("flows.reports", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["text"] = lambda text: showing.text(str(text))
    views = [_View(n, one, full) for n, one in enumerate(shown, 1)]
    return environment.get_template("comparison.html.j2").render(views=views, demo=demo, tones=TONES)


def tone_of(edit: Edit) -> str:
    """What an edit is for the reader, a key of TONES."""
    if edit.rule == "outside":
        return "outside"
    if edit.before == edit.after and edit.before:
        return "left"
    if edit.rule in _READ:
        return "read"
    if (edit.step, edit.rule) == ("splitting", "lead"):
        return "removed"
    return _OF_STEP.get(edit.step, "restored" if edit.after else "removed")


def words_of(edit: Edit) -> str:
    """What an edit's rule means, in words."""
    if edit.step == "splitting" and edit.rule == "mark":
        return "opens a document of its own"
    known = EDIT_RULES.get(edit.step, {}).get(edit.rule)
    return known or KINDS.get(edit.detail, "") or edit.detail or edit.rule.replace("-", " ")


class _View:
    """What the template asks about one page."""

    def __init__(self, number: int, shown: Shown, full: bool) -> None:
        self.number, self.shown, self.full = number, shown, full
        self.page = shown.comparison.page
        self._edits = {edit.seq: edit for edit in self.page.edits}

    @property
    def facts(self) -> list[str]:
        return [
            f"{self.shown.size:,} bytes",
            self.page.encoding or "no encoding",
            self.page.kind,
            counted(len(self.page.documents), "document"),
        ]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Tones with the changes that have them."""
        found = Counter[str]()
        for edit in self.page.edits:
            if edit.rule != "outside":
                found[tone_of(edit)] += 1 if edit.rule == "whole-page" else edit.count
        rows = [(tone, found[tone]) for tone in TONES if found[tone]]
        lines = len(self.shown.comparison.outside)
        return [*rows, ("outside", lines)] if lines else rows

    @property
    def rejected(self) -> tuple[str, str] | None:
        """Why nothing was made of the page: the reason, and what that means."""
        if (r := self.page.rejection) is None:
            return None
        means = REJECT_REASONS.get(r.stage, {}).get(r.reason) or STEP_FAILURES.get(r.reason, "")
        return f"{r.stage}: {r.reason}", "; ".join(dict.fromkeys(filter(None, (means, r.detail))))

    @property
    def whole_page(self) -> Edit | None:
        """The edit that restored the whole page, where one did."""
        return next((e for e in self.page.edits if e.rule == "whole-page"), None)

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows, each with what stands on both sides and what was done."""
        rows = self.shown.comparison.rows
        shown = None
        for row in rows if self.full else rows[:MOST_ROWS]:
            opens = None
            if row.document is not None and row.document != shown:
                shown = row.document
                opens = self._heading(shown)
            yield self._row(row) | {"opens": opens}

    @property
    def left_out(self) -> int:
        """Rows that are not shown."""
        return 0 if self.full else max(0, len(self.shown.comparison.rows) - MOST_ROWS)

    def _row(self, row: Row) -> dict[str, Any]:
        notes = list(self._notes(row))
        lines = "\n".join(row.lines)
        left = [(self._cut(lines), "restored")] if lines else list(self._left(row))
        folded = 0
        if row.state == "outside":
            several = left[0][0].split("\n")
            left = [(BETWEEN.join(several), "")]
            folded = len(several) if len(left[0][0]) > OPEN else 0
        changed = bool(lines) or any(piece.changed for piece in row.pieces)
        return {
            "state": row.state if changed or row.state != "kept" else "kept same",
            "left": left,
            "right": list(self._right(row)),
            "notes": notes,
            "tone": notes[0]["tone"] if row.state == "removed" and notes else "",
            "folded": folded,
        }

    def _left(self, row: Row) -> Iterator[tuple[str, str]]:
        for piece in row.pieces:
            if piece.before:
                yield self._cut(piece.before), self._tone(piece)

    def _right(self, row: Row) -> Iterator[tuple[str, str]]:
        if row.state in ("kept", "added"):
            for piece in row.pieces:
                if piece.after:
                    yield self._cut(piece.after), self._tone(piece)

    def _tone(self, piece: Piece) -> str:
        """What was done to a piece first: damage undone counts before what was done to the text that came of it."""
        tones = {tone_of(self._edits[seq]) for seq in piece.edits}
        return next((tone for tone in TONES if tone in tones), "")

    def _notes(self, row: Row) -> Iterator[dict[str, Any]]:
        """What was done in a row, a note for each rule."""
        times: Counter[tuple[str, str]] = Counter()
        first: dict[tuple[str, str], Edit] = {}
        inside = (seq for piece in row.pieces for seq in piece.edits if seq not in row.edits)
        for seq in (*row.edits, *inside):
            edit = self._edits[seq]
            times[edit.step, edit.rule] += 1
            first.setdefault((edit.step, edit.rule), edit)
        for rule, edit in first.items():
            yield self._note(edit, times[rule])

    def _note(self, edit: Edit, times: int) -> dict[str, Any]:
        return {
            "tone": tone_of(edit),
            "name": f"{edit.step}/{edit.rule}",
            "words": words_of(edit),
            "certainty": edit.certainty,
            "times": times,
            "anchor": f"p{self.number}e{edit.seq}",
        }

    def _heading(self, n: int) -> dict[str, Any]:
        document: Document = self.page.documents[n]
        several = len(self.page.documents) > 1
        particulars = [
            ("published", document.published),
            ("source", document.source),
            ("author", document.author),
            ("script", SCRIPTS.get(document.script, document.script)),
        ]
        return {
            "number": f"document {n + 1} of {len(self.page.documents)}" if several else "",
            "title": document.title,
            "particulars": [(name, value) for name, value in particulars if value],
            "flags": [(flag, FLAGS.get(flag, "")) for flag in document.flags],
            "sections": len(document.sections),
        }

    @property
    def edits(self) -> Iterator[dict[str, Any]]:
        """All edits, for the list below."""
        for edit in self.page.edits if self.full else self.page.edits[:MOST_EDITS]:
            place = "page" if edit.block < 0 else f"block {edit.block}"
            yield self._note(edit, edit.count) | {
                "place": f"{place}, character {edit.start}",
                "before": self._cut(edit.before),
                "after": self._cut(edit.after),
                "detail": "" if edit.detail == words_of(edit) else edit.detail,
                "means": CERTAINTIES[edit.certainty],
            }

    @property
    def rules(self) -> Iterable[tuple[str, str, int]]:
        """(step, rule, count), the most frequent first."""
        return counts_of(self.page.edits)

    def _cut(self, text: str) -> str:
        return text if self.full else showing.ends(text, LONGEST)
