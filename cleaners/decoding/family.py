"""Which codec of the CJK family, if any, explains the bytes best.

Every candidate reads the same sample of the page, and the reading that costs the fewest bits wins: characters cost what
the character model says, bytes that cannot be read cost a flat sum. What is not of this family is measured by a
flat cost for each high byte, and is another module's to name. All figures are bits; lower is better.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from operator import add, itemgetter
from typing import NamedTuple

from cleaners.decoding.signs import SIGNS
from cleaners.model import charmodel
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    sample: int = threshold(1600, "bytes", "of text looked at in the end")
    window: int = threshold(600, "bytes", "of these in each part of a long page")
    error: float = threshold(22.0, "bits", "what a place that cannot be read costs")
    cut: float = threshold(24.0, "bits", "what a break in the pairing of bytes costs")
    declared: float = threshold(8.0, "bits", "what a declaration is worth")
    japanese_abroad: float = threshold(6.0, "bits", "what a reading as Japanese must make up for in gb18030")
    hanja: float = threshold(
        6.0, "bits", "that a Chinese character costs more in Korean than in Traditional Chinese, at most"
    )
    sure: float = threshold(1.0, "bits a high byte", "between the best and the next that need no second look")
    sound: float = threshold(5.4, "bits a high byte", "beyond which a reading is looked at again, with breaks allowed")
    sure_family: float = threshold(
        0.3, "bits a high byte", "between the best and a single-byte encoding that need no second look"
    )
    near: float = threshold(2.5, "bits a high byte", "behind the best, within which a reading is scored in context")
    declared_characters: float = threshold(
        17.0, "bits a character", "of what is declared, within which it can be what the page is in"
    )
    tie_most: int = threshold(24, "high bytes", "of a page that says little")
    tie_characters: float = threshold(16.0, "bits a character", "of what is declared, where the page says little")
    rare_characters: float = threshold(
        15.0, "bits a character", "of a reading that is taken when nothing else reads at all"
    )
    very_few: int = threshold(60, "high bytes", "below which every reading is scored in context")
    hopeless: float = threshold(8.0, "bits a high byte", "behind ASCII that no context makes up for")
    short: int = threshold(400, "bytes", "of text so few that one break in them may spoil every reading")
    errors_in: int = threshold(30, "high bytes", "that may hold one error")
    letter_least: float = threshold(5.0, "bits", "a letter of a single-byte alphabet is taken to cost at least")
    broken_word: float = threshold(
        4.0, "bits", "for a high byte next to an ASCII letter where words of high bytes are the rule"
    )
    sign_again: float = threshold(6.0, "bits", "of a sign that the text has had: rows of stars, a bracket a heading")
    in_context: float = threshold(0.65, "share", "of the context's say, against single characters of the language")
    spaced: int = threshold(
        12, "high bytes for each", "space: fewer, and there are words, at whose borders a broken pairing ends by itself"
    )
    reads_plainly: int = threshold(
        80, "eighths of a bit a character", "with which a codec's other languages are not asked: steps of the model"
    )


T = Thresholds()
# bytes of text that settle the plain cases, and the margin asked of them
FIRST_LOOKS = ((120, 2 * T.sure), (280, T.sure), (640, T.sure))
CODECS: tuple[tuple[str, tuple[str, ...], float], ...] = (  # its languages, and what a rare codec must make up for
    ("gb18030", ("Hans", "Hant", "Jpan"), 0.0),
    ("big5hkscs", ("Hant",), 2.0),
    ("cp950", ("Hant",), 3.0),
    ("cp932", ("Jpan",), 2.0),
    ("euc_jp", ("Jpan",), 2.0),
    ("cp949", ("Kore",), 2.0),
    ("johab", ("Kore",), 20.0),
)
ALIGNED = ("gb18030", "big5hkscs", "cp932", "euc_jp")
HIGH = bytes(range(0x80, 0x100))
LOW = bytes(range(0x80))
_PIECE = re.compile(rb"[\x80-\xff][^<>\r\n]*")
_BORDER = re.compile(rb"[\x00-\x2f<>]")
_RUN = re.compile(rb"[\x80-\xff]+")
_BROKEN_WORD = re.compile(rb"[\x80-\xff][@-~]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


class Reading(NamedTuple):
    """Bytes read by a codec, as one of its languages. Readings are compared by their bits first."""

    bits: float
    codec: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A codec of the family, or "" for none; the margin to the next reading and the cost, in bits a high byte.

    Where there is none, `fallback` may name one that reads the bytes without an error, though poorly.
    """

    codec: str
    margin: float
    cost: float
    fallback: str = ""


