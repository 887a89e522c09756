"""Encodings that tell by their structure: byte order marks, UTF-16 and UTF-32 without one, HZ, ISO-2022.

Sources: Unicode Standard 3.10 (byte order marks), RFC 1843 (HZ), RFC 1468 and 1554 (ISO-2022-JP), RFC 1557
(ISO-2022-KR), RFC 1922 (ISO-2022-CN).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cleaners.thresholds import threshold

MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_HZ_PAIRS = re.compile(rb"(?:[\x21-\x7d][\x21-\x7e])*")
_HZ_ESCAPE = re.compile(rb"~([~\n])")
_ISO_2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([CDOPQ]|\([IJ]|\$\)[ACG]|\$B)")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    wide_sample: int = threshold(8192, "bytes", "of a page that are read as UTF-32")
    utf16_sample: int = threshold(1024, "bytes", "of a page that are read as UTF-16")
    hz_reads: float = threshold(13.0, "bits a character", "of a text that is HZ")
    hz_lost: float = threshold(20.0, "bits", "of a place that HZ cannot read")


T = Thresholds()
_HIGH_BYTES = bytes(range(0x80, 0x100))
_HIGH = bytes(b | 0x80 for b in range(256))


def mark(data: bytes) -> tuple[str, int] | None:
    """Encoding and length of a byte order mark. FF FE 00 00 is UTF-16 where what follows is not UTF-32."""
    for sign, codec in MARKS:
        if data.startswith(sign):
            if codec == "utf-32-le" and not _is_utf32(data[4 : 4 + T.wide_sample], "utf-32-le"):
                continue
            return codec, len(sign)
    return None


def _is_utf32(piece: bytes, codec: str) -> bool:
    piece = piece[: len(piece) // 4 * 4]
    try:
        piece.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def utf32(data: bytes) -> str | None:
    """UTF-32 without a mark: every fourth byte is zero and the one next to it at most 0x10."""
    if len(data) < 8:
        return None
    piece = data[: T.wide_sample]
    piece = piece[: len(piece) // 4 * 4]
    for codec, top, plane in (("utf-32-be", 0, 1), ("utf-32-le", 3, 2)):
        if not piece[top::4].strip(b"\0") and max(piece[plane::4]) <= 0x10 and _is_utf32(piece, codec):
            return codec
    return None


def utf16(data: bytes, cost: Callable[[str], float], rival: float) -> tuple[str, float] | None:
    """UTF-16 without a mark, where its reading costs less than `rival` bits a byte: codec and cost a byte.

    cost: bits of a decoded text.
    """
    piece = data[: T.utf16_sample]
    piece = piece[: len(piece) // 2 * 2]
    if len(piece) < 4:
        return None
    best: tuple[str, float] | None = None
    for codec in ("utf-16-le", "utf-16-be"):
        text = piece.decode(codec, "replace")
        bits = (cost(text) + 20.0 * text.count("\ufffd")) / len(piece)
        if bits < rival and (best is None or bits < best[1]):
            best = codec, bits
    return best


def seven_bit(data: bytes) -> bool:
    """Whether bytes are seven-bit but for damage, in a sample of 64 KB."""
    piece = data[: 1 << 16]
    return len(piece) - len(piece.translate(None, _HIGH_BYTES)) <= max(2, len(piece) // 100)


def hz(data: bytes, cost: Callable[[str], float]) -> bool:
    """Whether seven-bit bytes are HZ: what stands behind ~{ is pairs that read as text of GB 2312.

    cost: bits of a decoded text.
    """
    runs: list[str] = []
    at = data.find(b"~{")
    while 0 <= at < 1 << 16:
        body = _hz_run(data, at + 2)
        runs.append(_hz_pairs(body[:2000]))
        at = data.find(b"~{", at + 2 + len(body))
    text = "".join(runs)
    return bool(text) and cost(text) + T.hz_lost * text.count("\ufffd") <= T.hz_reads * len(text)


def decode_hz(data: bytes) -> str:
    """HZ to text. A byte that is half a character becomes U+FFFD; a line's end ends a run if nothing else does."""
    out: list[str] = []
    at, size = 0, len(data)
    while at < size:
        start = data.find(b"~{", at)
        start = size if start < 0 else start
        out.append(_hz_plain(data[at:start]))
        at = start + 2
        while at < size:
            body = _hz_run(data, at)
            out.append(_hz_pairs(body))
            at += len(body)
            if data.startswith(b"~}", at):
                at += 2
                break
            if at >= size or data.startswith((b"\n", b"\r\n"), at):
                break
            out.append(chr(data[at]) if data[at] <= 0x20 else "\ufffd")
            at += 1
    return "".join(out)


def _hz_run(data: bytes, at: int) -> bytes:
    found = _HZ_PAIRS.match(data, at)
    return found.group() if found else b""


def _hz_pairs(body: bytes) -> str:
    return body.translate(_HIGH).decode("gb2312", "replace")


def _hz_plain(data: bytes) -> str:
    return _HZ_ESCAPE.sub(lambda m: b"" if m.group(1) == b"\n" else b"~", data).decode("ascii", "replace")


def iso2022(data: bytes) -> str | None:
    """The ISO-2022 codec whose escapes the bytes have: Python's iso2022_jp_ext, iso2022_kr, or our own iso-2022-cn."""
    found = _ISO_2022.search(data)
    if found is None:
        return None
    escapes = set(_ISO_2022.findall(data, 0, 1 << 16))
    if b"\x1b$)C" in escapes:
        return "iso2022_kr"
    if b"\x1b$)A" in escapes or b"\x1b$)G" in escapes:
        return "iso-2022-cn"
    for codec in ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_3"):
        try:
            data[: 1 << 16].decode(codec)
        except UnicodeDecodeError as error:
            if error.end < len(data[: 1 << 16]) - 4:
                continue
        return codec
    return "iso2022_jp_2"


_CN_PART = re.compile(rb"(\x1b\$[)*+][A-Z])|(\x0e)|(\x0f)|([\n])|([^\x1b\x0e\x0f\n]+|\x1b)")


def decode_iso2022cn(data: bytes) -> str:
    """ISO-2022-CN to text where its sets are GB 2312; CNS 11643, which Python lacks, becomes U+FFFD."""
    out: list[str] = []
    gb = shifted = False
    for found in _CN_PART.finditer(data):
        escape, shift_out, shift_in, newline, body = found.groups()
        if escape:
            gb = escape.endswith(b")A")
        elif shift_out:
            shifted = True
        elif shift_in or newline:
            shifted = False
            out.append("\n" if newline else "")
        elif shifted and gb:
            out.append(body.translate(_HIGH).decode("gb2312", "replace"))
        elif shifted:
            out.append("\ufffd" * ((len(body) + 1) // 2))
        else:
            out.append(body.decode("ascii", "replace"))
    return "".join(out)
