"""Content decides: a night on which only the shell of a page changed writes no document again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import SENTENCES

from flows.reports.checking import check
from flows.store.rawstore import RawStore
from schemas import load

Run = Callable[..., dict[str, Any]]
PAGES = 12


def write(folder: Path, night: int, edited: tuple[int, ...] = ()) -> Path:
    """Twelve pages, each with a shell of its own night; those edited also with another sentence."""
    folder.mkdir(exist_ok=True)
    for n in range(PAGES):
        body = "".join(f"<p>{SENTENCES[(n + k) % 12]}{SENTENCES[(2 * n + k) % 12]}</p>" for k in range(4))
        more = f"<p>今天又添了一句，是第{night}夜写下的。</p>" if n in edited else ""
        html = (
            f'<html><head><meta name="csrf-token" content="{n}/{night}"><title>第{n}号札记</title></head><body>'
            f"<!-- {night} --><div id='article'><h1>第{n}号札记</h1>{body}{more}</div>"
            f'<div class="footer hot"><ul><li><a href="/h/{night}">热门推荐第{night}条</a></li></ul>'
            f"页面执行时间{night}毫秒 在线{night * 7}人</div></body></html>"
        )
        (folder / f"{n:02d}.html").write_text(html, encoding="utf-8")
    return folder


def test_a_changed_shell_writes_one_row_in_pages_and_nothing_else(run: Run, tmp_path: Path, out: Path) -> None:
    run(write(tmp_path / "pages", 0))
    before = load("documents", out)
    summary = run(write(tmp_path / "pages", 1), night=1)
    assert summary["counts"]["same"] == PAGES and summary["counts"]["cleaned"] == 0
    assert {t: n for t, n in summary["rows"].items() if n and t not in ("pages", "runs")} == {}
    rows = load("pages", out, since="2026-03-02").to_pylist()
    assert {r["status"] for r in rows} == {"same"}
    assert {r["documents_run"] for r in rows} == {"20260301-0001"}
    assert load("documents", out, latest=True).equals(before)
    assert load("runs", out)["same"].to_pylist() == [0, PAGES]
    assert check(out).problems == []


def test_an_edited_article_is_another_document_and_the_others_are_not(run: Run, tmp_path: Path, out: Path) -> None:
    run(write(tmp_path / "pages", 0))
    first = set(load("documents", out)["id"].to_pylist())
    summary = run(write(tmp_path / "pages", 1, edited=(3, 7)), night=1)
    assert (summary["counts"]["cleaned"], summary["counts"]["same"]) == (2, PAGES - 2)
    new = load("documents", out, since="2026-03-02").to_pylist()
    assert len(new) == 2 and not {r["id"] for r in new} & first
    assert all("今天又添了一句" in r["text"] for r in new)
    assert load("documents", out, latest=True).num_rows == PAGES


def test_content_that_returns_has_the_id_that_it_had(run: Run, tmp_path: Path, out: Path) -> None:
    run(write(tmp_path / "pages", 0))
    run(write(tmp_path / "pages", 1, edited=(3,)), night=1)
    run(write(tmp_path / "pages", 2), night=2)
    ids = [r["id"] for r in load("documents", out).to_pylist() if r["url"].endswith("03.html")]
    assert len(ids) == 3 and ids[0] == ids[2] != ids[1]
    assert check(out).problems == []


def test_of_nights_with_the_same_content_the_first_and_the_latest_bytes_are_kept(
    run: Run, tmp_path: Path, out: Path
) -> None:
    for night in range(5):
        summary = run(write(tmp_path / "pages", night), night=night)
        assert len(list(RawStore(out).names())) == (PAGES if night == 0 else 2 * PAGES)
        assert summary["raw_removed"] == (PAGES if night > 1 else 0)
    named = {r["raw_sha256"] for r in load("pages", out).to_pylist() if r["run_id"][:8] in ("20260301", "20260305")}
    assert {sha256 for sha256, _ in RawStore(out).names()} == named


def test_bytes_that_another_page_was_made_from_are_kept(run: Run, tmp_path: Path, out: Path) -> None:
    pages = write(tmp_path / "pages", 0)
    run(pages)
    write(pages, 1)
    (pages / "copy.html").write_bytes((pages / "05.html").read_bytes())
    run(pages, night=1)
    for night in (2, 3):
        write(pages, night)
        run(pages, night=night)
    row = next(r for r in load("pages", out, latest=True).to_pylist() if r["url"].endswith("copy.html"))
    assert RawStore(out).has(row["raw_sha256"])


@pytest.mark.parametrize("policy", ["all"])
def test_all_bytes_are_kept_where_that_is_asked(run: Run, tmp_path: Path, out: Path, policy: str) -> None:
    for night in range(3):
        run(write(tmp_path / "pages", night), night=night, keep_raw=policy)
    assert len(list(RawStore(out).names())) == 3 * PAGES
