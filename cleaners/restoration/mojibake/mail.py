"""Escapes of mail: encoded words (RFC 2047), UTF-7 (RFC 2152), soft line breaks of quoted-printable (RFC 2045)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cleaners.decoding import codec_of
from cleaners.restoration.mojibake.entities import DROPPED
from cleaners.restoration.mojibake.judge import judge
from cleaners.restoration.mojibake.notations import about
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.thresholds import threshold

# An encoded word: charset, perhaps a language (RFC 2231), B or Q, and the text. Longer ones than the 75 characters of
# the standard are written.
_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{2,40})(?:\*[A-Za-z-]{1,20})?\?([BbQq])\?([!->@-~ ]{1,4000})\?=")
_QUOTED = re.compile("=([0-9A-Fa-f]{2})")
_SHIFTED = re.compile(r"\+([A-Za-z0-9+/]{2,})-?")
_DIRECT = re.compile(r"[^\x20-\x7e\t]")
_HAN = re.compile("[\u3400-\u9fff]")
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least: int = threshold(3, "characters", "in the shifted stretches of a line of UTF-7")
    least_alone: int = threshold(2, "characters", "where the line is nothing but one stretch")
    worst: float = threshold(-12.0, "log2 probability a character", "of those that read worst on the whole")
    least_quoted: int = threshold(2, "escapes", "in lines that a soft break joins")


T = Thresholds()
SOFT = re.compile(r"=[ \t]{0,8}\Z")
SIGN = re.compile("=[0-9A-F]{2}")


def words(line: str) -> list[Repair]:
    """Encoded words; those that only white space divides are one (RFC 2047, 6.2), also within a character."""
    found: list[list[re.Match[str]]] = []
    for m in _WORD.finditer(line):
        if found and not line[found[-1][-1].end() : m.start()].strip():
            found[-1].append(m)
        else:
            found.append([m])
    rest = _WORD.sub("", line)
    if not found or (about().search(rest) and sum(m.end() - m.start() for g in found for m in g) < len(rest)):
        return []
    repairs = []
    for group in found:
        after = _of_words(group)
        if after is not None:
            detail = f"encoded word, {len(group)} of {group[0][1].lower()}"
            repairs.append(Repair(group[0].start(), group[-1].end(), after, "escapes", "exact", detail))
    return repairs


def _of_words(group: Sequence[re.Match[str]]) -> str | None:
    """What encoded words side by side say; None where one of them says nothing."""
    parts: list[tuple[str, bytes]] = []
    for m in group:
        codec, data = codec_of(m[1]), _of_word(m[2], m[3])
        if not codec or data is None:
            return None
        if parts and parts[-1][0] == codec:
            parts[-1] = codec, parts[-1][1] + data
        else:
            parts.append((codec, data))
    try:
        after = "".join(data.decode(codec) for codec, data in parts)
    except (UnicodeDecodeError, LookupError):
        return None
    after = DROPPED.sub("", re.sub(r"(?<![ \t])[ \t]*+[\r\n]+[ \t]*", " ", after))
    return None if UNFIT.search(after) or after.isascii() else after


def _of_word(coding: str, text: str) -> bytes | None:
    if coding in "Qq":
        return _QUOTED.sub(lambda m: chr(int(m[1], 16)), text.replace("_", " ")).encode("latin-1")
    try:
        return base64.b64decode(text.replace(" ", "") + "=" * (-len(text.replace(" ", "")) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def utf7(line: str) -> list[Repair]:
    """A line of UTF-7: every `+` begins a shifted stretch, and all that is shifted reads like text."""
    if _DIRECT.search(line):
        return []
    found = list(_SHIFTED.finditer(line))
    if not found or line.count("+") != sum(m[0].count("+") for m in found) + line.count("+-"):
        return []
    shifted = [_of_shifted(m[1]) for m in found]
    if None in shifted:
        return []
    text = "".join(part for part in shifted if part)
    least = T.least_alone if found[0].end() - found[0].start() == len(line) else T.least
    if len(_HAN.findall(text)) < least or judge().score(text) < T.worst * len(text):
        return []
    repairs = [
        Repair(m.start(), m.end(), part or "", "escapes", "exact", "UTF-7")
        for m, part in zip(found, shifted, strict=True)
    ]
    repairs += [Repair(m.start(), m.end(), "+", "escapes", "exact", "UTF-7") for m in re.finditer(r"\+-", line)]
    return sorted(repairs, key=lambda repair: repair.start)


def _of_shifted(text: str) -> str | None:
    """What a shifted stretch says; None where its bits are no whole number of UTF-16 units with 0 behind."""
    bits = 6 * len(text)
    if bits % 16 >= 6:
        return None
    data = base64.b64decode(text + "A" * (-len(text) % 4))
    if any(data[bits // 16 * 2 :]):
        return None
    after = data[: bits // 16 * 2].decode("utf-16-be", "replace")
    after = DROPPED.sub("", after.replace("\r", "\n"))
    return None if not after or UNFIT.search(after) else after


def _is_broken(text: str) -> bool:
    """Whether a line ends with a soft break, and not with an encoded word."""
    return SOFT.search(text) is not None and not any(m.end() == len(text) for m in _WORD.finditer(text))


def joined(texts: Sequence[str], reads: Callable[[str], str]) -> dict[int, tuple[int, str]]:
    """Lines of quoted-printable that soft breaks join: first line -> (how many they are, what they say together).

    `reads` undoes the escapes of one line. Lines that do not read together stay as they are.
    """
    found: dict[int, tuple[int, str]] = {}
    at = 0
    while at < len(texts):
        end = at
        while end + 1 < len(texts) and _is_broken(texts[end]) and (SIGN.search(texts[end]) or end > at):
            end += 1
        if end > at:
            whole = "".join(SOFT.sub("", text) for text in texts[at:end]) + texts[end]
            after = reads(whole) if len(SIGN.findall(whole)) >= T.least_quoted else whole
            if after != whole:
                found[at] = end - at + 1, after
        at = end + 1
    return found
