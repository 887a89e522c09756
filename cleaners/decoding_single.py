"""Single-byte encodings: charset-normalizer names them, here it is only asked well."""

from __future__ import annotations

import re

ASKED = 4096  # bytes of text shown to charset-normalizer
CODECS = (
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 iso8859_2 iso8859_3 iso8859_4 iso8859_5 "
    "iso8859_6 iso8859_7 iso8859_9 iso8859_10 iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u cp866 cp855 "
    "cp852 cp857 mac_cyrillic mac_roman mac_greek kz1048 ptcp154 cp037 cp500 cp437 cp850 cp1125 latin_1"
).split()


def name(data: bytes, declared: str) -> str:
    """The codec of bytes that are in none of the CJK family, "" where none is found."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(_asked(data), cp_isolation=CODECS).best()
    return best.encoding if best is not None else ""


def _asked(data: bytes) -> bytes:
    if len(data) <= ASKED:
        return data
    high = re.search(rb"[\x80-\xff]", data)
    start = max(0, high.start() - 200) if high else 0
    return data[start : start + ASKED]
