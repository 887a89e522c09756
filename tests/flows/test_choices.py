"""A field of Policy stands in one place: settings, flags and sources files are made of the fields."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest
from places import ROOT

from cleaners.policy import Policy
from flows.choices import choices, policy_of, with_policy
from flows.cli import datasets, pages, run
from flows.errors import UsageError
from flows.settings import Settings, load_settings
from flows.sources import understand
from flows.sources.toml import KEYS

NAMES = [one.name for one in fields(Policy)]
RULES = '[[site]]\nhost = "news.example.cn"\nlines = ["渠水新闻，天天更新"]\n'


@dataclass(frozen=True, slots=True)
class Wider(Policy):
    """Policy with fields that it does not have, of the kinds that are easily added."""

    dashes: bool = field(default=True, metadata={"help": "restore dashes"})
    longest: int = field(default=80, metadata={"help": "characters"})
    kept: str | None = field(default=None, metadata={"help": "what is kept", "choices": ("all",), "none": "nothing"})


def other(name: str, folder: Path) -> Any:
    """A value of a field, as users give it, that is not the default."""
    (choice,) = (choice for choice in choices() if choice.name == name)
    if choice.read is not None:
        (folder / "rules.toml").write_text(RULES, "utf-8")
        return str(folder / "rules.toml")
    return next(word for word in choice.words if word != choice.default) if choice.words else not choice.default


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_a_setting_a_flag_and_a_key_of_a_sources_file(name: str) -> None:
    help_text = next(one.metadata["help"] for one in fields(Policy) if one.name == name)
    assert Settings.model_fields[name].description == help_text
    for command in (run.run, datasets.reclean):
        assert name in inspect.signature(command).parameters
    for command in (pages.clean, pages.explain):
        assert name in pages.PRINTED or name in inspect.signature(command).parameters
    assert name in KEYS


@pytest.mark.parametrize("name", NAMES)
def test_what_is_given_for_a_field_reaches_the_policy(name: str, tmp_path: Path) -> None:
    given = other(name, tmp_path)
    changed = load_settings({name: given}).policy()
    assert getattr(changed, name) != getattr(Policy(), name)
    assert changed.digest() != Policy().digest()
    assert policy_of({name: given}) == changed
    (tmp_path / "page.txt").write_text("渠修好了。", "utf-8")
    said = f'[[source]]\nname = "a"\nfrom = "page.txt"\n{name} = {str(given).lower() if isinstance(given, bool) else repr(given)}\n'
    (tmp_path / "sources.toml").write_text(said, "utf-8")
    (source,) = understand([str(tmp_path / "sources.toml")], load_settings())
    assert source.policy == changed


def test_a_field_that_is_added_is_known_everywhere() -> None:
    known = {choice.name: choice for choice in choices(Wider)}
    assert list(known) == [*NAMES, "dashes", "longest", "kept"]
    assert known["kept"].default == "nothing" and known["longest"].kind is int
    policy = policy_of({"dashes": False, "longest": 12, "kept": "all"}, Wider())
    assert policy == Wider(dashes=False, longest=12, kept="all")
    assert policy_of({"kept": "nothing"}, policy).kept is None  # type: ignore[attr-defined]
    got: list[dict[str, Any]] = []

    @with_policy(policy=Wider)
    def command(file: str, policy: dict[str, Any]) -> int:
        got.append({"file": file, **policy})
        return 0

    assert {"dashes", "longest", "kept"} <= set(inspect.signature(command).parameters)
    given = dict.fromkeys(inspect.signature(command).parameters) | {"file": "a", "longest": 12}
    assert command(**given) == 0 and got == [{"file": "a", "longest": 12}]


def test_what_is_none_of_the_words_is_told_with_its_place() -> None:
    with pytest.raises(UsageError, match=r"--script: 'Hanz' is none of Hans, Hant, Hant-TW, Hant-HK, keep"):
        policy_of({"script": "Hanz"})


def test_no_other_file_of_flows_names_a_field() -> None:
    """As an argument, an attribute or a key; by itself the word is also the name of a step."""
    for path in sorted((ROOT / "flows").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            key = getattr(node.slice, "value", None) if isinstance(node, ast.Subscript) else None
            assert "punctuation" not in (getattr(node, "arg", None), getattr(node, "attr", None), key), path
