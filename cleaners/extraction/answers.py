"""Answers in place of a document: a wall to log in at, a verification, an error, a shell that a script would fill.

Rules are data (lexicons/pagekinds.toml). A page is such an answer where one of its lines, or what it calls itself, says
so and little else stands on it: a report about a failed server is long, the failure itself is short.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaners.extraction.choice import weigh
from cleaners.extraction.tree import Outline
from cleaners.thresholds import threshold

PLACES = ("line", "title")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    lines_most: int = threshold(400, "lines", "of a page that are looked at: an answer is a short page")
    password_most: int = threshold(
        160, "characters", "of running text on a page with a field for a password, at which it is a login page"
    )
    shell_most: int = threshold(
        40, "characters", "on a page with a root that a script fills, at which nothing is on it yet"
    )


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign of one kind of answer."""

    kind: str
    place: str
    pattern: re.Pattern[str]
    most: int
    longest: int
    example: str
    counters: tuple[str, ...]

    def says(self, text: str) -> bool:
        """Whether a line or a title says that the page is of this kind."""
        return len(text) <= self.longest and self.says_folded(folded(text))

    def says_folded(self, text: str) -> bool:
        """`says` of what `folded` gave of a text that is not too long."""
        return self.pattern.search(text) is not None


@cache
def rules() -> tuple[Rule, ...]:
    """All packaged rules in file order."""
    data = tomllib.loads((files("cleaners.lexicons") / "pagekinds.toml").read_text("utf-8"))
    return tuple(
        Rule(**{**entry, "pattern": re.compile(entry["pattern"]), "counters": tuple(entry["counters"])})
        for entry in data["rule"]
    )


def folded(text: str) -> str:
    """NFKC, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def answer(outline: Outline, titles: Sequence[str], *, password: bool, scripted: bool) -> tuple[str, str]:
    """The kind of answer that a page is, and the words that say so; ("", "") for a page that is none.

    titles: what the page calls itself. password: whether it asks for one. scripted: whether it has a root element that
    a script fills.
    """
    lines = outline.lines
    if len(lines) > T.lines_most:
        return "", ""
    own = [line.chars - line.linked if weigh(line) > 0 else 0 for line in lines]  # running text of each
    running = sum(own)
    longest = max(own, default=0)
    plain: dict[int, str] = {}  # lines folded, which each rule would fold again
    for rule in rules():
        if rule.place == "title":
            found = next((title for title in titles if rule.says(title)), None)
            if found is not None and running <= rule.most:
                return rule.kind, found[:200]
            continue
        if running - longest > rule.most:
            continue  # whichever line says so, too much stands beside it
        for n, (line, chars) in enumerate(zip(lines, own, strict=True)):
            if line.chars <= rule.longest and running - chars <= rule.most and len(line.text) <= rule.longest:
                if n not in plain:
                    plain[n] = folded(line.text)
                if rule.says_folded(plain[n]):
                    return rule.kind, line.text[:200]
    if password and running <= T.password_most:
        return "login", "a field for a password and little text"
    shown = sum(line.chars for line in lines)
    if scripted and shown <= T.shell_most:
        return "shell", "a root element that a script fills"
    return "", ""
