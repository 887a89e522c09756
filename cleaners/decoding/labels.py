"""What a page says of its encoding: HTTP header, meta, XML declaration. A prior, never the judge.

Labels are those of the WHATWG Encoding Standard and what pages write besides; anything else is ignored, also every
codec that Python knows and no page should name (utf-7, rot13, zip, idna, unicode_escape).
"""

from __future__ import annotations

import re

HEAD = 4096  # bytes searched for a declaration
_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,8}=\s{0,8}[\"']([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)

_FAMILIES: dict[str, str] = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8 utf-8-sig",
    "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 gb2312-80 chinese csgb2312 x-gbk cp936 ms936 windows-936 936 "
    "euc-cn x-euc-cn iso-ir-58 gb18030-2000 gb13000 csiso58gb231280",
    "big5hkscs": "big5 big5-hkscs big5hkscs cn-big5 x-x-big5 csbig5 big5-eten big5-tw",
    "cp950": "cp950 ms950 windows-950 950",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 cp932 windows-31j csshiftjis shiftjis windows-932",
    "euc_jp": "euc-jp x-euc-jp eucjp euc_jp cseucpkdfmtjapanese",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr euc_kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean uhc windows-949 cp949 ms949 "
    "cseuckr iso-ir-149 csksc56011987",
    "johab": "johab cp1361 ms1361",
    "hz": "hz-gb-2312 hz",
    "utf-16-le": "utf-16le utf-16 ucs-2 unicode iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 latin1 l1 us-ascii ascii iso88591 ansi_x3.4-1968",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1254": "windows-1254 cp1254 iso-8859-9 iso8859-9 latin5 l5",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 tis-620 iso-8859-11 iso8859-11 dos-874",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i hebrew",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9",
    "koi8-r": "koi8-r koi8 koi cskoi8r",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "ibm866 cp866 866",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac-roman": "macintosh mac x-mac-roman",
}
LABELS = {label: codec for codec, labels in _FAMILIES.items() for label in labels.split()}


def codec_of(label: str) -> str:
    """Our codec for a declared name, "" for one that is not known or must not be used."""
    return LABELS.get(label.strip().lower(), "")


def declared(data: bytes, content_type: str | None) -> str:
    """The declared codec: of the HTTP header, else of the page's head; "" where there is none that is known."""
    if content_type:
        found = _CHARSET.search(content_type[:1000])
        if found and codec_of(found.group(1)):
            return codec_of(found.group(1))
    head = data[:HEAD]
    in_page = _XML.match(head) or _META.search(head)
    return codec_of(in_page.group(1).decode("ascii")) if in_page else ""
