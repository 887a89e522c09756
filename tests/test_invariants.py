"""The statements that must always hold, over the project's own samples and over what hypothesis makes of them.

Accountable, idempotent, harmless, proved, deterministic. "Nothing lost, nothing twice" is a matter of runs: see
tests/flows.
"""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import Policy, clean_page, decode, repair

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(p for p in (ROOT / "data" / "samples").iterdir() if not p.name.endswith(".json"))
SHARED = ROOT.parent / "shared"
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


@pytest.mark.parametrize("path", [p for p in SAMPLES if p.suffix == ".txt"], ids=lambda p: p.name)
def test_every_character_of_a_plain_text_is_in_a_document_or_in_an_edit(path: Path) -> None:
    page = clean(path, Policy(script=None, punctuation=False))
    if page.rejection:
        return
    text = repair(decode(path.read_bytes()).text).text
    held = {c for d in page.documents for c in (d.title or "") + d.text}
    held |= {c for e in page.edits for c in e.before + e.after}
    missing = {c for c in unicodedata.normalize("NFKC", text) if not c.isspace()} - {
        c for h in held for c in unicodedata.normalize("NFKC", h)
    }
    assert missing == set()


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
