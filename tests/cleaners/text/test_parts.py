"""The ground by itself: flags that are handed on, Markdown that is told, what a title looks like."""

from __future__ import annotations

import time

import pytest

from cleaners.text.code import is_prose
from cleaners.text.flags import handed_on
from cleaners.text.markup import Group, groups, is_markdown, is_tex, verbatim
from cleaners.text.titles import title_like
from schemas.records import Block


def test_what_a_lost_block_says_of_its_text_goes_to_the_block_before_it() -> None:
    lost = Block("未完", seq=1, flags=("truncated", "damaged"))
    first, last = Block("甲", seq=0), Block("乙", seq=2)
    assert [b.flags for b in handed_on((first, lost, last), (first, last))] == [("truncated",), ()]
    assert [b.flags for b in handed_on((lost, last), (last,))] == [("truncated",)]
    assert handed_on((first, last), (first, last)) == (first, last)


@pytest.mark.parametrize(
    ("lines", "markdown"),
    [
        (["```", "甲", "```"], True),
        (["```", "甲"], False),  # never closed
        (["|甲|乙|", "|--|--|"], True),
        (["|--|--|"], False),  # nothing before it
        (["甲", "", "乙"], False),
    ],
)
def test_markdown_is_told_by_what_only_it_has(lines: list[str], markdown: bool) -> None:
    assert is_markdown(lines) is markdown


def test_fences_and_formulas_are_one_group_that_nothing_changes() -> None:
    found = groups(["甲", "", "```", "x", "", "y", "```", "乙"])
    assert found == [Group("甲"), Group("```\nx\n\ny\n```", verbatim=True), Group("乙", close=True)]


@pytest.mark.parametrize(("text", "tex"), [("a_n", True), ("f(x)", True), ("5", False), ("多少{钱}", False)])
def test_what_stands_between_dollars(text: str, tex: bool) -> None:
    assert is_tex(text) is tex


@pytest.mark.parametrize(
    ("row", "title"),
    [("渡口的最后两年", True), ("渡口的最后两年。", False), ("一、渡口", False), ("a b", False), ("渡口" * 40, False)],
)
def test_titles_are_short_chinese_and_without_a_stop(row: str, title: bool) -> None:
    assert title_like(row) is title


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("水`a``b`渡", ["`a``b`"]),
        ("``a`b`` `c`", ["``a`b``", "`c`"]),
        ("a`b\nc`d", []),  # none goes on behind a line end
        (r"\`a\` 和`b\`", ["`b\\`"]),
        ("$a$5，$x_1$。", ["$x_1$"]),
        ("`$a$`与$x$", ["`$a$`", "$x$"]),
        ("`" + "长" * 900 + "`", ["`" + "长" * 900 + "`"]),
        ("$" + "x+" * 900 + "y$", ["$" + "x+" * 900 + "y$"]),
    ],
)
def test_code_and_formulas_in_a_line_are_told_however_long(text: str, found: list[str]) -> None:
    assert [text[run.start : run.end] for run in verbatim(text)] == found


@pytest.mark.parametrize("shape", ["`" * 7 + "x", "$a", "`x``y```z", "$ `", "\\`"])
def test_hostile_marks_cost_what_they_are_long(shape: str) -> None:
    start = time.process_time()
    verbatim(shape * 100_000)
    assert time.process_time() - start < 3.0


@pytest.mark.parametrize(
    ("lines", "prose"),
    [
        (["渡口的老船工把缆绳", "系在石桩上。"], True),
        (["春水绿如蓝，", "", "  日暮客船归。"], True),
        (["def f(x):", "    return x"], False),
        (["渡口的老船工", "x = f(1);"], False),
        (["姓名    年龄", "张三    20"], False),
        (["┌──┐", "│渡口│", "└──┘"], False),
        (["The ferry leaves at nine.", "渡口"], False),
        (["如果（水位 > 三尺）则", "　　开闸；", "否则", "　　关闸；"], False),
        (["打开 文件", "  如果 失败", "    返回 空", "  否则", "    读 一行"], False),
        (
            [
                "            渡口",
                "    渡口的老船工把缆绳系在石桩上，回头看了一眼岸上的灯火，灯火在雨里一盏一盏地灭了，只剩下渡口的那一盏。",
            ],
            True,
        ),
    ],
)
def test_prose_is_told_from_code_and_from_columns(lines: list[str], prose: bool) -> None:
    assert is_prose(lines) is prose
