"""A bad record costs itself: the records behind it come, and a row says what is missing. A bomb costs no memory."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import seconds
from warc_writer import response, revisit, write

from flows.errors import FetchError
from flows.pages import SourcePage
from flows.settings import Settings
from flows.sources import streaming
from flows.sources.sitemaps import read
from flows.sources.warc import dechunked

PAGE = "<html><body><p>冬天的早晨，窗户上结了一层薄薄的霜花。</p></body></html>".encode()
CHUNKED = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
LENGTH = re.compile(rb"Content-Length: (\d+)(?=\r\n\r\nHTTP)")
MANY = 50


def plan(path: Path, **chosen: object) -> list[SourcePage]:
    return list(streaming.plan([str(path)], Settings(**chosen)))


def lying(by: int | None) -> bytes:
    """A record whose length is so much more than it is, or negative."""
    return LENGTH.sub(
        lambda m: b"Content-Length: %d" % (-5 if by is None else int(m[1]) + by),
        response("http://a.cn/bad", PAGE, packed=False),
    )


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(b ^ 0xFF for b in data[middle : middle + 3]) + data[middle + 3 :]


BAD = {
    "no chunks": response("http://a.cn/bad", b"zz\r\nhello", headers=CHUNKED, packed=False),
    "a chunk too long": response("http://a.cn/bad", b"fff\r\nhello\r\n0\r\n\r\n", headers=CHUNKED, packed=False),
    "chunks that end": response("http://a.cn/bad", b"5\r\nhello\r\n", headers=CHUNKED, packed=False),
    "a bad second chunk": response("http://a.cn/bad", b"5\r\nhello\r\n-3\r\nx\r\n", headers=CHUNKED, packed=False),
    "much too long": lying(5_000),
    "too long": lying(20),
    "beyond the end": lying(10**9),
    "too short": lying(-10),
    "negative": lying(None),
    "garbage": b"\xff\x00nothing that is a record\r\n\r\n" * 9,
    "no header": b"WARC/1.0\r\nnonsense without a colon \xff\r\n\r\n" + PAGE,
}


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("name", BAD)
def test_the_records_behind_a_bad_one_come(tmp_path: Path, name: str, packed: bool) -> None:
    bad = gzip.compress(BAD[name]) if packed and name != "garbage" else BAD[name]
    good = [response(f"http://a.cn/{n}", PAGE, packed=packed) for n in range(MANY + 1)]
    pages = plan(write(tmp_path / ("a.warc.gz" if packed else "a.warc"), good[0], bad, *good[1:]))
    assert [p.address for p in pages if p.rejection is None] == [f"http://a.cn/{n}" for n in range(MANY + 1)]
    assert all(p.data == PAGE for p in pages if p.rejection is None)
    told = [p for p in pages if p.rejection is not None]
    assert len(told) == 1 and pages.index(told[0]) == 1
    assert told[0].data is None and told[0].rejection is not None
    assert told[0].rejection.reason in ("broken record", "body cut short")
    assert name in ("garbage", "no header") or told[0].address == "http://a.cn/bad"


def test_a_flipped_byte_in_a_member_costs_its_record(tmp_path: Path) -> None:
    good = [response(f"http://a.cn/{n}", PAGE) for n in range(MANY)]
    pages = plan(write(tmp_path / "a.warc.gz", *good[:5], flipped(response("http://a.cn/bad", PAGE)), *good[5:]))
    assert [p.address for p in pages if p.rejection is None] == [f"http://a.cn/{n}" for n in range(MANY)]
    assert sum(p.rejection is not None for p in pages) == 1


def test_a_plain_body_called_chunked_is_a_page(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.warc.gz", response("http://a.cn/0", PAGE, headers=CHUNKED), response("http://a.cn/1", PAGE)
    )
    assert [p.data for p in plan(path)] == [PAGE, PAGE]


def test_a_file_of_one_gzip_member_is_read_whole(tmp_path: Path) -> None:
    records = [response(f"http://a.cn/{n}", PAGE, packed=False) for n in range(5)]
    whole = gzip.compress(b"".join(records))
    assert [p.data for p in plan(write(tmp_path / "a.warc.gz", whole))] == [PAGE] * 5
    cut = plan(write(tmp_path / "b.warc.gz", whole[:-30]))
    assert cut[-1].rejection is not None and cut[-1].rejection.reason == "broken file"


def test_a_revisit_in_a_file_of_one_gzip_member_is_not_read_at_a_wrong_place(tmp_path: Path) -> None:
    records = [response(f"http://a.cn/{n}", PAGE + b"%d" % n, packed=False) for n in range(3)]
    again = gzip.decompress(revisit("http://a.cn/again", PAGE + b"2"))
    last = plan(write(tmp_path / "a.warc.gz", gzip.compress(b"".join([*records, again]))))[-1]
    assert last.not_modified or (last.read is not None and last.read() == PAGE + b"2")


def test_a_file_of_nothing_but_lies_is_read_in_time(tmp_path: Path) -> None:
    small, large = (write(tmp_path / f"{n}.warc", lying(10**8) * n) for n in (300, 1_200))
    assert seconds(lambda: plan(large), 1) < 10 * max(seconds(lambda: plan(small), 1), 0.05)
    assert all(p.rejection is not None for p in plan(small))


@given(st.binary(max_size=60), st.lists(st.integers(1, 30), max_size=5), st.sampled_from(["\r\n", "\n"]))
def test_chunks_are_put_together(data: bytes, sizes: list[int], line: str) -> None:
    coded, at, end = b"", 0, line.encode()
    for size in [*sizes, len(data)]:
        if piece := data[at : at + size]:
            coded += b"%x;note=1" % len(piece) + end + piece + end
        at += size
    assert dechunked(coded + b"0" + end + end) == data


@settings(max_examples=200)
@given(st.binary(max_size=80))
def test_any_body_called_chunked_is_read_or_refused(data: bytes) -> None:
    try:
        assert len(dechunked(data)) <= len(data)
    except FetchError as error:
        assert error.reason in ("broken record", "body cut short")


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_value_that_is_not_utf_8_costs_its_row(tmp_path: Path) -> None:
    values = [PAGE] * 300
    values[63] = b"\xff\xfe\xba"
    buffers = pa.array(values, pa.binary()).buffers()
    html = pa.StringArray.from_buffers(len(values), buffers[1], buffers[2])
    urls = [f"http://a.cn/{n}" for n in range(300)]
    pq.write_table(pa.table({"url": urls, "html": html}), tmp_path / "a.parquet")
    pages = plan(tmp_path / "a.parquet")
    assert [p.address for p in pages if p.rejection is None] == urls[:63] + urls[64:]
    told = [p.rejection for p in pages if p.rejection is not None]
    assert len(told) == 1 and told[0].reason == "bad record" and "UTF-8" in told[0].detail


def test_a_broken_group_of_rows_costs_no_other(tmp_path: Path) -> None:
    urls = [f"http://a.cn/{n}" for n in range(300)]
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"url": urls, "html": [PAGE.decode() + str(n) for n in range(300)]}), path, row_group_size=100
    )
    about = pq.ParquetFile(path).metadata.row_group(1).column(1)
    data = bytearray(path.read_bytes())
    at = about.dictionary_page_offset or about.data_page_offset
    data[at : at + about.total_compressed_size] = b"\xff" * about.total_compressed_size
    path.write_bytes(bytes(data))
    pages = plan(path)
    assert [p.address for p in pages if p.rejection is None] == urls[:100] + urls[200:]
    assert sum(p.rejection is not None for p in pages) == 1


# The most memory a process has had, in KB. getrusage does not do: what it tells of a child begins with its parent's.
PEAK = """
import re, sys
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
MEMORY = f"""{PEAK}
from flows.settings import Settings
from flows.sources import streaming
before = peak()
pages = sum(len(page.data or b'') > 0 for page in streaming.plan([sys.argv[1]], Settings()))
print(pages, (peak() - before) // 1024)
"""


