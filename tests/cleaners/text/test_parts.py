"""The ground by itself: flags that are handed on, Markdown that is told, what a title looks like."""

from __future__ import annotations

import pytest

from cleaners.text.flags import handed_on
from cleaners.text.markup import Group, groups, is_markdown, is_tex
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
