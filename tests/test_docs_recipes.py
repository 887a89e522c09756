"""The recipes under docs/recipes: what can be known of them without a machine to install them on."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from documented import blocks, code_of

from flows.cli.main import app
from flows.settings import Settings

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "docs" / "recipes"
UNITS = sorted([*RECIPES.glob("*.service"), *RECIPES.glob("*.timer")])
NOT_RUN = {"a machine of one's own": 2, "Docker": 1}  # why, and how many blocks


def options_of(words: list[str], group: Any) -> None:
    """Each word that a command is called with is one it has. Raises AssertionError."""
    known = {option for parameter in group.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for number, word in enumerate(words):
        if word.startswith("--"):
            assert word.partition("=")[0] in known, f"{word}: no option of {group.name}"
        elif word in getattr(group, "commands", {}):
            return options_of(words[number + 1 :], group.commands[word])
    assert not getattr(group, "commands", {}), f"{' '.join(words)}: no such command"


def check_command(words: list[str]) -> None:
    """A command of ours or of Prefect's, with the options that it has."""
    name = Path(words[0]).name
    if name == "qingwen":
        options_of(words[1:], typer.main.get_command(app))
    else:
        assert name == "prefect", words
        import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

        from prefect.cli._app import _app  # isort: skip  (the public `app` would run it)

        named = [word for word in words[1:] if word != "--no-prompt"]  # that one is read before the others
        try:
            _app.parse_args(named, exit_on_error=False, print_error=False)
        except Exception as error:
            raise AssertionError(f"{' '.join(words)}: {error}") from error


def commands() -> dict[str, list[str]]:
    """Every command that a unit or a service of the compose file starts, each once."""
    found: dict[str, list[str]] = {}
    for unit in UNITS:
        for line in re.findall(r"^ExecStart(?:Post)?=(.+)$", unit.read_text("utf-8"), re.M):
            words = shlex.split(line)
            found[" ".join([Path(words[0]).name, *words[1:]])] = words
    for service in compose()["services"].values():
        found[" ".join(service["command"])] = service["command"]
    return found


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((RECIPES / "compose.yaml").read_text("utf-8")))


@pytest.mark.parametrize("command", commands())
def test_every_command_of_a_recipe_exists(command: str) -> None:
    check_command(commands()[command])


def test_a_command_that_is_none_is_found() -> None:
    for wrong in (["qingwen", "rum", "pages"], ["qingwen", "run", "pages", "--quite"], ["prefect", "wrker", "start"]):
        with pytest.raises(AssertionError):
            check_command(wrong)


def test_units_are_in_order(tmp_path: Path) -> None:
    """systemd reads them without a word, the commands standing where they say."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    (tmp_path / "bin").mkdir()
    for name in ("qingwen", "prefect"):
        (tmp_path / "bin" / name).symlink_to("/bin/true")
    copies = []
    for unit in UNITS:
        copies.append(tmp_path / unit.name)
        text = unit.read_text("utf-8").replace("/srv/qingwen/.venv/bin", f"{tmp_path}/bin")
        copies[-1].write_text(text.replace("/srv/qingwen", str(tmp_path)), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", *map(str, copies)], capture_output=True, text=True, timeout=60)
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert said == []


def test_the_environment_file_sets_settings() -> None:
    names = re.findall(r"^(?:# )?(QINGWEN_\w+)=", (RECIPES / "qingwen.env").read_text("utf-8"), re.M)
    assert len(names) == 3
    assert all(name.removeprefix("QINGWEN_").lower() in Settings.model_fields for name in names)


def test_the_compose_file_holds_together() -> None:
    """Services wait for services that are there, volumes are declared, the image is built from a Dockerfile."""
    told = compose()
    services = told["services"]
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    for service in services.values():
        assert (RECIPES / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).is_file()
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in told["volumes"]
    pool = deployments["definitions"]["pool"]["name"]
    assert services["pool"]["command"][3] == pool and pool in services["worker"]["command"]
    assert services["worker"]["environment"]["PREFECT_API_URL"] == services["deploy"]["environment"]["PREFECT_API_URL"]
    out = {d["parameters"]["out"] for d in deployments["deployments"]}
    assert services["worker"]["volumes"] == [f"dataset:/qingwen/{out.pop()}"] and not out


def test_the_image_is_made_of_what_is_there() -> None:
    """Each instruction is known, each path of the build exists, and it does not run as root."""
    lines = [line for line in (RECIPES / "Dockerfile").read_text("utf-8").splitlines() if line and line[0] != "#"]
    told = [line.partition(" ") for line in lines]
    assert {word for word, _, _ in told} <= {"FROM", "RUN", "USER", "WORKDIR", "COPY", "ENV", "VOLUME", "CMD"}
    assert ("RUN", " ", "sh scripts/setup.sh") in told and (ROOT / "scripts" / "setup.sh").is_file()
    assert [rest for word, _, rest in told if word == "USER"] == ["qingwen"]
    version = re.search(r"python:3\.(\d+)-slim", lines[0])
    assert version and 11 <= int(version[1]) <= 13


def test_volumes_begin_as_folders_of_the_user_that_writes_to_them() -> None:
    """A named volume takes the owner of the folder that the image has in its place, and is root's where it has none."""
    made = next(
        line for line in (RECIPES / "Dockerfile").read_text("utf-8").splitlines() if line.startswith("RUN useradd")
    )
    folders, owned = made.split("mkdir -p ")[1].split(" && chown -R qingwen ")
    for service in compose()["services"].values():
        for volume in service.get("volumes", []):
            where = volume.split(":")[1].replace("/home/qingwen", "~qingwen")
            assert where in folders.split() and any(where.startswith(folder) for folder in owned.split()), volume


def test_both_languages_show_the_same_and_what_is_not_run_is_known() -> None:
    english, chinese = blocks(RECIPES / "README.md"), blocks(ROOT / "docs" / "zh" / "recipes.md")
    assert [code_of(b) for b in english] == [code_of(b) for b in chinese]
    reasons = [block.value for block in english if block.key == "not run"]
    assert len(reasons) == len(english)
    assert {reason: reasons.count(reason) for reason in reasons} == NOT_RUN


def test_every_file_named_is_there() -> None:
    for page in (RECIPES / "README.md", ROOT / "docs" / "zh" / "recipes.md"):
        text = page.read_text("utf-8")
        for name in re.findall(r"docs/recipes/([\w.-]+)", "".join(b.body for b in blocks(page))):
            assert (RECIPES / name).is_file(), name
        assert all(unit.name in text for unit in UNITS)
