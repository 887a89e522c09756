"""diff: what came, what changed and what went between the state of a dataset as of one night and as of another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from schemas import load
from schemas.commits import committed_runs, record

KINDS = ("came", "changed", "went")
_SIGNS = {"came": "+", "changed": "~", "went": "-"}

Said = tuple[tuple[str, ...], ...]  # of each document of a page in order: title, text_sha256
Row = dict[str, Any]


@dataclass
class Difference:
    """Pages by what became of their documents, and how many documents there were.

    rows: of `came`, `changed` and `went`, sorted by address: url, title, documents and characters before and after; of
    a page that went, whether it is gone or was taken down.
    """

    nights: tuple[dt.date, dt.date]
    documents: tuple[int, int] = (0, 0)
    same: int = 0
    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def counts(self) -> dict[str, int]:
        """Pages of each kind."""
        return {**{kind: len(rows) for kind, rows in self.rows.items()}, "same": self.same}

    def lines(self, *, rows: bool = False) -> Iterator[str]:
        """In words: a line of counts, and each row on one of its own where that is asked for."""
        first, second = self.nights
        counts = ", ".join(f"{count:,} {kind}" for kind, count in self.counts.items())
        yield f"pages from {first} to {second}: {counts}"
        yield f"documents: {self.documents[0]:,} -> {self.documents[1]:,}"
        for kind in KINDS if rows else ():
            for row in self.rows[kind]:
                yield " ".join(filter(None, (_SIGNS[kind], _plain(row["url"]), _plain(row["title"] or ""), _told(row))))

    def as_dict(self, *, rows: bool = False) -> dict[str, Any]:
        """The same for JSON."""
        said: dict[str, Any] = {"nights": [night.isoformat() for night in self.nights]}
        said |= {"pages": self.counts, "documents": list(self.documents)}
        return {**said, **self.rows} if rows else said


def compare(out: Path, first: dt.date, second: dt.date) -> Difference:
    """The newest documents as of the end of a night beside those as of the end of another.

    A page changed where the titles or texts of its documents did. Memory: an entry a page. Raises UsageError for a
    night without a run.
    """
    for night in (first, second):
        _check(out, night)
    before, after = _state(out, first), _state(out, second)
    found = Difference((first, second), (_count(before), _count(after)))
    gone: set[str] = set()
    if before.keys() - after.keys():
        pages = load("pages", out, latest=True, columns=["page_id"], until=second, where="status = 'gone'")
        gone = set(pages["page_id"].to_pylist())
    for page in before.keys() | after.keys():
        old, new = before.get(page), after.get(page)
        if old is not None and new is not None and old.said == new.said:
            found.same += 1
            continue
        kind = "came" if old is None else "went" if new is None else "changed"
        found.rows[kind].append(_row(page, old, new, gone))
    for rows in found.rows.values():
        rows.sort(key=lambda row: (row["url"], row["page_id"]))
    return found


@dataclass(slots=True)
class _Page:
    url: str
    title: str | None
    said: Said = ()
    characters: int = 0


def _state(out: Path, night: dt.date) -> dict[str, _Page]:
    """Pages and what their documents say as of the end of a night."""
    columns = ["page_id", "ordinal", "url", "title", "text_sha256", "char_count"]
    pages: dict[str, _Page] = {}
    for batch in load("documents", out, latest=True, columns=columns, until=night, to="batches"):
        for row in batch.to_pylist():
            page = pages.setdefault(row["page_id"], _Page(row["url"], row["title"]))
            page.said = (*page.said, (row["title"] or "", row["text_sha256"]))
            page.characters += row["char_count"]
    return pages


def _row(page: str, old: _Page | None, new: _Page | None, gone: set[str]) -> Row:
    known = new or old
    assert known is not None
    row: Row = {"page_id": page, "url": known.url, "title": known.title}
    row["documents"] = [len(old.said) if old else 0, len(new.said) if new else 0]
    row["characters"] = [old.characters if old else 0, new.characters if new else 0]
    if new is None:
        row["why"] = "gone" if page in gone else "taken down or no longer a document"
    return row


def _count(pages: dict[str, _Page]) -> int:
    return sum(len(page.said) for page in pages.values())


def _check(out: Path, night: dt.date) -> None:
    runs = committed_runs(out)
    if not runs:
        raise UsageError(f"{out}: no dataset: no run was committed there")
    nights = sorted({record(out, run)["night"] for run in runs})
    if night.isoformat() not in nights:
        raise UsageError(f"{out}: no run of {night}; the nights are {', '.join(nights[-10:])}")


def _told(row: Row) -> str:
    before, after = row["characters"]
    if not before:
        return f"({after:,} characters)"
    return f"({row['why']})" if "why" in row else f"({before:,} -> {after:,} characters)"


def _plain(text: str) -> str:
    """A value of a page as a terminal may show it: on one line, without controls."""
    return "".join(c if c.isprintable() else " " for c in text)
