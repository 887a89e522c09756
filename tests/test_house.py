"""The house: rooms meet through their faces, every room says what it is, packages are found and not listed."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import ROOT

PACKAGES = ("flows", "cleaners", "schemas")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


ROOMS = {name_of(path) for path in MODULES if path.name == "__init__.py"}


def room_of(module: str) -> str:
    return module if module in ROOMS else module.rpartition(".")[0]


def imported(path: Path) -> Iterator[str]:
    """Names of our modules that a file imports from, also inside its functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in PACKAGES)


def around_a_face(path: Path) -> list[str]:
    """Imports that go past the face of another room, into one of its modules."""
    mine = room_of(name_of(path))
    inside = (m for m in imported(path) if m not in ROOMS and room_of(m) not in PACKAGES)  # at the top a module is free
    return [m for m in inside if room_of(m) != mine]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_are_entered_by_their_face(path: Path) -> None:
    assert around_a_face(path) == []


def test_the_check_itself_sees_a_way_around(tmp_path: Path) -> None:
    stray = ROOT / "cleaners" / "pipeline.py"
    text = "from cleaners.text.chars import HAN\nfrom cleaners.text import HAN\nfrom cleaners.policy import Policy\n"
    made = tmp_path / stray.name
    made.write_text(text)
    inside = [m for m in imported(made) if m not in ROOMS and room_of(m) not in PACKAGES]
    assert inside == ["cleaners.text.chars"]


@pytest.mark.parametrize("room", sorted(ROOMS - {"flows"}))
def test_every_room_says_what_happens_in_it(room: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / room.replace(".", "/") / "__init__.py").read_text("utf-8")))


def test_packages_are_found_and_typed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["setuptools"]["packages"] == {"find": {"include": ["flows*", "cleaners*", "schemas*"]}}
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").exists()
