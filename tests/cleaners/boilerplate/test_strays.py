"""Headlines of other texts at the end go, and a digest that the text repeats; what is the text's own stays."""

from __future__ import annotations

import pytest

from cleaners import Policy, clean_page
from cleaners.boilerplate.strays import contents, digests, stray_tail

TEXT = [
    "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜，到了夏天十分凉快，人人称便。",
    "老支书说，修渠的账目已经贴在村部的墙上，谁家出了多少工、多少料，一笔一笔都写得清楚。",
    "第二年开春，县里来人量了水位，说这条渠可以再用五十年，村里人听了都很高兴。",
]
FOREIGN = [
    ["三款平价手表推荐，最后一款太香", "月薪五千怎样存下第一桶金？", "明星夫妇机场同框，打扮低调"],
    ["夜里总醒是怎么回事，医生一语", "新车试驾：油耗低得让人", "火锅底料哪个牌子好？看完再买", "楼市又有大动作了！"],
]
OWN = [
    ["青江县水务局", "2024年6月25日"],
    ["水务局  老支书", "附件：1.水闸名册", "附件：2.用水须知"],
    ["修渠的账目贴在墙上", "沿渠人家门前的柳树", "县里来人量过的水位"],  # of the text's own subject
    ["白日依山尽水流", "黄河入海流不休", "欲穷千里目难收", "更上一层楼上头"],  # lines of verse
    ["王小明 李大山", "赵前进 孙有才", "周立春 吴满仓"],
    ["联系人：王小明", "电话：0000-1234567", "地址：青江县城关镇"],
    ["林晓舟摄于渠首，那天下着雨", "水闸一景在渠首", "2018年6月的青江县城"],
]


@pytest.mark.parametrize("run", FOREIGN)
def test_headlines_off_the_subject_at_the_end_are_told(run: list[str]) -> None:
    assert stray_tail([*TEXT, *run]) == len(run)


@pytest.mark.parametrize("run", OWN)
def test_what_a_text_ends_with_of_its_own_stays(run: list[str]) -> None:
    assert stray_tail([*TEXT, *run]) == 0


def test_a_list_that_the_text_announces_stays() -> None:
    assert stray_tail([*TEXT, "村里人看过的书有下面几本：", *FOREIGN[0]]) == 0


def test_headlines_alone_are_no_tail() -> None:
    assert stray_tail(FOREIGN[0]) == 0


@pytest.mark.parametrize("label", ["本文摘要：", "【摘要】", "核心提示：", "导读："])
def test_a_digest_that_the_text_repeats_is_told(label: str) -> None:
    assert digests([label + TEXT[0], *TEXT]) == [0]
    assert digests([label + TEXT[0][:30] + "…", *TEXT]) == [0]


def test_a_digest_that_says_something_of_its_own_stays() -> None:
    assert digests(["摘要：本文讨论修渠的三种办法，并比较它们的花费。", *TEXT]) == []


RANKED = [f"{n} {what}" for n, what in enumerate(("三款平价手表推荐最后一款太香", "月薪五千怎样存下第一桶金",
    "明星夫妇机场同框打扮低调...", "夜里总醒是怎么回事医生一语...", "新车试驾油耗低得让人"), 1)]  # fmt: skip
TEASED = [
    "三款手表最后一款太香！",
    "三款手表最后一款太香！买过的人都说好。 [详细]",
    "手表",
    "她一夜走红",
    "她走红的经过。 [详细]",
]


@pytest.mark.parametrize(
    "run", [RANKED, TEASED, [*RANKED, *TEASED], [*RANKED, "2018年写实画派十四周年展", "手表", TEASED[1], "买表"]]
)
def test_lists_of_what_is_read_most_and_teasers_of_other_texts_are_told(run: list[str]) -> None:
    assert stray_tail([*TEXT, *run]) == len(run)


def test_numbered_lines_of_the_texts_own_stay() -> None:
    assert stray_tail([*TEXT, *RANKED[:3]]) == 0
    assert (
        stray_tail(
            [
                *TEXT,
                "1 修渠的账目贴在墙上",
                "2 沿渠人家门前的柳树",
                "3 县里来人量过的水位",
                "4 村口的水",
                "5 渠边的菜和柳树",
            ]
        )
        == 0
    )


