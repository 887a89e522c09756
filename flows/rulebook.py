"""The rules as data, for a person: what is packaged, and whether a rule file of one's own is in order."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from cleaners.policy import Policy
from cleaners.sites import SiteRule, load_sites
from flows.errors import UsageError

Rules = TypeVar("Rules")


def site_rules(path: Path) -> tuple[SiteRule, ...]:
    """A user's site rules. Raises UsageError in one line where the file cannot be read or is not in the format."""
    return rules_of(path, load_sites)


def rules_of(path: Path, load: Callable[[str], Rules]) -> Rules:
    """What `load` makes of a user's file. Raises UsageError in one line where it cannot be read, or is refused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {reason(error)}") from None
    try:
        return load(text)
    except ValueError as error:
        raise UsageError(f"{path}: {reason(error)}") from None


def recorded_policy(fields: dict[str, Any] | None, digest: str) -> Policy | None:
    """The policy with a digest from the fields in a commit record; None where it has choices that are no more."""
    if fields is None:
        return None
    try:
        sites = tuple(SiteRule(**_frozen(site)) for site in fields.get("sites", ()))
        policy = Policy(**{**fields, "sites": sites})
    except (TypeError, ValueError):
        return None
    return policy if policy.digest() == digest else None


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def listing(name: str = "", *, as_json: bool = False) -> Iterator[str]:
    """Lines that show the packaged rule files whose name holds `name`."""
    files = {path: tables for path, tables in _packaged() if name in path}
    if not files:
        raise UsageError(f"no rule file is called {name!r}")
    if as_json:
        yield json.dumps(files, ensure_ascii=False, indent=2, default=str)
        return
    for path, tables in files.items():
        rules = [(kind, rule) for kind, entries in tables.items() for rule in _rules(entries)]
        yield f"{path}: {len(rules)} rules"
        for kind, rule in rules:
            yield "  " + "  ".join(_fields(kind, rule))


def reason(error: Exception) -> str:
    """An error in one line."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]


def _packaged() -> Iterator[tuple[str, dict[str, Any]]]:
    folder = resources.files("cleaners.lexicons")
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            yield entry.name, tomllib.loads(entry.read_text(encoding="utf-8"))


def _rules(entries: Any) -> Iterator[Any]:
    if isinstance(entries, list):
        yield from (e for e in entries if isinstance(e, dict))
    elif isinstance(entries, dict):
        inner = [e for e in entries.values() if isinstance(e, dict)]
        yield from inner or [entries]


def _fields(kind: str, rule: dict[str, Any]) -> Iterator[str]:
    yield str(rule.get("name") or rule.get("kind") or rule.get("host") or kind)
    for key, value in rule.items():
        if key not in ("name", "host") and value not in ("", [], None):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            yield f"{key}: {shown}".replace("\n", " ")