def test_a_value_that_stands_in_each_row_is_not_held_for_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"url": [f"http://a.cn/{n}" for n in range(64)], "html": ["长" * 2_000_000] * 64})
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 10_000  # of 384 MB
    ran = subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True)
    pages, megabytes = map(int, ran.stdout.split())
    assert pages == 64 and megabytes < 420  # 300; 590 where batches are of so many rows, whatever is in them


def test_a_group_of_rows_that_is_a_bomb_is_told_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"url": ["http://a.cn/1", "http://a.cn/2"], "html": ["长" * 100_000_000, PAGE.decode()]})
    pq.write_table(table, path, compression="zstd", row_group_size=1)
    told, page = plan(path)
    assert told.rejection is not None and "unpack" in told.rejection.detail
    assert page.address == "http://a.cn/2" and page.rejection is None


SITEMAP_MEMORY = f"""{PEAK}
from flows.sources.sitemaps import read
before = peak()
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        print(sum(1 for _ in read(file)), (peak() - before) // 1024)
"""


def test_what_is_no_address_in_a_sitemap_is_not_kept(tmp_path: Path) -> None:
    """One process reads them all, for starting it takes as long as reading; the first that is kept shows."""
    sitemaps = {}
    for inside in ("<x/>", "<!--x-->", "<?x y?>", "<a><b>c</b></a>"):
        for where in (
            "<urlset>%s<url><loc>http://a.cn/1</loc></url></urlset>",
            "<urlset><url>%s<loc>http://a.cn/1</loc></url></urlset>",
        ):
            path = tmp_path / f"{len(sitemaps)}.xml"
            path.write_text(where % (inside * 100_000))
            sitemaps[str(path)] = where % inside
    command = [sys.executable, "-c", SITEMAP_MEMORY, *sitemaps]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for kind, line in zip(sitemaps.values(), told, strict=True):
        found, megabytes = map(int, line.split())
        assert found == 1 and megabytes < 12, kind  # kept, they are 17


def test_a_sitemap_is_read_whatever_stands_in_its_entries() -> None:
    text = (
        b"<?xml version='1.0'?><!-- a --><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:i='urn:i'>"
        b"<note>no</note><url><i:image><i:loc>http://a.cn/p.png</i:loc></i:image><lastmod>2026-01-02</lastmod>"
        b"<loc> http://a.cn/1 </loc></url><url><loc>http://a.cn/2</loc><!-- b --></url></urlset>"
    )
    found = list(read(io.BufferedReader(io.BytesIO(text))))  # type: ignore[arg-type]
    assert [kind for kind, _, _ in found] == ["url", "url"] and found[1][1] == "http://a.cn/2"
