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


@pytest.mark.parametrize(("opening", "closing"), [('"', '"'), ('"', "”"), ("'", "'")])
def test_marks_far_apart_are_no_pair(opening: str, closing: str) -> None:
    """Three hundred characters from one to the other: an opening mark whose other half is gone takes none further on."""
    curly = "‘’" if opening == "'" else "“”"
    for length, paired in ((299, True), (300, False)):
        inside = "渠" * (length - 1) + "。"
        text = f"他说{opening}{inside}{closing}后"
        changed = pair_quotes(text)
        assert (changed.get(2) == curly[0]) is paired
