"""repair: what is lost is made anew from what is left, and says where it could not be."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import write_pages

import cleaners
from flows import nights
from flows.nights import repairing
from flows.nights.restoring import pages_found
from flows.reports.checking import check
from flows.store import publishing, rebuilding
from flows.store.rawstore import RawStore
from schemas import load
from schemas.commits import committed, committed_runs

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def dataset(run: Run, pages: Path, out: Path) -> Path:
    """Two nights; on the second some pages have other text, and one is a copy of another."""
    shutil.copy(pages / "000" / "000004.html", pages / "000" / "copied.html")
    run(pages)
    write_pages(pages, 5, version=1, short=True)
    shutil.copy(pages / "000" / "000008.html", pages / "000" / "later.html")
    run(pages, night=1)
    return out


def part(out: Path, table: str, night: int = 0) -> Path:
    (found,) = out.glob(f"{table}/dt=2026-03-0{night + 1}/part-*.parquet")
    return found


def rows(out: Path, table: str) -> list[str]:
    return sorted(map(repr, load(table, out).to_pylist()))


def test_a_whole_dataset_is_left_as_it_is(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "rebuild", None)  # nothing is made anew
    before = {p: p.read_bytes() for p in dataset.rglob("*") if p.is_file() and p.name != "_lock"}
    assert nights.repair(dataset) == []
    assert {p: p.read_bytes() for p in dataset.rglob("*") if p.is_file() and p.name != "_lock"} == before


@pytest.mark.parametrize("table", ["documents", "sections", "edits", "rejects", "duplicates"])
def test_rows_come_back_as_they_were(dataset: Path, table: str) -> None:
    before = {
        name: rows(dataset, name) for name in ("pages", "documents", "sections", "edits", "rejects", "duplicates")
    }
    path = part(dataset, table)
    path.write_bytes(path.read_bytes()[:-50])
    assert check(dataset).problems
    lines = nights.repair(dataset)
    assert any(str(path.relative_to(dataset)) in line for line in lines)
    assert check(dataset).problems == []
    assert {name: rows(dataset, name) for name in before} == before


def test_pages_are_cleaned_again_a_few_at_a_time(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(dataset, "sections")
    monkeypatch.setattr(rebuilding, "SHARD_PAGES", 3)
    part(dataset, "sections").unlink()
    nights.repair(dataset)
    assert rows(dataset, "sections") == before


def test_several_files_of_a_run_and_its_record_at_once(dataset: Path) -> None:
    before = {name: rows(dataset, name) for name in ("documents", "sections", "edits", "duplicates")}
    for table in ("documents", "sections", "edits"):
        part(dataset, table).unlink()
    (dataset / "_commits" / "20260302-0001.json").unlink()
    nights.repair(dataset)
    assert check(dataset).problems == []
    assert {name: rows(dataset, name) for name in before} == before


def test_only_pages_that_the_run_wrote_and_that_are_not_there_are_found(dataset: Path) -> None:
    run_id = sorted(committed_runs(dataset))[0]
    written = {r["page_id"] for r in load("pages", dataset).to_pylist() if r["run_id"] == run_id}
    entries = [entry for entry, _ in committed(dataset, run_id)]
    others = [entry for entry in entries if entry["table"] != "pages"]
    assert written == {row["page_id"] for row in pages_found(dataset, run_id, others)}
    assert list(pages_found(dataset, run_id, entries)) == []


def test_lost_pages_are_found_without_the_index(dataset: Path) -> None:
    before = load("pages", dataset).to_pylist()
    part(dataset, "pages").unlink()
    shutil.rmtree(dataset / "_index")
    nights.repair(dataset)
    assert check(dataset).problems == []
    after = {(r["page_id"], r["run_id"]): r for r in load("pages", dataset).to_pylist()}
    for row in before:
        again = after[row["page_id"], row["run_id"]]
        same = ("status", "documents", "documents_run", "content_sha256", "raw_sha256", "url")
        assert {name: again[name] for name in same} == {name: row[name] for name in same}


@pytest.fixture
def unreadable(dataset: Path, run: Run, pages: Path) -> Path:
    """A third night, on which a page that has documents is too large to be read."""
    (pages / "000" / "000008.html").write_bytes(b" " * 300_000)
    run(pages, night=2, max_page_bytes=200_000)
    return dataset


def test_a_page_that_could_not_be_read_comes_back_without_older_bytes(unreadable: Path) -> None:
    night = {"since": "2026-03-03"}
    named = ["page_id", "status", "reason", "raw_sha256", "bytes", "documents_run", "content_sha256"]
    before = load("pages", unreadable, columns=named, **night).sort_by("page_id").to_pylist()
    assert [row["bytes"] for row in before if row["reason"] == "source: too large"] == [0]
    part(unreadable, "pages", 2).unlink()
    assert any(", 0 came out otherwise" in line for line in nights.repair(unreadable))
    assert load("pages", unreadable, columns=named, **night).sort_by("page_id").to_pylist() == before
    assert check(unreadable).problems == []


def test_an_index_that_tells_nothing_is_told(dataset: Path, caplog: pytest.LogCaptureFixture) -> None:
    with sqlite3.connect(dataset / "_index" / "pages.sqlite") as db:
        db.execute("ALTER TABLE known DROP COLUMN url")
    part(dataset, "pages", 1).unlink()
    nights.repair(dataset)
    assert "pages.sqlite tells nothing of the pages of run 20260302-0001" in caplog.text


def test_bytes_of_a_later_night_are_not_those_of_the_documents(dataset: Path, run: Run, pages: Path) -> None:
    (first, *_) = sorted(committed_runs(dataset))
    empty = pages / "000" / "000008.html"
    empty.write_text("<html><body></body></html>", encoding="utf-8")
    run(pages, night=2)
    run(pages, night=3)  # the same bytes again: unchanged, with the documents of the first night
    had = load("pages", dataset, until="2026-03-01").to_pylist()
    kept = [row for row in load("pages", dataset, since="2026-03-04").to_pylist() if row["reason"]]
    named = {row["page_id"] for row in kept if row["documents_run"] == first}
    assert named
    others = [entry for entry, _ in committed(dataset, first) if entry["table"] != "pages"]
    found = {row["page_id"]: row["raw_sha256"] for row in pages_found(dataset, first, others)}
    assert {p: found[p] for p in named} == {r["page_id"]: r["raw_sha256"] for r in had if r["page_id"] in named}


def test_other_code_replaces_all_rows_of_a_page(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = cleaners.clean_page

    def longer(data: bytes, **about: Any) -> Any:
        return real(data.replace(b"</h1>", "</h1><p>新的规则多留了这一行文字。</p>".encode()), **about)

    monkeypatch.setattr(cleaners, "clean_page", longer)
    part(dataset, "sections").unlink()
    lines = nights.repair(dataset)
    assert any("came out otherwise" in line and ", 0 came" not in line for line in lines)
    report = check(dataset)
    assert [p for p in report.problems if "duplicates" not in p] == []
    assert report.problems == []


def test_bytes_that_are_not_there_are_told(dataset: Path) -> None:
    page = next(r for r in load("pages", dataset).to_pylist() if r["status"] == "cleaned" and r["run_id"] < "20260302")
    RawStore(dataset).remove(page["raw_sha256"])
    part(dataset, "documents").unlink()
    assert any("could not be had" in line for line in nights.repair(dataset))
    assert not [p for p in check(dataset).problems if "20260301-0001: documents" in p or "part-" in p]
    rejects = [r for r in load("rejects", dataset).to_pylist() if r["page_id"] == page["page_id"]]
    assert [(r["stage"], r["reason"]) for r in rejects] == [("rawstore", "raw bytes missing")]


def test_a_death_in_the_middle_loses_nothing(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(dataset, "documents")
    part(dataset, "documents").unlink()

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_sweep", die)
        with pytest.raises(KeyboardInterrupt):
            nights.repair(dataset)
    nights.repair(dataset)
    assert check(dataset).problems == [] and rows(dataset, "documents") == before


def test_a_run_after_a_lost_record_writes_over_nothing(run: Run, pages: Path, dataset: Path) -> None:
    (dataset / "_commits" / "20260302-0001.json").unlink()
    files = {p: p.read_bytes() for p in dataset.glob("*/dt=*/*.parquet")}
    assert run(pages, night=1)["run_id"] == "20260302-0002"
    assert all(p.read_bytes() == data for p, data in files.items())


class TestRawStore:
    @pytest.fixture
    def damaged(self, dataset: Path) -> Path:
        raw = [r["raw_sha256"] for r in load("pages", dataset, since="2026-03-02").to_pylist() if r["bytes"]]
        path = RawStore(dataset).path(min(raw))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
        return path

    def test_check_names_a_damaged_file(self, dataset: Path, damaged: Path) -> None:
        (problem,) = check(dataset).problems
        assert str(damaged) in problem and "comes again" in problem
        assert check(dataset, deep=False).problems == []

    def test_a_sample_by_default_all_when_asked(self, dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from flows.reports import checking_raw

        monkeypatch.setattr(checking_raw, "SAMPLE", 3)
        assert any("a sample; --raw proves all" in note for note in check(dataset).notes)
        assert check(dataset, raw=True).notes == []

    def test_the_bytes_come_again(self, dataset: Path, damaged: Path, run: Run, pages: Path) -> None:
        assert run(pages, night=2)["counts"]["unchanged"] > 0
        assert check(dataset, raw=True).problems == []
        assert RawStore(dataset).get(damaged.name.removesuffix(".zst"))

    def test_a_record_made_anew_has_what_it_had(self, dataset: Path) -> None:
        where = dataset / "_commits" / "20260301-0001.json"
        before = json.loads(where.read_text())
        where.write_text("{half")
        nights.repair(dataset)
        after = json.loads(where.read_text())
        for name in ("run_id", "kind", "night", "counts", "policy"):
            assert after[name] == before[name]
        assert sorted(f["path"] for f in after["files"]) == sorted(f["path"] for f in before["files"])
        assert where.with_name(f"{where.name}.damaged").read_text() == "{half"
