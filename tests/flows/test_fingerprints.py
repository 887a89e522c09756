"""What makes a page be cleaned again: a change of what the cleaners mean or of their rules, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from places import ROOT

from flows import fingerprints

SOURCE = '''"""A module."""


def cut(text: str, at: int = 3) -> str:
    """Its beginning."""
    return text[:at]


class Pair:
    "A class."

    first: int = 1
'''


@pytest.mark.parametrize(
    "other",
    [
        SOURCE.replace('"""A module."""', "# no docstring\n"),
        SOURCE.replace('    """Its beginning."""\n', ""),
        SOURCE.replace("text[:at]", "text[ :at ]  # from the start"),
        SOURCE.replace('    "A class."\n', '    """Two of them."""\n'),
    ],
)
def test_comments_docstrings_and_layout_mean_nothing(other: str) -> None:
    assert fingerprints.meaning(other.encode()) == fingerprints.meaning(SOURCE.encode())


@pytest.mark.parametrize(
    "other", [SOURCE.replace("= 3", "= 4"), SOURCE.replace("[:at]", "[at:]"), SOURCE.replace("first", "second")]
)
def test_a_change_of_meaning_tells(other: str) -> None:
    assert fingerprints.meaning(other.encode()) != fingerprints.meaning(SOURCE.encode())


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cleaners in a folder that a test may change."""
    folder = tmp_path / "cleaners"
    shutil.copytree(ROOT / "cleaners", folder, ignore=shutil.ignore_patterns("charmodel.bin", "__pycache__"))
    monkeypatch.setattr(fingerprints, "_package", lambda: folder)
    for function in (fingerprints.cleaner_version, fingerprints.rules_digest):
        function.cache_clear()
    yield folder
    for function in (fingerprints.cleaner_version, fingerprints.rules_digest):
        function.cache_clear()


def fresh() -> tuple[str, str]:
    fingerprints.cleaner_version.cache_clear()
    fingerprints.rules_digest.cache_clear()
    return fingerprints.cleaner_version(), fingerprints.rules_digest()


def test_version_and_rules_follow_the_files(copied: Path) -> None:
    before = fresh()
    module = copied / "policy.py"
    module.write_text("# a remark\n" + module.read_text())
    assert fresh() == before
    module.write_text(
        module.read_text().replace("punctuation: bool = field(default=True", "punctuation: bool = field(default=False")
    )
    assert fresh()[0] != before[0] and fresh()[1] == before[1]
    rules = copied / "lexicons" / "boilerplate.toml"
    rules.write_text(rules.read_text() + "\n# a rule file counts by its bytes\n")
    assert fresh()[1] != before[1]
