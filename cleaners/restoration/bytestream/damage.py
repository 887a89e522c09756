"""The damage itself, forward: what an annotating site makes of a text. Every repair is checked with it.

The site holds GBK bytes. For each character of its table, in the table's order, it puts `(pinyin)` behind the two bytes
wherever they stand, also astride two characters. It cuts the stream at the two bytes of full-width marks, wherever they
stand, and decodes each piece by itself; a lead byte before an ASCII byte swallows it. Later the text may be folded.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cleaners.restoration.bytestream import lexicon
from cleaners.thresholds import threshold

_T = TypeVar("_T")

ALWAYS_CUT = frozenset({b"\xa3\xac"})  # ，
SOMETIMES_CUT = frozenset({b"\xa3\xbb", b"\xa3\xa1", b"\xa3\xbf", b"\xa1\xa2"})  # ； ！ ？ 、
STOP = b"\xa1\xa3"  # 。, at which few sites cut
_CUTS = re.compile(b"|".join(sorted(ALWAYS_CUT | SOMETIMES_CUT)))
_CUTS_AND_STOPS = re.compile(b"|".join(sorted(ALWAYS_CUT | SOMETIMES_CUT | {STOP})))
NARROW = dict(zip("，；：？！（）", ",;:?!()", strict=True))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    most_cuts: int = threshold(4, "cuts", "that are doubtful and of which every combination is tried")
    most_clashes: int = threshold(6, "characters", "whose order is not known and of which every combination is tried")


T = Thresholds()
FOREIGN_BYTES = range(0x01, 0x09)  # stand for characters that GBK does not hold


@dataclass(frozen=True, slots=True)
class Site:
    """How a site treats its bytes.

    `table`: (character, reading) in the order of insertion. `lone_lead`: what a lead byte alone at a piece's end gives.
    `spares`: a lead byte before `(` falls out and the parenthesis stands.
    `keeps_private_use`: user-defined pairs become private-use characters, else nothing. `folds`: NFKC afterwards.
    `stops`: it cuts at 。 as well. `narrows`: marks, of those in NARROW, shown in half width where it does not fold.
    """

    table: tuple[tuple[str, str], ...] = ()
    lone_lead: str = "?"
    keeps_private_use: bool = True
    folds: bool = True
    spares: bool = False
    narrows: str = ""
    stops: bool = False

    def folded(self, text: str) -> str:
        """The text in the width in which the site shows it."""
        return unicodedata.normalize("NFKC", text) if self.folds else narrowed(text, self.narrows)


def narrowed(text: str, marks: str) -> str:
    """The text with these of the marks in NARROW in half width."""
    for mark in marks:
        text = text.replace(mark, NARROW[mark])
    return text


def damage(text: str, site: Site, cuts: Iterable[bytes] = ALWAYS_CUT) -> str:
    """What `site` makes of `text`; `cuts` are the mark bytes at which it cuts, at every offset."""
    data, foreign = encode(text)
    stream = annotate(data, site.table)
    places = [at for at in mark_places(stream, site.stops) if stream[at : at + 2] in cuts]
    return _shown(stream, places, foreign, site)


def gives(text: str, seen: str, site: Site) -> bool:
    """Whether `site` can make `seen` of `text`, cutting at each doubtful mark that stands astride or not."""
    data, foreign = encode(text)
    stream = annotate(data, site.table)
    sure: list[int] = []
    doubtful: list[int] = []
    for at in mark_places(stream, site.stops):
        (sure if stream[at : at + 2] in ALWAYS_CUT else doubtful).append(at)
    seen = site.folded(seen)
    # A cut where the decoder is in step changes nothing by itself; behind one that is not, it may.
    boundaries = _boundaries(stream, sure)
    in_step = [at for at in doubtful if at in boundaries]
    astride = [at for at in doubtful if at not in boundaries][: T.most_cuts]
    for chosen in _subsets(astride):
        for others in ([], in_step) if chosen and in_step else ([],):
            if _shown(stream, sorted([*sure, *chosen, *others]), foreign, site) == seen:
                return True
    return False


def encode(text: str) -> tuple[bytes, dict[str, str]]:
    """GBK bytes of `text`, and what stands for the characters that GBK does not hold."""
    try:
        return text.encode("gbk"), {}
    except UnicodeEncodeError:
        pass
    foreign: dict[str, str] = {}
    out = bytearray()
    for char in text:
        code = lexicon.codes().get(char)
        if code is not None:
            out += bytes((code >> 8, code & 0xFF))
        elif char < "\x80":
            out.append(ord(char))
        else:
            byte = FOREIGN_BYTES[len(foreign) % len(FOREIGN_BYTES)]
            foreign[chr(byte)] = char
            out.append(byte)
    return bytes(out), foreign


def annotate(data: bytes, table: Sequence[tuple[str, str]]) -> bytes:
    """The byte stream with `(pinyin)` behind each pair of the table, in the table's order, as str_replace does it."""
    codes = lexicon.codes()
    for char, reading in table:
        code = codes[char]
        pair = bytes((code >> 8, code & 0xFF))
        if pair in data:
            data = data.replace(pair, pair + b"(" + reading.encode("gbk", "ignore") + b")")
    return data


