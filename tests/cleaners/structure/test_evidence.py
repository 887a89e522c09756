"""The signs that another document begins, each by itself: what it takes for one, and where its bar is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cleaners.structure import evidence
from cleaners.structure.evidence import T
from cleaners.structure.sections import marks
from cleaners.text import TitleMark
from schemas.records import Block

PROSE = "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜，到了夏天十分凉快，人人称便。"


def blocks(*lines: str) -> list[Block]:
    return [Block(line, seq=n) for n, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("first", "behind", "is_title"),
    [
        ("青江县水务局", (PROSE,), False),  # signs
        ("青江县水务局工作总结", (PROSE,), True),  # ends in what a text is called
        ("各位同志！", (PROSE,), False),  # speaks to somebody
        ("修渠的日子", ("渠" * 40,), True),
        ("修渠的日子", ("渠" * 39,), False),
        ("修渠的日子", ("渠", "渠", PROSE), True),
        ("修渠的日子", ("渠", "渠", "渠", PROSE), False),  # running text begins too late
        ("修渠的日子", (), False),
    ],
)
def test_a_document_s_own_title(first: str, behind: Sequence[str], is_title: bool) -> None:
    assert evidence.own_title(blocks(first, *behind)) is is_title


def one_book(kind: str, rests: Sequence[str], title: str | None, before: Sequence[str] = (), inside: str = "") -> bool:
    lines, run = list(before), []
    for n, rest in enumerate(rests, 1):
        run.append((len(lines), TitleMark(kind, n, f"{kind}{n}", rest)))
        lines += [f"{kind}{n} {rest}", *inside.split(), PROSE]
    return evidence.of_one_book(blocks(*lines), run, title)


@pytest.mark.parametrize(
    ("kind", "title", "before", "is_book"),
    [
        ("=用水协议书", None, (), False),
        ("=用水协议书", None, ("渠" * (T.lead_of_series - 1),), False),
        ("=用水协议书", None, ("渠" * T.lead_of_series,), True),  # with the blank behind the title that is not there
        ("=渠边的树", None, (), True),
        ("=渠边的树", "渠边的树", (), False),
        ("=渠边的树", "山下的水", (), True),
        ("=渠边的树", None, ("渠边的树大全",), False),
        ("=渠边的树", None, ("渠边的树",), True),
        ("=渠边的树", None, ("山下的水大全",), True),
        ("其", "渠边的树", (), True),
        ("其", "渠边的树精选", (), False),
        ("其", None, ("渠" * 597 + "精选",), False),
        ("其", None, ("渠" * 598 + "精选",), True),  # said too late to be said of the page
    ],
)
def test_a_numbered_heading_parts_a_page_where_that_says_so(
    kind: str, title: str | None, before: Sequence[str], is_book: bool
) -> None:
    assert one_book(kind, ("", ""), title, before) is is_book


@pytest.mark.parametrize(
    ("rests", "title", "before", "is_book"),
    [
        (("总论", "分论"), "渠志", (), True),
        (("总论", "分论"), None, (), False),
        (("总论", "分论"), "渠志大全", (), False),
        (("总论", "分论"), "渠志", ("这里有几篇范文",), False),
        (("总论", ""), "渠志", (), False),
        (("修渠总结", "守闸"), "总结", (), False),
    ],
)
def test_marks_with_headings_are_parts_of_a_book_that_has_a_title(
    rests: Sequence[str], title: str | None, before: Sequence[str], is_book: bool
) -> None:
    assert one_book("第", rests, title, before) is is_book


@pytest.mark.parametrize(
    ("chapters", "before", "is_book"),
    [
        (("第一章", "第二章"), (), True),
        (("第一章", "第一章"), (), False),  # each text has its own
        (("第一章", "后来"), (), False),
        (("第一章", "后来"), ("第三章",), False),  # what stands before the first mark counts on in none
        (("第一章第一节", "第一章第二节"), (), True),
        (("第一章水的来历", "第一章水的去处"), (), False),
    ],
)
def test_chapters_that_count_on_make_one_book(chapters: Sequence[str], before: Sequence[str], is_book: bool) -> None:
    lines = [*before, "第一篇", chapters[0], PROSE, "第二篇", chapters[1], PROSE]
    first = len(before)
    run = [(first, TitleMark("第", 1, "第一篇", "")), (first + 3, TitleMark("第", 2, "第二篇", ""))]
    assert evidence.of_one_book(blocks(*lines), run, "渠志") is is_book


WHO, OTHER, WHEN = "青江县水务局：", "城关镇政府：", "2024年6月5日"


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ((WHO, PROSE, WHEN, OTHER, PROSE), [3]),
        (("一", "二", "三", WHO, PROSE, WHEN, OTHER, PROSE), [6]),
        (("一", "二", "三", "四", WHO, PROSE, WHEN, OTHER, PROSE), []),  # a letter addresses within its lead
        ((WHO, "渠" * (40 - len(WHO) - len(WHEN)), WHEN, OTHER, PROSE), [3]),
        ((WHO, "渠" * (39 - len(WHO) - len(WHEN)), WHEN, OTHER, PROSE), []),
        ((WHO, PROSE, WHEN, OTHER), []),  # nothing stands under it
        ((WHO, PROSE, OTHER, PROSE), []),  # the one before has no end
        ((WHO, PROSE, WHEN, PROSE, PROSE), []),
        ((WHO, PROSE, WHEN, OTHER, PROSE, WHEN, WHO, PROSE), [3, 6]),
        ((WHO, PROSE, WHEN, OTHER, "渠", WHEN, WHO, PROSE), [3]),  # counted from the letter's own beginning
    ],
)
def test_letters_are_addressed_and_dated(lines: Sequence[str], places: list[int]) -> None:
    assert evidence.letters(blocks(*lines)) == places


LONG = "渠" * T.shortest


@pytest.mark.parametrize(
    ("title", "lines", "heads"),
    [
        ("总结（精选2篇）", ("甲站总结", LONG, "乙站总结", LONG), ["甲站总结", "乙站总结"]),
        ("总结（精选1篇）", ("甲站总结", LONG), []),
        (None, ("甲站总结", LONG, "乙站总结", LONG), []),
        ("总结（精选3篇）", ("甲站总结", LONG, "乙站总结", LONG), []),
        ("总结（精选2篇）", ("甲站总结", LONG, "乙站总结", LONG[1:]), []),
        ("总结（精选2篇）", ("渠" * 200, "甲站总结", LONG, "乙站总结", LONG), ["甲站总结", "乙站总结"]),
        ("总结（精选2篇）", ("渠" * 201, "甲站总结", LONG, "乙站总结", LONG), []),  # too long for a lead
        ("总结（精选2篇）", ("1、甲站总结", LONG, "2、乙站总结", LONG), ["甲站总结", "乙站总结"]),
        ("总结（精选2篇）", ("1、甲站总结", LONG, "3、乙站总结", LONG), []),
        ("总结（精选2篇）", ("渠" * 36 + "站总结", LONG, "乙站总结", LONG), ["渠" * 36 + "站总结", "乙站总结"]),
        ("总结（精选2篇）", ("渠" * 38 + "站总结", LONG, "乙站总结", LONG), []),
        ("总结（精选2篇）", ("总结", LONG, "乙站总结", LONG), []),  # two characters name no text
        ("总结（精选2篇）", ("甲总结", LONG, "乙站总结", LONG), ["甲总结", "乙站总结"]),
        ("总结（精选2篇）", ("渠" * 37 + "站总结", LONG, "乙站总结", LONG), ["渠" * 37 + "站总结", "乙站总结"]),
        ("总结（精选2篇）", ("甲站总结", "渠", "乙站总结", LONG), []),  # each has a text of its own
        ("总结（精选2篇）", ("渠边的树", LONG, "山下的水", LONG), []),
        (
            "总结（精选3篇）",
            ("渠边的树", LONG, "山下的水", LONG, "门前的柳", LONG),
            ["渠边的树", "山下的水", "门前的柳"],
        ),
        ("总结（精选2篇）", ("渠边的树", LONG * 2, "甲站总结", LONG, "乙站总结", LONG), []),  # a text before them
        ("总结（精选2篇）", ("甲站总结", LONG, "渠边的树", LONG, "乙站总结", LONG), ["甲站总结", "乙站总结"]),
        ("总结（精选3篇）", ("各位同志！", LONG, "渠边的树", LONG, "门前的柳", LONG), []),
    ],
)
def test_heads_are_as_many_as_the_title_says(title: str | None, lines: Sequence[str], heads: list[str]) -> None:
    found = evidence.counted_heads(blocks(*lines), title)
    assert [own for _, own in found] == heads
    assert all(lines[at].endswith(own) for at, own in found)


def test_what_heads_a_text_is_a_line_of_its_own() -> None:
    rows = [Block("甲站总结", kind="table"), Block(LONG), Block("乙站总结"), Block(LONG)]
    assert evidence.counted_heads(rows, "总结（精选2篇）") == []
    lines = [Block("甲站总结", kind="heading"), Block(LONG), Block("乙站总结", kind="heading"), Block(LONG)]
    assert evidence.counted_heads(lines, "总结（精选2篇）") == [(0, "甲站总结"), (2, "乙站总结")]


@pytest.mark.parametrize(
    ("lines", "may"),
    [
        (("一、修渠", "二、守闸", "一、清淤"), True),
        (("一、修渠", "二、守闸", "1、清淤"), False),
        (("二、修渠", "二、守闸"), False),
        (("各位同志：", "渠修好了。"), True),
        (("渠修好了。", "水来了。"), False),
    ],
)
def test_nothing_is_weighed_where_no_numbering_begins_twice(lines: Sequence[str], may: bool) -> None:
    assert evidence._may_restart(blocks(*lines)) is may


ENDED = ("渠" * 150, "此致", "敬礼")


@pytest.mark.parametrize(
    ("before", "signed_off"),
    [
        (ENDED, True),
        (("渠" * 145, "此致", "敬礼"), False),  # too short for a document
        (("渠" * 146, "此致", "敬礼"), True),
        (("渠" * 150, "完了"), False),
        (("渠" * 150, "此致", "一", "二", "三", "四"), True),
        (("渠" * 150, "此致", "一", "二", "三", "四", "五"), False),  # it closed long before
        (("渠" * 150, "此致" + "渠" * 58), True),
        (("渠" * 150, "此致" + "渠" * 59), False),  # said amid a paragraph
    ],
)
def test_a_document_comes_to_its_end_with_a_formula(before: Sequence[str], signed_off: bool) -> None:
    assert evidence._signed_off(blocks(*before, "各位同志："), 0, len(before)) is signed_off


SPEECH = ("各位领导：", "渠" * 150, "谢谢大家！")


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ((*SPEECH, *SPEECH), [3]),
        ((*SPEECH, *SPEECH, *SPEECH), [3, 6]),
        ((*SPEECH, "水站", "2024年6月5日", "守闸的话", *SPEECH), [5]),  # with the title above it
        ((*SPEECH, "水站", "渠水流了一年，没有断过。", "守闸的话", *SPEECH), [6]),  # nobody signed
        ((*SPEECH, "2024年6月5日", "渠" * 31, *SPEECH), [5]),  # no title
        (("各位领导：", "谢谢大家！", *SPEECH), []),  # too short
        ((*SPEECH, "各位领导：", "渠", "谢谢大家！", *SPEECH), [3]),  # the second is: its own length counts
        ((*SPEECH, "各位领导：", "渠" * 150 + "谢谢大家！", *SPEECH), [3]),
        ((*SPEECH, "青江县水务局", "渠水清了。", *SPEECH), [5]),  # signed, and no title behind it
        ((*SPEECH, "水站", "2024年6月5日", "守" * 30, *SPEECH), [5]),
        ((*SPEECH[:2], *SPEECH), []),  # not ended
    ],
)
def test_who_is_spoken_to_anew_begins_another_speech(lines: Sequence[str], places: list[int]) -> None:
    assert evidence.boundaries(blocks(*lines)) == places


def numbered(*lines: str) -> tuple[list[Block], dict[int, object]]:
    return blocks(*lines), {mark.line: mark for mark in marks(list(lines)) if mark.label is not None}


def score(*before: str, begin: int | None = None, head: Sequence[str] = ()) -> float:
    """Points of a numbering that starts anew behind `before` and `head`, where nothing tells of another subject."""
    lines = ["一、修渠", "二、守闸", *before, *head, "一、清淤", "二、种树"]
    n = len(lines) - 2
    all_blocks, labelled = numbered(*lines)
    return evidence._score(all_blocks, labelled, 0, n - len(head), n)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "head", "points"),
    [
        ((), (), 1.0),
        ((), ("水清了。",), 1.0),
        ((), ("自去年三月开工以来，水清了。",), 1.5),  # an opening
        ((), ("水清了，现将工作总结如下：",), 1.5),  # announces a numbering
        ((), ("水站的树",), 1.75),  # a title
        ((), ("各位同志：",), 2.5),  # speaks to somebody, which is an opening too
        (("特此报告。",), (), 1.5),
        (("特此报告。", "渠"), (), 1.5),
        (("特此报告。", "渠", "渠"), (), 1.0),  # too far before
        (("特此报告" + "渠" * 116,), (), 1.5),
        (("特此报告" + "渠" * 117,), (), 1.0),  # said amid a paragraph
        (("2024年6月5日",), (), 2.0),  # signed
        (("渠" * 28 + "2024年6月5日",), (), 1.0),  # a long line is no signature
        (("特此报告。", "2024年6月5日"), ("水站的树",), 3.25),
        (("附件2：水闸名册",), (), -1.0),
        (("渠" * 31 + "2024年6月5日",), (), 1.0),
        ((), ("附件2：水闸名册",), -0.25),  # which looks like a title
        (("修渠先清淤再种树，一是清淤旧渠，二是种树新堤。",), (), 1.0),
    ],
)
def test_points_of_evidence(before: Sequence[str], head: Sequence[str], points: float) -> None:
    assert score(*before, head=head) == points


def test_headings_that_the_text_before_names_are_nested_in_it() -> None:
    lines = ("一、修渠", "二、打算", "开好一个大会，抓住两个关键。", "一、开好一个大会", "二、抓住两个关键")
    assert evidence._announced(blocks(*lines), 0, 3, 3)
    assert not evidence._announced(blocks(*lines[:2], "开好一个大会。", *lines[3:]), 0, 3, 3)  # one is chance
    assert not evidence._announced(blocks(*lines[:3], "渠", "渠", *lines[3:]), 0, 5, 5)  # too far before
    short = ("一、修渠", "二、打算", "先清淤，再种树。", "一、清淤", "二、种树")
    assert not evidence._announced(blocks(*short), 0, 3, 3)  # headings of two characters say too little
    three = ("一、修渠", "二、打算", "先清旧淤，再种新树。", "一、清旧淤", "二、种新树")
    assert evidence._announced(blocks(*three), 0, 3, 3)
    longer = ("一、修渠", "二、打算", "开好一个会，抓住两个点。", "一、开好一个会的事", "二、抓住两个点的事")
    assert evidence._announced(blocks(*longer), 0, 3, 3)  # their first five characters
    assert evidence._score(*numbered(*lines), 0, 3, 3) == -1.0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lead", "heading", "named"),
    [
        ("这一年先种渠边的树木。", "渠边的树木", True),
        ("这一年先种渠边的树。", "渠边的树", False),  # four characters are found by chance
        ("这一渠边的树木年", "渠边的树木", False),  # a line of the same kind, no lead
        ("这一年渠边的树木多", "渠边的树木", False),
        ("这一年渠边的树木很多", "渠边的树木", True),
        ("这一年先种渠边的树木。", "渠边的树木，", False),  # no title
        ("这一年先种渠边的\n树木也种山上的。", "渠边的树木", False),
        ("渠" * 41 + "这一年" + "渠" * 41, "渠" * 41, False),
    ],
)
def test_what_a_lead_names_heads_a_part_of_it(lead: str, heading: str, named: bool) -> None:
    """The lead is the document's own beginning: what stood before it names nothing."""
    found = blocks("渠边的树木和渠边的树都在这里，种了很多年。", *lead.split("\n"), heading)
    assert evidence.named_in_lead(found, 1, len(found) - 1) is named


