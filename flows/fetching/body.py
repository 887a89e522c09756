"""What may be in an answer: content types that can be a page, and content encodings undone with a cap on the output."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from flows.errors import NetworkError, UnfitError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
LAYERS = 3  # content encodings on top of each other; more is an attack
CHUNK = 2**16
ZSTD_STEP = 512  # bytes in; a block of 4 bytes may give 128 KB, so a step gives 16 MB at the worst

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


def decoded(body: bytes, content_encoding: str, cap: int) -> bytes:
    """The body without its content encodings (RFC 9110, 8.4), at most `cap` bytes.

    Raises UnfitError for a body that grows over the cap (a bomb is never unpacked further), an unknown or a broken
    encoding; NetworkError for one that ends early.
    """
    names = [name for name in (part.strip().lower() for part in content_encoding.split(",")) if name not in PLAIN]
    if len(names) > LAYERS:
        raise UnfitError(f"{len(names)} content encodings", reason="content encoding")
    for name in reversed(names):
        if name not in DECODERS:
            raise UnfitError(name[:60], reason="content encoding")
        body = DECODERS[name](body, cap)
    return body


def _inflated(body: bytes, cap: int, bits: int) -> bytes:
    out = bytearray()
    rest = body
    while rest:
        stream = zlib.decompressobj(bits)
        while rest and not stream.eof:
            out += stream.decompress(rest, cap + 1 - len(out))
            if len(out) > cap:
                raise _bomb(cap)
            rest = stream.unconsumed_tail
        if not stream.eof:
            out += stream.flush(cap + 1 - len(out) or 1)
            if len(out) > cap:
                raise _bomb(cap)
            raise NetworkError("the compressed body ends early", reason="body cut short")
        rest = stream.unused_data
        if not rest.startswith(b"\x1f\x8b"):  # what stands behind the last member is padding
            break
    return bytes(out)


def _gzip(body: bytes, cap: int) -> bytes:
    if not body.startswith(b"\x1f\x8b"):  # servers say gzip of bodies that are plain; browsers differ, the bytes do not
        return body
    return _inflated(body, cap, zlib.MAX_WBITS | 16)


def _deflate(body: bytes, cap: int) -> bytes:
    """zlib's format as the standard says, or raw deflate as many servers send."""
    try:
        return _inflated(body, cap, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, cap, -zlib.MAX_WBITS)


def _brotli(body: bytes, cap: int) -> bytes:
    import brotli

    stream = brotli.Decompressor()
    out = bytearray()
    piece = stream.process(body, output_buffer_limit=CHUNK)
    while piece:
        out += piece
        if len(out) > cap:
            raise _bomb(cap)
        piece = b"" if stream.is_finished() else stream.process(b"", output_buffer_limit=CHUNK)
    if not stream.is_finished():
        raise NetworkError("the compressed body ends early", reason="body cut short")
    return bytes(out)


def _zstd(body: bytes, cap: int) -> bytes:
    import zstandard

    factory = zstandard.ZstdDecompressor(max_window_size=2**27)  # RFC 9659 asks for 8 MB of senders; allow for more
    out = bytearray()
    view = memoryview(body)
    at = 0
    while at < len(view):  # frame after frame
        frame = factory.decompressobj(read_across_frames=False)
        while at < len(view) and not frame.eof:
            out += frame.decompress(view[at : at + ZSTD_STEP])
            at += ZSTD_STEP
            if len(out) > cap:
                raise _bomb(cap)
        if not frame.eof:
            raise NetworkError("the compressed body ends early", reason="body cut short")
        at = min(at, len(view)) - len(frame.unused_data)
    return bytes(out)


def _guarded(decoder: Callable[[bytes, int], bytes]) -> Callable[[bytes, int], bytes]:
    def guarded(body: bytes, cap: int) -> bytes:
        try:
            return decoder(body, cap) if body else body
        except (NetworkError, UnfitError):
            raise
        except Exception as error:  # zlib.error, brotli.error, ZstdError: each package has its own
            raise UnfitError(f"broken: {error}"[:200], reason="content encoding") from error

    return guarded


def _bomb(cap: int) -> UnfitError:
    return UnfitError(f"unpacks to more than {cap:,} bytes", reason="too large")


PLAIN = (
    "",
    "identity",
    "none",
    "utf-8",
    "gbk",
    "gb2312",
    "binary",
)  # beyond the first three: a charset in the wrong field
DECODERS = {
    "gzip": _guarded(_gzip),
    "x-gzip": _guarded(_gzip),
    "deflate": _guarded(_deflate),
    "br": _guarded(_brotli),
    "zstd": _guarded(_zstd),
}
