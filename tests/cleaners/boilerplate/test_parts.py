"""The parts of the boilerplate room by themselves: debris, joined lines, the lines of a page, a plain text's title."""

from __future__ import annotations

import pytest

from cleaners.boilerplate.debris import injects_stops, is_debris, is_numbers, spans
from cleaners.boilerplate.joining import join_lines, open_to
from cleaners.boilerplate.page import Page
from cleaners.boilerplate.titles import title_line
from cleaners.policy import Context
from schemas.records import Block

PROSE = "清晨的码头上站满了等船的人，雾气贴着水面慢慢散开，远处传来两三声汽笛。"


@pytest.mark.parametrize(
    ("text", "rule", "left"),
    [
        ("他说</p>好的。", "tag", "他说好的。"),
        ("今天&nbsp;&nbsp;开船", "space-entity", "今天开船"),
        ("第一句x0dx0a第二句", "escaped-break", "第一句第二句"),
        ("我的`书", "injected-mark", "我的书"),
        ("你的.书", "injected-stop", "你的书"),
    ],
)
def test_debris_is_cut_out_of_a_line_and_named(text: str, rule: str, left: str) -> None:
    (cut,) = spans(text, tags=True, stops=True)
    assert cut.rule == rule
    assert text[: cut.start] + text[cut.end :] == left


def test_a_page_about_tags_keeps_them_and_stops_stand_where_nobody_strews_them() -> None:
    assert spans("段落写在<p>里。", tags=False) == []
    assert spans("你的.书", tags=True, stops=False) == []
    assert injects_stops("我的.书你的.书他的.书")
    assert not injects_stops("我的.书和.你的.书.他")  # full stops elsewhere: somebody types them


@pytest.mark.parametrize(
    ("line", "rule"), [(");", "marks"), ("</div>", "tag"), ("document.write(1)", "script"), ("他走了。", "")]
)
def test_whole_lines_of_debris(line: str, rule: str) -> None:
    assert is_debris(line) == rule


@pytest.mark.parametrize(
    ("line", "bare"), [("40 3310010", True), ("2021 10 12", False), ("138 1234 5678", False), ("5", False)]
)
def test_bare_numbers_are_neither_dates_nor_telephones(line: str, bare: bool) -> None:
    assert is_numbers(line) is bare


def test_a_sentence_cut_over_two_blocks_is_one_again_and_both_have_an_edit() -> None:
    text = PROSE[:-1] * 3 + "。"
    width = 24
    rows = [text[at : at + width] for at in range(0, len(text), width)]
    first, second = "\n".join(rows[:2]), "\n".join(rows[2:])
    blocks, edits = join_lines((Block(first, seq=0), Block(second, seq=1, flags=("truncated",))), Context())
    assert [(b.text, b.flags) for b in blocks] == [(text, ("truncated",))]
    assert [(e.block, e.before, e.after) for e in edits[:2]] == [(0, "\n", ""), (0, "", rows[2])]
    assert [e.before for e in edits if e.block == 1] == rows[2:]


def test_what_a_site_rule_or_markdown_keeps_is_not_looked_at() -> None:
    assert open_to(Block("甲"))
    assert not open_to(Block("甲", protected=True))
    assert not open_to(Block("甲", kind="source"))
    assert not open_to(Block("甲", role="title"))


def test_rounds_take_the_lines_of_a_page_with_their_rule() -> None:
    page = Page((Block(PROSE, seq=0), Block("分享到：微信 微博 QQ空间", seq=1)), frozenset())
    assert page.round()
    page.take_all()
    assert [block.text for block in page.result()] == [PROSE]
    assert [(edit.block, edit.before) for edit in page.edits] == [(1, "分享到：微信 微博 QQ空间")]
    assert not page.round()  # nothing is left to take


def test_the_title_of_a_plain_text_stands_above_its_running_text() -> None:
    assert title_line(["渡口的最后两年", "2021年3月4日", PROSE], blank=False) == 0
    assert title_line([PROSE, "渡口"], blank=False) is None
