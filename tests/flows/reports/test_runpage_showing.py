"""What a run's page shows of pages: rows of the run, the same ones each time, and nothing of them becomes markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_pages import write_hostile
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from flows import reports
from flows.reports.runpage import sampling, showing
from schemas import load

Run = Callable[..., dict[str, Any]]


def written(out: Path, run_id: str) -> str:
    return (out / "_reports" / f"{run_id}.html").read_text(encoding="utf-8")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return write_hostile(tmp_path / "hostile.jsonl")


def test_samples_are_rows_of_the_run_and_the_same_each_time(run: Run, hostile: Path, out: Path) -> None:
    run_id = run(hostile)["run_id"]
    rows = {(r["page_id"], f"{r['step']}/{r['rule']}", r["before"][:50]) for r in load("edits", out).to_pylist()}
    chosen = sampling.sampled_edits(out, run_id)
    assert chosen == sampling.sampled_edits(out, run_id)
    assert chosen["repairs"] and chosen["removals"]
    for sample in [*chosen["repairs"], *chosen["removals"]]:
        assert (sample.page_id, sample.rule, sample.before[:50]) in rows
        assert sample.url in load("pages", out)["url"].to_pylist()
    rejects = sampling.sampled_rejects(out, run_id)
    assert len(rejects) == min(10, load("rejects", out).num_rows)


def test_each_rule_has_its_turn() -> None:
    lowest = sampling._Lowest()
    for n in range(1000):
        lowest.offer("frequent", (n * 7919) % 1009, n)
    lowest.offer("rare", 5000, "rare")
    chosen = lowest.chosen()
    assert len(chosen) == sampling.SAMPLES and ("rare", "rare") in chosen
    ranks = sorted((n * 7919) % 1009 for n in range(1000))[: sampling.SAMPLES - 1]
    assert {(n * 7919) % 1009 for rule, n in chosen if rule == "frequent"} == set(ranks)


def test_a_reject_shows_what_its_page_begins_with(run: Run, tmp_path: Path, out: Path) -> None:
    (tmp_path / "wall.html").write_text(
        "<html><head><title>404</title><script>var x=1</script></head><body><p>页面不存在</p></body></html>"
    )
    run_id = run(tmp_path / "wall.html")["run_id"]
    (sample,) = sampling.sampled_rejects(out, run_id)
    assert "页面不存在" in sample.before and "var x" not in sample.before and "<" not in sample.before


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'\u202e\u200b\x00\x1b\ue000")))
def test_shown_text_is_text(text: str) -> None:
    shown = str(showing.visible(text))
    assert not re.sub(r'</?span(?: class="unseen" title="[^"<>&]*(?:&lt;[^"<>]*&gt;)?[^"<>]*")?>', "", shown).count("<")
    for sign in shown:
        assert unicodedata.category(sign) not in showing._UNSEEN
    attribute = str(showing.attribute(text))
    assert not set(attribute) & set("<>\"'")


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://a.example.cn/1.html?a=1&b=2", True),
        ("http://[::1]:8000/x", True),
        ("https://新闻.example.cn/文", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("https://a.cn/\njavascript:alert(1)", False),
        ('https://a.cn/"onclick="alert(1)', False),
        ("https://a.cn/\u202ex", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_web_addresses_lead_anywhere(url: str, leads: bool) -> None:
    fragment = lxml_html.fromstring(f"<div>{showing.link(url)}</div>")
    links = [a.get("href") for a in fragment.iter("a")]
    assert links == ([url] if leads else [])


@pytest.mark.parametrize(
    ("url", "path", "leads"),
    [
        ("file:a.html", "/pages/a.html", "file:///pages/a.html"),
        ("file:news/文 1.html", "/pages/news/文 1.html", "file:///pages/news/%E6%96%87%201.html"),
        ("file:a%231.html", "/pages/a#1.html", "file:///pages/a%231.html"),
        ('file:a"><b>.html', '/pages/a"><b>.html', "file:///pages/a%22%3E%3Cb%3E.html"),
        ("file:a.html", "/etc/passwd", ""),  # another file than the page's
        ("file:a.html", "/pages/../a.html", ""),
        ("file:a.html", "a.html", ""),
        ("file:a.html", "//host/share/a.html\u202e", ""),
        ("file:pages.jsonl#3", "/pages/pages.jsonl", ""),  # a line is no page to be opened
        ("https://a.cn/\u202ea.html", "/pages/a.html", ""),
        ("file:", "/", ""),
    ],
)
def test_a_local_page_leads_to_its_file_and_to_nothing_else(url: str, path: str, leads: str) -> None:
    fragment = lxml_html.fromstring(f"<div>{showing.link(url, path)}</div>")
    assert [a.get("href") for a in fragment.iter("a")] == ([leads] if leads else [])
    assert not list(fragment.iter("b"))


def test_samples_of_local_pages_lead_to_their_files(run: Run, pages: Path, out: Path) -> None:
    text = written(out, run(pages)["run_id"])
    links = {a.get("href") for a in lxml_html.document_fromstring(text).iter("a")}
    files = {href for href in links if href.startswith("file:")}
    assert files and files <= {path.as_uri() for path in pages.rglob("*.*")}


def test_nothing_of_a_hostile_page_becomes_markup(run: Run, hostile: Path, out: Path) -> None:
    summary = run(hostile)
    for path in (out / "_reports").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        tree = lxml_html.document_fromstring(text)
        tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert not tags & {
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "input",
            "link",
            "foreignObject",
        }
        assert len(list(tree.iter("style"))) == 1 and "display:none" not in next(tree.iter("style")).text
        for element in tree.iter():
            for name, value in element.attrib.items():
                assert not name.startswith("on"), (element.tag, name)
                if name in ("href", "src", "xlink:href"):
                    assert re.match(r"(https?://|#|index\.html$|\d{8}-\d{4}\.html$)", value), value
        unseen = [sign for sign in text if sign != "\n" and unicodedata.category(sign) in showing._UNSEEN]
        assert not unseen
        assert "Content-Security-Policy" in text and "default-src 'none'" in text
    text = written(out, summary["run_id"])
    assert "&lt;script&gt;alert(1)" in text and "onerror=alert(5)" in text and "U+202E" in text


def test_the_summary_cannot_break_the_page(run: Run, pages: Path, out: Path) -> None:
    summary = run(pages)
    summary["problems"] = ["https://a.cn/<img src=x onerror=alert(1)>\u202e yielded no page"]
    reports.write(summary)
    for name in (summary["run_id"], "index"):
        text = (out / "_reports" / f"{name}.html").read_text(encoding="utf-8")
        assert "&lt;img src=x" in text and "<img" not in text and "\u202e" not in text
