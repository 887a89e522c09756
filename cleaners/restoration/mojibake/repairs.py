"""Repairs of a text: what each replaces, and how several are made, looked between, and put together as one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cleaners.restoration.mojibake.codecs import Reading


@dataclass(frozen=True, slots=True)
class Repair:
    """What stands at [start, end) of a line, and what is to stand there instead."""

    start: int
    end: int
    after: str
    rule: str
    certainty: str
    detail: str
    doubtful: tuple[int, ...] = ()  # places in `after` of characters some of whose bytes had to be chosen
    unknown: int = 0  # bytes that had to be chosen
    reading: Reading | None = None  # where there was one only, and bytes had to be chosen
    close: bool = False  # another answer is as good, or nearly


def apply(text: str, repairs: Sequence[Repair]) -> str:
    """`text` with `repairs` made."""
    parts: list[str] = []
    place = 0
    for repair in repairs:
        parts += (text[place : repair.start], repair.after)
        place = repair.end
    return "".join((*parts, text[place:]))


def weakest(repairs: Iterable[Repair]) -> str:
    """The certainty of what is made of several repairs."""
    return "likely" if any(repair.certainty == "likely" for repair in repairs) else "exact"


def between(text: str, repairs: Sequence[Repair], finder: Callable[[str], list[Repair]]) -> list[Repair]:
    """`repairs` of `text`, and those that `finder` makes in what lies between them."""
    out: list[Repair] = []
    place = 0
    for repair in (*repairs, None):
        for other in finder(text[place : repair.start if repair else len(text)]):
            out.append(replace(other, start=other.start + place, end=other.end + place))
        if repair:
            out.append(repair)
            place = repair.end
    return out


class _Placed(NamedTuple):
    """A repair and where its result, or what it takes away, stands in a text that is half done."""

    start: int
    end: int
    repair: Repair
    later: bool


def composed(first: Sequence[Repair], second: Sequence[Repair]) -> list[Repair]:
    """Repairs of a text as one list: `first`, and `second` of what `first` makes of it; those that meet become one."""
    placed = [_Placed(repair.start, repair.end, repair, True) for repair in second]
    grown = 0
    for repair in first:
        start = repair.start + grown
        placed.append(_Placed(start, start + len(repair.after), repair, False))
        grown += _growth(repair)
    placed.sort(key=lambda one: (one.start, one.end))
    groups: list[list[_Placed]] = []
    until = -1
    for one in placed:
        if groups and (one.start < until or one.start == until == one.end):
            groups[-1].append(one)
        else:
            groups.append([one])
        until = max(until, one.end)
    out: list[Repair] = []
    shift = 0  # from a place in the text to its place in what `first` makes of it
    for group in groups:
        if any(one.later for one in group):
            out.append(_alone(group[0], shift) if len(group) == 1 else _united(group, shift))
        else:
            out += [one.repair for one in group]
        shift += sum(_growth(one.repair) for one in group if not one.later)
    return out


def _growth(repair: Repair) -> int:
    return len(repair.after) - (repair.end - repair.start)


def _alone(one: _Placed, shift: int) -> Repair:
    """A later repair that meets none of the first ones, in the text before these are made."""
    return replace(one.repair, start=one.start - shift, end=one.end - shift)


def _united(group: Sequence[_Placed], shift: int) -> Repair:
    """One repair for those of a group that overlap."""
    low, high = group[0].start, max(one.end for one in group)
    made = [" "] * (high - low)  # what the first ones made; the later ones take away the rest
    for one in group:
        if not one.later:
            made[one.start - low : one.end - low] = one.repair.after
    later = [replace(one.repair, start=one.start - low, end=one.end - low) for one in group if one.later]
    ordered = sorted(group, key=lambda one: one.later)
    detail = " <- ".join(dict.fromkeys(one.repair.detail for one in ordered))
    grown = sum(_growth(one.repair) for one in group if not one.later)
    after = apply("".join(made), later)
    certainty = weakest(one.repair for one in group)
    return Repair(low - shift, high - shift - grown, after, ordered[0].repair.rule, certainty, detail)
