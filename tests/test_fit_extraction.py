"""benchmarks/fit_extraction.py: what it searches, what it leaves out, and one run over the project's own pages."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from places import ROOT

SCRIPT = ROOT / "benchmarks" / "fit_extraction.py"


@pytest.fixture
def fit() -> Iterator[ModuleType]:
    """The script as a module with four made-up pages; what it brings to the path and the modules is taken away again."""
    path, known = list(sys.path), set(sys.modules)
    spec = importlib.util.spec_from_file_location("fit_extraction", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fit_extraction"] = module
    try:
        spec.loader.exec_module(module)
        for number in module.numbers("cleaners.extraction.edges"):
            if number.name in ("rest", "mark"):
                module.KNOWN[str(number).removeprefix(module.ROOM)] = number
        for n, (group, host) in enumerate([("zh", "a"), ("zh", "b"), ("zh", "b"), ("en", "c")]):
            module.PAGES.append(module.Page(str(n), group, host, "", group, b"", "", None, base=(0.8, 0.8)))
        yield module
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - known:
            if name in ("fit_extraction", "sensitivity", "extraction"):
                del sys.modules[name]


def _trials(fit: ModuleType, gains: dict[tuple[str, float], dict[int, float]]) -> object:
    """Trials in which each value does what `gains` says by page, whatever the others are."""
    trials = fit.Trials(1)

    def run(wanted: object) -> None:
        for settings in wanted:  # type: ignore[attr-defined]
            changed: dict[int, float] = {}
            for one in settings:
                for place, gain in gains.get(one, {}).items():
                    changed[place] = changed.get(place, 0.8) + gain
            trials.known[settings] = {place: (rate, rate) for place, rate in changed.items()}

    trials.run = run
    run([(), *(((name, value),) for name in fit.KNOWN for value in fit.values(name))])
    return trials


def test_each_number_that_is_taken_out_is_there(fit: ModuleType) -> None:
    there = {str(number).removeprefix(fit.ROOM) for module in fit.MODULES for number in fit.numbers(fit.ROOM + module)}
    assert set(fit.OFF) <= there


def test_the_search_takes_what_gains_and_leaves_what_costs_a_group(fit: ModuleType) -> None:
    rest, mark = ("edges.rest", fit.values("edges.rest")[0]), ("edges.mark", fit.values("edges.mark")[0])
    trials = _trials(fit, {rest: {0: 0.1}, mark: {0: 0.1, 1: 0.1, 2: 0.1, 3: -0.1}})
    assert fit.search(trials, range(4), 0.001, 5, 5) == (rest,)


def test_the_search_does_not_see_a_host_that_is_left_out(fit: ModuleType) -> None:
    rest = ("edges.rest", fit.values("edges.rest")[0])
    trials = _trials(fit, {rest: {0: 0.1}})
    assert fit.search(trials, range(1, 4), 0.001, 5, 5) == ()
    assert sorted(map(sorted, fit.folds(0))) == [[0], [1, 2], [3]]
    assert all(sorted(fold) in ([0], [3], [1, 2], [0, 3]) for fold in fit.folds(2))


def test_a_number_as_it_stands_is_no_setting(fit: ModuleType) -> None:
    value = fit.KNOWN["edges.rest"].value
    assert fit.with_((("edges.rest", 0.1),), "edges.rest", value) == ()
    assert value not in fit.values("edges.rest")


@pytest.mark.parametrize(
    ("host", "site"), [("news.example.com", "example.com"), ("a.b.com.cn", "b.com.cn"), ("example.org", "example.org")]
)
def test_parts_of_a_site_are_held_out_together(fit: ModuleType, host: str, site: str) -> None:
    assert fit._site(host) == site


def test_a_page_without_an_address_is_of_the_host_it_links_to(fit: ModuleType) -> None:
    page = (
        b'<a href="http://a.example/1">1</a><a class=x href=https://b.example/2>2</a><a href="http://b.example/3">3</a>'
    )
    assert fit._linked_host(page) == "b.example"
    assert fit._linked_host(b"<p>text</p>") == ""


def test_a_run_over_the_projects_own_pages() -> None:
    command = [sys.executable, str(SCRIPT), "--only", "lists", "--off", "--workers", "1"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout
    assert "as it stands" in told and "own" in told
    out = next(line for line in told.splitlines() if line.startswith("lists.small_share"))
    assert "own -0." in out and not out.endswith(" 0 pages")  # pages of the project's own need that rule
