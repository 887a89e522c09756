"""Identity and increments: what a night adds, what it does not, and what `latest` makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dataset_corpus import page, write_pages

from flows.errors import OutBusy, OutUnwritable, UsageError
from flows.nights import usage
from flows.pages import SourcePage
from flows.reports.checking import check
from flows.settings import Settings
from flows.store import runs, shards
from flows.store.locking import locked
from schemas import load
from schemas.records import CleanPage, Rejection
from schemas.unique import LATEST_SQL

Run = Callable[..., dict[str, Any]]
NIGHT = dt.date(2026, 3, 1)
URL = "https://example.org/article/1"


def web(data: bytes | None, url: str = URL, **fields: Any) -> SourcePage:
    return SourcePage(address=url, data=data, content_type="text/html; charset=utf-8", http_status=200, **fields)


@pytest.fixture
def order(out: Path) -> Callable[..., dict[str, Any]]:
    """order(pages, night=0): a run over these very pages."""

    def order(*pages: SourcePage, night: int = 0, **fields: Any) -> dict[str, Any]:
        return runs.conduct(
            out,
            runs.Order("nightly", NIGHT + dt.timedelta(days=night), {"n": len(pages)}, lambda state: pages, **fields),
        )

    return order


def statuses(out: Path) -> list[str]:
    return load("pages", out)["status"].to_pylist()


def test_a_night_gives_every_page_one_row_and_every_reject_a_reason(run: Run, pages: Path, out: Path) -> None:
    summary = run(pages)
    assert summary["counts"]["pages"] == 24
    assert load("pages", out).num_rows == 24
    rejects = load("rejects", out)
    assert rejects.num_rows == summary["counts"]["rejected"] == 2
    assert all(rejects["stage"].to_pylist()) and all(rejects["reason"].to_pylist())
    assert check(out).lines()[-1] == "ok"


def test_the_same_source_again_on_the_same_night_gives_the_same_rows_once(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    before = {name: load(name, out) for name in ("pages", "documents", "sections", "edits", "rejects")}
    again = run(pages)
    assert again["counts"]["pages"] == 0 and again["counts"]["repeated"] == 24
    for name, rows in before.items():
        assert load(name, out).equals(rows), name


def test_on_the_next_night_what_is_unchanged_is_recorded_and_not_cleaned(
    run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(pages)
    monkeypatch.setattr(shards, "_clean", lambda *_: pytest.fail("an unchanged page was cleaned"))
    summary = run(pages, night=1)
    assert summary["counts"]["unchanged"] == summary["counts"]["pages"] == 24
    assert load("documents", out, since="2026-03-02").num_rows == 0
    rows = load("pages", out, since="2026-03-02").to_pylist()
    assert {r["documents_run"] for r in rows if not r["reason"]} == {"20260301-0001"}
    assert sum(1 for r in rows if r["reason"]) == 2, "a page that was rejected still says why"


def test_a_changed_page_gives_a_new_version_and_latest_takes_it(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    write_pages(pages, 5, first=10, version=1, short=True)
    summary = run(pages, night=1)
    assert summary["counts"]["cleaned"] == 5
    newest = load("documents", out, latest=True).to_pylist()
    changed = [row for row in newest if "第1稿" in (row["title"] or "") + row["text"]]
    assert len({row["page_id"] for row in newest}) == 22
    assert all(row["run_id"] == "20260302-0001" for row in changed) and changed
    ids = load("documents", out)["id"].to_pylist()
    assert len(ids) == len(set(ids)), "another version has another id"


@pytest.mark.parametrize("table", ["documents", "sections", "edits"])
def test_the_documented_query_and_load_agree_on_what_is_latest(run: Run, pages: Path, out: Path, table: str) -> None:
    run(pages)
    write_pages(pages, 7, version=1)
    run(pages, night=1)
    query = LATEST_SQL.replace("OUT/documents", f"OUT/{table}").replace("OUT", str(out))
    key = {"documents": ("id",), "sections": ("document_id", "ordinal"), "edits": ("page_id", "seq")}[table]
    asked = duckdb.sql(query).to_arrow_table().select([*key, "run_id"]).to_pylist()
    loaded = load(table, out, latest=True, columns=[*key, "run_id"]).to_pylist()
    assert sorted(map(str, asked)) == sorted(map(str, loaded))


def test_a_page_that_is_gone_has_no_latest_documents_until_it_returns(order: Callable[..., Any], out: Path) -> None:
    order(web(page(1)))
    order(SourcePage(URL, http_status=410, gone=True), night=1)
    assert load("documents", out, latest=True).num_rows == 0
    assert load("documents", out).num_rows == 1, "history stays"
    order(web(page(1)), night=2)
    assert load("documents", out, latest=True)["run_id"].to_pylist() == ["20260303-0001"]
    assert statuses(out) == ["cleaned", "gone", "cleaned"]
    assert check(out).exit_code == 0


def test_a_page_that_could_not_be_had_keeps_its_documents_and_is_unchanged_afterwards(
    order: Callable[..., Any], out: Path
) -> None:
    order(web(page(1)))
    order(SourcePage(URL, rejection=Rejection("fetch", "timeout", "60 s"), transient=True), night=1)
    assert load("documents", out, latest=True).num_rows == 1
    order(web(page(1)), night=2)
    assert statuses(out) == ["cleaned", "rejected", "unchanged"]
    assert load("documents", out, latest=True)["run_id"].to_pylist() == ["20260301-0001"]
    assert check(out).exit_code == 0


def test_a_page_that_cannot_be_had_twice_on_one_night_is_recorded_once(order: Callable[..., Any], out: Path) -> None:
    lost = SourcePage(URL, rejection=Rejection("fetch", "timeout"), transient=True)
    order(lost)
    order(lost)
    assert statuses(out) == ["rejected"]
    order(web(page(1)))
    assert statuses(out) == ["rejected", "cleaned"], "the same night, it came"


def test_not_modified_means_the_bytes_of_the_last_time(order: Callable[..., Any], out: Path) -> None:
    order(web(page(1), etag='"a"'))
    order(SourcePage(URL, not_modified=True, http_status=304), night=1)
    rows = load("pages", out).to_pylist()
    assert [r["status"] for r in rows] == ["cleaned", "unchanged"]
    assert rows[0]["raw_sha256"] == rows[1]["raw_sha256"] and rows[1]["etag"] == '"a"'
    order(SourcePage("https://example.org/never", not_modified=True), night=2)
    assert load("rejects", out)["reason"].to_pylist() == ["not modified"]


def test_sources_learn_what_to_ask_with_and_what_to_skip(out: Path, order: Callable[..., Any]) -> None:
    from flows.addresses import page_id

    order(web(page(1), etag='"a"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT"))
    asked: list[Any] = []

    def pages(state: Any) -> Iterator[SourcePage]:
        asked.append(state.validators(page_id(URL)))
        asked.append(state.validators(page_id("https://example.org/new")))
        asked.append(state.done(page_id(URL)))
        yield web(page(1))

    runs.conduct(out, runs.Order("nightly", NIGHT + dt.timedelta(days=1), {}, pages))
    assert asked == [('"a"', "Sun, 01 Mar 2026 00:00:00 GMT"), (None, None), False]


def test_a_page_given_up_by_the_runner_is_tried_again_and_others_are_not(
    order: Callable[..., Any], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "_clean", lambda *_: CleanPage(rejection=Rejection("runner", "timed out")))
    order(web(page(1)))
    monkeypatch.undo()
    order(web(page(1)), night=1)
    order(web(b"", "https://example.org/empty"), night=2)
    order(web(b"", "https://example.org/empty"), night=3)
    assert statuses(out) == ["rejected", "cleaned", "rejected", "unchanged"]


def test_another_policy_cleans_again(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    assert run(pages, night=1, script="Hant")["counts"]["unchanged"] == 0


def test_a_page_named_twice_is_one_page(order: Callable[..., Any], out: Path) -> None:
    summary = order(web(page(1)), web(page(2), URL + "#part"), web(page(1), URL.replace("example", "EXAMPLE")))
    assert (summary["counts"]["pages"], summary["counts"]["repeated"]) == (1, 2)


def test_an_older_night_run_later_does_not_become_the_newest(order: Callable[..., Any], out: Path) -> None:
    order(web(page(2)), night=5)
    order(web(page(1)), night=1)
    assert load("documents", out, latest=True)["run_id"].to_pylist() == ["20260306-0001"]
    assert load("documents", out, latest=True, until="2026-03-02")["run_id"].to_pylist() == ["20260302-0001"]
    assert check(out).exit_code == 0


def test_a_page_whose_cleaning_raises_is_a_reject_row(
    order: Callable[..., Any], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = CleanPage(documents=(object(),))  # type: ignore[arg-type]
    monkeypatch.setattr(shards, "_clean", lambda *_: broken)
    order(web(page(1)))
    assert load("rejects", out)["stage"].to_pylist() == ["rows"]


def test_bytes_that_cannot_be_read_are_a_reject_row(order: Callable[..., Any], out: Path) -> None:
    def unreadable() -> bytes:
        raise PermissionError(13, "Permission denied")

    order(SourcePage("file:a", read=unreadable), SourcePage("file:b"))
    assert sorted(load("rejects", out)["reason"].to_pylist()) == ["no bytes", "unreadable"]


def test_a_second_run_on_the_same_out_says_who_holds_it(run: Run, pages: Path, out: Path) -> None:
    with locked(out, "a nightly run for 2026-03-01"), pytest.raises(OutBusy, match=r"in use: a nightly run.*process"):
        run(pages)
    assert run(pages)["counts"]["pages"] == 24, "the lock ends with its holder"


def test_it_waits_as_long_as_it_is_told_to(run: Run, pages: Path, out: Path) -> None:
    import threading

    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(out, "another run"):
            held.set()
            done.wait(0.6)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    assert run(pages, wait=60.0)["counts"]["pages"] == 24
    other.join()


def test_a_lock_file_left_by_a_dead_process_holds_nobody_up(run: Run, pages: Path, out: Path) -> None:
    out.mkdir()
    (out / "_lock").write_text('{"pid": 1, "host": "gone", "since": "2026-01-01", "what": "a run"}')
    assert run(pages)["counts"]["pages"] == 24


def test_wrong_sources_leave_no_run_behind(run: Run, tmp_path: Path, out: Path) -> None:
    with pytest.raises(UsageError):
        run(tmp_path / "nothing here")
    assert not list(out.glob("_staging/*"))


def test_settings_in_the_runs_table_hold_no_secret(pages: Path, out: Path) -> None:
    from flows.nights.night import run_night

    settings = Settings(out=out, runner="here", max_rejected=1.0, on_failure_webhook="https://hooks.example/s3cret")
    run_night([str(pages)], out, NIGHT, settings)
    assert "s3cret" not in str(load("runs", out).to_pylist())


def test_new_rules_clean_a_known_page_again(order: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    page = web("<p>渠水长流，两岸的人家都靠它灌田，年年如此。</p>".encode())
    assert order(page)["counts"]["cleaned"] == 1
    assert order(page, night=1)["counts"]["unchanged"] == 1
    monkeypatch.setattr(runs, "rules_digest", lambda: "f" * 16)
    counts = order(page, night=2)["counts"]
    assert (counts["same"], counts["unchanged"]) == (1, 0)  # cleaned, and its documents are what they were


def test_wrong_use_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("x")
    (tmp_path / "file").write_text("x")
    settings = Settings(out=tmp_path / "out")
    usage.check_use([str(tmp_path / "a.html")], settings, tmp_path / "out" / "deep")
    assert list((tmp_path / "out" / "deep").iterdir()) == [], "made, and nothing left in it"
    with pytest.raises(UsageError, match="no such file"):
        usage.check_use([str(tmp_path / "nowhere")], settings, tmp_path / "out")
    with pytest.raises(OutUnwritable, match="not a folder"):
        usage.check_use([str(tmp_path / "a.html")], settings, tmp_path / "file")
    with pytest.raises(UsageError, match="no such folder"):
        usage.check_dataset(tmp_path / "nowhere")
