"""The nightly flow in Prefect: it runs at all, it runs ours, it reports, and its failures look like failures."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
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

    def tasks() -> set[Any]:
        with get_client(sync_client=True) as client:
            return {task.id for task in client.read_task_runs(limit=200) if task.flow_run_id}

    settings = Settings(out=out, runner="here", shard_pages=20, max_rejected=1.0)
    of_others = tasks()
    summary = nightly([str(pages)], str(out), settings=settings)
    assert summary["counts"]["pages"] == 24
    assert load("pages", out).num_rows == 24
    assert Artifact.get("run-report").data.startswith(f"# nightly {summary['run_id']}")  # type: ignore[union-attr]
    assert Artifact.get("run-counts") is not None
    assert 0 < len(tasks() - of_others) <= 10, "a task is a shard, never a page"


def test_a_gate_that_fails_fails_the_flow_in_words_and_keeps_the_rows(
    prefect_api: str,
    pages: Path,
    out: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Failed state with the problem and what can be done; no traceback; an alert with the counts and the night."""
    from prefect.client.orchestration import get_client

    from flows.nightly import nightly

    script = f"import sys; open({str(tmp_path / 'told')!r}, 'w').write(sys.stdin.read())"
    command = f'{sys.executable} -c "{script}"'
    monkeypatch.setenv("QINGWEN_ON_FAILURE_COMMAND", command)
    settings = Settings(out=out, runner="here", max_rejected=0.0, on_failure_command=command)
    with pytest.raises(GateFailed) as failed:
        nightly([str(pages)], str(out), dt.date(2026, 11, 22), settings=settings)
    summary: dict[str, Any] = failed.value.summary  # type: ignore[attr-defined]
    assert summary["problems"]
    assert load("pages", out).num_rows == 24
    assert "Traceback" not in caplog.text
    told = json.loads((tmp_path / "told").read_text())
    assert told["flow_run"] == "nightly 2026-11-22" and told["night"] == "2026-11-22"
    assert told["counts"]["pages"] == 24 and told["run_id"] == summary["run_id"]
    assert summary["problems"][0] in told["problem"] and "max_rejected" in told["problem"]
    assert told["flow_run_url"] and told["report"].startswith("file:")
    with get_client(sync_client=True) as client:
        (run,) = [r for r in client.read_flow_runs() if r.name == "nightly 2026-11-22"]
    assert run.state is not None and run.state.name == "Failed"
    assert run.state.message is not None and summary["problems"][0] in run.state.message


def test_wrong_usage_in_a_flow_is_one_line(prefect_api: str, out: Path, caplog: pytest.LogCaptureFixture) -> None:
    from flows.nightly import nightly

    state = nightly(["nowhere.txt"], str(out), settings=Settings(out=out, runner="here"), return_state=True)
    assert state.is_failed() and state.message == "nowhere.txt: no such file or folder"
    assert "Traceback" not in caplog.text


NO_SERVER = """
import sys
from flows.errors import QingwenError
from flows.maintenance_flows import prune_flow, reclean_flow
from flows.nightly import nightly
for flow, arguments in (
    (nightly, {"sources": ["nowhere.txt"], "out": "out"}),
    (nightly, {"sources": ["."], "out": "file/out"}),
    (nightly, {"sources": ["."], "settings": {"sites": "file"}}),
    (prune_flow, {"out": "nowhere"}),
    (reclean_flow, {"out": "nowhere"}),
):
    try:
        flow(**arguments)
    except QingwenError as error:
        print(error.told())
    state = flow(**arguments, return_state=True)
    print(state.name, state.message)
    print("prefect.server.api.server" in sys.modules)
"""


def test_wrong_use_from_python_is_told_before_a_server_starts(tmp_path: Path) -> None:
    """One process for all, for importing Prefect takes longest."""
    (tmp_path / "file").write_text("[[[")
    (tmp_path / "a.html").write_text("x")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "QINGWEN_"))}
    environment["PREFECT_HOME"] = str(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-c", NO_SERVER], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    told = done.stdout.splitlines()
    raised, states, servers = told[::3], told[1::3], told[2::3]
    assert servers == ["False"] * 5, done.stderr
    assert states == [f"Failed {line}" for line in raised]
    assert [line for line in raised if not line.startswith("file: ")] == [
        "nowhere.txt: no such file or folder",
        "--out: file/out lies under a file",
        "no such folder: nowhere",
        "no such folder: nowhere",
    ]
    assert raised[2].startswith("file: ")
