"""Compressed bytes unpacked piece by piece: linear in what comes in and in what comes out, whatever the format holds.

A decompressor hands back what it has not used, and each time that is a copy. Fed a whole body, a stream of many small
members therefore costs the square of their number. So the input is fed by offset, in steps that begin small with each
member and grow with it: what is copied is never more than a small multiple of what was read.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

GZIP = zlib.MAX_WBITS | 16
ZLIB = zlib.MAX_WBITS
RAW = -zlib.MAX_WBITS  # deflate without a header
MAGIC = b"\x1f\x8b"
PIECE = 2**16  # bytes: most that one step reads, and most that it gives
FIRST_STEP = 64  # bytes of a member that are fed first: the smallest member has 20
ZSTD_STEP = 512  # bytes in; a block of 4 bytes may give 128 KB, so a step gives 16 MB at the worst
# Members (gzip) or frames (zstd) of one stream. BGZF and parallel compressors begin one every 64 KB or more: 20 MB have
# some 300. Each costs 1 microsecond (measured), so as many as this are 10 ms.
MEMBERS = 10_000


class UnpackError(ValueError):
    """The bytes are not what they say they are, or have more members than any honest stream."""


class CutShort(EOFError):
    """The stream ends in the middle."""


Read = Callable[[int], bytes]


def inflated(read: Read, bits: int = GZIP, members: int | None = MEMBERS) -> Iterator[bytes]:
    """What a deflate stream (RFC 1950, 1951) or a row of gzip members (RFC 1952, 2.2) unpacks to.

    read: gives at most so many bytes, b"" at the end. bits: GZIP, ZLIB or RAW. members: how many there may be; None
    is any number. Pieces have PIECE bytes at most and may be empty: there is one for each step, so that who reads can
    look at a clock. What stands behind the last member is padding. Raises UnpackError, CutShort.
    """
    window = _Window(read)
    count = 0
    while True:
        count += 1
        if members is not None and count > members:
            raise UnpackError(f"more than {members:,} members")
        stream = zlib.decompressobj(bits)
        step = FIRST_STEP
        while not stream.eof:
            taken = window.take(step)
            try:
                piece = stream.decompress(taken, PIECE)
            except zlib.error as error:
                raise UnpackError(str(error)) from None
            window.give_back(len(stream.unused_data if stream.eof else stream.unconsumed_tail))
            if not taken and not piece and not stream.eof:
                raise CutShort("the compressed data ends early")
            step = min(2 * step, PIECE)
            yield piece
        following = window.peek(2) if bits == GZIP else b""
        if following == MAGIC[:1]:
            raise CutShort("the compressed data ends early")
        if following != MAGIC:
            return


def unzstandard(read: Read, members: int | None = MEMBERS) -> Iterator[bytes]:
    """What a row of zstd frames (RFC 8878, 3.1) unpacks to. As `inflated`, but pieces have up to 16 MB."""
    import zstandard

    factory = zstandard.ZstdDecompressor(max_window_size=2**27)  # RFC 9659 asks for 8 MB of senders; allow for more
    window = _Window(read)
    count = 0
    while window.peek(1):
        count += 1
        if members is not None and count > members:
            raise UnpackError(f"more than {members:,} frames")
        frame = factory.decompressobj(read_across_frames=False)
        step = FIRST_STEP
        while not frame.eof:
            taken = window.take(step)
            if not taken:
                raise CutShort("the compressed data ends early")
            try:
                piece = frame.decompress(taken)
            except zstandard.ZstdError as error:
                raise UnpackError(str(error)) from None
            window.give_back(len(frame.unused_data))
            step = min(2 * step, ZSTD_STEP)
            yield piece


def unbrotli(read: Read) -> Iterator[bytes]:
    """What a brotli stream (RFC 7932) unpacks to. As `inflated`; it has one member."""
    import brotli

    stream = brotli.Decompressor()
    while not stream.is_finished():
        taken = read(PIECE) if stream.can_accept_more_data() else b""
        try:
            piece = stream.process(taken, output_buffer_limit=PIECE)
        except brotli.error as error:
            raise UnpackError(str(error)) from None
        if not taken and not piece and not stream.is_finished() and stream.can_accept_more_data():
            raise CutShort("the compressed data ends early")
        yield piece


class Unpacked(io.RawIOBase):
    """A file of the pieces that an iterator gives, not of more than `most` bytes (OSError). Closes what it reads."""

    def __init__(self, pieces: Iterator[bytes], file: BinaryIO, most: int | None = None) -> None:
        self._pieces = pieces
        self._file = file
        self._left = most
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._piece:
            try:
                self._piece = memoryview(next(self._pieces))
            except StopIteration:
                return 0
            if self._left is not None:
                self._left -= len(self._piece)
                if self._left < 0:
                    raise OSError("unpacks to too many bytes")
        size = min(len(buffer), len(self._piece))
        buffer[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class _Window:
    """The input, of which as many bytes can be given back as were taken last."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._bytes = b""
        self._at = 0

    def take(self, size: int) -> bytes:
        """Up to `size` bytes, b"" at the end of the input."""
        if self._at == len(self._bytes):
            self._bytes, self._at = self._read(PIECE), 0
        taken = self._bytes[self._at : self._at + size]
        self._at += len(taken)
        return taken

    def give_back(self, size: int) -> None:
        self._at -= size

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end of the input."""
        while len(self._bytes) - self._at < size:
            more = self._read(PIECE)
            if not more:
                break
            self._bytes, self._at = self._bytes[self._at :] + more, 0
        return self._bytes[self._at : self._at + size]
