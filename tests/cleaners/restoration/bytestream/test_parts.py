"""The parts of the byte stream search: what a page shows, what it knows, one hypothesis, the proof."""

from __future__ import annotations

import pytest
from bytestream_pages import page, table

from cleaners.model import model
from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.context import PageContext
from cleaners.restoration.bytestream.damage import Site
from cleaners.restoration.bytestream.evidence import page_table
from cleaners.restoration.bytestream.proof import T as PROOF
from cleaners.restoration.bytestream.proof import prove, strangest
from cleaners.restoration.bytestream.restoring import _Work
from cleaners.restoration.bytestream.search import Search
from cleaners.restoration.bytestream.state import NONE, Beam, State, Stream, rank
from cleaners.restoration.bytestream.state import T as STATE
from cleaners.restoration.bytestream.visible import Token, visible
from schemas.records import Block

BAD, GOLD = page(Site(table(1), "?", True), 1)


@pytest.fixture(scope="module")
def context() -> PageContext:
    found = page_table(BAD)
    assert found is not None
    return PageContext(found, BAD)


def test_annotations_are_told_from_what_stands_between_them() -> None:
    seen = visible("我(wǒ)家?xué)好", lexicon.sounds())
    assert seen.plain == "我家好"
    assert seen.tokens == {1: Token(5, "wǒ", False), 6: Token(11, "xué", True)}
    assert [seen.text[place] for place in seen.places] == list(seen.plain)


def test_a_page_knows_how_it_was_folded_and_what_follows_what(context: PageContext) -> None:
    assert context.is_folded
    assert context.folded("好，來。") == "好,來。"
    assert context.bits("人", "民") < context.bits("人", "囍")
    assert context.has("會") and not context.has("囍")


def state(cost: float, raw: str, *, pending: int = NONE, lost: int = 0) -> State:
    return State(cost, raw, pending, True, "", lost)


def test_of_two_hypotheses_that_go_on_alike_the_cheaper_is_kept() -> None:
    beam = Beam()
    beam.add(state(5.0, "甲"))
    beam.add(state(3.0, "甲", lost=1))
    beam.add(state(4.0, "乙"))
    beam.add(state(3.0 + STATE.reach + 1, "丙"))  # too far behind the best
    assert sorted(s.cost for s in beam.states.values()) == [3.0, 4.0]
    assert rank(state(1.0, "", pending=0xB0)) > rank(state(1.0, ""))  # amid a character it has paid for less


def test_only_what_gives_the_input_when_it_is_damaged_again_is_proved(context: PageContext) -> None:
    for bad, gold in zip(BAD[:4], GOLD[:4], strict=True):
        proof = prove(context, bad, state(0.0, gold), 0)
        assert proof is not None
        assert all(char in gold for char, _ in proof.table)
        assert prove(context, bad, state(0.0, gold.replace("，", "。", 1)), 0) is None


def test_garble_is_stranger_than_text(context: PageContext) -> None:
    assert strangest(context, GOLD[0], 0) + 3 < strangest(context, GOLD[0][::-1], 0)


def test_the_search_finds_the_text_behind_a_span(context: PageContext) -> None:
    seen = visible(BAD[0], lexicon.sounds())
    alarms = sorted(seen.tokens)
    found = Search(context, BAD[0], seen.tokens, set(), alarms).span(0, alarms[0], "")
    assert found is not None
    assert found.start <= alarms[0] < found.end
    assert GOLD[0].startswith(found.best.raw)


def test_the_bar_of_strangeness_stands_between_text_and_garble(context: PageContext) -> None:
    """Of 24 paragraphs one is above it (a name), of the same read backwards none is below."""
    assert sum(strangest(context, text, 0) > PROOF.strange for text in GOLD) <= 1
    assert all(strangest(context, text[::-1], 0) > PROOF.strange for text in GOLD)


@pytest.mark.parametrize(
    ("behind", "mean", "first", "suspected"),
    [
        ("人燈田", 14.3, 8.5, True),  # strange together
        ("人橋夜", 12.3, 8.5, False),
        ("閘村田", 12.3, 20.4, True),  # the first alone
        ("田村村", 9.8, 14.6, False),
    ],
)
def test_a_cut_is_suspected_where_what_stands_behind_a_mark_is_strange(
    context: PageContext, behind: str, mean: float, first: float, suspected: bool
) -> None:
    """Bits by the page's own model, of three characters on average and of the first."""
    line = f"渠修好了,{behind}。"
    bits = context.model_bits([line])[0].tolist()[5:8]
    assert (sum(bits) / 3, bits[0]) == pytest.approx((mean, first), abs=0.1)
    cuts = _Work(context, Block(line), visible(line, lexicon.sounds()))._suspected_cuts()
    assert cuts == ({4} if suspected else set())


def test_choices_cost_together_what_each_costs_alone_and_the_pages_words_count_when_they_come() -> None:
    found = page_table(BAD)
    assert found is not None
    fresh = PageContext(found, BAD)
    choices = model().choices(["會", "學", "民", "國"])

    def alone() -> list[float]:
        return [fresh.cost("人", char) for char in choices.chars]

    before = fresh.costs("人", choices).tolist()
    assert before == pytest.approx(alone())
    fresh.remember(["人國人國人國"])
    after = fresh.costs("人", choices).tolist()
    assert after == pytest.approx(alone())
    assert after[3] < before[3]


def test_a_hypothesis_too_dear_in_step_is_not_made(context: PageContext) -> None:
    stream, here = Stream(context), state(9.0, "人")
    assert [after.raw for after in stream.pair(here, lexicon.codes()["民"], 0.0)] == ["人民"]
    stream.target.limit = 8.0
    assert list(stream.pair(here, lexicon.codes()["民"], 0.0)) == []


def test_a_block_is_looked_at_again_once_the_page_has_learned_a_reading() -> None:
    found = page_table(BAD)
    assert found is not None
    fresh, block = PageContext(found, BAD), Block("我囍(xǐ)歡")
    seen = visible(block.text, lexicon.sounds())
    first, second, third = (_Work(fresh, block, seen) for _ in range(3))
    first.look(None)
    second.look(first)
    assert first.plain == second.plain == []
    fresh.readings["囍"] = "xǐ"
    third.look(second)
    assert third.plain == [2]
