"""A full disk and a read-only one: a clear error, nothing torn, and the next run completes.

Needs a small file system of its own, so it runs in a user and mount namespace where the kernel allows that.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import write_pages
from places import ROOT

SCRIPT = """
import datetime as dt, gc, json, pathlib, subprocess, sys
from dataset_killing import torn, unlike
from flows.reports.checking import check
from flows.errors import QingwenError
from flows.nights.night import run_night
from flows.settings import Settings

pages, disk, reference, sizes = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), json.loads(sys.argv[4])
night = dt.date(2026, 3, 1)

def settings(out):
    return Settings(out=out, runner="here", shard_pages=8, max_rejected=1.0)

def mount(options, remount=True):
    subprocess.run(["mount", "-t", "tmpfs", "-o", ("remount," if remount else "") + options, "tmpfs", disk], check=True)

def attempt(out):
    try:
        run_night([pages], out, night, settings(out))
        return ["done", 0, ""]
    except QingwenError as error:
        return [type(error).__name__, error.exit_code, str(error)]

run_night([pages], reference, night, settings(reference))
for n, size in enumerate(sizes):
    mount(f"size={size}k", remount=False)
    out = pathlib.Path(disk, "out")
    told = {"size": size, "first": attempt(out), "torn": torn(out)}
    mount("size=64m")
    told.update(second=attempt(out), unlike=unlike(out, reference), problems=check(out).problems)
    gc.collect()  # a file open for writing would keep the disk from becoming read-only
    mount("ro,size=64m")
    told.update(read_only=attempt(out), still=check(out).problems)
    print(json.dumps(told))
    subprocess.run(["umount", disk], check=True)
"""

UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = [*UNSHARE, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def on_disks_of(sizes: list[int], tmp_path: Path) -> list[dict[str, Any]]:
    pages = write_pages(tmp_path / "pages", 24)
    (tmp_path / "disk").mkdir()
    arguments = [str(pages), str(tmp_path / "disk"), str(tmp_path / "whole"), json.dumps(sizes)]
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-c", SCRIPT, *arguments],
        cwd=ROOT / "tests" / "support",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def judge(told: dict[str, Any]) -> None:
    kind, code, message = told["first"]
    assert kind in ("done", "DiskFull"), told
    if kind == "DiskFull":
        assert code == 1 and "no space left" in message and "run again" in message and "\n" not in message
    assert told["torn"] == []
    assert told["second"][0] == "done", told
    assert told["unlike"] == [] and told["problems"] == []
    assert told["read_only"][:2] == ["OutUnwritable", 2], told
    assert told["still"] == []


@pytest.mark.skipif(not can_mount(), reason="no user namespaces here, so no file system of its own to fill")
def test_a_full_disk_and_a_read_only_one(tmp_path: Path) -> None:
    told = on_disks_of([16, 80, 200, 320, 440], tmp_path)
    assert len(told) == 5
    for one in told:
        judge(one)
    assert told[0]["first"][0] == "DiskFull"


@pytest.mark.long
@pytest.mark.skipif(not can_mount(), reason="no user namespaces here, so no file system of its own to fill")
def test_a_disk_that_fills_up_at_any_moment(tmp_path: Path) -> None:
    told = on_disks_of(list(range(8, 720, 8)), tmp_path)
    for one in told:
        judge(one)
    full = sum(one["first"][0] == "DiskFull" for one in told)
    print(f"\n{len(told)} sizes, {full} of them too small, all completed when there was room")
    assert 20 < full < len(told)
