"""What the documents say is so: generated ones are up to date, commands exist, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.cli.main import app
from schemas.dictionary import data_dictionary

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "README.zh-CN.md", "docs/operations.md"]
COMMANDS = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}


def test_data_dictionary_is_that_of_the_schemas() -> None:
    assert (ROOT / "docs" / "data-dictionary.md").read_text("utf-8") == data_dictionary(), "say `make dictionary`"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_named_exists(name: str) -> None:
    named = set(re.findall(r"(?:^|`|&& )qingwen ([a-z]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    assert named
    assert named <= COMMANDS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / name).parent / target).exists(), target


def test_readmes_show_the_same_commands() -> None:
    def shown(name: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
        return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]

    assert shown("README.md") == shown("README.zh-CN.md")
