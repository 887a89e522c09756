"""Nothing that came from a page is obeyed by a terminal, a log or a sheet."""

from __future__ import annotations

import ast
import csv
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warc_writer import response, write

import flows
from flows import reports, showing
from flows.cli.main import _run
from flows.settings import Settings

HOSTILE = "".join(map(chr, (*range(1, 9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), 0x2066, 0x200F)))
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]")


def told(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = _run(list(arguments))
    return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page whose title, text, code and addresses hold everything that a terminal obeys."""
    body = "会议决定先修好村口的石桥，再考虑拓宽通往镇上的道路。" * 40
    bad = "\x1b[31m\x9b32m\u202e" + HOSTILE[::9]
    path = tmp_path / "pages" / "坏.html"
    path.parent.mkdir()
    path.write_text(
        f"<html><head><title>=札记{bad}[bold]题</title></head><body><h1>=札记{bad}[bold]题</h1><p>{body}{bad}尾</p>"
        f"<p>[link=javascript:x]{body}[/link] {bad}</p><pre>x{bad}y</pre><a href='http://a.cn/{bad}'>甲{bad}</a></body></html>",
        encoding="utf-8",
    )
    return path


@given(st.text(alphabet=st.one_of(st.sampled_from(HOSTILE + "\n\t甲a\u2028\U000e0041"), st.characters())))
def test_no_form_of_showing_lets_a_control_through(text: str) -> None:
    assert not OBEYED.search(showing.text(text))
    assert not OBEYED.search(showing.line(text)) and not re.search("[\n\t]", showing.line(text))
    encoded = json.dumps(text, ensure_ascii=False)
    assert not OBEYED.search(showing.json_text(encoded)) and json.loads(showing.json_text(encoded)) == text


@given(st.text(alphabet="甲乙abc 123，。！\n\t", max_size=200))
def test_clean_text_is_shown_as_it_is(text: str) -> None:
    assert showing.text(text) == text


def test_a_long_line_is_cut() -> None:
    assert len(showing.line("长" * 100_000)) < 3_000
    assert len(showing.counts({f"kind/{n}": 1 for n in range(5_000)})) < 2_000


@pytest.mark.parametrize("options", [(), ("--markdown",), ("--json",)], ids=str)
def test_clean_shows_no_control(page: Path, options: tuple[str, ...]) -> None:
    _, out, err = told("clean", str(page), *options)
    assert out and not OBEYED.search(out) and not OBEYED.search(err)


def test_explain_shows_no_control(page: Path) -> None:
    _, out, err = told("explain", str(page))
    assert "札记" in out and not OBEYED.search(re.sub(r"\x1b\[[0-9;]*m", "", out)) and not OBEYED.search(err)


def test_a_rejection_detail_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import cleaners
    from schemas.records import CleanPage, Rejection

    rejected = CleanPage(rejection=Rejection("decoding", "not text", f"begins with {HOSTILE}\x9b2J"))
    monkeypatch.setattr(cleaners, "clean_page", lambda *_, **__: rejected)
    monkeypatch.setattr("cleaners.pipeline.watched", lambda *_, **__: rejected)
    (tmp_path / "x.html").write_bytes(b"x")
    for command in ("clean", "explain"):
        _, out, err = told(command, str(tmp_path / "x.html"))
        assert "begins with" in out + err and not OBEYED.search(out + err), command


@pytest.fixture
def dataset(page: Path, run: Callable[..., Any], out: Path) -> Path:
    """A dataset of that page, a copy of it, and a page whose name is hostile too."""
    for name in ("乙.html", "丙\x1b[31m\u202e.html"):
        page.with_name(name).write_bytes(page.read_bytes())
    page.with_name("空.html").write_bytes(b"")
    run(page.parent)
    return out


@pytest.mark.parametrize(
    "arguments",
    [
        *(("load", table) for table in ("pages", "documents", "sections", "edits", "rejects", "runs", "duplicates")),
        *(("duplicates",), ("report",), ("check",), ("forget", "http://nowhere.cn/\x9b31m"), ("learn",)),
    ],
    ids=str,
)
def test_no_command_about_a_dataset_shows_a_control(dataset: Path, arguments: tuple[str, ...]) -> None:
    (dataset / "_staging" / "x\x9b31m\u202e").mkdir(exist_ok=True)
    _, out, err = told(arguments[0], str(dataset), *arguments[1:])
    assert (out or err) and not OBEYED.search(out) and not OBEYED.search(err)


def test_load_gives_the_same_values(dataset: Path) -> None:
    from schemas import load

    _, out, _ = told("load", str(dataset), "pages", "--columns", "url,source")
    assert [json.loads(line) for line in out.splitlines()] == load(
        "pages", dataset, columns=["url", "source"]
    ).to_pylist()


def test_an_error_shows_no_control(tmp_path: Path) -> None:
    for arguments in (("clean", "no\x9b31m\u202esuch"), ("run", "no\x1bsuch", "--out", str(tmp_path)), ("\x9bx",)):
        _, out, err = told(*arguments)
        assert err and not OBEYED.search(out + err), arguments


def test_a_title_is_no_markup_in_the_sample_run(dataset: Path) -> None:
    command = [sys.executable, "scripts/show.py", str(dataset)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=Path(__file__).parents[2], check=True)
    assert not OBEYED.search(done.stdout)


def test_content_types_of_a_warc_are_a_short_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from flows import sources

    kinds = (f"x/{n}\x9b31m" + "长" * 50 for n in range(500))
    records = [response(f"http://a.cn/{n}", b"x", headers=f"Content-Type: {kind}\r\n") for n, kind in enumerate(kinds)]
    path = write(tmp_path / "a.warc.gz", *records)
    with caplog.at_level(logging.INFO, "qingwen"):
        list(sources.stream(sources.understand([str(path)], Settings()), Settings(), None))
    lines = [r.getMessage() for r in caplog.records if "no pages" in r.getMessage()]
    assert lines and all(len(line) < 2_500 and not OBEYED.search(line) for line in lines)


class TestSheets:
    """OWASP, CSV Injection."""

    ROWS = pa.table(
        {
            "title": ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "标题 = 1", "", None],
            "n": [-1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            "share": [-0.5] * 11,
        }
    )

    def test_no_text_is_a_formula_and_numbers_stay_numbers(self, tmp_path: Path) -> None:
        path = tmp_path / "x.csv"
        reports.save(iter(self.ROWS.to_batches()), path)
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
        for row, title in zip(rows, self.ROWS["title"].to_pylist(), strict=True):
            assert row["title"] == showing.cell(title or "") and row["title"][:1] not in tuple("=+-@\t\r\n＝＋－＠")
        assert [int(row["n"]) for row in rows] == self.ROWS["n"].to_pylist()
        assert [float(row["share"]) for row in rows] == [-0.5] * 11
        assert rows[8]["title"] == "标题 = 1"

    def test_a_page_titled_like_a_formula(self, dataset: Path, tmp_path: Path) -> None:
        path = tmp_path / "documents.csv"
        assert told("load", str(dataset), "documents", "--save", str(path))[0] == 0
        titles = [row["title"] for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]
        assert any(title.startswith("'=札记") for title in titles) and not any(t.startswith("=") for t in titles)


def test_only_one_module_of_the_command_line_prints() -> None:
    for path in sorted((Path(flows.__file__).parent / "cli").glob("*.py")):
        if path.name == "printing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            printing = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            writing = isinstance(node, ast.Attribute) and node.attr == "buffer" and "stdout" in ast.dump(node.value)
            assert not printing and not writing, f"{path.name}:{node.lineno}: print with flows.cli.printing"
