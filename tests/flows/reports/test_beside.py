"""A page beside what came of it: both sides are true, whatever the page is, and nothing in it can act."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import SAMPLES

from cleaners import clean_page
from flows.reports.beside import side_by_side
from flows.reports.comparison_html import Shown, page
from flows.reports.pieces import became, differences, stands, stood, whole

FILES = sorted(p for p in SAMPLES.iterdir() if p.suffix in (".html", ".txt"))
WORDS = st.text(st.sampled_from("門前有一條河,(he)，河ab\n"), max_size=60)


def squashed(text: str) -> str:
    return "".join(text.split())


# --- pieces -----------------------------------------------------------------------------------------------------------


@given(WORDS, WORDS)
def test_differences_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    made, place = "", 0
    for a, b, c, d in differences(before, after):
        assert before[a:b] != after[c:d] and a >= place
        made += before[place:a] + after[c:d]
        place = b
    assert made + before[place:] == after


@settings(max_examples=300)
@given(st.lists(WORDS, min_size=1, max_size=5))
@example(["書(shu)屋,書(shu)", "書屋,書", "书屋,书", "书屋，书"])
def test_pieces_keep_what_stood_and_give_what_stands(texts: list[str]) -> None:
    pieces = whole(texts[0])
    for n, text in enumerate(texts[1:]):
        pieces = became(pieces, text, lambda before, after, n=n: (n,))  # type: ignore[misc]
        assert stood(pieces) == texts[0] and stands(pieces) == text
    assert all(piece.edits for piece in pieces if piece.before != piece.after)


def test_a_long_text_that_differs_everywhere_is_compared_in_bounded_time() -> None:
    before, after = "甲乙丙丁" * 5_000, "戊己庚" * 6_000
    assert len(list(differences(before, after))) == 1
    assert len(list(differences(before * 2, after))) == 1  # too long: one piece


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_right_side_is_the_documents_and_the_left_side_is_the_page(path: Path) -> None:
    """Right: each document's own text, in order. Left: every line outside the article, and nothing twice."""
    data = path.read_bytes()
    found = side_by_side(data)
    assert found.page == clean_page(data)
    for n, document in enumerate(found.page.documents):
        right = "".join(stands(row.pieces) for row in found.rows if row.document == n)
        assert squashed(right) == squashed(document.text)
    outside = "\n".join(stood(row.pieces) for row in found.rows if row.state in ("outside", "title"))
    assert squashed(outside) == squashed("".join(found.outside))
    counted = sum(e.count for e in found.page.edits if e.rule == "outside")
    if counted and "carried" not in {e.rule for e in found.page.edits}:
        assert len(squashed(outside)) == counted
    assert not [row for row in found.rows if row.state in ("unplaced", "added")]


def test_each_change_in_a_line_names_the_edit_that_made_it() -> None:
    found = side_by_side((SAMPLES / "annotated.html").read_bytes())
    rules = {
        (found.page.edits[seq].step, piece.before)
        for row in found.rows
        for piece in row.pieces
        for seq in piece.edits
        if len(piece.edits) == 1
    }
    assert ("punctuation", ",") in rules and ("scripts", "們") in rules
    assert any(step == "bytestream" and before.startswith("(") for step, before in rules)


def test_a_page_restored_whole_is_shown_as_it_was_stored() -> None:
    found = side_by_side((SAMPLES / "mojibake-page.html").read_bytes())
    kept = [row for row in found.rows if row.state == "kept"]
    assert kept and all(row.lines and not re.search("[一-鿿]", row.lines[0]) for row in kept)


# --- the HTML page ----------------------------------------------------------------------------------------------------


def shown(data: bytes, name: str = "a page") -> str:
    return page([Shown(name, "", len(data), side_by_side(data), "")])


def test_nothing_in_a_page_can_act() -> None:
    attack = "<script>alert(1)</script>&lt;img src=x onerror=alert(2)&gt;\u202e{{ 7*7 }}</td></table>&lt;/script&gt;"
    body = f"<html><title>{attack}</title><body><article><p>{attack}这一天的风很大，我们没有出门，在家里看书。</p>"
    body += "<p>第二天放晴了，院子里晒满了被子，孩子们在树下玩耍。</p></article></body></html>"
    for data in (body.encode(), f"{attack}这一天的风很大，我们没有出门。\x1b[31m\x00".encode()):
        text = shown(data, attack)
        assert "<script" not in text and "<img" not in text and "49" not in re.sub("#[0-9a-f]{3,6}", "", text)
        assert not set(text) & {"\x1b", "\x00", "\u202e"}
        assert "onerror" in html.unescape(text)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: f"<p>{t}".encode("utf-8", "surrogatepass")))
def test_any_bytes_can_be_shown(data: bytes) -> None:
    shown(data).encode()


def test_a_large_page_is_shown_in_part_unless_in_full() -> None:
    line = "这一天的风很大，我们没有出门，在家里看书。"
    data = ("\n".join(f"{n}、{line}" for n in range(6_000))).encode()
    found = [Shown("a", "", len(data), side_by_side(data))]
    short, full = page(found), page(found, full=True)
    assert len(short) < len(full) / 2 and "further lines" in short and "further lines" not in full
