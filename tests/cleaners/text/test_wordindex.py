"""Words of a list are found in a text by two characters of each, all of them and no other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaners.text import WordIndex, counted

SIGNS = "渠水闸首页-a"


@given(st.lists(st.text(SIGNS, min_size=1, max_size=3), max_size=8, unique=True), st.text(SIGNS, max_size=30))
def test_the_words_that_stand_in_a_text_are_found_in_the_list_s_order(words: list[str], text: str) -> None:
    index = WordIndex(words, SIGNS.index) if words else None
    held = [word for word in words if word in text]
    assert (index.held(text) if index else []) == held
    assert (index.any_in(text) if index else False) == bool(held)


@given(st.lists(st.text("wov渠-", min_size=1, max_size=3), max_size=8, unique=True), st.text("wov渠- ", max_size=30))
def test_they_are_found_in_a_long_text_in_an_alphabet_too(words: list[str], rest: str) -> None:
    text = "the mill and its race " * 20 + rest
    held = [word for word in words if word in text]
    assert WordIndex(words, "wov渠-".index).held(text) == held


@given(st.text(SIGNS, max_size=30))
def test_characters_are_counted(text: str) -> None:
    assert dict(counted(text)) == {char: text.count(char) for char in set(text)}
