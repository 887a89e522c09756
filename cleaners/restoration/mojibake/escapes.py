"""Escapes that a machine should have read: entities, backslashes, percent signs and quoted-printable.

The notations are data (lexicons/escapes.toml). A stretch is read where it is most of its line or long, reads like text
once it is read, and is neither an address nor code: a line that talks about `\\u4e2d` stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleaners.restoration.mojibake import entities, mail
from cleaners.restoration.mojibake.entities import DROPPED, NAMED, NAMED_TOKEN, numbered, windows
from cleaners.restoration.mojibake.judge import judge
from cleaners.restoration.mojibake.notations import Kind, about, kinds
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.thresholds import threshold

_ESCAPE = (
    r"&(?:amp;){0,3}(?:#[0-9xX]|[a-z]{2,6};)|\\u[0-9A-Fa-f{]|%u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}%?|=[0-9A-F]{2}=|"
    r"\\x[0-9A-Fa-f]{2}|\\[23][0-7]{2}\\"
)
SIGN = re.compile(_ESCAPE + r"|=\?[A-Za-z0-9]|\+[A-Za-z0-9+/]{5}")  # what the notations begin with
_LAYER = re.compile(_ESCAPE)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    least: int = threshold(4, "characters", "escaped in a stretch beside other text")
    least_alone: int = threshold(2, "characters", "escaped in a line of nothing else")
    long: int = threshold(8, "characters", "escaped: so many need not be most of their line")
    share: float = threshold(
        0.5, "share", "of a line's characters that are escaped, beside other text, spaces not counted"
    )
    longest_address: int = threshold(400, "characters", "looked at before a stretch for the beginning of an address")
    nearly_all: float = threshold(0.8, "share", "of a line that is escaped, from which it does not speak about escapes")
    worst: float = threshold(-13.0, "log2 probability a character", "of what escapes are read as")
    worst_short: float = threshold(
        -11.0, "log2 probability a character", "of what fewer escapes than `long` are read as"
    )


T = Thresholds()
_ASCII_STRETCH = re.compile("[\x00-\x7f]+")
_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,15}://|^//|^\.{1,2}/|www\.|^(?:[A-Za-z0-9-]{1,40}\.){1,4}[a-z]{2,8}/|[?&][A-Za-z_][\w.-]{0,40}=|\.(?:html?|php|jsp|aspx?|do)\b|^/[\w.-]{1,60}/|^[\w-]{1,60}/"
)
_CODE = re.compile(r"""(?:^|[=(,:\[{+)\s])[bruBRU]{0,2}["'][^"']{0,80}$|^\s{0,8}["'{\[]""")
_CLOSED = re.compile(r"""[\w .,:;!?/\\-]{0,40}["']""", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://")
_ASIDE = re.compile("[\U00010000-\U0010ffff\ufe0f\u200d!-/:-@\\[-`{-~]")  # pictures and marks say nothing of a language
_ESCAPED_SIGN = ("%25", "=3D", "=25", "%3D")
_HAN = re.compile("[\u3400-\u9fff]")
_REST = re.compile("u[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2}")
_C0 = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_OTHERS = re.compile(r"""\\{1,3}([nrt"'/])""")  # what JSON and JavaScript escape besides
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
_SOFT = re.compile(r"=(?:[ \t]{0,8}\n| )")  # a soft line break of quoted-printable, also where it became a space
_QUOTED_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"\Z')
_IN_NAME = re.compile(r'\\(?:([0-3][0-7]{2})|(["\\]))')


def find(line: str, page: object = None) -> list[Repair]:
    """The escaped stretches of `line` that are to be read, in order.

    The notation that explains most of the line comes first; others are read in what it leaves.
    """
    if not SIGN.search(line):
        return []
    found = [list(_of_kind(line, kind)) for kind in kinds()]
    found += [mail.words(line), mail.utf7(line), _quoted_name(line), entities.find(line)]
    found.sort(key=lambda repairs: sum(r.end - r.start for r in repairs), reverse=True)
    taken: list[Repair] = []
    for repairs in filter(None, found):
        starts = [repair.start for repair in taken]
        taken += [r for r in repairs if _is_free(r, taken, bisect_left(starts, r.end))]
        taken.sort(key=lambda repair: repair.start)
    return taken


def _is_free(repair: Repair, taken: Sequence[Repair], behind: int) -> bool:
    """Whether a repair touches none of those taken, in order; `behind` of them begin in front of its end."""
    return behind == 0 or taken[behind - 1].end <= repair.start


def _quoted_name(line: str) -> list[Repair]:
    """A line that is a name in quotes and octal escapes, as git prints names (core.quotePath)."""
    start = len(line) - len(line.lstrip())
    quoted = _QUOTED_NAME.match(line.rstrip(), start)
    if quoted is None or not quoted[1].isascii():
        return []
    text = _IN_NAME.sub(lambda m: chr(int(m[1], 8)) if m[1] else m[2], quoted[1])
    after = DROPPED.sub("", _decoded(text.encode("latin-1")) or "")
    if after.isascii() or _unfit(after) or "\r" in after or "\n" in after:
        return []
    if sum(char > "\x7f" for char in after) < T.least_alone or judge().score(after) < T.worst * len(after):
        return []
    return [Repair(start, quoted.end(), after, "escapes", "exact", "backslash-octal, a quoted name")]


def _of_kind(line: str, kind: Kind) -> Iterator[Repair]:
    matches = [m for m in kind.token.finditer(line) if not _is_control(m[0], kind)]
    if len(matches) < T.least_alone or sum(kind.sure.match(m[0]) is not None for m in matches) < T.least_alone:
        return
    escaped = sum(m.end() - m.start() for m in matches)
    written = len(line) - sum(map(line.count, " \t\u3000"))
    share = escaped / max(1, written)
    if share < T.nearly_all and about().search(kind.token.sub("", line)):
        return
    at = 0
    for stretch in _ASCII_STRETCH.finditer(line):
        inside = []
        while at < len(matches) and matches[at].start() < stretch.end():
            inside.append(matches[at])
            at += 1
        if not inside:
            continue
        start, end = inside[0].start(), inside[-1].end()
        while kind.unit == "utf16" and (other := _OTHERS.match(line, end)):
            end = other.end()
        if kind.name == "entity":  # marks by name around it were escaped with it
            named = list(NAMED_TOKEN.finditer(line, stretch.start(), stretch.end()))
            start, end = min([start, *(m.start() for m in named)]), max([end, *(m.end() for m in named)])
        if _is_address(line, start, end, kind) or _is_code(line, start, end, kind):
            continue
        found = _read(line, start, end, stretch.end(), kind)
        if found is None:
            continue
        after, end = found
        layered = _layered(after)
        foreign = len(inside) if layered else sum(char > "\x7f" for char in after)
        alone = stretch.end() - stretch.start() == len(line)
        if foreign < (T.least_alone if alone else T.least) or (share < T.share and foreign < T.long):
            continue
        worst = T.worst if foreign >= T.long else T.worst_short
        words = _ASIDE.sub("", after)
        if not layered and judge().score(words) < worst * len(words):
            continue
        yield Repair(start, end, after, "escapes", "exact", f"{kind.name}, {len(inside)} escapes")


def _layered(after: str) -> bool:
    """Whether what was read is itself still damaged: then the next layer tells whether it reads like text."""
    return sum("\x80" <= char <= "\xff" for char in after) >= T.long or len(_LAYER.findall(after)) >= T.long


def _is_address(line: str, start: int, end: int, kind: Kind) -> bool:
    if kind.unit != "byte":
        return False
    left = start
    while left > max(0, start - T.longest_address) and line[left - 1] not in " \t\"'<(" and line[left - 1] <= "\x7f":
        left -= 1
    token = line[max(0, start - T.longest_address) : start].split()  # an address may hold 例え.jp or /wiki/李白
    if token and line[start - 1 : start].strip() and _SCHEME.match(token[-1]):
        return True
    return _ADDRESS.search(line[left : min(len(line), end + 40)].split(" ")[0]) is not None


def _is_code(line: str, start: int, end: int, kind: Kind) -> bool:
    if not kind.name.startswith("backslash"):
        return False
    return _CLOSED.match(line, end, end + 60) is not None and _CODE.search(line[max(0, start - 60) : start]) is not None


def _read(line: str, start: int, end: int, limit: int, kind: Kind) -> tuple[str, int] | None:
    """What line[start:end] stands for, and where it ends: an ASCII character behind it may be its last byte.

    An escape of a control stays as it is written: no text holds it, and it may be none (`width=100%`).
    """
    text = line[start:end]
    if kind.unit == "byte":
        if text.endswith(_ESCAPED_SIGN) and (rest := _REST.match(line, end, limit)):
            end = rest.end()  # an escape escaped again: its digits belong to it
            text = line[start:end]
        if kind.name == "quoted-printable":
            text = _SOFT.sub("", text)
        data = kind.token.sub(lambda m: m[0] if _is_control(m[0], kind) else chr(_byte(m[0])), text).encode("latin-1")
        after = _decoded(data)
        if after is None and end < limit:
            after = _decoded(data + line[end].encode("latin-1"))
            end += 1
    else:
        after = kind.token.sub(lambda m: m[0] if _is_control(m[0], kind) else _char(m[0], kind), text)
        if kind.unit == "utf16":
            after = _OTHERS.sub(lambda m: _PLAIN.get(m[1], m[1]), after)
            after = after.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        else:
            after = NAMED_TOKEN.sub(lambda m: NAMED[m[1]], after)
    if after is None:
        return None
    after = DROPPED.sub("", _BREAKS.sub("\n", after))
    if not _layered(after):
        after = after.replace("\u00ad", "")
        after = windows(after) if kind.name == "entity" else after
    return None if "\ufffd" in after or _unfit(after) else (after, end)


def _unfit(text: str) -> bool:
    """Whether controls or halves of characters are in it; C1 controls may be bytes of a layer below."""
    return mail.UNFIT.search(text) is not None and (
        not _layered(text) or re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text) is not None
    )


def _is_control(token: str, kind: Kind) -> bool:
    """Whether an escape stands for a control that no text holds."""
    if kind.unit == "byte":
        return _C0.match(chr(_byte(token))) is not None
    char = _char(token, kind)
    return not char or _C0.match(char) is not None


def _char(token: str, kind: Kind) -> str:
    """The character of an escape that is one, or a half of one."""
    if kind.name == "entity":
        return numbered(token.rstrip(";").rpartition("#")[2])
    digits = token.lower().lstrip("\\%u{").rstrip("}")
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else ""


def _byte(token: str) -> int:
    return int(token[1:], 8) if token[1] in "23" and token[0] == "\\" else int(token[-2:], 16)


def _decoded(data: bytes) -> str | None:
    """Escaped bytes as UTF-8 where they are that, else as GBK or Big5, whichever reads better."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found: list[str] = []
    for codec in ("gb18030", "cp950"):
        try:
            found.append(data.decode(codec))
        except UnicodeDecodeError:
            continue
    return max(found, key=lambda text: judge().score(text) / len(text), default=None)
