"""`qingwen duplicates`: the largest groups, and how the members of one differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from duplicate_nights import Order, article, paragraph

from flows.errors import UsageError
from flows.reports import groups
from schemas import load


def test_groups_are_shown_with_their_differences(order: Order, out: Path) -> None:
    changed = article(1).replace(paragraph(102), paragraph(102)[:40] + "改" + paragraph(102)[41:])
    order({"a": article(1), "c": article(2)})
    order({"b": changed, "d": article(2), "e": article(2)}, night=1)
    lines = list(groups.largest(out, 10))
    assert lines[0].startswith("2 groups, 3 documents repeating another")
    assert "https://c.example/" in lines[1] and lines[1].split()[0] == "3"
    member = load("duplicates", out, columns=["document_id", "kind"]).to_pylist()
    near = next(r["document_id"] for r in member if r["kind"] == "near")
    shown = list(groups.group(out, near, 10))
    assert any(line.strip().startswith("+") and "改" in line for line in shown)
    assert not any("another" in line for line in shown)
    beginning = list(groups.group(out, "", 10))
    assert beginning[-1].startswith("another 1 group with"), "which of them is shown is no secret"
    with pytest.raises(UsageError):
        list(groups.group(out, "0" * 20, 10))


def test_without_duplicates_there_is_nothing_to_show(order: Order, out: Path) -> None:
    order({"a": article(1)})
    assert list(groups.largest(out, 10)) == ["no document repeats another"]
