"""Pages in two encodings: a fragment of one pasted into a page of the other, as lines of its own or inside a line.

Only lines that do not hold together are looked at: lines of a UTF-8 page with bytes that are no UTF-8, and lines of a
legacy page with a run that is well-formed UTF-8 for Han characters. Such a line is read as the cheapest path through
both encodings (Viterbi over its bytes; characters cost what the model says in context, a change of encoding and a byte
that fits neither cost a flat sum). A fragment that is not clearly text stays as the page's own encoding reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.model import charmodel
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    switch: float = threshold(14.0, "bits", "what a border between two encodings costs")
    error: float = threshold(22.0, "bits", "what a place that cannot be read costs")
    fragment_bits: float = threshold(12.5, "bits a character", "what a fragment may cost on average")
    well_read: float = threshold(10.0, "bits a character", "with which no other encoding is tried")
    fragment_least: int = threshold(2, "characters", "outside ASCII that make a fragment")
    broken_least: int = threshold(3, "bytes", "that are no UTF-8 in a line, from which a fragment is looked for")
    small: int = threshold(
        12, "bytes", "that are broken and looked at only if they are whole characters of a legacy encoding"
    )
    around: int = threshold(
        8, "characters", "read again on either side of a broken place: their bytes may be well-formed by chance"
    )
    longest: int = threshold(3000, "bytes", "read at a time")
    budget: int = threshold(
        120_000, "bytes", "of a page read this way; the rest is taken as the page's encoding reads it"
    )


T = Thresholds()
LEGACY = ("gb18030", "big5hkscs")
_LEADS = b"\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xef"
_SHAPES = bytes(0x4C if b in _LEADS else 0x54 if 0x80 <= b < 0xC0 else 0 for b in range(256))
_TWO_HAN = b"LTTLTT"  # lead and trail bytes of two Han characters in UTF-8, in the shapes above
_ASCII_BORDER = re.compile(rb"[\x00-\x2f]")

Step = tuple[str, int]  # character and the bytes it takes


def decode_utf8(data: bytes) -> tuple[str, str]:
    """A UTF-8 page with broken lines: text, and the encoding of the fragments found, "" for none."""
    left, other = T.budget, ""
    out: list[str] = []
    for line in data.split(b"\n"):
        try:
            out.append(line.decode("utf-8"))
            continue
        except UnicodeDecodeError:
            pass
        parts: list[str] = []
        for piece in _pieces(line):
            left -= len(piece)
            plain = piece.decode("utf-8", "replace")
            if left <= 0:
                plain, found = _as_legacy(piece) or (plain, "")
                other = other or found
            elif plain.count("\ufffd") >= T.broken_least:
                start, end, broken = _broken(piece, plain)
                if len(broken) >= T.small or _as_legacy(broken):
                    middle, found = _read(piece[start:end], "utf-8", LEGACY)
                    plain = piece[:start].decode("utf-8") + middle + piece[end:].decode("utf-8")
                    other = other or found
            parts.append(plain)
        out.append("".join(parts))
    return "\n".join(out), other


def _as_legacy(data: bytes) -> tuple[str, str] | None:
    """Bytes that are whole characters of a legacy encoding, read as that, and which it is; else None."""
    for codec in LEGACY:
        try:
            return data.decode(codec), codec
        except UnicodeDecodeError:
            continue
    return None


def decode_legacy(data: bytes, codec: str) -> tuple[str, str] | None:
    """A page of a two-byte encoding: text and "utf-8" where fragments of that are in it, None where there are none."""
    if not has_utf8_run(data):
        return None
    left, other = T.budget, ""
    out: list[str] = []
    for line in data.split(b"\n"):
        if left <= 0 or not has_utf8_run(line):
            out.append(line.decode(codec, "replace"))
            continue
        parts: list[str] = []
        for piece in _pieces(line):
            if left <= 0 or not has_utf8_run(piece):
                parts.append(piece.decode(codec, "replace"))
                continue
            left -= len(piece)
            text, found = _read(piece, codec, ("utf-8",))
            parts.append(text)
            other = other or found
        out.append("".join(parts))
    return ("\n".join(out), other) if other else None


def has_utf8_run(data: bytes) -> bool:
    """Whether two characters of UTF-8's three-byte forms, Han or full-width, stand side by side."""
    return _TWO_HAN in data.translate(_SHAPES)


