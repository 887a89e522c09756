"""Fixtures of the flows' tests: a dataset in a temporary folder, and one Prefect server for the whole session."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import write_pages

import flows.prefect_env  # noqa: F401  (before anything imports Prefect)
from flows.settings import Settings

NIGHT = dt.date(2026, 3, 1)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of 24 generated pages, two of which are empty or binary."""
    return write_pages(tmp_path / "pages", 24, short=True)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the dataset goes; not there yet."""
    return tmp_path / "out"


@pytest.fixture
def run(out: Path) -> Callable[..., dict[str, Any]]:
    """run(folder, night=0, **settings): a nightly run in this process, `night` days after 1 March 2026."""
    from flows.nights.night import run_night

    def run(*sources: Path | str, night: int = 0, out: Path = out, **settings: Any) -> dict[str, Any]:
        chosen = Settings(**{"out": out, "runner": "here", "shard_pages": 5, "max_rejected": 1.0, **settings})
        return run_night([str(s) for s in sources], out, NIGHT + dt.timedelta(days=night), chosen)

    return run


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server with a database of its own, for flows in this process and in children.

    The user's profile, home and database are not touched. Tests that use it belong to xdist group "prefect".
    """
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
