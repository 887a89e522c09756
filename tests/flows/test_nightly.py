"""The nightly flow in Prefect: it runs at all, it runs ours, it reports, and its failures look like failures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.errors import GateFailed
from flows.settings import Settings
from schemas import load

pytestmark = pytest.mark.xdist_group("prefect")


def test_an_empty_flow_runs(prefect_api: str) -> None:
    """With a fastapi that is too new every flow of this Prefect dies, whatever is in it."""
    from prefect import flow

    @flow
    def empty() -> str:
        return "done"

    assert empty() == "done"


def test_the_environment_is_set_before_prefect_reads_it(prefect_api: str) -> None:
    from prefect.settings import PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS as SECONDS

    assert SECONDS.value() == 120


def test_the_flow_writes_tables_and_artifacts(prefect_api: str, pages: Path, out: Path) -> None:
    from prefect.artifacts import Artifact
    from prefect.client.orchestration import get_client

    from flows.nightly import nightly

    settings = Settings(out=out, runner="here", shard_pages=20, max_rejected=1.0)
    summary = nightly([str(pages)], str(out), settings=settings)
    assert summary["counts"]["pages"] == 24
    assert load("pages", out).num_rows == 24
    assert Artifact.get("run-report").data.startswith(f"# nightly {summary['run_id']}")  # type: ignore[union-attr]
    assert Artifact.get("run-counts") is not None
    with get_client(sync_client=True) as client:
        tasks = [t for t in client.read_task_runs(limit=200) if t.flow_run_id]
    assert len(tasks) <= 10, "a task is a shard, never a page"


def test_a_gate_that_fails_fails_the_flow_and_keeps_the_rows(prefect_api: str, pages: Path, out: Path) -> None:
    from flows.nightly import nightly

    settings = Settings(out=out, runner="here", max_rejected=0.0)
    with pytest.raises(GateFailed) as failed:
        nightly([str(pages)], str(out), settings=settings)
    summary: dict[str, Any] = failed.value.summary  # type: ignore[attr-defined]
    assert summary["problems"]
    assert load("pages", out).num_rows == 24
