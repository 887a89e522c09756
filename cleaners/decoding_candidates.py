"""Which codec of the CJK family, if any, explains the bytes best.

Every candidate reads the same sample of the page, and the reading that costs the fewest bits wins: characters cost what
the character model says, bytes that cannot be read cost a flat sum. What is not of this family is measured by a
flat cost for each high byte, and is another module's to name. All figures are bits; lower is better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners import charmodel

SAMPLE = 3000  # bytes of text looked at
WINDOW = 1200  # of them in each part of a long page
ERROR = 22.0
CUT = 24.0  # a break in the pairing of bytes
SINGLE_BYTE = 5.6  # a high byte of a single-byte encoding, by the unigrams
SINGLE_BYTE_CONTEXT = 4.6  # the same, where characters are scored in context
DECLARED = 8.0  # what a declaration is worth
SURE = 0.6  # bits a high byte between the best and the next by single characters that need no second look
MIXED_SCRIPTS = 4.0
CODECS: tuple[tuple[str, float], ...] = (  # and what a rare one must make up for
    ("gb18030", 0.0),
    ("big5hkscs", 2.0),
    ("cp950", 3.0),
    ("cp932", 2.0),
    ("euc_jp", 2.0),
    ("cp949", 2.0),
    ("johab", 20.0),
)
HIGH = bytes(range(0x80, 0x100))
_PIECE = re.compile(rb"[\x80-\xff][^<>\r\n]*")
_BORDER = re.compile(rb"[\x00-\x2f<>]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Choice:
    """A codec of the family, or "" for none; the margin to the next reading and the cost, in bits a high byte."""

    codec: str
    margin: float
    cost: float


class _Bits(dict[str, float]):
    """Bits of single characters, as a wrong reading should be judged: filled as characters come."""

    def __missing__(self, char: str) -> float:
        code = ord(char)
        if code < 0x80:
            bits = 4.5 if char.isalnum() else 3.0 if char in " \n" else 31.0 if code < 32 and char not in "\t\r\f\x1b" else 6.0
        elif 0xFF61 <= code <= 0xFF9F:
            bits = 10.0  # half-width kana: one byte each
        elif code == 0xFFFD:
            bits = ERROR
        else:
            bits = -charmodel.model().unigram(char)
        self[char] = bits
        return bits


class _WideBits(_Bits):
    """The same for encodings of all scripts, where letters of any alphabet are to be expected."""

    def __missing__(self, char: str) -> float:
        if "\xa0" <= char < "\u2000" and char.isalpha() or "\u1e00" <= char < "\u2070":
            self[char] = 7.0
            return 7.0
        return super().__missing__(char)


BITS = _Bits()
WIDE_BITS = _WideBits()


def cost(text: str) -> float:
    """Bits of a reading by single characters."""
    return sum(map(BITS.__getitem__, text))


def wide_cost(text: str) -> float:
    """Bits of a reading in an encoding of all scripts."""
    return sum(map(WIDE_BITS.__getitem__, text))


def sample(data: bytes) -> bytes:
    """Text of the page that has high bytes, tags left out: whole where the page is short, else from four places."""
    first = _HIGH_BYTE.search(data)
    if first is None:
        return b""
    start = first.start()
    if len(data) - start <= SAMPLE:
        return b"\n".join(_PIECE.findall(data, start))
    pieces: list[bytes] = []
    step = max((len(data) - start) // 4, 1)
    for n in range(4):
        at = start + n * step
        end = min(at + WINDOW * 4, len(data))
        if n:
            border = _BORDER.search(data, at, end)
            if border is None:
                continue
            at = border.end()
        taken = 0
        for found in _PIECE.finditer(data, at, end):
            piece = found.group()[: WINDOW - taken]
            pieces.append(piece)
            taken += len(piece)
            if taken >= WINDOW:
                break
    if sum(map(len, pieces)) < WINDOW // 2:
        taken = 0
        pieces = []
        for found in _PIECE.finditer(data, start):
            piece = found.group()[:SAMPLE]
            pieces.append(piece)
            taken += len(piece)
            if taken >= SAMPLE:
                break
    return b"\n".join(pieces)


def choose(piece: bytes, declared: str = "") -> Choice:
    """The codec that explains a sample best. `declared` is a prior of a few bits."""
    high = len(piece) - len(piece.translate(None, HIGH))
    if not high:
        return Choice("", 0.0, 0.0)
    ascii_bits = cost(piece.translate(None, HIGH).decode("ascii"))
    ranked: list[tuple[float, str, str]] = []
    for codec, rare in CODECS:
        text = piece.decode(codec, "replace")
        if text.endswith("\ufffd"):
            text = text[:-1]
        if text.count("\ufffd") * 6 > high:
            continue
        bits = cost(text) + rare - (DECLARED if codec == declared else 0.0)
        ranked.append((bits, codec, text))
    single = ascii_bits + SINGLE_BYTE * high
    ranked.sort()
    if not ranked:
        return Choice("", 1.0, SINGLE_BYTE)
    best = ranked[0]
    rival = min([single, *(bits for bits, codec, text in ranked[1:] if text != best[2])])
    if (rival - best[0]) / high >= SURE:
        return Choice(best[1], (rival - best[0]) / high, (best[0] - ascii_bits) / high)
    return _in_context(ranked[:4], ascii_bits, high, declared)


def _in_context(ranked: list[tuple[float, str, str]], ascii_bits: float, high: int, declared: str) -> Choice:
    """The second look: characters in context, scripts that do not mix."""
    rare = dict(CODECS)
    scored: list[tuple[float, str, str]] = []
    for _, codec, text in ranked:
        bits = context_cost(text) + rare[codec] - (DECLARED if codec == declared else 0.0)
        scored.append((bits, codec, text))
    scored.sort()
    best = scored[0]
    single = ascii_bits + SINGLE_BYTE_CONTEXT * high
    rival = min([single, *(bits for bits, _, text in scored[1:] if text != best[2])])
    margin = (rival - best[0]) / high
    if single < best[0]:
        return Choice("", (best[0] - single) / high, (best[0] - ascii_bits) / high)
    return Choice(best[1], margin, (best[0] - ascii_bits) / high)


def context_cost(text: str) -> float:
    """Bits of a reading in context; ASCII costs what it costs by itself, so that no reading gains by swallowing it."""
    model = charmodel.model()
    logp, bits = model.logp, 0.0
    hans = hant = 0
    prev2 = prev1 = "\n"
    for char in text[:1200]:
        if char < "\x80" or char == "\ufffd" or "\uff61" <= char <= "\uff9f":
            bits += BITS[char]
        else:
            bits -= logp(prev2, prev1, char)
            kind = model.kind(char)
            hans += kind == "Hans"
            hant += kind == "Hant"
        prev2, prev1 = prev1, char
    return bits + MIXED_SCRIPTS * min(hans, hant)
