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
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows import addresses, fetching
from flows.errors import FetchError, NetworkError, UnfitError
from flows.pages import SourcePage
from flows.showing import counts, line
from flows.sources import warc_records
from flows.sources.base import Source
from flows.sources.gauging import Reading
from flows.sources.warc_records import Broken
from schemas.records import Rejection

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.sources")

TAKEN = WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.resource | WarcRecordType.conversion
TRANSIENT_FROM = 500  # a server error may pass
REMEMBERED = 1_000_000  # payload digests kept for the revisits of one file
CHUNK_SIZE = re.compile(rb"[ \t]*+([0-9A-Fa-f]{1,15})[ \t]*+(?:;[^\r\n]{0,200})?\r?\n")
SHORT_LINE = re.compile(rb"[!-;=-~]{0,16}\r?\n")  # which may have been a chunk's size
LONGEST_SIZE = 240  # bytes of the line that the above matches
CHUNK_SPARE = 2**16  # bytes that the sizes of chunks may take beside a body of the cap's size


@dataclass(frozen=True, slots=True)
class _Archive:
    """A file while it is read. `seen`: byte offset of the record a payload digest was met at first."""

    source: Source
    settings: Settings
    seen: dict[str, int] = field(default_factory=dict)
    left_out: collections.Counter[str] = field(default_factory=collections.Counter)

    def can_be_page(self, kind: str | None) -> bool:
        """Whether a record of this media type may be a page; one that may not is counted."""
        if fetching.can_be_page(kind):
            return True
        self.left_out[(kind or "").split(";")[0].strip().lower()[:60]] += 1
        return False


def pages(source: Source, settings: Settings, reading: Reading | None = None) -> Iterator[SourcePage]:
    """The pages of one WARC file, streamed. What is broken in it costs itself, and a rejection says where it is.

    reading: is told how far the file has been read.
    """
    reading = reading or Reading()
    reading.opens(source.where)
    name = os.path.basename(source.where)
    archive = _Archive(source, settings)
    offset = count = 0
    broken = False
    held: SourcePage | None = None  # the page before, until it is seen that its record was as long as it said
    problem: str | None = None
    try:
        with open(source.where, "rb") as file:
            for found in warc_records.records(file):
                if not isinstance(found, Broken):
                    if held is not None:
                        yield held
                    offset, record = found
                    reading.reads(offset)
                    count += 1
                    held = _guarded(archive, record, f"{name}@{offset}")
                    if not warc_records.addressable(file, offset):
                        archive.seen.clear()
                    continue
                broken = True
                if found.of_record and held is not None:
                    held = _with_wrong_length(held, found)
                elif held is not None:
                    yield held
                    held = None
                if held is None:
                    held = _no_record(source, name, found)
            if not broken:
                problem = _problem(file, count, offset)
    except OSError as error:
        problem = f"behind byte {offset:,}: {error.strerror or error}"
    if held is not None:
        yield held
    if problem is not None:
        yield replace(_rejected(source, name, "broken file", problem), partial=True)
    if archive.left_out:
        log.info("%s: records that are no pages: %s", line(source.name), counts(archive.left_out))


def _guarded(archive: _Archive, record: Any, provenance: str) -> SourcePage | None:
    """The page of a record; a rejection where the record cannot be read to its end."""
    try:
        return _page(archive, record, provenance)
    except Exception as error:  # the parser's own: data that cannot be unpacked, a header that cannot be read
        url, source = _target(record), archive.source
        rejection = Rejection("source", "broken record", f"{type(error).__name__}: {error}"[:200])
        address = addresses.public(url) if url else source.name_page(source.where, member=provenance.rpartition("@")[2])
        return SourcePage(address, source=source.name, policy=source.policy, provenance=provenance, rejection=rejection)


def _with_wrong_length(page: SourcePage, found: Broken) -> SourcePage:
    detail = f"at byte {found.offset:,}: not as long as it says ({found.detail})"[:300]
    return replace(page, data=None, read=None, rejection=Rejection("source", "broken record", detail))


def _no_record(source: Source, name: str, found: Broken) -> SourcePage:
    what = "broken file" if found.last else "broken record"
    detail = f"behind byte {found.offset:,}: {found.detail}"[:300]
    return _rejected(source, f"{name}@{found.offset}", what, detail, member=f"@{found.offset}")


def _rejected(source: Source, provenance: str, reason: str, detail: str, **place: Any) -> SourcePage:
    return SourcePage(
        source.name_page(source.where, **place),
        provenance=provenance,
        source=source.name,
        rejection=Rejection("source", reason, detail),
    )


