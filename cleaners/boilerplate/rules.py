"""The boilerplate rules of lexicons/boilerplate.toml, loaded once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cleaners.boilerplate.folding import fold
from cleaners.model import model
from cleaners.text import WordIndex
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
    closes: bool = False  # whether a text has come to its end above such a line

    def takes(self, folded: str) -> bool:
        """Whether a folded line, or a folded sentence, is boilerplate by this rule."""
        if len(folded) > self.longest:
            return False
        for key in self.has:
            if key in folded:
                break
        else:
            return False
        if self.unit == "sentence":
            return self.pattern.search(folded) is not None
        found = self.pattern.fullmatch(folded)
        return found is not None and (not self.pattern.groupindex or _counts(found))

    def holds_often(self, lines: Iterable[str]) -> bool:
        """Whether it takes as many of a page's folded lines as it must, to take any.

        Where it reads a number `at` of so many, `of` (3/12), they are those of one count: 1/3 twice is a share.
        """
        if self.times == 1:
            return True
        plain = 0
        counted: dict[str, set[str]] = {}
        for folded in filter(self.takes, lines):
            found = self.pattern.fullmatch(folded)
            if found is not None and "of" in self.pattern.groupindex and found["of"]:
                counted.setdefault(found["of"], set()).add(found["at"])
            else:
                plain += 1
        return plain + max(map(len, counted.values()), default=0) >= self.times


def _counts(found: re.Match[str]) -> bool:
    """Whether what is read as a number of so many can be one: 3/12 is, 3/1 and 0/3 are scores."""
    said = found.groupdict()
    return not said.get("of") or 1 <= int(said["at"] or 0) <= int(said["of"])


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
def place_of(name: str) -> int:
    """Where a rule stands among all."""
    return next(n for n, entry in enumerate(rules()) if entry.name == name)


@cache
def index(*, anywhere: bool | None) -> WordIndex:
    """The words of `keys`, for a look at a page's characters."""
    return WordIndex(tuple(keys(anywhere=anywhere)), model().unigram)


@cache
def keys(*, anywhere: bool | None) -> dict[str, tuple[Rule, ...]]:
    """Each word that rules need which may stand anywhere (or else: at the edge of a page; None: both), and these
    rules."""
    found: dict[str, tuple[Rule, ...]] = {}
    for entry in rules():
        if anywhere is None or (entry.place == "any") == anywhere:
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
        closes=bool(entry.get("closes", False)),
    )
    if made.place not in PLACES or made.unit not in UNITS:
        raise ValueError(f"boilerplate rule {made.name}: place {made.place!r}, unit {made.unit!r}")
    return made