class _Tables:
    """Steps (an eighth of a bit) of every UTF-16 unit in each language, read from the character model when first used.

    Not folded: a wrong reading mixes scripts. Half-width kana are one byte each; a pair of surrogates costs its first.
    """

    def __init__(self) -> None:
        model = charmodel.model()
        self.languages = {name: self._table(model.language_plane(name), SIGNS[name]) for name in charmodel.LANGUAGES}
        korean = bytearray(self.languages["Kore"])
        dearer = bytes(min(n + int(T.hanja * STEPS), 255) for n in range(256))
        hanja = self.languages["Hant"][0x4E00:0xA000].translate(dearer)
        korean[0x4E00:0xA000] = bytes(map(min, korean[0x4E00:0xA000], hanja))
        self.languages["Kore"] = bytes(korean)
        wide = bytearray(self._table(model.mixture_plane(), {}))
        for start, end in ((0xC0, 0x1100), (0x1E00, 0x2000)):  # letters of any alphabet are to be expected
            wide[start:end] = wide[start:end].translate(bytes(min(n, 7 * STEPS) for n in range(256)))
        self.wide = bytes(wide)

    @staticmethod
    def _table(plane: bytes, signs: dict[str, int]) -> bytes:
        steps = bytearray(plane)
        for sign, bits in signs.items():
            steps[ord(sign)] = min(steps[ord(sign)], bits * STEPS)
        steps[:0x80] = ASCII_STEPS[:0x80]
        for symbol in SYMBOLS:
            steps[ord(symbol)] = min(steps[ord(symbol)], 9 * STEPS)
        steps[0xFFFD] = int(T.error) * STEPS
        steps[0xFF61:0xFFA0] = bytes([10 * STEPS]) * 0x3F
        for start, end, bits in ((0xD800, 0xD840, 18), (0xD840, 0xD8C0, 24), (0xD8C0, 0xDC00, 31)):
            steps[start:end] = bytes([bits * STEPS]) * (end - start)
        steps[0xDC00:0xE000] = bytes(0x400)
        return bytes(steps)


def _ascii_steps() -> bytes:
    steps = bytearray(256)
    for code in range(128):
        char = chr(code)
        bits = 4.5 if char.isalnum() else 3.0 if char in " \n" else 6.0
        steps[code] = int((31.0 if code < 32 and char not in "\t\n\r\f\x1b" else bits) * STEPS)
    return bytes(steps)


STEPS = charmodel.BITS_STEPS
SYMBOLS = "’‘“”—–…·"  # of English pages too, where they are all that is not ASCII
ASCII_STEPS = _ascii_steps()
LANGUAGES = {codec: languages for codec, languages, _ in CODECS}
RARE = {codec: rare for codec, _, rare in CODECS}
_LOG2_GAMMA = [math.lgamma(n + 0.5) / math.log(2) for n in range(T.sample * 2)]


@functools.cache
def tables() -> _Tables:
    """The tables of steps, made once (about 5 ms)."""
    return _Tables()


def _units(text: str) -> memoryview:
    return memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")


def _steps(units: memoryview, table: bytes) -> tuple[int, ...]:
    """Steps of each unit: `itemgetter` takes half the time of a loop or a map."""
    return itemgetter(*units)(table) if len(units) > 1 else tuple(table[unit] for unit in units)


def wide_cost(text: str) -> float:
    """Bits of a reading in an encoding of all scripts, by single characters."""
    return sum(_steps(_units(text), tables().wide)) / STEPS


def _cost(text: str, codec: str) -> tuple[float, str]:
    """Bits of a reading by single characters, and the language that says so."""
    units = _units(text)
    languages = tables().languages
    first, *others = LANGUAGES[codec]
    best = sum(_steps(units, languages[first])), first
    for name in others:
        if best[0] > T.reads_plainly * len(text):
            best = min(best, (sum(_steps(units, languages[name])), name))
    return best[0] / STEPS, best[1]


def _prior(codec: str, language: str, declared: str) -> float:
    """Bits that a reading must make up for: of a rare codec, of Japanese in a Chinese one; less what is declared."""
    foreign = T.japanese_abroad if codec == "gb18030" and language == "Jpan" else 0.0
    return RARE[codec] + foreign - (T.declared if codec == declared else 0.0)


def head(data: bytes) -> bytes:
    """The first text of the page that has high bytes, tags left out: as much as settles the plain cases."""
    return b"\n".join(_take(data, 0, len(data), FIRST_LOOKS[1][0] + 20))