def mark_places(stream: bytes, stops: bool = False) -> list[int]:
    """Offsets of the marks' two bytes, at any offset, not overlapping; with `stops`, those of 。 too."""
    return [mark.start() for mark in (_CUTS_AND_STOPS if stops else _CUTS).finditer(stream)]


def clashes(text: str, readings: Mapping[str, str]) -> set[tuple[str, str]]:
    """Characters of the table whose two bytes share one in `text`: which comes out depends on the table's order."""
    return _clashes(_annotated(text, readings))


def orders(
    text: str, readings: Mapping[str, str], known: Mapping[tuple[str, str], bool]
) -> Iterator[tuple[tuple[str, str], ...]]:
    """The part of the table that `text` needs, in every order that can make a difference.

    known: (a, b) -> whether a is known to come before b.
    """
    found = _annotated(text, readings)
    here = sorted({char for char in found if char})
    unknown = sorted(c for c in _clashes(found) if c not in known and c[::-1] not in known)[: T.most_clashes]
    for turned in _subsets(unknown):
        order = in_order(here, {**known, **{clash: clash not in turned for clash in unknown}})
        if order is not None:
            yield tuple((char, readings[char]) for char in order)


def _annotated(text: str, readings: Mapping[str, str]) -> list[str]:
    """For each two bytes of `text` in a row the character that they are, "" where it is not annotated."""
    data, pairs = encode(text)[0], lexicon.pairs()
    shown = [pairs.get(first << 8 | second, "") for first, second in itertools.pairwise(data)]
    return [char if char in readings else "" for char in shown]


def _clashes(found: Sequence[str]) -> set[tuple[str, str]]:
    return {(a, b) for a, b in itertools.pairwise(found) if a and b and a != b}


def in_order(chars: Iterable[str], before: Mapping[tuple[str, str], bool]) -> list[str] | None:
    """The characters such that `before` holds (first, second) -> first comes first; None where it goes in circles."""
    chars = list(chars)
    known = set(chars)
    follows: dict[str, set[str]] = {char: set() for char in chars}
    for (a, b), a_first in before.items():
        if a in known and b in known:
            follows[b if a_first else a].add(a if a_first else b)
    order: list[str] = []
    while follows:
        free = [char for char, waits in follows.items() if not waits]
        if not free:
            return None
        order += free
        for char in free:
            del follows[char]
        for waits in follows.values():
            waits.difference_update(free)
    return order


def _subsets(places: Sequence[_T]) -> Iterator[tuple[_T, ...]]:
    for size in range(len(places) + 1):
        yield from itertools.combinations(places, size)


def _boundaries(stream: bytes, cuts: Sequence[int]) -> set[int]:
    """Offsets at which the decoder, cutting at `cuts`, begins a character."""
    found: set[int] = set()
    for start, end in _pieces(stream, cuts):
        at = start
        while at < end:
            found.add(at)
            at += 1 if stream[at] <= 0x80 or stream[at] == 0xFF else 2
    return found


def _pieces(stream: bytes, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    at = 0
    for cut in cuts:
        yield at, cut
        yield cut, cut + 2
        at = cut + 2
    yield at, len(stream)


def _shown(stream: bytes, cuts: Sequence[int], foreign: Mapping[str, str], site: Site) -> str:
    shown = "".join(decode(stream[start:end], site) for start, end in _pieces(stream, cuts))
    for byte, char in foreign.items():
        shown = shown.replace(byte, char)
    return site.folded(shown)


def decode(piece: bytes, site: Site) -> str:
    """One piece, as such sites decode GBK."""
    try:
        return piece.decode("gbk")
    except UnicodeDecodeError:
        pass  # what is broken is read byte by byte
    out: list[str] = []
    at = 0
    while at < len(piece):
        lead = piece[at]
        if lead < 0x80:
            out.append(chr(lead))
            at += 1
        elif lead in (0x80, 0xFF):
            out.append("?")
            at += 1
        elif at + 1 == len(piece):
            out.append(site.lone_lead)
            at += 1
        elif site.spares and piece[at + 1] == 0x28:
            at += 1
        else:
            out.append(_decoded_pair(lead, piece[at + 1], site))
            at += 2
    return "".join(out)


def _decoded_pair(lead: int, trail: int, site: Site) -> str:
    if trail < 0x21:  # no trail byte: the lead byte is lost
        return chr(trail)
    char = lexicon.pairs().get(lead << 8 | trail)
    if char is not None:
        return char
    private = lexicon.user_defined(lead, trail)
    if private:
        return private if site.keeps_private_use else ""
    return "?"
