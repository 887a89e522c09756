"""How certain a repair is whose bytes did not all come through: which other characters the damage may stand for."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from unicodedata import category

from cleaners.model import front
from cleaners.restoration.mojibake.codecs import MARK, forward, one_byte, private_pairs, pythons, read_wrongly
from cleaners.restoration.mojibake.codepages import undefined
from cleaners.restoration.mojibake.judge import Margins, Page, judge, script_of
from cleaners.restoration.mojibake.marks import PAIRS
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    dominant: float = threshold(
        2.0, "bits", "between a filling and the next: 93 of 100 such were right on generated pages, below it 85"
    )
    guesses: int = threshold(3, "characters", "chosen and not dominant, from which a repair is none")
    guessed: float = threshold(0.12, "share", "of such characters, from which a repair is none")
    better: float = threshold(1.0, "bits", "by which another character must fit better to be put instead")
    rounds: int = threshold(6, "characters", "replaced at most")
    shown: int = threshold(5, "characters", "doubtful ones that the detail names")


T = Thresholds()
MARKS = frozenset(char for pair in PAIRS for char in pair)


def assess(before: str, repair: Repair, page: Page | None = None) -> tuple[Repair, bool]:
    """`repair` of `before` with its certainty and what speaks for it, and whether every filling is dominant.

    Proved: each doubtful character is the only one that the damage, made again, turns into what stood there. Otherwise
    likely; the detail names the least certain characters, each with the next best and the bits between them.
    """
    margins = weigh(before, repair, page)
    if margins is None:
        return repair, not repair.close
    found = sorted((margin, place, other) for place, (margin, other) in margins.items() if other)
    if not found and repair.unknown == len(repair.doubtful):
        detail = f"{repair.detail}; no other character fits"
        return replace(repair, certainty="proved", detail=detail), True
    words = [f"{repair.after[place]} not {other} by {margin:.1f} bits" for margin, place, other in found[: T.shown]]
    detail = "; ".join((repair.detail, *words))
    return replace(repair, detail=detail), not found or found[0][0] >= T.dominant


def is_guesswork(before: str, repair: Repair, page: Page | None = None) -> bool:
    """Whether so many of the chosen characters of `repair` might as well be others that nothing is known."""
    margins = weigh(before, repair, page) or {}
    close = sum(margin < T.dominant for margin, other in margins.values() if other)
    return close >= T.guesses and close > T.guessed * len(repair.after)


def settle(before: str, repair: Repair, page: Page | None = None) -> Repair:
    """`repair` of `before` with each chosen character for which another fits better, seen from both sides, replaced.

    The search goes from left to right and may have given up what the next characters would have asked for.
    """
    for _ in range(T.rounds):
        margins = weigh(before, repair, page) or {}
        worse = sorted((margin, place) for place, (margin, other) in margins.items() if other and margin < -T.better)
        for _, place in worse:
            other = margins[place][1]
            if other.isascii() or repair.after[place].isascii() or other in MARKS or repair.after[place] in MARKS:
                continue  # which of a pair of marks is meant, what stands around it says
            after = repair.after[:place] + other + repair.after[place + 1 :]
            if repair.reading is not None and forward(after, repair.reading, before) is not None:
                repair = replace(repair, after=after)
                break
        else:
            break
    return repair


def weigh(before: str, repair: Repair, page: Page | None = None) -> Margins | None:
    """For each doubtful place of `repair` the bits between its character and the next best, and which that is.

    "" where no other fits. None where nothing was chosen, or the damage cannot be made again.
    """
    if page is None:
        return _weigh(before, repair, None)
    key = (before, repair.after, repair.doubtful, repair.reading, len(page.words))
    if key not in page.margins:
        page.margins[key] = _weigh(before, repair, page)
    return page.margins[key]


def _weigh(before: str, repair: Repair, page: Page | None) -> Margins | None:
    reading = repair.reading
    if reading is None or not repair.doubtful:
        return None
    told = forward(repair.after, reading, before)
    if told is None:
        return None
    true, codec = told.split(" as ")
    script = script_of(repair.after)
    jury = page.judge(script) if page else judge(script)
    pending = _pending(repair.after, true, codec, reading.policy)
    found: Margins = {}
    for place in repair.doubtful:
        others = alternatives(repair.after, place, pending[place], true, codec, reading.policy)
        if not others:
            found[place] = 99.0, ""
            continue
        in_front = front("\n\n" + repair.after[max(0, place - 3) : place])
        behind = (repair.after[place + 1 : place + 4] + "\n\n")[:3]
        own = jury.fit(in_front, repair.after[place], behind)
        found[place] = min((own - jury.fit(in_front, char, behind), char) for char in others)
    return found


def _pending(after: str, true: str, codec: str, policy: str) -> list[bytes]:
    """For each character of `after`: the byte that the reader still holds when the character's first byte comes."""
    if one_byte(codec):
        return [b""] * len(after)
    if codec.startswith("windows-936"):
        return _pending_in_pairs(after, true)
    name, errors = pythons(codec, policy)
    reader = codecs.getincrementaldecoder(name)(errors)
    out: list[bytes] = []
    for char in after:
        state = reader.getstate()[0]
        out.append(state if isinstance(state, bytes) else b"")
        reader.decode(char.encode(true))
    return out


