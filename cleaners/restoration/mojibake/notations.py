"""The notations of escapes, as lexicons/escapes.toml has them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Kind:
    """One notation. `example` becomes `becomes`; the lines of `keep` stay.

    `token` is one escape, `sure` the form of it that has to be there at least twice ("" where all forms do).
    """

    name: str
    token: re.Pattern[str]
    unit: str
    example: str
    becomes: str
    keep: tuple[str, ...]
    sure: re.Pattern[str]


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """The notations of lexicons/escapes.toml, in its order."""
    return tuple(
        Kind(
            k["name"],
            re.compile(k["token"]),
            k["unit"],
            k["example"],
            k["becomes"],
            tuple(k["keep"]),
            re.compile(k.get("sure", k["token"])),
        )
        for k in _lexicon()["kind"]
    )


@lru_cache(maxsize=1)
def about() -> re.Pattern[str]:
    """Words of a line that is about characters and their codes."""
    return re.compile("|".join(map(re.escape, map(str, _lexicon()["about"]))))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, list[dict[str, str]]]:
    lexicon: dict[str, list[dict[str, str]]] = tomllib.loads(
        (files("cleaners.lexicons") / "escapes.toml").read_text("utf-8")
    )
    return lexicon
