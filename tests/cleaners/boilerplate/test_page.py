"""The lines of a page under the rules: which are looked at, how far a rule of an edge reaches, what is left of blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from cleaners.boilerplate.debris import Cut
from cleaners.boilerplate.page import Page, T, _entry, _repeats
from cleaners.boilerplate.rules import Rule, rules
from schemas.records import Block

PROSE = "渠水长流，两岸的人家都靠它灌田，年年如此。"


def page_of(*blocks: Block | str) -> Page:
    found = [Block(b) if isinstance(b, str) else b for b in blocks]
    return Page(
        [Block(b.text, b.kind, b.role, seq=n, origin=b.origin, flags=b.flags) for n, b in enumerate(found)], frozenset()
    )


def rule(unit: str = "line", place: str = "any", pattern: str = "分享.*", **more: object) -> Rule:
    fields: dict[str, object] = {"name": "shared", "kind": "share", "has": ("分享",), "example": "", "counters": ()}
    return Rule(**{**fields, "unit": unit, "place": place, "pattern": re.compile(pattern), **more})  # type: ignore[arg-type]


def left(page: Page) -> list[str]:
    return [block.text for block in page.result()]


def taken(page: Page) -> list[tuple[int, str, str, int]]:
    return [(edit.block, edit.rule, edit.before, edit.start) for edit in page.edits]


def test_the_lines_of_body_blocks_are_rows_and_know_where_they_began() -> None:
    blocks = [
        Block("渠水\n长流\n不断"),
        Block("题", role="title"),
        Block("柳树", protected=True),
        Block("# 柳树", kind="source"),
        Block("闸门", kind="pre"),
    ]
    page = Page(blocks, frozenset())
    assert [(row.block, row.text, row.start, row.place) for row in page.rows] == [
        (0, "渠水", 0, 0),
        (0, "长流", 3, 1),
        (0, "不断", 6, 2),
        (4, "闸门", 0, 3),
    ]
    assert page.coded and not Page(blocks[:4], frozenset()).coded
    assert [row.folded for row in page.alive()] == ["渠水", "长流", "不断", "闸门"]


def test_the_title_in_the_text_parts_what_stands_above_it() -> None:
    meta, head = Block("渠志", role="title", origin="meta"), Block("渠志", role="title", origin="head")
    page = Page([Block("水网"), Block("渠志", origin="head"), meta, head, Block(PROSE)], frozenset())
    assert (page.below, page.above) == (3, {"水网", "渠志"})
    assert (Page([Block("水网"), meta], frozenset()).below, Page([meta], frozenset()).above) == (0, set())


def test_parts_of_a_line_go_and_the_account_counts_in_the_block_as_it_came() -> None:
    page = page_of("渠水\n长流，分享一下，好。")
    row = page.rows[1]
    page.cut(row, [Cut(3, 7, "", "shared")], "share")
    assert row.text == "长流，，好。"
    page.cut(row, [Cut(0, 2, "", "a"), Cut(4, 6, "！", "b")], "share")
    assert (row.text, row.gone) == ("，，！", False)
    assert taken(page) == [(0, "shared", "分享一下", 6), (0, "a", "长流", 3), (0, "b", "好。", 11)]
    assert [edit.after for edit in page.edits] == ["", "", "！"]
    assert left(page) == ["渠水\n，，！"]
    page.cut(row, [Cut(0, 3, "", "c")], "share")
    assert row.gone and left(page) == ["渠水"]


def test_what_is_left_of_blocks() -> None:
    kept = Block(" ", protected=True, seq=1)
    page = Page([Block("甲\n乙", seq=0), kept, Block(" \n", seq=2), Block("丙", seq=3)], frozenset())
    page.take(page.rows[0], "r", "k")
    assert page.result() == (Block("乙", seq=0), kept, Block("丙", seq=3))
    assert page.result()[2] is page.blocks[3]
    page.take(page.rows[1], "r", "k")
    assert page.result() == (kept, Block("丙", seq=3))


@pytest.mark.parametrize(
    ("gone", "place", "flagged"),
    [([1], 1, 0), ([1, 3], 3, 2), ([1, 2], 2, 0), ([0], 0, 1), ([4], 4, 3), ([], 2, 1)],
)
def test_a_flag_stands_on_the_block_before_what_went(gone: list[int], place: int, flagged: int) -> None:
    """Of what is kept at last; where nothing stands before it, on the first."""
    page = page_of("甲", "乙", "丙", "丁", "戊")
    for _ in range(2):
        page.flag(page.rows[place], "truncated")
    for n in gone:
        page.rows[n].gone = True
    page.put_flags()
    assert [(n, block.flags) for n, block in enumerate(page.blocks) if block.flags] == [(flagged, ("truncated",))]


def test_where_nothing_is_left_no_block_bears_a_flag() -> None:
    page = page_of("甲")
    page.take(page.rows[0], "r", "k", "truncated")
    assert left(page) == []


def test_a_line_of_a_site_goes_on_its_pages() -> None:
    page = Page([Block(PROSE, seq=0), Block("江畔网 与您同行", seq=1)], frozenset(("江畔网与您同行",)))
    assert page.round() and not page.round()
    assert taken(page) == [(1, "site-line", "江畔网 与您同行", 0)]
    assert page.edits[0].detail == "site"


def test_rules_are_tried_in_the_order_of_their_file() -> None:
    """On every line that holds one of their words, however often."""
    examples = [r.example for r in rules() if r.unit == "line" and r.times == 1][: T.edge - 1]
    tried = (page := page_of(*examples, *examples)).candidates(page.rows)
    for found in tried.values():
        assert found == sorted(found, key=rules().index)
    for n, example in enumerate(examples):
        assert [r for r in tried[n] if r.example == example and r.times == 1]
        assert tried[n] == tried[n + len(examples)]


# -- one rule on one line


@pytest.mark.parametrize(
    ("made", "text", "rest"),
    [
        (rule(), "分享到微信", None),
        (rule(), "请分享到微信", "请分享到微信"),
        (rule("sentence"), f"{PROSE}请分享。{PROSE}", PROSE * 2),
        (rule("sentence", longest=2), f"{PROSE}请分享。", f"{PROSE}请分享。"),
        (rule("sentence", beside="reader"), f"{PROSE}请分享。", f"{PROSE}请分享。"),  # nothing of the kind went
        (rule("sentence", "tail"), "请分享。" + "水。" * 16, "水。" * 16),
        (
            rule("sentence", "tail"),
            "水。" * 8 + "请分享。" + "水。" * 8,
            "水。" * 8 + "请分享。" + "水。" * 8,
        ),  # amid it
        (rule("sentence", "tail"), "水。" * 7 + "请分享。" + "水。" * 9, "水。" * 16),
        (rule("sentence", "tail"), "水。" * 9 + "请分享。" + "水。" * 7, "水。" * 16),
        (rule("sentence", "tail"), "水。" * 8 + "请分享。" + "水。" * 7, "水。" * 15),  # of sixteen all are at an edge
        (rule("sentence"), "水。" * 8 + "请分享。" + "水。" * 8, "水。" * 16),
    ],
)
def test_a_rule_on_a_line(made: Rule, text: str, rest: str | None) -> None:
    page = page_of(text)
    page.apply(page.rows[0], made)
    assert left(page) == ([] if rest is None else [rest])


def test_a_comment_above_code_is_none_of_a_page_s_lines() -> None:
    page = page_of(Block("x = 1", kind="pre"), "# 分享到微信")
    page.apply(page.rows[1], rule(pattern=".*分享.*"))
    assert len(left(page)) == 2
    page = page_of("# 分享到微信")
    page.apply(page.rows[0], rule(pattern=".*分享.*"))
    assert left(page) == []


def test_what_stands_beside_a_kind_of_boilerplate_in_its_block_goes() -> None:
    page = page_of(f"{PROSE}请分享。请收藏。", f"{PROSE}请收藏。")
    beside = rule("sentence", pattern="收藏", has=("收藏",), beside="share", name="kept")
    page.apply(page.rows[0], rule("sentence", flag="truncated"))
    for row in page.rows:
        page.apply(row, beside)
    assert left(page) == [PROSE, f"{PROSE}请收藏。"]
    assert page.held == {(0, "share")}
    assert page.flags == [(0, "truncated")]


def test_so_many_sentences_of_a_page_are_tried() -> None:
    page = page_of("请分享。" * 3)
    page.tries = T.tries_most - 2
    page.apply(page.rows[0], rule("sentence"))
    assert (left(page), page.tries) == (["请分享。"], T.tries_most)


# -- the edges


@pytest.mark.parametrize(
    ("at", "near"),
    [(0, True), (T.edge - 1, True), (T.edge, False), (99 - T.edge, False), (100 - T.edge, True), (99, True)],
)
def test_words_of_rules_of_an_edge_are_looked_for_there(at: int, near: bool) -> None:
    """On a page of a hundred lines; once more further from the edges in each round, for what stood there may be gone."""
    anywhere, tail = (next(r for r in rules() if (r.place, r.unit, r.times) == (p, "line", 1)) for p in ("any", "tail"))
    for made, expected in ((anywhere, True), (tail, near)):
        lines = [f"{PROSE}这是第{n}年。" for n in range(100)]
        lines[at] = made.example
        page = page_of(*lines)
        tried = page.candidates(page.alive())
        assert (made in tried.get(at, ())) is expected
        assert all(made not in found for n, found in tried.items() if n != at)
        assert page.edge == 2 * T.edge
        assert made in page.candidates(page.alive())[at]


@pytest.mark.parametrize(
    ("lines", "place", "rest"),
    [
        (["分享到微信", *["水。"] * 9], "head", 9),
        ([*["水。"] * 3, "分享到微信", *["水。"] * 9], "head", 12),
        ([*["水。"] * 4, "分享到微信", *["水。"] * 9], "head", 14),
        ([*["水。"] * 2, "分享到微信", *["水。"] * 2], "head", 4),  # in the middle it is of both
        ([*["水。"] * 2, "分享到微信", "水。"], "head", 4),  # nearer to the end
        ([*["水。"] * 9, "分享到微信"], "tail", 9),
        ([*["水。"] * 9, "分享到微信", *["水。"] * 4], "tail", 14),
        (["分享到微信", *["水。"] * 9], "tail", 10),
    ],
)
def test_rules_of_an_edge_reach_over_so_many_lines(lines: Sequence[str], place: str, rest: int) -> None:
    page = page_of(*lines)
    order = range(len(lines)) if place == "head" else range(len(lines) - 1, -1, -1)
    at = list(lines).index("分享到微信")
    page.zone(order, page.rows, {at: [rule(place="edge")]}, place)
    assert len(left(page)) == rest


def test_a_rule_of_one_edge_is_none_of_the_other() -> None:
    for place, other in (("head", "tail"), ("tail", "head")):
        page = page_of("分享到微信", PROSE)
        page.zone(range(2), page.rows, {0: [rule(place=other)]}, place)
        assert len(left(page)) == 2
        page.zone(range(2), page.rows, {0: [rule(place="any")]}, place)
        assert len(left(page)) == 2
        page.zone(range(2), page.rows, {0: [rule("sentence", place, pattern="分享")]}, place)
        assert left(page) == [PROSE]


@pytest.mark.parametrize(
    ("line", "place", "name"),
    [
        ("渠志", "head", "title-repeat"),
        ("渠志", "tail", ""),
        ("首页 水网 渠务 正文", "head", "breadcrumb-spaced"),
        ("首页 水网 渠务 正文", "tail", ""),
        ("——水网", "head", "above-title"),
        ("—水网", "head", "above-title"),
        ("–水网", "head", "above-title"),
        ("—水务", "head", ""),
        ("水网", "head", ""),
        ("40 3310010", "tail", "numbers"),
        ("40 3310010", "head", ""),
    ],
)
def test_what_an_edge_has_by_its_form(line: str, place: str, name: str) -> None:
    title = Block("渠志", role="title", origin="head")
    page = page_of("水网", title, *((line, PROSE, PROSE) if place == "head" else (PROSE, PROSE, line)))
    page.zone(range(3) if place == "head" else range(2, -1, -1), page.rows[1:], {}, place)
    assert [rule for _, rule, *_ in taken(page)] == ([name] if name else [])


def test_numbers_alone_are_a_page_s_only_text() -> None:
    page = page_of("40 3310010")
    page.zone(range(1), page.rows, {}, "tail")
    assert left(page) == ["40 3310010"]


# -- lists


@pytest.mark.parametrize(
    ("below", "taken"),
    [
        (["渠边的树", "山下的水"], 3),
        (["渠边的树", PROSE], 0),  # a text stands below
        (["渠边的树(01-11)", "山下的水(01-12)", PROSE], 3),  # as far as all of them bear dates
        (["渠边的树(01-11)", "山下的水", PROSE], 0),
        ([PROSE, "渠边的树"], 0),
        ([], 1),
    ],
)
def test_a_related_list_goes_with_its_heading(below: list[str], taken: int) -> None:
    page = page_of(PROSE, "相关分享", *below)
    page.lists(page.rows, {1: [rule("list", pattern="相关分享")]})
    assert [edit.rule for edit in page.edits] == ["shared", "related-entry", "related-entry"][:taken]
    assert left(page) == [PROSE, *["相关分享", *below][taken:]]


@pytest.mark.parametrize(
    ("folded", "entry"),
    [
        ("渠边的树", True),
        ("", False),
        ("渠" * T.entry_longest, True),
        ("渠" * (T.entry_longest + 1), False),
        ("渠边的树。", False),
        ("渠。边的树", False),
        ("渠边的树:", False),
        ("渠边的树,", False),
        ("渠边的树;", False),
        ("渠,边:的;树", True),
    ],
)
def test_an_entry_of_a_list_is_a_short_line_without_a_stop(folded: str, entry: bool) -> None:
    assert _entry(folded) is entry


DATED = (
    "渠边的树今年又高了一截(2024-10-04)",
    "山下的水今年又清了一些(2024-10-03)",
    "村口的路今年又宽了一点(2024-10-02)",
)


@pytest.mark.parametrize(
    ("lines", "rest"),
    [
        ([PROSE, *DATED], 1),
        ([PROSE, *DATED[:2]], 3),  # two are chance
        (["渠水长流", *DATED], 4),  # a page of nothing else is a list
        (["以下是渠务年历：", PROSE, *DATED], 2),
        ([PROSE, "以下是渠务年历：", *DATED], 5),  # the text's own
        ([PROSE, *DATED, "渠边"], 5),
        ([PROSE, DATED[0], "渠边", *DATED[1:]], 5),
        ([PROSE, *(f"青江队对北桥队 2024-10-0{n} 19:35" for n in range(1, 5))], 5),  # a timetable
        ([PROSE, *(f"青江队对北桥队，水站的球场上人山人海 2024-10-0{n} 19:35" for n in range(1, 5))], 1),
        ([PROSE, *(f"{'渠' * 79}(2024-10-0{n})" for n in range(1, 5))], 1),
        ([PROSE, *(f"{'渠' * 81}(2024-10-0{n})" for n in range(1, 5))], 5),
    ],
)
def test_dated_titles_at_the_end_go(lines: list[str], rest: int) -> None:
    page = page_of(*lines)
    page.dated_tail()
    assert left(page) == lines[:rest]
    assert [before for _, _, before, _ in taken(page)] == lines[rest:]


@pytest.mark.parametrize(
    ("titles", "repeats"),
    [
        (["渠志"], {"渠志"}),
        (["《渠志》"], {"《渠志》", "渠志"}),
        (["《渠志》和《水志》"], {"《渠志》和《水志》"}),
        ([], set()),
    ],
)
def test_which_repetitions_of_the_title_may_go(titles: list[str], repeats: set[str]) -> None:
    assert _repeats([Block(title, role="title", origin="head") for title in titles] + [Block("水志")]) == repeats
