"""What a whole source no longer has is gone, and nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import SENTENCES, page

from flows.reports.checking import check
from flows.sources.base import Source
from flows.sources.wholes import Whole
from schemas import load

Run = Callable[..., dict[str, Any]]


def folder(path: Path, *numbers: int) -> Path:
    """Pages as files, a third of them in a folder below; what was there before is deleted."""
    shutil.rmtree(path, ignore_errors=True)
    for number in numbers:
        file = path / ("below" if number % 3 == 0 else ".") / f"{number}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page(number))
    return path


def newest(out: Path) -> dict[str, str]:
    """Status of each page, by the number in its name."""
    rows = load("pages", out, latest=True).to_pylist()
    return {Path(row["url"].removeprefix("file:")).stem: row["status"] for row in rows}


def test_a_file_that_vanished_is_gone_and_latest_shows_it_no_longer(run: Run, tmp_path: Path, out: Path) -> None:
    run(folder(tmp_path / "pages", 1, 2, 3, 4))
    summary = run(folder(tmp_path / "pages", 1, 4), night=1)
    assert summary["counts"]["gone"] == 2
    assert newest(out) == {"1": "unchanged", "2": "gone", "3": "gone", "4": "unchanged"}
    assert {Path(u.removeprefix("file:")).stem for u in load("documents", out, latest=True)["url"].to_pylist()} == {
        "1",
        "4",
    }
    assert load("documents", out).num_rows == 4, "history stays"
    assert run(folder(tmp_path / "pages", 1, 4), night=2)["counts"]["gone"] == 0, "it is gone once"
    assert run(folder(tmp_path / "pages", 1, 2, 4), night=3)["counts"]["cleaned"] == 1, "it came back"
    assert newest(out)["2"] == "cleaned"
    assert check(out).problems == []


def test_each_of_several_sources_is_watched_for_itself(run: Run, tmp_path: Path, out: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"url": "http://a.example.cn/9.html", "html": "".join(SENTENCES[:6])}), "utf-8")
    run(folder(tmp_path / "a", 1, 2), folder(tmp_path / "b", 3, 4), lines)
    night = run(folder(tmp_path / "a", 1), folder(tmp_path / "b", 4), lines, night=1)
    assert night["counts"]["gone"] == 2
    gone = {page for page, status in newest(out).items() if status == "gone"}
    assert gone == {"2", "3"}
    shutil.rmtree(tmp_path / "b")
    (tmp_path / "b").mkdir()  # a disk that is not there: what was on it is not gone, what a has lost is
    assert run(folder(tmp_path / "a", 5), tmp_path / "b", lines, night=2)["counts"]["gone"] == 1


def test_a_glob_is_a_whole_too(run: Run, tmp_path: Path, out: Path) -> None:
    folder(tmp_path / "pages", 1, 2, 4)
    run(f"{tmp_path}/pages/*.html")
    folder(tmp_path / "pages", 1, 4)
    run(f"{tmp_path}/pages/*.html", night=1)
    assert newest(out) == {"1": "unchanged", "2": "gone", "4": "unchanged"}


@pytest.mark.parametrize(
    "settings", [{"limit": 2}, {"since": "2020-01-01"}, {"include": ("*1.html",)}, {"exclude": ("*2.html", "*below*")}]
)
def test_what_was_not_asked_for_is_not_gone(run: Run, tmp_path: Path, out: Path, settings: dict[str, Any]) -> None:
    run(folder(tmp_path / "pages", 1, 2, 3, 4))
    summary = run(folder(tmp_path / "pages", 1, 4), night=1, **settings)
    assert summary["counts"]["gone"] == 0


def test_an_empty_folder_is_taken_for_a_disk_that_is_not_there(run: Run, tmp_path: Path, out: Path) -> None:
    run(folder(tmp_path / "pages", 1, 2))
    (folder(tmp_path / "pages")).mkdir()
    assert run(tmp_path / "pages", night=1)["counts"]["gone"] == 0


def test_a_folder_that_cannot_be_read_takes_nothing_away(
    run: Run, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    run(folder(tmp_path / "pages", 1, 2, 3), include=("*.html",))
    (tmp_path / "pages" / "2.html").unlink()
    real = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("below"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert run(tmp_path / "pages", night=1, include=("*.html",))["counts"]["gone"] == 0


def test_the_same_files_by_another_root_are_not_gone(run: Run, tmp_path: Path, out: Path) -> None:
    run(folder(tmp_path / "a", 1, 2), folder(tmp_path / "b", 4))
    assert run(tmp_path / "a", night=1)["counts"]["gone"] == 0, "their names changed, the files are there"


def snapshot(path: Path, *numbers: int, more: str = "") -> Path:
    rows = ({"url": f"https://example.org/{n}", "text": "".join(SENTENCES[n : n + 3])} for n in numbers)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows) + more, encoding="utf-8")
    return path


def sources(path: Path, file: Path, setting: str) -> Path:
    path.write_text(f'[[source]]\nname = "feed"\nfrom = "{file}"\n{setting}\n')
    return path


@pytest.mark.parametrize(("setting", "gone"), [("whole = true", 2), ("whole = false", 0), ("", 0)])
def test_a_row_is_gone_from_a_snapshot_where_the_source_says_that_it_is_one(
    run: Run, tmp_path: Path, out: Path, setting: str, gone: int
) -> None:
    named = sources(tmp_path / "sources.toml", snapshot(tmp_path / "feed.jsonl", 1, 2, 3, 4), setting)
    run(named)
    snapshot(tmp_path / "feed.jsonl", 1, 4)
    assert run(named, night=1)["counts"]["gone"] == gone


def test_a_snapshot_with_a_line_that_cannot_be_read_takes_nothing_away(run: Run, tmp_path: Path, out: Path) -> None:
    named = sources(tmp_path / "sources.toml", snapshot(tmp_path / "feed.jsonl", 1, 2, 3, 4), "whole = true")
    run(named)
    snapshot(tmp_path / "feed.jsonl", 1, 4, more="{no json\n")
    assert run(named, night=1)["counts"]["gone"] == 0


def test_a_folder_may_say_that_it_is_no_whole(run: Run, tmp_path: Path, out: Path) -> None:
    named = sources(tmp_path / "sources.toml", folder(tmp_path / "pages", 1, 2, 4), "whole = false")
    run(named)
    folder(tmp_path / "pages", 1)
    assert run(named, night=1)["counts"]["gone"] == 0


def test_a_run_that_died_after_it_had_told_what_is_gone_tells_it_once(
    run: Run, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.store import publishing

    run(folder(tmp_path / "pages", 1, 2, 4))
    folder(tmp_path / "pages", 1)
    monkeypatch.setattr(publishing, "merge", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "pages", night=1)
    monkeypatch.undo()
    assert run(tmp_path / "pages", night=1)["counts"]["gone"] == 2
    assert load("pages", out, since="2026-03-02").num_rows == 3


def test_only_a_place_that_was_read_whole_misses_a_page(tmp_path: Path) -> None:
    def missed(url: str = "file:1.html", **read: Any) -> bool:
        whole = Whole((Source("pages", "folder", str(tmp_path)),), lambda url: True, **{"pages": 1, "read": 1, **read})
        return whole.misses(url, str(tmp_path / "1.html"))

    assert missed()
    assert not missed(read=0) and not missed(pages=0) and not missed(broken=True)
    assert not missed("file:1.jsonl#3"), "a line of a file"
    (tmp_path / "1.html").write_text("渠水")
    assert not missed(), "the file is there"
