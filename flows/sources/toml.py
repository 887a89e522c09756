"""sources.toml: several sources, each with a name, a policy and site rules of its own.

[[source]]
name = "city-news"                            # stands in the column `source`, and before local pages' addresses
from = "https://www.example.cn/sitemap.xml"   # or a list; paths are relative to this file
kind = "sitemap"                              # where the address does not show it
script = "keep"
punctuation = false
sites = "rules/city.toml"
include = ["*/news/*"]
exclude = ["*/tag/*"]
limit = 1000
column = "html"
url_column = "url"
whole = true                                  # a page that it no longer has is gone; default: for folders and globs
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cleaners.policy import Policy
from flows.choices import choices, policy_of
from flows.errors import UsageError
from flows.rulebook import reason
from flows.settings import Settings
from flows.sources.base import LOCAL, Source, place

KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "from": (str, list),
    "kind": str,
    **{choice.name: choice.kind for choice in choices()},
    "include": list,
    "exclude": list,
    "limit": int,
    "column": str,
    "url_column": str,
    "whole": bool,
}
Understand = Callable[[str, Settings], list[Source]]
NAME = re.compile(r"[\w.-]{1,80}")


def read_sources(path: Path, settings: Settings, understand: Understand) -> list[Source]:
    """The sources that a file names; `understand` makes Sources of one place. Raises UsageError in one line."""
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: {reason(error)}") from None
    named = table.pop("source", None)
    if table or not isinstance(named, list) or not named or not all(isinstance(entry, dict) for entry in named):
        raise UsageError(f"{path}: it must hold [[source]] tables and nothing else")
    found: list[Source] = []
    names: set[str] = set()
    for entry in named:
        name = _checked(entry, path)
        if name in names:
            raise UsageError(f"{path}: two sources are called {name}")
        names.add(name)
        found += _sources(entry, name, path, settings, understand)
    return found


def _checked(entry: dict[str, Any], path: Path) -> str:
    """The entry's name; everything in it has a known key and the right type."""
    name = entry.get("name", "")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UsageError(f"{path}: a source needs a name of letters, digits, '.', '_' and '-', not {name!r}")
    for key, value in entry.items():
        wanted = KEYS.get(key)
        if wanted is None:
            raise UsageError(f"{path}: source {name}: unknown key {key!r}; there are {', '.join(KEYS)}")
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise UsageError(f"{path}: source {name}: {key} has the wrong type")
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            raise UsageError(f"{path}: source {name}: {key} must be a list of strings")
    if "from" not in entry:
        raise UsageError(f"{path}: source {name}: 'from' is missing")
    return name


def _sources(entry: dict[str, Any], name: str, path: Path, settings: Settings, understand: Understand) -> list[Source]:
    places = entry["from"] if isinstance(entry["from"], list) else [entry["from"]]
    found: list[Source] = []
    for where in places:
        given = where if re.match(r"(?:[a-z]++:)?https?://", where, re.IGNORECASE) else os.path.join(path.parent, where)
        if "kind" in entry:
            given = f"{entry['kind']}:{given}"
        if where == "-" or where.lower().endswith(".toml"):
            raise UsageError(f"{path}: source {name}: neither standard input nor another sources file can stand here")
        found += understand(given, settings)
    roots = [place(source) for source in found if source.kind in LOCAL]
    root = os.path.commonpath(roots) if roots else ""
    return [
        replace(
            source,
            name=name,
            root=root if source.kind in LOCAL else "",
            prefix=f"{name}/" if source.kind in LOCAL else "",
            policy=_policy(entry, path, settings),
            include=tuple(entry.get("include", ())),
            exclude=tuple(entry.get("exclude", ())),
            limit=_limit(entry, path),
            column=entry.get("column", ""),
            url_column=entry.get("url_column", ""),
            whole=entry.get("whole"),
        )
        for source in found
    ]


def _policy(entry: dict[str, Any], path: Path, settings: Settings) -> Policy | None:
    """The run's policy with what the entry says otherwise; None where it says nothing."""
    given = {choice.name: entry[choice.name] for choice in choices() if choice.name in entry}
    for choice in choices():
        if choice.read is not None and choice.name in given:
            given[choice.name] = os.path.join(path.parent, given[choice.name])
    return policy_of(given, settings.policy(), f"{path}: source {entry['name']}: ") if given else None


def _limit(entry: dict[str, Any], path: Path) -> int:
    limit = int(entry.get("limit", 0))
    if limit < 0:
        raise UsageError(f"{path}: source {entry.get('name')}: limit {limit} is below 0")
    return limit
