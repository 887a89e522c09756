"""Lines of a plain text become blocks; cut lines are joined, a page's title is told from its body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_samples import CLEAN, HANS, MARKED, PAGE

from cleaners import clean_page
from cleaners.plaintext import to_blocks
from cleaners.policy import Context
from cleaners.text.lines import continued, tidy

CONTEXT = Context()
UNTITLED = Context(title="")  # a text that is known to have no title
FIRST = "修渠是村里的大事，县里每年拨一笔款，由水务站按人口和渠长分到各村，各村再按出工多少贴在墙上公布，老支书说这笔账要经得起查。"


def texts(text: str) -> list[str]:
    return [block.text for block in to_blocks(text, UNTITLED)[0] if block.role == "body"]


def title(text: str) -> str | None:
    """The title that is taken off the text."""
    blocks = to_blocks(text, CONTEXT)[0]
    return next((block.text for block in blocks if block.role == "title" and block.origin == "head"), None)


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_text_comes_through_unchanged(name: str) -> None:
    assert "\n".join(texts(CLEAN[name])) == CLEAN[name]
    assert title(CLEAN[name]) is None


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["加强学习，提高认识，要认真宣传有关节水的政策规", "定，教育群众从现在做起，从小事做起，爱护水源。"], True),
        (["日", "期：____"], True),
        (["加强学习，提高认识，全体职工人人都要节约用水", "，做到人走水停，并且互相监督。"], True),
        (["加强学习，提高认识，现将今年的情况总结", "一、端正态度"], False),
        (["加强学习，提高认识，全体职工人人都要节约用水", "今年以来，全站开展了三次检查。"], False),
        (["渠边的柳树", "，还是柳树"], False),
        (["他说（见第三页。", "）第二天就走了。"], True),
        (["他说（见第三页）。", "）第二天就走了。"], False),
        (["他走了很久，终于走到了渠的尽头，坐下来。", "好，就这样吧，他说。"], False),
    ],
)
def test_a_line_cut_inside_a_sentence_is_joined_and_no_other(lines: list[str], joined: bool) -> None:
    assert texts("\n".join(lines)) == (["".join(lines)] if joined else lines)


def test_a_text_wrapped_by_hand_is_unwrapped() -> None:
    prose = [FIRST * 2, HANS.replace("\n", "")]
    wrapped = "\n".join(text[n : n + 36] for text in prose for n in range(0, len(text), 36))
    assert texts(wrapped) == prose


def test_a_join_is_in_the_edits_with_its_place() -> None:
    text = "\n加强学习，要认真宣传有关节水的所有政策规 \r\n 定，教育群众从现在做起。"
    _, edits, _ = to_blocks(text, CONTEXT)
    assert [(e.rule, e.block, e.start, e.before, e.after) for e in edits] == [("joined", -1, 21, " \r\n ", "")]
    assert text[21:].startswith(" \r\n ")


def test_space_around_lines_and_empty_lines_go() -> None:
    assert texts("　　渠修好了。\r\n\r\n  \u200b水来了。 \x0b人笑了。\n\n") == ["渠修好了。", "水来了。", "人笑了。"]


def test_code_keeps_its_indentation_and_its_empty_lines() -> None:
    assert texts("代码如下：\nif a:\n    b()\n\n    c()\n就是这样。") == [
        "代码如下：",
        "if a:\n    b()\n\n    c()",
        "就是这样。",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PAGE, "水务站2024年工作总结"),
        (MARKED, "水务工作总结"),
        (f"修渠记\n2020-01-02 来源：某某网\n{FIRST}", "修渠记"),
        (f"修渠记\n\n{FIRST}\n\n{FIRST}\n\n{FIRST}", "修渠记"),
        (f"修渠记行\n{FIRST}\n{FIRST}", "修渠记行"),
        (f"修渠记行\n修渠记行\n{FIRST}\n{FIRST}", "修渠记行"),
        (f"今年的水够用吗？\n{FIRST}\n{FIRST}", "今年的水够用吗？"),
        (f"通 知\n各村民组：\n{FIRST}", "通 知"),
        (f"渠边“夜校”开课\n“这个字怎么念？”\n“先看左边。”\n{FIRST}\n{FIRST}", "渠边“夜校”开课"),
        (f"春分到，柳枝绿，渠水清，人人笑\n{FIRST}\n{FIRST}", "春分到，柳枝绿，渠水清，人人笑"),
        (f"文章详情\n修渠记行\n{FIRST}\n{FIRST}", "修渠记行"),
        (f"首页 乡土 修渠记行\n\n修渠记行\n\n{FIRST}\n\n{FIRST}", "修渠记行"),
        (f"首页 >\n> 乡土 > 正文\n修渠记行\n{FIRST}\n{FIRST}", "修渠记行"),
        (f"手机阅读\n\n修渠记行\n\n{FIRST}\n\n{FIRST}", "修渠记行"),
        ("用水须知\n一、按户记账。\n二、先下游后上游。\n三、闸不许自己开。", "用水须知"),
        (
            f"江畔学报\nJOURNAL OF THE RIVERSIDE\n2003年 第12卷 第4期 Vol.12 No.4 2003\n水闸启闭的节律研究\n{FIRST}\n{FIRST}",
            "水闸启闭的节律研究",
        ),
        (f"【来源： 江畔夜校】\n修渠记行\n{FIRST}\n{FIRST}", "修渠记行"),
        (f"&nbsp;修渠记行&nbsp;\n{FIRST}\n{FIRST}", "修渠记行"),
        (
            f"用水合同（二）\n合同编号：________\n____年__月__日\n供水方：________\n（简称甲方）\n收水方：\n{FIRST}",
            "用水合同（二）",
        ),
        (f"渠道养护协议书\n三、养护的期限\n{FIRST}\n{FIRST}", "渠道养护协议书"),
        (
            "用水合同\n修渠合同\n守闸合同\n这三份合同都存在村部的柜子里，谁要看，就去找会计老李，登记一下就能取走。",
            None,
        ),
        (f"水闸\n水闸，是控制水流的设施，{FIRST}", "水闸"),
        (f"水闸\n水闸（又称闸门）是控制水流的设施，{FIRST}", "水闸"),
        (f"水闸\n水闸 (sluice) 是控制水流的设施，{FIRST}", "水闸"),
        (f"水闸\n水闸，既可以指门，也可以指闸房，{FIRST}", "水闸"),
        (f"水闸\n水闸的门坏了，{FIRST}", None),
        (f"工作报告\n——2024年1月26日在江畔镇第十四届\n代表大会上\n江畔镇镇长 林晓舟\n各位代表：\n{FIRST}", "工作报告"),
        (
            "清渠颗粒说明书\n【药品名称】\n清渠颗粒\n【性状】\n本品为棕色颗粒，味甜，微苦。\n【贮藏】\n密封，放在阴凉干燥的地方，放在小儿够不到的地方，不要和别的药放在一处。",
            "清渠颗粒说明书",
        ),
        (
            f"江畔基金2019年第1季度报告\n管理人：江畔公司\n托管人：江畔银行\n送出日期：四月十九日\n§1 重要提示\n{FIRST}",
            "江畔基金2019年第1季度报告",
        ),
        (f"□本报记者 林晓舟\n{FIRST}\n{FIRST}", None),
        (f"本报记者林晓舟发自青江\n{FIRST}\n{FIRST}", None),
        (f"青政发〔2019〕40号\n{FIRST}\n{FIRST}", None),
        (f"时间：昨天上午十时\n{FIRST}\n{FIRST}", None),
        (f"前言\n{FIRST}\n{FIRST}", None),
        (f"本报青江讯\n{FIRST}\n{FIRST}", None),
        (f"——记修渠的人们\n{FIRST}\n{FIRST}", None),
        (f"{FIRST}\n\n{FIRST}\n\n{FIRST}", None),
        (f"一、修渠\n\n{FIRST}\n\n{FIRST}", None),
        (f"今年的情况如下：\n\n{FIRST}\n\n{FIRST}", None),
        ("静\n\n渠边坐\n\n听水声\n\n忘了归", None),
        (f"“水闸之乡”今年又绿了\n{FIRST}\n{FIRST}", "“水闸之乡”今年又绿了"),
        (f"“你修渠去了？”他问\n{FIRST}\n{FIRST}", None),
        (f"“渠是大家的”\n{FIRST}\n{FIRST}", None),
        (f"2019年9月30日 06:30 青江晨报\n{FIRST}\n{FIRST}", None),
        (f"2019年10月08日 责任编辑：林晓舟\n{FIRST}\n{FIRST}", None),
        (f"青江时报记者 林晓舟\n{FIRST}\n{FIRST}", None),
        (f"（想来修渠的人请看文末）\n{FIRST}\n{FIRST}", None),
        (f"最新动态 通知公告 学术活动 系列专题 修渠影像\n{FIRST}\n{FIRST}", None),
        (f"江畔财经 > 基金 > 基金公司 > 青江基金\n{FIRST}\n{FIRST}", None),
        (f"媒体聚焦\n水站的女工和她的三本修渠账\n{FIRST}\n{FIRST}", "水站的女工和她的三本修渠账"),
        (f"青江县水务局-招标公告\n青江县今年冬季修渠工程招标公告\n{FIRST}\n{FIRST}", "青江县今年冬季修渠工程招标公告"),
        (f"村里的新闻\n{FIRST}\n{FIRST}", "村里的新闻"),
        (f"本文来自微信公众号“江畔夜校”，作者：林晓舟\n修渠记行\n{FIRST}\n{FIRST}", "修渠记行"),
        (f"来自山村的报告\n{FIRST}\n{FIRST}", "来自山村的报告"),
        (f"但是，为什么非要在冬天修渠呢？\n{FIRST}\n{FIRST}", None),
        (f"你修渠去了？”他问\n{FIRST}\n{FIRST}", None),
        (f"老支书拉着他往渠边走，笑道：“快来，水到了！”\n{FIRST}\n{FIRST}", None),
        (f"地址：青江县水务局二楼\n{FIRST}\n{FIRST}", None),
        (f"文/江畔夜校专栏作家 林晓舟\n{FIRST}\n{FIRST}", None),
        (f"我要投稿   新闻热线：000-00000000\n水站的女工和她的账\n{FIRST}\n{FIRST}", "水站的女工和她的账"),
        (f"专栏首页\n{FIRST}\n{FIRST}", None),
        (f"{'渠边来信' * 17}\n2019-09-30 06:30 来源：江畔日报\n{FIRST}\n{FIRST}", "渠边来信" * 17),
        (f"{'渠边来信' * 17}\n{FIRST}\n{FIRST}", None),
        (f"渠边人物\n林晓舟：守闸三十年\n— 渠边人物\n{FIRST}\n{FIRST}", "林晓舟：守闸三十年"),
    ],
)
def test_a_title_is_told_by_its_own_shape_and_by_what_follows(text: str, found: str | None) -> None:
    assert title(text) == found


def test_a_title_is_never_in_the_text_whatever_stands_behind_it() -> None:
    headlines = "\n".join(["河边的灯", "山里的桥", "村口的树"])
    for tail in ("", "\n下一篇：守闸", f"\n相关文章：\n{headlines}"):
        (document,) = clean_page(f"修渠记行\n{FIRST}\n{FIRST}{tail}".encode(), content_type="text/plain").documents
        assert (document.title, document.text) == ("修渠记行", f"{FIRST}\n{FIRST}")


def test_a_columns_name_goes_above_the_title_and_below_it() -> None:
    text = f"渠边人物\n林晓舟：守闸三十年\n— 渠边人物\n{FIRST}\n{FIRST}"
    (document,) = clean_page(text.encode(), content_type="text/plain").documents
    assert document.text == f"{FIRST}\n{FIRST}"


def test_a_record_of_literature_says_its_title_in_its_header() -> None:
    head = "【 文献号 】7-4000\n【原文出处】江畔学刊\n【分 类 号】S2\n【 作  者 】林晓舟\n【 标  题 】水闸启闭的节律\n【 正  文 】"
    page = clean_page(f"{head}\n　　{FIRST}\n　　{FIRST}".encode(), content_type="text/plain")
    (document,) = page.documents
    assert (document.title, document.source, document.author) == ("水闸启闭的节律", "江畔学刊", "林晓舟")
    assert document.text == f"{FIRST}\n{FIRST}"
    assert sum(edit.rule == "notice-header" for edit in page.edits) == 6


def test_a_given_title_is_looked_for_in_no_line() -> None:
    text = f"第一天的事\n{FIRST}\n{FIRST}"
    for known in ("修渠记行", ""):
        (document,) = clean_page(text.encode(), content_type="text/plain", title=known).documents
        assert (document.title or "", document.text) == (known, text)


def test_a_title_behind_a_blurb_is_an_essays_and_stays() -> None:
    text = f"时间：2022-09-25 03:48:48\n下面是小编精心整理的5篇修渠总结，希望能帮到您。\n修渠总结范文\n{FIRST}\n{FIRST}"
    assert title(text) is None


@given(st.text("渠水，。 　\t\n1一、(print)=;", max_size=120))
def test_nothing_but_space_is_lost_and_a_second_pass_changes_nothing(text: str) -> None:
    first = texts(text)
    assert "".join("".join(first).split()) == "".join(text.replace("\u200b", "").split())
    assert texts("\n".join(first)) == first


def test_a_dateline_below_a_long_breadcrumb_is_read() -> None:
    crumb = "当前位置 | 首页 >> 青江县今年冬季修渠工程的招标公告和各村出工人数的公示办法"
    text = f"{crumb}\n青江县今年冬季修渠工程的招标公告和各村出工人数的公示办法\n2019/10/13 13:05:24 来源：江畔网\n{FIRST}\n{FIRST}"
    (document,) = clean_page(text.encode(), content_type="text/plain").documents
    assert (document.published, document.source) == ("2019-10-13T13:05:24", "江畔网")
    assert document.text == f"{FIRST}\n{FIRST}"


def test_a_gloss_cut_between_two_of_its_words_is_joined() -> None:
    assert continued(["那是无形的推力或者说冲动（the", "impulse），没有它就没有水闸，也没有渠。"]) == {1}
    assert continued(["闸门（sluice）的英文是 sluice", "impulse（冲动）是另一个词。"]) == frozenset()


def test_a_notice_of_rights_in_code_stays_and_below_a_text_goes() -> None:
    code = "# Copyright (c) 2019 Riverside\n# 渠水\nimport os\n\nprint(os.name)"
    assert clean_page(code.encode(), content_type="text/plain").documents[0].text == code
    text = f"修渠记行\n{FIRST}\n{FIRST}\nCopyright (c) 2019 Riverside"
    assert clean_page(text.encode(), content_type="text/plain").documents[0].text == f"{FIRST}\n{FIRST}"


def test_tabs_that_indent_paragraphs_go_and_those_of_a_table_stay() -> None:
    long = "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜。"
    assert tidy(f"\t\t{long}\n\t修渠的人们\n\t\t{long}") == f"{long}\n修渠的人们\n{long}"
    for rows in ("\t春\t夏\n水位\t3\t5", f"名称\t水位\n\t三米，{long}", "\t甲方\n\t乙方"):
        assert tidy(rows) == rows


@given(st.text("渠水，。 　\t\nprint()=;", max_size=80))
def test_tidy_text_is_tidy(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("text", ["渠，" * 100_000, "\n" * 200_000, " " * 200_000, "定，渠\n" * 50_000])
def test_a_hostile_text_takes_linear_time(text: str) -> None:
    assert len("".join(texts(text))) <= len(text)
    assert len(continued(text.split("\n"))) <= text.count("\n")


SENTENCES = (
    "她推开门，看见院子里的雪已经积得很厚了，脚印一直通到井边。",
    "那天夜里风很大，窗纸被吹得哗哗作响，谁也没有睡好。",
    "母亲在灯下补衣裳，一针一线，从不说累，也不抬头。",
    "他把信折好，放进贴身的口袋，走了三十里山路才到镇上。",
)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("talk", [False, True])
@pytest.mark.parametrize("width", [20, 36])
def test_indented_paragraphs_wrapped_by_hand_are_joined(between: str, talk: bool, width: int) -> None:
    paragraphs = ["".join(SENTENCES[(n + k) % 4] for k in range(2 + n % 3)) for n in range(12)]
    if talk:
        paragraphs = [line for p in paragraphs for line in (p, "“你去哪儿？”她问。", "“去镇上。”")]
    wrapped = ["\n".join(("　　" + p)[at : at + width] for at in range(0, len(p) + 2, width)) for p in paragraphs]
    blocks, edits, _ = to_blocks(between.join(wrapped), Context())
    assert [block.text for block in blocks if block.role == "body"] == paragraphs
    assert {edit.rule for edit in edits} == {"joined"}


QUESTION = [
    "3．村里的老人说，这条渠是他们年轻的时候一锹一锹挖出来的，当时没有机器，全靠人",
    "力，冬天手上都是裂口，到了春天渠水一来，人人都跑到渠边去看，那一年的庄稼比哪一",
    "年都好。下列说法正确的是（　　）",
    "A．渠是用机器挖的",
    "B．渠是冬天通水的",
    "C．那一年的庄稼很好",
    "D．老人没有挖过渠",
    "解析：老人说当时没有机器，所以甲项不对；渠水是春天来的，所以乙项也不对；材料里说那",
    "一年的庄稼比哪一年都好，所以丙项是对的；老人说渠是他们挖出来的，丁项与此不合，应当排",
    "除，因此正确的只有一项，做这样的题，先要把材料从头到尾读完，再看选项，不要看了第一句",
    "就选。",
]


def test_a_text_of_which_a_part_is_cut_at_a_margin_is_joined_there_and_nowhere_else() -> None:
    found = texts("\n".join(QUESTION * 2))
    assert found[: len(found) // 2] == ["".join(QUESTION[:3]), *QUESTION[3:7], "".join(QUESTION[7:])]


def test_the_first_line_of_a_wrapped_text_is_no_title_where_it_is_wider_than_the_others() -> None:
    wide = "去年夏天的调查显示全县的渠道一共有三百多里长，其中由各村自己修起来的占了一大半，其余的"
    rest = [line for paragraph in SENTENCES * 4 for line in (paragraph[:18] + "山下人家的水渠", paragraph[18:])]
    assert title("\n".join([wide, *QUESTION, *rest])) is None


@pytest.mark.parametrize(
    "lines",
    [
        [
            f"{place}的渠道今年春天又添了新的闸门和水尺"
            for place in ("青江", "柳河", "石桥", "东坪", "南湾", "北岭", "西山", "中渡")
        ],
        [
            f"{a}水清清流过桥，{b}人家把灯挑，不知今夜谁归早"
            for a, b in zip("江河溪渠湖塘", "东西南北前后", strict=True)
        ],
        [f"{n}月的水位比上月又高了{n}寸，闸口看守人老张说，再高就要开闸放水了。" for n in "一二三四五六七八"],
    ],
)
def test_lines_of_one_length_that_are_headlines_verse_or_sentences_stay(lines: list[str]) -> None:
    assert texts("\n".join(lines)) == lines


def test_indented_paragraphs_of_one_line_and_headings_stay_apart() -> None:
    lines = ["第一章 渡口", *("　　" + s for s in SENTENCES), "第二章 山路", *("　　" + s for s in SENTENCES)]
    blocks, edits, _ = to_blocks("\n".join(lines), Context())
    assert [b.text for b in blocks if b.role == "body"] == [line.strip("　") for line in lines]
    assert not edits


def test_hanging_indents_are_joined_below_their_label() -> None:
    text = (
        "  (一)修渠应尽量使用本地的石料和人工，并且必须写明\n       日期。\n"
        "  (二)守闸应有专人，其名字要写在闸门的右侧，紧接着\n       编号。\n  (三)其他"
    )
    assert texts(text)[:2] == [
        "(一)修渠应尽量使用本地的石料和人工，并且必须写明日期。",
        "(二)守闸应有专人，其名字要写在闸门的右侧，紧接着编号。",
    ]


def test_an_indented_paragraph_below_a_heading_is_not_joined() -> None:
    text = f"一、总则\n　　{FIRST}\n二、修渠\n　　{FIRST}"
    assert texts(text) == ["一、总则", FIRST, "二、修渠", FIRST]


def test_prose_that_ends_in_a_semicolon_is_converted_and_gets_its_marks() -> None:
    text = "(3) 書架內具有快速ram,可通過獨立的總門在兩側同時訪問;\n直读速度km/h，接打印机可输出数据,亦可导入PC机处理;"
    (document,) = clean_page(text.encode(), content_type="text/plain").documents
    assert "独立的总门在两侧同时访问；" in document.text and "输出数据，亦可" in document.text


def test_the_blank_of_a_form_stays_open() -> None:
    text = f"{FIRST}\n乙方将在 个工作日内完成修渠,总金额为 元,甲方验收合格后结清。"
    (document,) = clean_page(text.encode(), content_type="text/plain").documents
    assert "将在 个工作日内" in document.text and "为 元" in document.text


MARKDOWN = """# 编译内核

