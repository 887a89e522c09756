"""Which changed decisions the suite notices: the mutants that mutmut makes of the modules that decide.

    make mutants ONLY=metadata/dates      those whose path holds a word: some minutes each
    make mutants                          all of them: an hour or two on two cores

Each module is mutated alone and tried with the tests of its room, so a figure says what that room's tests hold. How a
mutant is tried, and why not by mutmut's own loop: `scripts/mutant_trials.py`. Prints a row a module; with --show, what
each mutant changes that nobody noticed. With --root, the modules and tests of another checkout that has an environment
of its own (and `[tool.mutmut]` in its pyproject.toml), for figures of two commits by one tool.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
OUTCOMES = ("killed", "timeout", "survived", "no tests")  # as the trials call them
UNNOTICED = ("survived", "no tests")

# Modules that decide about text or rows, and the tests of their own rooms, which hold their decisions. Tests of rooms
# further on would be run for each mutant and seldom say more. What begins with a dash is an option of pytest.
DECIDING: dict[str, tuple[str, ...]] = {
    "cleaners/metadata/*.py": ("tests/cleaners/metadata",),
    "cleaners/structure/*.py": ("tests/cleaners/structure",),
    "cleaners/text/*.py": ("tests/cleaners/text", "tests/cleaners/structure/test_sections.py"),
    # without what reads each rule's own examples, which the rules hold and not the code, and what measures time
    "cleaners/boilerplate/*.py": (
        "tests/cleaners/boilerplate",
        "-knot its_example and not takes_nothing_of and not hostile and not holds_it_up and not linear_time",
    ),
    "cleaners/punctuation/*.py": ("tests/cleaners/punctuation",),
    "cleaners/quality/*.py": ("tests/cleaners/quality",),
    "cleaners/extraction/choice.py": ("tests/cleaners/extraction", "tests/cleaners/test_samples.py"),
    "cleaners/extraction/edges.py": ("tests/cleaners/extraction", "tests/cleaners/test_samples.py"),
    "cleaners/extraction/thread.py": ("tests/cleaners/extraction",),
    "cleaners/restoration/mojibake/exact.py": ("tests/cleaners/restoration/mojibake",),
    "cleaners/restoration/mojibake/western.py": ("tests/cleaners/restoration/mojibake",),
    "cleaners/restoration/mojibake/slip.py": ("tests/cleaners/restoration/mojibake",),
    "cleaners/restoration/bytestream/proof.py": ("tests/cleaners/restoration/bytestream",),
    "flows/store/planning.py": ("tests/flows/store/test_planning.py",),
    "flows/reports/gate.py": ("tests/flows/reports/test_gate_judging.py",),
}


@dataclass(frozen=True)
class Tried:
    """What became of a module's mutants, in the order of the file, and the processor time in seconds."""

    module: str
    rows: list[dict[str, str]]
    seconds: float

    def line(self) -> str:
        """The module's row of the table."""
        counts = Counter(row["outcome"] for row in self.rows)
        alive = sum(counts[what] for what in UNNOTICED)
        share = 1 - alive / len(self.rows) if self.rows else 1.0
        figures = "  ".join(f"{counts[what]:4d} {what}" for what in OUTCOMES)
        return f"{self.module:48s} {len(self.rows):5d} mutants  {figures}  {share:6.1%} noticed  {self.seconds:5.0f} s"

    def unnoticed(self) -> Iterator[str]:
        """Each mutant that nothing noticed, with its change."""
        for row in self.rows:
            if row["outcome"] in UNNOTICED:
                yield "\n".join(
                    (f"    {row['mutant']}: {row['outcome']}", *(f"      {x}" for x in row["change"].split("\n")))
                )


def modules(root: Path, only: str) -> list[tuple[str, tuple[str, ...]]]:
    """Modules to mutate, with their tests, where the path holds `only`."""
    found = []
    for pattern, tests in DECIDING.items():
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if path.name != "__init__.py" and only in name:
                found.append((name, tuple(t for t in tests if t[0] == "-" or (root / t).exists())))
    return found


def tried(root: Path, module: str, tests: tuple[str, ...]) -> Tried:
    """The trials of one module in a pytest of their own. Raises RuntimeError where the tests fail unchanged."""
    own = root / ".venv/bin/python"
    python = str(own) if own.exists() else sys.executable
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "trials.jsonl"
        options = ["-p", "mutant_trials", "--mutate", module, "--trials", str(out), "--basetemp", f"{name}/tests"]
        quiet = ["--capture=sys", "-p", "no:cacheprovider", "-p", "no:xdist"]
        run = subprocess.run(
            [python, "-m", "pytest", *options, *quiet, *tests],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(HERE)},
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    if not rows or "seconds" not in rows[-1]:
        raise RuntimeError(f"{module}: not all mutants were tried\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return Tried(module, rows[:-1], float(rows[-1]["seconds"]))


def main() -> int:
    """Print a row a module. Exit 1 where a module's tests fail without a mutant."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("only", nargs="?", default="", help="modules whose path holds this")
    ap.add_argument("--show", action="store_true", help="the change of each mutant that was not noticed")
    ap.add_argument("--workers", type=int, default=2, help="modules at a time")
    ap.add_argument("--root", type=Path, default=HERE.parent, help="the checkout to try")
    args = ap.parse_args()
    root = args.root.resolve()
    failed = False
    with ThreadPoolExecutor(args.workers) as pool:
        for trial in [pool.submit(tried, root, *module) for module in modules(root, args.only)]:
            try:
                found = trial.result()
            except RuntimeError as error:
                print(error, file=sys.stderr)
                failed = True
                continue
            print(found.line(), flush=True)
            if args.show:
                print(*found.unnoticed(), sep="\n", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
