"""The run's page and the lines for a terminal say what happened, in a form that does not break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.reports.reporting import markdown, page_address, summary_lines
from schemas.tables import TABLES

Run = Callable[..., dict[str, Any]]


def test_the_lines_name_the_run_its_counts_and_its_rejects(run: Run, pages: Path, out: Path) -> None:
    lines = summary_lines(run(pages))
    assert lines[0].startswith("20260301-0001: 24 pages (22 cleaned, 2 rejected)")
    assert any(line.startswith("rejected: decoding: ") for line in lines)


def test_a_completed_run_says_that_it_was_completed(run: Run, pages: Path) -> None:
    assert "completed by attempt 3" in summary_lines({**run(pages), "attempts": 3})


def test_the_page_lies_beside_the_tables_and_holds_every_count(run: Run, pages: Path, out: Path) -> None:
    summary = run(pages)
    text = Path(summary["report"]).read_text(encoding="utf-8")
    assert Path(summary["report"]).parent == out / "_reports"
    assert text == markdown(summary)
    for table, rows in summary["rows"].items():
        assert f"| {table} | {rows:,} |" in text


def test_the_page_has_the_address_under_which_reports_are_served(run: Run, pages: Path) -> None:
    served = run(pages, reports_url="https://reports.example.org/out/")
    assert page_address(served) == f"https://reports.example.org/out/{served['run_id']}.html"
    assert f"its page: {page_address(served)}" in summary_lines(served)


def test_the_page_is_a_file_where_reports_are_not_served(run: Run, pages: Path, out: Path) -> None:
    summary = run(pages)
    assert page_address(summary) == (out.resolve() / "_reports" / f"{summary['run_id']}.html").as_uri()
    assert page_address({}) is None


def test_a_reason_cannot_break_the_tables_of_the_page(run: Run, pages: Path) -> None:
    summary = {**run(pages), "rejects_by_reason": {"fetch: a|b\nc": 1}, "problems": ["nothing came"]}
    text = markdown(summary)
    assert "| fetch: a\\|b c | 1 |" in text and "**Problem:** nothing came" in text
    assert "problem: nothing came" in summary_lines(summary)


def test_dictionary_and_card_are_written_where_no_reader_trips(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    assert {p.name for p in (out / "_docs").iterdir()} == {"dictionary.md", "README.md"}
    assert "| pages | a fetched page, also when it was rejected, unchanged or gone | 24 |" in (
        out / "_docs" / "README.md"
    ).read_text(encoding="utf-8")
    for table in TABLES:
        assert all(p.suffix == ".parquet" for p in (out / table).rglob("*") if p.is_file())
