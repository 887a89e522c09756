"""Cleaning again, pruning and taking down: a dataset stays good, within bounds, and free of what must go."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import page, write_pages

from cleaners.policy import Policy
from cleaners.sites import SiteRule
from flows import fingerprints, sources
from flows.addresses import page_id
from flows.errors import OutBusy, UsageError
from flows.nights import maintenance
from flows.nights.regrouping import regroup
from flows.pages import SourcePage
from flows.reports.checking import check
from flows.settings import Settings
from flows.store import planning, runs, shards
from flows.store.locking import locked
from flows.store.rawstore import RawStore
from schemas import load

Run = Callable[..., dict[str, Any]]
SETTINGS = Settings(runner="here", max_rejected=1.0)
LATER = dt.date(2026, 3, 5)
A, B = "https://a.example/1", "https://www.b.example/2"


def reclean(out: Path, **chosen: Any) -> dict[str, Any]:
    return maintenance.reclean(str(out), **{"settings": SETTINGS, "date": LATER, "run_shards": runs._here, **chosen})


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's cleaners are others than those that wrote the dataset."""
    monkeypatch.setattr(runs, "cleaner_version", lambda: "9.9.9+00000000")


@pytest.fixture
def web(out: Path) -> Path:
    """Two web pages, one of them without text, and one that could not be fetched."""
    found = [
        SourcePage(A, data=page(1), content_type="text/html", http_status=200, etag='"1"'),
        SourcePage(B, data=b"", content_type="text/html", http_status=200, source="b"),
        SourcePage("https://c.example/3", gone=True, http_status=404),
    ]
    runs.conduct(out, runs.Order("nightly", dt.date(2026, 3, 1), {}, lambda state: found))
    return out


