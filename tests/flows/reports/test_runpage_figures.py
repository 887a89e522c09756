"""A run's figures and its funnel: they are counted from the tables, and every loss has its reason."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import page
from hostile_pages import write_hostile
from hypothesis import given
from hypothesis import strategies as st

from flows.addresses import host_of
from flows.reports.runpage import figures, funnel
from schemas import load

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return write_hostile(tmp_path / "hostile.jsonl")


def test_the_figures_are_those_of_the_tables(run: Run, pages: Path, hostile: Path, out: Path) -> None:
    run_id = run(pages, hostile)["run_id"]
    found = figures.count(out, run_id)
    rows = load("pages", out).to_pylist()
    assert found["statuses"] == Counter(row["status"] for row in rows)
    assert found["reasons"] == Counter(row["reason"] for row in rows if row["status"] == "rejected")
    assert found["encodings"] == Counter(row["encoding"] for row in rows if row["encoding"])
    assert {name: counts["pages"] for name, counts in found["sources"].items()} == Counter(r["source"] for r in rows)
    assert {name: counts["pages"] for name, counts in found["hosts"].items()} == Counter(
        host_of(r["url"]) if r["url"].startswith("http") else figures.FILES for r in rows
    )
    documents = load("documents", out).to_pylist()
    assert sum(counts["documents"] for counts in found["sources"].values()) == len(documents) == found["documents"]
    assert found["scripts"] == Counter(row["language_script"] for row in documents)
    assert found["flags"] == Counter(flag for row in documents for flag in row["flags"])
    assert found["lengths"] == Counter(str(max(1, row["char_count"]).bit_length() - 1) for row in documents)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pages_by_rule_are_counted_once_whatever_the_batches(
    run: Run, hostile: Path, out: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = run(hostile)["run_id"]
    rows = load("edits", out).to_pylist()
    assert len(rows) > 10
    whole = figures._batches

    def split(*arguments: Any) -> Any:
        for batch in whole(*arguments):
            yield from (batch.slice(n, size) for n in range(0, len(batch), size))

    monkeypatch.setattr(figures, "_batches", split)
    found = figures.count(out, run_id)["edits"]
    pages = {(f"{r['step']}/{r['rule']}/{r['certainty']}", r["page_id"]) for r in rows}
    assert {name: counts["pages"] for name, counts in found.items()} == Counter(name for name, _ in pages)
    assert sum(counts["edits"] for counts in found.values()) == len(rows)


@given(
    st.lists(
        st.sampled_from(
            [
                "https://HTTP://",
                "a.cn",
                "用户@",
                "host:80",
                "/path",
                "?q=@",
                "#f",
                "[::1]",
                "新闻.cn",
                "\\",
                ":",
                "@",
                "//",
            ]
        ),
        max_size=5,
    )
)
def test_hosts_are_those_of_the_addresses(parts: list[str]) -> None:
    import pyarrow as pa

    url = "http://" + "".join(parts)
    (found,) = figures.hosts(pa.array([url])).to_pylist()
    try:
        from urllib.parse import urlsplit

        wanted = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return
    if "[" in url or "\\" in url or "@" in url:  # brackets are kept; what is broken has no one host
        return
    assert found == wanted


def test_figures_are_counted_again_where_the_record_has_changed(run: Run, pages: Path, out: Path) -> None:
    run_id = run(pages)["run_id"]
    kept, told = figures.figures_of(out, run_id)
    assert told["run_id"] == run_id and told["seconds_by_step"]["extraction"] > 0
    path = figures.path_of(out, run_id)
    path.write_text(path.read_text().replace('"pages": 24', '"pages": 23', 1))
    assert figures.figures_of(out, run_id)[0]["pages"] == 23, "what is kept is believed while the record stands"
    record = out / "_commits" / f"{run_id}.json"
    record.write_bytes(record.read_bytes() + b"\n")
    assert figures.figures_of(out, run_id) == (kept, told)
    path.write_text("{ broken")
    assert figures.figures_of(out, run_id) == (kept, {})


def test_only_so_many_names_are_held(run: Run, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    rows = [{"url": f"https://host{n}.example.cn/", "html": page(n).decode("utf-8", "replace")} for n in range(30)]
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run_id = run(tmp_path / "many.jsonl")["run_id"]
    assert figures.count(out, run_id)["hosts_whole"] == 1
    monkeypatch.setattr(figures, "NAMES_HELD", 10)
    found = figures.count(out, run_id)
    assert len(found["hosts"]) == 11 and found["hosts"][figures.OTHERS]["pages"] == 20 and not found["hosts_whole"]


def test_each_stage_is_the_one_before_without_its_losses(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    first, second, *_ = sorted(path for path in pages.rglob("*") if path.is_file())
    first.unlink()
    second.write_bytes(page(1, 1))
    losses = set()
    for summary in (run(pages, night=1), run(pages, night=1)):
        found, _ = figures.figures_of(out, summary["run_id"])
        stages = funnel.stages(found, summary["counts"], summary["named"])
        for one, following in itertools.pairwise(stages):
            if following.name != "documents written":  # a page has one document or more
                assert one.count - sum(loss.count for loss in one.losses) == following.count, following.name
        assert stages[0].count == summary["named"] and stages[1].count == summary["counts"]["pages"]
        losses |= {loss.name for stage in stages for loss in stage.losses}
    assert losses >= {"named before", "gone", "unchanged", "unchanged rejects"}


def test_every_reject_is_a_loss_with_its_reason(run: Run, pages: Path, hostile: Path, out: Path) -> None:
    summary = run(pages, hostile)
    found, _ = figures.figures_of(out, summary["run_id"])
    losses = [loss for stage in funnel.stages(found, summary["counts"], summary["named"]) for loss in stage.losses]
    faults = {loss.name: loss.count for loss in losses if loss.fault}
    assert faults == summary["rejects_by_reason"] and all(loss.meaning for loss in losses if loss.fault)
