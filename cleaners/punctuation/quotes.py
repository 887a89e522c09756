"""Straight quotation marks in Chinese text become pairs."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.thresholds import threshold

STRAIGHT = '"＂'
HAN_FIRST, HAN_LAST = "\u3400", "\u9fff"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    inside_longest: int = threshold(
        300, "characters", "between an opening and a closing mark that are still taken for a pair"
    )


T = Thresholds()


def pair_quotes(text: str) -> dict[int, str]:
    """Offsets of straight marks in `text` and the mark that stands there: “服务、效能" -> ”.

    A straight mark closes an open one, else opens a pair that a straight or a closing mark ends. One without a partner,
    and one behind a digit that nothing opened (5" screens, 30'15"), stays.
    """
    if '"' not in text and "＂" not in text:
        return _single(text) if "'" in text else {}
    changes: dict[int, str] = {}
    opened: list[tuple[int, str]] = []  # offset and sign of marks not closed yet
    for at, sign in enumerate(text):
        if sign == "\n":
            opened.clear()
        elif sign == "“":
            opened.append((at, sign))
        elif sign == "”":
            if opened:
                start, mark = opened.pop()
                if mark in STRAIGHT and at - start <= T.inside_longest and _han_beside(text, start, at):
                    changes[start] = "“"
        elif sign in STRAIGHT:
            if opened and at - opened[-1][0] <= T.inside_longest and at - opened[-1][0] > 1:
                start, mark = opened.pop()
                if not _han_beside(text, start, at):
                    continue
                if mark in STRAIGHT:
                    changes[start] = "“"
                changes[at] = "”"
            elif at and text[at - 1].isdigit():
                continue
            else:
                opened.append((at, sign))
    changes.update(_single(text) if "'" in text else {})
    return changes


def _single(text: str) -> dict[int, str]:
    """Pairs of ' with Han inside both: 他说'好的'。"""
    changes: dict[int, str] = {}
    opened = -1
    for at, sign in enumerate(text):
        if sign == "\n":
            opened = -1
        elif sign == "'":
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            if opened >= 0 and _han(before, "，。！？；…") and at - opened <= T.inside_longest and not _latin(after):
                changes[opened], changes[at] = "‘", "’"
                opened = -1
            elif _han(after) and not _latin(before):
                opened = at
            else:
                opened = -1
    return changes


def _han(sign: str, more: str = "") -> bool:
    return bool(sign) and (HAN_FIRST <= sign <= HAN_LAST or sign in more)


def _latin(sign: str) -> bool:
    return bool(sign) and sign.isascii() and sign.isalnum()


def _han_beside(text: str, start: int, end: int) -> bool:
    """Whether Han or a Chinese mark stands right inside or right outside the pair."""
    beside = text[start - 1 : start] + text[start + 1 : start + 2] + text[end - 1 : end] + text[end + 1 : end + 2]
    return any(_han(sign, "，。、；：！？《》（）") for sign in beside)
