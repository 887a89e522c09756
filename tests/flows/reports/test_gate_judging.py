"""What the gate says of a night, from the rows of its runs and of the nights before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.reports import gate
from flows.settings import Settings
from flows.sources.base import Source

Row = tuple[str, str, str | None, int | None]  # source, status, reason, http_status
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("page_id", "source", "status", "reason")] + [("http_status", pa.int16())]
)
LIST, FOLDER = Source("list", "urls", "list.txt"), Source("pages", "folder", "pages")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes the rows of a run, or of a further file of one (5.2); its pages are numbered from `first`."""
    monkeypatch.setattr(gate, "opened", lambda path, _entry: pq.ParquetFile(path))
    wanted = {"wanted": {"sources": ["one.html", "https://a.cn/"]}}
    monkeypatch.setattr(gate, "record", lambda out, run: {(tmp_path, "5"): wanted}[out, run])

    def committed(out: Path, run_id: str, table: str) -> list[tuple[None, Path]]:
        assert table == "pages"
        return [(None, path) for path in sorted(out.glob(f"{run_id}.*parquet"))]

    monkeypatch.setattr(gate, "committed", committed)

    def write(run_id: str, rows: list[Row], first: int = 0) -> None:
        table = [
            {"page_id": str(first + n), "source": source, "status": status, "reason": reason, "http_status": http}
            for n, (source, status, reason, http) in enumerate(rows)
        ]
        pq.write_table(pa.Table.from_pylist(table, SCHEMA), tmp_path / f"{run_id}.parquet")

    return write


def cleaned(count: int, source: str = "list") -> list[Row]:
    return [(source, "cleaned", None, 200)] * count


def judged(out: Path, sources: list[Source], history: dict[str, str] | None = None, **changed: Any) -> list[str]:
    """What is wrong with run 5 of night 05; history: night -> run."""
    twice = {name: changed.pop(name) for name in ("named_twice",) if name in changed}
    settings = Settings(**{"max_rejected": 0.5, "min_share_of_usual": 0.5, "gate_nights": 3, **changed})
    runs = [{"run_id": run, "night": night} for night, run in (history or {}).items()]
    summary = {"out": str(out), "night": "05", "run_id": "5", **twice}
    return gate.judge(summary, runs, settings, sources)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (cleaned(3), []),
        ([*cleaned(1), ("list", "rejected", "decoding: binary", 200)], []),  # as many as are allowed
        (
            [
                *cleaned(1),
                *[("list", "rejected", "decoding: binary", 200)] * 2,
                ("list", "unchanged", "quality: x", 200),
            ],
            ["75% of the pages were rejected, 50% are allowed; most often: decoding: binary"],
        ),
        ([*cleaned(1), *[("list", "unchanged", None, 200)] * 3], []),
        ([*cleaned(1), *[("list", "gone", "fetch: gone", 404)] * 3], []),  # not there is no rejection
        (
            [("list", "rejected", "fetch: refused", None)] * 2,
            [
                "100% of the pages were rejected, 50% are allowed; most often: fetch: refused",
                "list yielded no page (2 could not be had)",
            ],
        ),
        ([("list", "gone", None, None)], ["list yielded no page"]),  # it vanished: nobody asked for it
        ([("list", "gone", None, 404)], []),  # an answer
        ([("other", "cleaned", None, 200)], ["list yielded no page"]),
    ],
)
def test_a_night_by_itself(write: Callable[..., None], tmp_path: Path, rows: list[Row], problems: list[str]) -> None:
    write("5", rows)
    assert judged(tmp_path, [LIST]) == problems


@pytest.mark.parametrize(
    ("before", "tonight", "problem"),
    [
        ({"02": 20, "03": 20, "04": 20}, 10, ""),
        ({"02": 20, "03": 20, "04": 20}, 9, "list yielded 9 pages, 20 are usual"),
        ({"02": 9, "03": 9, "04": 9}, 1, ""),  # a few pages say nothing
        ({"02": 10, "03": 10, "04": 10}, 4, "list yielded 4 pages, 10 are usual"),
        ({"02": 2, "03": 20, "04": 30}, 9, "list yielded 9 pages, 20 are usual"),  # the median
        ({"02": 20, "03": 20, "04": 0}, 9, "list yielded 9 pages, 20 are usual"),  # of nights that yielded anything
        ({"01": 90, "02": 20, "03": 20, "04": 20}, 10, ""),  # of the last three
        ({"01": 90, "02": 90, "03": 20, "04": 20}, 10, ""),
        ({}, 1, ""),
    ],
)
def test_a_night_beside_those_before(
    write: Callable[..., None], tmp_path: Path, before: dict[str, int], tonight: int, problem: str
) -> None:
    for night, count in before.items():
        write(night, cleaned(count))
    write("5", cleaned(tonight))
    assert judged(tmp_path, [LIST], {night: night for night in before}) == ([problem] if problem else [])


