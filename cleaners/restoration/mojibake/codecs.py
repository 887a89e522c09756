"""Wrong readings: what becomes of text whose bytes were read with another codec, and which bytes such text stands for.

A reading is told by two names and a policy: the codec that the bytes were written in (`true`), the family of the codec
that they were read with (`read`), and what the reader did with a byte that it could not use:

    strict  there was none                    drop    it vanished
    mark    it became U+FFFD                  query   it became "?"

    swallow it became "?", and so did the ASCII byte behind it

Python's decoders set aside one byte at a time, and so did the readers that most damaged pages went through; browsers
(WHATWG) set aside two bytes where a lead byte is followed by an impossible trail byte outside ASCII. Both are
known here.

Windows reads every pair of its code page 936: those that GBK leaves to users are private-use characters, 0x80 is the
euro sign, and what PowerShell, .NET and Tomcat cannot use is "swallow" ("windows-936"). Whoever copies such text loses
its private-use characters ("windows-936-copied").
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cleaners.restoration.mojibake import codepages

MARK = "\ufffd"
END = 256  # stands for "no byte follows" where a table is asked by the next byte

# The codecs of a family, the likeliest first; each code page of one byte a character is a family. cp1252 comes in two:
# its five undefined bytes stay as C1 controls ("sloppy", as in ftfy and in every browser), or are gone.
FAMILIES: dict[str, tuple[str, ...]] = {
    "gbk": ("gb18030", "gbk", "cp936", "windows-936"),
    "big5": ("cp950", "big5", "big5hkscs"),
    "cp932": ("cp932", "shift_jis"),
    "cp949": ("cp949", "euc_kr"),
    "western": ("latin-1", "cp1252"),
    **{page.codec: (page.codec,) for page in codepages.code_pages()},
}
ONE_BYTE = frozenset(page.codec for page in codepages.code_pages()) | {"cp1252"}
TRUE_CODECS: dict[str, tuple[str, ...]] = {
    "utf-8": ("utf-8",),
    "gbk": ("gbk", "gb18030"),
    "big5": ("big5", "cp950", "big5hkscs"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One wrong reading: bytes of `true` read as `read`; `policy` is what became of the unusable ones.

    `codec` is the one codec of the family that is meant; "" is any.
    """

    true: str
    read: str
    policy: str = "strict"
    codec: str = ""

    def __str__(self) -> str:
        policy = "" if self.policy == "strict" else f" ({self.policy})"
        return f"{self.true} read as {self.read}{policy}"


def _keep_euro(error: UnicodeError, replacement: str | None) -> tuple[str, int]:
    """0x80 is the euro sign in Windows code page 936 and in WHATWG's gbk."""
    assert isinstance(error, UnicodeDecodeError)
    if error.object[error.start] == 0x80:
        return "\u20ac", error.start + 1
    if replacement is None:
        raise error
    return replacement, error.start + 1


def _whatwg(error: UnicodeError) -> tuple[str, int]:
    """One U+FFFD for a lead byte and its impossible trail byte; an ASCII byte is given back to the stream."""
    assert isinstance(error, UnicodeDecodeError)
    data, start = error.object, error.start
    if data[start] == 0x80:
        return "\u20ac", start + 1
    two = start + 1 < len(data) and data[start] != 0xFF and data[start + 1] >= 0x80
    return MARK, start + (2 if two else 1)


_WINDOWS_936 = re.compile(b"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x81-\xfe][\x20-\x3f\x7f]|[\x80-\xff]|[\x00-\x7f]+")


@lru_cache(maxsize=1 << 15)
def _pair_936(pair: bytes) -> str:
    return pair.decode("gb18030")


def _windows_936(data: bytes, policy: str, keep_private: bool) -> str | None:
    """`data` as Windows reads it; None where the policy is strict and a byte cannot be used."""
    mark = {"drop": "", "mark": MARK}.get(policy, "?")
    out: list[str] = []
    for token in _WINDOWS_936.findall(data):
        if token[0] < 0x80:
            out.append(token.decode("ascii"))
        elif len(token) == 2 and token[1] >= 0x40 and token[1] != 0x7F:
            char = _pair_936(token)
            if keep_private or not "\ue000" <= char <= "\uf8ff":
                out.append(char)
        elif token == b"\x80":
            out.append("\u20ac")
        elif policy == "strict":
            return None
        else:
            out.append(mark if policy == "swallow" else mark + token[1:].decode("ascii"))
    return "".join(out)


