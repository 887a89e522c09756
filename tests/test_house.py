"""The house: rooms meet through their faces, every room says what it is, packages are found and not listed."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

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


def around_a_face(path: Path, mine: str) -> list[str]:
    """Imports of a file in room `mine` that go past the face of another room, into one of its modules."""
    inside = (m for m in imported(path) if m not in ROOMS and room_of(m) not in PACKAGES)  # at the top a module is free
    return [m for m in inside if room_of(m) != mine]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_are_entered_by_their_face(path: Path) -> None:
    assert around_a_face(path, room_of(name_of(path))) == []


def test_the_check_itself_sees_a_way_around(tmp_path: Path) -> None:
    made = tmp_path / "pipeline.py"
    made.write_text(
        "from cleaners.text.chars import HAN\nfrom cleaners.text import HAN\nfrom cleaners.policy import Policy\n"
    )
    assert around_a_face(made, "cleaners") == ["cleaners.text.chars"]
    assert around_a_face(made, "cleaners.text") == []


@pytest.mark.parametrize("room", sorted(ROOMS - {"flows"}))
def test_every_room_says_what_happens_in_it(room: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / room.replace(".", "/") / "__init__.py").read_text("utf-8")))


def test_packages_are_found_and_typed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["setuptools"]["packages"] == {"find": {"include": ["flows*", "cleaners*", "schemas*"]}}
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").exists()


# Every module is named by some test. A test names a module that it imports, that it patches or starts by its dotted
# name, or that defines what it takes from a room's face. One that mirrors a module (tests/flows/reports/test_gate.py)
# names it too where it comes in by the door of that room or of the whole package (clean_page).

TESTS = sorted((ROOT / "tests").rglob("*.py"))
NAMES = {name_of(path): path for path in MODULES}
DOTTED = re.compile(r"(?<![\w.])(?:flows|cleaners|schemas)(?:\.\w+)+")


def offered() -> dict[str, tuple[str, str]]:
    """`room.name` of what a face hands on -> the module, or face, that it has it from, and its name there."""
    found = {}
    for room in ROOMS:
        for node in ast.walk(ast.parse(NAMES[room].read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in NAMES:
                found.update({f"{room}.{a.asname or a.name}": (node.module, a.name) for a in node.names})
    return found


def named_by(text: str, faces: dict[str, tuple[str, str]]) -> set[str]:
    """Our modules that a test file names."""
    tree = ast.parse(text)
    found: set[str] = set()

    def take(module: str, name: str) -> None:
        while f"{module}.{name}" in faces:
            module, name = faces[f"{module}.{name}"]
        found.update((module, f"{module}.{name}"))

    rooms: dict[str, str] = {}  # what a test calls a room or a module -> its name
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                take(node.module, alias.name)
                rooms[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                found.add(alias.name)
                rooms[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for dotted in DOTTED.findall(node.value):
                take(*dotted.rpartition(".")[::2])
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
            take(rooms[node.value.id], node.attr)
    return found & set(NAMES)


def mirrors(module: str, named: set[str]) -> bool:
    """Whether a test file that stands where a module's does, and names so many, comes in by a door that leads there."""
    return bool({room_of(module), module.partition(".")[0]} & set(map(room_of, named)))


def unnamed(said: dict[Path, set[str]]) -> list[str]:
    """Modules that no test names. said: test file -> the modules that it names."""
    named = set().union(*said.values())
    for name, module in NAMES.items():
        mirror = ROOT / "tests" / module.relative_to(ROOT).parent / f"test_{module.stem}.py"
        if mirrors(name, said.get(mirror, set())):
            named.add(name)
    return sorted(set(NAMES) - ROOMS - named)


def test_every_module_is_named_by_some_test() -> None:
    faces = offered()
    assert unnamed({path: named_by(path.read_text("utf-8"), faces) for path in TESTS}) == []


def test_the_check_sees_a_module_that_no_test_names() -> None:
    every = set(NAMES) - {"cleaners.text.ledger"}
    strange, mirror = ROOT / "tests" / "test_strange.py", ROOT / "tests" / "cleaners" / "text" / "test_ledger.py"
    assert unnamed({strange: every}) == ["cleaners.text.ledger"]
    assert unnamed({strange: every, mirror: {"cleaners.metadata.dates"}}) == ["cleaners.text.ledger"]
    assert unnamed({strange: every, mirror: {"cleaners.pipeline"}}) == []


def test_the_check_of_names_itself_tells_them_apart() -> None:
    faces = offered()
    assert named_by("from cleaners.text import Ledger", faces) == {"cleaners.text.ledger"}
    assert named_by("from cleaners import text\ntext.Ledger", faces) >= {"cleaners.text.ledger"}
    assert named_by("import flows.prefect_env", faces) == {"flows.prefect_env"}
    assert named_by("patch('flows.running.pool.Pool')", faces) >= {"flows.running.pool"}
    assert named_by("from cleaners.text import lexicon", faces) & {"cleaners.text.ledger"} == set()
    assert named_by("'the pool of flows.'", faces) == set()


def test_tests_of_a_group_meet_on_one_worker(request: pytest.FixtureRequest) -> None:
    """pytest-xdist tells a group by what it adds to a test's id. Where pytest does not let it, no word is said, and each
    worker starts a server, a process that forks runs, and whatever else a group shares."""
    from xdist.remote import WorkerInteractor
    from xdist.scheduler import LoadGroupScheduling

    test = pytest.Function.from_parent(request.node.parent, name="test_of_a_group", callobj=lambda: None)
    test.add_marker(pytest.mark.xdist_group("shared"))
    WorkerInteractor.pytest_collection_modifyitems(None, SimpleNamespace(getvalue=lambda name: True), [test])  # type: ignore[arg-type]
    assert LoadGroupScheduling._split_scope(None, test.nodeid) == "shared"  # type: ignore[arg-type]
