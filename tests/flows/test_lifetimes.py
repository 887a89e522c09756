"""The command as it is used, with Prefect's own ephemeral server: signals leave no process, and the next run completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from processes import alive, children, eventually

from schemas import load

TEXT = "第{n}页：院子里的石榴熟了，{m}个孩子围着树站成一圈，等着奶奶用竹竿把它们打下来。"
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()", "run"]


def fill(folder: Path, pages: int) -> Path:
    folder.mkdir()
    for n in range(pages):
        body = "\n".join(TEXT.format(n=n, m=m) for m in range(4))
        (folder / f"{n:05}.txt").write_text(body, encoding="utf-8")
    return folder


def command(folder: Path, out: Path) -> list[str]:
    return [*COMMAND, str(folder), "--out", str(out), "--date", "2026-03-01", "--runner", "processes", "--workers", "2"]


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("moment", ["server", "shards"])
def test_a_run_that_is_ended_leaves_nothing_and_the_next_one_completes_it(
    tmp_path: Path, how: signal.Signals, moment: str
) -> None:
    """The signal goes to the parent alone, while Prefect's server starts or while shards are at work."""
    folder, out = fill(tmp_path / "pages", 1000), tmp_path / "out"
    environment = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
    environment |= {"PREFECT_HOME": str(tmp_path / "home"), "QINGWEN_SHARD_PAGES": "20"}
    run = command(folder, out)
    parent = subprocess.Popen(run, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if moment == "server":
            assert eventually(lambda: any("uvicorn" in line_of(pid) for pid in children(parent.pid)), 200)
        else:
            staged = lambda: len(list(out.glob("_staging/*/shards/0*")))  # noqa: E731
            assert eventually(lambda: staged() >= 3, 400)
        below = children(parent.pid)
        parent.send_signal(how)
        assert parent.wait(60) != 0
        assert eventually(lambda: not [pid for pid in below if alive(pid)], 30)
    finally:
        parent.kill()
        parent.wait()
    assert not out.exists() or not list(out.glob("_commits/*.json"))
    done = subprocess.run(run, env=environment, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode()
    pages = load("pages", out).to_pylist()
    assert Counter(row["status"] for row in pages) == {"cleaned": 1000}
    assert len({row["page_id"] for row in pages}) == 1000


@pytest.mark.xdist_group("prefect")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_group_ends_a_run_at_once(
    tmp_path: Path, prefect_api: str, prefect_home: Path, how: signal.Signals
) -> None:
    """As a terminal sends Ctrl-C, and `timeout` SIGTERM: Prefect's server must still be there to be told.

    Its own server does not die of either, for it has a session of its own: one signal is sent to a run with such a
    server, the other, which ends the workers too, to a run that tells another one.
    """
    folder, out = fill(tmp_path / "pages", 900), tmp_path / "out"
    environment = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
    environment |= {"PREFECT_HOME": str(prefect_home), "QINGWEN_SHARD_PAGES": "20"}
    if how is signal.SIGTERM:
        environment["PREFECT_API_URL"] = prefect_api
    run = command(folder, out)
    parent = subprocess.Popen(
        run, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        assert eventually(lambda: len(list(out.glob("_staging/*/shards/0*"))) >= 3, 400)
        below = children(parent.pid)
        os.killpg(parent.pid, how)
        _, told = parent.communicate(timeout=40)
        assert parent.returncode == 130
        assert "stopped; the same command again completes the run" in told.decode()
        assert eventually(lambda: not [pid for pid in below if alive(pid)], 30)
    finally:
        parent.kill()
        parent.wait()


def line_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
