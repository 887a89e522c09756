"""Every number that measurement set stands in its module's record, with its unit and its meaning."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from places import ROOT

from cleaners.thresholds import threshold, thresholds

FILES = sorted((ROOT / "cleaners").rglob("*.py"))

# Constants that no measurement moves, by what fixes them. To change one is to change a format, a standard or a name.
STANDING = {
    "a code point, or a number that stands for none": {
        "cleaners.duplicates.folding": {"_DROPPED", "_BREAK", "_SPECIAL", "_END"},
        "cleaners.scripts.matcher": {"LAST"},
        "cleaners.restoration.mojibake.codecs": {"END"},
        "cleaners.restoration.mojibake.code936": {"OWED"},
        "cleaners.restoration.mojibake.lattice": {"BLOCKED"},
        "cleaners.restoration.bytestream.lexicon": {"NONE", "ANY", "HIGH", "LOW"},
        "cleaners.steps": {"PAGE"},
    },
    "the scheme of signatures, whose keys stand in datasets": {
        "cleaners.duplicates.hashing": {"KEY_BITS", "GOLDEN", "_MIX_1", "_MIX_2"},
        "cleaners.duplicates.paragraphs": {"_PRIME"},
        "cleaners.duplicates.shingles": {"WIDTH", "_BITS"},
        "cleaners.duplicates.signature": {"BANDS", "ROWS", "PARAGRAPH", "_EMPTY", "_ATTEMPTS"},
    },
    "the format of charmodel.bin": {
        "cleaners.model.charmodel": {"BITS_STEPS", "BLOCK", "NO_RANK", "MOST_CONTEXTS", "UNASSIGNED_PLANE"},
    },
    "an order of kinds": {
        "cleaners.extraction.hints": {"BOILERPLATE", "COMMENT", "WEAK", "PLAIN", "CONTENT", "BODY"},
    },
    "a fact: zhuāng is the longest syllable of Pinyin": {
        "cleaners.restoration.bytestream.lexicon": {"LONGEST_READING"},
    },
    "the lengths of phrases that the matcher is built for": {
        "cleaners.scripts.matcher": {"SHORT"},
    },
    "what a record's numbers leave": {
        "cleaners.model.pagewords": {"MODEL"},
    },
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def numeric_constants(tree: ast.Module) -> Iterator[str]:
    """Names in capitals that a module gives a number, a row of numbers, or something reckoned from numbers and names."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Tuple):
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(target.elts)
                pairs = list(zip(target.elts, values, strict=True))
            else:
                pairs = [(target, node.value)]
            for name, value in pairs:
                if isinstance(name, ast.Name) and name.id.lstrip("_").isupper() and is_number(value):
                    yield name.id


def is_number(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float) and not isinstance(value.value, bool)
    if isinstance(value, ast.UnaryOp):
        return is_number(value.operand)
    if isinstance(value, ast.BinOp):
        return any(map(is_number, (value.left, value.right)))
    if isinstance(value, ast.Tuple | ast.List):
        return bool(value.elts) and all(map(is_number, value.elts))
    if isinstance(value, ast.Call):  # np.uint64(...), int(...), max(...)
        made = ast.unparse(value.func).split(".")[-1]
        return made.startswith(("int", "uint", "float", "max", "min", "round")) and any(map(is_number, value.args))
    return False


def standing() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for named in STANDING.values():
        for module, names in named.items():
            found.setdefault(module, set()).update(names)
    return found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("NEAR = 2.5", ["NEAR"]),
        ("_NEAR: float = -2.5", ["_NEAR"]),
        ("FEWEST, MOST = 3, 11", ["FEWEST", "MOST"]),
        ("FIRST = LAST = 3", ["FIRST", "LAST"]),
        ("WINDOW = 2 * LEAST - 2", ["WINDOW"]),
        ("RANGE = (1900, 2100)", ["RANGE"]),
        ("KEY = np.uint64(21)", ["KEY"]),
        ("WORDS = 'a', 3", []),
        ("SIGN = re.compile('a{3}')", []),
        ("LOUD = True", []),
        ("T = Thresholds()", []),
    ],
)
def test_a_number_outside_of_a_record_is_seen(line: str, found: list[str]) -> None:
    assert list(numeric_constants(ast.parse(line))) == found


