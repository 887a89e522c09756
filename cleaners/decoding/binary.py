"""What is not text at all: known file formats by their first bytes, and bytes that no text has.

Signatures follow the WHATWG MIME Sniffing Standard (sections 6 and 7) and the formats' own definitions. A signature of
printable letters alone (PK, BM, II) is only taken together with bytes that text does not have there, so that a page
which starts with such a word is not thrown away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.thresholds import threshold
from schemas.records import Rejection

STAGE = "decoding"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    sniffed: int = threshold(16_384, "bytes", "looked at for control bytes, at the start and in the middle")
    control_share: float = threshold(
        0.05, "share", "of control bytes: random bytes have one in ten; a page with a damaged line far fewer"
    )
    controls_least: int = threshold(
        3, "control bytes", "that make a page binary: one or two are damage in a short text"
    )


T = Thresholds()
CONTROLS = bytes(b for b in range(1, 32) if b not in b"\x08\t\n\x0b\x0c\r\x1a\x1b") + b"\x7f"
ZIP_SHEETS = (b"word/", b"xl/", b"ppt/", b"mimetype")

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (rb"%PDF-[12]\.\d", "PDF"),
    (rb"\x89PNG\r\n\x1a\n", "image"),
    (rb"\xff\xd8\xff[\xc0-\xfe]", "image"),
    (rb"GIF8[79]a(?:[\x00-\xff][\x00-\x1f]){2}[\x00-\xff]{2}[\x00-\x31]", "image"),
    (rb"RIFF[\x00-\xff]{4}(?:WEBPVP8|WAVE|AVI )", "media"),
    (rb"BM[\x00-\xff]{4}\x00\x00\x00\x00", "image"),
    (rb"(?:II\*\x00|MM\x00\*)", "image"),
    (rb"\x00\x00[\x01\x02]\x00[\x01-\x40]\x00", "image"),
    (rb"8BPS\x00\x01", "image"),
    (rb"\x00\x00\x00[\x08-\x40]ftyp", "media"),
    (rb"(?:OggS\x00|fLaC\x00|MThd\x00|\x1aE\xdf\xa3|FLV\x01|ID3[\x02-\x04]\x00)", "media"),
    (rb"\xff[\xf2\xf3\xfb][\x10-\xef][\x00-\xff]{2}", "media"),
    (rb"\x00\x00\x01[\xb3\xba]", "media"),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "archive"),
    (rb"\x1f\x8b\x08", "archive"),
    (rb"\x1f[\x9d\xa0]", "archive"),
    (rb"BZh[1-9]1AY&SY", "archive"),
    (rb"\xfd7zXZ\x00", "archive"),
    (rb"7z\xbc\xaf\x27\x1c", "archive"),
    (rb"Rar!\x1a\x07", "archive"),
    (rb"\x28\xb5\x2f\xfd", "archive"),
    (rb"MSCF\x00\x00\x00\x00", "archive"),
    (rb"!<arch>\n(?:debian-binary|/| )", "archive"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document"),
    (rb"\{\\rtf1", "office document"),
    (rb"\x7fELF[\x01\x02]", "program"),
    (rb"MZ[\x00-\xff]{2}[\x00-\x20]\x00", "program"),
    (rb"(?:\xca\xfe\xba\xbe\x00|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\x00asm\x01)", "program"),
    (rb"(?:[CF]WS[\x01-\x30])", "program"),
    (rb"(?:SQLite format 3\x00|PAR1[\x00-\x1f]|\x93NUMPY|\x89HDF\r\n)", "data"),
    (rb"(?:wOF[F2]\x00\x01|OTTO\x00|\x00\x01\x00\x00\x00[\x01-\x40]|ttcf\x00)", "font"),
)
_SIGNATURE = re.compile(b"|".join(b"(?P<s%d>%s)" % (n, pattern) for n, (pattern, _) in enumerate(SIGNATURES)))
_TAR = re.compile(rb"ustar(?:\x00| \x20?\x00)")
_PDF_LATER = re.compile(rb"[\x00-\x20]{0,1000}%PDF-[12]\.\d")


def signature(data: bytes) -> Rejection | None:
    """The rejection of bytes that begin as a known format does, or None."""
    found = _SIGNATURE.match(data)
    if found is not None and found.lastgroup is not None:
        name = SIGNATURES[int(found.lastgroup[1:])][1]
        if name == "archive" and data.startswith(b"PK") and any(sheet in data[:4096] for sheet in ZIP_SHEETS):
            name = "office document"
        return Rejection(STAGE, "not text", f"{name}: begins with {data[:8]!r}")
    if _PDF_LATER.match(data, 0, 1024):
        return Rejection(STAGE, "not text", "PDF: a head of white space and %PDF")
    if _TAR.match(data, 257):
        return Rejection(STAGE, "not text", "archive: tar")
    return None


def rejected_controls(data: bytes, sniffed: int = T.sniffed) -> Rejection | None:
    """The rejection of bytes with too many control bytes to be text, damaged or not.

    `sniffed` bytes are looked at from the start, and as many from the middle.
    """
    piece = data
    if len(data) > 2 * sniffed:
        middle = len(data) // 2
        piece = data[:sniffed] + data[middle : middle + sniffed]
    controls = len(piece) - len(piece.translate(None, CONTROLS))
    if controls < T.controls_least:
        return None
    share = controls / (len(piece) - piece.count(0))
    return Rejection(STAGE, "not text", f"control bytes: {share:.0%}") if share > T.control_share else None
