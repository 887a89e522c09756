"""Conditions mean what they mean in DuckDB, and say where they go wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.conditions import DEEPEST, LONGEST, condition

MOMENT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ROWS = pa.table(
    {
        "n": pa.array([1, 2, None, -3]),
        "share": pa.array([0.5, None, 1.0, 0.25]),
        "host": pa.array(["news.example.org", "渠", None, "it's"]),
        "flags": pa.array([["damaged", "truncated"], [], None, ["damaged"]], pa.list_(pa.string())),
        "day": pa.array([dt.date(2026, 3, 1), None, dt.date(2026, 3, 2), dt.date(2025, 1, 1)]),
        "seen": pa.array([MOMENT, MOMENT, None, MOMENT + dt.timedelta(days=1)], pa.timestamp("us", tz="UTC")),
        "whole": pa.array([True, False, None, True]),
    }
)
NAMES = tuple(ROWS.schema.names)


def met(text: str, rows: pa.Table = ROWS) -> list[Any]:
    asked = condition(text, NAMES)
    return [value for batch in rows.to_batches() for value in asked.mask(batch).to_pylist()]


def in_duckdb(text: str) -> list[Any]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("documents", ROWS)
        return [value for (value,) in connection.execute(f"SELECT ({text}) FROM documents").fetchall()]


ALIKE = [
    "n = 1",
    "n <> 1 AND share >= 0.5",
    "n != 1 or host = '渠'",
    "NOT n = 1",
    "not not n < 2",
    "NOT (n = 1 OR share IS NULL)",
    "host = 'it''s'",
    "host LIKE '%.example.org'",
    "host NOT LIKE 'news%'",
    "host IN ('渠', 'it''s')",
    "n NOT IN (1, -3)",
    "n BETWEEN -3 AND 1",
    "n NOT BETWEEN 0 AND 1",
    "n IS NULL",
    "share IS NOT NULL",
    "list_contains(flags, 'damaged')",
    "NOT list_contains(flags, 'damaged')",
    "len(flags) = 0",
    "length(host) > 1",
    "day >= '2026-03-01'",
    "'2026-03-01' < day",
    "seen > '2026-03-01T12:00:00'",
    "seen = '2026-03-01T20:00:00+08:00'",
    "seen < '2026-03-02'",
    "whole",
    "whole = true AND n > 0",
    '"share" < 1e0',
    "n = 1 OR n = 2 AND share IS NULL",
]


@pytest.mark.parametrize("text", ALIKE)
def test_a_condition_means_what_duckdb_says(text: str) -> None:
    assert met(text) == in_duckdb(text)


ATOMS = st.sampled_from([*ALIKE[:20], "whole"])


@settings(max_examples=150, deadline=None)
@given(st.recursive(ATOMS, lambda parts: st.one_of(parts.map(lambda p: f"NOT ({p})"), st.tuples(parts, st.sampled_from(["AND", "OR"]), parts).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})")), max_leaves=6))  # fmt: skip
def test_joined_at_will_too(text: str) -> None:
    assert met(text) == in_duckdb(text)


@pytest.mark.parametrize("text", ALIKE)
def test_a_slice_of_a_batch_is_asked_like_the_whole(text: str) -> None:
    assert met(text, ROWS.slice(1, 2)) == met(text)[1:3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the condition's end"),
        ("n =", "the condition's end"),
        ("n = 1 1", "AND, OR or the end"),
        ("(n = 1", ") was expected"),
        ("n = 1)", "AND, OR or the end"),
        ("words > 1", "no column 'words'"),
        ("n ; 1", "cannot be read from '; 1'"),
        ("host = 'x", "cannot be read"),
        ("host = 1", "cannot be tried"),
        ("day = 'yesterday'", "cannot be tried"),
        ("seen = 'yesterday'", "no date or moment"),
        ("n", "no comparison"),
        ("list_contains(host, 'x')", "column of lists"),
        ("n NOT 1", "behind NOT"),
        ("host LIKE 1", "asks for a text"),
        ("sum(n) = 1", "no column 'sum'"),
        ("(" * (DEEPEST + 2) + "n = 1" + ")" * (DEEPEST + 2), "nested deeper"),
        ("n = 1 OR " * (LONGEST // 9 + 1) + "n = 1", "characters"),
    ],
)
def test_a_wrong_condition_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(").replace(")", r"\)")):
        met(text)


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        condition(text, NAMES)
    except ValueError:
        pass


def test_a_long_condition_takes_linear_time() -> None:
    text = " OR ".join(["n = 1"] * (LONGEST // 10))
    assert met(text)[0] is True
