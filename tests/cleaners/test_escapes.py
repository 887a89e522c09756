"""Escapes are read where they are the text, and left where the text is about them."""

from __future__ import annotations

import pytest

from cleaners import escapes
from cleaners.mojibake import apply, find_in_line


@pytest.mark.parametrize("kind", escapes.kinds(), ids=lambda kind: kind.name)
def test_each_notation_reads_its_example_and_keeps_its_counter_examples(kind: escapes.Kind) -> None:
    assert apply(kind.example, find_in_line(kind.example)) == kind.becomes
    for line in kind.keep:
        assert find_in_line(line) == []


def test_a_stretch_inside_a_line_is_read_with_its_place() -> None:
    line = "标题：%u4ECA%u5929%u6709%u96E8%uFF0C%u8BB0%u5F97%u5E26%u4F1E（转载）"
    (repair,) = find_in_line(line)
    assert repair.after == "今天有雨，记得带伞" and line[repair.start : repair.end].startswith("%u4ECA")


def test_pairs_of_surrogates_are_one_character() -> None:
    assert (
        apply(r"\u4eca\u5929\ud83d\ude00\u771f\u597d", find_in_line(r"\u4eca\u5929\ud83d\ude00\u771f\u597d"))
        == "今天😀真好"
    )
