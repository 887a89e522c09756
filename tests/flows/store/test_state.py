"""The index of known pages says what the tables say, whether it was kept, lost, damaged or overtaken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import write_pages

from flows.nights import forgetting
from flows.store.state import State
from schemas import load

Run = Callable[..., dict[str, Any]]


def index(out: Path) -> Path:
    return out / "_index" / "pages.sqlite"


def rows(path: Path) -> list[Any]:
    with sqlite3.connect(path) as db:
        return db.execute("SELECT * FROM known ORDER BY page_id").fetchall()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that the index is made from, in order."""
    files: list[str] = []
    real = State._read
    monkeypatch.setattr(
        State, "_read", lambda self, path, entry: (files.append(path.name[5:18]), real(self, path, entry))[1]
    )
    return files


def test_a_night_adds_only_the_nights_that_came_since(run: Run, pages: Path, out: Path, read: list[str]) -> None:
    for night in range(3):
        run(pages, night=night)
    assert read == ["20260301-0001", "20260302-0001", "20260303-0001"]


def test_kept_or_made_anew_it_says_the_same(run: Run, pages: Path, out: Path) -> None:
    for night in range(4):
        write_pages(pages, 4, first=night * 3, version=night, short=True)
        run(pages, night=night)
    kept = rows(index(out))
    index(out).unlink()
    run(pages, night=3)
    made = {row[0]: row for row in rows(index(out))}
    assert len(kept) == 24
    known = {r["page_id"]: r["run_id"] for r in load("pages", out, latest=True).to_pylist()}
    assert {page: row[1] for page, row in made.items()} == known
    run(pages, night=4)
    assert [row for row in rows(index(out)) if row[1] < "20260304"] == [r for r in made.values() if r[1] < "20260304"]


@pytest.mark.parametrize("spoil", [lambda d: b"no database", lambda d: d[:5000] + b"\xff" * 3000 + d[8000:]])
def test_a_damaged_index_is_made_anew(run: Run, pages: Path, out: Path, spoil: Callable[[bytes], bytes]) -> None:
    run(pages)
    run(pages, night=1)
    index(out).write_bytes(spoil(index(out).read_bytes()))
    assert run(pages, night=2)["counts"]["unchanged"] == 24


def test_an_index_of_other_columns_is_made_anew(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    run(pages, night=1)
    with sqlite3.connect(index(out)) as db:
        db.execute("ALTER TABLE known ADD COLUMN later")
    assert run(pages, night=2)["counts"]["unchanged"] == 24


def test_changed_records_make_it_anew(run: Run, pages: Path, out: Path, read: list[str]) -> None:
    run(pages)
    run(pages, night=1)
    record = out / "_commits" / "20260301-0001.json"
    record.write_text(record.read_text() + "\n")
    read.clear()
    run(pages, night=2)
    assert read == ["20260301-0001", "20260302-0001", "20260303-0001"]


def test_a_takedown_takes_it_along(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    run(pages, night=1)
    forgetting.forget(str(out), load("pages", out)["url"][3].as_py())
    assert not index(out).exists()


def test_an_older_night_has_an_index_of_its_own(run: Run, pages: Path, out: Path) -> None:
    run(pages, night=5)
    run(pages, night=6)
    before = rows(index(out))
    assert run(pages, night=2)["counts"]["cleaned"] == 22, "what later nights know does not count"
    assert rows(index(out)) == before
    assert run(pages, night=7)["counts"]["unchanged"] == 24
