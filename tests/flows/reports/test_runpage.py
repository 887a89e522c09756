"""The run's page as a file: it never stops a night, is made again as it was, and goes with what it tells of."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from dataset_corpus import SENTENCES, page
from dataset_damages import rows
from older_nights import as_of

from flows import reports
from flows.nights import forget, prune
from flows.reports import runpage
from flows.reports.runpage import figures
from schemas import load
from schemas.commits import DamagedDataset

Run = Callable[..., dict[str, Any]]


def written(out: Path, run_id: str) -> str:
    return (out / "_reports" / f"{run_id}.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_drawn_is_a_warning(
    run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from flows.reports.runpage import charts

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("no such colour")

    monkeypatch.setattr(charts, "bars", broken)
    with caplog.at_level(logging.WARNING):
        summary = run(pages)
    assert load("pages", out).num_rows == 24 and not summary["problems"]
    assert "page" not in summary and Path(summary["report"]).exists()
    assert f"the page of run {summary['run_id']} could not be made: ZeroDivisionError: no such colour" in caplog.text


def test_a_full_disk_under_the_reports_leaves_the_night(
    run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from flows.errors import DiskFull
    from flows.reports import reporting

    def full(path: Path, data: bytes) -> None:
        raise DiskFull(f"no space left for {path}")

    for module in (reporting, figures):
        monkeypatch.setattr(module, "write_whole", full)
    with caplog.at_level(logging.WARNING):
        summary = run(pages)
    assert load("pages", out).num_rows == 24 and not summary["problems"]
    assert "the report of run" in caplog.text and "the page of run" in caplog.text


def test_a_page_is_made_again_as_it_was(run: Run, pages: Path, out: Path) -> None:
    run_id = run(pages)["run_id"]
    first, markdown = written(out, run_id), (out / "_reports" / f"{run_id}.md").read_text()
    for path in (out / "_reports").glob(f"{run_id}.[hm]*"):
        path.unlink()
    reports.redraw(out, run_id)
    assert written(out, run_id) == first and (out / "_reports" / f"{run_id}.md").read_text() == markdown
    figures.path_of(out, run_id).unlink()
    reports.redraw(out, run_id)
    again = written(out, run_id)
    assert "not known any more" in again and "22" in again, "without what the run told of itself"


def test_a_dataset_that_cannot_be_written_is_reported_as_it_was(
    run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    from flows.cli.datasets import report
    from flows.errors import OutUnwritable
    from flows.reports.runpage import drawing

    def refused(path: Path, data: bytes) -> None:
        raise OutUnwritable(f"cannot write {path}: Read-only file system")

    run(pages)
    monkeypatch.setattr(drawing, "write_whole", refused)
    assert report(out) == 0
    shown, told = capfdbinary.readouterr()
    assert shown.startswith(b"# nightly 20260301-0001") and b"not drawn again: cannot write" in told


def test_prune_takes_the_pages_and_leaves_the_figures(run: Run, pages: Path, out: Path) -> None:
    import datetime as dt

    first, second = run(pages)["run_id"], run(pages, night=40)["run_id"]
    assert prune(str(out), keep_days=30, today=dt.date(2026, 4, 11))["reports"] == 1
    names = {path.name for path in (out / "_reports").iterdir()}
    assert names == {f"{first}.json", "index.html", *(f"{second}.{end}" for end in ("md", "html", "json"))}
    index = (out / "_reports" / "index.html").read_text(encoding="utf-8")
    assert f'href="{second}.html"' in index and f'href="{first}.html"' not in index and first in index


def test_a_page_that_is_taken_down_leaves_the_reports(run: Run, tmp_path: Path, out: Path) -> None:
    mark = "渡口的名字叫做白鹭滩"
    folder = tmp_path / "few"
    folder.mkdir()
    body = f"<p>{SENTENCES[0]}{mark}。{SENTENCES[1]}</p>"
    damaged = "老师傅说漆要一层一层地上急不得也省不得".encode().decode("gb18030", "replace")
    html = f"<html><head><title>{mark}</title></head><body><h1>{mark}</h1>{body}<p>{damaged}</p></body></html>"
    (folder / "secret-name.html").write_text(html)
    (folder / "other.html").write_bytes(page(1))
    runs = [run(folder, night=night)["run_id"] for night in range(2)]

    def told() -> list[str]:
        return [
            path.name
            for path in (out / "_reports").iterdir()
            if mark in path.read_text() or "secret-name" in path.read_text()
        ]

    assert f"{runs[0]}.html" in told()
    assert forget(str(out), "file:secret-name.html")["pages"] == 1
    assert told() == []
    assert all((out / "_reports" / f"{run_id}.html").exists() for run_id in runs), "drawn again"


def test_the_index_lists_every_run_newest_first(run: Run, pages: Path, out: Path) -> None:
    runs = [run(pages, night=night)["run_id"] for night in range(3)]
    text = (out / "_reports" / "index.html").read_text(encoding="utf-8")
    places = [text.index(f'href="{run_id}.html"') for run_id in reversed(runs)]
    assert places == sorted(places)


@pytest.mark.parametrize("table", ["pages", "documents", "edits", "rejects"])
def test_a_damaged_file_is_named_with_what_to_do(run: Run, pages: Path, out: Path, table: str) -> None:
    run_id = run(pages)["run_id"]
    path = next((out / table).rglob("*.parquet"))
    path.write_bytes(b"\0" * path.stat().st_size)
    figures.path_of(out, run_id).unlink()
    with pytest.raises(DamagedDataset, match=f"{path.name}.*--repair"):
        reports.redraw(out, run_id)


def test_pages_of_older_tables_are_drawn(run: Run, pages: Path, out: Path) -> None:
    """Columns that came later are not in older files: what they would tell is left out."""
    run_id = run(pages)["run_id"]
    as_of(out, 1)
    page_of = runpage.draw(out, run_id)
    assert page_of is not None
    text = page_of.read_text(encoding="utf-8")
    assert "Encodings" in text and 'id="kept"' not in text and 'id="kinds"' not in text


def test_kinds_and_what_was_kept_are_shown_where_the_pages_say_them(run: Run, pages: Path, out: Path) -> None:
    def said(table: pa.Table) -> pa.Table:
        values = {"kind": ["article", "listing", None], "kept_ratio": [0.0, 0.95, None, 1.0]}
        for name, of in values.items():
            at = table.column_names.index(name)
            field = table.schema.field(at).with_nullable(True)
            table = table.set_column(at, field, pa.array([of[n % len(of)] for n in range(len(table))], field.type))
        return table

    run_id = run(pages, shard_pages=24)["run_id"]
    (path,) = (out / "pages").rglob("*.parquet")
    rows(said)(path)
    found = figures.count(out, run_id)
    assert found["kinds"] == {"article": 8, "listing": 8} and found["kept"] == {"0": 6, "9": 12}
    page_of = runpage.draw(out, run_id)
    assert page_of is not None
    text = page_of.read_text(encoding="utf-8")
    assert 'id="kept"' in text and 'id="kinds"' in text and "90–100%" in text
