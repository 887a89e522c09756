"""Titles: what a page calls itself, rid of the site's name, and the line of the page that bears it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.metadata import lexicon
from cleaners.thresholds import threshold

SEPARATOR = re.compile(
    r"(?<!\s)\s*+[_|｜丨–—»›«]++\s*|(?<!\s)\s++[-·:：]++\s+|-{2,}"
    r"|(?<!\s)(?:(?<=[^\x00-\x7f])\s*+-\s*|\s*+-\s*(?=[^\x00-\x7f]))(?=[^-]{2,24}$)"
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    site_longest: int = threshold(16, "characters", "the longest name of a site in a title element")
    site_longest_narrow: int = threshold(32, "characters", "the same in an alphabet")


T = Thresholds()
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_ATTRIBUTE = re.compile(r"<[A-Za-z]\w*\s[^<>]{0,300}=[^<>]{0,300}>")
_CLOSING = re.compile(r"</[A-Za-z]\w{0,10}\s?>")
_ANCHOR = re.compile(r"^[#¶]\s++|(?<!\s)\s*+[¶\uf000-\uf8ff]$|(?<!\s)\s++#$")
_ANCHOR_SIGN = re.compile("[#¶\uf000-\uf8ff]")  # one of which is in each
_BRACKETED = re.compile(r"[(（\[【]([^()（）\[\]【】]{2,24})[)）\]】]$")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LOWER = bytes(range(256)).lower()  # of text in ASCII, for which this is ten times as fast
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def title_key(text: str) -> str:
    """A text by which titles are compared: NFKC, letters and digits only, in lower case."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _NO_LETTERS).decode("ascii")
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_site(title: str) -> bool:
    """Whether a title names a site, not a text."""
    return lexicon.find("site-title", title) is not None


def names_site(part: str) -> bool:
    """Whether a part of a title holds a word of sites and their sections."""
    return lexicon.find("site-word", part) is not None


def names_nothing(title: str) -> bool:
    """Whether a title element names the site, its keeper or the kind of page, and no text."""
    pieces = [piece for piece in SEPARATOR.split(title) if title_key(piece)]
    return bool(pieces) and all(map(_nameless, pieces))


def _nameless(piece: str) -> bool:
    return lexicon.find("nameless", piece.strip()) is not None or is_generic(piece) or is_site(piece)


def is_generic(title: str) -> bool:
    """Whether a title is one that software gives (Untitled Document)."""
    return lexicon.find("generic-title", title.strip()) is not None


def site_names(title: str) -> list[str]:
    """What may be the site's name in a title element: its last part, where it has several."""
    pieces = [piece.strip() for piece in SEPARATOR.split(title) if title_key(piece)]
    last = pieces[-1] if len(pieces) > 1 else ""
    return [last] if 2 <= len(last) <= (T.site_longest_narrow if last.isascii() else T.site_longest) else []


def plain_title(title: str) -> str:
    """A title without markup that was escaped twice, and without the anchor (# ¶) that a generator puts beside it."""
    if "<" in title and (_ATTRIBUTE.search(title) or _CLOSING.search(title)):
        title = " ".join(_TAG.sub("", html.unescape(title)).split())
    elif "&" in title:
        title = html.unescape(title)
    return (_ANCHOR.sub("", title) if _ANCHOR_SIGN.search(title) else title).strip()


def without_badge(line: str, names: Sequence[str]) -> str:
    """A title line without the badge (已付费) that stands before or behind what the page calls itself."""
    for name in names:
        if len(name) >= 2 and name in line and line != name:
            rest = line.replace(name, "", 1).strip(" 【】[]()（）")
            if (line.startswith(name) or line.endswith(name)) and lexicon.find("badge", rest):
                return name
    return line


def without_site(title: str, site: str = "", line: str = "") -> str:
    """A title without the site's name around it.

    site: the site's own name where the page gives it. line: the page's title line, which decides where the title holds
    it.
    """
    title = " ".join(title.replace("\ufeff", " ").split())
    title = lexicon.without("powered", title)
    if line and title_key(line) and title_key(line) in title_key(title):
        return line
    if site and (match := _BRACKETED.search(title)) and title_key(match[1]) == title_key(site):
        title = title[: match.start()].rstrip()  # 老渡口 (江畔)
    for _ in range(4):
        shorter = _strip_once(title, site)
        if shorter == title:
            break
        title = shorter
    return lexicon.without("page-number", title)


def _strip_once(title: str, site: str) -> str:
    pieces: list[str] = []
    borders: list[tuple[int, int]] = []
    last = 0
    for match in SEPARATOR.finditer(title):
        if match.start() > last:
            pieces.append(title[last : match.start()])
            borders.append((last, match.start()))
        last = match.end()
    if last < len(title):
        pieces.append(title[last:])
        borders.append((last, len(title)))
    if len(pieces) < 2:
        alone = pieces[0] if pieces else ""
        bare = last and (title_key(alone) == title_key(site) or (len(alone) <= 16 and names_site(alone)))
        return "" if bare or not title_key(alone) else title
    keep = len(pieces)
    while keep > 1:
        piece = pieces[keep - 1]
        known = bool(site) and title_key(piece) in (title_key(site), "")
        if known or (len(piece) <= 16 and names_site(piece)) or (len(piece) <= 6 and borders[keep - 1][0] >= 12):
            keep -= 1
        else:
            break
    first = 0
    if keep > 1 and len(pieces[0]) <= 8 and (title_key(pieces[0]) == title_key(site) or names_site(pieces[0])):
        first = 1
    return title[borders[first][0] : borders[keep - 1][1]]