def _pending_in_pairs(after: str, true: str) -> list[bytes]:
    """The same for a reader that takes whatever follows a lead byte for its second."""
    out: list[bytes] = []
    held = b""
    for char in after:
        out.append(held)
        for byte in char.encode(true):
            held = b"" if held or not 0x81 <= byte <= 0xFE else bytes((byte,))
    return out


@lru_cache(maxsize=20_000)
def _others(raw: bytes, rest: bytes, pending: bytes, true: str, codec: str, policy: str) -> list[str]:
    if one_byte(codec):
        raws = [raw, *_filled(raw, undefined(codec))]
    else:
        raws = [raw]
        for at in range(len(raw)):
            low = 0x40 if at and true != "utf-8" else 0x80
            raws += [raw[:at] + bytes((byte,)) + raw[at + 1 :] for byte in range(low, 256) if byte != raw[at]]
        if codec == "windows-936-copied":
            for at in range(len(raw) - 1):
                if raw[at : at + 2] in private_pairs():
                    raws += [
                        raw[:at] + pair + raw[at + 2 :] for pair in sorted(private_pairs()) if pair != raw[at : at + 2]
                    ]
        if policy == "swallow" and len(raw) == 1:
            raws += [bytes((byte,)) for byte in range(0x20, 0x40) if byte != raw[0]]
    if len(raws) == 1:
        return []
    want, *shown = _read_each([pending + data + rest for data in raws], codec, policy)
    chars = b"\n".join(raws[1:]).decode(true, "replace").split("\n")
    found = [
        (char, data)
        for char, seen, data in zip(chars, shown, raws[1:], strict=True)
        if seen == want and len(char) == 1 and char != MARK and category(char) not in ("Cn", "Co", "Cc")
    ]
    return [char for char, data in found if char.encode(true) == data]  # not the second place of a character


def _filled(raw: bytes, lost: Collection[int]) -> list[bytes]:
    """All others that are left with the same bytes when the `lost` ones go: those may have stood anywhere."""
    kept = bytes(byte for byte in raw if byte not in lost)
    found = {kept}
    for _ in range(len(raw) - len(kept)):
        found = {one[:at] + bytes((byte,)) + one[at:] for one in found for at in range(len(one) + 1) for byte in lost}
    return sorted(found - {raw})


def _read_each(pieces: list[bytes], codec: str, policy: str) -> list[str | None]:
    """What a reader makes of each; in one go where it can, for a line feed is no second byte in any codec here."""
    text = read_wrongly(b"\n".join(pieces), codec, policy)
    lines = text.split("\n") if text is not None else []
    return [*lines] if len(lines) == len(pieces) else [read_wrongly(piece, codec, policy) for piece in pieces]


def alternatives(after: str, place: int, pending: bytes, true: str, codec: str, policy: str) -> list[str]:
    """Characters that differ from the one at `place` in one byte, and that the damage turns into the same."""
    raw = after[place].encode(true)
    rest = after[place + 1 : place + 3].encode(true)
    return _others(raw, rest, pending, true, codec, policy)
