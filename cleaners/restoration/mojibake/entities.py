"""Entities in running text: marks that stand there by name, and a character that a site's encoding did not hold.

A form that is sent in GBK or Big5 writes such a character as a decimal entity, and a site that escapes what it is sent
shows it so: one `&amp;#NNNNN;` in the middle of a name. What is most of its line is read by `escapes`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cleaners.restoration.mojibake.notations import about
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.text import lexicon
from cleaners.thresholds import threshold

NAMED = {
    "nbsp": " ", "ldquo": "\u201c", "rdquo": "\u201d", "lsquo": "\u2018", "rsquo": "\u2019", "hellip": "\u2026",
    "mdash": "\u2014", "ndash": "\u2013", "middot": "\u00b7", "times": "\u00d7", "quot": '"', "lt": "<", "gt": ">",
    "amp": "&", "bull": "\u2022", "deg": "\u00b0", "apos": "'",
}  # fmt: skip
NAMED_TOKEN = re.compile("&(?:amp;){0,3}(" + "|".join(NAMED) + ");")
# Marks that a page shows by name, for it was escaped twice. Of the others &lt; may be a tag's, &amp; an address's, and
# &nbsp; is white space.
_MARKS = re.compile(
    "(?:&(?:amp;){0,3}(?:" + "|".join(n for n in NAMED if n not in ("nbsp", "lt", "gt", "amp")) + ");)+"
)
_NUMBERED = re.compile("&(?:amp;){0,3}#([0-9]{2,7}|[xX][0-9A-Fa-f]{2,6});")
_ANY = "&(?:amp;){0,3}[a-z]{2,6};"
_LEXICON = lexicon("escapes.toml")
_LEADS_UP = re.compile(rf"(?:{_LEXICON.any_of('leads-up')})\s?[“\"'`]?\Z")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    leading: int = threshold(8, "characters", "looked at in front of an entity for what speaks of it")


T = Thresholds()
# Marks of direction and of no width: they hide what a text says, and are no part of it.
DROPPED = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_TALK = re.compile(
    rf"(?:{_LEXICON.any_of('speaks-before')})\s?[“\"'`]?{_ANY}|{_ANY}[”\"'`]?\s?(?:{_LEXICON.any_of('speaks-behind')})"
)
_C1 = re.compile("[\x80-\x9f]")
_HAN = re.compile("[\u3400-\u9fff]")
_BESIDE = re.compile("[\u2e80-\ufaff\uff00-\uffef\u2014\u2018-\u201d\u2026\u00b7]")  # what is written in Chinese
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")  # categories of what is no character of a text


def numbered(digits: str) -> str:
    """The character of a numeric entity, "" where it is none."""
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def windows(text: str) -> str:
    """The text with C1 controls as what Windows-1252 has there (WHATWG HTML, 13.2.5.80)."""
    return _C1.sub(lambda m: m[0].encode("latin-1").decode("cp1252", "ignore") or m[0], text)


def names_entities(line: str) -> bool:
    """Whether a line speaks of entities: &nbsp; 表示空格."""
    return _TALK.search(line) is not None or about().search(line) is not None


def find(line: str) -> list[Repair]:
    """Entities in a line of Chinese, marks by name (&ldquo;今天&rdquo;) and characters by number, in order."""
    marks, numbers = list(_MARKS.finditer(line)), list(_NUMBERED.finditer(line))
    rest = NAMED_TOKEN.sub("", _NUMBERED.sub("", line))
    if not (marks or numbers) or _HAN.search(rest) is None or about().search(rest):
        return []
    if marks and _TALK.search(line):
        marks = []
    found: list[Repair] = []
    for m in marks:
        if m.start() and line[m.start() - 1] == "=":
            return []
        after = NAMED_TOKEN.sub(lambda n: NAMED[n[1]], m[0])
        found.append(Repair(m.start(), m.end(), after, "escapes", "exact", "entity by name"))
    end = -1
    for m in numbers:
        char = windows(numbered(m[1]))
        before = "" if m.start() == end else line[max(0, m.start() - 1) : m.start()]
        belongs = m.start() == end or _belongs(char, before, line[m.end() : m.end() + 1])
        if char and belongs and not _LEADS_UP.search(line, max(0, m.start() - T.leading), m.start()):
            after = "" if DROPPED.match(char) else char
            found.append(Repair(m.start(), m.end(), after, "escapes", "exact", "entity, 1 escape"))
            end = m.end()
    return sorted(found, key=lambda repair: repair.start)


def _belongs(char: str, before: str, behind: str) -> bool:
    """Whether a character can be one of the running text it stands in, between these two characters."""
    if not char or char <= "\x7f" or (unicodedata.category(char) in UNSEEN and not DROPPED.match(char)):
        return False
    neighbours = [other for other in (before, behind) if other]
    return any(map(_BESIDE.match, neighbours)) or (char.isalpha() and any(map(str.isalpha, neighbours)))
