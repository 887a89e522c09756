"""What class and id names say about an element: the words of lexicons/extraction.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from cleaners.thresholds import threshold

BOILERPLATE, COMMENT, WEAK, PLAIN, CONTENT, BODY = -3, -2, -1, 0, 1, 2
KINDS = {"boilerplate": BOILERPLATE, "comment": COMMENT, "weak": WEAK, "content": CONTENT, "body": BODY}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    name_limit: int = threshold(300, "characters", "of an element's class and id that are looked at")


T = Thresholds()
# What names say that is no role: on every formula of MathJax 3 and 4 that a browser has shown, and on the headings of
# Docusaurus, how far a bar at the top may hide them.
_OF_NO_ROLE = ("CtxtMenu_", "Navbar")  # one of which is in each of these
_NO_ROLE = re.compile(r"\bCtxtMenu_\w+|\banchor[A-Za-z]*Navbar\w*")
_BORDER = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])")


@cache
def _lexicon() -> tuple[dict[str, int], re.Pattern[str], tuple[tuple[re.Pattern[str], int], ...]]:
    """Kinds by word; a look for a part of a word of any kind, which few names have; and one for those of each kind."""
    tokens: dict[str, int] = {}
    parts: list[tuple[re.Pattern[str], int]] = []
    every: list[str] = []
    data = tomllib.loads((files("cleaners.lexicons") / "extraction.toml").read_text("utf-8"))
    for rule in data["names"]:
        kind = KINDS[rule["kind"]]
        for token in rule["tokens"]:
            tokens.setdefault(token, kind)
        if rule["parts"]:
            every += rule["parts"]
            parts.append((re.compile("|".join(map(re.escape, rule["parts"]))), kind))
    return tokens, re.compile("|".join(map(re.escape, every))), tuple(parts)


def hint_of(names: str, own: str = "") -> int:
    """What a class and an id say: BOILERPLATE, COMMENT, WEAK, PLAIN, CONTENT or BODY.

    The name of an article's body (article-body) outweighs what else is said (pagination); else the worst word counts.
    A class stands on many elements and an id on one: what each says is looked up apart.
    """
    names = names[: T.name_limit]
    found = _kinds(names)
    if own:
        found = found | _kinds(own[: max(0, T.name_limit - len(names) - 1)])
    if not found:
        return PLAIN
    lowest = min(found)
    if BODY in found:
        return BODY if lowest > COMMENT else PLAIN
    if lowest == WEAK and CONTENT in found:
        return PLAIN
    return lowest


@lru_cache(maxsize=16384)
def _kinds(names: str) -> frozenset[int]:
    tokens, part, parts = _lexicon()
    if any(sign in names for sign in _OF_NO_ROLE):
        names = _NO_ROLE.sub("", names)
    lowered = names.lower()
    found = {tokens[t] for t in map(str.lower, _BORDER.split(names)) if t in tokens}
    for pattern, kind in parts if part.search(lowered) else ():
        if kind not in found and pattern.search(lowered):
            found.add(kind)
    return frozenset(found)
