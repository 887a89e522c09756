"""WARC files for tests, written by hand: records as ISO 28500 draws them, and such as it does not."""

from __future__ import annotations

import base64
import gzip
import hashlib
import uuid
from pathlib import Path

HTML = "Content-Type: text/html; charset=utf-8\r\n"
HTTP = "application/http; msgtype=response"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def digest(payload: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(payload).digest()).decode()


def http(payload: bytes, status: int = 200, headers: str = HTML) -> bytes:
    return f"HTTP/1.1 {status} X\r\n{headers}\r\n".encode() + payload


def record(
    kind: str, url: str, block: bytes, *, content_type: str = HTTP, more: str = "", packed: bool = True
) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
        f"WARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Target-URI: {url}\r\n{more}"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    whole = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(whole, 1) if packed else whole


def response(url: str, payload: bytes, status: int = 200, headers: str = HTML, *, packed: bool = True) -> bytes:
    more = f"WARC-Payload-Digest: {digest(payload)}\r\n"
    return record("response", url, http(payload, status, headers), more=more, packed=packed)


def revisit(url: str, payload: bytes) -> bytes:
    more = f"WARC-Payload-Digest: {digest(payload)}\r\nWARC-Profile: {IDENTICAL}\r\n"
    return record("revisit", url, http(b""), more=more)


def write(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path
