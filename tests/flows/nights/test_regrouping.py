"""A takedown and the groups of duplicates: the next document of a group becomes its original."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from duplicate_nights import Order, article, found, noisy

from flows.nights.forgetting import forget
from flows.reports.checking import check
from schemas import load

NIGHT = dt.date(2026, 3, 1)


def test_a_takedown_of_an_original_makes_the_next_the_original(order: Order, out: Path) -> None:
    order({"a": article(1), "x": article(2)})
    order({"b": article(1), "c": noisy(article(1), 0.02), "d": article(1, 3)}, night=1)
    order({"e": article(1), "b": article(1) + "\n补记。"}, night=2)
    assert {original for original, _ in found(out).values()} == {"a"}
    forget(str(out), "https://a.example/", date=NIGHT + dt.timedelta(days=3))
    rows = found(out)
    (original,) = {original for original, _ in rows.values()}
    assert original in "bcd" and original not in rows
    assert check(out).problems == []
    order({"f": article(1)}, night=4)
    assert found(out)["f"][0] == original
    assert check(out).problems == []


def test_a_takedown_of_a_copy_leaves_the_group(order: Order, out: Path) -> None:
    order({"a": article(1)})
    order({"b": article(1), "c": article(1)}, night=1)
    forget(str(out), "https://b.example/", date=NIGHT + dt.timedelta(days=3))
    assert found(out) == {"c": ("a", "exact")}
    assert load("duplicates", out)["cluster_size"].to_pylist() == [2]
    assert check(out).problems == []