def test_a_line_that_a_lead_names_takes_points_from_a_boundary() -> None:
    lines = ("今年先修渠边的水站，再修山下的路。", "一、修渠", "二、守闸", "渠边的水站", "一、清淤", "二、种树")
    all_blocks, labelled = numbered(*lines)
    assert evidence._score(all_blocks, labelled, 0, 3, 4) == -0.25  # type: ignore[arg-type]
    assert evidence._score(all_blocks, labelled, 1, 3, 4) == 1.75  # type: ignore[arg-type]


def test_a_change_of_subject_is_two_and_a_half_points() -> None:
    lines = ["一、修渠", *wording(WATER, 30), "一、种树", *wording(TREES, 30)]
    assert evidence._score(*numbered(*lines), 0, 31, 31) == 3.5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texts", "backwards", "near"),
    [
        (("甲", "乙", "丙"), False, "甲\n乙\n丙"),
        (("甲", "乙", "丙"), True, "甲\n乙\n丙"),
        (("甲" * T.window, "乙"), False, "甲" * T.window),
        (("甲" * T.window, "乙"), True, "甲" * T.window + "\n乙"),
        (("甲", "乙" * T.window), True, "乙" * T.window),
        (("甲" * (T.window - 1), "乙", "丙"), False, "甲" * (T.window - 1) + "\n乙"),
        (("甲" * 3 * T.window,), False, "甲" * 2 * T.window),
    ],
)
def test_a_window_ends_with_the_block_that_fills_it(texts: Sequence[str], backwards: bool, near: str) -> None:
    assert evidence._text(blocks(*texts), 0, len(texts), backwards) == near


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("河堤的柳树今年又高了一截。", 3),  # its words are those of the text behind it
        ("水闸的闸门今年又换了一扇。", 4),  # of the text before it
        ("水站的树", 3),  # a title leans to what it heads
        ("自去年三月开工以来，天气一直很好。", 3),
        ("天气一直很好，特此报告。", 4),
        ("天气一直很好，汇报如下：", 3),
        ("天气一直很好。", 4),  # nothing speaks for either side
        ("……", 4),
        ("自去年三月开工以来，水闸的闸门也换好了。", 4),  # what its words say weighs more than how it begins
        ("水闸的闸门换好了，汇报如下：", 4),
        ("水闸的闸门", 4),
        ("河堤的柳树高了，特此报告。", 3),  # and than how it ends
        ("天气一直很好，特此报告：", 4),  # one against the other
        ("天气一直很好，汇报如下： ", 3),
    ],
)
def test_a_paragraph_before_a_numbering_belongs_to_what_its_words_speak_of(line: str, begins: int) -> None:
    lines = (
        "一、水闸的闸门要换",
        "二、水闸的闸门要漆",
        "水闸的闸门换好了，闸门的漆也干了。",
        line,
        "一、河堤的柳树要修",
        "二、河堤的柳树要浇",
        "河堤的柳树修好了，柳树的水也浇了。",
    )
    all_blocks, labelled = numbered(*lines)
    assert evidence._begins(all_blocks, labelled, 0, 4) == begins  # type: ignore[arg-type]


