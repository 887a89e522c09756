"""Fixtures of the flows' tests: a dataset in a temporary folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import write_pages
from duplicate_nights import Order

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


@pytest.fixture(scope="session")
def run_into() -> Callable[..., dict[str, Any]]:
    """run_into(out, folder, night=0, **settings): a nightly run in this process, `night` days after 1 March 2026."""
    from flows.nights.night import run_night

    def run(out: Path, *sources: Path | str, night: int = 0, **settings: Any) -> dict[str, Any]:
        chosen = Settings(**{"out": out, "runner": "here", "shard_pages": 5, "max_rejected": 1.0, **settings})
        return run_night([str(s) for s in sources], out, NIGHT + dt.timedelta(days=night), chosen)

    return run


@pytest.fixture
def run(out: Path, run_into: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """run(folder, night=0, **settings): the same, into the test's own folder."""

    def run(*sources: Path | str, night: int = 0, out: Path = out, **settings: Any) -> dict[str, Any]:
        return run_into(out, *sources, night=night, **settings)

    return run


@pytest.fixture
def order(out: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    """order({name: text}, night=0): a run over pages that are cleaned already; a form feed parts documents."""

    from flows.pages import SourcePage
    from flows.store import runs, shards
    from schemas.records import CleanPage, Document, Quality

    def clean(page: Any, raw: Any, policy: Any, seconds: Any) -> CleanPage:
        texts = raw.get(page.raw_sha256).decode().split("\f")
        made = (Document(f"第{n}篇", t, language="zh", quality=Quality(len(t))) for n, t in enumerate(texts))
        return CleanPage(tuple(made), (), "utf-8")

    monkeypatch.setattr(shards, "_clean", clean)

    def order(texts: dict[str, str], night: int = 0, out: Path = out, backwards: bool = False) -> dict[str, Any]:
        pages = [SourcePage(f"https://{name}.example/", data=text.encode()) for name, text in texts.items()]
        if backwards:
            pages.reverse()
        night_of = NIGHT + dt.timedelta(days=night)
        return runs.conduct(out, runs.Order("nightly", night_of, {"n": sorted(texts)}, lambda state: pages))

    return order
