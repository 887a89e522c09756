"""UTF-8, GBK or Big5 read in a code page of one byte a character: those of lexicons/codepages.toml.

All bytes come through, so each page that has all characters of a stretch is asked what was written there. Bytes are
not UTF-8 by accident; but any two are a character of GBK, and so are the letters of Russian or Czech words: what comes
back must read like Chinese, and what stands must not read like words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cleaners.restoration.mojibake import western
from cleaners.restoration.mojibake.codepages import bytes_of, code_pages, letters
from cleaners.restoration.mojibake.judge import Page, count_everyday, everyday, judge, script_of
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.thresholds import threshold

TRUES = {"utf-8": ("utf-8",), "gbk": ("gb18030",), "big5": ("cp950", "big5hkscs")}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least: int = threshold(2, "characters", "Han or full-width marks in UTF-8 that leave no doubt")
    least_pairs: int = threshold(4, "characters", "Han in a codec of two bytes that leave no doubt")
    usual: float = threshold(0.8, "share", "of everyday characters")
    least_kinds: int = threshold(3, "characters", "different ones: a rule or a shade is one character over and over")
    min_gain: float = threshold(12.0, "bits", "by which a repair must read better")
    worst_utf8: float = threshold(-13.0, "log2 probability a character", "outside ASCII, of a repair by way of UTF-8")
    worst_pairs: float = threshold(
        -11.8, "log2 probability a character", "of a repair by way of pairs, where any bytes make characters"
    )
    margin: float = threshold(8.0, "bits", "to the next reading, from which a reading of pairs is exact")
    longest: int = threshold(20_000, "characters", "of a stretch")
    ruled: float = threshold(0.33, "share", "horizontal rules of a frame's characters; of bytes of text 0.04")


T = Thresholds()
_RULE = re.compile("[\u2500\u2501\u2550]")
_DRAWN = re.compile("[\u2500-\u257f\\s]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_WIDE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e\u2010-\u2026]")


@dataclass(frozen=True, slots=True)
class _Reading:
    score: float
    start: int
    piece: str
    after: str
    true: str
    codec: str
    sure: bool


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A character that tells of some page other than Latin-1 and Windows-1252; what two Han leave at least, one of
    those among it; and a stretch of high characters."""
    every = frozenset().union(*(letters(page.codec) for page in code_pages()))
    telling = every - letters("cp1252") - letters("latin-1") - everyday()
    high, odd = (re.escape("".join(sorted(chars))) for chars in (every, telling))
    pair = "|".join(f"[{high}]{{{n}}}[{odd}][{high}]{{{3 - n}}}" for n in range(4))
    stretch = f"[{high}](?:[\t\x20-\x7e]{{0,40}}[{high}])*[\x40-\x7e]?"
    return re.compile(f"[{odd}]"), re.compile(pair), re.compile(stretch)


def may_have(text: str) -> bool:
    """Whether there is a character in it that tells of one of the pages."""
    return _patterns()[0].search(text) is not None


def stretches(line: str) -> list[tuple[int, int]]:
    """Where high characters stand together some of which tell of one of the pages."""
    telling, _, stretch = _patterns()
    if not telling.search(line):
        return []
    return [match.span() for match in stretch.finditer(line) if telling.search(match[0])]


def find(line: str, page: Page | None = None) -> list[Repair]:
    """The repairs of `line`, in order; none overlaps another."""
    telling, pair, stretch = _patterns()
    if not telling.search(line) or not pair.search(line):
        return []
    repairs: list[Repair] = []
    for match in stretch.finditer(line):
        if pair.search(match[0]) and len(match[0]) <= T.longest:
            repairs += _stretch(match[0], match.start(), page)
    return repairs


