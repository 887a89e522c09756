"""The boilerplate rules of lexicons/boilerplate.toml, loaded once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cleaners.boilerplate.folding import fold

PLACES = ("head", "tail", "edge", "any")
UNITS = ("line", "sentence", "list")
LONGEST = 240  # folded characters of a line or sentence that a rule is tried on, where the rule says nothing else


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
    longest: int = LONGEST
    times: int = 1  # lines of the page it must hold for

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
def keys(*, anywhere: bool) -> dict[str, tuple[Rule, ...]]:
    """Each word that rules need which may stand anywhere (or else: at the edge of a page), and these rules."""
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in rules():
        if (rule.place == "any") == anywhere:
            for key in rule.has:
                found[key] = (*found.get(key, ()), rule)
    return found


def _rule(entry: dict[str, object]) -> Rule:
    has = entry["has"]
    assert isinstance(has, list)
    more = entry.get("counters", [])
    assert isinstance(more, list)
    longest, times = entry.get("longest", LONGEST), entry.get("times", 1)
    assert isinstance(longest, int) and isinstance(times, int)
    rule = Rule(
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
    )
    if rule.place not in PLACES or rule.unit not in UNITS:
        raise ValueError(f"boilerplate rule {rule.name}: place {rule.place!r}, unit {rule.unit!r}")
    return rule
