"""Which changed decisions the suite notices: mutmut over the modules that decide, in a copy of the tree.

    make mutants                          all of them (an hour or more on two cores)
    make mutants ONLY=metadata/dates      those whose path holds a word

Each module is mutated alone and tried with the tests of its room, so a figure says what that room's tests hold. Prints
a row a module and, with --show, the change of each mutant that survived.
"""

from __future__ import annotations

import argparse
import collections
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("cleaners", "flows", "schemas", "tests", "data", "scripts", "benchmarks", "docs")
FILES = (
    "pyproject.toml",
    "Makefile",
    "prefect.yaml",
    *(f"{name}.md" for name in ("README", "README.zh-CN", "CHANGELOG")),
)

# Modules that decide about text or rows, and the tests of their own rooms, which hold their decisions. Tests of rooms
# further on would be run for each mutant and seldom say more.
DECIDING: dict[str, tuple[str, ...]] = {
    "cleaners/metadata/*.py": ("tests/cleaners/metadata",),
    "cleaners/structure/*.py": ("tests/cleaners/structure",),
    "cleaners/text/*.py": ("tests/cleaners/text", "tests/cleaners/structure"),
    "cleaners/boilerplate/*.py": ("tests/cleaners/boilerplate",),
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
SURVIVED = ("survived", "no tests")


def modules(only: str) -> list[tuple[str, tuple[str, ...]]]:
    """Modules to mutate, with their tests, where the path holds `only`."""
    found = []
    for pattern, tests in DECIDING.items():
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            if path.name != "__init__.py" and only in name:
                found.append((name, tuple(t for t in tests if (ROOT / t).exists())))
    return found


def copied(folder: Path, module: str, tests: tuple[str, ...]) -> None:
    """The tree in a folder of its own, set up for mutants of one module."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[tool.mutmut]\nsource_paths = ["{module.split("/")[0]}"]\nonly_mutate = ["{module}"]\n'
            f"also_copy = {[*COPIED, *(name for name in FILES if (ROOT / name).exists())]!r}\n"
            f"pytest_add_cli_args_test_selection = {list(tests)!r}\n"
            'pytest_add_cli_args = ["-n", "0", "-p", "no:cacheprovider"]\n'
        )


def outcomes(folder: Path, module: str, tests: tuple[str, ...], workers: int) -> dict[str, str]:
    """Mutant -> "killed", "survived", "timeout", "no tests" ... Raises RuntimeError where the tests fail unchanged."""
    copied(folder, module, tests)
    mutmut = [sys.executable, "-m", "mutmut"]
    run = subprocess.run(
        [*mutmut, "run", "--max-children", str(workers)], cwd=folder, capture_output=True, text=True, check=False
    )
    listed = subprocess.run(
        [*mutmut, "results", "--all", "true"], cwd=folder, capture_output=True, text=True, check=False
    )
    found = dict(line.strip().rsplit(": ", 1) for line in listed.stdout.splitlines() if ": " in line)
    if not found:
        raise RuntimeError(f"{module}: no mutant was tried\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return found


def main() -> int:
    """Print a row a module. Exit 1 where a module's tests fail without a mutant."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("only", nargs="?", default="", help="modules whose path holds this")
    ap.add_argument("--show", action="store_true", help="the change of each mutant that survived")
    ap.add_argument("--workers", type=int, default=2)
    args = ap.parse_args()
    failed = False
    for module, tests in modules(args.only):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            try:
                found = outcomes(folder, module, tests, args.workers)
            except RuntimeError as error:
                print(error, file=sys.stderr)
                failed = True
                continue
            counts = collections.Counter(found.values())
            alive = sum(counts[what] for what in SURVIVED)
            share = 1 - alive / len(found)
            print(f"{module:48s} {len(found):5d} mutants, {alive:4d} survived, {share:6.1%} noticed", flush=True)
            for mutant, what in sorted(found.items()):
                if args.show and what in SURVIVED:
                    shown = subprocess.run(
                        [sys.executable, "-m", "mutmut", "show", mutant], cwd=folder, capture_output=True, text=True
                    )
                    changed = [x for x in shown.stdout.splitlines() if x[:1] in "+-" and x[:3] not in ("+++", "---")]
                    print("   ", mutant.rpartition(".")[2], what, *changed, sep="\n      ")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