def wording(words: Sequence[str], count: int) -> list[str]:
    """Paragraphs that say some words over and over."""
    return ["，".join(words) + "。"] * count


WATER = ("渠水流进稻田里面", "闸门换了新的木板", "淤泥挑到河岸上晒", "支书守着夜里的水")
TREES = ("柳树栽在村口路边", "苗圃剪下来的枝条", "果园秋天摘了梨子", "护林员巡山看火情")
HALF = (*WATER[:2], *TREES[:2])


@pytest.mark.parametrize(
    ("before", "behind", "low", "high"),
    [
        (wording(WATER, 30), wording(TREES, 30), 1.0, 1.0),
        (wording(WATER, 30), wording(WATER, 30), 0.0, 0.0),
        (wording(WATER, 30), wording(HALF, 30), 0.0, 0.0),
        (wording(WATER, 8), wording(TREES, 30), 0.4, 0.6),  # the shorter side says less than all it can
        (wording(WATER, 4), wording(TREES, 30), 0.0, 0.0),  # and here nothing
        (wording(WATER[:1] * 2, 30), wording(TREES, 30), 0.85, 0.95),
        (["渠水长流"] * 100, wording(TREES, 30), 0.0, 0.0),  # two trigrams are no subject
    ],
)
def test_a_change_of_subject_is_told_by_words_that_recur(
    before: list[str], behind: list[str], low: float, high: float
) -> None:
    found = evidence.subject_change(blocks(*before, *behind), 0, len(before), len(before) + len(behind))
    assert low <= found <= high


