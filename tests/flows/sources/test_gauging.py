"""How much the sources hold is told as soon as it is known, and called an estimate while it is one."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warc_writer import response, write

from flows import sources
from flows.pages import Expected, Target
from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.filtering import taken
from flows.sources.gauging import Gauge, Reading
from flows.sources.sitemaps import entries

PAGE = "<html><body><p>雨下了一夜，第{}间屋子的灯一直亮着。</p></body></html>"


def followed(*named: Path | str, **settings: Any) -> list[Expected | None]:
    """What is expected before the first page, and behind each."""
    chosen = Settings(out=Path("nowhere"), **settings)
    understood = sources.understand([str(n) for n in named], chosen)
    gauge = sources.gauge(understood, chosen)
    return [gauge.expected(), *(gauge.expected() for _ in sources.stream(understood, chosen, None, gauge))]


def archive(path: Path, pages: int) -> Path:
    return write(path, *(response(f"http://a.cn/{n}", PAGE.format(n).encode()) for n in range(pages)))


def lines(path: Path, pages: int) -> Path:
    text = "".join(json.dumps({"url": f"http://a.cn/{n}", "html": PAGE.format(n)}) + "\n" for n in range(pages))
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def table(path: Path, pages: int) -> Path:
    rows = {"url": [f"http://a.cn/{n}.html" for n in range(pages)], "html": [PAGE.format(n) for n in range(pages)]}
    pq.write_table(pa.table(rows), path, row_group_size=100)
    return path


def test_an_archive_is_told_by_the_bytes_that_were_read(tmp_path: Path) -> None:
    told = followed(archive(tmp_path / "a.warc.gz", 1000))
    assert told[0] is None and told[5] is None, "little has been read of it"
    behind = [e for e in told[30:-1] if e is not None]
    assert len(behind) == 970 and not any(e.exact for e in behind)
    assert all(900 <= e.pages <= 1100 for e in behind)


def test_archives_that_were_not_begun_are_taken_for_such_as_were(tmp_path: Path) -> None:
    for name in "abc":
        archive(tmp_path / f"{name}.warc.gz", 200)
    for named in ([tmp_path / f"{name}.warc.gz" for name in "abc"], [f"{tmp_path}/*.warc.gz"]):
        told = followed(*named)
        assert told[50] is not None and 540 <= told[50].pages <= 660
        assert told[450] is not None and 580 <= told[450].pages <= 620


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_lines_are_told_by_the_bytes_that_were_read(tmp_path: Path, name: str) -> None:
    told = followed(lines(tmp_path / name, 4000))
    assert told[0] is None
    assert told[-1] is not None and told[-1].pages >= 4000 * 0.98


def test_filtered_rows_are_told_by_those_that_were_read(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", 1000)
    assert followed(path)[0] == Expected(1000)
    told = followed(path, include=("*0.html",))
    assert told[0] is None and told[60] is not None
    assert not told[60].exact and 90 <= told[60].pages <= 130


def test_a_sitemap_is_counted_when_it_is_fetched(tmp_path: Path) -> None:
    def urlset(first: int, pages: int) -> str:
        urls = (f"<url><loc>http://a.cn/{first + n}.html</loc></url>" for n in range(pages))
        return f"<urlset>{''.join(urls)}</urlset>"

    (tmp_path / "one.xml").write_text(urlset(0, 30))
    two = tmp_path / "two.xml"
    two.write_text(urlset(100, 50))
    index = f"<sitemapindex><sitemap><loc>{tmp_path}/one.xml</loc></sitemap></sitemapindex>"
    (tmp_path / "index.xml").write_text(index)
    chosen = Settings(exclude=("*9.html",))
    source = Source("s", "sitemap", str(two))
    reading = Reading(taken(source, chosen))
    found = filter(reading.taken, entries(source, chosen, None, reading))
    gauge = Gauge({source: reading})
    assert gauge.expected() is None
    first = next(found)
    assert isinstance(first, Target) and gauge.expected() == Expected(45)
    assert len(list(found)) == 44


def test_an_index_is_estimated_until_its_last_sitemap_is_fetched() -> None:
    reading = Reading()
    gauge = Gauge({Source("s", "sitemap", "http://a.cn/sitemap.xml"): reading})
    reading.lists(0, 4, 4)
    assert gauge.expected() is None, "nothing is known of what it leads to"
    reading.lists(40, 0, 3)
    assert gauge.expected() == Expected(160, exact=False), "an index, which names no page, does not count"
    reading.lists(20, 0, 2)
    assert gauge.expected() == Expected(120, exact=False)
    reading.lists(0, 0, 1)
    assert gauge.expected() == Expected(80, exact=False), "a sitemap without a page counts"
    reading.lists(50, 0, 0)
    assert gauge.expected() == Expected(110)


def test_sitemaps_that_are_not_fetched_are_not_expected() -> None:
    """Too old for `since`, or named twice."""
    told = {"new": "2026-02-01", "old": "2025-12-31", "undated": None}
    dates = {name: f"<lastmod>{date}</lastmod>" if date else "" for name, date in told.items()}
    named = (f"<sitemap><loc>http://a.cn/{name}</loc>{dates[name]}</sitemap>" for name in [*told, *told])
    answers = {"index": f"<sitemapindex>{''.join(named)}</sitemapindex>"}
    answers |= {name: f"<urlset><url><loc>http://a.cn/{name}.html</loc></url></urlset>" for name in told}

    class Network:
        def get(self, where: str) -> Any:
            return type("Answer", (), {"body": answers[where.rpartition("/")[2]].encode()})

    source, reading = Source("s", "sitemap", "http://a.cn/index"), Reading()
    gauge = Gauge({source: reading})
    pages = [gauge.expected() for _ in entries(source, Settings(since=dt.date(2026, 1, 1)), Network, reading)]
    assert pages == [Expected(2, exact=False), Expected(2)]


def test_a_remote_sitemap_is_fetched_once() -> None:
    asked: list[str] = []

    class Network:
        def get(self, where: str) -> Any:
            asked.append(where)
            return type("Answer", (), {"body": b"<urlset><url><loc>http://a.cn/1</loc></url></urlset>"})

    source, reading = Source("s", "sitemap", "http://a.cn/sitemap.xml"), Reading()
    assert len(list(entries(source, Settings(), Network, reading))) == 1
    assert len(asked) == 1 and Gauge({source: reading}).expected() == Expected(1)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 40)), min_size=1, max_size=5), st.integers(0, 100))
def test_limits_hold_for_what_is_expected(counts: list[tuple[int, int]], limit: int) -> None:
    readings = {
        Source(str(n), "folder", f"/{n}", limit=own): Reading(pages=pages) for n, (pages, own) in enumerate(counts)
    }
    total = sum(min(pages, own) if own else pages for pages, own in counts)
    assert Gauge(readings, limit).expected() == Expected(min(total, limit) if limit else total)


def test_what_is_cut_by_a_limit_need_not_be_known() -> None:
    known, unknown = Source("a", "folder", "/a", limit=10), Source("a", "warc", "/w", limit=10)
    assert Gauge({known: Reading(pages=30), unknown: Reading()}).expected() == Expected(10)
    assert Gauge({known: Reading(pages=3), unknown: Reading()}).expected() is None
    apart = Source("b", "warc", "/b")
    assert Gauge({apart: Reading(), known: Reading(pages=30)}, limit=10).expected() == Expected(10)
    assert Gauge({apart: Reading(), known: Reading(pages=30)}, limit=11).expected() is None
