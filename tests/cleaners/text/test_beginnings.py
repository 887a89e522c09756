"""The class of characters with which a match begins lets every match through that the pattern alone would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.metadata.lexicon import words
from cleaners.text.beginnings import beginning
from cleaners.text.lexicon import lexicon, matching

PATTERNS = (
    r"(?:来源|作者)[:：]", r"\d+年", r"(?i:by|Von)\s", r"(?:第?[一二]|\()章", r"(?<=，)的", r"^[a-c]{0,3}x", r"(?>甲|乙)丙", r"[\]\-]x?",
)  # fmt: skip
OPEN = (
    "a*",
    "",
    "(?:甲)?",
    ".年",
    "[^年]月",
    r"(?:甲|)",
    r"(?:(甲)|乙?)\1",
)  # that may begin with anything, or be empty


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(alphabet="来源作者:：19年bByYvVoOnN 第一二(章，的abcx甲乙丙]-sSſ", max_size=12))
def test_no_match_is_lost(pattern: str, text: str) -> None:
    alone = re.compile(pattern)
    assert beginning(alone) is not None
    for scope, look in (("start", alone.match), ("whole", alone.fullmatch), ("within", alone.search)):
        found, expected = matching(alone, scope)(text), look(text)
        assert (found and found.span()) == (expected and expected.span())


@pytest.mark.parametrize("pattern", OPEN)
def test_a_pattern_that_may_begin_with_anything_has_no_class(pattern: str) -> None:
    assert beginning(re.compile(pattern)) is None


def test_a_line_without_the_class_is_told_without_the_pattern() -> None:
    begins = beginning(re.compile("(?:责任|本文)编辑"))
    assert begins is not None
    assert begins.search("A line of English.") is None
    assert begins.search("文字编辑") is None
    assert begins.search("由本刊")


def test_the_words_of_metadata_are_found_behind_their_classes() -> None:
    for kind, entry in words().items():
        begins = beginning(re.compile("|".join(filter(None, (entry.pattern, *map(re.escape, entry.words))))))
        assert begins is None or begins.search(entry.example), kind


def test_most_kinds_of_phrases_have_a_class() -> None:
    kinds = {phrase.kind: phrase for phrase in lexicon("extraction.toml").phrases}
    told = [kind for kind, phrase in kinds.items() if beginning(re.compile(phrase.pattern)) is not None]
    assert len(told) > 0.8 * len(kinds)
