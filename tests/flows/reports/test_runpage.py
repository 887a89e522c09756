"""The run's page: it says what the tables say, it is made again, and nothing that a page holds becomes markup."""

from __future__ import annotations

import itertools
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from dataset_corpus import SENTENCES, page, write_pages
from hostile_pages import write_hostile
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from flows import reports
from flows.addresses import host_of
from flows.nights import forget, prune
from flows.reports import runpage
from flows.reports.runpage import figures, funnel, history, ranges, sampling, showing
from schemas import load
from schemas.commits import committed_runs

Run = Callable[..., dict[str, Any]]


def written(out: Path, run_id: str) -> str:
    return (out / "_reports" / f"{run_id}.html").read_text(encoding="utf-8")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return write_hostile(tmp_path / "hostile.jsonl")


# Figures.


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


# The funnel.


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


# What is usual.


def test_a_count_within_chance_is_within_its_range() -> None:
    usual = ranges.of_counts([100] * 10)
    assert usual is not None and (usual.low, usual.high) == (70, 130)
    assert [usual.verdict(n) for n in (69, 70, 130, 131)] == ["below", "", "", "above"]
    assert ranges.of_counts([100] * 4) is None, "too few nights"


def test_the_range_widens_with_the_nights() -> None:
    usual = ranges.of_counts([50, 100, 150, 200, 250])
    assert usual is not None and usual.low == 0 and usual.high == 350


def test_a_share_of_few_pages_moves_freely() -> None:
    nights = [(5.0, 100.0)] * 10
    many, few = ranges.of_shares(nights, 1000), ranges.of_shares(nights, 20)
    assert many is not None and few is not None and many.high < few.high
    assert many.verdict(0.10) == "above" and few.verdict(0.10) == ""
    assert ranges.of_shares(nights, 4) is None and ranges.of_shares([(1.0, 0.0)] * 9, 100) is None


def test_what_was_never_seen_is_told_when_it_is_more_than_chance() -> None:
    usual = ranges.of_shares([(0.0, 1000.0)] * 10, 1000)
    assert usual is not None and usual.verdict(0.05) == "above" and usual.verdict(0.0) == ""


def test_the_night_stands_beside_those_before(run: Run, tmp_path: Path, out: Path) -> None:
    for night in range(6):
        folder = write_pages(tmp_path / f"night{night}", 60 if night < 5 else 5)
        target = tmp_path / "pages"
        if target.is_symlink():
            target.unlink()
        target.symlink_to(folder)
        summary = run(target, night=night, follow_links=True)
    by_night = history.nights(out, summary["run_id"])
    assert [night.figures["pages"] for night in by_night][:5] == [60] * 5
    text = written(out, summary["run_id"])
    assert "below its range" in text and "This night does not count as success" in text
    assert "below its range" not in written(out, committed_runs(out)[4])


def test_damage_that_is_new_is_told(run: Run, tmp_path: Path, out: Path) -> None:
    """A server that was set up anew sends its pages in another encoding than it says: that night stands out."""
    folder = tmp_path / "site"
    for night in range(7):
        folder.mkdir(exist_ok=True)
        for n in range(20):
            text = f"{SENTENCES[n % 12]}{SENTENCES[(n + night) % 12]}第{night}夜第{n}页。"
            wrong = text.encode().decode("gb18030", "replace") if night == 6 else text
            html = f"<html><head><title>札记{n}</title></head><body><h1>札记{n}</h1><p>{text}</p><p>{wrong}</p></body></html>"
            (folder / f"{n}.html").write_text(html, encoding="utf-8")
        summary = run(folder, night=night)
    text = written(out, summary["run_id"])
    moved = text.partition('class="callout moved"')[2].partition("</section>")[0]
    assert "Pages repaired, by rule" in moved and "mojibake/wrong-codec" in moved and 'href="#repaired"' in moved
    assert 'id="repaired"' in text


def test_runs_of_one_night_are_taken_together(run: Run, pages: Path, tmp_path: Path, out: Path) -> None:
    run(pages)
    other = write_pages(tmp_path / "other", 10)
    second = run(other)
    (night,) = history.nights(out, second["run_id"])
    assert len(night.runs) == 2 and night.figures["pages"] == load("pages", out).num_rows > 24


