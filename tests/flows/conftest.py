"""Fixtures of the flows' tests: a dataset in a temporary folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
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
