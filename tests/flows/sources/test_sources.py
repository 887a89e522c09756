"""Whatever holds pages is read as pages: streamed, each with its provenance; what is broken is a row, never a stop."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from misbehaving import HTML, ROUTES, reply, serving

from flows.errors import UsageError
from flows.pages import SourcePage, Target
from flows.settings import Settings
from flows.sources import lists, streaming, understanding

PAGE = "<html><body><p>清晨下了一点雨，石板路上湿漉漉的。</p></body></html>"


def plan(*named: Path | str, **settings: Any) -> list[SourcePage]:
    return list(streaming.plan([str(name) for name in named], Settings(**settings)))


def addresses(*named: Path | str, **settings: Any) -> list[str]:
    return [page.address for page in plan(*named, **settings)]


def reasons(pages: list[SourcePage]) -> list[tuple[str, str] | None]:
    return [None if p.rejection is None else (p.rejection.stage, p.rejection.reason) for p in pages]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    for name in (
        "index.html",
        "b/二.html",
        "a/one.txt",
        "a/noext",
        ".hidden.html",
        ".git/config",
        "notes.md",
        "x.json",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE, encoding="utf-8")
    return root


# --- files, folders, globs, lists -------------------------------------------------------------------------------------


def test_a_folder_gives_its_pages_in_order_and_leaves_out_what_is_none(folder: Path) -> None:
    assert addresses(folder) == ["file:a/noext", "file:a/one.txt", "file:b/二.html", "file:index.html"]
    page = plan(folder)[2]
    assert page.read is not None and page.read() == PAGE.encode()
    assert page.provenance == str(folder / "b/二.html")
    assert page.fetched_at is not None and page.fetched_at.endswith("+00:00")


def test_what_is_left_out_is_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "qingwen"):
        plan(folder)
    assert "1 .json, 1 .md" in caplog.text


def test_a_single_file_is_named_by_its_name_and_taken_whatever_its_suffix(folder: Path) -> None:
    assert addresses(folder / "a/one.txt") == ["file:one.txt"]
    assert addresses(folder / "notes.md") == ["file:notes.md"]


def test_a_glob_is_the_same_whoever_expands_it(folder: Path) -> None:
    """Quoted, or expanded by the shell: the same addresses, and two files of one name stay two pages."""
    (folder / "a/index.html").write_text(PAGE)
    (folder / "b/index.html").write_text(PAGE)
    quoted = addresses(f"{folder}/*/index.html")
    assert quoted == addresses(folder / "a/index.html", folder / "b/index.html")
    assert quoted == ["file:a/index.html", "file:b/index.html"]


def test_a_recursive_glob_gives_each_file_once(folder: Path) -> None:
    assert addresses(f"{folder}/**/*.html") == ["file:b/二.html", "file:index.html"]


def test_several_folders_are_named_from_the_folder_above_them(folder: Path) -> None:
    assert addresses(folder / "a", folder / "b") == ["file:a/noext", "file:a/one.txt", "file:b/二.html"]


def test_the_same_source_twice_is_one(folder: Path) -> None:
    assert addresses(folder / "index.html", folder / "index.html") == ["file:index.html"]


def test_a_list_on_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = f"\ufeff# a comment\n{folder}/index.html\n\n a/one.txt \r\nmissing.html\n"
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    pages = plan("-")
    assert [p.address for p in pages] == ["file:index.html", "file:a/one.txt", "file:missing.html"]
    assert reasons(pages) == [None, None, ("source", "unreadable")]


def test_what_is_no_readable_file_is_a_row(tmp_path: Path) -> None:
    """A pipe would wait for ever, a large file fill the memory, a broken link lead nowhere."""
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "large.html").write_bytes(b"x" * 1000)
    (tmp_path / "link.html").symlink_to(tmp_path / "nowhere")
    (tmp_path / "ok.html").write_text(PAGE)
    found = dict(zip(addresses(tmp_path, max_page_bytes=500), reasons(plan(tmp_path, max_page_bytes=500)), strict=True))
    assert found == {
        "file:large.html": ("source", "too large"),
        "file:link.html": ("source", "unreadable"),
        "file:ok.html": None,
        "file:pipe.html": ("source", "not a file"),
    }


def test_links_that_lead_in_circles_end(folder: Path) -> None:
    (folder / "a" / "up").symlink_to(folder)
    assert len(addresses(folder)) == 4


def test_a_dataset_inside_the_source_is_no_source(folder: Path) -> None:
    (folder / "out" / "_commits").mkdir(parents=True)
    (folder / "out" / "page.html").write_text(PAGE)
    assert len(addresses(folder)) == 4
    assert len(addresses(folder, out=folder / "b")) == 3


def test_a_dataset_is_no_source_and_neither_is_out(folder: Path) -> None:
    (folder / "sub" / "_commits").mkdir(parents=True)
    for source, out in ((folder / "sub", "out"), (folder, str(folder))):
        with pytest.raises(UsageError, match="no source of pages"):
            plan(source, out=out)


def test_a_list_with_odd_lines_stays_a_list(tmp_path: Path) -> None:
    lines = [
        "http://a.example/1",
        "http://a.example/2  # the second",
        "www.a.example/3",
        "http://a.example/4",
        "/etc/hostname",
    ]
    for name in ("list.txt", "list.urls"):
        (tmp_path / name).write_text("\n".join([*lines, "http://a.example/5", ""]))
        (source,) = understanding.understand([str(tmp_path / name)], Settings())
        found = list(lists.entries(source, Settings()))
        assert source.kind == "urls"
        assert [e.url for e in found if isinstance(e, Target)] == [f"http://a.example/{n}" for n in (1, 2, 4, 5)]
        bad = [e for e in found if isinstance(e, SourcePage)]
        assert [(e.address, e.rejection and e.rejection.reason) for e in bad] == [
            ("www.a.example/3", "bad record"),
            ("/etc/hostname", "bad record"),
        ]


def test_names_that_are_no_utf_8_are_taken(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xd6\xd0\xce\xc4.html"
    with open(name, "wb") as file:
        file.write(PAGE.encode())
    (page,) = plan(tmp_path)
    assert page.address == "file:%D6%D0%CE%C4.html"
    assert page.read is not None and page.read() == PAGE.encode()


@pytest.mark.parametrize("source", ["nothing-here", "nothing*", "ftp://example.cn/", "jsonl:nothing", "url:x", ""])
def test_wrong_sources_are_told_before_the_first_page(source: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as told:
        streaming.plan([source], Settings())
    assert "\n" not in str(told.value)


def test_include_exclude_limit_and_since(folder: Path) -> None:
    assert addresses(folder, include=["*.html"]) == ["file:b/二.html", "file:index.html"]
    assert addresses(folder, include=["a/*"], exclude=["noext"]) == ["file:a/one.txt"]
    assert len(addresses(folder, limit=3)) == 3
    os.utime(folder / "index.html", (0, 0))
    assert addresses(folder, since="2020-01-01") == ["file:a/noext", "file:a/one.txt", "file:b/二.html"]


def test_limit_counts_what_a_dead_attempt_has_done(folder: Path) -> None:
    """Or a run that was resumed would take other pages than one that was not."""
    from flows.addresses import page_id

    class State:
        def done(self, name: str) -> bool:
            return name == page_id("file:a/noext")

    left = list(streaming.plan([str(folder)], Settings(limit=2), State()))
    assert [page.address for page in left] == ["file:a/one.txt"]


def test_pages_are_streamed(tmp_path: Path) -> None:
    """The first page of a long list is there before the last one is looked for."""
    listed = tmp_path / "many.list"
    listed.write_text("".join(f"{n}.html\n" for n in range(100_000)))
    first = next(streaming.plan([f"list:{listed}"], Settings()))
    assert first.rejection is not None


# --- JSONL and Parquet ------------------------------------------------------------------------------------------------

ROWS = [
    {"url": "http://a.cn/1", "html": PAGE, "date": "2026-01-02T03:04:05Z"},
    {"html": PAGE},
    {"url": "http://me:secret@a.cn/3", "html": None},
]


def test_jsonl_gives_a_page_a_line(tmp_path: Path) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    lines[2:2] = ["", "{broken", "[1]", "\ud83d"]
    (tmp_path / "crawl.jsonl").write_text("\n".join(lines), encoding="utf-8", errors="replace")
    pages = plan(tmp_path / "crawl.jsonl")
    assert [p.address for p in pages[:2]] == ["http://a.cn/1", "file:crawl.jsonl#2"]
    assert [p.provenance for p in pages] == [f"crawl.jsonl#{n}" for n in (1, 2, 4, 5, 6, 7)]
    assert reasons(pages) == [None, None, *[("source", "bad record")] * 4]
    assert pages[0].data == PAGE.encode() and pages[0].content_type == "text/html; charset=utf-8"
    assert pages[0].fetched_at == "2026-01-02T03:04:05+00:00"
    assert pages[5].address == "http://a.cn/3"


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst", ".ndjson"])
def test_packed_jsonl(tmp_path: Path, suffix: str) -> None:
    data = json.dumps(ROWS[0]).encode() + b"\n"
    packed = {".jsonl.gz": gzip.compress(data), ".jsonl.zst": zstandard.compress(data)}.get(suffix, data)
    (tmp_path / f"a{suffix}").write_bytes(packed)
    assert addresses(tmp_path / f"a{suffix}") == ["http://a.cn/1"]


def test_a_jsonl_file_that_ends_early_gives_what_it_holds_and_a_row(tmp_path: Path) -> None:
    data = b"".join(
        json.dumps({"url": f"http://a.cn/{n}", "text": os.urandom(40).hex()}).encode() + b"\n" for n in range(500)
    )
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(data)[:-500])
    pages = plan(tmp_path / "a.jsonl.gz")
    assert len(pages) > 300
    assert reasons(pages)[-1] == ("source", "broken file")


def test_a_line_without_end_is_a_row_and_the_next_one_a_page(tmp_path: Path) -> None:
    long = json.dumps({"text": "长" * 200_000})
    (tmp_path / "a.jsonl").write_text(f"{long}\n{json.dumps({'text': '短文一篇。'})}\n")
    pages = plan(tmp_path / "a.jsonl", max_page_bytes=1000)
    assert reasons(pages) == [("source", "bad record"), None]


def test_surrogates_are_joined_or_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "\\ud83d\\ude00 \\ud800 文字"}\n')
    assert plan(tmp_path / "a.jsonl")[0].data == "😀 \ufffd 文字".encode()


def test_parquet_gives_a_page_a_row(tmp_path: Path) -> None:
    table = pa.table({"url": ["http://a.cn/1", None], "text": ["一段文字。", "另一段。"], "other": [1, 2]})
    pq.write_table(table, tmp_path / "a.parquet")
    pages = plan(tmp_path / "a.parquet")
    assert [p.address for p in pages] == ["http://a.cn/1", "file:a.parquet#2"]
    assert pages[0].data == "一段文字。".encode() and pages[0].content_type == "text/plain; charset=utf-8"


def test_bytes_in_parquet_are_taken_as_they_are(tmp_path: Path) -> None:
    pq.write_table(pa.table({"page": [PAGE.encode("gb18030")]}), tmp_path / "a.parquet")
    (page,) = plan(tmp_path / "a.parquet", column="page")
    assert page.data == PAGE.encode("gb18030") and page.content_type is None


def test_a_column_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "a.parquet")
    for column in ("", "c"):
        with pytest.raises(UsageError, match="there are a, b"):
            plan(tmp_path / "a.parquet", column=column)


def test_a_broken_parquet_file_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    assert reasons(plan(tmp_path / "a.parquet")) == [("source", "broken file")]


# --- sitemaps and lists of addresses ----------------------------------------------------------------------------------


def urlset(*entries: str) -> bytes:
    body = "".join(f"<url>{entry}</url>" for entry in entries)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'.encode()


@pytest.fixture
def site() -> Iterator[Any]:
    with serving() as server:
        xml = "Content-Type: application/xml\r\n"
        index = "".join(
            f"<sitemap><loc>{server.url(path)}</loc></sitemap>"
            for path in ("/one.xml", "/two.xml.gz", "/missing.xml", "/sitemap.xml")
        )
        two = urlset(f"<loc>{server.url('/c')}</loc>", f"<loc>{server.url('/a')}</loc>")
        answers = {
            "/sitemap.xml": f"<sitemapindex>{index}</sitemapindex>".encode(),
            "/one.xml": urlset(
                f"<loc> {server.url('/a')} </loc><lastmod>2026-02-01</lastmod>",
                f"<loc>{server.url('/b?x=1&amp;y=2')}</loc><lastmod>2020-01-01T00:00:00+08:00</lastmod>",
            ),
            "/two.xml.gz": gzip.compress(two),
        }
        before = dict(ROUTES)
        for path, body in answers.items():
            ROUTES[path] = lambda s, c, r, body=body: c.sendall(reply(headers=xml, body=body))  # type: ignore[misc]
        ROUTES["/missing.xml"] = lambda s, c, r: c.sendall(reply(404))
        yield server
        ROUTES.clear()
        ROUTES.update(before)


QUICK: dict[str, Any] = {"allow_private": True, "delay": 0.0, "fetch_backoff": 0.05, "fetch_retries": 0}


def test_a_sitemap_index_leads_to_its_pages(site: Any) -> None:
    """Nested, packed, naming itself, naming one that is missing, and one page twice: each page once, the rest told."""
    pages = plan(site.url("/sitemap.xml"), **QUICK)
    had = sorted(p.address for p in pages if p.data == HTML)
    assert had == [site.url(path) for path in ("/a", "/b?x=1&y=2", "/c")]
    told = [p for p in pages if p.rejection is not None]
    assert [(p.address, p.rejection.reason) for p in told if p.rejection] == [(site.url("/missing.xml"), "gone")]
    assert len(site.asked("/a")) == len(site.asked("/sitemap.xml")) == 1


def test_since_goes_by_the_dates_in_the_sitemap(site: Any) -> None:
    pages = plan(site.url("/sitemap.xml"), since="2026-01-01", **QUICK)
    assert site.url("/b?x=1&y=2") not in [p.address for p in pages]
    assert not site.asked("/b?x=1&y=2")


def test_a_list_of_addresses_is_known_by_its_lines(site: Any, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"# pages\n{site.url('/a')}\n{site.url('/b')}\n")
    assert sorted(addresses(listed, **QUICK)) == [site.url("/a"), site.url("/b")]
    listed.write_text(f"第一行是文字\n{site.url('/a')}\n")
    assert addresses(listed) == ["file:list.txt"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"http://a.cn/1\nhttp://a.cn/2\nno address\n", 2),
        (b"<rss><channel><item><link>http://a.cn/1</link></item></channel></rss>", 1),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="http://a.cn/1"/></entry></feed>', 1),
        (urlset("<loc>http://a.cn/1</loc>")[:-20], 1),
        (urlset("<loc>http://a.cn/?a=1&b=2</loc>"), 1),
        (urlset("<loc>ftp://a.cn/1</loc>", "<loc></loc>", ""), 0),
    ],
    ids=["plain", "rss", "atom", "cut", "bare ampersand", "no addresses"],
)
def test_sitemaps_as_they_are_found(body: bytes, found: int) -> None:
    from flows.sources.sitemaps import read

    assert len(list(read(io.BufferedReader(io.BytesIO(body))))) == found  # type: ignore[arg-type]


def test_what_is_no_sitemap_and_what_attacks_is_a_row(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (b"bcdefghij"[n], *[b"abcdefghi"[n]] * 8) for n in range(9)
    )
    for name, body in {
        "html.xml": b"<html><body>no</body></html>",
        "bomb.xml": bomb + b"]><urlset><url><loc>http://a.cn/&j;</loc></url></urlset>",
    }.items():
        (tmp_path / name).write_bytes(body)
        pages = plan(f"sitemap:{tmp_path / name}", allow_private=False, fetch_seconds=2, robots=False, fetch_retries=0)
        assert len(pages) <= 1 and all(p.rejection is not None for p in pages)


# --- sources.toml -----------------------------------------------------------------------------------------------------


def test_a_sources_file_names_several_with_policies_of_their_own(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[site]]\nhost = "a.cn"\nbody = "#content"\n')
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nname = "one"\nfrom = "site"\ninclude = ["*.html"]\n\n'
        '[[source]]\nname = "two"\nfrom = ["site/a", "site/index.html"]\nscript = "keep"\nlimit = 1\nsites = "rules.toml"\n'
    )
    pages = plan(tmp_path / "sources.toml")
    assert [p.address for p in pages] == ["file:one/b/二.html", "file:one/index.html", "file:two/a/noext"]
    assert [p.source for p in pages] == ["one", "one", "two"]
    assert pages[0].policy is None
    assert pages[2].policy is not None and pages[2].policy.script is None and pages[2].policy.sites[0].host == "a.cn"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[source]\n",
        '[[source]]\nfrom = "site"\n',
        '[[source]]\nname = "a b/c"\nfrom = "site"\n',
        '[[source]]\nname = "a"\nfrom = "nowhere"\n',
        '[[source]]\nname = "a"\nfrom = "site"\ncolour = "red"\n',
        '[[source]]\nname = "a"\nfrom = "site"\nlimit = "3"\n',
        '[[source]]\nname = "a"\nfrom = "site"\nlimit = true\n',
        '[[source]]\nname = "a"\nfrom = "site"\nscript = "Latin"\n',
        '[[source]]\nname = "a"\nfrom = "site"\nsites = "nowhere.toml"\n',
        '[[source]]\nname = "a"\nfrom = "sources.toml"\n',
        '[[source]]\nname = "a"\nfrom = "site"\n[[source]]\nname = "a"\nfrom = "site"\n',
        '[[source]]\nname = "a"\nfrom = "site"\n[other]\nx = 1\n',
    ],
)
def test_a_wrong_sources_file_is_told_in_one_line(folder: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(UsageError) as told:
        plan(tmp_path / "sources.toml")
    assert "\n" not in str(told.value)


def test_a_place_that_is_skipped_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A dataset inside the source is no source of pages; a folder that merely has a _raw in it is one."""
    for name in ("old/_commits/1.json", "old/a.html", "sub/_raw/ab/x.zst", "sub/c.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("渠水")
    with caplog.at_level("INFO", "qingwen.sources"):
        assert addresses(tmp_path) == ["file:sub/c.html"]
    assert any(str(tmp_path / "old") in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("how", ["folder", "glob", "deep glob"])
def test_a_link_out_of_a_source_is_told_and_not_followed(tmp_path: Path, how: str) -> None:
    """Whoever may write into a source's folder could else have any file of this machine published."""
    secret, folder = tmp_path / "private", tmp_path / "source"
    for place in (secret, folder / "a"):
        place.mkdir(parents=True)
        (place / "page.html").write_text(PAGE)
    (folder / "passwd.html").symlink_to(secret / "page.html")
    (folder / "a" / "others").symlink_to(secret)
    (folder / "again.html").symlink_to(folder / "a" / "page.html")
    source = {"folder": folder, "glob": f"{folder}/*", "deep glob": f"{folder}/**/*"}[how]
    pages = plan(source)
    taken = {page.address for page in pages if page.rejection is None}
    assert "file:passwd.html" not in taken and not any("others" in address for address in taken)
    assert {"file:again.html", "file:a/page.html"} <= taken
    told = [page for page in pages if page.rejection is not None and page.rejection.reason == "link"]
    assert {"file:passwd.html", "file:a/others"} <= {page.address for page in told}
    followed = {page.address for page in plan(source, follow_links=True) if page.rejection is None}
    assert "file:passwd.html" in followed


def test_a_file_that_is_named_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.html").symlink_to(tmp_path / "page.html")
    assert [page.rejection for page in plan(tmp_path / "in" / "link.html")] == [None]