codecs.register_error("qingwen.query", lambda error: ("?", error.start + 1))  # type: ignore[attr-defined]
codecs.register_error("qingwen.euro.strict", lambda error: _keep_euro(error, None))
codecs.register_error("qingwen.euro.drop", lambda error: _keep_euro(error, ""))
codecs.register_error("qingwen.euro.mark", lambda error: _keep_euro(error, MARK))
codecs.register_error("qingwen.euro.query", lambda error: _keep_euro(error, "?"))
codecs.register_error("qingwen.whatwg", _whatwg)

_HANDLERS = {"strict": "strict", "drop": "ignore", "mark": "replace", "query": "qingwen.query"}


def one_byte(codec: str) -> bool:
    """Whether this is a codec of one byte a character, other than Latin-1."""
    return codec in ONE_BYTE or codec.startswith("cp1252-")


def pythons(codec: str, policy: str) -> tuple[str, str]:
    """The codec of Python's, and its error handler, that read as a multi-byte codec other than "windows-936" does."""
    if codec == "cp936":
        return "gbk", f"qingwen.euro.{policy}"
    if codec == "whatwg":
        return "gb18030", "qingwen.whatwg"
    return codec, _HANDLERS[policy]


def read_wrongly(data: bytes, codec: str, policy: str) -> str | None:
    """What a reader who takes `data` for `codec` sees, or None where the policy is strict and it cannot be read."""
    if one_byte(codec):
        if policy == "drop" and "-" not in codec:
            return data.decode(codec, "ignore")
        return "".join(map(codepages.seen(codec).__getitem__, data))
    if codec.startswith("windows-936"):
        return _windows_936(data, policy, keep_private=codec == "windows-936")
    if policy == "swallow":
        return None
    try:
        return data.decode(*pythons(codec, policy))
    except UnicodeDecodeError:
        return None


def readers(reading: Reading) -> tuple[str, ...]:
    """The concrete codecs that `reading` may have gone through."""
    if reading.codec:
        return (reading.codec,)
    if reading.read == "gbk" and reading.policy == "mark":
        return (*FAMILIES["gbk"], "whatwg")
    if reading.read == "western" and reading.policy == "drop":
        return ("cp1252",)
    return FAMILIES[reading.read]


def forward(text: str, reading: Reading, want: str) -> str | None:
    """The concrete codecs ("big5 as cp950") that make `want` of `text`, or None where none does."""
    for true in TRUE_CODECS[reading.true]:
        try:
            data = text.encode(true)
        except UnicodeEncodeError:
            continue
        for codec in readers(reading):
            if read_wrongly(data, codec, reading.policy) == want:
                return f"{true} as {codec}"
    return None


def encoder(family: str, codec: str = "") -> Callable[[str], tuple[bytes, ...]]:
    """A function from a character to all byte strings that a reader of `family` makes it of; () where there is none.

    With `codec`, to those of this one codec of the family.
    """
    table = _table(family, codec)

    def encode(char: str) -> tuple[bytes, ...]:
        known = table.get(char)
        if known is None:
            known = ()
            if family == "gbk" and codec in ("", "gb18030") and len(char) == 1 and not "\ud800" <= char <= "\udfff":
                known = (char.encode("gb18030"),)
            if len(table) < 100_000:
                table[char] = known
        return known

    return encode


@lru_cache(maxsize=16)
def _table(family: str, codec: str) -> dict[str, tuple[bytes, ...]]:
    """Character -> byte strings, from what the decoders of the family say (some have two places for a character)."""
    table: dict[str, tuple[bytes, ...]] = {chr(code): (bytes((code,)),) for code in range(0x80)}
    if family == "western":
        for code in range(0x80, 0x100):
            for char in {chr(code), codepages.seen("cp1252")[code]}:
                table[char] = (bytes((code,)),)
        if "nbsp" in codec:
            table[" "] = (b" ", b"\xa0")
        return table
    if family in ONE_BYTE:
        return table | {chr(point): (bytes((byte,)),) for point, byte in codepages.bytes_of(family).items()}
    first, *others = (codec,) if codec else FAMILIES[family]
    known = read_pairs(first)
    for data, found in known.items():
        if len(found) == 1:
            table[found] = (*table[found], data) if found in table else (data,)
    for name in others:
        for data, found in read_pairs(name).items():  # the others read nearly all as the first does
            if len(found) == 1 and known.get(data) != found and data not in table.get(found, ()):
                table[found] = (*table.get(found, ()), data)
    return table


