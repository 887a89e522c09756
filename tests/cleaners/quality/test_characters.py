"""Characters are counted once, each for all that it is."""

from __future__ import annotations

from cleaners.quality.characters import T, Tally, tally
from cleaners.text import counted


def test_a_character_counts_for_all_that_it_is() -> None:
    assert tally(counted("渠水的〇12，★_ a²")) == Tally(han=4, function_words=1, digits=3, marks=3, symbols=2)
    assert tally({}) == Tally()


def test_more_characters_than_are_remembered_are_counted_all_the_same() -> None:
    first = 0x20000
    assert tally({chr(first + n): 2 for n in range(T.remembered + 5)}) == Tally(han=2 * (T.remembered + 5))
