"""WARC files as crawlers and archives leave them, whole and broken."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from warc_writer import digest, http, record, response, revisit, write

from flows.addresses import page_id
from flows.pages import SourcePage
from flows.settings import Settings
from flows.sources import streaming

PAGE = "<html><body><p>秋天的银杏叶落了一地，扫也扫不完。</p></body></html>".encode()
NO_PAGE = "Content-Type: image/gif\r\n"


def plan(path: Path, **settings: object) -> list[SourcePage]:
    return list(streaming.plan([str(path)], Settings(**settings)))


def by_path(pages: list[SourcePage]) -> dict[str, SourcePage]:
    return {page.address.removeprefix("http://a.cn"): page for page in pages}


def test_each_kind_of_record_becomes_what_it_is(tmp_path: Path) -> None:
    path = write(
        tmp_path / "crawl.warc.gz",
        record("warcinfo", "urn:x", b"software: a test\r\n", content_type="application/warc-fields"),
        record("request", "http://a.cn/page", b"GET /page HTTP/1.1\r\n\r\n"),
        response("http://a.cn/page", PAGE),
        response("http://a.cn/gone", b"no", 404),
        response("http://a.cn/gone-410", b"no", 410),
        response("http://a.cn/forbidden", b"no", 403),
        response("http://a.cn/broken", b"no", 502),
        response("http://a.cn/moved", b"", 301, "Location: /page\r\n"),
        response("http://a.cn/image", b"GIF89a", headers=NO_PAGE),
        response("dns:a.cn", b"1.2.3.4", headers="Content-Type: text/dns\r\n"),
        revisit("http://a.cn/same", PAGE),
        revisit("http://a.cn/elsewhere", b"never seen here"),
        response(
            "http://a.cn/gzip", gzip.compress(PAGE), headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
        ),
        response(
            "http://a.cn/chunked",
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
            headers="Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n",
        ),
        record("conversion", "http://a.cn/wet", "只有文字。".encode(), content_type="text/plain"),
        record("resource", "http://a.cn/resource", PAGE, content_type="text/html"),
        record("response", "http://a.cn/no-http", b"nothing that is HTTP"),
    )
    found = by_path(plan(path))
    assert found["/page"].data == PAGE and found["/page"].http_status == 200
    assert found["/page"].fetched_at == "2026-01-02T03:04:05+00:00"
    assert found["/page"].content_type == "text/html; charset=utf-8"
    assert found["/page"].provenance.startswith("crawl.warc.gz@")
    assert found["/gone"].gone and found["/gone-410"].gone
    assert [found[p].transient for p in ("/forbidden", "/broken")] == [False, True]
    assert all(found[p].rejection is not None for p in ("/forbidden", "/broken", "/no-http"))
    assert not {"/moved", "/image"} & set(found)
    same = found["/same"].read
    assert same is not None and same() == PAGE
    assert found["/elsewhere"].not_modified
    assert found["/gzip"].data == found["/chunked"].data == found["/resource"].data == PAGE
    assert found["/wet"].data == "只有文字。".encode()


def test_records_that_are_no_pages_are_counted_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "a.warc.gz", *(response(f"http://a.cn/{n}", b"GIF", headers=NO_PAGE) for n in range(3)))
    with caplog.at_level("INFO", "qingwen"):
        assert plan(path) == []
    assert "3 image/gif" in caplog.text


def test_an_unpacked_file_is_read_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc", *(response(f"http://a.cn/{n}", PAGE, packed=False) for n in range(3)))
    assert [page.data for page in plan(path)] == [PAGE] * 3


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_crawl_that_was_killed_gives_what_is_whole_and_says_where_it_ends(tmp_path: Path, packed: bool) -> None:
    """A page that is cut is not taken for a whole one, wherever the file ends."""
    records = [response(f"http://a.cn/{n}", PAGE + b"<!-- %d -->" % n * 200, packed=packed) for n in range(4)]
    whole = b"".join(records)
    starts = len(whole) - len(records[-1])
    for end in range(starts + 1, len(whole), max(1, len(records[-1]) // 23)):
        path = tmp_path / ("a.warc.gz" if packed else "a.warc")
        path.write_bytes(whole[:end])
        pages = plan(path)
        assert [p.data for p in pages[:3]] == [PAGE + b"<!-- %d -->" % n * 200 for n in range(3)]
        assert pages[-1].rejection is not None and pages[-1].rejection.reason == "broken file"
        last = PAGE + b"<!-- 3 -->" * 200  # only what stands behind the page may be missing
        assert all(p.rejection is not None or p.data == last for p in pages[3:])


@pytest.mark.parametrize(
    "data",
    [b"", b"junk" * 500, b"\x1f\x8b" + b"\xff" * 300, gzip.compress(b"no records", mtime=0)],
    ids=["empty", "junk", "torn", "packed"],
)
def test_a_file_that_is_none_is_a_row(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    pages = plan(path)
    assert [p.rejection.reason for p in pages if p.rejection is not None] == ["broken file"]


def test_bombs_and_large_records_are_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.warc.gz",
        response("http://a.cn/large", b"x" * 200_000),
        response(
            "http://a.cn/bomb",
            gzip.compress(b"\0" * 10**7),
            headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
        ),
        response("http://a.cn/page", PAGE),
    )
    found = by_path(plan(path, max_page_bytes=100_000))
    assert [r.reason for p in ("/large", "/bomb") if (r := found[p].rejection) is not None] == ["too large"] * 2
    assert found["/page"].data == PAGE


def test_angle_brackets_around_the_address_are_not_part_of_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc.gz", record("response", "<http://a.cn/page>", http(PAGE)))
    assert page_id(plan(path)[0].address) == page_id("http://a.cn/page")


def test_a_digest_is_told_as_archives_write_it() -> None:
    assert digest(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # sha1 of nothing, as every archive has it


@pytest.mark.long
def test_a_crawl_of_five_thousand_pages_reads_the_same_from_its_warc_file(tmp_path: Path) -> None:
    """Fetched from a server on the loopback, written as WARC, read again: the same pages, and the same rows."""
    import datetime as dt

    from misbehaving import ROUTES, reply, serving

    from flows.nights.night import run_night
    from schemas import load

    def page(path: str) -> bytes:
        return f"<html><body><article><h1>第{path}页</h1><p>这一页讲的是第{path}个故事，故事里有山有水。</p></article>".encode()

    count = 5_000
    quick = Settings(
        allow_private=True, delay=0.0, host_concurrency=32, concurrency=32, runner="here", max_rejected=1.0
    )
    ROUTES["/story"] = lambda server, connection, request: connection.sendall(reply(body=page(request.path[7:])))
    with serving() as server:
        urls = tmp_path / "crawl.urls"
        urls.write_text("".join(server.url(f"/story/{n}\n") for n in range(count)))
        crawled = {p.address: p for p in streaming.plan([str(urls)], quick)}
    assert len(crawled) == count and all(p.data for p in crawled.values())
    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as file:
        file.write(record("warcinfo", "urn:x", b"software: a test\r\n", content_type="application/warc-fields"))
        for address, one in crawled.items():
            file.write(record("request", address, b"GET / HTTP/1.1\r\n\r\n"))
            file.write(response(address, one.data or b""))
            file.write(revisit(address + "?again", one.data or b""))
    summary = run_night([str(path)], tmp_path / "out", dt.date(2026, 3, 1), quick)
    assert summary["counts"]["cleaned"] == 2 * count and summary["problems"] == []
    texts = load("documents", tmp_path / "out", columns=["url", "text"]).to_pylist()
    assert len(texts) == 2 * count
    assert all(row["url"].removesuffix("?again").rsplit("/", 1)[1] in row["text"] for row in texts)
