"""Each edit is shown in its context, and nothing in a page can give orders to the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLES as SAMPLE_FOLDER

from cleaners import clean_page
from flows.reports.explaining import context_of, explain, received_texts

SAMPLES = sorted(SAMPLE_FOLDER.glob("*.html"))


def lines(data: bytes) -> list[str]:
    return [line.plain for line in explain(data)]


def test_an_edit_is_shown_with_what_stands_around_it() -> None:
    text = "他问我明天去不去,我说要先看看天气再决定。下午我们又去了一次图书馆,借了三本关于植物的书。"
    shown = "\n".join(lines(text.encode()))
    assert "[-,-]{+，+}" in shown
    assert "明天去不去[-" in shown and "+}我说要先看" in shown


def test_a_page_without_changes_says_so() -> None:
    shown = lines("这一天的风很大，我们没有出门。第二天放晴了，院子里晒满了被子。".encode())
    assert shown[-1] == "edits none"


def test_a_rejected_page_says_why() -> None:
    assert any("rejected" in line for line in lines(b""))


def test_control_characters_are_shown_and_not_obeyed() -> None:
    page = "<html><body><p>天气\x1b[31m很好\x07，我们\u202e去散步了，走了很远的路才回来。</p></body></html>"
    shown = "".join(lines(page.encode()))
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.parametrize("path", SAMPLES[:12], ids=lambda path: path.name)
def test_the_context_of_edits_in_blocks_is_found(path: Path) -> None:
    """The text that a step received is known for nearly every edit that counts in a block."""
    data = path.read_bytes()
    page = clean_page(data)
    received = received_texts(data)
    placed = [e for e in page.edits if e.block >= 0 and e.before and e.step not in ("extraction", "plaintext")]
    found = [e for e in placed if any(t[e.start :].startswith(e.before) for t in received.get((e.step, e.block), ()))]
    assert len(found) >= 0.9 * len(placed)
    assert all(isinstance(context_of(e, received), tuple) for e in page.edits)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_explained(data: bytes) -> None:
    assert lines(data)


def test_long_removals_show_their_two_ends_unless_in_full() -> None:
    page = (
        "<html><body><nav>" + "<a href='/'>栏目</a>" * 300 + "</nav><article><p>" + "正文一句话，说的是天气。" * 40
    ).encode()
    short = "\n".join(line.plain for line in explain(page))
    full = "\n".join(line.plain for line in explain(page, full=True))
    assert len(full) >= len(short)