def test_a_month_of_hosts_that_come_and_go_is_drawn_in_bounds() -> None:
    """A broad crawl: a thousand hosts a night, most of them seen once, and all of last month's gone tonight."""
    from flows.reports.runpage.places import MOST, places

    def night(number: int) -> history.Night:
        names = [f"once{number}-{n}.example.cn" for n in range(700)]
        names += [f"always{n}.example.cn" for n in range(300)] if number < 30 else []
        counts = {name: {"pages": 90, "cleaned": 80, "rejected": 10, "documents": 80} for name in names}
        return history.Night(f"2026-03-{number + 1:02d}", ("r",), {"hosts": counts, "hosts_whole": 1})

    table = places([night(n) for n in range(31)], "hosts", "Hosts")
    assert len(table.rows) <= 2 * MOST
    below = [row for row in table.rows if row.verdict == "below"]
    assert below and all(row.name.startswith("always") and row.pages == 0 for row in below)
    assert table.more == 700 + 300 - len(table.rows)


def test_a_night_that_left_hosts_out_says_nothing_of_them() -> None:
    from flows.reports.runpage.places import places

    known = {"a.example.cn": {"pages": 100, "cleaned": 100}}
    nights = [
        history.Night(f"2026-03-{n:02d}", ("r",), {"hosts": known if n % 2 else {}, "hosts_whole": n % 2})
        for n in range(1, 14)
    ]
    assert places(nights, "hosts", "Hosts").rows[0].usual == "70 to 130"
    whole = [history.Night(night.date, night.runs, {**night.figures, "hosts_whole": 1}) for night in nights]
    assert places(whole, "hosts", "Hosts").rows[0].usual == "0 to 250"


def test_a_host_that_is_new_is_not_out_of_range() -> None:
    from flows.reports.runpage.places import places

    nights = [history.Night(f"2026-03-{n:02d}", ("r",), {"hosts": {}, "hosts_whole": 1}) for n in range(1, 9)]
    nights.append(history.Night("2026-03-09", ("r",), {"hosts": {"a.cn": {"pages": 500}}, "hosts_whole": 1}))
    (row,) = places(nights, "hosts", "Hosts").rows
    assert (row.pages, row.usual, row.verdict) == (500, "", "")


# Samples.


def test_samples_are_rows_of_the_run_and_the_same_each_time(run: Run, hostile: Path, out: Path) -> None:
    run_id = run(hostile)["run_id"]
    rows = {(r["page_id"], f"{r['step']}/{r['rule']}", r["before"][:50]) for r in load("edits", out).to_pylist()}
    chosen = sampling.sampled_edits(out, run_id)
    assert chosen == sampling.sampled_edits(out, run_id)
    assert chosen["repairs"] and chosen["removals"]
    for sample in [*chosen["repairs"], *chosen["removals"]]:
        assert (sample.page_id, sample.rule, sample.before[:50]) in rows
        assert sample.url in load("pages", out)["url"].to_pylist()
    rejects = sampling.sampled_rejects(out, run_id)
    assert len(rejects) == min(10, load("rejects", out).num_rows)


def test_each_rule_has_its_turn() -> None:
    lowest = sampling._Lowest()
    for n in range(1000):
        lowest.offer("frequent", (n * 7919) % 1009, n)
    lowest.offer("rare", 5000, "rare")
    chosen = lowest.chosen()
    assert len(chosen) == sampling.SAMPLES and ("rare", "rare") in chosen
    ranks = sorted((n * 7919) % 1009 for n in range(1000))[: sampling.SAMPLES - 1]
    assert {(n * 7919) % 1009 for rule, n in chosen if rule == "frequent"} == set(ranks)


def test_a_reject_shows_what_its_page_begins_with(run: Run, tmp_path: Path, out: Path) -> None:
    (tmp_path / "wall.html").write_text(
        "<html><head><title>404</title><script>var x=1</script></head><body><p>页面不存在</p></body></html>"
    )
    run_id = run(tmp_path / "wall.html")["run_id"]
    (sample,) = sampling.sampled_rejects(out, run_id)
    assert "页面不存在" in sample.before and "var x" not in sample.before and "<" not in sample.before