def _stretch(text: str, offset: int, page: Page | None) -> list[Repair]:
    found: list[_Reading] = []
    words = _is_words(text)
    high = {char for char in text if char > "\x7f"}
    pages = [one.codec for one in code_pages() if high <= letters(one.codec)]
    for left in {0, len(text) - len(text.lstrip(western.OUTER))}:
        for piece in {text[left:], text[left:].rstrip(western.OUTER)}:
            for codec in pages:
                found += _readings(piece, codec, left, text[:left] + text[left + len(piece) :], words)
    found = [one for one in found if one.sure] or found
    if not found:
        for codec in pages:
            if _is_mostly_utf8(text, codec):
                repairs = western.search(text, offset, page, codec)
                if repairs:
                    return repairs
                if page:
                    page.refused = True
        return []
    best = max(found, key=lambda one: one.score)
    rivals = [one for one in found if one.after != best.after]
    runner = max(rivals, key=lambda one: one.score, default=None)
    exact = best.sure or runner is None or best.score - runner.score >= T.margin
    detail = f"{best.true} read as {best.codec}"
    if runner is not None:
        detail += f"; not {runner.true} read as {runner.codec} by {best.score - runner.score:.1f} bits"
    start = offset + best.start
    end = start + len(best.piece)
    return [Repair(start, end, best.after, "wrong-codec", "exact" if exact else "likely", detail)]


def _readings(piece: str, codec: str, left: int, outer: str, words: bool) -> list[_Reading]:
    """What `piece` may have been written as, where it was read as `codec`; `outer` is what stays as it stands.

    words: it may be words of a language; then it is none of a codec in which any two bytes are a character.
    """
    data = piece.translate(bytes_of(codec)).encode("latin-1")
    after = _strictly(data, "utf-8")
    if after is not None:
        if _HAN.search(after) is None:
            after = western.undo(after) or after  # written as UTF-8 once more in between
        reads = len(_WIDE.findall(after)) >= T.least and _better(piece, after, T.worst_utf8)
        return [_reading(piece, after, "utf-8", codec, left, outer)] if reads else []
    found: list[_Reading] = []
    for true in () if words or _is_drawn(piece) else ("gbk", "big5"):
        after = _strictly(data, true)
        if after is None and data[-1] < 0x80:  # the last one was no trail byte
            after = _strictly(data[:-1], true)
            after = after and after + piece[-1]
        if after is None:
            continue
        han = _HAN.findall(after)
        if len(han) < T.least_pairs or len(set(han)) < T.least_kinds:
            continue
        usual, foreign = count_everyday(after)
        if usual < T.usual * foreign:
            continue
        if _better(piece, after, T.worst_pairs):
            found.append(_reading(piece, after, true, codec, left, outer))
    return found


def _is_mostly_utf8(text: str, codec: str) -> bool:
    """Whether most bytes that `text` was read from, as far as they came through, are whole Chinese characters."""
    data = text.translate(bytes_of(codec)).encode("latin-1")
    wide = len(_WIDE.findall(data.decode("utf-8", "ignore")))
    return wide >= T.least_pairs and 6 * wide >= sum(byte >= 0x80 for byte in data)


def _reading(piece: str, after: str, true: str, codec: str, left: int, outer: str) -> _Reading:
    score = judge(script_of(after)).score(after) + judge().plain(outer)
    return _Reading(score, left, piece, after, true, codec, true == "utf-8")


def _strictly(data: bytes, true: str) -> str | None:
    for codec in TRUES[true]:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def _better(before: str, after: str, worst: float) -> bool:
    jury = judge()
    return jury.score(after) - jury.plain(before) >= T.min_gain and jury.foreign_mean(after) >= worst


def _is_drawn(text: str) -> bool:
    """Whether a stretch is part of a frame that was drawn around a table: ├───┼──┤."""
    return _DRAWN.fullmatch(text) is not None and len(_RULE.findall(text)) >= T.ruled * len(text)


def _is_words(text: str) -> bool:
    """Whether the letters of `text` stand as in words: all small, all capital, or the first one capital.

    Bytes of text read as letters are capital and small at random.
    """
    runs = re.findall(r"[^\W\d_]+", text)
    high = sum(char > "\x7f" for char in text)
    inside = sum(len(run) for run in runs)
    return 10 * inside >= 8 * high and all(run.islower() or run.isupper() or run.istitle() for run in runs)
