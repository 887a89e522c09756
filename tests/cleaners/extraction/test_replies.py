"""Replies below a text are told by who signs them and when, a player by its buttons, whatever elements are called."""

from __future__ import annotations

import pytest

from cleaners.extraction import replies
from cleaners.extraction.blocks import Draft

TEXT = [
    "清晨六点，老渡口的第一班船已经坐满了人，船工说，大家都想趁着渡口还在再看一眼江面。",
    "渡口建于上世纪五十年代，最忙的时候一天要走四十多个来回，挑担的赶集的全挤在一条船上。",
    "镇里打算把渡口留下来，改成一座小小的纪念馆，船也保留一条，逢年过节还可以开一趟。",
]
NAMES = ["江边柳", "小舟", "石阶", "渡船人", "东岸", "老李", "芦花", "灯"]
SAID = [
    "我就是坐这条船长大的",
    "写得真好",
    "纪念馆不要收门票",
    "顶一下",
    "船工大叔人好",
    "想回去看看",
    "有照片",
    "同感",
]


def first(texts: list[str], share: float = 0.2) -> int:
    drafts = [Draft(text) for text in texts]
    return replies.begin(drafts, [float(len(t)) if t[-1:] == "。" else 0.0 for t in texts], 60.0, share)


def signed(count: int, names: list[str] = NAMES) -> list[str]:
    heads = [f"{names[n % len(names)]} 2024-02-1{n} 10:0{n}" for n in range(count)]
    return [line for head, said in zip(heads, SAID, strict=False) for line in (head, said + "。")]


@pytest.mark.parametrize("count", [3, 5, 8])
def test_replies_begin_with_the_first_that_is_signed(count: int) -> None:
    assert first([*TEXT, *signed(count)]) == len(TEXT)


def test_a_line_that_signs_what_stands_above_it_is_the_texts_own() -> None:
    posts = [line for n in range(4) for line in (SAID[n] + "。", f"发表者 {NAMES[n]} 2024-02-1{n} 10:00")]
    assert first([*TEXT, *posts[1:]]) == len(TEXT) + 1


@pytest.mark.parametrize(
    "behind",
    [
        signed(2),  # a note of the editor's and of the printer's
        signed(8, ["甲", "乙"]),  # two who talk: a record of it is the text
        [line for n in range(4) for line in (f"2024-02-1{n} 10:00", SAID[n] + "。")],  # a log that no one signs
        [line for n in range(4) for line in (f"{NAMES[n]} 2024-02-1{n} 10:00", *TEXT, *TEXT)],  # posts of a blog
        [f"2024年2月1{n}日 10:00，{NAMES[n]}到了渡口，在石阶上坐了一会儿。" for n in range(6)],  # a chronicle
        [*signed(4), *TEXT * 5],  # the text goes on
    ],
)
def test_what_is_no_reply_stays(behind: list[str]) -> None:
    assert first([*TEXT, *behind]) == -1


def test_few_replies_need_a_text_that_is_longer() -> None:
    assert first([*TEXT[:2], *signed(4)], share=0.9) == -1
    assert first([*TEXT[:2], *signed(8)], share=0.9) == 2


def bars(texts: list[str], *, linked: bool = False) -> set[int]:
    drafts = [Draft(text, linked=len(text) if linked else 0) for text in texts]
    return replies.bars(drafts, [float(len(t)) if t[-1:] == "。" else 0.0 for t in texts])


PLAYER = ["播放速度：2X", "倍速", "高清", "00:00/03:15"]
SITES = ["易信", "新浪微博", "人人网", "豆瓣"]


@pytest.mark.parametrize("bar", [PLAYER, SITES])
def test_a_bar_is_several_buttons_side_by_side(bar: list[str]) -> None:
    assert bars([*bar, *TEXT]) == {0, 1, 2, 3}
    assert bars([*TEXT, *bar]) == {3, 4, 5, 6}
    assert bars([*TEXT, *bar, *TEXT], linked=True) == {3, 4, 5, 6}
    assert bars([*TEXT, bar[1], bar[2]]) == set()


@pytest.mark.parametrize("own", [PLAYER[1:], SITES, ["12", "7", "30"]])
def test_a_list_of_the_texts_own_is_no_bar(own: list[str]) -> None:
    assert bars([*TEXT, *own, *TEXT]) == set()


def article(title: str, level: int, day: str, texts: list[str]) -> list[Draft]:
    return [Draft(title, "heading", level), Draft(f"渠边日志 {day}"), *(Draft(text) for text in texts)]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (article("老闸", 1, "2023-05-01 08:00", TEXT), 5),
        (article("老闸", 2, "2023-05-01 08:00", TEXT), -1),  # a part of the same text
        (article("老闸", 1, "渠边", TEXT), -1),  # and one that was not dated
        (article("老闸", 1, "2023-05-01 08:00", []), -1),  # a headline
    ],
)
def test_an_article_behind_the_page_s_own_has_a_heading_of_its_rank_and_a_time(
    second: list[Draft], expected: int
) -> None:
    drafts = [*article("水碾", 1, "2024-02-16 09:10", TEXT), *second]
    masses = [float(len(d.text)) if d.text[-1:] == "。" else 0.0 for d in drafts]
    assert replies.next_article(drafts, masses, 1, 60.0) == expected
    assert replies.next_article(drafts, masses, 0, 60.0) == -1  # no title was found: the posts of a blog
