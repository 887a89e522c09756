"""On a Dask cluster: the same tables as on one machine, also when a worker is killed; and one line where there is none."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import signal
from pathlib import Path
from typing import Any

import pool_work
import pytest
from pool_work import shard
from processes import children, eventually

from flows.errors import UsageError
from flows.nights.night import run_night
from flows.pages import Shard, ShardResult
from flows.running import runners
from flows.running.runners import run_shards
from flows.settings import Settings
from schemas import load

needs_dask = pytest.mark.skipif(importlib.util.find_spec("prefect_dask") is None, reason="the extra is not installed")
TEXT = "第{n}封信里说，村口的老槐树今年开了{n}串花，孩子们在树下等了一个下午。"
KEYS = {
    "pages": ["page_id", "status", "raw_sha256", "documents"],
    "documents": ["id", "text_sha256"],
    "sections": ["document_id", "ordinal"],
    "edits": ["page_id", "seq", "before", "after"],
    "rejects": ["page_id", "stage", "reason"],
    "duplicates": ["document_id", "duplicate_of", "kind", "jaccard", "cluster_size"],
}


def tables(out: Path) -> dict[str, Any]:
    return {name: sorted(map(str, load(name, out, columns=columns).to_pylist())) for name, columns in KEYS.items()}


@needs_dask
@pytest.mark.long
def test_a_page_that_hangs_or_kills_costs_that_page() -> None:
    chosen = Settings(runner="dask", workers=2, page_seconds=2.0)
    shards = [shard(0, "a", "hang", "b"), shard(1, "die", "a"), shard(2, *"abc")]
    done = {result.name: dict(result.statuses) for result in run_shards(shards, pool_work.work, chosen)}
    assert done == {
        "0": {"cleaned": 2, "rejected": 1},
        "1": {"cleaned": 1, "rejected": 1},
        "2": {"cleaned": 3, "rejected": 0},
    }
    assert eventually(lambda: not [pid for pid in children(os.getpid()) if "running.worker" in command(pid)])


@needs_dask
@pytest.mark.long
def test_a_worker_that_is_killed_makes_no_difference_to_the_tables(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for n in range(600):
        (folder / f"{n:04}.txt").write_text(TEXT.format(n=n) * (n % 7), encoding="utf-8")
    night = dt.date(2026, 3, 1)
    plain = Settings(runner="here", shard_pages=20, max_rejected=1.0)
    run_night([str(folder)], tmp_path / "plain", night, plain, runners.run_shards)
    killed: list[int] = []

    def killing(shards: Any, work: Any, settings: Any) -> Any:
        """The runner, with a Dask worker killed after the second and the fifth shard."""
        for count, result in enumerate(run_shards(shards, work, settings)):
            if count in (2, 5):
                below = children(os.getpid())
                busy = [pid for pid in below if any("running.worker" in command(c) for c in children(pid))]
                dask = [pid for pid in busy if "spawn_main" in command(pid)]
                os.kill(dask[-1], signal.SIGKILL)
                killed.append(dask[-1])
            yield result

    chosen = Settings(runner="dask", workers=2, shard_pages=20, max_rejected=1.0)
    run_night([str(folder)], tmp_path / "dask", night, chosen, killing)
    assert len(killed) == 2
    assert tables(tmp_path / "dask") == tables(tmp_path / "plain")


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def test_a_cluster_that_is_not_installed_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "prefect_dask", None)
    with pytest.raises(UsageError, match="--runner dask needs the extra"):
        list(run_shards([shard(0)], pool_work.work, Settings(runner="dask")))


@needs_dask
@pytest.mark.long
def test_a_scheduler_that_does_not_answer_is_told_in_one_line() -> None:
    chosen = Settings(runner="dask", dask_address="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match="no scheduler answers"):
        list(run_shards([shard(0)], pool_work.work, chosen))


def test_a_shard_travels_as_bytes() -> None:
    """What a Dask worker gets says all of it: no look-up in a process that it does not share."""
    import pickle

    from flows.running.dask import clean_packed, close_pools

    one: Shard = shard(3, "a", "b")
    result: ShardResult = clean_packed(3, pickle.dumps((pool_work.work, one, 5.0)))
    close_pools()
    assert result.statuses["cleaned"] == 2
