"""The parts of sources by themselves: what a file is, how its pages are named, one table of kinds, WARC records."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warc_writer import response

from flows.errors import UsageError
from flows.settings import Settings
from flows.sources.base import KINDS, LOCAL, Source, place
from flows.sources.files import leads_out, matches
from flows.sources.kinds import kind_of_file
from flows.sources.opening import open_local, open_source
from flows.sources.records import check_columns
from flows.sources.warc import read_payload
from flows.sources.warc_records import Broken, addressable, next_record, problem_at_end, records

PAGE = "<html><body><p>清晨下了一点雨，石板路上湿漉漉的。</p></body></html>".encode()


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("crawl.WARC.GZ", "", "warc"),
        ("pages.ndjson", "", "jsonl"),
        ("sources.toml", "", "sources"),
        ("a.xml", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>", "sitemap"),
        ("b.xml", "<html></html>", "page"),
        ("a.txt", "https://a.example.cn/1\nhttps://a.example.cn/2\n", "urls"),
        ("b.txt", "清晨下了一点雨。", "page"),
        ("a.html", "", "page"),
    ],
)
def test_what_a_file_is(tmp_path: Path, name: str, text: str, kind: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert kind_of_file(path) == kind
    assert kind in KINDS


def test_pages_of_a_source_are_named_by_their_place_below_its_root() -> None:
    source = Source("site", "folder", "/data/site", root="/data", prefix="mine/")
    assert source.name_page("/data/site/a.html") == "file:mine/site/a.html"
    assert source.name_page("/data/b.jsonl", line=3).endswith("b.jsonl#3")
    assert source.target("https://a.example.cn/", provenance="list").source == "site"
    assert place(source) == "/data/site"
    assert place(Source("g", "glob", "/data/si*/x/*.html")) == "/data"
    assert place(Source("p", "page", "/data/site/a.html")) == "/data/site"


def test_every_local_kind_is_opened_by_one_table(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b.jsonl").write_text('{"html": "<p>清晨</p>"}\n{"html": "<p>傍晚</p>"}\n', encoding="utf-8")
    (tmp_path / "c.warc").write_bytes(response("http://a.example.cn/", PAGE, packed=False))
    opened = {
        kind: list(open_local(Source(kind, kind, str(tmp_path / where), root=str(tmp_path)), Settings()))
        for kind, where in (("page", "a.html"), ("folder", ""), ("glob", "*"), ("jsonl", "b.jsonl"), ("warc", "c.warc"))
    }
    assert {kind: len(pages) for kind, pages in opened.items()} == {
        "page": 1,
        "folder": 1,  # a container in a folder is left for whoever names it
        "glob": 4,
        "jsonl": 2,
        "warc": 1,
    }
    assert set(opened) | {"parquet"} == set(LOCAL)
    (target,) = open_source(Source("u", "url", "https://a.example.cn/x"), Settings())
    assert target.url == "https://a.example.cn/x"  # type: ignore[union-attr]


def test_a_file_of_records_without_a_column_of_pages_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    pq.write_table(pa.table({"body": ["<p>清晨</p>"], "number": [1]}), path)
    check_columns(Source("b", "parquet", str(path)))
    with pytest.raises(UsageError, match="absent"):
        check_columns(Source("b", "parquet", str(path), column="absent"))
    pq.write_table(pa.table({"number": [1]}), path)
    with pytest.raises(UsageError):
        check_columns(Source("b", "parquet", str(path)))


def test_a_link_that_leads_out_of_a_folder_and_hidden_files_of_a_glob(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "a.html").write_bytes(PAGE)
    (inside / "b.html").write_bytes(PAGE)
    (inside / ".c.html").write_bytes(PAGE)
    (inside / "link").symlink_to(outside)
    assert leads_out(str(inside / "link" / "a.html"), str(inside))
    assert not leads_out(str(inside / "b.html"), str(inside))
    assert list(matches(str(inside / "*.html"))) == [str(inside / "b.html")]


@pytest.mark.parametrize("packed", [True, False])
def test_bytes_that_are_no_record_cost_themselves(tmp_path: Path, packed: bool) -> None:
    first, second = (response(f"http://a.example.cn/{n}", PAGE, packed=packed) for n in range(2))
    path = tmp_path / "crawl"
    path.write_bytes(first + b"\x00" * 40 + second)
    with path.open("rb") as file:
        found = list(records(file))
        assert [None if isinstance(item, Broken) else item[0] for item in found] == [0, None, len(first) + 40]
        assert addressable(file, len(first) + 40)
        assert next_record(file, 1, packed) == len(first) + 40
        assert problem_at_end(file, len(first) + 40) is None


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_behind_damage_is_read_again_where_it_stands(tmp_path: Path, packed: bool) -> None:
    first, second = (response(f"http://a.example.cn/{n}", PAGE, packed=packed) for n in range(2))
    path = tmp_path / "crawl.warc"
    path.write_bytes(first + b"\x00" * 40 + second)
    place = len(first) + 40
    pages = list(open_local(Source("w", "warc", str(path), root=str(tmp_path)), Settings()))
    assert [page.provenance for page in pages if page.rejection is None] == ["crawl.warc@0", f"crawl.warc@{place}"]
    assert read_payload(str(path), place, 2**20) == PAGE


def test_a_crawl_that_was_killed_says_where_its_last_record_begins(tmp_path: Path) -> None:
    path = tmp_path / "c.warc"
    path.write_bytes(response("http://a.example.cn/0", PAGE, packed=False)[:-7])
    with path.open("rb") as file:
        assert problem_at_end(file, 0) == "ends in the middle of a record (behind byte 0)"