# What pages say stays text.


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'\u202e\u200b\x00\x1b\ue000")))
def test_shown_text_is_text(text: str) -> None:
    shown = str(showing.visible(text))
    assert not re.sub(r'</?span(?: class="unseen" title="[^"<>&]*(?:&lt;[^"<>]*&gt;)?[^"<>]*")?>', "", shown).count("<")
    for sign in shown:
        assert unicodedata.category(sign) not in showing._UNSEEN
    attribute = str(showing.attribute(text))
    assert not set(attribute) & set("<>\"'")


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://a.example.cn/1.html?a=1&b=2", True),
        ("http://[::1]:8000/x", True),
        ("https://新闻.example.cn/文", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("https://a.cn/\njavascript:alert(1)", False),
        ('https://a.cn/"onclick="alert(1)', False),
        ("https://a.cn/\u202ex", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_web_addresses_lead_anywhere(url: str, leads: bool) -> None:
    fragment = lxml_html.fromstring(f"<div>{showing.link(url)}</div>")
    links = [a.get("href") for a in fragment.iter("a")]
    assert links == ([url] if leads else [])


def test_nothing_of_a_hostile_page_becomes_markup(run: Run, hostile: Path, out: Path) -> None:
    summary = run(hostile)
    for path in (out / "_reports").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        tree = lxml_html.document_fromstring(text)
        tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert not tags & {
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "input",
            "link",
            "foreignObject",
        }
        assert len(list(tree.iter("style"))) == 1 and "display:none" not in next(tree.iter("style")).text
        for element in tree.iter():
            for name, value in element.attrib.items():
                assert not name.startswith("on"), (element.tag, name)
                if name in ("href", "src", "xlink:href"):
                    assert re.match(r"(https?://|#|index\.html$|\d{8}-\d{4}\.html$)", value), value
        unseen = [sign for sign in text if sign != "\n" and unicodedata.category(sign) in showing._UNSEEN]
        assert not unseen
        assert "Content-Security-Policy" in text and "default-src 'none'" in text
    text = written(out, summary["run_id"])
    assert "&lt;script&gt;alert(1)" in text and "onerror=alert(5)" in text and "U+202E" in text


def test_the_summary_cannot_break_the_page(run: Run, pages: Path, out: Path) -> None:
    summary = run(pages)
    summary["problems"] = ["https://a.cn/<img src=x onerror=alert(1)>\u202e yielded no page"]
    reports.write(summary)
    for name in (summary["run_id"], "index"):
        text = (out / "_reports" / f"{name}.html").read_text(encoding="utf-8")
        assert "&lt;img src=x" in text and "<img" not in text and "\u202e" not in text


# A report never stops a night, and is made again.


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


def test_pages_of_older_tables_are_drawn(run: Run, pages: Path, out: Path) -> None:
    """Columns that came later are not in older files: what they would tell is left out."""
    run_id = run(pages)["run_id"]
    later_ones = ("copied_ratio", "version_of", "kind", "kept_ratio", "original_script")
    for path in (*(out / "documents").rglob("*.parquet"), *(out / "pages").rglob("*.parquet")):
        table = pq.read_table(path, partitioning=None)
        later = [column for column in later_ones if column in table.column_names]
        pq.write_table(table.drop_columns(later), path)
    figures.path_of(out, run_id).unlink()
    page_of = runpage.draw(out, run_id)
    assert page_of is not None
    text = page_of.read_text(encoding="utf-8")
    assert "Encodings" in text and 'id="kept"' not in text and 'id="kinds"' not in text


def test_kinds_and_what_was_kept_are_shown_where_the_pages_say_them(run: Run, pages: Path, out: Path) -> None:
    import pyarrow as pa

    run_id = run(pages)["run_id"]
    for path in (out / "pages").rglob("*.parquet"):
        table = pq.read_table(path, partitioning=None)
        table = table.drop_columns([c for c in ("kind", "kept_ratio") if c in table.column_names])
        kinds = ["article", "listing", None] * (len(table) // 3)
        kept = [0.0, 0.95, None, 1.0] * (len(table) // 4)
        pq.write_table(table.append_column("kind", [kinds]).append_column("kept_ratio", pa.array(kept)), path)
    figures.path_of(out, run_id).unlink()
    found = figures.count(out, run_id)
    assert found["kinds"] == {"article": 8, "listing": 8} and found["kept"] == {"0": 6, "9": 12}
    page_of = runpage.draw(out, run_id)
    assert page_of is not None
    text = page_of.read_text(encoding="utf-8")
    assert 'id="kept"' in text and 'id="kinds"' in text and "90–100%" in text
