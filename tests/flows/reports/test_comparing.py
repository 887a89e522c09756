"""Two nights compared: what came, changed and went."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import SENTENCES

from flows.cli import main
from flows.errors import UsageError
from flows.nights.forgetting import forget
from flows.nights.night import run_night
from flows.reports import compare
from flows.settings import Settings

FIRST, SECOND, THIRD = (dt.date(2026, 3, day) for day in (1, 2, 3))


def write(path: Path, number: int, more: str = "") -> None:
    text = "\n\n".join(
        f"第{number}段，{sentence}{SENTENCES[(number + 3) % 12]}" for sentence in SENTENCES[number : number + 3]
    )
    path.write_text(f"第{number}号札记\n\n{text}{more}\n", "utf-8")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pages; then one changed, one without its page, one new, one with nothing but another first line of HTML."""
    folder = tmp_path_factory.mktemp("compare")
    pages, out = folder / "pages", folder / "out"
    pages.mkdir()
    settings = Settings(out=out, runner="here")
    for number in range(4):
        write(pages / f"{number}.txt", number)
    run_night([str(pages)], out, FIRST, settings)
    write(pages / "1.txt", 1, "又添了一句话，说的是今年的水比去年多。")
    (pages / "2.txt").unlink()
    write(pages / "5.txt", 5)
    run_night([str(pages)], out, SECOND, settings)
    return out


def test_what_came_changed_and_went(dataset: Path) -> None:
    found = compare(dataset, FIRST, SECOND)
    assert found.counts == {"came": 1, "changed": 1, "went": 1, "same": 2}
    assert found.documents == (4, 4)
    (came,), (changed,), (went,) = (found.rows[kind] for kind in ("came", "changed", "went"))
    assert (came["url"], came["title"], came["documents"]) == ("file:5.txt", "第5号札记", [0, 1])
    assert changed["url"] == "file:1.txt" and changed["characters"][1] - changed["characters"][0] == 19
    assert (went["url"], went["documents"], went["why"]) == ("file:2.txt", [1, 0], "gone")


def test_backwards_what_came_went(dataset: Path) -> None:
    there, back = compare(dataset, FIRST, SECOND), compare(dataset, SECOND, FIRST)
    assert [row["url"] for row in back.rows["came"]] == [row["url"] for row in there.rows["went"]]
    assert [row["url"] for row in back.rows["changed"]] == [row["url"] for row in there.rows["changed"]]
    assert compare(dataset, SECOND, SECOND).counts == {"came": 0, "changed": 0, "went": 0, "same": 4}


def test_a_night_without_a_run_is_told(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run of 2026-03-03; the nights are 2026-03-01, 2026-03-02"):
        compare(dataset, FIRST, THIRD)
    with pytest.raises(UsageError, match="no run was committed"):
        compare(tmp_path, FIRST, SECOND)


def call(capfdbinary: Any, *arguments: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    found = capfdbinary.readouterr()
    return int(ended.value.code or 0), found.out.decode(), found.err.decode()


def test_the_command_counts_and_on_request_tells_rows(capfdbinary: Any, dataset: Path) -> None:
    code, out, _ = call(capfdbinary, "diff", dataset, "2026-03-01", "2026-03-02")
    assert code == 0 and out.splitlines() == [
        "pages from 2026-03-01 to 2026-03-02: 1 came, 1 changed, 1 went, 2 same",
        "documents: 4 -> 4",
    ]
    code, out, _ = call(capfdbinary, "diff", dataset, "2026-03-01", "2026-03-02", "--rows")
    assert [line.split(" ", 2)[:2] for line in out.splitlines()[2:]] == [
        ["+", "file:5.txt"],
        ["~", "file:1.txt"],
        ["-", "file:2.txt"],
    ]
    code, out, _ = call(capfdbinary, "diff", dataset, "2026-03-01", "2026-03-02", "--rows", "--json")
    said = json.loads(out)
    assert said["pages"]["came"] == 1 and said["came"][0]["url"] == "file:5.txt" and said["documents"] == [4, 4]
    assert call(capfdbinary, "diff", dataset, "2026-03-01", "yesterday")[0] == 2


def test_the_command_exports(capfdbinary: Any, dataset: Path, tmp_path: Path) -> None:
    asked = ("--format", "jsonl", "--where", "title LIKE '第_号%'", "--min-length", "10", "--licence", "cc0-1.0")
    code, out, err = call(capfdbinary, "export", dataset, tmp_path / "corpus", *asked)
    assert code == 0 and "4 documents" in out and (tmp_path / "corpus" / "README.md").exists()
    code, out, err = call(capfdbinary, "export", dataset, tmp_path / "corpus")
    assert code == 2 and out == "" and err.count("\n") == 1 and "holds something" in err


def test_nothing_that_a_page_says_steers_the_terminal(tmp_path: Path) -> None:
    pages, out = tmp_path / "pages", tmp_path / "out"
    pages.mkdir()
    settings = Settings(out=out, runner="here")
    write(pages / "0.txt", 0)
    run_night([str(pages)], out, FIRST, settings)
    body = "".join(f"<p>{sentence * 2}</p>" for sentence in SENTENCES[:5])
    (pages / "a\x1b[31mb.html").write_text(f"<html><title>红字</title><body><h1>红字</h1>{body}</body></html>", "utf-8")
    run_night([str(pages)], out, SECOND, settings)
    lines = list(compare(out, FIRST, SECOND).lines(rows=True))
    assert len(lines) == 3 and all(line.isprintable() for line in lines)


def test_what_was_taken_down_is_in_neither_night(dataset: Path, tmp_path: Path) -> None:
    import shutil

    out = Path(shutil.copytree(dataset, tmp_path / "out"))
    forget(str(out), "file:0.txt", date=THIRD)
    assert compare(out, FIRST, SECOND).counts == {"came": 1, "changed": 1, "went": 1, "same": 1}
