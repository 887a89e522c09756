"""Where the bars of the outline stand: how long, how many, how far apart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cleaners.structure.sections import marks, outline
from schemas.records import Block


def labels(*lines: str) -> list[str]:
    return [mark.label.text for mark in marks(list(lines)) if mark.label is not None]


def padded(head: str, length: int) -> str:
    return head + "渠" * (length - len(head))


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("【用法用量】", "【不良反应】", "【注意事项】"), 3),
        (("【用法用量】", "【不良反应】"), 0),
        (("【用法用量】", "【不良反应】", "【用法用量】"), 0),  # what repeats is part of an item
    ],
)
def test_three_fields_make_a_leaflet(names: Sequence[str], count: int) -> None:
    assert len(labels(*(f"{name}渠水清清。" for name in names))) == count


@pytest.mark.parametrize(("length", "found"), [(40, True), (41, False)])
def test_a_part_of_a_novel_is_named_in_a_short_line(length: int, found: bool) -> None:
    named = labels(padded("楔子 ", length), "渠修好了。", "第一章 水", "水来了。", "第二章 人", "人笑了。")
    assert ("楔子" in named) is found


@pytest.mark.parametrize(("length", "found"), [(60, False), (61, True)])
def test_an_option_of_a_question_is_short(length: int, found: bool) -> None:
    lines = ["渠长多少？", padded("A、", length), padded("B、", length)]
    assert bool(labels(*lines, *lines)) is found


@pytest.mark.parametrize(("length", "found"), [(400, False), (401, True)])
def test_an_option_of_an_exam_may_be_long(length: int, found: bool) -> None:
    lines = ["渠长多少？（　　）", padded("A、", length), padded("B、", length)]
    assert bool(labels(*lines, *lines)) is found


@pytest.mark.parametrize(("apart", "starts"), [(3, False), (4, True)])
def test_the_options_of_an_exam_stand_near_each_other(apart: int, starts: bool) -> None:
    """A label that stands too far from the one before begins a run: of one option, which in an exam is enough."""
    lines = ["渠长多少？（　　）", "A、一里", *["渠。"] * (apart - 1), "B、两里"]
    assert labels(*lines, "渠宽多少？（　　）", "渠。") == (["A、", "B、"] if not starts else [])


@pytest.mark.parametrize(("length", "heading"), [(60, True), (61, False)])
def test_a_label_alone_stands_for_a_sentence_below_it_that_is_short(length: int, heading: bool) -> None:
    sentence = "渠" * length + "。"
    (first, *_) = outline([Block(line) for line in ("一、", sentence, "二、", "水。")])[1]
    assert first.heading == ("渠" * length if heading else "")


@pytest.mark.parametrize(("value", "level"), [(3, 1), (4, 1), (5, 2)])
def test_a_numbering_in_two_hands_may_skip_one(value: int, level: int) -> None:
    lines = ("1、渠", "2、水", f"{value}.堤", f"{value + 1}.树")
    sections = outline([Block(line) for line in lines])[1]
    assert [s.level for s in sections if s.label][2] == level
