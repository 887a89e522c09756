"""What the commands share: what they are given, the examples of their help, the one place that prints."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import typer

from flows.cli.examples import EXAMPLES, of
from flows.cli.given import dataset_folder, day_of
from flows.cli.handing import add_to
from flows.cli.printing import complain, say, show_json
from flows.errors import UsageError


def test_what_is_given_is_refused_by_its_name(tmp_path: Path) -> None:
    assert dataset_folder(tmp_path) == tmp_path
    assert day_of("--date", "2026-03-01") == dt.date(2026, 3, 1)
    with pytest.raises(UsageError, match="no such folder"):
        dataset_folder(tmp_path / "absent")
    with pytest.raises(UsageError, match=r"--date: '1 March' is no date"):
        day_of("--date", "1 March")


def test_examples_call_the_command_whose_help_they_end() -> None:
    assert all(f"qingwen {command}" in line for command, lines in EXAMPLES.items() for line in lines)
    assert of("run") == "\b\nExamples:\n" + "\n".join(f"  {line}" for line in EXAMPLES["run"])
    assert of("absent") is None


def test_commands_that_hand_on_are_added_to_the_others() -> None:
    app = typer.Typer()
    add_to(app)
    assert {command.name or command.callback.__name__ for command in app.registered_commands if command.callback} == {
        "export",
        "diff",
    }


def test_nothing_that_is_printed_is_obeyed_by_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("甲\x1b[31m乙")
    complain("丙\r丁")
    show_json('{"title": "\x9b32m"}')
    out, err = capsys.readouterr()
    assert not set(out + err) & {"\x1b", "\r", "\x9b"}
    assert "甲" in out and "丙" in err
