"""Code pages of one byte a character: the registry of those that Chinese text is read in by mistake.

Latin-1 and Windows-1252 are the family "western", which `western` looks after. All others are rows of
lexicons/codepages.toml, each a family of its own; `onebyte` finds what was read in them.

Text that was copied from a page lacks what a browser does not hand over: soft hyphens are gone, no-break spaces are
spaces, and the bytes that Windows-1252 leaves undefined may be gone too. "cp1252-shy-nbsp-c1" is a reader of
Windows-1252 all three of which happened to; any of them may be left out of the name.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_C1 = re.compile("[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class CodePage:
    """One row. `example` becomes `becomes`; the lines of `keep` stay."""

    codec: str
    example: str
    becomes: str
    keep: tuple[str, ...]


@lru_cache(maxsize=1)
def code_pages() -> tuple[CodePage, ...]:
    """The rows of lexicons/codepages.toml, in its order."""
    lexicon = tomllib.loads((files("cleaners.lexicons") / "codepages.toml").read_text("utf-8"))
    return tuple(CodePage(row["codec"], row["example"], row["becomes"], tuple(row["keep"])) for row in lexicon["page"])


@lru_cache(maxsize=64)
def seen(codec: str) -> tuple[str, ...]:
    """What a reader of the code page sees in each byte; "" where nothing. Undefined ones are C1 controls, as in
    browsers."""
    name, *copied = codec.split("-")
    shown = [bytes((byte,)).decode(name, "ignore") or chr(byte) for byte in range(256)]
    if "shy" in copied:
        shown[0xAD] = ""
    if "nbsp" in copied:
        shown[0xA0] = " "
    if "c1" in copied:
        shown = ["" if "\x80" <= char <= "\x9f" else char for char in shown]
    return tuple(shown)


@lru_cache(maxsize=64)
def undefined(codec: str) -> frozenset[int]:
    """The bytes that the code page leaves undefined, or that are gone."""
    name, *copied = codec.split("-")
    if copied:
        return frozenset(byte for byte, char in enumerate(seen(codec)) if not char)
    return frozenset(byte for byte in range(0x80, 256) if not bytes((byte,)).decode(name, "ignore"))


@lru_cache(maxsize=64)
def bytes_of(codec: str) -> dict[int, int]:
    """For `str.translate`: from the code point that the page shows to the byte, for what is not ASCII."""
    return {ord(char): byte for byte, char in enumerate(seen(codec)) if byte >= 0x80}


@lru_cache(maxsize=64)
def letters(codec: str) -> frozenset[str]:
    """All that the page shows for bytes from 0x80 on."""
    return frozenset(seen(codec)[0x80:])


def copied(text: str) -> str:
    """The reader of Windows-1252 that lost on the way whatever `text` has none of."""
    name = "cp1252"
    if "\xad" not in text:
        name += "-shy"
    if "\xa0" not in text:
        name += "-nbsp"
    return name if _C1.search(text) else name + "-c1"
