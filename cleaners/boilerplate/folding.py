"""The folded copy that rules are matched on: Simplified, half width, no spaces. The text itself is never changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.scripts import dictionary
from cleaners.thresholds import threshold

SPACES = "\t\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c"
SPACES += "\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\xad"
QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "「": '"', "」": '"', "『": '"', "』": '"', "‘": "'", "’": "'"}
# Characters that rules use and that the Traditional-to-Simplified table maps the wrong way for matching.
KEPT = "着干后里系余"
USUAL = "，：；！？“”（） \u3000"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    remembered: int = threshold(
        200, "characters", "the longest text whose folded copy is kept: lines of frames come again and again"
    )


T = Thresholds()
_FAR = re.compile("[\U00010000-\U0010ffff]")


@cache
def table() -> dict[int, str | None]:
    """Translation table: one character to one character or to nothing, so that offsets can be traced back."""
    folded: dict[int, str | None] = {ord(c): None for c in SPACES}
    for code in range(0xFF01, 0xFF61):
        narrow = unicodedata.normalize("NFKC", chr(code))
        if len(narrow) == 1:
            folded[code] = narrow
    folded.update({ord(a): b for a, b in QUOTES.items()})
    folded.update(_characters())
    return folded


@cache
def _characters() -> dict[int, str]:
    """Traditional character -> its Simplified one, but for those of KEPT."""
    pairs = ((source, targets.split(" ")[0]) for source, targets in dictionary("TSCharacters").items())
    return {ord(a): b for a, b in pairs if len(a) == 1 == len(b) and a not in KEPT}


def simplified(text: str) -> str:
    """`text` with each Traditional character as its Simplified one, for matching; as long as it, spaces and all."""
    if text.isascii():
        return text
    text = _traditional().sub(_one_simplified, text)
    return _FAR.sub(_one_simplified, text) if _FAR.search(text) else text


def fold(text: str) -> str:
    """Folded copy of `text`, never longer than it; a line break stays."""
    return _remembered(text) if len(text) <= T.remembered else _folded(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> str:
    """The same for a short line, which a page's head and tail are asked about several times."""
    return _folded(text)


def fold_each(lines: Sequence[str]) -> list[str]:
    """`fold` of each of the lines, at once: folding leaves the line breaks between them where they are."""
    return _folded("\n".join(lines)).split("\n") if lines else []


def _folded(text: str) -> str:
    for mark, folded in _usual():
        text = text.replace(mark, folded)
    text = _near().sub(_one, text)
    return _FAR.sub(_one, text) if _FAR.search(text) else text


def _one_simplified(found: re.Match[str]) -> str:
    return found[0].translate(_characters())


@cache
def _traditional() -> re.Pattern[str]:
    """Traditional characters of the first plane, one behind the other: in a text that has few they are looked for in a
    fifth of the time that a translation takes."""
    return _run_of(_characters())


def _one(found: re.Match[str]) -> str:
    return found[0].translate(table())


@cache
def _usual() -> tuple[tuple[str, str], ...]:
    """The marks of running text with what they fold to: a look for each is cheaper than one for all that folds."""
    return tuple((mark, table()[ord(mark)] or "") for mark in USUAL)


@cache
def _near() -> re.Pattern[str]:
    """Characters of the first plane that fold, one behind the other: to look for them and fold these alone costs a
    fifth of folding a text of which they are a tenth."""
    return _run_of(table())


def _run_of(codes: Iterable[int]) -> re.Pattern[str]:
    near = sorted(code for code in codes if code <= 0xFFFF)
    return re.compile(f"[{re.escape(''.join(map(chr, near)))}]+")
