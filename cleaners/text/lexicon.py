"""The reader of phrases and word lists in lexicons/*.toml, told by kind, and what a scope means wherever one stands.

A phrase is a pattern with a scope: "start" matches at the beginning of a line, "whole" all of it, "within" anywhere,
"end" up to its end. Phrases of one kind are alternatives and share a scope. Each entry carries an example that it must
catch and a counter-example that it must leave; the tests read both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaners.text.beginnings import beginning

SCOPES = ("start", "whole", "within", "end")
Matcher = Callable[[str], "re.Match[str] | None"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: what it tells, where in a line it may stand, what it must catch and what it must leave."""

    kind: str
    scope: str
    pattern: str
    example: str
    counter: str


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words of one kind, for a grammar to build upon; example and counter are read by that grammar."""

    kind: str
    words: tuple[str, ...]
    example: str
    counter: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases and word lists of one file."""

    name: str
    phrases: tuple[Phrase, ...]
    lists: tuple[Words, ...]

    def words(self, kind: str) -> tuple[str, ...]:
        """The words of a kind, in the file's order."""
        found = tuple(word for entry in self.lists if entry.kind == kind for word in entry.words)
        if not found:
            raise KeyError(f"{self.name}: no words of kind {kind!r}")
        return found

    def any_of(self, kind: str) -> str:
        """A regular expression for any of a kind's words, without a group around it."""
        return "|".join(map(re.escape, self.words(kind)))

    def matcher(self, kind: str) -> Matcher:
        """What tells whether a line is, or holds, a phrase of a kind."""
        mine = [phrase for phrase in self.phrases if phrase.kind == kind]
        scopes = {phrase.scope for phrase in mine}
        if len(scopes) != 1:
            raise KeyError(f"{self.name}: phrases of kind {kind!r} have scopes {sorted(scopes)}")
        return compiled((phrase.pattern for phrase in mine), scopes.pop())


def bound(patterns: Iterable[str], scope: str) -> re.Pattern[str]:
    """One pattern for alternatives, bound to the end of a line where that is their scope."""
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(f"(?:{whole})$" if scope == "end" else whole)


def matching(pattern: re.Pattern[str], scope: str) -> Matcher:
    """What looks for a pattern that is bound to a scope, where a text has what its matches begin with."""
    look = {"start": pattern.match, "whole": pattern.fullmatch}.get(scope, pattern.search)
    begins = beginning(pattern)
    if begins is None:
        return look
    may_begin = begins.match if scope in ("start", "whole") else begins.search

    def matcher(text: str) -> re.Match[str] | None:
        return look(text) if may_begin(text) else None

    return matcher


def compiled(patterns: Iterable[str], scope: str) -> Matcher:
    """One matcher for alternative patterns of a scope."""
    return matching(bound(patterns, scope), scope)


@cache
def lexicon(name: str) -> Lexicon:
    """The lexicon of a file in cleaners/lexicons."""
    data = tomllib.loads((files("cleaners.lexicons") / name).read_text("utf-8"))
    phrases = tuple(
        Phrase(row["kind"], row["scope"], row["pattern"], row["example"], row["counter"])
        for row in data.get("phrase", ())
    )
    for phrase in phrases:
        if phrase.scope not in SCOPES:
            raise ValueError(f"{name}: scope {phrase.scope!r} of {phrase.kind}")
    lists = tuple(
        Words(row["kind"], tuple(row["words"]), row["example"], row["counter"]) for row in data.get("words", ())
    )
    return Lexicon(name, phrases, lists)
