"""One account of what was replaced: offsets of the received text and of the text as it is now tell of each other."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from timing import seconds

from cleaners.text import Ledger, Span, replayed
from cleaners.text.ledger import T
from schemas.records import Edit

RECEIVED = "".join(map(chr, range(0x4E00, 0x4E00 + 24)))  # each character stands once, and so tells where it came from


@st.composite
def passes(draw: st.DrawFn) -> list[list[tuple[float, float, str]]]:
    """Passes over a text, as shares of its length: what is replaced, and by what."""
    share = st.floats(0, 1)
    return draw(st.lists(st.lists(st.tuples(share, share, st.text("abc", max_size=4)), max_size=4), max_size=5))


def spans_of(shares: Sequence[tuple[float, float, str]], size: int) -> list[Span]:
    out: list[Span] = []
    for a, b, after in sorted(shares):
        start, end = sorted((round(a * size), round(b * size)))
        if (not out or start >= out[-1].end) and (start < end or after):
            out.append(Span(start, min(end, start + 6), after))
    return out


@given(passes())
def test_what_is_left_of_the_text_is_found_from_both_sides(rounds: list[list[tuple[float, float, str]]]) -> None:
    ledger, plain = Ledger(RECEIVED), RECEIVED
    for shares in rounds:
        spans = spans_of(shares, len(plain))
        ledger.replace(spans)
        for start, end, after in reversed(spans):
            plain = plain[:start] + after + plain[end:]
        assert ledger.text == plain
    last = -1
    for at, char in enumerate(plain):
        origin = ledger.origin(at)
        assert last <= origin <= len(RECEIVED)
        last = origin
        if char in RECEIVED and ledger.place(RECEIVED.index(char)) == at:
            assert origin == RECEIVED.index(char)
    places = [ledger.place(offset) for offset in range(len(RECEIVED) + 1)]
    assert places == sorted(places) and places[-1] <= len(plain)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8))
def test_what_only_goes_leaves_every_other_character_where_it_is_told(cuts: list[tuple[float, float]]) -> None:
    ledger = Ledger(RECEIVED)
    for a, b in cuts:
        ledger.replace(spans_of([(a, b, "")], len(ledger.text)))
    for at, char in enumerate(ledger.text):
        assert ledger.origin(at) == RECEIVED.index(char)
        assert ledger.place(RECEIVED.index(char)) == at


@given(passes())
def test_edits_that_say_where_they_stand_are_replayed(rounds: list[list[tuple[float, float, str]]]) -> None:
    """One edit after the other, each at its place in the received text, gives the text as it is now."""
    ledger = Ledger(RECEIVED)
    edits: list[Edit] = []
    for shares in rounds:
        for start, end, after in spans_of(shares, len(ledger.text))[:1]:
            if ledger.place(ledger.origin(start)) != start:
                continue  # it begins inside what was put in: no offset of the received text is its own
            edits.append(Edit("s", "r", 0, ledger.origin(start), ledger.text[start:end], after))
            ledger.replace([Span(start, end, after)])
    again = replayed(RECEIVED, edits)
    assert again is not None and again.text == ledger.text


def test_what_keeps_its_length_moves_nothing() -> None:
    ledger = Ledger("他说,好.")
    ledger.replace([Span(2, 3, "，"), Span(4, 5, "。")])
    assert ledger.text == "他说，好。"
    assert [ledger.origin(at) for at in range(5)] == [ledger.place(at) for at in range(5)] == [0, 1, 2, 3, 4]


def test_what_was_put_in_stood_within_what_it_replaced() -> None:
    ledger = Ledger("甲乙丙丁戊己")
    ledger.replace([Span(1, 4, "abcde")])
    assert [ledger.origin(at) for at in range(len(ledger.text))] == [0, 1, 2, 3, 3, 3, 4, 5]


def test_edits_that_go_back_in_the_text_are_replayed_so_often() -> None:
    text = "水" * (T.passes + 2)
    edits = [Edit("s", "r", 0, n, "水", "雨") for n in range(len(text))]
    forth, back = replayed(text, edits), replayed(text[1:], edits[-2::-1])
    assert forth is not None and forth.text == "雨" * len(text)
    assert back is not None and back.text == "雨" * (len(text) - 1)
    assert replayed(text, edits[::-1]) is None


def test_a_summary_and_what_stands_elsewhere_are_not_replayed() -> None:
    assert replayed("甲乙", [Edit("s", "r", 0, 0, "甲", "丙", count=2)]) is None
    assert replayed("甲乙", [Edit("s", "r", 0, 1, "甲", "丙")]) is None


def test_a_long_text_takes_linear_time() -> None:
    def cost(size: int) -> float:
        def run() -> None:
            ledger = Ledger("水 , " * size)
            for width in (3, 2):
                ledger.replace([Span(n, n + width, "，") for n in range(1, len(ledger.text) - width, 4)])
            for at in range(len(ledger.text)):
                ledger.origin(at)

        return seconds(run)

    cost(500)
    assert cost(20_000) < 60 * max(cost(2_000), 0.005)
