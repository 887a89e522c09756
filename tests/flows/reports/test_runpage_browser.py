"""The run's page in Chromium: at the width of a desk and of a telephone, light and dark, by keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import page as generated
from dataset_corpus import write_pages
from hostile_pages import write_hostile

Run = Callable[..., dict[str, Any]]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

WIDTHS = {"desk": (1280, 900), "telephone": (390, 844)}
MOST_BYTES = 5_000_000
MOST_SECONDS = 2.0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(run_into: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the last of seven nights: sources, rejects, repairs, hostile pages, a source that fell off."""
    folder = tmp_path_factory.mktemp("report")
    hostile = write_hostile(folder / "hostile.jsonl")
    for night in range(7):
        written = write_pages(folder / "nights" / str(night), 40 if night < 6 else 4)
        for n in range(3):
            (written / f"new{n}.html").write_bytes(generated(1000 * night + n))
        current = folder / "pages"
        shutil.rmtree(current, ignore_errors=True)
        shutil.copytree(written, current)
        summary = run_into(folder / "out", current, hostile, night=night)
    return Path(summary["page"])


def opened(browser: Any, path: Path, width: str, scheme: str = "light") -> tuple[Any, list[str]]:
    """The page, loaded, and everything that it said or asked for besides itself."""
    wide, high = WIDTHS[width]
    page = browser.new_page(viewport={"width": wide, "height": high}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page, said


def test_the_page_opens_without_an_error_or_a_request_and_fits(chromium: Any, report: Path) -> None:
    for path in (report, report.parent / "index.html"):
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                page, said = opened(chromium, path, width, scheme)
                assert said == []
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path.name, width)
                shown = page.locator("svg.chart").filter(visible=True).all()
                assert shown and all(chart.get_attribute("aria-label") for chart in shown)
                assert page.locator("svg.chart.wide").first.is_visible() == (width == "desk")
                page.close()


@pytest.mark.parametrize("wide", [390, 700, 720, 1000, 1180, 1280, 1920])
def test_the_figures_at_the_head_fill_their_rows(chromium: Any, report: Path, wide: int) -> None:
    """None stands alone with a gap beside it, and nothing runs over the edge of its card."""
    page = chromium.new_page(viewport={"width": wide, "height": 900})
    page.goto(report.as_uri())
    row, ends = page.evaluate(
        "() => { const list = document.querySelector('.keys').getBoundingClientRect();"
        "const cards = [...document.querySelectorAll('.keys li')].map(e => e.getBoundingClientRect());"
        "return [list.right, cards.map(c => [c.top, c.right])]; }"
    )
    tops = {top for top, _ in ends}
    assert len(ends) == 7 and len(tops) in (1, 2, 4)
    assert all(abs(max(right for t, right in ends if t == top) - row) < 2 for top in tops)
    over = "() => [...document.querySelectorAll('.keys li')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert page.evaluate(over) == 0
    page.close()


def test_light_and_dark_differ_and_text_stands_out_in_both(chromium: Any, report: Path) -> None:
    contrast = """() => {
        const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(channel);
                             return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
                              if (!/, 0\\)$|transparent/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
        return [...document.querySelectorAll('p, th, td, li, a, b, span, dd, dt, h1, h2, h3, summary, del, ins')]
            .filter(e => e.textContent.trim() && e.offsetParent && !e.closest('.bar'))
            .map(e => { const a = light(getComputedStyle(e).color), b = light(behind(e));
                        return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName + '.' + e.className]; })
            .sort((a, b) => a[0] - b[0])[0]; }"""
    papers = []
    for scheme in ("light", "dark"):
        page, _ = opened(chromium, report, "desk", scheme)
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        ratio, where = page.evaluate(contrast)
        assert ratio >= 4.5, (scheme, where, ratio)  # WCAG 2.2, 1.4.3
        page.close()
    assert papers[0] != papers[1]


def test_the_page_can_be_read_by_keyboard(chromium: Any, report: Path) -> None:
    page, _ = opened(chromium, report, "desk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0, "seen when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    scrolling = (
        "[...document.querySelectorAll('.scroll')].every(e => e.tabIndex === 0 && e.getAttribute('role') === 'region')"
    )
    assert page.evaluate(scrolling)
    assert page.evaluate("[...document.querySelectorAll('nav a')].every(a => document.querySelector(a.hash))")
    page.close()


def test_a_departure_leads_to_its_row(chromium: Any, report: Path) -> None:
    page, _ = opened(chromium, report, "telephone")
    links = page.locator(".moved a")
    assert links.count() > 0
    assert page.evaluate("[...document.querySelectorAll('.moved a')].every(a => document.querySelector(a.hash))")
    page.close()


def test_a_night_of_many_hosts_rules_and_long_texts_is_small_and_opens_at_once(
    chromium: Any, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page shows is bounded, so ten thousand pages of ten thousand hosts weigh what a hundred do."""
    from flows.reports import runpage
    from flows.reports.runpage import figures

    summary = run(write_pages(tmp_path / "pages", 30))
    out = Path(summary["out"])
    counted = figures.count

    def many(folder: Path, run_id: str) -> Any:
        found = counted(folder, run_id)
        places = {
            f"host{n}.example.cn": {"pages": 10, "cleaned": 9, "rejected": 1, "documents": 9} for n in range(1000)
        }
        rules = {f"boilerplate/rule{n}/exact": {"edits": 10, "changes": 10, "pages": 10} for n in range(500)}
        return {**found, "hosts": places, "sources": places, "edits": rules, "pages": 10_000}

    monkeypatch.setattr(figures, "count", many)
    figures.path_of(out, summary["run_id"]).unlink()
    path = runpage.draw(out, summary["run_id"])
    assert path is not None and path.stat().st_size < MOST_BYTES
    page, said = opened(chromium, path, "telephone")
    spent = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert spent < 1000 * MOST_SECONDS and said == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
