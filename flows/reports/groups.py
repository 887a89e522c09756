"""Groups of duplicates for a person: the largest ones, and how the members of one differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import UsageError
from flows.words import counted
from schemas import load

AROUND = 12  # characters shown before the first difference of two lines
LONGEST = 60  # characters of a line that are shown from there
LINES_MOST = 8  # differences shown of a member
LINES_COMPARED = 2_000  # lines of a text that are compared: the comparison is not linear

Row = dict[str, Any]


def largest(out: Path, limit: int) -> Iterator[str]:
    """How many documents repeat another, by kind; a line for each of the largest groups: documents, the original and
    where it stands."""
    rows = load("duplicates", out, columns=["document_id", "duplicate_of", "kind"])
    if not len(rows):
        yield "no document repeats another"
        return
    unique = rows.group_by(["duplicate_of", "document_id"]).aggregate([("kind", "max")])
    sizes = unique.group_by("duplicate_of").aggregate([("document_id", "count")])
    kinds = rows.group_by("kind").aggregate([("document_id", "count_distinct")]).to_pylist()
    told = ", ".join(f"{r['document_id_count_distinct']:,} {r['kind']}" for r in kinds)
    yield f"{counted(len(sizes), 'group')}, {counted(len(unique), 'document')} repeating another ({told})"
    order = [("document_id_count", "descending"), ("duplicate_of", "ascending")]
    first = sizes.sort_by(order).slice(0, limit).to_pylist()
    about = _documents(out, [r["duplicate_of"] for r in first], ["title", "url"])
    for row in first:
        original = about.get(row["duplicate_of"], {})
        yield f"{row['document_id_count'] + 1:>6}  {row['duplicate_of']}  {_title(original)}  {original.get('url', '')}"


def group(out: Path, document: str, limit: int) -> Iterator[str]:
    """The group of a document: its original, each member with its figures, and where their lines differ.

    document: an id or its beginning, of the original or of a member. Raises UsageError where no group has it.
    """
    rows = load("duplicates", out).sort_by([("run_id", "ascending"), ("document_id", "ascending")])
    named = pc.or_(pc.starts_with(rows["document_id"], document), pc.starts_with(rows["duplicate_of"], document))
    originals = pc.unique(rows.filter(named)["duplicate_of"]).to_pylist()
    if not originals:
        raise UsageError(f"{document}: no group of duplicates has this document")
    original = originals[0]
    members = {r["document_id"]: r for r in rows.filter(pc.equal(rows["duplicate_of"], original)).to_pylist()}
    shown = list(members)[:limit]
    about = _documents(out, [original, *shown], ["title", "url", "text"])
    first = about.get(original, {})
    yield f"{original}  {_title(first)}  {first.get('url', '')}  original of {len(members):,}"
    for name in shown:
        row, member = members[name], about.get(name, {})
        yield (
            f"{name}  {row['kind']}  jaccard {_share(row['jaccard'])}  containment {_share(row['containment'])}  "
            f"{_title(member)}  {member.get('url', '')}"
        )
        yield from differences(first.get("text", ""), member.get("text", ""))
    if len(members) > len(shown):
        yield f"and {len(members) - len(shown):,} more"
    if len(originals) > 1:
        others = counted(len(originals) - 1, "group")
        yield f"another {others} with a document that begins with {document}: give more of its id"


def differences(before: str, after: str) -> Iterator[str]:
    """Lines that two texts do not share, `-` of the first and `+` of the second, each from the first difference on.

    >>> list(differences("甲\\n乙", "甲\\n丙"))
    ['    - 乙', '    + 丙']
    """
    old, new = before.split("\n")[:LINES_COMPARED], after.split("\n")[:LINES_COMPARED]
    shown = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        start = _common(old[a], new[c]) if tag == "replace" else 0
        for sign, lines in (("-", old[a:b]), ("+", new[c:d])):
            for n, line in enumerate(lines):
                if shown == LINES_MOST:
                    yield "    ..."
                    return
                shown += 1
                yield f"    {sign} {_piece(line, start if n == 0 else 0)}"


def _common(left: str, right: str) -> int:
    """How many characters two lines begin with together."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(left), len(right)))


def _piece(line: str, start: int) -> str:
    low = max(0, start - AROUND)
    high = low + LONGEST
    return ("…" if low else "") + _printable(line[low:high]) + ("…" if high < len(line) else "")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _title(row: Row) -> str:
    return _printable(row.get("title") or "(no title)")[:LONGEST]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _documents(out: Path, ids: Sequence[str], columns: Sequence[str]) -> dict[str, Row]:
    """Some documents by id, their newest rows."""
    wanted = pa.array(ids, pa.string())
    found: dict[str, Row] = {}
    for batch in load("documents", out, columns=["id", *columns], to="batches"):
        for row in batch.filter(pc.is_in(batch.column("id"), wanted)).to_pylist():
            found[row["id"]] = row
    return found
