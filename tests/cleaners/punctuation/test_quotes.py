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
        ('一个"没有', {}),
        ("没有", {}),
    ],
)
def test_straight_marks(text: str, pairs: dict[int, str]) -> None:
    assert pair_quotes(text) == pairs
