"""The statements that must always hold, over the project's own samples and over what hypothesis makes of them.

Accountable, idempotent, harmless, proved, deterministic. "Nothing lost, nothing twice" is a matter of runs: see
tests/flows.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import Policy, clean_page
from cleaners.pipeline import watched
from cleaners.policy import Context
from cleaners.steps import PAGE, Pass
from cleaners.text import replayed
from schemas.records import CleanPage

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(p for p in (ROOT / "data" / "samples").iterdir() if not p.name.endswith(".json"))
SHARED = ROOT.parent / "shared"
HTML = [*(p for p in SAMPLES if p.suffix == ".html"), *sorted((ROOT / "tests/cases/extraction").glob("*.html"))]
UNEVEN = ("structures.html",)  # a cell that spans columns stands in each of them; ruby has its readings once more
PAGES = sorted((SHARED / "pages").glob("*.html")) + sorted((SHARED / "seeds").glob("*.txt"))
BOUNDED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def clean(path: Path, policy: Policy = Policy()):
    kind = "text/plain" if path.suffix == ".txt" else "text/html"
    return clean_page(path.read_bytes(), url=f"file:{path.name}", content_type=kind, policy=policy)


def again(text: str, title: str | None = None):
    return clean_page(text.encode(), content_type="text/plain; charset=utf-8", title=title)


def outline(document):
    return [(s.level, s.label, s.heading, s.start, s.end) for s in document.sections]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_cleaning_a_cleaned_text_changes_nothing(path: Path) -> None:
    for document in clean(path).documents:
        second = again(document.text, document.title or "").documents
        assert second[0].title == document.title
        assert [d.text for d in second] == [document.text]
        assert outline(second[0]) == outline(document)


@pytest.mark.skipif(not PAGES, reason="the shared pages are not here")
def test_cleaning_a_cleaned_page_of_the_live_web_changes_nothing() -> None:
    changed = []
    for path in PAGES:
        for document in clean(path).documents:
            second = again(document.text, document.title or "").documents
            if [d.text for d in second] != [document.text] or outline(second[0]) != outline(document):
                changed.append(path.name)
                break
    assert changed == []


def watch(path: Path, policy: Policy) -> tuple[list[Pass], CleanPage]:
    kind = "text/plain" if path.suffix == ".txt" else "text/html"
    passes: list[Pass] = []
    return passes, watched(path.read_bytes(), Context(policy, f"file:{path.name}", kind), passes.append)


def bare(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def in_order(part: str, whole: str) -> bool:
    """Whether all characters of `part` stand in `whole` in their order, each of them for itself."""
    rest = iter(whole)
    return all(char in rest for char in part)


class Shown(HTMLParser):
    """The text of a page that a browser can show, by another reader than ours."""

    UNSEEN = frozenset(("script", "style", "title", "template", "textarea", "select", "svg", "iframe"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside += tag in self.UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in self.UNSEEN and self.inside > 0

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.texts.append(data)


@pytest.mark.parametrize("path", [p for p in HTML if p.name not in UNEVEN], ids=lambda p: p.name)
def test_every_character_that_a_page_shows_is_in_a_block_or_an_edit_or_counted_outside(path: Path) -> None:
    """In its order, and as often as it is there. What stands outside of the article is counted, not kept."""
    passes, _ = watch(path, Policy())
    one = next((one for one in passes if one.step == "extraction" and one.given), None)
    if one is None:
        return
    shown = bare(Shown(one.received[0].text).texts)
    article = bare(block.text for block in one.given if block.role == "body")
    taken = bare(edit.before for edit in one.edits)
    outside = sum(edit.count for edit in one.edits if edit.rule == "outside")
    assert in_order(article, shown)
    assert not Counter(article + taken) - Counter(shown)
    assert len(shown) == len(article) + len(taken) + outside


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_every_character_of_the_restored_blocks_is_in_a_document_or_in_an_edit(path: Path) -> None:
    """In its order, and as often as it is there; where lines were joined, what was put in is there once more."""
    passes, page = watch(path, Policy(script=None, punctuation=False))
    if page.rejection:
        return
    first = next(n for n, one in enumerate(passes) if one.step in ("extraction", "plaintext")) + 1
    restored = max(n for n, one in enumerate(passes[first:], first) if one.step in ("controls", "bytestream"))
    blocks = bare(block.text for block in passes[restored].given if block.role == "body")
    edits = [edit for one in passes[restored + 1 :] for edit in one.edits if edit.before != edit.after]
    text = bare(document.text for document in page.documents)
    taken, put = Counter(bare(e.before for e in edits)), Counter(bare(e.after for e in edits))
    assert Counter(blocks) + put == Counter(text) + taken
    assert in_order(text, blocks)


@pytest.mark.parametrize("path", [p for p in SAMPLES if p.suffix == ".txt"], ids=lambda p: p.name)
def test_the_lines_of_a_plain_text_are_its_blocks(path: Path) -> None:
    """In their order, but for the line breaks that an edit has, each at its place in the text."""
    for one in watch(path, Policy())[0]:
        if one.step == "plaintext":
            page = replayed(one.received[0].text, [edit for edit in one.edits if edit.block == PAGE])
            assert page is not None
            assert bare([page.text]) == bare(block.text for block in one.given)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_sections_lie_in_their_text_and_nest(path: Path) -> None:
    for document in clean(path).documents:
        open_ends: list[tuple[int, int]] = []
        last = 0
        for section in document.sections:
            assert 0 <= section.start <= section.end <= len(document.text)
            assert section.start >= last
            last = section.start
            if section.label:
                assert document.text[section.start :].startswith(section.label)
            while open_ends and open_ends[-1][0] >= section.level:
                assert open_ends.pop()[1] <= section.start
            if open_ends:
                assert section.end <= open_ends[-1][1]
            if section.level:  # the text before the first label is nobody's parent
                open_ends.append((section.level, section.end))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_same_bytes_same_result(path: Path) -> None:
    assert clean(path) == clean(path)


@given(st.data())
@BOUNDED
def test_no_damage_to_a_page_raises(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(SAMPLES))
    raw = bytearray(path.read_bytes()[:20_000])
    rng = random.Random(data.draw(st.integers(0, 10_000)))
    for _ in range(data.draw(st.integers(0, 12))):
        if raw:
            at = rng.randrange(len(raw))
            raw[at : at + rng.randrange(6)] = bytes(rng.randrange(256) for _ in range(rng.randrange(6)))
    page = clean_page(bytes(raw), url="http://example.cn/a", content_type=None)
    assert page.documents or page.rejection
    assert page.rejection is None or page.rejection.reason != "step failed", page.rejection


@given(st.text(max_size=400))
@BOUNDED
def test_no_text_raises_and_what_is_cleaned_stays(text: str) -> None:
    page = again(text)
    assert page.rejection is None or page.rejection.reason != "step failed", page.rejection
    for document in page.documents:
        assert [d.text for d in again(document.text, document.title or "").documents] == [document.text]


def test_a_page_of_five_megabytes_is_cleaned() -> None:
    line = "这一天的江面上起了薄雾，渡船来得比平时晚了一刻钟，等船的人站在石阶上说着闲话。"
    body = "".join(f"<p>{n}号来信：{line}</p>" for n in range(5_200_000 // 140))
    html = (
        f"<html><head><meta charset=utf-8><title>来信汇编</title></head><body><div>{body}</div></body></html>".encode()
    )
    assert len(html) > 5_000_000
    page = clean_page(html, url="http://example.cn/letters", content_type="text/html")
    assert page.rejection is None
    assert sum(d.text.count("薄雾") for d in page.documents) == 5_200_000 // 140
