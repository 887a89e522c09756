"""Where a line may be mojibake of a multi-byte codec: unusual characters that stand near each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleaners.restoration.mojibake.codecs import MARK
from cleaners.restoration.mojibake.judge import everyday
from cleaners.thresholds import threshold

_KANA = re.compile("[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
PLANES = range(0xF0000, 0x110000)  # private: what code and formulas are hidden behind; no byte of mojibake


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    gap: int = threshold(10, "characters", "usual ones between two unusual ones of the same run")
    margin: int = threshold(6, "characters", "usual ones looked at before and behind a run")
    whole: float = threshold(0.7, "share", "of a line in windows from which it is looked at as a whole")


T = Thresholds()


@lru_cache(maxsize=4)
def unusual(also: str = "") -> re.Pattern[str]:
    """One character that is no everyday one, nor of an alphabet, or is one of `also`."""
    usual = everyday() | {chr(c) for c in range(0x20)} | {chr(c) for c in range(0x80, 0x2E80)}
    usual -= {chr(c) for c in range(0x80, 0xA0)} | {chr(c) for c in range(0x1100, 0x1200)} | set(also)
    ranges: list[list[int]] = []
    for code in (*sorted(map(ord, usual)), *PLANES):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return re.compile("[^" + "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in ranges) + "]")


def runs(line: str) -> list[tuple[int, int]]:
    """First and last place of each run of unusual characters that stand near each other."""
    out: list[tuple[int, int]] = []
    for match in unusual().finditer(line):
        place = match.start()
        if out and place - out[-1][1] <= T.gap:
            out[-1] = (out[-1][0], place)
        else:
            out.append((place, place))
    return out


def foreign(line: str) -> bool:
    """Whether kana or Hangul are a good part of the line."""
    return 5 * len(_KANA.findall(line)) > len(line)


def windows(line: str, found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches, start and end, around the runs that were `found`, with so many unusual characters that they may be
    mojibake."""
    out: list[tuple[int, int]] = []
    for first, last in found:
        if first == last and not _telling(line[first]):
            continue
        start, end = max(0, first - T.margin), min(len(line), last + 1 + T.margin)
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    if out and sum(end - start for start, end in out) > T.whole * len(line):
        return [(0, len(line))]
    return out


def _telling(char: str) -> bool:
    return char == MARK or "\ue000" <= char <= "\uf8ff" or "\x80" <= char <= "\x9f"
