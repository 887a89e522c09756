"""Where things are, for tests in every room."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"  # larger sets that are not part of the project; tests that use them skip without them
CASES = ROOT / "tests" / "cases"
SAMPLES = ROOT / "data" / "samples"
