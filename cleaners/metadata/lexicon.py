"""The words of lexicons/metadata.toml and titles.toml, compiled once, and the one way in which they are looked for."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cleaners.text import SCOPES, Matcher, bound, matching

FILES = ("metadata.toml", "titles.toml")
SEPARATORS = {"colon": r"\s?[:：丨|]", "slash": r"\s?[/／|｜丨:：]", "none": r"\s?[:：丨|]|"}  # behind a label


@dataclass(frozen=True, slots=True)
class Words:
    """Words and shapes of one kind, where in a text they count, an example that holds one and one that does not."""

    kind: str
    scope: str
    words: tuple[str, ...]
    pattern: str
    example: str
    counter: str


@dataclass(frozen=True, slots=True)
class LabelWords:
    """Labels of one kind, and which separator must follow them."""

    kind: str
    separator: str
    words: tuple[str, ...]
    example: str
    counter: str


@cache
def words() -> dict[str, Words]:
    """All packaged words by kind."""
    found: dict[str, Words] = {}
    for name in FILES:
        for entry in _data(name)["words"]:
            kind = str(entry["kind"])
            if kind in found or entry["scope"] not in SCOPES:
                raise ValueError(f"{name}: {kind} twice, or its scope is none of {', '.join(SCOPES)}")
            found[kind] = Words(
                kind,
                entry["scope"],
                tuple(entry.get("words", ())),
                entry.get("pattern", ""),
                entry["example"],
                entry["counter"],
            )
    return found


@cache
def labels() -> tuple[LabelWords, ...]:
    """All packaged labels in file order."""
    return tuple(
        LabelWords(e["kind"], e["separator"], tuple(e["words"]), e["example"], e["counter"])
        for e in _data("metadata.toml")["label"]
    )


@cache
def notice() -> dict[str, list[str]]:
    """The labels of a government notice's header."""
    table: dict[str, list[str]] = _data("metadata.toml")["notice"]
    return table


@cache
def surnames() -> tuple[frozenset[str], tuple[str, ...]]:
    """Surnames of one character, and compound ones."""
    table = _data("metadata.toml")["surnames"]
    return frozenset(table["single"].replace("\n", "")), tuple(table["compound"])


@cache
def months() -> dict[str, int]:
    """Numbers of the months by their names in other languages than Chinese and English, in lower case."""
    table: list[list[str]] = _data("metadata.toml")["months"]["names"]
    return {name: number for number, names in enumerate(table, 1) for name in names}


@cache
def shape(kind: str) -> re.Pattern[str]:
    """The words of a kind as a pattern that is not yet bound to its scope."""
    entry = words()[kind]
    return re.compile(_either(entry))


def find(kind: str, text: str) -> re.Match[str] | None:
    """Where `text` holds words of this kind within their scope, None where it does not."""
    return _matchers()[kind](text)


def without(kind: str, text: str) -> str:
    """`text` without the words of this kind."""
    return _bound()[kind].sub("", text)


def rid(kind: str, text: str) -> str:
    """`text` without the first words of this kind within their scope: what clings to its start, or to its end."""
    found = find(kind, text)
    return text if found is None else text[: found.start()] + text[found.end() :]


def alternatives(kind: str) -> str:
    """The labels of a kind as the alternatives of a pattern, the longest first."""
    names = {word for entry in labels() if entry.kind == kind for word in entry.words}
    return "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))


@cache
def _bound() -> dict[str, re.Pattern[str]]:
    """The pattern of each kind, bound to the end of a text where that is its scope."""
    return {kind: bound([_either(entry)], entry.scope) for kind, entry in words().items()}


@cache
def _matchers() -> dict[str, Matcher]:
    """What looks for each kind within its scope."""
    return {kind: matching(pattern, words()[kind].scope) for kind, pattern in _bound().items()}


def _either(entry: Words) -> str:
    plain = [re.escape(word) for word in sorted(entry.words, key=lambda w: (-len(w), w))]
    return "|".join([entry.pattern, *plain] if entry.pattern else plain)


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files("cleaners.lexicons") / name).read_text("utf-8"))
