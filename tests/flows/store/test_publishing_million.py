"""A million short documents: the benchmark's own way, with what must hold of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

BENCHMARK = ROOT / "benchmarks" / "datasets.py"
BOUND_MEGABYTES = 500


def figures(tmp_path: Path, *arguments: str) -> dict[str, dict[str, float]]:
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), "--out", str(tmp_path), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    print(done.stdout)
    return {name: json.loads(rest) for name, _, rest in (line.partition(": ") for line in done.stdout.splitlines())}


@pytest.mark.long
def test_a_million_documents_in_bounded_memory(tmp_path: Path) -> None:
    found = figures(tmp_path, "--documents", "1000000", "--nights", "1")
    assert found["night 2026-03-01"]["peak_megabytes"] < BOUND_MEGABYTES
    assert found["check"]["rows"] == 5_000_001, "a negative number is that of the problems"
    for reader in ("pandas", "polars", "pyarrow.dataset", "DuckDB", "datasets", "load", "load latest"):
        assert found[reader]["rows"] == 1_000_000, found[reader]


def test_the_benchmark_runs(tmp_path: Path) -> None:
    found = figures(tmp_path, "--documents", "600", "--changed", "0.1", "--readers", "load latest", "--inside")
    assert found["check"]["rows"] > 0
    assert found["load latest"]["rows"] == 600
    assert found["night 2026-03-02"]["pages"]["unchanged"] > 400  # type: ignore[index]