def test_what_stands_far_from_a_boundary_says_nothing_of_it() -> None:
    """A window of 3,000 characters on each side is compared."""
    near, far = wording(WATER, T.window // 36 + 1), wording(TREES, 200)
    together = evidence.subject_change(blocks(*far, *near, *far), 0, len(far) + len(near), 2 * len(far) + len(near))
    assert together == 1.0


def test_a_numbering_ends_where_it_starts_once_more() -> None:
    lines = ("一、修渠", "（一）水", "（二）泥", "二、守闸", "（一）门", "一、清淤", "二、种树")
    _, labelled = numbered(*lines)
    assert evidence._restart(labelled, 0, 7) == 5  # type: ignore[arg-type]
    assert evidence._restart(labelled, 1, 7) == 4  # type: ignore[arg-type]
    assert evidence._restart(labelled, 5, 7) == 7  # type: ignore[arg-type]


def test_a_change_of_subject_is_a_cosine_between_two_bars() -> None:
    """Twelve words of three characters on each side, one of them on both: a cosine of a twelfth."""
    chars = [chr(0x4E00 + n) for n in range(100)]
    words = ["".join(chars[3 * n : 3 * n + 3]) for n in range(23)]
    left, right = (["，".join(part)] * 34 for part in (words[:12], words[11:]))
    expected = (T.coherent - 1 / 12) / (T.coherent - T.foreign)
    assert evidence.subject_change(blocks(*left, *right), 0, 34, 68) == pytest.approx(expected)
    fewer = evidence.subject_change(blocks(*left[:20], *right), 0, 20, 54)
    assert fewer == pytest.approx(expected * 20 * 12 / T.said_enough)
    assert evidence.subject_change(blocks(*left[:10], *right), 0, 10, 44) == pytest.approx(
        expected * 120 / T.said_enough
    )
    assert evidence.subject_change(blocks(*left[:9], *right), 0, 9, 43) == 0.0  # 108 trigrams say nothing


ONE = ("一、修渠", "渠" * 80, "二、守闸", "渠" * 80)


@pytest.mark.parametrize(
    ("lines", "points", "places"),
    [
        ((*ONE, *ONE), 3.0, [4]),
        ((*ONE, *ONE, *ONE), 3.0, [4, 8]),
        ((*ONE, "一、修渠", "渠", "二、守闸", "渠", *ONE), 3.0, [4]),  # the second is too short for a document
        ((*ONE, "一、修渠", "渠" * 160, *ONE), 3.0, [4]),  # nor has it numbered more than one
        ((*ONE, *ONE), 2.75, []),
        (("一、修渠", "渠" * 142, "二、守闸", *ONE), 3.0, [3]),
        (("一、修渠", "渠" * 141, "二、守闸", *ONE), 3.0, []),  # 149 characters are no document
        (("一、修渠", "渠" * 160, *ONE), 3.0, []),  # a numbering of one has not been one
        (("一、修渠", "渠" * 160, "一、守闸", "二、种树"), 3.0, []),
        (("一、修渠", "（一）泥", "（二）石", "渠" * 160, "二、守闸", "（一）门", "（二）锁"), 3.0, []),  # nested
        (("一、修渠", "二、守闸", "渠" * 160, "一、种树"), 3.0, []),  # three labels are too few
        (("一、修渠", "二、守闸", "渠" * 160, "一、种树", "二、浇水"), 3.0, [3]),
    ],
)
def test_a_numbering_that_starts_again_is_a_boundary_where_it_is_borne_out(
    lines: Sequence[str], points: float, places: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_score", lambda *_: points)
    monkeypatch.setattr(evidence, "_begins", lambda _blocks, _labelled, _start, n: n)
    assert evidence.boundaries(blocks(*lines)) == places


def test_each_restart_costs_a_look_at_both_sides_and_so_many_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[int] = []
    monkeypatch.setattr(evidence, "_score", lambda *args: float(weighed.append(args[-1]) or 0))
    evidence.boundaries(blocks(*["一、修渠", "二、守闸"] * (T.restarts_most + 20)))
    assert len(weighed) == T.restarts_most


@pytest.mark.parametrize(
    ("between", "begins"),
    [
        (("柳树栽好了。",), 2),
        (("柳树栽好了。", "渠水清了。"), 2),  # what stands behind one that belongs to it does, too
        (("柳树栽好了。", "柳树修好了。"), 2),
        (("柳树栽好了。",) * 6, 2),
        (("柳树栽好了。",) * 7, 3),  # six paragraphs are looked at
        (("柳树栽好了。", "……", "柳树修好了。"), 4),  # a line without words parts them
    ],
)
def test_paragraphs_before_a_numbering_are_told_from_it_backwards(between: Sequence[str], begins: int) -> None:
    lines = ("一、渠水清了", "二、渠水流了", *between, "一、柳树栽好了", "二、柳树修好了")
    all_blocks, labelled = numbered(*lines)
    assert evidence._begins(all_blocks, labelled, 0, 2 + len(between)) == begins  # type: ignore[arg-type]
