"""Whatever is damaged in OUT: no traceback, the file is named with what to do, nothing else is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dataset_damages import COMMANDS, DAMAGES, ROWS, Damage, all_rows, fresh, make, row, spoil, tell

DOCS = Path(__file__).parents[2] / "docs" / "damaged-datasets.md"
REMEDY = re.compile(
    r"--repair|move (it )?away|run again|begins anew|makes it anew|made anew|comes again|delete|read it with|sees to it"
)
TOLD = ("check", "run", "load", "latest", "forget", "reclean")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("damages").resolve())


@pytest.fixture(scope="module")
def rows(good: Path) -> dict[str, list[str]]:
    return all_rows(good)


def named(damage: Damage) -> str:
    return f"{damage.where} {damage.name}"


@pytest.mark.parametrize("damage", DAMAGES, ids=named)
def test_a_damage_is_named_by_every_command(damage: Damage, good: Path) -> None:
    for command, code in zip(TOLD, damage.codes, strict=False):
        if code == "-":
            continue
        out = fresh(good.parent, good)
        path = spoil(out, damage)
        found, output = tell(out, command)
        assert (command, found) == (command, int(code)), output
        assert "Traceback" not in output and "QINGWEN_TRACE" not in output, output
        if found:
            where = path.relative_to(out).as_posix()
            complaints = [line for line in output.splitlines() if line.startswith(("problem:", "qingwen:"))]
            assert any(where in line or where in line.replace("\\", "/") for line in complaints), (command, output)
            assert any(where in line and REMEDY.search(line) for line in complaints), (command, output)


@pytest.mark.parametrize("damage", DAMAGES, ids=named)
def test_repairing_loses_nothing_that_is_whole(damage: Damage, good: Path, rows: dict[str, list[str]]) -> None:
    out = fresh(good.parent, good)
    spoil(out, damage)
    found, output = tell(out, "repair")
    assert found == int(damage.codes[-1]), output
    assert "QINGWEN_TRACE" not in output, output
    if not found:
        after = all_rows(out)
        for table in ROWS:
            if table != "pages":
                assert after[table] == rows[table], table
        assert [r[:40] for r in after["pages"]] == [r[:40] for r in rows["pages"]], "each page in each run"


def test_the_docs_say_what_the_commands_say(good: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    for damage in DAMAGES[::7]:
        assert row(good.parent, good, damage) in text, (
            "python tests/support/dataset_damages.py > docs/damaged-datasets.md"
        )
    assert text.count("\n| `") == len(DAMAGES) >= 40


def test_every_command_is_tried() -> None:
    assert all(len(damage.codes) == len(COMMANDS) for damage in DAMAGES)