class TestReclean:
    def test_without_newer_code_there_is_nothing_to_do(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        summary = reclean(out)
        assert summary["counts"]["pages"] == 0 and summary["counts"]["repeated"] == 24

    def test_with_newer_code_every_page_is_cleaned_from_the_raw_store(
        self, run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = run(pages)
        monkeypatch.setattr(runs, "cleaner_version", lambda: "9.9.9+00000000")
        monkeypatch.setattr(sources, "stream", lambda *_: pytest.fail("the sources were asked"))
        write_pages(pages, 24, version=5, short=True)  # what the files say by now does not matter
        summary = reclean(out)
        assert summary["kind"] == "reclean" and summary["run_id"] == "20260305-0001"
        assert summary["counts"]["same"] == 22 and summary["counts"]["rejected"] == 2
        assert summary["rows"]["documents"] == 0, "what came out as it was is not written again"
        assert load("documents", out, latest=True).num_rows == before["rows"]["documents"]
        assert set(load("pages", out, latest=True)["cleaner_version"].to_pylist()) == {"9.9.9+00000000"}
        assert check(out).problems == []

    def test_what_newer_code_makes_otherwise_is_written_and_counted(
        self, run: Run, pages: Path, out: Path, newer: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = run(pages)
        real = shards._clean

        def other(page: Any, *rest: Any) -> Any:
            made = real(page, *rest)
            if "/00001" not in page.url:  # ten of the pages
                return made
            return replace(made, documents=tuple(replace(d, author="另一位作者") for d in made.documents))

        monkeypatch.setattr(shards, "_clean", other)
        monkeypatch.setattr(runs, "cleaner_version", lambda: "9.9.10+00000000")
        summary = reclean(out)
        counts = summary["counts"]
        assert (counts["cleaned"], counts["same"], counts["rejected"]) == (10, 12, 2)
        assert summary["rows"]["documents"] == 10
        newest = load("documents", out, latest=True)
        assert newest.num_rows == before["rows"]["documents"]
        assert newest["author"].to_pylist().count("另一位作者") == 10
        assert check(out).problems == []

    def test_a_page_keeps_what_was_known_of_it(self, web: Path, newer: None) -> None:
        reclean(web)
        newest = {r["url"]: r for r in load("pages", web, latest=True).to_pylist()}
        first = {r["url"]: r for r in load("pages", web, until="2026-03-01").to_pylist()}
        for url in (A, B):
            for name in ("page_id", "source", "http_status", "content_type", "raw_sha256", "etag", "bytes"):
                assert newest[url][name] == first[url][name], name

    def test_what_is_gone_stays_gone(self, web: Path, newer: None) -> None:
        assert reclean(web)["counts"]["pages"] == 2
        assert load("pages", web, latest=True).num_rows == 3

    @pytest.mark.parametrize(
        ("chosen", "count"),
        [
            ({"rejects": True}, 1),
            ({"reason": "no such reason"}, 0),
            ({"host": "a.example"}, 1),
            ({"host": "b.example"}, 1),
            ({"host": "example"}, 2),
            ({"host": "ample"}, 0),
            ({"since": dt.date(2026, 3, 1)}, 2),
            ({"since": dt.date(2026, 3, 2)}, 0),
        ],
    )
    def test_only_the_pages_that_are_asked_for(
        self, web: Path, newer: None, chosen: dict[str, Any], count: int
    ) -> None:
        assert reclean(web, **chosen)["counts"]["pages"] == count

    def test_a_reason_may_be_named_whole_or_by_half(self, web: Path, newer: None) -> None:
        reason = load("pages", web)["reason"].drop_null()[0].as_py()
        stage, word = reason.split(": ")
        for n, name in enumerate((reason, stage, word)):
            assert reclean(web, reason=name, force=True, date=LATER + dt.timedelta(n))["counts"]["pages"] == 1

    def test_force_cleans_also_what_would_not_change(self, web: Path) -> None:
        assert reclean(web)["counts"]["pages"] == 0
        assert reclean(web, force=True)["counts"]["pages"] == 2

    def test_pruned_bytes_make_a_reject_row_and_the_documents_stay(self, web: Path, newer: None) -> None:
        for sha256, _ in list(RawStore(web).names()):
            RawStore(web).remove(sha256)
        summary = reclean(web, host="a.example")
        assert summary["rejects_by_reason"] == {"rawstore: raw bytes missing": 1}
        assert load("documents", web, latest=True).num_rows == 1
        assert check(web).problems == []

    def test_a_source_with_a_policy_of_its_own_keeps_it(self, out: Path, newer: None) -> None:
        own = Policy(script=None, sites=(SiteRule("a.example", body="div", drop=(".ad",)),))
        found = [SourcePage(A, data=page(1), policy=own), SourcePage(B, data=page(2))]
        runs.conduct(out, runs.Order("nightly", dt.date(2026, 3, 1), {}, lambda state: found))
        reclean(out, settings=Settings(runner="here", script="Hant"))
        digests = {r["url"]: r["policy_digest"] for r in load("pages", out, latest=True).to_pylist()}
        assert digests == {A: own.digest(), B: Policy(script="Hant").digest()}

    def test_where_there_is_no_dataset_it_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no dataset"):
            reclean(tmp_path)


class TestPrune:
    def age(self, out: Path, days: int, today: dt.date) -> None:
        when = dt.datetime.combine(today - dt.timedelta(days), dt.time()).timestamp()
        for path in (out / "_raw").glob("*/*"):
            os.utime(path, (when, when))

    def unfinished(self, out: Path, run_id: str) -> None:
        (out / "_staging" / run_id).mkdir(parents=True)
        (out / "_staging" / run_id / "run.json").write_text("{}")

    def test_raw_bytes_go_that_no_kept_night_refers_to(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        write_pages(pages, 6, version=1)
        run(pages, night=10)
        today = dt.date(2026, 3, 12)
        self.age(out, 11, today)
        done = maintenance.prune(str(out), keep_days=5, today=today)
        assert done["raw_pages"] == 6, "the old versions of the changed pages"
        raw = RawStore(out)
        kept = load("pages", out, since="2026-03-11")["raw_sha256"].to_pylist()
        assert all(raw.has(name) for name in kept), "what is only unchanged since is still there"
        assert done["reports"] == 1
        assert check(out).problems == []
        assert load("documents", out, latest=True).num_rows >= 22, "tables stay"

    def test_young_bytes_stay_whoever_refers_to_them(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        RawStore(out).put("刚刚取回".encode())
        done = maintenance.prune(str(out), keep_days=5, today=dt.date.today() + dt.timedelta(days=3))
        assert done["raw_pages"] == 0

    def test_unfinished_runs_and_half_written_bytes_go(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        self.unfinished(out, "20250101-0001")
        (out / "_staging" / "20260301-0009").mkdir()  # a run that died before it had begun
        (out / "_raw" / "ab").mkdir(exist_ok=True)
        (out / "_raw" / "ab" / ".abcdef-0123").write_bytes(b"half")
        done = maintenance.prune(str(out), keep_days=30, today=dt.date(2026, 3, 2))
        assert done["unfinished_runs"] == 1
        assert not list((out / "_raw").glob("*/.*")) and not any(p.is_dir() for p in (out / "_staging").iterdir())

    def test_an_unfinished_run_of_these_days_stays_to_be_completed(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        self.unfinished(out, "20260301-0002")
        assert maintenance.prune(str(out), keep_days=30, today=dt.date(2026, 3, 2))["unfinished_runs"] == 0
        assert (out / "_staging" / "20260301-0002").is_dir()

    def test_it_waits_for_nobody(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        with locked(out, "a run"), pytest.raises(OutBusy):
            maintenance.prune(str(out), keep_days=1)


class TestForget:
    def everywhere(self, out: Path, text: bytes) -> list[Path]:
        import pyarrow.parquet as pq

        found = []
        for path in out.rglob("*"):
            if path.is_file():
                data = (
                    str(pq.read_table(path, partitioning=None).to_pylist()).encode()
                    if path.suffix == ".parquet"
                    else path.read_bytes()
                )
                if text in data:
                    found.append(path)
        return found

    def test_a_page_leaves_every_table_and_the_raw_store(self, run: Run, pages: Path, out: Path) -> None:
        run(pages)
        write_pages(pages, 12, version=1)
        run(pages, night=1)
        url = next(u for u in load("pages", out)["url"].to_pylist() if "000004" in u)
        versions = {r["raw_sha256"] for r in load("pages", out).to_pylist() if r["url"] == url}
        done = maintenance.forget(str(out), url, date=LATER)
        assert done["pages"] == 1 and done["raw"] == len(versions) == 2 and done["shared"] == 0
        for table in ("pages", "documents", "sections", "edits", "rejects"):
            column = load(table, out)["document_id" if table == "sections" else "page_id"].to_pylist()
            assert not [v for v in column if v and v.startswith(page_id(url))], table
        assert not any(RawStore(out).has(name) for name in versions)
        assert self.everywhere(out, url.encode()) == []
        assert self.everywhere(out, "第4号工作札记".encode()) == []
        assert check(out).problems == []

    def test_the_next_of_a_group_becomes_its_original(self, out: Path) -> None:
        text = page(1)
        found = [SourcePage(f"https://{name}.example/", data=text) for name in "abc"]
        runs.conduct(out, runs.Order("nightly", dt.date(2026, 3, 1), {}, lambda state: found))
        first = load("duplicates", out).to_pylist()[0]["duplicate_of"]
        assert regroup(out, {"0" * 20}).rows == {}  # a page of no group
        changes = regroup(out, {first[:20]})
        left = {name: row for (name, _), row in changes.rows.items()}
        original = min(left)
        assert left[original] is None  # it repeats nothing any more
        assert [row["duplicate_of"] for name, row in left.items() if row is not None] == [original]
        assert changes.touch("duplicates", load("duplicates", out).to_batches()[0])

    def test_that_something_was_removed_is_on_record(self, web: Path) -> None:
        maintenance.forget(str(web), A, date=LATER)
        row = load("runs", web).to_pylist()[-1]
        assert (row["kind"], row["run_id"]) == ("forget", "20260305-0001")

    def test_it_does_not_come_back_the_next_night(self, web: Path) -> None:
        maintenance.forget(str(web), A, date=LATER)
        found = [SourcePage(A, data=page(1)), SourcePage(B, data=page(2))]
        summary = runs.conduct(web, runs.Order("nightly", dt.date(2026, 3, 6), {}, lambda state: found))
        assert (summary["counts"]["withheld"], summary["counts"]["pages"]) == (1, 1)

    def test_unless_that_is_wanted(self, web: Path) -> None:
        maintenance.forget(str(web), A, withhold=False, date=LATER)
        found = [SourcePage(A, data=page(1))]
        summary = runs.conduct(web, runs.Order("nightly", dt.date(2026, 3, 6), {}, lambda state: found))
        assert summary["counts"]["cleaned"] == 1

    def test_bytes_that_another_page_has_too_stay(self, out: Path) -> None:
        found = [SourcePage(A, data=page(1)), SourcePage(B, data=page(1))]
        runs.conduct(out, runs.Order("nightly", dt.date(2026, 3, 1), {}, lambda state: found))
        assert maintenance.forget(str(out), A, date=LATER)["shared"] == 1
        assert len(list(RawStore(out).names())) == 1

    def test_an_unknown_address_changes_nothing(self, web: Path) -> None:
        before = sorted(web.rglob("*"))
        assert maintenance.forget(str(web), "https://a.example/other")["pages"] == 0
        assert sorted(p for p in web.rglob("*") if p.name != "_lock") == [p for p in before if p.name != "_lock"]

    def test_another_spelling_of_the_address_is_the_same_page(self, web: Path) -> None:
        assert maintenance.forget(str(web), "HTTPS://A.example:443/1#part?utm_source=x", date=LATER)["pages"] == 1

    def test_the_only_page_of_a_file_may_go(self, out: Path) -> None:
        runs.conduct(out, runs.Order("nightly", LATER, {}, lambda state: [SourcePage(A, data=page(1))]))
        maintenance.forget(str(out), A, date=LATER)
        assert load("documents", out).num_rows == 0
        assert check(out).problems == []


def test_the_code_digest_tells_two_states_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    monkeypatch.setattr(fingerprints, "_package", lambda: tmp_path)
    first = fingerprints.cleaner_version.__wrapped__()
    (tmp_path / "a.py").write_text("x = 2\n")
    second = fingerprints.cleaner_version.__wrapped__()
    assert first != second and first.split("+")[0] == second.split("+")[0]
    assert planning.Fingerprint(first, "r") != planning.Fingerprint(second, "r")