def test_the_words_of_a_song_below_a_text_stay() -> None:
    song = [f"{a}{b}的夜里我还想着你的名字" for a in ("春风", "落雪", "下雨") for b in ("吹过", "走远", "醒来", "回家")]
    assert stray_tail([*TEXT, *song]) == 0


def test_the_caption_above_teasers_stays() -> None:
    assert stray_tail([*TEXT, "沿渠人家门前的柳树", *TEASED]) == len(TEASED)


@pytest.mark.parametrize("closing", ["标签：修渠 水闸", "（责任编辑 林晓舟）", "下一篇：守闸的人", "文章关键词： 水渠"])
def test_short_lines_below_what_ends_a_text_are_links_though_of_its_subject(closing: str) -> None:
    below = ["县里再修一条水渠，今年就要动工", "水渠边的柳树是谁种下的..."]
    text = "\n".join(["修渠记行", *TEXT, closing, *below])
    page = clean_page(text.encode(), content_type="text/plain")
    assert page.documents[0].text == "\n".join(TEXT)
    assert [e.before for e in page.edits if e.rule == "related-entry"] == below


@pytest.mark.parametrize(
    "below",
    [
        ["1997-12-05收稿"],
        ["附件：水闸名册"],
        ["猪肉 二两", "青椒 三个", "盐 少许"],
        ["联系人：王小明先生", "地址：青江县城关镇"],
        [TEXT[2]],
    ],
)
def test_what_else_stands_below_a_line_of_tags_stays(below: list[str]) -> None:
    text = "\n".join(["修渠记行", *TEXT[:2], "标签：修渠 水闸", *below])
    page = clean_page(text.encode(), content_type="text/plain", policy=Policy(punctuation=False))
    assert page.documents[0].text.endswith("\n".join(below))


def test_headlines_with_a_day_and_an_hour_go_and_a_timetable_stays() -> None:
    dated = [f"- 县里再修一条水渠，今年第{n}季就要动工 10-0{n} 08:1{n}评论()|" for n in range(1, 4)]
    games = [f"青江队对北桥队 2024-10-0{n} 19:35" for n in range(1, 4)]
    for lines, left in ((dated, TEXT), (games, [*TEXT, *games])):
        page = clean_page("\n".join(["修渠记行", *TEXT, *lines]).encode(), content_type="text/plain")
        assert page.documents[0].text == "\n".join(left)


def test_each_line_taken_is_an_edit() -> None:
    page = clean_page("\n".join(["修渠记行", *TEXT, *FOREIGN[0]]).encode(), content_type="text/plain")
    assert page.documents[0].text == "\n".join(TEXT)
    assert [e.before for e in page.edits if e.rule == "stray-headline"] == FOREIGN[0]


def test_the_lines_of_a_table_of_contents_are_an_edit() -> None:
    entries = [
        f"{label}、{what}...................{n}"
        for label, what, n in (("一", "修渠", 3), ("二", "守闸", 6), ("三", "送饭", 9))
    ]
    body = "\n".join(f"{label}、{what}\n{TEXT[0]}" for label, what in (("一", "修渠"), ("二", "守闸"), ("三", "送饭")))
    page = clean_page(f"渠边记事\n目录\n{chr(10).join(entries)}\n{body}".encode(), content_type="text/plain")
    assert page.documents[0].text == body
    assert [e.before for e in page.edits if e.rule == "contents"] == ["目录", *entries]


def test_two_lines_with_dots_are_no_table_of_contents() -> None:
    assert contents(["水位.......3", "流量.......4", *TEXT]) == []


def test_full_stops_strewn_behind_的_go_and_those_of_a_writer_stay() -> None:
    strewn = f"{TEXT[0]}村里的.人都来了，渠边的.柳树也绿了。"
    typed = "这条渠是我们修的.水是山里来的.渠边有柳树.树下有人.人人都笑."
    assert "的人都来了，渠边的柳树" in clean_page(strewn.encode(), content_type="text/plain").documents[0].text
    assert (
        clean_page(typed.encode(), content_type="text/plain", policy=Policy(punctuation=False)).documents[0].text
        == typed
    )


def test_what_novel_sites_put_before_a_chapter_goes() -> None:
    text = f"渠边新传\n正文 第一章 修渠\n{TEXT[0]}\n正文 第二章 守闸\n{TEXT[1]}"
    (document,) = clean_page(text.encode(), content_type="text/plain").documents
    assert [(s.label, s.heading) for s in document.sections] == [("第一章", "修渠"), ("第二章", "守闸")]
