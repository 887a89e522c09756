"""`make mutants`: what is said of a mutant is what became of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TINY = """
from functools import lru_cache


def over(n):
    return n > 3


@lru_cache(8)
def remembered(n):
    return doubled(n)


def doubled(n):
    return n * 2


def untested():
    return 1
"""
TESTS = """
import tiny


def test_over():
    assert tiny.over(5) and not tiny.over(3)


def test_doubled():
    assert tiny.remembered(3) == 6


def test_doubled_again():
    assert tiny.remembered(3) == 6
"""


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scripts can be imported, and what they bring is gone afterwards."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    yield
    for name in ("mutants", "mutant_trials"):
        sys.modules.pop(name, None)


def test_a_tiny_module(tmp_path: Path) -> None:
    """A bar that no test touches survives; what is remembered from the unchanged run hides nothing."""
    import mutants

    (tmp_path / "tiny.py").write_text(TINY)
    (tmp_path / "test_tiny.py").write_text(TESTS)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mutmut]\nsource_paths = ["tiny.py"]\n[tool.pytest.ini_options]\npythonpath = ["."]\n'
    )
    found = mutants.tried(tmp_path, "tiny.py", ("test_tiny.py",))
    assert {row["mutant"]: row["outcome"] for row in found.rows} == {
        "x_over__mutmut_1": "killed",  # n >= 3
        "x_over__mutmut_2": "survived",  # n > 4
        "x_doubled__mutmut_1": "killed",  # n / 2
        "x_doubled__mutmut_2": "killed",  # n * 3
        "x_untested__mutmut_1": "no tests",
    }
    assert "    x_over__mutmut_2: survived\n      -    return n > 3\n      +    return n > 4" in found.unnoticed()
    assert "5 mutants     3 killed     0 timeout     1 survived     1 no tests   60.0% noticed" in found.line()

    (tmp_path / "test_tiny.py").write_text("import tiny\n\n\ndef test_wrong():\n    assert tiny.over(1)\n")
    with pytest.raises(RuntimeError, match="test_wrong fails without a mutant"):
        mutants.tried(tmp_path, "tiny.py", ("test_tiny.py",))


def _raises() -> bool:
    raise SystemExit(0)


def _spins() -> bool:
    os.kill(os.getpid(), signal.SIGXCPU)  # as the limit on processor time does
    return False


def _is_killed() -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


@pytest.mark.parametrize(
    ("noticed", "seconds", "outcome"),
    [
        (lambda: True, 9, "killed"),
        (lambda: False, 9, "survived"),
        (_raises, 9, "killed"),
        (_is_killed, 9, "killed"),
        (_spins, 9, "timeout"),
        (lambda: signal.pause() is None, 0.01, "timeout"),  # waits for ever: the clock ends it
    ],
)
def test_outcomes(noticed: Callable[[], bool], seconds: float, outcome: str) -> None:
    """A fork that ends in any way but well was noticed."""
    import mutant_trials

    assert mutant_trials.forked(noticed, seconds) == outcome