def _broken(line: bytes, plain: str) -> tuple[int, int, bytes]:
    """Where to read, from a little before the first byte that is no UTF-8 to a little behind the last; what is between.

    What lies outside is well-formed.
    """
    before, after = plain[: plain.index("\ufffd")], plain[plain.rindex("\ufffd") + 1 :]
    first, last = len(before.encode("utf-8")), len(line) - len(after.encode("utf-8"))
    start = first - len(before[-T.around :].encode("utf-8"))
    return start, last + len(after[: T.around].encode("utf-8")), line[first:last]


def _pieces(line: bytes) -> list[bytes]:
    """The line whole, or cut at ASCII bytes that no two-byte character ends with where it is long."""
    if len(line) <= T.longest:
        return [line]
    pieces, at = [], 0
    while len(line) - at > T.longest:
        border = _ASCII_BORDER.search(line, at + T.longest // 2, at + T.longest)
        end = border.end() if border else at + T.longest
        pieces.append(line[at:end])
        at = end
    pieces.append(line[at:])
    return pieces


def _read(line: bytes, main: str, others: tuple[str, ...]) -> tuple[str, str]:
    """The cheapest reading of a line in its page's encoding and one other; the other's name where it was used."""
    plain = line.decode(main, "replace")
    best: tuple[float, str, str] | None = None
    for other in others:
        bits, parts = _viterbi(line, main, other)
        fragments = [text for state, text in parts if state]
        if fragments and all(map(_is_text, fragments)):
            text = "".join(text for _, text in parts)
            if best is None or bits < best[0]:
                best = bits, text, other
            if bits < T.well_read * len(text):
                break
    return (best[1], best[2]) if best else (plain, "")


def _is_text(fragment: str) -> bool:
    foreign = [c for c in fragment if c > "\x7f"]
    if len(foreign) < T.fragment_least or "\ufffd" in fragment:
        return False
    return -charmodel.model().score(fragment) <= T.fragment_bits * len(fragment)


def _viterbi(line: bytes, main: str, other: str) -> tuple[float, list[tuple[int, str]]]:
    logp = charmodel.model().logp
    steps = (_Stepper(main), _Stepper(other))
    size = len(line)
    infinite = float("inf")
    costs = [[infinite, infinite] for _ in range(size + 1)]
    back: list[list[tuple[int, int, str]]] = [[(0, 0, ""), (0, 0, "")] for _ in range(size + 1)]
    costs[0] = [0.0, T.switch]
    for at in range(size):
        here = costs[at]
        if here[0] == infinite and here[1] == infinite:
            continue
        for state in (0, 1):
            came, source = here[state], state
            if here[1 - state] + T.switch < came:
                came, source = here[1 - state] + T.switch, 1 - state
            if came == infinite:
                continue
            char, width = steps[state](line, at)
            if char == "\ufffd":
                bits = came + T.error
            elif char < "\x80":
                bits = came + 4.0
            else:
                bits = came - logp("", back[at][source][2][-1:], char)
            if bits < costs[at + width][state]:
                costs[at + width][state] = bits
                back[at + width][state] = (at, source, char)
    end = costs[size]
    state = 0 if end[0] <= end[1] else 1
    total, at = end[state], size
    parts: list[tuple[int, list[str]]] = []
    while at > 0:
        before, source, char = back[at][state]
        if not parts or parts[-1][0] != state:
            parts.append((state, []))
        parts[-1][1].append(char)
        at, state = before, source
    return total, [(state, "".join(reversed(chars))) for state, chars in reversed(parts)]


class _Stepper:
    """One character of a codec at a place: the character and its bytes, or U+FFFD and one byte."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.known: dict[bytes, str] = {}

    def __call__(self, line: bytes, at: int) -> Step:
        lead = line[at]
        if lead < 0x80:
            return chr(lead), 1
        if self.codec == "utf-8":
            width = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 1
        elif self.codec == "gb18030" and 0x30 <= (line[at + 1] if at + 1 < len(line) else 0) <= 0x39:
            width = 4
        else:
            width = 2
        for size in (width, 1) if self.codec == "cp932" else (width,):
            piece = line[at : at + size]
            if len(piece) < size:
                continue
            char = self.known.get(piece)
            if char is None:
                try:
                    char = piece.decode(self.codec)
                except UnicodeDecodeError:
                    char = "\ufffd"
                char = char if len(char) == 1 else "\ufffd"
                self.known[piece] = char
            if char != "\ufffd":
                return char, size
        return "\ufffd", 1
