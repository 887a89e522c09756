"""What was done to a document, by rule: the short form of its edits that stands in its own row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from schemas.records import Edit

REPAIRING = ("decoding", "controls", "mojibake", "bytestream")  # steps that give back what the author wrote


def repairs(edits: Sequence[Edit], document: int) -> list[dict[str, Any]]:
    """Repairs of a document by step and rule, with their count: those of its blocks, and of the page as a whole.

    edits: all of its page. document: its ordinal there. What a repairing step found and left is none.
    """
    return _counted(e for e in edits if _concerns(e, document) and e.step in REPAIRING and e.before != e.after)


def removals(edits: Sequence[Edit], document: int) -> list[dict[str, Any]]:
    """What was taken out in a document and around it, by step and rule, with the count: edits that leave nothing."""
    return _counted(e for e in edits if _concerns(e, document) and e.step not in REPAIRING and e.before and not e.after)


def _concerns(edit: Edit, document: int) -> bool:
    """Whether an edit is of a document's block, or of none of the page's documents."""
    return edit.document is None or edit.document == document


def _counted(edits: Any) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    for edit in edits:
        counts[edit.step, edit.rule] += edit.count
    return [{"step": step, "rule": rule, "count": count} for (step, rule), count in sorted(counts.items())]
