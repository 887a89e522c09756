"""Flags win over environment, environment over file, file over defaults; and secrets stay secret."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.settings import Settings, load_settings, resolve, tonight


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QINGWEN_RUNNER", raising=False)
    return tmp_path


def test_each_layer_wins_over_the_one_below(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().runner == "processes"
    (here / "qingwen.toml").write_text('runner = "dask"\nworkers = 3\n')
    assert resolve()[1]["runner"] == "qingwen.toml"
    assert load_settings().runner == "dask"
    monkeypatch.setenv("QINGWEN_RUNNER", "here")
    settings, origin = resolve()
    assert (settings.runner, origin["runner"], settings.workers) == ("here", "QINGWEN_RUNNER", 3)
    settings, origin = resolve({"runner": "processes", "workers": None})
    assert (settings.runner, origin["runner"]) == ("processes", "flag")
    assert (settings.workers, origin["workers"], origin["delay"]) == (3, "qingwen.toml", "default")


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGWEN_EXCLUDE", "*/tag/*,*/page/*")
    assert load_settings().exclude == ("*/tag/*", "*/page/*")


def test_another_file_can_be_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "other.toml").write_text("workers = 5\n")
    assert load_settings(config=here / "other.toml").workers == 5
    monkeypatch.setenv("QINGWEN_CONFIG", str(here / "other.toml"))
    assert load_settings().workers == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wrkers = 2\n", "unknown setting 'wrkers'"),
        ("workers = -1\n", "--workers (from qingwen.toml)"),
        ("workers = [\n", "qingwen.toml:"),
        ('timezone = "Mars/Olympus"\n', "no such time zone"),
        ('contact = "a\\nb"\n', "one line"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(here: Path, text: str, says: str) -> None:
    (here / "qingwen.toml").write_text(text)
    with pytest.raises(UsageError) as told:
        load_settings()
    assert says in str(told.value) and "\n" not in str(told.value)


def test_a_named_file_must_be_there(here: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_settings(config=here / "nothing.toml")


def test_a_webhook_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGWEN_ON_FAILURE_WEBHOOK", "https://hooks.example/T0K3N")
    settings = load_settings()
    assert "T0K3N" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.on_failure_webhook is not None
    assert settings.on_failure_webhook.get_secret_value().endswith("T0K3N")


def test_the_policy_is_made_of_the_settings() -> None:
    assert load_settings().policy().script == "Hans"
    policy = load_settings({"script": "keep", "punctuation": False}).policy()
    assert policy.script is None and not policy.punctuation


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_tonight_is_a_date_in_the_zone_of_the_run() -> None:
    assert abs((tonight("Asia/Shanghai") - dt.datetime.now(dt.UTC).date()).days) <= 1


@pytest.mark.parametrize(
    "url", ["reports.example.org", "file:///out", "https://me:word@a.example/", "https://a.example/?a=1"]
)
def test_an_address_of_reports_that_could_not_be_opened_or_told_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--reports-url"):
        load_settings({"reports_url": url})
