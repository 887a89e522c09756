"""Wrong readings with multi-byte codecs of which all bytes came through: undone by encoding and decoding.

Any pair of bytes is a character of a two-byte codec. So it is asked what at the ends was never read wrongly, and
whether a byte may be gone all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.restoration.mojibake import western
from cleaners.restoration.mojibake.codecs import FAMILIES, MARK, TRUE_CODECS, encoder, known_bytes, read_wrongly
from cleaners.restoration.mojibake.judge import everyday, judge, script_of
from cleaners.restoration.mojibake.repairs import Repair, apply
from cleaners.thresholds import threshold

Chain = tuple[tuple[str, str], ...]  # (true, read), the last reading first


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    exact_worst: float = threshold(-12.0, "log2 probability a character", "outside ASCII, of a repair that is exact")
    min_gain: float = threshold(15.0, "bits", "by which a repair must read better")
    least_han: int = threshold(2, "characters", "Han in a repair")
    han_share: float = threshold(0.3, "share", "of Han in what is not ASCII")
    longest: int = threshold(
        2000, "characters", "the longest text that is searched, or whose ends are looked at for what is clean"
    )
    edge: int = threshold(10, "characters", "at an end of a window that may be clean")
    border: float = threshold(4.0, "bits", "by which these must read better as they stand")
    least_latin: int = threshold(4, "letters", "that stand between two readings")
    mostly_latin: float = threshold(0.8, "share", "of the bytes that are such letters")
    odd_run: int = threshold(2, "characters", "in a row that are odd, from which a repair is no more exact")
    odd_worst: float = threshold(-15.0, "log2 probability", "of a character, below which it is odd")


T = Thresholds()


def exactly(text: str, chain: Chain, plain: float, offset: int) -> tuple[float, list[Repair]] | None:
    """The gain and the repair of a text all of whose bytes came through `chain`; None where they did not.

    plain: log2 probability of the text as it stands. offset: where it stands in its line.
    """
    if chain[0] != ("utf-8", "gbk") and ambiguous(text, chain[0][1]):
        return None
    after = text
    names = []
    for true, family in chain:
        step = undo(after, true, family)
        if step is None:
            return None
        after, name = step
        names.append(name)
    score = judge().score(after)
    if not is_writing(after, chain[-1][0]):
        return None
    if MARK in after or judge().foreign_mean(after) < T.exact_worst or score - plain < T.min_gain:
        return None
    detail = " <- ".join(names)
    left, right = (0, 0) if len(names) > 1 or chain[0][0] == "utf-8" else _beside(text, after, chain)
    if left or right:
        piece = text[left : len(text) - right]
        shorter = undo(piece, *chain[0])
        if shorter is not None:
            start = offset + left
            sure = certainty(shorter[0], chain[0][0])
            return score - plain, [Repair(start, start + len(piece), shorter[0], "wrong-codec", sure, shorter[1])]
    sure = certainty(after, chain[-1][0])
    return score - plain, [Repair(offset, offset + len(text), after, "wrong-codec", sure, detail)]


def certainty(after: str, true: str) -> str:
    """ "exact", or "likely" where a byte may be gone without a trace: pairs that are read one byte late are pairs, too.

    From there on they read like nothing, if only for a few characters before the next ASCII.
    """
    if true == "utf-8":
        return "exact"
    jury = judge(script_of(after))
    seen, bits = "\n\n", []
    for char in after:
        bits.append(jury.logp(seen, char))
        seen = seen[-1] + char
    worst = min((sum(bits[n : n + T.odd_run]) for n in range(max(1, len(bits) - T.odd_run + 1))), default=0.0)
    return "exact" if worst >= T.odd_worst * T.odd_run else "likely"


def _beside(text: str, after: str, chain: Chain) -> tuple[int, int]:
    """How many characters at either end of `text` were not read wrongly, but stand beside what was.

    Any pair of bytes is a character of a two-byte codec, so they would be converted as well.
    """
    if len(text) > T.longest:
        return 0, 0
    jury = judge(script_of(after))
    found = []
    for mirrored in (False, True):
        best, most = 0, jury.score(after) + T.border
        for count in range(1, min(T.edge, len(text) - 2) + 1):
            clean = text[-count:] if mirrored else text[:count]
            if not all(map(everyday().__contains__, clean)):
                break
            piece = text[:-count] if mirrored else text[count:]
            undone = undo(piece, *chain[0])
            if undone is None:
                continue
            whole = undone[0] + clean if mirrored else clean + undone[0]
            score = jury.score(whole)
            if score > most:
                best, most = count, score
        found.append(best)
    return found[0], found[1]


def is_writing(after: str, true: str) -> bool:
    """Whether Han characters are a good part, where a two-byte codec wrote it; signs may be read as other signs."""
    han = sum("\u3400" <= char <= "\u9fff" for char in after)
    return true == "utf-8" or (han >= T.least_han and T.han_share * sum(char > "\x7f" for char in after) <= han)


def ambiguous(text: str, family: str) -> bool:
    """Whether a character of `text` has two places in the codecs of `family` (the IBM extensions of cp932 have)."""
    encode = encoder(family)
    return any(len(encode(char)) > 1 for char in text)


def undo(text: str, true: str, family: str) -> tuple[str, str] | None:
    """What a text was written as, and by which codecs, where nothing is lost; None where no codec gives all of it."""
    for codec in FAMILIES[family]:
        if codec == "cp936":
            continue
        if codec == "windows-936":
            data = known_bytes(text, family, codec=codec)
            if read_wrongly(data, codec, "strict") != text:
                continue
        else:
            try:
                data = text.encode(codec)
            except UnicodeEncodeError:
                continue
        for name in TRUE_CODECS[true]:
            try:
                return data.decode(name), f"{name} read as {codec}"
            except UnicodeDecodeError:
                continue
    return None


def through_western(text: str, offset: int) -> list[Repair]:
    """Chinese read one byte a character, written as UTF-8 and read as GBK, where nothing was lost.

    What lies between is Latin letters and signs, of which no candidate comes.
    """
    data = known_bytes(text, "gbk")
    latin = sum("\x80" <= char <= "\xff" for char in data.decode("utf-8", "ignore"))
    if latin < T.least_latin or 2 * latin < T.mostly_latin * sum(byte >= 0x80 for byte in data):
        return []
    undone = undo(text, "utf-8", "gbk")
    inner = western.find(undone[0]) if undone else []
    if not undone or not inner or not all(repair.certainty == "exact" for repair in inner):
        return []
    told = f"{undone[1]} <- {inner[0].detail}"
    return [Repair(offset, offset + len(text), apply(undone[0], inner), "wrong-codec", "exact", told)]