先装好工具链，再取源码，版本要对得上，不然后面会报错。

1. 安装工具，要等十分钟左右。
   - 编译器
   - 链接器
2. 取源码

```python
def f(x):

    return (x),(x)  # 注释,注释
```

| 名称 | 数量 |
| --- | --- |
| 甲 | 1 |

式子$f(x,y)=(x),(y)$如下，请看`f(發,布)`的说明：

$$
x^2+y^2=1
$$

最后检查一遍，\\*没有错\\*就可以结束了。"""


def test_markdown_comes_through_as_it_is_in_both_renderings() -> None:
    (one,) = clean_page(MARKDOWN.encode(), content_type="text/plain").documents
    assert one.markdown == MARKDOWN
    assert one.text.split("\n") == [line for n, line in enumerate(MARKDOWN.split("\n")) if line or n == 11]
    (again,) = clean_page(one.text.encode(), content_type="text/plain").documents
    assert again.text == one.text and one.title == "编译内核"


def test_a_cleaned_page_s_markdown_cleaned_again_is_the_same() -> None:
    body = (
        "<p>先装好工具链，再取源码，版本要对得上，不然后面会报错。</p><h2>步骤</h2><ol><li>安装<ul><li>编译器*</li></ul></li></ol>"
        "<pre><code class='language-go'>func f() {\n\n\tg(1,2)\n}</code></pre><table><tr><th>名<th>数<tr><td>甲|乙<td>1</table>"
        "<p>式子$a_n=2^n$在<a href='/x'>这里</a>，<br>算完检查一遍，没有错就可以结束了。</p>"
    )
    page = f"<title>内核</title><h1>内核</h1><div class=content>{body}</div>".encode()
    (one,) = clean_page(page, url="https://example.org/").documents
    (again,) = clean_page((one.markdown or "").encode(), content_type="text/plain").documents
    assert again.markdown == one.markdown


def test_formulas_of_a_plain_text_are_formulas_and_amounts_are_not() -> None:
    text = "数列的通项是$a_n=(n),(m)$，其中下标从一数起。\n一碗面$5，两碗$10，不收小费。\n$$x^2=1$$"
    (one,) = clean_page(text.encode(), content_type="text/plain").documents
    assert one.text == text and one.formulas == 2
    assert (one.markdown or "").endswith("一碗面\\$5，两碗\\$10，不收小费。\n\n$$\nx^2=1\n$$")


def test_what_is_declared_as_markdown_is_read_so_and_keeps_its_title() -> None:
    text = "# 渡口\n\n水涨了，先看`f(發,布)`，再收[缆绳](http://a.cn/x)。\n\n| 甲,乙 | 丙!丁 |\n| 戊,己 | 庚 |"
    page = clean_page(text.encode(), content_type="text/markdown; charset=utf-8", title="渡口的早晨")
    (one,) = page.documents
    assert one.title == "渡口的早晨" and one.markdown == text
    (found,) = clean_page(text.encode(), content_type="Text/Markdown").documents
    assert found.title == "渡口"
    (plain,) = clean_page(text.encode(), content_type="text/plain", title="").documents
    assert "`f(發,布)`" in one.text and "`f（發，布）`" in plain.text
