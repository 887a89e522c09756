"""The parts of the mojibake search: codec tables, decoder tries, paired marks, what stands, one codec at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import mojibake_cjk, repair
from cleaners.mojibake_codecs import FAMILIES, TRUE_CODECS, Reading, read_pairs, read_wrongly
from cleaners.mojibake_judge import Page, judge
from cleaners.mojibake_marks import balanced
from cleaners.mojibake_trie import Node, decoder

READERS = [codec for family, codecs in FAMILIES.items() if family != "western" for codec in codecs]


@pytest.mark.parametrize("codec", READERS)
def test_pairs_read_by_rows_are_those_read_one_by_one(codec: str) -> None:
    rows = read_pairs(codec)
    for first in range(0x80, 0x100, 3):
        for second in range(256):
            assert rows.get(bytes((first, second))) == read_wrongly(bytes((first, second)), codec, "strict")


@pytest.mark.parametrize("true", ["utf-8", "gbk", "big5"])
def test_the_trie_decodes_what_the_codec_writes(true: str) -> None:
    for char in "a中國囍，\n?":
        data = next((char.encode(c) for c in TRUE_CODECS[true] if char.encode(c, "ignore")), b"")
        node: Node | str = decoder(true)
        for byte in data:
            assert isinstance(node, Node)
            node = node[byte]
        assert node == char


@pytest.mark.parametrize(
    ("text", "doubtful", "becomes"),
    [
        ("他说”好”。", {2}, "他说“好”。"),
        ("他说“好“。", {4}, "他说“好”。"),
        ("《红楼梦《的作者", {4}, "《红楼梦》的作者"),
        ("“好”和“坏”", set(), "“好”和“坏”"),
        ("“好”和”坏”", set(), "“好”和”坏”"),  # certain marks stand, however odd
        ("（一（二）", {2}, "（一（二）"),  # the next one closes what this one would have closed
    ],
)
def test_paired_marks_follow_the_certain_ones(text: str, doubtful: set[int], becomes: str) -> None:
    assert balanced(text, doubtful, 0, len(text)) == becomes


@given(st.text(alphabet="“”《》（）好", max_size=30), st.sets(st.integers(0, 29)))
def test_only_doubtful_marks_are_turned(text: str, doubtful: set[int]) -> None:
    after = balanced(text, doubtful, 0, len(text))
    assert len(after) == len(text)
    assert all(x == y or n in doubtful for n, (x, y) in enumerate(zip(text, after, strict=True)))


def test_what_an_author_may_have_picked_costs_no_more_than_one_picked_at_random() -> None:
    jury = judge()
    assert jury.plain("䶮") >= -15.0 and jury.plain("뷁") >= -12.0
    assert jury.plain("龘龘龘龘") > jury.plain("龘靐齉爩")
    assert jury.plain("\ue123") == jury.score("\ue123")


def test_a_line_that_one_codec_shows_and_another_drops_is_read_with_one_of_them() -> None:
    text = "按照服务、参谋、协调、效能的要求，牢记领导的嘱托，认真做好每一件事情。"
    bad = text.encode().decode("gb18030", "ignore")
    assert any("\ue000" <= char <= "\uf8ff" for char in bad)
    assert mojibake_cjk.find(bad, Page())
    assert repair(bad).text == text


def moves(text: str, limit: int) -> int:
    """Steps of a search for what was read wrongly twice."""
    bad = text.encode().decode("gb18030", "ignore").encode().decode("gb18030", "ignore")
    search = mojibake_cjk.Search([Reading("utf-8", "gbk", "drop")] * 2, judge().logp, mixed=False, limit=limit)
    search.run(bad)
    return search.moves


def test_a_search_ends_soon_after_its_limit() -> None:
    line = "今天上午，社区的志愿者到河边捡了两车垃圾。" * 10
    assert moves(line, 1_000) < 2_000 < moves(line, 1 << 40)


def test_two_readings_that_both_lost_bytes_at_one_place_stay_affordable() -> None:
    assert moves("“救命”纸团：某分局供图", 1 << 40) < 200_000  # millions, where each may have lost two
