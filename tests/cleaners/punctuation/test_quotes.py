"""Straight quotation marks become pairs only where they have a partner."""

from __future__ import annotations

import pytest

from cleaners.punctuation.quotes import pair_quotes


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ('他说"好"。', {2: "“", 4: "”"}),
        ('“服务、效能"', {6: "”"}),  # it closes one that stands there
        ('屏幕5"大', {}),  # inches
        ('屏幕5"大，他说"好"。', {8: "“", 10: "”"}),
        ('5屏"大"', {2: "“", 4: "”"}),
        ('一个"没有', {}),
        ('一个"没有\n另一个"也没有', {}),  # a pair stands in one line
        ('他说""。', {}),  # nothing inside
        ("＂好＂", {0: "“", 2: "”"}),
        ('a "b c" d，他说"好"。', {12: "“", 14: "”"}),
        ("他说\"好\"，又说'不'。", {2: "“", 4: "”", 8: "‘", 10: "’"}),
        ("没有", {}),
    ],
)
def test_straight_marks(text: str, pairs: dict[int, str]) -> None:
    assert pair_quotes(text) == pairs


@pytest.mark.parametrize(
    ("text", "paired"),
    [
        ('说"a b" c', True),
        ('a "说 b" c', True),
        ('a "b 说" c', True),
        ('a "b c"说', True),
        ('a "b c"，d', True),
        ('a "\u3400 b" c', True),  # the first and the last of the ideographs
        ('a "\u9fff b" c', True),
        ('说 "b 中 c" 说', False),
        ('a "b中d" c', False),
        ('a "X" c', False),
    ],
)
def test_a_pair_is_chinese_by_what_stands_right_beside_its_marks(text: str, paired: bool) -> None:
    marks = [at for at, sign in enumerate(text) if sign == '"']
    assert pair_quotes(text) == (dict(zip(marks, "“”", strict=True)) if paired else {})


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("他说'好的'。", (2, 5)),
        ("'好的'。", (0, 3)),
        ("他说'好，'后来走了", (2, 5)),
        ("他说'好a好'。", (2, 6)),
        ("他说'好'又说'不'。", (2, 4, 7, 9)),
        ("他说'好\n的'后", ()),  # a pair stands in one line
        ("他说'a好'。", ()),  # Han inside both of them
        ("他说'X好'。", ()),
        ("他说'好X'。", ()),
        ("他说'好's后", ()),  # an apostrophe
        ("it'好'。", ()),
    ],
)
def test_single_marks(text: str, places: tuple[int, ...]) -> None:
    assert pair_quotes(text) == dict(zip(places, "‘’" * 2, strict=False))


@pytest.mark.parametrize(("opening", "closing"), [('"', '"'), ('"', "”"), ("'", "'")])
def test_marks_far_apart_are_no_pair(opening: str, closing: str) -> None:
    """Three hundred characters from one to the other: an opening mark whose other half is gone takes none further on."""
    curly = "‘’" if opening == "'" else "“”"
    for length, paired in ((299, True), (300, False)):
        inside = "渠" * (length - 1) + "。"
        text = f"他说{opening}{inside}{closing}后"
        changed = pair_quotes(text)
        assert (changed.get(2) == curly[0]) is paired