def _target(record: Any) -> str:
    """The address of a record, "" where it has none; WARC 1.0 has it in angle brackets."""
    return (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")


def _page(archive: _Archive, record: Any, provenance: str) -> SourcePage | None:
    url = _target(record)
    if not url.lower().startswith(("http://", "https://")):
        archive.left_out[f"{url.partition(':')[0][:20] or 'without'} address"] += 1
        return None
    date = record.record_date
    fields: dict[str, Any] = {
        "address": addresses.public(url),
        "source": archive.source.name,
        "policy": archive.source.policy,
        "provenance": provenance,
        "fetched_at": date.isoformat() if date else None,
    }
    if record.record_type in (WarcRecordType.resource, WarcRecordType.conversion):
        return _plain(archive, record, fields)
    try:
        record.parse_http(auto_decode="none")
    except Exception as error:
        return SourcePage(**fields, rejection=Rejection("source", "broken record", f"{error}"[:200]))
    headers = record.http_headers
    if headers is None:
        return SourcePage(**fields, rejection=Rejection("source", "broken record", "no HTTP header"))
    return _answer(archive, record, headers, fields)


def _answer(archive: _Archive, record: Any, headers: Any, fields: dict[str, Any]) -> SourcePage | None:
    cap, seen = archive.settings.max_page_bytes, archive.seen
    status = headers.status_code
    kind = headers.get("Content-Type")
    fields |= {"http_status": status, "content_type": kind}
    fields |= {"etag": headers.get("ETag"), "last_modified": headers.get("Last-Modified")}
    digest = record.headers.get("WARC-Payload-Digest") or ""
    if record.record_type == WarcRecordType.revisit:
        if digest in seen:  # the payload stands further up in this file
            return SourcePage(**fields, read=functools.partial(read_payload, archive.source.where, seen[digest], cap))
        return SourcePage(**fields, not_modified=True)
    if status is None:
        return SourcePage(**fields, rejection=Rejection("source", "broken record", "no status line"))
    if status in (404, 410):
        return SourcePage(**fields, gone=True)
    if 300 <= status < 400:
        archive.left_out["redirects"] += 1
        return None
    if status not in (200, 203):
        rejection = Rejection("fetch", "http status", f"HTTP {status}")
        return SourcePage(**fields, rejection=rejection, transient=status >= TRANSIENT_FROM)
    if not archive.can_be_page(kind):
        return None
    try:
        data = _payload(record, headers, cap)
    except FetchError as error:
        return SourcePage(**fields, rejection=Rejection("fetch", error.reason, error.detail))
    if digest and len(seen) < REMEMBERED:
        seen.setdefault(digest, record.stream_pos)
    return SourcePage(**fields, data=data)


def _plain(archive: _Archive, record: Any, fields: dict[str, Any]) -> SourcePage | None:
    """A resource or a conversion (the WET files of Common Crawl): the block is the page."""
    kind = record.headers.get("Content-Type")
    if not archive.can_be_page(kind):
        return None
    fields["content_type"] = kind
    if record.record_type == WarcRecordType.conversion and (kind or "").split(";")[0].strip() == "text/plain":
        fields["content_type"] = "text/plain; charset=utf-8"  # the WARC standard's conversions are UTF-8
    try:
        return SourcePage(**fields, data=_read(record, archive.settings.max_page_bytes))
    except FetchError as error:
        return SourcePage(**fields, rejection=Rejection("source", error.reason, error.detail))


def read_payload(path: str, offset: int, cap: int) -> bytes:
    """The payload of the response record at `offset`. Raises OSError, FetchError."""
    with open(path, "rb") as file:
        file.seek(offset)
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=False):
            record.parse_http(auto_decode="none")
            return _payload(record, record.http_headers, cap)
    raise NetworkError(f"no record at {offset}", reason="broken file")


def _payload(record: Any, headers: Any, cap: int) -> bytes:
    chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
    data = _read(record, 2 * cap + CHUNK_SPARE if chunked else cap)
    if len(data) < record.content_length:
        raise NetworkError(f"{len(data):,} of {record.content_length:,} bytes", reason="body cut short")
    if chunked:
        data = dechunked(data)
        if len(data) > cap:
            raise UnfitError(f"more than {cap:,} bytes", reason="too large")
    return fetching.decoded(data, headers.get("Content-Encoding") or "", cap)


def dechunked(data: bytes) -> bytes:
    """A body without its transfer coding (RFC 9112, 7.1).

    One that begins as a text does, and not with a short line, is as it stands: many archives keep the header of a body
    that they have undone. Raises NetworkError for one that ends early, UnfitError for a broken one.
    """
    out = bytearray()
    at = 0
    while True:
        size = CHUNK_SIZE.match(data, at)
        if size is None and not at and not SHORT_LINE.match(data):
            return data
        if size is None:
            short = len(data) - at < LONGEST_SIZE and b"\n" not in data[at:]
            raise (
                NetworkError("in a chunked body", reason="body cut short")
                if short
                else UnfitError(f"no chunk at byte {at:,} of the body", reason="broken record")
            )
        length = int(size[1], 16)
        at = size.end()
        if not length:
            return bytes(out)
        if at + length > len(data):
            raise NetworkError("in a chunked body", reason="body cut short")
        out += data[at : at + length]
        at += length
        at += 2 if data[at : at + 2] == b"\r\n" else 1 if data[at : at + 1] == b"\n" else 0


def _read(record: Any, cap: int) -> bytes:
    data = bytearray()
    while piece := record.reader.read(min(2**20, cap + 1 - len(data))):
        data += piece
        if len(data) > cap:
            raise UnfitError(f"more than {cap:,} bytes", reason="too large")
    return bytes(data)


def _problem(file: BinaryIO, count: int, offset: int) -> str | None:
    """What is wrong with a file that was read to its end, None where nothing is."""
    if not os.fstat(file.fileno()).st_size:
        return "empty file"
    if not count:
        return "no WARC record in it"
    return warc_records.problem_at_end(file, offset)
