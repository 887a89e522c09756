"""The outline: labels at block start, levels by nesting inside the document."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_samples import CLEAN, REPORT

from cleaners.structure.headings import stopped, unlabelled
from cleaners.structure.sections import outline
from cleaners.text.labels import number
from cleaners.text.labels import read_label as read
from schemas.records import Block

PROSE = "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜，到了夏天十分凉快，人人称便。"


def blocks(text: str) -> list[Block]:
    return [Block(line, seq=n) for n, line in enumerate(text.split("\n"))]


def shape(text: str) -> list[tuple[int, str, str]]:
    return [(s.level, s.label, s.heading) for s in outline(blocks(text))[1] if s.label]


@pytest.mark.parametrize(
    ("text", "label", "style", "value"),
    [
        ("第一章 总则", "第一章", "章", 1),
        ("第十二条 本办法自发布之日起施行。", "第十二条", "条", 12),
        ("第三部分：展望", "第三部分：", "部分", 3),
        ("一、找准定位", "一、", "cn", 1),
        ("二、2008年工作打算", "二、", "cn", 2),
        ("十一、其他", "十一、", "cn", 11),
        ("（三）健全制度", "（三）", "cn()", 3),
        ("(四)健全制度", "(四)", "cn()", 4),
        ("【五】健全制度", "【五】", "cn()", 5),
        ("㈡健全制度", "㈡", "cn()", 2),
        ("1、2012年元月,以县委名义行文", "1、", "n", 1),
        ("3．资金到位", "3．", "n.", 3),
        ("1.1 研究背景", "1.1", "n.n", 1),
        ("2.3.4 取样方法", "2.3.4", "n.n.n", 4),
        ("（2）深化活动", "（2）", "n()", 2),
        ("⑶深化活动", "⑶", "n()", 3),
        ("②开展检查", "②", "circled", 2),
        ("Ⅱ、方法", "Ⅱ、", "roman", 2),
        ("第一，要提高认识。", "第一，", "ordinal", 1),
        ("其三、要抓好落实。", "其三、", "ordinal", 3),
        ("參、結論", "參、", "cn", 3),
    ],
)
def test_a_label_is_read_with_its_style_and_value(text: str, label: str, style: str, value: int) -> None:
    found = read(text)
    assert found is not None
    assert (found.text, found.style, found.value) == (label, style, value)


@pytest.mark.parametrize(
    "text",
    [
        "1.3亿元的项目已经签约",
        "2.5倍于去年",
        "5.12地震发生后",
        "2024年元旦",
        "2024.6.25",
        "10:30开会",
        "3:2战胜对手",
        "一、二等奖共评出十名",
        "1、2、3号楼已经交付",
        "一年来，全站职工努力工作",
        "第一次去那里是在冬天",
        "十分感谢",
        "36.5℃以下为正常",
        "12、13日两天有雨",
    ],
)
def test_a_number_in_running_text_is_no_label(text: str) -> None:
    assert shape(f"{text}\n后面的话。") == []


def test_levels_are_those_of_the_document_not_of_a_table() -> None:
    assert shape("（一）宣传\n1、组织\n（1）人员\n2、经费\n（二）检查") == [
        (1, "（一）", "宣传"),
        (2, "1、", "组织"),
        (3, "（1）", "人员"),
        (2, "2、", "经费"),
        (1, "（二）", "检查"),
    ]


def test_the_document_shows_which_of_two_styles_is_the_outer_one() -> None:
    text = "1、甲组\n一、人员\n二、经费\n2、乙组\n一、人员\n二、经费\n3、丙组\n一、人员"
    assert [level for level, _, _ in shape(text)] == [1, 2, 2, 1, 2, 2, 1, 2]


def test_a_list_that_comes_once_under_the_last_item_lies_inside_it() -> None:
    lines = [
        "一、工作回顾",
        "（一）学习。",
        "（二）落实。",
        "1.修路。",
        "2.通水。",
        "二、打算",
        "（一）学习。",
        "（二）修路。",
    ]
    assert [level for level, _, _ in shape("\n".join(lines))] == [1, 2, 2, 3, 3, 1, 2, 2]


def test_gaps_and_repeats_do_not_derail_the_outline() -> None:
    text = "一、甲\n1、子\n3、丑\n3、寅\n三、乙\n三、丙\n1、卯\n五、丁"
    assert [(level, label) for level, label, _ in shape(text)] == [
        (1, "一、"), (2, "1、"), (2, "3、"), (2, "3、"), (1, "三、"), (1, "三、"), (2, "1、"), (1, "五、"),
    ]  # fmt: skip


def test_a_restart_that_the_text_above_announces_is_nested() -> None:
    text = (
        "一、工作回顾\n去年成绩很大。\n二、工作打算\n我们将“办好一件实事,抓住两个环节,突出三个重点”。\n"
        "一、办好一件实事。修渠。\n二、抓住两个环节。供水。\n三、突出三个重点。防汛。"
    )
    assert [(level, label) for level, label, _ in shape(text)] == [
        (1, "一、"), (1, "二、"), (2, "一、"), (2, "二、"), (2, "三、"),
    ]  # fmt: skip


def test_a_run_in_heading_ends_at_the_first_stop() -> None:
    _, found = outline(blocks("1、加强信息宣传。全年发稿80篇。\n2、抓好供水。\n3、搞好“三防”。还有一句。"))
    assert [(s.heading, s.run_in) for s in found] == [
        ("加强信息宣传", True), ("抓好供水", False), ("搞好“三防”", True),
    ]  # fmt: skip


def test_a_label_inside_a_paragraph_makes_no_section() -> None:
    assert shape("获得荣誉：(一)优秀单位。(二)先进集体。") == []


def test_a_weak_label_needs_a_neighbour() -> None:
    assert shape("3.产品说明\n后面的话。") == []
    assert [label for _, label, _ in shape("1.产品\n甲\n2.价格\n乙")] == ["1.", "2."]
    assert [label for _, label, _ in shape("1.概述\n1.1 背景\n1.2 目的\n2.方法")] == ["1.", "1.1", "1.2", "2."]


def test_a_table_of_contents_is_no_outline() -> None:
    text = f"目录\n一、水\n二、渠\n三、闸\n一、水\n{PROSE}\n二、渠\n{PROSE}\n三、闸\n{PROSE}"
    assert [label for _, label, _ in shape(text)] == ["一、", "二、", "三、"]


def test_one_numbering_in_two_hands_is_one() -> None:
    assert [(level, label) for level, label, _ in shape("一、甲\n1、子\n2.丑\n3、寅\n二、乙")] == [
        (1, "一、"), (2, "1、"), (2, "2."), (2, "3、"), (1, "二、"),
    ]  # fmt: skip


def test_a_label_on_a_line_of_its_own_has_the_next_line_for_its_heading() -> None:
    assert shape(f"01\n修渠\n{PROSE}\n02\n守闸\n{PROSE}") == [(1, "01", "修渠"), (1, "02", "守闸")]


def test_text_before_the_first_label_is_a_section_of_level_0() -> None:
    text, found = outline(blocks("引言一段。\n一、正文"))
    assert (found[0].level, found[0].label, text[found[0].start : found[0].end]) == (0, "", "引言一段。")
    _, none = outline(blocks("没有编号的文章。\n第二段。"))
    assert [(s.level, s.start, s.end) for s in none] == [(0, 0, 13)]


def test_headings_without_labels_and_numbering_make_one_outline() -> None:
    text = f"背景\n{PROSE}\n1、甲\n{PROSE}\n2、乙\n{PROSE}\n方法\n{PROSE}\n1、丙\n{PROSE}"
    assert [(s.level, s.label, s.heading) for s in outline(blocks(text))[1]] == [
        (1, "", "背景"), (2, "1、", "甲"), (2, "2、", "乙"), (1, "", "方法"), (2, "1、", "丙"),
    ]  # fmt: skip


def test_lines_with_a_colon_head_what_follows() -> None:
    text = f"技术领域：\n{PROSE}\n发明内容：\n1、{PROSE}\n2、{PROSE}\n实施方式：\n{PROSE}"
    assert [(s.level, s.label, s.heading) for s in outline(blocks(text))[1]] == [
        (1, "", "技术领域"), (1, "", "发明内容"), (2, "1、", PROSE[:-1]), (2, "2、", PROSE[:-1]), (1, "", "实施方式"),
    ]  # fmt: skip


def test_sections_of_a_report_are_numbered_below_its_paragraph_signs() -> None:
    text = f"§2 概况\n2.1 基本情况\n{PROSE}\n§3 指标\n3.1 主要指标\n{PROSE}"
    assert shape(text) == [(1, "§2", "概况"), (2, "2.1", "基本情况"), (1, "§3", "指标"), (2, "3.1", "主要指标")]


def test_named_parts_of_a_novel_rank_with_its_chapters() -> None:
    text = f"楔子 山上的老人\n{PROSE}\n第一章 下山\n{PROSE}\n第二章 渡口\n{PROSE}\n尾声\n{PROSE}"
    assert shape(text) == [
        (1, "楔子", "山上的老人"), (1, "第一章", "下山"), (1, "第二章", "渡口"), (1, "尾声", ""),
    ]  # fmt: skip
    assert shape(f"尾声\n{PROSE}\n第一章 下山\n{PROSE}") == [(1, "第一章", "下山")]


def test_the_history_of_a_law_is_no_outline() -> None:
    history = "中华民国九十九年十二月二十八日水利署水字第 09904608730 号令订定发布"
    text = f"1.{history}\n2.{history}\n第 1 条\n{PROSE}\n第 2 条\n{PROSE}"
    assert [label for _, label, _ in shape(text)] == ["第 1 条", "第 2 条"]


def test_a_heading_over_a_numbering_that_begins_needs_no_long_item() -> None:
    items = "1、先开上游的闸门，再开中游的闸门。\n2、关闸以前要到渠上走一遍，看有没有人浇地。"
    text = f"{PROSE}\n存在的问题\n{items}\n今后的打算\n{items}"
    assert [s.heading for s in outline(blocks(text))[1] if not s.label and s.level] == ["存在的问题", "今后的打算"]


@pytest.mark.parametrize(
    "text",
    [
        f"林老师：\n{PROSE}\n周老师：\n{PROSE}",  # who speaks
        f"记者：\n{PROSE}\n林晓舟：\n{PROSE}",
        f"林晓舟：\n{PROSE}\n周水生：\n{PROSE}",
        f"父亲：\n{PROSE}\n儿子：\n{PROSE}\n二奶奶：\n{PROSE}",
        f"老渠工：\n{PROSE}\n守闸人：\n{PROSE}\n老渠工：\n{PROSE}",
        f"尊敬的领导：\n{PROSE}\n各位同志：\n{PROSE}",
        f"具体做法如下：\n1、{PROSE}\n2、{PROSE}\n他这样说：\n{PROSE}",
        f"技术领域：\n{PROSE}\n{PROSE}",  # one alone
        f"后人有诗叹曰：\n{PROSE}\n古人诗道得好：\n{PROSE}",
    ],
)
def test_a_colon_behind_a_speaker_or_an_announcement_heads_nothing(text: str) -> None:
    assert [s.heading for s in outline(blocks(text))[1] if not s.label and s.heading] == []


def test_numbering_that_counts_on_across_headings_lies_outside_them() -> None:
    text = f"一、甲\n{PROSE}\n背景\n{PROSE}\n二、乙\n{PROSE}\n方法\n{PROSE}\n三、丙\n{PROSE}"
    assert [(s.level, s.label) for s in outline(blocks(text))[1]] == [
        (1, "一、"),
        (2, ""),
        (1, "二、"),
        (2, ""),
        (1, "三、"),
    ]


def test_an_html_heading_is_read_as_the_same_line_of_a_plain_text_is() -> None:
    text = f"背景\n{PROSE}\n方法\n{PROSE}"
    marked = [Block(line, kind="heading" if len(line) < 4 else "paragraph", level=2) for line in text.split("\n")]
    assert outline(marked) == outline(blocks(text))


def test_the_report_has_the_outline_its_author_gave_it() -> None:
    assert [(level, label) for level, label, _ in shape(REPORT)] == [
        (1, "一、"), (2, "（一）"), (2, "（二）"), (1, "二、"), (2, "1、"), (2, "2、"), (2, "3、"), (1, "三、"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CLEAN if name != "report"])
def test_a_clean_text_without_labels_has_one_section(name: str) -> None:
    assert len(outline(blocks(CLEAN[name]))[1]) == 1


LINES = st.lists(
    st.one_of(
        st.sampled_from(["一、", "二、", "（一）", "1、", "2.", "(1)", "①", "第一章 ", "1.1 ", "第一，", ""]).flatmap(
            lambda label: st.text("修渠供水。，12 ", max_size=8).map(lambda body: label + body)
        ),
        st.text(max_size=12).map(lambda text: " ".join(text.split())),
    ),
    max_size=20,
)


@given(LINES)
def test_sections_lie_inside_the_text_and_nest(lines: list[str]) -> None:
    text, found = outline([Block(line, seq=n) for n, line in enumerate(lines)])
    assert text == "\n".join(lines)
    for section in found:
        assert 0 <= section.start <= section.end <= len(text)
        assert text[section.start :].startswith(section.label)
    for n, section in enumerate(found):
        for later in found[n + 1 :]:
            assert later.start >= section.end or (later.level > section.level and later.end <= section.end)
    assert all(b.level <= a.level + 1 for a, b in pairwise(found))


@given(st.integers(1, 999))
def test_a_chinese_numeral_has_the_value_it_is_written_for(value: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    text = (digits[hundreds] + "百" if hundreds else "") + (
        digits[tens] + "十" if tens else "零" if hundreds and ones else ""
    )
    assert number(text + (digits[ones] if ones else "")) == value


@pytest.mark.parametrize(
    "line", ["（" * 100_000, "1." * 50_000, "一" * 100_000, "第" * 100_000, "1、" + "字" * 200_000]
)
def test_a_hostile_line_takes_linear_time(line: str) -> None:
    text, _ = outline([Block(line), Block(line, seq=1)])
    assert len(text) == 2 * len(line) + 1


def test_a_mark_goes_on_where_its_number_is_due() -> None:
    """三、请求 is the third of the outer numbering: the inner one has its own 三 already."""
    lines = [
        "一、去年的工作",
        "去年清淤三遍。",
        "二、今年的打算，即“修好一座闸门，清好两里渠堤，办好三件实事”",
        "一、修好一座闸门",
        "闸门换成钢的。",
        "二、清好两里渠堤",
        "渠堤加高半米。",
        "三、办好三件实事",
        "修路，架桥，打井。",
        "三、请求",
        "请拨款。",
    ]
    _, sections = outline([Block(line, seq=n) for n, line in enumerate(lines)])
    assert [(s.level, s.label) for s in sections] == [
        *[(1, "一、"), (1, "二、")],
        *[(2, "一、"), (2, "二、"), (2, "三、")],
        (1, "三、"),
    ]


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        (f"§1 重要提示\n{PROSE}\n§2 水闸\n2.1 高度\n{PROSE}\n2.2 宽度\n{PROSE}",
         [(1, "§1", "重要提示"), (1, "§2", "水闸"), (2, "2.1", "高度"), (2, "2.2", "宽度")]),
        (f"〈1〉修渠\n{PROSE}\n〈2〉守闸\n{PROSE}", [(1, "〈1〉", "修渠"), (1, "〈2〉", "守闸")]),
        (f"第一回 修渠\n{PROSE}\n第二回 守闸\n{PROSE}", [(1, "第一回", "修渠"), (1, "第二回", "守闸")]),
        ("一、 水要省着用。\n二、\n闸应由专人看管,不许自己开。\n三、 渠每月清一次。",
         [(1, "一、", "水要省着用"), (1, "二、", "闸应由专人看管,不许自己开"), (1, "三、", "渠每月清一次")]),
        (f"1、淤泥太多\n{PROSE}\n3.闸门生锈，{PROSE}\n4.渠边塌了，{PROSE}", [(1, "1、", "淤泥太多"), (1, "3.", None), (1, "4.", None)]),
        ("【品名】止咳片\n【成份】甘草、桔梗。\n【注意事项】\n1.忌生冷。\n2.孕妇慎用。\n【贮藏】密封。",
         [(1, "【品名】", "止咳片"), (1, "【成份】", "甘草、桔梗"), (1, "【注意事项】", None), (2, "1.", "忌生冷"), (2, "2.", "孕妇慎用"), (1, "【贮藏】", "密封")]),
    ],
)  # fmt: skip
def test_labels_of_reports_novels_leaflets_and_lists_in_two_hands(
    text: str, sections: list[tuple[int, str, str]]
) -> None:
    got = shape(text)
    assert [(level, label) for level, label, _ in got] == [(level, label) for level, label, _ in sections]
    assert all(want is None or want == heading for (_, _, heading), (_, _, want) in zip(got, sections, strict=True))


def test_options_of_questions_are_no_sections() -> None:
    question = "渠长多少公里？\nA. 四公里\nB. 五公里\nC. 六公里"
    assert [label for _, label, _ in shape(f"1. {question}\n2. {question}\n3. {question}")] == ["1.", "2.", "3."]


def test_fields_that_repeat_are_part_of_each_item() -> None:
    item = f"{PROSE}\n【答案】四公里\n【解析】{PROSE}"
    assert [label for _, label, _ in shape(f"1. {item}\n2. {item}\n3. {item}")] == ["1.", "2.", "3."]


def test_captions_head_nothing() -> None:
    text = f"{PROSE}\n水闸外观图\n{PROSE}\n渠首实景\n{PROSE}\n修渠时的合影\n{PROSE}"
    assert [s.heading for s in outline(blocks(text))[1] if s.heading] == []


@pytest.mark.parametrize(
    "caption", ["水务局举行节水培训", "江畔镇召开修渠大会", "林晓舟作品《渠水》", "《渠水图》青江县博物馆藏"]
)
def test_events_and_works_named_between_paragraphs_are_captions(caption: str) -> None:
    text = f"{PROSE}\n{caption}\n{PROSE}\n{caption}\n{PROSE}"
    assert [s.heading for s in outline(blocks(text))[1] if s.heading] == []


def test_lines_of_two_clauses_head_what_follows_where_there_are_several() -> None:
    heads = ["用心守闸，水到田头", "冬天修渠，春天种树", "账目上墙，人人清楚"]
    text = "\n".join(f"{head}\n{PROSE}" for head in heads)
    assert [s.heading for s in outline(blocks(text))[1]] == heads
    assert [s.heading for s in outline(blocks(text.replace(heads[2], PROSE)))[1]] == [""]  # or lines that were cut


def test_a_heading_needs_another_and_stops_around_it() -> None:
    lines = ["修渠的经过", PROSE, "守闸的人", PROSE]
    assert unlabelled(lines, [None] * 4, [False] * 4) == {0, 2}
    assert unlabelled(lines[:2], [None] * 2, [False] * 2) == frozenset()
    assert unlabelled([*lines[:2], "水到了村口", *lines[2:]], [None] * 5, [False] * 5) == frozenset()
    assert stopped("他说：“水来了。”") and not stopped("“水来了”")


def test_a_bullet_that_heads_paragraphs_heads_short_ones_too() -> None:
    text = f"• 渠道多样\n{PROSE}\n• 价格透明\n账目都在墙上。\n• 用水方便\n{PROSE}"
    assert [s.heading for s in outline(blocks(text))[1]] == ["• 渠道多样", "• 价格透明", "• 用水方便"]


def test_options_of_an_exam_and_what_is_said_of_each_are_no_sections() -> None:
    long = "村里的老人说这条渠是他们年轻的时候挖出来的，当时没有机器，全靠人力，冬天手上都是裂口，到了春天渠水一来，人人去看"
    lines = [
        f"1、渠水从哪里来（　　）\nA．{long}\nB．{long}\nC．山下\n故选：C。\nA、{long}，故A错误\nB、不在河里，故B错误"
    ]
    lines.append(
        "2、闸由谁守（　　）\nA．老张\nB．老李\nC．没有人守\n故选：A。\nB、老李守渠，故B错误\nC、有人守，故C错误"
    )
    text = "\n".join(lines)
    _, sections = outline([Block(line, seq=n) for n, line in enumerate(text.split("\n"))])
    assert [s.label for s in sections if s.label] == ["1、", "2、"]


def test_a_chapter_s_name_may_stand_behind_a_middle_dot() -> None:
    _, sections = outline([Block("第八回·老渡口  新灯塔", seq=0), Block("却说那船家收了帆，天色已晚。", seq=1)])
    assert [(s.label, s.heading) for s in sections] == [("第八回·", "老渡口  新灯塔")]
