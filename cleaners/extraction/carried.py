"""Text that a script carries as a string, where the tree holds none: posts of messengers, pages that a script fills.

One look through each script for keys that name a text (lexicons/extraction.toml, words "carried-own" and "carried"),
each with the string literal behind it: so JSON-LD (articleBody), __NEXT_DATA__, __INITIAL_STATE__ and variables of
WeChat's (content_noencode: JsDecode('…\\x0a…')) are read alike, without a parser for each. String literals are those of
ECMAScript 2024, 12.9.4, of which JSON's (RFC 8259, 7) are some.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cleaners.extraction.choice import running
from cleaners.extraction.lists import is_of_links
from cleaners.extraction.tree import MARKS, Outline
from cleaners.text import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    script_limit: int = threshold(4_000_000, "characters", "of a script that are read")
    scripts: int = threshold(100, "scripts", "of a page that are read")
    strings_most: int = threshold(2000, "strings", "of a page that are looked at")
    no_text: int = threshold(60, "characters", "of running text on a page, from which its own is taken")
    times: int = threshold(3, "times", "as long as what the page shows must the string be")
    shortest_own: int = threshold(10, "characters", "of a text under a key of its own")
    shortest: int = threshold(
        80, "characters", "of a text under a key that names much else, with the page's description in it"
    )
    untold: int = threshold(200, "characters", "of such a text without the page's description in it")
    least_marks: int = threshold(3, "punctuation marks", "in a text without the page's description in it")
    dominant: float = threshold(
        2.0, "times", "as long as the next one, where the page's description does not tell which is its text"
    )
    told: int = threshold(16, "characters", "of the description that a text must hold")


T = Thresholds()
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(\r\n|[\s\S]))")
_SINGLE = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "\n", "v": "\n", "0": "", "\n": "", "\r": "", "\r\n": ""}
_MARKUP = re.compile(
    r"<(?:p|br|div|section|h[1-6]|ul|ol|table|figure|blockquote|span|img|a|strong|article)\b[^<>]*>", re.I
)
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|br|div|section|h[1-6]|ul|ol|table)\b", re.I)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_LITERALS = r"""(?:"(?:[^"\\\r\n]|\\[\s\S])*+"|'(?:[^'\\\r\n]|\\[\s\S])*+'|`(?:[^`\\]|\\[\s\S])*+`)"""
_INSIDE = re.compile(rf"JSON\.parse\(\s{{0,8}}({_LITERALS})")  # a whole state, written as one string


@dataclass(frozen=True, slots=True)
class Carried:
    """A text that a script carries: as markup of its own, under which key, and how long it is (characters)."""

    markup: str
    key: str
    chars: int


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    own: bool
    text: str
    shown: str  # without markup and white space


def find(tree: Any, outline: Outline, description: str) -> Carried | None:
    """The text of a page whose tree holds none, None where it holds one or no script carries it.

    tree: Lexbor's. description: what the page's meta elements say that it is about, by which its text is told from
    those of other pages.
    """
    shown = running(outline)
    if shown >= T.no_text:
        return None
    strings = [each for each in _strings(tree) if len(each.shown) >= T.times * shown]
    best = _best(strings, description, own=is_of_links(outline))
    return None if best is None else Carried(_markup(best.text), best.key, len(best.shown))


def _best(strings: list[_Found], description: str, *, own: bool) -> _Found | None:
    """The string that is the page's text. own: only one under a key that names nothing else."""
    mine = [each for each in strings if each.own and len(each.shown) >= T.shortest_own]
    if mine:
        return max(mine, key=lambda each: len(each.shown))
    texts = [
        e for e in strings if not e.own and len(e.shown) >= T.shortest and len(MARKS.findall(e.text)) >= T.least_marks
    ]
    if own or not texts:
        return None
    told = _SPACE.sub("", description)[: T.told]
    if len(told) == T.told and (agreed := [each for each in texts if told in each.shown]):
        return max(agreed, key=lambda each: len(each.shown))
    texts = [each for each in texts if len(each.shown) >= T.untold]
    if not texts:
        return None
    unlike = sorted({each.shown: each for each in texts}.values(), key=lambda each: -len(each.shown))
    others = [each for each in unlike[1:] if each.shown not in unlike[0].shown]
    return None if others and len(unlike[0].shown) < T.dominant * len(others[0].shown) else unlike[0]


def _strings(tree: Any) -> Iterator[_Found]:
    count = 0
    for node in tree.css("script")[: T.scripts]:
        script = node.text() or ""
        if len(script) > T.script_limit:
            continue
        states = [_read(match[1]) for match in _INSIDE.finditer(script)]
        for source in (script, *states):
            for match in _keyed().finditer(source):
                count += 1
                if count > T.strings_most:
                    return
                text = _read(match["text"])
                own = match["key"] in lexicon("extraction.toml").words("carried-own")
                yield _Found(match["key"], own, text, _shown(text))


@cache
def _keyed() -> re.Pattern[str]:
    """A key that names a text, and the string literal behind it, in a call that decodes it or bare."""
    mine = lexicon("extraction.toml")
    keys = f"{mine.any_of('carried-own')}|{mine.any_of('carried')}"
    return re.compile(
        rf"(?<![\w$-])[\"']?(?P<key>{keys})[\"']?\s{{0,8}}[:=]\s{{0,8}}"
        rf"(?:[A-Za-z_.]{{2,30}}\(\s{{0,8}})?(?P<text>{_LITERALS})"
    )


def _read(literal: str) -> str:
    """What a string literal stands for; a lone half of a surrogate pair is U+FFFD."""
    text = _ESCAPE.sub(_meant, literal[1:-1])
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _meant(match: re.Match[str]) -> str:
    byte, unit, point, single = match.groups()
    if single is not None:
        return _SINGLE.get(single, single)
    code = int(byte or unit or point, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _shown(text: str) -> str:
    plain = _TAG.sub("", html.unescape(text) if _ESCAPED_MARKUP.search(text) else text)
    return _SPACE.sub("", html.unescape(plain))


def _markup(text: str) -> str:
    """A text as markup: its own where it has any, else a paragraph for each of its lines."""
    if _ESCAPED_MARKUP.search(text) and not _MARKUP.search(text):
        text = html.unescape(text)
    if _MARKUP.search(text):
        return f"<body>{text}</body>"
    lines = (line.strip() for line in html.unescape(text).split("\n"))
    return "<body>" + "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line) + "</body>"