@lru_cache(maxsize=1)
def private_pairs() -> frozenset[bytes]:
    """The pairs of code page 936 that are private-use characters."""
    return frozenset(
        pair for pair, char in read_pairs("windows-936").items() if len(pair) == 2 and "\ue000" <= char <= "\uf8ff"
    )


@lru_cache(maxsize=16)
def read_pairs(codec: str) -> dict[bytes, str]:
    """What a reader of `codec` sees in each byte from 0x80 and each such byte with another, where it uses all of them.

    A lead byte's pairs are read in one go, with line feeds between, which no codec here takes for a second byte.
    """
    if codec.startswith("windows-936"):
        return _pairs_936(codec)
    found: dict[bytes, str] = {}
    for first in range(0x80, 0x100):
        alone = read_wrongly(bytes((first,)), codec, "strict")
        if alone is not None:
            found[bytes((first,))] = alone
    seconds = [second for second in range(256) if second != 0x0A]
    for first in range(0x80, 0x100):
        row = read_wrongly(b"".join([bytes((first, second, 0x0A)) for second in seconds]), codec, "mark")
        pieces = (row or "").split("\n")
        for second, piece in zip(seconds, pieces, strict=False):
            if MARK not in piece:
                found[bytes((first, second))] = piece
        alone = found.get(bytes((first,)))
        if alone is not None:
            found[bytes((first, 0x0A))] = alone + "\n"
    return found


def _pairs_936(codec: str) -> dict[bytes, str]:
    """The same for Windows, which reads what GB18030 does in two bytes: it has its private-use characters there."""
    gone = codec == "windows-936-copied"
    found: dict[bytes, str] = {}
    for rest in (b"", *(bytes((second,)) for second in range(256))):  # before the other place of the euro sign
        shown = read_wrongly(b"\x80" + rest, codec, "strict")
        if shown is not None:
            found[b"\x80" + rest] = shown
    for pair, char in read_pairs("gb18030").items():
        if len(pair) == 2 and 0x81 <= pair[0] <= 0xFE and pair[1] >= 0x40 and pair[1] != 0x7F:
            found[pair] = "" if gone and "\ue000" <= char <= "\uf8ff" else char
    return found


def known_bytes(text: str, family: str, gone: bytes = b"", codec: str = "") -> bytes:
    """The bytes of those characters of `text` that can come from `family`, or from one codec of it; `gone` stands for
    each that left a mark."""
    return text.translate(_latin(family, gone, codec)).encode("latin-1")


class _Latin(dict[int, str]):
    """For `str.translate`: code point to the bytes that a family reads it from, one Latin-1 character a byte."""

    def __init__(self, family: str, gone: bytes, codec: str) -> None:
        super().__init__({ord(MARK): gone.decode("latin-1")})
        self._encode = encoder(family, codec)

    def __missing__(self, code: int) -> str:
        known = self._encode(chr(code))
        found = known[0].decode("latin-1") if known else ""
        if len(self) < 100_000:
            self[code] = found
        return found


@lru_cache(maxsize=16)
def _latin(family: str, gone: bytes, codec: str) -> _Latin:
    return _Latin(family, gone, codec)


@lru_cache(maxsize=32)
def unusable(family: str, codec: str = "") -> tuple[frozenset[int], ...]:
    """For each next byte (END: none follows): the bytes that a reader of `family`, or of one codec, sets aside there.

    Four-byte GB18030 sequences are not looked at: a candidate that overlooks one fails the forward proof.
    """
    if family == "western" or family in ONE_BYTE:
        return (codepages.undefined(codec or ("cp1252" if family == "western" else family)),) * (END + 1)
    codec = codec or {"gbk": "gbk", "cp932": "shift_jis"}.get(family, FAMILIES[family][0])  # the one that loses more
    read = read_pairs(codec)
    stuck = [first for first in range(0x80, 256) if bytes((first,)) not in read]
    table = [frozenset(first for first in stuck if bytes((first, following)) not in read) for following in range(256)]
    table.append(frozenset(stuck))
    return tuple(table)
