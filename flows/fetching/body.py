"""What may be in an answer: content types that can be a page, and content encodings undone with a cap on the output."""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Callable, Iterator

from flows import unpacking
from flows.errors import NetworkError, SlowError, UnfitError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
LAYERS = 3  # content encodings on top of each other; more is an attack

# A page is text. What says it is something else is not asked for its body. No type, or the type of servers that do not
# know, says nothing: decoding will find out.
PAGE_TYPES = ("application/xhtml+xml", "application/xml", "application/vnd.wap.xhtml+xml")
UNKNOWN_TYPES = ("", "application/octet-stream", "application/x-unknown-content-type", "binary/octet-stream", "*/*")
NO_PAGES = ("text/css", "text/javascript", "text/csv", "text/calendar", "text/vcard", "text/event-stream")


def can_be_page(content_type: str | None) -> bool:
    """Whether a Content-Type header leaves it possible that the body is a page."""
    kind = (content_type or "").split(";")[0].split(",")[0].strip().lower()
    if kind in UNKNOWN_TYPES or "/" not in kind:
        return True
    return (kind.startswith("text/") and kind not in NO_PAGES) or kind in PAGE_TYPES


def decoded(
    body: bytes, content_encoding: str, cap: int, *, whole: bool = True, deadline: float | None = None
) -> bytes:
    """The body without its content encodings (RFC 9110, 8.4), at most `cap` bytes. Linear in both.

    whole: False takes the beginning of what is over the cap, or cut. deadline: of time.monotonic(), behind which it
    gives up; None is never. Raises UnfitError for a body that grows over
    the cap (a bomb is never unpacked further), an unknown or a broken encoding; NetworkError for one that ends early;
    SlowError at the deadline.
    """
    names = encodings(content_encoding)
    if len(names) > LAYERS:
        raise UnfitError(f"{len(names)} content encodings", reason="content encoding")
    for name in reversed(names):
        if name not in DECODERS:
            raise UnfitError(name[:60], reason="content encoding")
        body = _unpacked(DECODERS[name], body, cap, whole, deadline) if body else body
    return body


def encodings(content_encoding: str) -> list[str]:
    """The encodings that a Content-Encoding header names and that change the body."""
    return [name for name in (part.strip().lower() for part in content_encoding.split(",")) if name not in PLAIN]


def _unpacked(
    decoder: Callable[[bytes], Iterator[bytes]], body: bytes, cap: int, whole: bool, deadline: float | None
) -> bytes:
    out = bytearray()
    try:
        for piece in decoder(body):
            out += piece
            if len(out) > cap and not whole:
                break
            if len(out) > cap:
                raise UnfitError(f"unpacks to more than {cap:,} bytes", reason="too large")
            if deadline is not None and time.monotonic() > deadline:
                raise SlowError("unpacking took too long")
    except unpacking.CutShort as error:
        if whole:
            raise NetworkError("the compressed body ends early", reason="body cut short") from error
    except unpacking.UnpackError as error:
        raise UnfitError(f"broken: {error}"[:200], reason="content encoding") from error
    return bytes(out[:cap])


def _gzip(body: bytes) -> Iterator[bytes]:
    if not body.startswith(
        unpacking.MAGIC
    ):  # servers say gzip of bodies that are plain; browsers differ, the bytes do not
        return iter((body,))
    return unpacking.inflated(io.BytesIO(body).read)


def _deflate(body: bytes) -> Iterator[bytes]:
    """zlib's format as the standard says, or raw deflate as many servers send."""
    try:
        zlib.decompressobj(unpacking.ZLIB).decompress(body[:2])
    except zlib.error:  # the first two bytes are no header (RFC 1950, 2.2)
        return unpacking.inflated(io.BytesIO(body).read, unpacking.RAW)
    return unpacking.inflated(io.BytesIO(body).read, unpacking.ZLIB)


PLAIN = (
    "",
    "identity",
    "none",
    "utf-8",
    "gbk",
    "gb2312",
    "binary",
)  # beyond the first three: a charset in the wrong field
DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": lambda body: unpacking.unbrotli(io.BytesIO(body).read),
    "zstd": lambda body: unpacking.unzstandard(io.BytesIO(body).read),
}
