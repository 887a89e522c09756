"""Code pages of one byte a character: the registry of those that Chinese text is read in by mistake.

Latin-1 and Windows-1252 are the family "western", which `mojibake_western` looks after. All others are rows of
lexicons/codepages.toml, each a family of its own; `mojibake_onebyte` finds what was read in them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


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
    return tuple(
        CodePage(row["codec"], row["example"], row["becomes"], tuple(row["keep"])) for row in lexicon["page"]
    )


@lru_cache(maxsize=64)
def seen(codec: str) -> tuple[str, ...]:
    """What a reader of the code page sees in each byte; undefined ones are C1 controls, as in browsers."""
    return tuple(bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in range(256))


@lru_cache(maxsize=64)
def undefined(codec: str) -> frozenset[int]:
    """The bytes that the code page leaves undefined."""
    return frozenset(byte for byte in range(0x80, 256) if not bytes((byte,)).decode(codec, "ignore"))


@lru_cache(maxsize=64)
def bytes_of(codec: str) -> dict[int, int]:
    """For `str.translate`: from the code point that the page shows to the byte, for what is not ASCII."""
    return {ord(char): byte for byte, char in enumerate(seen(codec)) if byte >= 0x80}


@lru_cache(maxsize=64)
def letters(codec: str) -> frozenset[str]:
    """All that the page shows for bytes from 0x80 on."""
    return frozenset(seen(codec)[0x80:])
