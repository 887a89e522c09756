"""The boilerplate rules of lexicons/boilerplate.toml, loaded once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cleaners.boilerplate.folding import fold
from cleaners.thresholds import threshold

PLACES = ("head", "tail", "edge", "any")
UNITS = ("line", "sentence", "list")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(
        240,
        "characters",
        "the longest folded line or sentence that a rule is tried on, where the rule says nothing else",
    )


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is called, where it may stand, what it takes, an example, and what it must leave."""

    name: str
    kind: str
    place: str
    unit: str
    has: tuple[str, ...]
    pattern: re.Pattern[str]
    example: str
    counters: tuple[str, ...]
    flag: str = ""
    longest: int = T.longest
    times: int = 1  # lines of the page it must hold for
    beside: str = ""  # kind of boilerplate that must have stood in the same block

    def takes(self, folded: str) -> bool:
        """Whether a folded line, or a folded sentence, is boilerplate by this rule."""
        if len(folded) > self.longest or not any(key in folded for key in self.has):
            return False
        if self.unit == "sentence":
            return self.pattern.search(folded) is not None
        return self.pattern.fullmatch(folded) is not None


@cache
def rules() -> tuple[Rule, ...]:
    """All packaged rules in file order."""
    text = resources.files("cleaners.lexicons").joinpath("boilerplate.toml").read_text(encoding="utf-8")
    return tuple(_rule(entry) for entry in tomllib.loads(text)["rule"])


@cache
def rule(name: str) -> Rule:
    """The rule of a name."""
    return next(entry for entry in rules() if entry.name == name)


@cache
def keys(*, anywhere: bool) -> dict[str, tuple[Rule, ...]]:
    """Each word that rules need which may stand anywhere (or else: at the edge of a page), and these rules."""
    found: dict[str, tuple[Rule, ...]] = {}
    for entry in rules():
        if (entry.place == "any") == anywhere:
            for key in entry.has:
                found[key] = (*found.get(key, ()), entry)
    return found


def _rule(entry: dict[str, object]) -> Rule:
    has = entry["has"]
    assert isinstance(has, list)
    more = entry.get("counters", [])
    assert isinstance(more, list)
    longest, times = entry.get("longest", T.longest), entry.get("times", 1)
    assert isinstance(longest, int) and isinstance(times, int)
    made = Rule(
        name=str(entry["name"]),
        kind=str(entry["kind"]),
        place=str(entry["place"]),
        unit=str(entry["unit"]),
        has=tuple(fold(str(key)) for key in has),
        pattern=re.compile(str(entry["pattern"])),
        example=str(entry["example"]),
        counters=(str(entry["counter"]), *map(str, more)),
        flag=str(entry.get("flag", "")),
        longest=longest,
        times=times,
        beside=str(entry.get("beside", "")),
    )
    if made.place not in PLACES or made.unit not in UNITS:
        raise ValueError(f"boilerplate rule {made.name}: place {made.place!r}, unit {made.unit!r}")
    return made