def test_no_module_has_a_threshold_outside_of_its_record() -> None:
    found = {module_name(path): set(numeric_constants(ast.parse(path.read_text("utf-8")))) for path in FILES}
    assert {module: names for module, names in found.items() if names} == standing()


def records() -> Iterator[tuple[str, Any]]:
    """Modules with a class Thresholds, and its instance T."""
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        if any(isinstance(node, ast.ClassDef) and node.name == "Thresholds" for node in tree.body):
            module = importlib.import_module(module_name(path))
            assert type(module.T) is module.Thresholds
            yield module.__name__, module.T


def test_every_threshold_has_a_unit_a_meaning_and_a_command_that_exists() -> None:
    seen = 0
    for _, record in records():
        fields = thresholds(record)  # says which has none
        assert len(fields) == len(dataclasses.fields(record)) > 0
        seen += len(fields)
        for field in fields:
            assert type(field.value) in (int, float), field
            command = field.command.split()
            assert command[0] == "python" and (ROOT / command[1]).is_file(), field
    assert seen > 100


def test_a_record_cannot_be_changed() -> None:
    from cleaners.scripts import regions

    with pytest.raises(dataclasses.FrozenInstanceError):
        regions.T.sample = 1


def test_a_threshold_without_unit_or_meaning_is_refused() -> None:
    with pytest.raises(ValueError, match="no unit"):
        threshold(3, " ", "lines that make a list")
    with pytest.raises(ValueError, match="no meaning"):
        threshold(3, "lines", "")

    @dataclasses.dataclass(frozen=True)
    class Bare:
        lines: int = 3

    with pytest.raises(ValueError, match=r"lines has no unit"):
        thresholds(Bare())


def test_what_measures_it_is_the_sensitivity_of_its_module_where_nothing_else_is_told() -> None:
    @dataclasses.dataclass(frozen=True)
    class Two:
        near: float = threshold(2.5, "bits", "behind the best")
        long: int = threshold(80, "characters", "of a line", "python benchmarks/scripts.py")

    near, long = thresholds(Two(near=3.0))
    assert (near.name, near.value, near.unit, near.meaning) == ("near", 3.0, "bits", "behind the best")
    assert near.command == f"python benchmarks/sensitivity.py --only {__name__}"
    assert long.command == "python benchmarks/scripts.py"


def sensitivity() -> ModuleType:
    """benchmarks/sensitivity.py as a module; the path of imports is left as it was."""
    spec = importlib.util.spec_from_file_location("sensitivity", ROOT / "benchmarks" / "sensitivity.py")
    assert spec is not None and spec.loader is not None
    module, before = importlib.util.module_from_spec(spec), list(sys.path)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


def test_the_benchmark_lists_every_threshold_and_shifts_it_in_those_who_import_it() -> None:
    from cleaners.restoration.mojibake import lattice, trie

    tool = sensitivity()
    found = {str(number): number for number in tool.numbers("")}
    assert {module for module, record in records()} == {number.module for number in found.values()}
    usual = found["cleaners.restoration.mojibake.trie.usual"]
    before = trie.T
    try:
        tool.put(usual, tool.shifted(usual, 1))
        assert trie.T.usual == lattice.TRIE.usual == usual.value + 2
    finally:
        tool.put(usual, usual.value)
    assert before == trie.T and lattice.TRIE is trie.T


def test_the_list_tells_unit_meaning_and_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sensitivity.py", "--list", "--only", "scripts.regions"])
    assert sensitivity().main() == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("cleaners.scripts.regions.sample = 20000 code points: of a text")
    assert first.endswith("[python benchmarks/sensitivity.py --only scripts.regions]")
    assert last == "3 numbers in 1 modules"
