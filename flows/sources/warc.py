"""WARC files: response, revisit, resource and conversion records as pages.

An answer that carries no page is told as it is when fetched: 404 and 410 are gone, other errors are reject rows.
Redirects (their targets are records of their own), images, scripts and DNS answers are no pages; they are counted in
the log. Format: ISO 28500:2017 (WARC 1.1).
"""

from __future__ import annotations

import collections
import functools
import logging
import os
import zlib
from collections.abc import Iterator
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows import addresses, fetching
from flows.errors import FetchError, NetworkError, UnfitError
from flows.pages import SourcePage
from flows.sources.base import Source
from schemas.records import Rejection

log = logging.getLogger("qingwen.sources")

TAKEN = WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.resource | WarcRecordType.conversion
TRANSIENT_FROM = 500  # a server error may pass
REMEMBERED = 1_000_000  # payload digests kept for the revisits of one file


def pages(source: Source, settings: Any) -> Iterator[SourcePage]:
    """The pages of one WARC file, streamed. A broken file gives what can be read and a rejection that says where."""
    name = os.path.basename(source.where)
    left_out: collections.Counter[str] = collections.Counter()
    seen: dict[str, int] = {}
    offset = records = 0
    try:
        with open(source.where, "rb") as file:
            for record in ArchiveIterator(file, parse_http=False):
                records += 1
                offset = record.stream_pos
                if not record.record_type & TAKEN:
                    continue
                page = _page(record, source, settings, f"{name}@{offset}", seen, left_out)
                if page is not None:
                    yield page
        problem = _problem(source.where, records, offset)
    except OSError as error:
        problem = f"behind byte {offset:,}: {error.strerror or error}"
    except Exception as error:  # the parser's own errors for broken records
        problem = f"behind byte {offset:,}: {type(error).__name__}: {error}"[:300]
    if problem is not None:
        yield SourcePage(
            source.name_page(source.where),
            provenance=name,
            source=source.name,
            rejection=Rejection("source", "broken file", problem),
        )
    if left_out:
        listed = ", ".join(f"{n} {what}" for what, n in left_out.most_common())
        log.info("%s: records that are no pages: %s", source.name, listed)


def _page(
    record: Any,
    source: Source,
    settings: Any,
    provenance: str,
    seen: dict[str, int],
    left_out: collections.Counter[str],
) -> SourcePage | None:
    url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    if not url.lower().startswith(("http://", "https://")):
        left_out[f"{url.partition(':')[0][:20] or 'without'} address"] += 1
        return None
    date = record.record_date
    fields: dict[str, Any] = {
        "address": addresses.public(url),
        "source": source.name,
        "policy": source.policy,
        "provenance": provenance,
        "fetched_at": date.isoformat() if date else None,
    }
    cap = settings.max_page_bytes
    if record.record_type in (WarcRecordType.resource, WarcRecordType.conversion):
        return _plain(record, fields, cap, left_out)
    try:
        record.parse_http(auto_decode="transfer")
    except Exception as error:
        return SourcePage(**fields, rejection=Rejection("source", "broken record", f"{error}"[:200]))
    headers = record.http_headers
    if headers is None:
        return SourcePage(**fields, rejection=Rejection("source", "broken record", "no HTTP header"))
    return _answer(record, headers, fields, cap, source.where, seen, left_out)


def _answer(
    record: Any,
    headers: Any,
    fields: dict[str, Any],
    cap: int,
    path: str,
    seen: dict[str, int],
    left_out: collections.Counter[str],
) -> SourcePage | None:
    status = headers.status_code
    kind = headers.get("Content-Type")
    fields |= {"http_status": status, "content_type": kind}
    fields |= {"etag": headers.get("ETag"), "last_modified": headers.get("Last-Modified")}
    digest = record.headers.get("WARC-Payload-Digest") or ""
    if record.record_type == WarcRecordType.revisit:
        if digest in seen:  # the payload stands further up in this file
            return SourcePage(**fields, read=functools.partial(read_payload, path, seen[digest], cap))
        return SourcePage(**fields, not_modified=True)
    if status is None:
        return SourcePage(**fields, rejection=Rejection("source", "broken record", "no status line"))
    if status in (404, 410):
        return SourcePage(**fields, gone=True)
    if 300 <= status < 400:
        left_out["redirects"] += 1
        return None
    if status not in (200, 203):
        rejection = Rejection("fetch", "http status", f"HTTP {status}")
        return SourcePage(**fields, rejection=rejection, transient=status >= TRANSIENT_FROM)
    if not fetching.can_be_page(kind):
        left_out[(kind or "").split(";")[0].strip().lower()[:60]] += 1
        return None
    try:
        data = _payload(record, headers, cap)
    except FetchError as error:
        return SourcePage(**fields, rejection=Rejection("fetch", error.reason, error.detail))
    if digest and len(seen) < REMEMBERED:
        seen.setdefault(digest, record.stream_pos)
    return SourcePage(**fields, data=data)


def _plain(record: Any, fields: dict[str, Any], cap: int, left_out: collections.Counter[str]) -> SourcePage | None:
    """A resource or a conversion (the WET files of Common Crawl): the block is the page."""
    kind = record.headers.get("Content-Type")
    if not fetching.can_be_page(kind):
        left_out[(kind or "").split(";")[0].strip().lower()[:60]] += 1
        return None
    fields["content_type"] = kind
    if record.record_type == WarcRecordType.conversion and (kind or "").split(";")[0].strip() == "text/plain":
        fields["content_type"] = "text/plain; charset=utf-8"  # the WARC standard's conversions are UTF-8
    try:
        return SourcePage(**fields, data=_read(record, cap))
    except FetchError as error:
        return SourcePage(**fields, rejection=Rejection("source", error.reason, error.detail))


def read_payload(path: str, offset: int, cap: int) -> bytes:
    """The payload of the response record at `offset`. Raises OSError, FetchError."""
    with open(path, "rb") as file:
        file.seek(offset)
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=False):
            record.parse_http(auto_decode="transfer")
            return _payload(record, record.http_headers, cap)
    raise NetworkError(f"no record at {offset}", reason="broken file")


def _payload(record: Any, headers: Any, cap: int) -> bytes:
    chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
    data = _read(record, cap)
    if not chunked and len(data) < record.content_length:
        raise NetworkError(f"{len(data):,} of {record.content_length:,} bytes", reason="body cut short")
    return fetching.decoded(data, headers.get("Content-Encoding") or "", cap)


def _read(record: Any, cap: int) -> bytes:
    data = bytearray()
    while piece := record.reader.read(min(2**20, cap + 1 - len(data))):
        data += piece
        if len(data) > cap:
            raise UnfitError(f"more than {cap:,} bytes", reason="too large")
    return bytes(data)


def _problem(path: str, records: int, offset: int) -> str | None:
    """What is wrong with a file that was read to its end, None where nothing is. The parser is silent about a file that
    ends in the middle of a record, which is how a crawl that was killed leaves it."""
    if not os.path.getsize(path):
        return "empty file"
    if not records:
        return "no WARC record in it"
    with open(path, "rb") as file:
        if file.read(2) != b"\x1f\x8b":
            file.seek(-4, os.SEEK_END)
            return None if file.read() == b"\r\n\r\n" else f"ends in the middle of a record (behind byte {offset:,})"
        file.seek(offset)
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        rest = b""
        while rest or (rest := file.read(2**16)):
            if member.eof:
                member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            while rest and not member.eof:
                member.decompress(rest, 2**20)
                rest = member.unconsumed_tail
            rest = member.unused_data
        return None if member.eof else f"ends in the middle of a record (behind byte {offset:,})"
