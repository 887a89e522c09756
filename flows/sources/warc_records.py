"""The records of a WARC file, one after the other: a broken one costs itself and no other.

The parser ends at the first thing that is no record. The next one is looked for from there: a line `WARC/1.x`, or a
gzip member that unpacks to one, and what stood between is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from flows import unpacking

START = re.compile(rb"WARC/1\.[01]\r?\n(?=[A-Za-z])")
LONGEST_START = 11  # bytes of the above
LONGEST_HEAD = 2**16  # bytes of a record's own header
HEAD_READ = 1_024  # bytes of a member that are enough to see how it begins
PIECE = 2**20
# Bytes that may be read again while records are looked for, in sizes of the file: a file of nothing but records that
# lie about their length would otherwise be read to its end for each of them.
READ_AGAIN = 8
READ_AGAIN_LEAST = 2**26


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that are no record. of_record: the record before told a wrong length; `offset` is its own."""

    offset: int
    detail: str
    of_record: bool = False
    last: bool = False  # nothing is looked for behind it any more


def records(file: BinaryIO) -> Iterator[tuple[int, Any] | Broken]:
    """(offset, record) of each record, Broken where something is none. Raises OSError where the file cannot be read."""
    size = os.fstat(file.fileno()).st_size
    left = READ_AGAIN * size + READ_AGAIN_LEAST
    packed = os.pread(file.fileno(), 2, 0) == unpacking.MAGIC
    start = 0
    while True:
        file.seek(start)
        offset: int | None = None
        detail = "it ends behind the end of the file"
        failed = False
        try:
            for record in ArchiveIterator(file, parse_http=False):
                offset = record.stream_pos  # in the file, wherever the parser was begun
                yield offset, record
        except Exception as error:  # the parser's own: OSError for what is no record, also where the disk is well
            if getattr(error, "errno", None):
                raise
            detail = f"{type(error).__name__}: {error}"[:200]
            failed = True
        left -= max(file.tell() - start, 0)
        place = start if offset is None else offset
        if packed and not _is_member(file, place):  # all records in one member: the next one cannot be looked for
            if failed:
                yield Broken(place, detail, last=True)
            return
        end = None if offset is None else _end_of(file, offset, packed)
        if not failed and (offset is None or end is not None):
            return
        following = next_record(file, max(place + 1, end or 0), packed) if left > 0 else None
        if failed and following is None and left > 0:
            yield Broken(place, detail, last=True)
        elif following is None and left <= 0:
            yield Broken(place, "too many broken records", of_record=offset is not None and end is None, last=True)
        elif following is not None and (offset is not None or not start):  # else the damage that was told goes on
            yield Broken(place, detail, of_record=offset is not None and end is None)
        if following is None:
            return
        start = following


def addressable(file: BinaryIO, offset: int) -> bool:
    """Whether a record can be read again at its offset: in a file that is one gzip member it cannot."""
    return os.pread(file.fileno(), 2, 0) != unpacking.MAGIC or _is_member(file, offset)


def next_record(file: BinaryIO, offset: int, packed: bool) -> int | None:
    """Where the next record begins, at `offset` or behind it; None where there is none."""
    sign = re.compile(re.escape(unpacking.MAGIC + b"\x08")) if packed else START
    file.seek(offset)
    held = b""
    at = offset
    while piece := file.read(PIECE):
        held += piece
        for found in sign.finditer(held):
            place = at + found.start()
            if not packed or _begins_record(file, place):
                return place
        keep = min(len(held), LONGEST_START)
        at += len(held) - keep
        held = held[len(held) - keep :]
    return None


def problem_at_end(file: BinaryIO, offset: int) -> str | None:
    """What is wrong with the end of a file whose last record begins at `offset`, None where nothing is. The parser is
    silent about a file that ends in the middle of a record, which is how a crawl that was killed leaves it."""
    cut = f"ends in the middle of a record (behind byte {offset:,})"
    if os.pread(file.fileno(), 2, 0) != unpacking.MAGIC:
        file.seek(-4, os.SEEK_END)
        return None if file.read() == b"\r\n\r\n" else cut
    one = not _is_member(file, offset)  # all records in one member: it is looked at from its beginning
    file.seek(0 if one else offset)
    end = b""
    try:
        for piece in unpacking.inflated(file.read, members=None):
            end = (end + piece)[-4:]
    except (unpacking.CutShort, unpacking.UnpackError):
        return cut
    return None if end == b"\r\n\r\n" or not one else cut


def _is_member(file: BinaryIO, offset: int) -> bool:
    return os.pread(file.fileno(), 2, offset) == unpacking.MAGIC


def _begins_record(file: BinaryIO, offset: int) -> bool:
    """Whether the gzip member at an offset unpacks to a record."""
    head = os.pread(file.fileno(), HEAD_READ, offset)
    pieces = iter((head,))
    begin = b""
    try:
        for piece in unpacking.inflated(lambda _: next(pieces, b""), members=1):
            begin += piece
            if len(begin) >= LONGEST_START:
                break
    except (unpacking.CutShort, unpacking.UnpackError):
        pass
    return START.match(begin) is not None


def _end_of(file: BinaryIO, offset: int, packed: bool) -> int | None:
    """Where the record at an offset ends, or in a compressed file where it begins; None where it is not as long as it
    says: an empty line stands behind a record (ISO 28500:2017, 4)."""
    file.seek(offset)
    pieces = unpacking.inflated(file.read, members=None) if packed else iter(lambda: file.read(PIECE), b"")
    head = b""
    try:
        while (stop := head.find(b"\r\n\r\n") + 4) < 4:
            if len(head) > LONGEST_HEAD:
                return None
            head += next(pieces)
        said = re.search(rb"(?i)\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", head[:stop])
        if said is None:
            return None
        length = int(said[1])
        behind = head[stop:][length:]
        left = length - len(head[stop:])
        while left > 0:
            piece = next(pieces)
            behind = piece[left:]
            left -= len(piece)
        while len(behind) < 4:
            behind += next(pieces)
    except (StopIteration, unpacking.CutShort, unpacking.UnpackError):
        return None
    if not behind.startswith(b"\r\n\r\n"):
        return None
    return offset if packed else offset + stop + length
