"""What holds for every test: where compiled modules are kept, how hypothesis behaves where mutants are tried,
and one Prefect server for the whole session."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# A mutant's run repeats the tests in forked processes, where a found example must be found again in the same way.
settings.register_profile(
    "mutants",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),  # that an example fails is enough: it is not made smaller
    suppress_health_check=list(HealthCheck),
)
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("mutants")


def pytest_configure(config: pytest.Config) -> None:
    """Where the environment forbids Python to keep what it compiles (containers often do), each of the many processes
    that the tests start would compile Prefect anew: five seconds of processor time, and ten for its server. They keep
    it in pytest's cache instead."""
    cache = getattr(config, "cache", None)  # the mutants' runs have none
    if cache is not None and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(cache.mkdir("bytecode"))
        sys.dont_write_bytecode = False


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server with a database of its own, for flows in this process and in children.

    The user's profile, home and database are not touched. Tests that use it belong to xdist group "prefect".
    """
    import flows.prefect_env  # noqa: F401  (before anything imports Prefect)

    names = ("PREFECT_HOME", "PREFECT_PROFILES_PATH")
    before = {name: os.environ.get(name) for name in names}
    home = tmp_path_factory.mktemp("prefect")
    os.environ.update(PREFECT_HOME=str(home), PREFECT_PROFILES_PATH=str(home / "profiles.toml"))
    try:
        from prefect.settings import PREFECT_API_URL
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=120):
            yield str(PREFECT_API_URL.value())
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@pytest.fixture
def prefect_home(prefect_api: str, tmp_path: Path) -> Path:
    """A PREFECT_HOME for a run that starts a server of its own: with its database made, which takes longest."""
    from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL

    home = tmp_path / "prefect-home"
    home.mkdir()
    made = str(PREFECT_SERVER_DATABASE_CONNECTION_URL.value()).partition("///")[2]
    with (
        contextlib.closing(sqlite3.connect(made)) as full,
        contextlib.closing(sqlite3.connect(home / "prefect.db")) as new,
    ):
        full.backup(new)
    return home