def sample(data: bytes) -> bytes:
    """Text of the page that has high bytes, tags left out: whole where the page is short, else from four places."""
    first = _HIGH_BYTE.search(data)
    if first is None:
        return b""
    start = first.start()
    if len(data) - start <= T.sample:
        return b"\n".join(_PIECE.findall(data, start))
    pieces: list[bytes] = []
    step = max((len(data) - start) // 4, 1)
    for n in range(4):
        at = start + n * step
        end = min(at + T.window * 4, len(data))
        border = _BORDER.search(data, at, end) if n else None
        if n and border is None:
            continue
        pieces += _take(data, border.end() if border else at, end, T.window)
    if sum(map(len, pieces)) < T.window // 2:
        pieces = _take(data, start, len(data), T.sample)
    return b"\n".join(pieces)


def _take(data: bytes, start: int, end: int, most: int) -> list[bytes]:
    pieces: list[bytes] = []
    for found in _PIECE.finditer(data, start, end):
        pieces.append(found.group()[:most])
        most -= len(pieces[-1])
        if most <= 0:
            break
    return pieces


def choose_early(piece: bytes, declared: str = "") -> Choice | None:
    """The codec that explains the first text of a page by far the best, None where there is none."""
    for size, sure in FIRST_LOOKS:
        if len(piece) > size:
            choice = _look(piece[:size], declared, sure, whole=False)
            if choice is not None:
                return choice
    return None


def choose(piece: bytes, declared: str = "") -> Choice:
    """The codec that explains a sample best. `declared` is a prior of a few bits."""
    return _look(piece[: T.sample], declared, T.sure, whole=True) or Choice("", 0.0, 0.0)


def _look(piece: bytes, declared: str, sure: float, *, whole: bool) -> Choice | None:
    """A choice, or None where `piece` is only the sample's head and does not settle it."""
    ascii_part = piece.translate(None, HIGH)
    high = len(piece) - len(ascii_part)
    if not high:
        return None
    runs = _RUN.findall(piece)
    if high < 1.3 * len(runs) and len(runs) > (2 if whole else 8) and len(ascii_part) > 4 * high:
        return Choice("", 1.0, 0.0)  # single letters among ASCII letters
    readings: list[Reading] = []
    ascii_bits = sum(ascii_part.translate(ASCII_STEPS)) / STEPS
    for codec in LANGUAGES:
        if codec == "johab" and readings and (min(readings).bits - ascii_bits) / high < T.sound:
            continue  # hardly met, and always read well by something else
        text = piece.decode(codec, "replace")
        errors = text.count("\ufffd")
        if errors > (2 if whole else 1) + high / T.errors_in:
            continue
        if text.endswith("\ufffd"):
            text = text[:-1]
        if codec == "cp950" and readings and readings[-1].text == text:
            continue
        bits, language = _cost(text, codec)
        readings.append(Reading(bits + _prior(codec, language, declared), codec, language, text))
    readings.sort()
    if readings:
        best, own = readings[0], (readings[0].bits - ascii_bits) / high
        among = (_rival(readings) - best.bits) / high
        if own + T.sure_family < T.letter_least and among >= sure:
            return Choice(best.codec, min(among, T.letter_least - own), own)
    elif not whole:
        return Choice("", 1.0, 0.0) if _are_words(piece, runs) else None
    single = ascii_bits + _single_byte_cost(piece, runs, len(ascii_part))
    if readings:
        against = (single - best.bits) / high
        if own < T.sound and among >= sure and against >= T.sure_family:
            return Choice(best.codec, min(among, against), own)
        if against < -sure and (len(piece) > T.short if whole else _are_words(piece, runs)):
            return Choice("", -against, own, _fallback(readings))
    elif len(piece) > T.short:
        return Choice("", 1.0, 0.0)
    return _second_look(piece, readings, single, ascii_bits, high, declared) if whole else None


def _are_words(piece: bytes, runs: list[bytes]) -> bool:
    """Whether runs of high bytes are as often odd as words are, and not because ASCII bytes end a pair."""
    odd = sum(map((1).__and__, map(len, runs)))
    return len(runs) >= 8 and odd * 4 >= len(runs) and len(_BROKEN_WORD.findall(piece)) * 4 < len(runs)


def reads(piece: bytes, codec: str) -> bool:
    """Whether a declared codec can be what a sample is in, where nothing tells: hardly an error, no mere garble."""
    if codec.startswith("utf-") or codec in ("hz", "iso2022_jp"):
        return False  # these tell by their structure
    text = piece.decode(codec, "replace")
    errors = text.count("\ufffd")
    if errors * 50 > len(text):
        return False
    return codec not in LANGUAGES or _cost(text, codec)[0] <= T.declared_characters * len(text)


def breaks_tie(piece: bytes, declared: str) -> bool:
    """Whether so few bytes above 0x7F as `piece` has are what a declared codec of the family says: common signs.

    Two brackets of Big5, whose second bytes are ASCII, may be letters of any single-byte encoding as well. Letters that
    are taken for pairs make rare characters.
    """
    if declared not in LANGUAGES or len(piece) - len(piece.translate(None, HIGH)) > T.tie_most:
        return False
    text = piece.decode(declared, "replace")
    foreign = "".join([char for char in text if char > "\x7f"])
    return "\ufffd" not in text and foreign != "" and _cost(foreign, declared)[0] <= T.tie_characters * len(foreign)


def _fallback(readings: list[Reading]) -> str:
    """The codec of a reading without errors in which a character costs no more than rare ones do."""
    for bits, codec, language, text in readings:
        foreign = sum(char > "\x7f" for char in text)
        if (
            foreign * 4 > len(text)
            and language
            and "\ufffd" not in text
            and bits <= T.rare_characters * foreign + 5.0 * (len(text) - foreign)
        ):
            return codec
    return ""


def _rival(readings: list[Reading]) -> float:
    """Bits of the next reading that is not the same text in another codec."""
    return min((other.bits for other in readings[1:] if other.text != readings[0].text), default=math.inf)


def _single_byte_cost(piece: bytes, runs: list[bytes], ascii_count: int) -> float:
    """Bits of the high bytes as letters of an alphabet of their own, learnt as they come (Krichevsky, Trofimov 1981).

    Words of an alphabet are as often odd as even in length, and are not mixed with ASCII letters where they are many.
    """
    counts = Counter(b"".join(runs))
    total = sum(counts.values())
    bits = sum(map(_LOG2_GAMMA.__getitem__, counts.values())) - len(counts) * _LOG2_GAMMA[0]
    bits = max((math.lgamma(total + 64) - math.lgamma(64)) / math.log(2) - bits, T.letter_least * total)
    odd = sum(map((1).__and__, map(len, runs)))
    if odd * 8 <= len(runs):
        bits += len(runs) * (1.0 if not odd else 0.5)
    if total > 0.7 * ascii_count:
        bits += T.broken_word * len(_BROKEN_WORD.findall(piece))
    return bits


def _second_look(
    piece: bytes, readings: list[Reading], single: float, ascii_bits: float, high: int, declared: str
) -> Choice:
    """Characters in context, and lines whose bytes are paired wrongly from some place on."""
    scored: list[Reading] = []
    for bits, codec, language, text in readings[:4]:
        if ((bits - readings[0].bits) / high < T.near or high < T.very_few) and (bits - ascii_bits) / high < T.hopeless:
            bits = context_cost(text, language) + _prior(codec, language, declared)
            scored.append(Reading(bits, codec, language, text))
    scored.sort()
    poor = not scored or (scored[0].bits - ascii_bits) / high > T.sound
    if poor and len(piece) <= T.short and (piece.count(b" ") * T.spaced < high or high < 2 * T.spaced):
        for codec in ALIGNED:
            bits = _aligned_cost(piece, codec) + _prior(codec, "", declared)
            scored.append(Reading(bits, codec, "", codec))
        scored.sort()
    if not scored:
        return Choice("", 1.0, 0.0)
    best = scored[0]
    own = (best.bits - ascii_bits) / high
    if single < best.bits:
        return Choice("", (best.bits - single) / high, own, _fallback(readings))
    return Choice(best.codec, (min(_rival(scored), single) - best.bits) / high, own)


def context_cost(text: str, language: str) -> float:
    """Bits of a reading in context; ASCII costs what it costs by itself, so that no reading gains by swallowing it."""
    own, logp = tables().languages[language], charmodel.model().logp
    bits = 0.0
    prev2 = prev1 = "\n"
    signs = SIGNS[language]
    seen: set[str] = set()
    for char in text:
        code = ord(char)
        if code > 0xFFFF:
            bits += 24.0
        elif code < 0x80 or code == 0xFFFD or 0xFF61 <= code <= 0xFF9F:
            bits += own[code] / STEPS
        else:
            alone = 2.0 ** -(T.sign_again if char in seen else own[code] / STEPS)
            bits -= math.log2(T.in_context * 2.0 ** logp(prev2, prev1, char) + (1 - T.in_context) * alone)
            if char in signs:
                seen.add(char)
        prev2, prev1 = prev1, char
    return bits


def _aligned_cost(piece: bytes, codec: str) -> float:
    """Bits of a reading in which a line may start in the middle of a character, or lose its pairing once."""
    total = 0.0
    languages = tables().languages
    for line in piece.split(b"\n"):
        text = line.decode(codec, "replace")
        plain, language = _cost(text, codec)
        if plain <= 12.0 * len(text) or len(line) < 4:
            total += plain
            continue
        shifted = line[1:].decode(codec, "replace")
        own = languages[_cost(shifted, codec)[1]]
        before = list(accumulate(_steps(_units(text), languages[language]), initial=0))
        after = list(accumulate(reversed(_steps(_units(shifted), own)), initial=0))[::-1]
        best = min(map(add, before, after))
        best = min(best, min(map(add, before[1:], after), default=best)) / STEPS
        total += min(plain, best + T.cut)
    return total
