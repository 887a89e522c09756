"""Files that something has bitten: every source reads on or says so in a row, and never raises or hangs."""

from __future__ import annotations

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writer import response, revisit

from flows.errors import QingwenError
from flows.settings import Settings
from flows.sources import streaming

PAGE = "<html><body><p>冬天的早晨，窗户上结了一层薄薄的霜花。</p></body></html>".encode()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"url": ["http://a.cn/1"] * 9, "html": [PAGE.decode()] * 9}), out)
    return out.getvalue()


FILES: dict[str, bytes] = {
    "a.warc.gz": b"".join(response(f"http://a.cn/{n}", PAGE) for n in range(4)) + revisit("http://a.cn/9", PAGE),
    "a.warc": b"".join(response(f"http://a.cn/{n}", PAGE, packed=False) for n in range(4)),
    "a.jsonl": b"".join(
        json.dumps({"url": f"http://a.cn/{n}", "html": PAGE.decode()}).encode() + b"\n" for n in range(9)
    ),
    "a.jsonl.gz": gzip.compress(b'{"text": "a"}\n' * 50),
    "a.parquet": parquet(),
    "a.html": PAGE,
}
BITES = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["flip", "cut", "insert", "drop"]), st.binary(max_size=9)),
    max_size=6,
)


def bitten(data: bytes, bites: list[tuple[int, str, bytes]]) -> bytes:
    for at, how, new in bites:
        at %= len(data) + 1
        if how == "cut":
            data = data[:at]
        elif how == "flip":
            data = data[:at] + bytes(b ^ 0x55 for b in data[at : at + 3]) + data[at + 3 :]
        else:
            data = data[:at] + (new if how == "insert" else b"") + data[at + (20 if how == "drop" else 0) :]
    return data


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(bites=BITES)
def test_a_bitten_file_is_read_on_or_told(tmp_path_factory: pytest.TempPathFactory, name: str, bites: list) -> None:  # type: ignore[type-arg]
    path = tmp_path_factory.mktemp("bitten") / name
    path.write_bytes(bitten(FILES[name], bites))
    try:
        pages = list(streaming.plan([str(path)], Settings(max_page_bytes=100_000)))
    except QingwenError as error:  # a column that is gone is told before the first page
        assert "\n" not in str(error)
        return
    assert len(pages) <= 100
    for page in pages:
        assert page.address.encode() and (page.data is None or len(page.data) <= 100_000)
        if page.read is not None:
            try:
                assert len(page.read()) <= 100_000
            except (OSError, QingwenError):
                pass


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=400), BITES.map(lambda bites: bitten(SITEMAP, bites))))
def test_a_bitten_sitemap_gives_addresses_or_an_error_of_one_kind(data: bytes) -> None:
    from flows.sources.sitemaps import read

    try:
        for kind, address, _ in read(io.BufferedReader(io.BytesIO(data))):  # type: ignore[arg-type]
            assert kind in ("url", "sitemap") and address.lower().startswith("http")
    except (ValueError, OSError, EOFError):
        pass


SITEMAP = b"<urlset>" + b"".join(b"<url><loc>http://a.cn/%d</loc></url>" % n for n in range(9)) + b"</urlset>"


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "x"]), st.binary(max_size=300), BITES)
def test_a_bitten_body_is_unpacked_or_refused(encoding: str, body: bytes, bites: list) -> None:  # type: ignore[type-arg]
    from flows.errors import FetchError
    from flows.fetching.body import decoded

    for data in (body, bitten(gzip.compress(body), bites)):
        try:
            assert len(decoded(data, encoding, 5_000)) <= 5_000
        except FetchError as error:
            assert error.reason in ("too large", "content encoding", "body cut short")
