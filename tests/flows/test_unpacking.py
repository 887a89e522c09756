"""Compressed bytes: what an attacker may send costs no more than its length, and nothing else waits for it."""

from __future__ import annotations

import gzip
import io
import itertools
import random
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import seconds

from flows import unpacking
from flows.errors import FetchError, SlowError, UnfitError
from flows.fetching import decoded

EMPTY = gzip.compress(b"", mtime=0)
NOISE = bytes(n * n * 31 % 251 for n in range(2_000))


def raw(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, unpacking.RAW)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw": raw,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
UNPACKERS: dict[str, Callable[[Callable[[int], bytes]], object]] = {
    "gzip": unpacking.inflated,
    "deflate": lambda read: unpacking.inflated(read, unpacking.ZLIB),
    "raw": lambda read: unpacking.inflated(read, unpacking.RAW),
    "br": unpacking.unbrotli,
    "zstd": unpacking.unzstandard,
}


@pytest.mark.parametrize("name", PACKERS)
@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.tuples(st.binary(max_size=300), st.integers(0, 900)), min_size=1, max_size=5),
    short=st.integers(1, 99),
)
def test_what_was_packed_is_unpacked_however_the_input_comes(
    name: str, parts: list[tuple[bytes, int]], short: int
) -> None:
    several = [unit * times for unit, times in parts] if name in ("gzip", "zstd") else [parts[0][0] * parts[0][1]]
    file = io.BytesIO(b"".join(map(PACKERS[name], several)))
    pieces = UNPACKERS[name](lambda size: file.read(min(size, short)))
    assert b"".join(pieces) == b"".join(several)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", PACKERS)
def test_a_stream_without_its_end_is_told(name: str) -> None:
    packed = PACKERS[name](NOISE)
    for size in (1, 5, len(packed) // 2, len(packed) - 1):
        with pytest.raises(unpacking.CutShort):
            list(UNPACKERS[name](io.BytesIO(packed[:size]).read))  # type: ignore[call-overload]


def test_deflate_is_read_with_its_header_and_without() -> None:
    assert decoded(zlib.compress(NOISE), "deflate", 10_000) == decoded(raw(NOISE), "deflate", 10_000) == NOISE


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", lambda n: EMPTY * n),
        ("gzip", lambda n: gzip.compress(NOISE[:500]) * n),
        ("gzip, gzip", lambda n: gzip.compress(gzip.compress(b"") * n)),
        ("zstd", lambda n: zstandard.compress(b"") * n),
        ("zstd", lambda n: b"\x50\x2a\x4d\x18\0\0\0\0" * n),
        ("br", lambda n: brotli.compress(bytes(n * 500), quality=0)),
    ],
    ids=["empty members", "small members", "members in a member", "frames", "skippable frames", "brotli"],
)
def test_time_is_linear_in_the_members(encoding: str, body: Callable[[int], bytes]) -> None:
    small, large = body(2_000), body(8_000)
    base = max(seconds(lambda: decoded(small, encoding, 2**27)), 1e-3)
    assert seconds(lambda: decoded(large, encoding, 2**27)) < 10 * base  # 4 is linear, 16 the square


def test_brotli_that_does_not_shrink_is_linear() -> None:
    noise = random.Random(1).randbytes(2**18)
    small, large = (brotli.compress(noise * n, quality=0, lgwin=10) for n in (16, 64))
    assert len(large) > 2**23
    base = max(seconds(lambda: decoded(small, "br", 2**27)), 4e-3)
    assert seconds(lambda: decoded(large, "br", 2**27)) < 11 * base  # 4 is linear, 16 the square


@pytest.mark.parametrize(("encoding", "unit"), [("gzip", EMPTY), ("zstd", zstandard.compress(b""))])
def test_a_body_of_more_members_than_any_honest_one_is_refused(encoding: str, unit: bytes) -> None:
    assert decoded(unit * unpacking.MEMBERS, encoding, 10) == b""
    with pytest.raises(UnfitError, match="more than 10,000"):
        decoded(unit * (unpacking.MEMBERS + 1), encoding, 10)


def test_the_answer_of_127_bytes_is_refused_at_once() -> None:
    body = gzip.compress(gzip.compress(EMPTY * 150_000, mtime=0), mtime=0)
    assert len(body) < 200
    start = time.process_time()
    with pytest.raises(UnfitError):
        decoded(body, "gzip, gzip, gzip", 20 * 2**20)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_unpacking_ends_at_the_deadline(name: str) -> None:
    body = PACKERS[name](b"x" * 1_000_000)
    with pytest.raises(SlowError):
        decoded(body, name, 2**24, deadline=time.monotonic() - 1)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_the_beginning_of_a_body_can_be_had(name: str) -> None:
    body = PACKERS[name](NOISE * 200)
    assert decoded(body, name, 3_000, whole=False) == (NOISE * 2)[:3_000]
    assert (NOISE * 200).startswith(decoded(body[:-3], name, 2**24, whole=False))
    with pytest.raises(FetchError):
        decoded(body, name, 3_000)


def test_a_file_of_pieces_reads_like_the_unpacked_one_and_ends_at_its_cap() -> None:
    packed = b"".join(gzip.compress(line) for line in (b"one\n", b"two\n", b"", b"three\n"))
    with io.BufferedReader(unpacking.Unpacked(unpacking.inflated(io.BytesIO(packed).read), io.BytesIO())) as file:
        assert file.readlines() == [b"one\n", b"two\n", b"three\n"]
    bomb = io.BytesIO(gzip.compress(bytes(10**6)))
    with pytest.raises(OSError, match="too many"):
        unpacking.Unpacked(unpacking.inflated(bomb.read), bomb, most=10**5).readall()


def test_each_step_gives_a_piece_that_is_small() -> None:
    pieces = unpacking.inflated(io.BytesIO(gzip.compress(bytes(10**7))).read)
    assert max(map(len, itertools.islice(pieces, 500))) <= unpacking.PIECE
