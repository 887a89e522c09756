"""What the documents say is so: generated ones are up to date, commands exist, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.cli.main import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    "README.md",
    "README.zh-CN.md",
    *sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md") if path.name != "damaged-datasets.md"
    ),
]
COMMANDS = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}


def test_references_and_dictionaries_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import make_reference

    assert make_reference.unused() == []
    for path, text in make_reference.pages().items():
        assert path.read_text("utf-8") == text, "say `make reference`"


def test_every_meaning_in_the_chinese_dictionary_is_in_chinese() -> None:
    text = (ROOT / "docs" / "zh" / "data-dictionary.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    assert len(rows) > 250
    assert [row for row in rows if not re.search(r"[\u4e00-\u9fff][^|]*\|$", row)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_named_exists(name: str) -> None:
    named = set(re.findall(r"(?:^|`|&& )qingwen ([a-z]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    assert named or name not in ("README.md", "README.zh-CN.md", "docs/operations.md", "docs/reference.md")
    assert named <= COMMANDS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / name).parent / target).exists(), target


def test_what_contributing_names_is_there() -> None:
    """Whoever follows the table of ordinary changes finds each file."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`((?:cleaners|flows|schemas|tests|benchmarks|scripts)/[\w./-]+)", text))
    assert len(named) > 20
    missing = [name for name in named if not (ROOT / name).exists() and "NAME" not in name]
    assert missing == []
    for name in re.findall(r"`make (\w+)", text):
        assert f"\n{name}:" in (ROOT / "Makefile").read_text("utf-8"), name
    for name in re.findall(r"`([A-Z_]{4,})`", text):
        assert any(name in path.read_text("utf-8") for path in ROOT.glob("*/**/*.py")), name