def test_the_runs_of_one_night_are_counted_together(write: Callable[..., None], tmp_path: Path) -> None:
    write("04", cleaned(20))
    write("4", cleaned(6))
    write("5", cleaned(6), first=6)
    assert judged(tmp_path, [LIST], {"04": "04"}) == ["list yielded 6 pages, 20 are usual"]
    assert judged(tmp_path, [LIST], {"04": "04", "05": "4"}) == []
    write("4", cleaned(3))  # which is no usual night
    assert judged(tmp_path, [LIST], {"04": "04", "05": "4"}) == ["list yielded 9 pages, 20 are usual"]


def test_of_a_page_with_several_rows_the_last_one_counts(write: Callable[..., None], tmp_path: Path) -> None:
    bad: list[Row] = [("list", "rejected", "runner: time", 200)] * 3
    write("4", [*bad, *cleaned(1)])
    write("5", [*cleaned(2), *bad[:1]])
    assert gate.rejected(tmp_path, ["4", "5"]) == (0.25, "runner: time")
    assert gate.rejected(tmp_path, ["4", "none"]) == (0.75, "runner: time")
    assert gate.rejected(tmp_path, ["none"]) == (0.0, "")


def test_a_run_is_all_its_files(write: Callable[..., None], tmp_path: Path) -> None:
    write("5", [*cleaned(1), ("list", "rejected", "decoding: binary", 200)])
    write("5.2", cleaned(2, "pages"), first=2)
    assert gate.rejected(tmp_path, ["5"]) == (0.25, "decoding: binary")
    assert gate.yields(tmp_path, ["5"]) == {"list": {"had": 2}, "pages": {"had": 2}}


def test_single_pages_are_one_source(write: Callable[..., None], tmp_path: Path) -> None:
    single = [Source("one.html", "page", "one.html"), Source("https://a.cn/", "url", "https://a.cn/")]
    other = Source("two.html", "page", "two.html")  # a source of a file, which has a name of its own
    write("5", [*cleaned(1, "one.html"), ("https://a.cn/", "rejected", "fetch: refused", None)])
    assert judged(tmp_path, single) == []
    assert judged(tmp_path, [*single, other]) == ["two.html yielded no page"]
    write("5", [("https://a.cn/", "rejected", "source: unreadable", None), *cleaned(1, "pages")])
    assert judged(tmp_path, [*single, FOLDER], max_rejected=1.0) == [
        f"{gate.SINGLE} yielded no page (1 could not be had)"
    ]


def test_single_pages_have_usual_nights_together(write: Callable[..., None], tmp_path: Path) -> None:
    single = [Source("one.html", "page", "one.html"), Source("https://a.cn/", "list", "https://a.cn/")]
    write("04", [*cleaned(10, "one.html"), *cleaned(10, "https://a.cn/")])
    write("5", cleaned(9, "one.html"))
    assert judged(tmp_path, single, {"04": "04"}) == [f"{gate.SINGLE} yielded 9 pages, 20 are usual"]
    write("5", cleaned(1))
    assert judged(tmp_path, single, named_twice={"one.html": 1}) == []


def test_a_run_that_recorded_no_wishes_had_no_single_pages(
    write: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("5", cleaned(1))
    for record in ({}, {"wanted": {}}):
        monkeypatch.setattr(gate, "record", lambda _out, _run, record=record: record)
        assert judged(tmp_path, [Source("one.html", "page", "one.html")]) == ["one.html yielded no page"]


def test_what_another_source_named_first_is_yielded_too(write: Callable[..., None], tmp_path: Path) -> None:
    write("5", cleaned(1))
    assert judged(tmp_path, [LIST, FOLDER]) == ["pages yielded no page"]
    assert judged(tmp_path, [LIST, FOLDER], named_twice={"pages": 2}) == []
    write("04", cleaned(20))
    assert judged(tmp_path, [LIST], {"04": "04"}, named_twice={"list": 9}) == []
    assert judged(tmp_path, [LIST], {"04": "04"}, named_twice={"list": 8}) == ["list yielded 9 pages, 20 are usual"]
