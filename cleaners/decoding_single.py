"""Single-byte encodings: charset-normalizer names them, here it is only asked well."""

from __future__ import annotations

import re

ASKED = 2048  # bytes shown to charset-normalizer: enough for what it looks at, and it is slow
CODECS = (  # what pages are written in; offered more, it also takes cp1258 or mac_roman for French
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp874 iso8859_2 iso8859_4 iso8859_5 iso8859_6 iso8859_7 "
    "iso8859_9 iso8859_15 koi8_r koi8_u cp866 cp855 cp852 cp857 mac_cyrillic kz1048 cp037 latin_1"
).split()
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


def name(data: bytes) -> str:
    """The codec of bytes that are in none of the CJK family, "" where none is found."""
    import charset_normalizer

    asked = data
    if len(data) > ASKED:
        high = _HIGH_BYTE.search(data)
        start = max(0, high.start() - 100) if high and high.start() > ASKED // 2 else 0
        asked = data[start : start + ASKED]
    best = charset_normalizer.from_bytes(asked, cp_isolation=CODECS).best()
    return best.encoding if best is not None else ""
