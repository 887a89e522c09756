"""Any bytes to the right text.

Evidence in this order: what is not text at all; strict UTF-8; a byte order mark; the structure of UTF-32, UTF-16,
ISO-2022 and HZ; UTF-8 with damage; the CJK family by the character model; single-byte encodings. What the page or its
header declares is a prior of a few bits. Bytes that cannot be decoded stay as U+FFFD and are told in `lost`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from cleaners.decoding import binary, family, labels, single, structured
from cleaners.decoding import mixed as decoding_mixed
from cleaners.thresholds import threshold
from schemas.records import Decoded, Rejection

STAGE = "decoding"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    lost_share: float = threshold(
        0.3, "share", "of a page's characters that were not read; beyond it nothing was understood"
    )
    sure_bits: float = threshold(
        1.0, "bits a high byte", "the margin beyond which a reading without loss counts as proved"
    )
    unread_least: int = threshold(64, "bytes", "of text that say enough to call a page unreadable")
    strict_sniffed: int = threshold(
        1024, "bytes", "of strict UTF-8 looked at for control bytes, at the start and in the middle"
    )
    wide_head: int = threshold(8192, "bytes", "searched for the control bytes that UTF-16 is full of")
    utf8_reads: float = threshold(
        6.0, "bits a byte", "within which damaged UTF-8 is read so where the CJK family has no reading"
    )
    utf8_whole: float = threshold(1.5, "well-formed bytes for each", "that is not, from which it is read so then, too")
    utf8_sound: int = threshold(
        12, "well-formed bytes for each", "that is not, beyond which a page is UTF-8 whatever else it could be"
    )
    two_byte_least: int = threshold(4, "bytes", "the fewest of UTF-8's two-byte forms that may be pairs of GBK instead")
    two_byte_most: int = threshold(24, "bytes", "the most of them that may be pairs of GBK instead")


T = Thresholds()
GENUINE, STAND_IN = b"\xef\xbf\xbd", b"\xef\xb7\x90"  # U+FFFD and U+FDD0 in UTF-8
_WIDE_SIGNS = bytes(b for b in range(32) if b not in b"\t\n\r\x1b")  # as halves of UTF-16's units they are common
_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")  # characters of three bytes or four in UTF-8
_ASCII = re.compile("[\x00-\x7f]+")
_LOST = re.compile("\ufffd+")
_CESU = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")  # halves of a surrogate pair


def decode(data: bytes, *, content_type: str | None = None) -> Decoded:
    """Decode a page. Never raises for what the bytes are; linear in their length.

    data: up to 50 MB. content_type: the HTTP header, of which a charset is a prior.

    Returns the text without byte order mark and NULs, the codec it was read with ("gb18030+utf-8" for a page in two),
    the certainty ("exact": the encoding's structure decides; "proved": by a wide margin and without loss; "likely"),
    the code point ranges that are U+FFFD for lost bytes, the number of NULs taken out, and a rejection where the bytes
    are no text (image, archive, PDF, control bytes).
    """
    data = bytes(data)
    if not data:
        return Decoded("", "utf-8")
    rejection = binary.signature(data)
    if rejection is not None:
        return Decoded("", "", "exact", rejection=rejection)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data, content_type)
    if data.startswith(codecs.BOM_UTF8):
        return _checked(data, _finish(text, "utf-8", "exact", genuine=True))
    if 0 in data or 0x1B in data or (0x7E in data and b"~{" in data):
        return _decode_other(data, content_type, text)
    if binary.rejected_controls(data, T.strict_sniffed) is not None:
        return _decode_other(data, content_type, text)
    if T.two_byte_least <= 2 * (len(data) - len(text)) <= T.two_byte_most and _is_rather_gbk(data, text):
        return _decode_other(data, content_type)
    return Decoded(text, "utf-8")


def _is_rather_gbk(data: bytes, text: str) -> bool:
    """Whether a few two-byte forms of UTF-8 read better as pairs of a CJK encoding (联通 is C1 AA CD A8)."""
    if _THREE_BYTES.search(text):
        return False
    choice = family.choose(family.sample(data))
    letters = _ASCII.sub("", text)
    return bool(choice.codec) and choice.cost * 2 * len(letters) + 6 < family.wide_cost(letters)


def _decode_other(data: bytes, content_type: str | None, strict: str | None = None) -> Decoded:
    """What is not plainly UTF-8. `strict`: its text where the bytes are strict UTF-8 all the same."""
    found = structured.mark(data)
    if found is not None:
        codec, length = found
        if codec == "utf-8":  # a mark before bytes that are not all UTF-8
            return _checked(data, _decode_damaged_or_legacy(data[length:], content_type))
        return _finish(data[length:].decode(codec, "replace"), codec, "exact")
    if not data.strip(b"\0"):
        return Decoded("", "", "exact", rejection=Rejection(STAGE, "not text", "nothing but NUL bytes"))
    head = data[: T.wide_head]
    if len(head.translate(None, _WIDE_SIGNS)) < len(head):
        wide = structured.utf32(data) if 0 in data else None
        if wide is None:
            found16 = structured.utf16(data, family.wide_cost, 6.5)
            wide = found16[0] if found16 else None
        if wide is not None:
            return _finish(data.decode(wide, "replace"), wide, "exact")
    if b"\x1b" in data and structured.seven_bit(data):
        codec = structured.iso2022(data) or ""
        if codec == "iso-2022-cn":
            return _finish(structured.decode_iso2022cn(data), codec, "exact")
        if codec:
            return _finish(data.decode(codec, "replace"), codec, "exact")
    if b"~{" in data and structured.seven_bit(data) and structured.hz(data, family.wide_cost):
        return _finish(structured.decode_hz(data), "hz", "exact")
    if strict is not None:
        return _checked(data, _finish(strict, "utf-8", "exact", genuine=True))
    return _checked(data, _decode_damaged_or_legacy(data, content_type))


def _decode_damaged_or_legacy(data: bytes, content_type: str | None) -> Decoded:
    bare = data.replace(b"\0", b"") if 0 in data else data
    declared = labels.declared(data, content_type)
    piece = family.head(bare)
    good, bad, bits = _as_utf8(piece)
    choice = family.choose_early(piece, declared) if bad > 3 * good else None
    if choice is None:
        piece = family.sample(bare)
        good, bad, bits = _as_utf8(piece)
        if good > T.utf8_sound * bad:
            return _utf8(data)
        choice = family.choose_early(piece, declared) or family.choose(piece, declared)
        utf8 = bits < (choice.cost if choice.codec else T.utf8_reads) * (good + bad)
        if good > bad and (utf8 or (not choice.codec and good > T.utf8_whole * bad)):
            return _utf8(data)
    codec = choice.codec or (declared if family.breaks_tie(piece, declared) else "")
    codec = codec or single.by_letters(data) or choice.fallback
    if not codec and good > bad:
        return _utf8(data)
    codec = codec or single.by_peer(data)
    if not codec and declared and family.reads(piece, declared):
        codec = declared
    if not codec and len(piece) >= T.unread_least:
        return Decoded("", "", "likely", rejection=Rejection(STAGE, "not text", "no encoding reads it"))
    codec = codec or "gb18030"
    if codec not in family.LANGUAGES:
        return _finish(data.decode(codec, "replace"), codec, "likely")
    mixed = decoding_mixed.decode_legacy(data, codec)
    if mixed is not None:
        return _finish(mixed[0], f"{codec}+{mixed[1]}", "likely")
    return _finish(_legacy(data, codec), codec, "proved" if choice.codec and choice.margin >= T.sure_bits else "likely")


def _utf8(data: bytes) -> Decoded:
    """A page of UTF-8 with damage. A U+FFFD that stands in the bytes is no loss: it goes through as a noncharacter."""
    data = _without_cesu(data)
    marked = GENUINE in data and STAND_IN not in data
    text, other = decoding_mixed.decode_utf8(data.replace(GENUINE, STAND_IN) if marked else data)
    decoded = _finish(text, f"utf-8+{other}" if other else "utf-8", "likely" if other else "proved")
    return replace(decoded, text=decoded.text.replace("\ufdd0", "\ufffd")) if marked else decoded


def _without_cesu(data: bytes) -> bytes:
    """CESU-8 (Unicode Technical Report 26) made UTF-8: databases and Java write the characters beyond U+FFFF so."""
    if b"\xed" not in data:
        return data
    return _CESU.sub(_joined, data)


def _joined(pair: re.Match[bytes]) -> bytes:
    halves = pair[0].decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le").encode()


def _as_utf8(piece: bytes) -> tuple[int, int, float]:
    """A sample read as UTF-8: bytes of well-formed sequences, bytes that are not, bits of the reading without ASCII.

    Two-byte forms are dear: pairs of a legacy encoding have their shape more often than not by chance.
    """
    text = _without_cesu(piece).replace(GENUINE, b"\xe3\x80\x80").decode("utf-8", "replace")
    bad = text.count("\ufffd")
    ascii_bytes = len(piece.translate(None, family.HIGH))
    good = len(text.encode("utf-8")) - ascii_bytes - 3 * bad
    if good <= bad or good > T.utf8_sound * bad:
        return good, bad, 0.0
    letters = [char for char in text if char > "\u07ff" and char != "\ufffd"]
    short = sum("\x7f" < char <= "\u07ff" for char in text)
    bits = family.wide_cost("".join(letters)) + 14.0 * short
    return good, bad, bits + 6.0 * bad


def _euro(error: UnicodeError) -> tuple[str, int]:
    """0x80 of GBK is the euro sign (WHATWG Encoding Standard 10.2), unless it stands between two Han characters."""
    assert isinstance(error, UnicodeDecodeError)
    data, at = error.object, error.start
    if data[at] == 0x80 and not (data[max(at - 1, 0)] >= 0xA1 and data[at + 1 : at + 2] >= b"\xb0"):
        return "€", at + 1
    return "\ufffd", error.end


codecs.register_error("qingwen-euro", _euro)


def _legacy(data: bytes, codec: str) -> str:
    """A whole page in a codec of the family; 0x80 in GBK is the euro sign unless it stands between two Han."""
    text = data.decode(codec, "replace")
    if codec == "gb18030" and b"\x80" in data and "\ufffd" in text:
        return data.decode(codec, "qingwen-euro")
    return text


def _finish(text: str, encoding: str, certainty: str, *, genuine: bool = False) -> Decoded:
    """The record: byte order mark and NULs out, lost ranges named. `genuine`: U+FFFD was in the bytes themselves."""
    if text.startswith("\ufeff"):
        text = text[1:]
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
    lost: tuple[tuple[int, int], ...] = ()
    if not genuine and "\ufffd" in text:
        lost = tuple(found.span() for found in _LOST.finditer(text))
        certainty = "likely" if certainty != "exact" else certainty
    return Decoded(text, encoding, certainty, lost, nuls)


def _checked(data: bytes, decoded: Decoded) -> Decoded:
    """The same, with a rejection where it is no text."""
    rejection = binary.rejected_controls(data)
    if rejection is None and decoded.lost:
        share = sum(end - start for start, end in decoded.lost) / len(decoded.text)
        if share > T.lost_share:
            rejection = Rejection(STAGE, "not text", f"undecodable: {share:.0%} of the characters")
    if rejection is None:
        return decoded
    return Decoded("", "", "likely", rejection=rejection)
