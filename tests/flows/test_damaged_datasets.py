"""Whatever is damaged in OUT: no traceback, the file is named with what to do, nothing else is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from dataset_damages import (
    COMMANDS,
    DAMAGES,
    DOCS,
    ENGLISH,
    NAME,
    ROWS,
    Damage,
    Words,
    all_rows,
    cells,
    chinese,
    fresh,
    make,
    page,
    row,
    spoil,
    tell,
)

REMEDY = re.compile(
    r"--repair|move (it )?away|run again|begins anew|makes it anew|made anew|comes again|delete|read it with|sees to it"
)
READING = ("check", "load", "latest")  # they may share a dataset, for they leave it as it is
TOLD = ("check", "run", "load", "latest", "forget", "reclean")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("damages").resolve())


@pytest.fixture(scope="module")
def rows(good: Path) -> dict[str, list[str]]:
    return all_rows(good)


def named(damage: Damage) -> str:
    return f"{damage.where} {damage.name}"


def each(step: int) -> list[Any]:
    """All damages, of which the suite takes every second or third and the long run the others."""
    marks = [() if n % step == 0 else pytest.mark.long for n in range(len(DAMAGES))]
    return [pytest.param(d, marks=m, id=named(d)) for d, m in zip(DAMAGES, marks, strict=True)]


@pytest.mark.parametrize("damage", each(2))
def test_a_damage_is_named_by_every_command(damage: Damage, good: Path) -> None:
    written = True
    for command, code in sorted(zip(TOLD, damage.codes, strict=False), key=lambda told: told[0] not in READING):
        if code == "-":
            continue
        if written:
            out = fresh(good.parent, good)
            path = spoil(out, damage)
        written = command not in READING
        found, output = tell(out, command)
        assert (command, found) == (command, int(code)), output
        assert "Traceback" not in output and "QINGWEN_TRACE" not in output, output
        if found:
            where = path.relative_to(out).as_posix()
            complaints = [line for line in output.splitlines() if line.startswith(("problem:", "qingwen:"))]
            assert any(where in line or where in line.replace("\\", "/") for line in complaints), (command, output)
            assert any(where in line and REMEDY.search(line) for line in complaints), (command, output)


@pytest.mark.parametrize("damage", each(3))
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
    assert len(DAMAGES) >= 40
    tried = [(damage, cells(good.parent, good, damage)) for damage in DAMAGES[::13]]
    for path, words in ((DOCS / NAME, ENGLISH), (DOCS / "zh" / NAME, chinese())):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(page(words, [])), path
        for damage, said in tried:
            assert f"\n{row(words, damage, said)}\n" in text, "python tests/support/dataset_damages.py"
        assert len(text.removeprefix(page(words, [])).splitlines()) == len(DAMAGES)


def test_every_damage_has_its_name_in_chinese() -> None:
    assert chinese().names is not None and chinese().names.keys() == {damage.name for damage in DAMAGES}
    with pytest.raises(SystemExit, match="no word for the damage 'empty'"):
        row(Words("", [], {}), DAMAGES[0], [])


def test_every_command_is_tried() -> None:
    assert all(len(damage.codes) == len(COMMANDS) for damage in DAMAGES)
