"""The page's own words make likelier what came whole elsewhere on it, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.model.charmodel import model
from cleaners.model.pagewords import LEFT, PageWords

PAGE = "彭静旋在台上唱歌。大家都说彭静旋唱得好，彭静旋的母亲也来了。\n"


def words(*texts: str) -> PageWords:
    made = PageWords(lambda char: "\u4e00" <= char <= "\u9fff", model().unigram)
    for text in texts:
        made.add(text)
    return made


def test_a_name_of_the_page_is_preferred_to_what_the_model_prefers() -> None:
    ask = model().logp
    page = words(PAGE)
    assert ask("", "彭", "水") > ask("", "彭", "静")
    assert page.logp(ask("", "彭", "静"), "", "彭", "静") > page.logp(ask("", "彭", "水"), "", "彭", "水")


def test_what_may_not_count_proves_nothing_and_divides() -> None:
    page = words("甲\ue000乙")
    assert len(page) == 2
    assert not page.holds("\ue000") and page.holds("甲")
    assert page.logp(-8.0, "", "甲", "乙") < words("甲乙").logp(-8.0, "", "甲", "乙")


def test_ascii_and_marks_are_left_to_the_model() -> None:
    page = words(PAGE * 20)
    for char in "a1,。":
        assert page.logp(-5.0, "静", "旋", char) == -5.0 + LEFT


def test_digits_are_one_character() -> None:
    assert words("第1项").logp(-9.0, "第", "7", "项") == words("第7项").logp(-9.0, "第", "7", "项")


def test_counting_more_changes_what_was_answered() -> None:
    page = words(PAGE)
    once = page.logp(-9.0, "彭", "静", "旋")
    page.add(PAGE * 5)
    assert page.logp(-9.0, "彭", "静", "旋") > once


@given(st.text(max_size=60), st.floats(-30, 0), st.text(min_size=3, max_size=3))
def test_it_stays_a_probability(text: str, found: float, three: str) -> None:
    assert words(text).logp(found, *three) <= 0.0


def test_choices_are_compared_as_each_is_by_itself() -> None:
    chars = "学校龘的了，生"
    words = PageWords(lambda char: char != "龘", model().unigram)
    words.add("学校开学了，学生到学校报到。")
    choices = model().choices(chars)
    for before, last in (("", "学"), ("到", "学"), ("学", "校"), ("大", "家")):
        alone = [words.logp(model().ask(before + last, char), before, last, char) for char in chars]
        asked = model().ask_each(before + last, choices)
        assert words.logp_each(asked, before, last, choices).tolist() == pytest.approx(alone)
