"""load(..., duplicates=False): one document of each group, in Python and in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from duplicate_nights import Order, article, named, noisy

from schemas import load
from schemas.unique import UNIQUE_SQL


def test_load_keeps_one_of_each_group_among_what_is_asked_for(order: Order, out: Path) -> None:
    order({"a": article(1), "b": article(2)})
    order({"c": article(1), "d": noisy(article(2), 0.02), "e": article(3)}, night=1)
    order({"a": article(9)}, night=2)  # the original became another text

    def kept(**chosen: Any) -> list[str]:
        rows = load("documents", out, duplicates=False, **chosen)
        return sorted(named(out)[i] for i in rows["id"].to_pylist())

    assert kept() == ["a", "a", "b", "e"]
    assert kept(latest=True) == ["a", "b", "c", "e"], "c stands for the text that a no longer has"
    assert kept(since="2026-03-02", until="2026-03-02") == ["c", "d", "e"]
    asked = duckdb.sql(UNIQUE_SQL.replace("OUT", str(out))).to_arrow_table()["id"].to_pylist()
    assert sorted(asked) == sorted(load("documents", out, latest=True, duplicates=False)["id"].to_pylist())
    assert load("documents", out, duplicates=False, columns=["title"]).column_names == ["title"]
