"""Escapes that a machine should have read: entities, backslashes, percent signs and quoted-printable.

The notations are data (lexicons/escapes.toml). A stretch is read where it is most of its line or long, reads like text
once it is read, and is neither an address nor code: a line that talks about `\\u4e2d` stays as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from cleaners.restoration.mojibake.judge import Repair, judge

SIGN = re.compile(
    r"&(?:amp;){0,3}(?:#[0-9xX]|[a-z]{2,6};)|\\u[0-9A-Fa-f{]|%u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}%?|=[0-9A-F]{2}=|\\x[0-9A-Fa-f]{2}|\\[23][0-7]{2}\\"
)
LEAST = 4  # escaped characters in a stretch beside other text
LEAST_ALONE = 2  # in a line of nothing else
LONG = 8  # so many need not be most of their line
SHARE = 0.5  # of the line's characters that are not spaces
LONGEST_ADDRESS = 400  # characters looked at before a stretch for the beginning of an address
NEARLY_ALL = 0.8
WORST = -13.0  # bits a character
WORST_SHORT = -11.0
_ASCII_STRETCH = re.compile("[\x00-\x7f]+")
_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,15}://|^//|^\.{1,2}/|www\.|^(?:[A-Za-z0-9-]{1,40}\.){1,4}[a-z]{2,8}/|[?&][A-Za-z_][\w.-]{0,40}=|\.(?:html?|php|jsp|aspx?|do)\b|^/[\w.-]{1,60}/|^[\w-]{1,60}/"
)
_CODE = re.compile(r"""(?:^|[=(,:\[{+)\s])[bruBRU]{0,2}["'][^"']{0,80}$|^\s{0,8}["'{\[]""")
_CLOSED = re.compile(r"""[\w .,:;!?/\\-]{0,40}["']""", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://")
_PICTURE = re.compile("[\U00010000-\U0010ffff\ufe0f\u200d]")
_ESCAPED_SIGN = ("%25", "=3D", "=25", "%3D")
_HAN = re.compile("[\u3400-\u9fff]")
_REST = re.compile("u[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2}")
_NAMED = {
    "nbsp": " ", "ldquo": "\u201c", "rdquo": "\u201d", "lsquo": "\u2018", "rsquo": "\u2019", "hellip": "\u2026",
    "mdash": "\u2014", "ndash": "\u2013", "middot": "\u00b7", "times": "\u00d7", "quot": '"', "lt": "<", "gt": ">",
    "amp": "&", "bull": "\u2022", "deg": "\u00b0", "apos": "'",
}  # fmt: skip
_NAMED_TOKEN = re.compile("&(?:amp;){0,3}(" + "|".join(_NAMED) + ");")
# Marks that a page shows by name, for it was escaped twice. Of the others &lt; may be a tag's, &amp; an address's, and
# &nbsp; is white space.
_NAMED_MARKS = re.compile(
    "(?:&(?:amp;){0,3}(?:" + "|".join(n for n in _NAMED if n not in ("nbsp", "lt", "gt", "amp")) + ");)+"
)
_NAMED_TALK = re.compile(
    r"(?:写|写成|写作|写为|寫|用|输入|輸入|键入|如|即|把|将|称作|叫)\s?[“\"'`]?&(?:amp;){0,3}[a-z]{2,6};|"
    r"&(?:amp;){0,3}[a-z]{2,6};\s?[”\"'`]?\s?(?:表示|显示|顯示|代表|就是|即|为|為|或|和|与|與|这|這|符号|符號|来|來|will|is|or|and)"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One notation. `example` becomes `becomes`; the lines of `keep` stay."""

    name: str
    token: re.Pattern[str]
    unit: str
    example: str
    becomes: str
    keep: tuple[str, ...]


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """The notations of lexicons/escapes.toml, in its order."""
    return tuple(
        Kind(k["name"], re.compile(k["token"]), k["unit"], k["example"], k["becomes"], tuple(k["keep"]))
        for k in _lexicon()["kind"]
    )


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, list[dict[str, str]]]:
    lexicon: dict[str, list[dict[str, str]]] = tomllib.loads(
        (files("cleaners.lexicons") / "escapes.toml").read_text("utf-8")
    )
    return lexicon


@lru_cache(maxsize=1)
def about() -> re.Pattern[str]:
    """Words of a line that is about characters and their codes."""
    return re.compile("|".join(map(re.escape, map(str, _lexicon()["about"]))))


def find(line: str, page: object = None) -> list[Repair]:
    """The escaped stretches of `line` that are to be read, in order; all of one notation, the one with most escapes."""
    if not SIGN.search(line):
        return []
    best: list[Repair] = []
    for kind in kinds():
        found = list(_of_kind(line, kind))
        if sum(r.end - r.start for r in found) > sum(r.end - r.start for r in best):
            best = found
    return best or _named(line)


def names_entities(line: str) -> bool:
    """Whether a line speaks of entities by name: &nbsp; 表示空格."""
    return _NAMED_TALK.search(line) is not None or about().search(line) is not None


def _named(line: str) -> list[Repair]:
    """Marks and signs of a line of Chinese that stand there by name: &ldquo;今天&rdquo;&hellip;"""
    found = list(_NAMED_MARKS.finditer(line))
    if not found or _HAN.search(line) is None or names_entities(line) or line[: found[0].start()].endswith("="):
        return []
    return [
        Repair(m.start(), m.end(), _NAMED_TOKEN.sub(lambda n: _NAMED[n[1]], m[0]), "escapes", "exact", "entity by name")
        for m in found
    ]


def _of_kind(line: str, kind: Kind) -> Iterator[Repair]:
    matches = list(kind.token.finditer(line))
    if len(matches) < LEAST_ALONE:
        return
    escaped = sum(m.end() - m.start() for m in matches)
    written = len(line) - sum(map(line.count, " \t\u3000"))
    share = escaped / max(1, written)
    if share < NEARLY_ALL and about().search(kind.token.sub("", line)):
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
        if _is_address(line, start, end, kind) or _is_code(line, start, end, kind):
            continue
        found = _read(line, start, end, stretch.end(), kind)
        if found is None:
            continue
        after, end = found
        layered = _layered(after)
        foreign = len(inside) if layered else sum(char > "\x7f" for char in after)
        alone = stretch.end() - stretch.start() == len(line)
        if foreign < (LEAST_ALONE if alone else LEAST) or (share < SHARE and foreign < LONG):
            continue
        worst = WORST if foreign >= LONG else WORST_SHORT
        words = _PICTURE.sub("", after)
        if not layered and judge().score(words) < worst * len(words):
            continue
        yield Repair(start, end, after, "escapes", "exact", f"{kind.name}, {len(inside)} escapes")


def _layered(after: str) -> bool:
    """Whether what was read is itself still damaged: then the next layer tells whether it reads like text."""
    return sum("\x80" <= char <= "\xff" for char in after) >= LONG or len(SIGN.findall(after)) >= LONG


def _is_address(line: str, start: int, end: int, kind: Kind) -> bool:
    if kind.unit != "byte":
        return False
    left = start
    while left > max(0, start - LONGEST_ADDRESS) and line[left - 1] not in " \t\"'<(" and line[left - 1] <= "\x7f":
        left -= 1
    token = line[max(0, start - LONGEST_ADDRESS) : start].split()  # an address may hold 例え.jp or /wiki/李白
    if token and line[start - 1 : start].strip() and _SCHEME.match(token[-1]):
        return True
    return _ADDRESS.search(line[left : min(len(line), end + 40)].split(" ")[0]) is not None


def _is_code(line: str, start: int, end: int, kind: Kind) -> bool:
    if not kind.name.startswith("backslash"):
        return False
    return _CLOSED.match(line, end, end + 60) is not None and _CODE.search(line[max(0, start - 60) : start]) is not None


def _read(line: str, start: int, end: int, limit: int, kind: Kind) -> tuple[str, int] | None:
    """What line[start:end] stands for, and where it ends: an ASCII character behind it may be its last byte."""
    text = line[start:end]
    if kind.unit == "byte":
        if text.endswith(_ESCAPED_SIGN) and (rest := _REST.match(line, end, limit)):
            end = rest.end()  # an escape escaped again: its digits belong to it
            text = line[start:end]
        data = kind.token.sub(lambda m: chr(_byte(m[0])), text).encode("latin-1")
        after = _decoded(data)
        if after is None and end < limit:
            after = _decoded(data + line[end].encode("latin-1"))
            end += 1
        return None if after is None else (after, end)
    after = kind.token.sub(lambda m: chr(_point(m[0])), text)
    if kind.unit == "utf16":
        after = after.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    else:
        after = _NAMED_TOKEN.sub(lambda m: _NAMED[m[1]], after)
    return None if "\ufffd" in after or re.search("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", after) else (after, end)


def _byte(token: str) -> int:
    return int(token[1:], 8) if token[1] in "23" and token[0] == "\\" else int(token[-2:], 16)


def _point(token: str) -> int:
    digits = token.rstrip(";").lower().lstrip("\\%u&amp;#{").rstrip("}")
    code = int(digits[1:], 16) if digits.startswith("x") else int(digits, 10 if "#" in token else 16)
    return code if code < 0x110000 else 0xFFFD


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
