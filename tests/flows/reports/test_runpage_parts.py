"""The parts of a run's page by themselves: tables of names with what is usual, and what the template is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.reports.runpage.breakdown import departures, percent, table
from flows.reports.runpage.content import content, summary_of
from flows.reports.runpage.history import Night


def nights(*counts: dict[str, float]) -> list[Night]:
    return [Night(f"2026-03-{n:02d}", (f"202603{n:02d}-0001",), {"names": c}) for n, c in enumerate(counts, 1)]


def made(*counts: dict[str, float], most: int = 60) -> Any:
    return table(
        nights(*counts),
        lambda figures: figures["names"],
        lambda figures: sum(figures["names"].values()),
        key="k",
        title="Names",
        of="of pages",
        most=most,
    )


def test_names_stand_by_their_count_with_their_share_and_those_of_before_are_usual() -> None:
    found = made(*[{"a": 500 + n, "b": 500 - n} for n in range(12)], {"a": 900, "b": 100})
    assert [(row.name, row.count, row.share, row.verdict) for row in found.rows] == [
        ("a", 900, 0.9, "above"),
        ("b", 100, 0.1, "below"),
    ]
    assert [(d.name, d.told, d.verdict) for d in departures([found])] == [
        ("a", "90.0% of pages", "above"),
        ("b", "10.0% of pages", "below"),
    ]


def test_a_first_night_has_nothing_usual_and_what_is_left_out_is_counted() -> None:
    found = made({"a": 3, "b": 2, "c": 1}, most=2)
    assert [(row.name, row.verdict, row.usual) for row in found.rows] == [("a", "", ""), ("b", "", "")]
    assert found.more == 1


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0%"), (0.0001, "<0.1%"), (0.123, "12.3%"), (0.9999, ">99.9%"), (1.0, "100%")]
)
def test_none_is_rounded_to_all_or_nothing(share: float, told: str) -> None:
    assert percent(share) == told


def test_the_template_is_given_what_the_run_counted(run: Callable[..., dict[str, Any]], pages: Path, out: Path) -> None:
    done = run(pages)
    shown = content(out, done["run_id"])
    assert shown["figures"]["pages"] == done["counts"]["pages"] == 24
    assert shown["nights"] == 0 and shown["left"] == []  # a first night departs from nothing
    assert summary_of(out, done["run_id"])["counts"] == done["counts"]
