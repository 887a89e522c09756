"""Boilerplate goes, whole and accounted for; nothing of an article goes with it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_samples import CLEAN, PAGE
from timing import seconds

from cleaners.boilerplate.folding import fold
from cleaners.boilerplate.notices import SENTENCE
from cleaners.boilerplate.rules import Rule, rules
from cleaners.pipeline import BOILERPLATE
from cleaners.plaintext import to_blocks
from cleaners.policy import Context, Policy
from cleaners.sites import SiteRule
from cleaners.steps import Pass, Walk
from cleaners.text import replayed
from schemas.records import Block, Edit

CONTEXT = Context()


def strip(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """All rounds of the boilerplate rules, as a page goes through them."""
    walk = Walk(context)
    return walk.through(BOILERPLATE, tuple(blocks)), tuple(walk.edits)


def run(*lines: str, context: Context = CONTEXT) -> tuple[list[str], tuple[Edit, ...]]:
    blocks, edits = strip([Block(line, seq=n) for n, line in enumerate(lines)], context)
    return [block.text for block in blocks if block.role == "body"], edits


def takes(rule: Rule, text: str) -> bool:
    if rule.unit == "sentence":
        return any(rule.takes(fold(found.group())) for found in SENTENCE.finditer(text))
    return rule.takes(fold(text))


PROSE = [
    "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜，到了夏天十分凉快，人人称便。",
    "老支书说，修渠的账目已经贴在村部的墙上，谁家出了多少工、多少料，一笔一笔都写得清楚。",
    "第二年开春，县里来人量了水位，说这条渠可以再用五十年，村里人听了都很高兴。",
    "如今渠边立了一块石碑，上面刻着当年出工人的名字，最后一个名字是那位送饭的姑娘。",
    "每到清明，总有人在碑前放一束花，没有人问是谁放的，也没有人把花拿走。",
]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_takes_its_example_and_leaves_its_counter_example(rule: Rule) -> None:
    assert takes(rule, rule.example)
    assert not any(takes(rule, counter) for counter in rule.counters)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_takes_nothing_of_a_clean_text(rule: Rule) -> None:
    for text in CLEAN.values():
        for line in text.split("\n"):
            assert not takes(rule, line), line


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_text_comes_through_unchanged(name: str) -> None:
    blocks, edits = strip(to_blocks(CLEAN[name], CONTEXT)[0], CONTEXT)
    assert "\n".join(block.text for block in blocks) == CLEAN[name]
    assert edits == ()


def test_only_the_sentence_that_is_boilerplate_goes() -> None:
    lead = "水务关系千家万户。下面是某某网小编整理的水务工作总结，请参考。"
    kept, edits = run(lead, *PROSE)
    assert kept == ["水务关系千家万户。", *PROSE]
    assert [(e.before, e.block, e.start) for e in edits] == [("下面是某某网小编整理的水务工作总结，请参考。", 0, 9)]


def test_a_notice_that_the_text_is_cut_flags_the_text_beside_it() -> None:
    blocks, _ = strip(
        [Block(t, seq=n) for n, t in enumerate([*PROSE, "因篇幅问题不能全部显示，请点此查看更多"])], CONTEXT
    )
    assert blocks[-1].flags == ("truncated",)
    assert [block.text for block in blocks] == PROSE


@pytest.mark.parametrize(
    "lines",
    [
        ["您現在的位置：首頁 >> 範文 >> 正文"],
        ["首页 > 新闻 > 正文", "发布时间：2020-01-02 来源：某某网 点击：12次"],
        ["导语：修渠记一文来源于网友上传，不代表本站观点，若需要原创文章可咨询客服老师，欢迎参考。"],
        ["撰写人：___________", "日    期：___________"],
        ["上传人：lily 文档编号：123456 页数：5 大小：23KB"],
        ["字体：【大】【中】【小】 打印 关闭"],
    ],
)
def test_what_stands_above_a_text_goes(lines: list[str]) -> None:
    assert run(*lines, *PROSE)[0] == PROSE


@pytest.mark.parametrize(
    "lines",
    [
        ["【修渠记】相关文章：", "渠边的树01-11", "修渠总结12-10"],
        ["相关阅读", "渠边的树", "一条渠的六十年"],
        ["渠边的树2020-01-11", "修渠总结2020-12-10", "守闸人2019-02-03"],
        ["上一篇：渠边的树", "下一篇：守闸人"],
        ["分享到：新浪微博 微信 QQ空间", "责任编辑：王某某"],
        ["欢迎扫码关注我们的微信公众号"],
        ["版权所有 某某网 Copyright © 2010-2020", "京ICP备00000000号"],
        ["40 3310010", '");'],
        ["已阅读5页，还剩8页未读，继续阅读"],
        ["声明：本文由用户上传，如有侵权请联系我们删除。"],
        ["首页 上一页 1 2 3 下一页 尾页"],
        ["</p>", "document.write('<div>');"],
    ],
)
def test_what_stands_below_a_text_goes(lines: list[str]) -> None:
    assert run(*PROSE, *lines)[0] == PROSE


@pytest.mark.parametrize(
    "line",
    [
        "《修渠记》2019-02-03由县报刊出，两年后收入他的文集，题目没有改动，文字略有删节，读者很多。",
        "他说：“请扫码付款。”",
        "相关文章的作者在会上作了说明，听众的反应很好，会后许多人留下来继续讨论。",
        "来源于网络的照片占全部展品的三成，其余由村民提供。",
        "2024年6月25日",
        "县水务站",
        "如发现侵权行为，权利人可以向人民法院提起诉讼。",
        "编辑部的灯亮了一夜。",
    ],
)
def test_an_ordinary_line_stays_wherever_it_stands(line: str) -> None:
    for lines in ([line, *PROSE], [*PROSE[:2], line, *PROSE[2:]], [*PROSE, line]):
        assert run(*lines)[0] == lines


def test_marks_injected_against_copying_go_and_quotations_stay() -> None:
    assert run("面对客人的'询问，她总是微笑着回答。", *PROSE)[0][0] == "面对客人的询问，她总是微笑着回答。"
    assert run("这是省里获得的`最好成绩。", *PROSE)[0][0] == "这是省里获得的最好成绩。"
    quoted = "他说的'好'是另一个意思。"
    assert run(quoted, *PROSE)[0][0] == quoted


def test_remains_of_tags_and_escapes_go_but_not_on_a_page_about_them() -> None:
    assert run("渠修好了。</p>", "水来了&nbsp;&nbsp;人笑了。x0dx0a", *PROSE)[0][:2] == ["渠修好了。", "水来了人笑了。"]
    about = "<p> 标签表示段落，</p> 是它的结尾。"
    assert run(about, *PROSE)[0][0] == about


def test_the_heading_of_a_section_with_text_is_no_related_list() -> None:
    lines = [*PROSE[:2], "相关链接", *PROSE[2:]]
    assert run(*lines)[0] == lines


def test_lines_of_forum_members_need_company() -> None:
    assert run("注册会员", "积分 12", PROSE[0], "回复 举报 支持(0)", PROSE[1])[0] == PROSE[:2]
    lines = [*PROSE[:2], "管理员", *PROSE[2:]]
    assert run(*lines)[0] == lines


def test_the_lines_of_a_site_rule_go_on_its_host_only() -> None:
    policy = Policy(sites=(SiteRule(host="example.cn", lines=("渠水新闻，天天更新",)),))
    page = [*PROSE, "渠水新闻，天天更新"]
    assert run(*page, context=Context(policy, "http://www.example.cn/a"))[0] == PROSE
    assert run(*page, context=Context(policy, "http://example.com/a"))[0] == page


def test_a_page_is_clean_after_one_pass_and_stays_so() -> None:
    blocks, edits = strip(to_blocks(PAGE, CONTEXT)[0], CONTEXT)
    texts = [block.text for block in blocks if block.role == "body"]
    assert texts[0].startswith("2024年") and texts[-1].startswith("2、资金到位")
    assert {edit.detail for edit in edits} >= {"breadcrumb", "blurb", "truncation", "related", "debris"}
    assert strip([Block(text, seq=n) for n, text in enumerate(texts)], CONTEXT)[1] == ()


LINES = st.lists(
    st.one_of(
        st.sampled_from(PROSE),
        st.sampled_from(
            [rule.example for rule in rules()] + [counter for rule in rules() for counter in rule.counters]
        ),
        st.sampled_from(PAGE.split("\n")).filter(bool),
        st.text("修渠供水。，的`'<p> /12\n", min_size=1, max_size=20),
    ),
    max_size=12,
)


@given(LINES)
def test_every_character_is_kept_or_in_an_edit(lines: list[str]) -> None:
    """As often as it was there, and what was put in where lines were joined is there once more."""
    kept, edits = run(*lines)
    taken = Counter("".join("".join(edit.before for edit in edits).split()))
    put = Counter("".join("".join(edit.after for edit in edits).split()))
    assert Counter("".join("".join(kept).split())) + taken == Counter("".join("".join(lines).split())) + put


@given(LINES)
def test_an_edit_says_where_its_text_stood(lines: list[str]) -> None:
    """In each pass, one edit of a block after the other, at its place, gives the block that the pass gave."""
    passes: list[Pass] = []
    Walk(CONTEXT, passes.append).through(BOILERPLATE, tuple(Block(line, seq=n) for n, line in enumerate(lines)))
    for one in passes:
        given = {block.seq: block.text for block in one.given if block.role == "body"}
        for block in one.received:
            ledger = replayed(block.text, [edit for edit in one.edits if edit.block == block.seq])
            assert ledger is not None
            if block.role == "body":
                assert "".join(ledger.text.split()) == "".join(given.get(block.seq, "").split())


@given(LINES)
def test_what_is_clean_stays_clean(lines: list[str]) -> None:
    kept, _ = run(*lines)
    again, edits = run(*kept)
    assert (again, [e for e in edits if e.rule != "joined"]) == (kept, [])


@given(st.text(max_size=60))
def test_the_folded_copy_is_folded_and_no_longer_than_the_text(text: str) -> None:
    assert len(fold(text)) <= len(text)
    assert fold(fold(text)) == fold(text)


def test_the_folded_copy_is_simplified_half_width_and_without_spaces() -> None:
    assert fold("您現在的　位置：「首頁」！\n正文") == '您现在的位置:"首页"!\n正文'


ATTACKS = [
    "首页>" * 60,
    "分享微信" * 50,
    "1 2 3 " * 40,
    "来源：" * 70,
    "的`" * 100,
    "(" * 230,
    "更多" * 110,
    "_" * 230 + "：",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_line_costs_no_more_than_a_plain_one(attack: str) -> None:
    def cost(line: str) -> float:
        return seconds(lambda: run(*[line] * 20, *PROSE))

    plain = max(cost(PROSE[0] * 5), 0.002)
    assert cost(attack) < 60 * plain


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_no_line_made_of_a_rules_own_words_holds_it_up(rule: Rule) -> None:
    words = [rule.has[0], rule.has[-1], "".join(rule.has), fold(rule.example), fold(rule.example)[:6], "1>", "返回首页"]
    start = time.process_time()
    for word in words:
        for other in words:
            line = ((word + other) * rule.longest)[: rule.longest - 1]
            rule.takes(line + "渠")
            rule.takes(line + "。")
    assert time.process_time() - start < 5


def test_a_page_of_many_lines_takes_linear_time() -> None:
    def cost(times: int) -> float:
        lines = [*PROSE * times, *["渠边的树01-11", "分享到：微信", "相关阅读"] * times]
        return seconds(lambda: run(*lines))

    cost(20)
    assert cost(800) < 30 * max(cost(80), 0.005)


class TestZones:
    TEXT = ("渠水长流，两岸的人家都靠它灌田。", "水门修好以后，夏天再没有断过水。")
    HEAD = "经济频道 >> 地方经济 >> 正文"

    def kept(self, *lines: str) -> list[str]:
        return [b.text for b in strip([Block(line, seq=n) for n, line in enumerate(lines)], Context())[0]]

    def test_in_a_short_text_the_head_ends_where_the_tail_begins(self) -> None:
        assert self.kept(self.HEAD, *self.TEXT) == [*self.TEXT]
        assert self.kept(*self.TEXT, self.HEAD) == [*self.TEXT, self.HEAD]

    def test_three_lines_may_stand_above_what_goes(self) -> None:
        lines = [f"{self.TEXT[0]}这是第{n}年。" for n in range(12)]
        assert self.HEAD not in self.kept(*lines[:3], self.HEAD, *lines[3:])
        assert self.HEAD in self.kept(*lines[:4], self.HEAD, *lines[4:])


def test_scores_are_no_numbers_of_pages_and_pages_of_one_count_are() -> None:
    scores = [PROSE[0], "3/1", "0/2", "1/3", "1/3", PROSE[1]]
    assert run(*scores)[0] == scores
    assert run(PROSE[0], "1/3", PROSE[1], "2/3", PROSE[2])[0] == PROSE[:3]


@pytest.mark.parametrize(
    ("glued", "flag", "rule"),
    [
        ("上一页[1] [2] [3] [4]下一页", "unfinished", "pager-glued"),
        (">>>全文", "truncated", "more-glued"),
        ("&gt;&gt;详细", "truncated", "more-glued"),
    ],
)
def test_a_pager_or_a_link_that_hangs_on_a_line_goes_and_flags_it(glued: str, flag: str, rule: str) -> None:
    blocks, edits = strip([Block(PROSE[0], seq=0), Block(PROSE[1] + glued, seq=1)], CONTEXT)
    assert [block.text for block in blocks] == PROSE[:2]
    assert [(edit.rule, edit.before) for edit in edits] == [(rule, glued)]
    assert flag in blocks[1].flags


@pytest.mark.parametrize(
    "glued",
    [
        " 转发(12) 评论(5) 3月4日 10:21 来自江畔微博",
        "转发(12)评论(5)12月12日23:07来自江畔微博标签：水闸",
        " 收起 d 查看大图 m 向右转 l 向左转 c转发(12)评论(5)|收藏 赞(3)",
        "原文转发原文评论",
    ],
)
def test_what_a_microblog_has_below_a_post_goes(glued: str) -> None:
    blocks, edits = strip([Block(PROSE[0] + glued, seq=0)], CONTEXT)
    assert [block.text for block in blocks] == PROSE[:1]
    assert [(edit.rule, edit.before) for edit in edits] == [("microblog-glued", glued)]


@pytest.mark.parametrize(
    "line",
    [
        "水闸的新闻请大家转发、评论。",
        "他每天看转发评论",
        "他给这张照片转发3次，没有评论",
        "台里的统计分四项：转发 12 评论 30 收藏 5",
        "这一周的微博转发120评论30点赞500",
        "甲 转发 12 评论 30 收藏 5",
    ],
)
def test_who_speaks_of_sharing_and_comments_keeps_them(line: str) -> None:
    assert run(PROSE[1], line, PROSE[2])[0] == [PROSE[1], line, PROSE[2]]


def test_buttons_of_a_line_each_need_company() -> None:
    buttons = ["下载", "打印", "全屏", "【字号：", "】"]
    assert run(*buttons, *PROSE[:3])[0] == PROSE[:3]
    assert run("全屏", *PROSE[:3])[0] == ["全屏", *PROSE[:3]]


def test_notes_and_arrows_at_the_end_of_a_line_stay() -> None:
    for line in (f"{PROSE[0]}[1][2]", "甲 > 乙 >> 丙", "请翻到下一页", "他读完了全文"):
        assert run(PROSE[1], line, PROSE[2])[0] == [PROSE[1], line, PROSE[2]]


def test_a_dated_headline_may_be_a_question() -> None:
    headlines = ["渠水还够用吗？2015/06/25", "水闸修好了！2015/06/26", "柳树发芽2015/06/27"]
    assert run(*PROSE, *headlines)[0] == PROSE


def test_a_title_in_book_marks_is_repeated_without_them() -> None:
    head = [Block("《修渠记行》", role="title", origin="head", seq=9)]
    blocks, edits = strip([*(Block(t, seq=n) for n, t in enumerate(["修渠记行", *PROSE])), *head], CONTEXT)
    assert [b.text for b in blocks if b.role == "body"] == PROSE
    assert [edit.rule for edit in edits] == ["title-repeat"]
