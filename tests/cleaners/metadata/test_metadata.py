"""Particulars: read where a page states them, never invented."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.metadata import choosing
from cleaners.metadata.dates import date_in_url, date_of, find_dates
from cleaners.metadata.lines import byline, parse, reporters
from cleaners.metadata.names import clean_name
from cleaners.metadata.notice import header
from cleaners.metadata.titles import without_site
from cleaners.policy import Context
from schemas.records import Block

TEXT = "山里的雾散得慢，八点多钟，才看得见对面的梯田。"


def read(*lines: str, fetched_at: str | None = None) -> tuple[list[str], choosing.Particulars, list[str]]:
    """Body lines that stay, particulars, and rules of the edits."""
    context = Context(fetched_at=fetched_at)
    blocks, edits = choosing.read([Block(text, seq=n) for n, text in enumerate(lines)], context)
    assert [b.seq for b in blocks] == sorted({b.seq for b in blocks})
    return [b.text for b in blocks if b.role == "body"], choosing.choose(blocks, context), [e.rule for e in edits]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("作者：方野 状态：连载中 更新时间：2022-05-20 最新章节：第100章 归来", "方野"),
        ("更新时间：2022-05-20", None),
    ],
)
def test_a_line_of_a_later_change_names_who_it_names(line: str, author: str | None) -> None:
    kept, particulars, _ = read("山村旧事", line, TEXT, TEXT)
    assert line not in kept and particulars.author == author


class TestDates:
    @pytest.mark.parametrize(
        ("written", "iso"),
        [
            ("2024年2月16日", "2024-02-16"),
            ("2024-02-16 09:10", "2024-02-16T09:10"),
            ("2024/2/6 9:05:33", "2024-02-06T09:05:33"),
            ("2024.02.16", "2024-02-16"),
            ("2024-02-16T09:10:00+08:00", "2024-02-16T09:10:00+08:00"),
            ("2024-02-16T09:10:00.123Z", "2024-02-16T09:10:00Z"),
            ("2024-02-16T09:10:00+0800", "2024-02-16T09:10:00+08:00"),
            ("2024年2月16日 星期五 下午2:05", "2024-02-16T14:05"),
            ("2004年12月27日08:19", "2004-12-27T08:19"),
            ("二〇二四年六月二十五日", "2024-06-25"),
            ("二○○八年十二月三十一日", "2008-12-31"),
            ("民國113年5月20日", "2024-05-20"),
            ("Saturday, September 10th, 2005", "2005-09-10"),
            ("10 Sep 2005", "2005-09-10"),
            ("2024年6月", "2024-06"),
        ],
    )
    def test_forms(self, written: str, iso: str) -> None:
        assert date_of(written) == iso

    @pytest.mark.parametrize(
        "text",
        [
            "2月16日",
            "02-16 09:10",
            "2024-13-01",
            "2023年2月30日",
            "1.2024.5",
            "192.168.2024.1",
            "电话 2024-1234567",
            "昨天",
            "3小时前",
            "比分 20-24",
        ],
    )
    def test_what_is_no_date(self, text: str) -> None:
        assert date_of(text) is None

    def test_relative_dates_need_the_time_of_fetching(self) -> None:
        assert date_of("昨天 08:30") is None
        assert date_of("昨天 08:30", "2024-03-01T10:00:00+08:00") == "2024-02-29T08:30"
        assert date_of("3小时前", "2024-03-01T01:00:00+08:00") == "2024-02-29"

    @pytest.mark.parametrize(
        ("url", "day"),
        [
            ("https://a.cn/2024-05/20/c_1.htm", "2024-05-20"),
            ("https://a.cn/20240520/x.html", "2024-05-20"),
            ("https://a.cn/gj/202405/t20240520_15263156.htm", "2024-05-20"),
            ("https://a.cn/2024/5/7/x", "2024-05-07"),
            ("https://a.cn/id/20241350", None),
            ("https://a.cn/?id=20240520123", None),
        ],
    )
    def test_dates_of_addresses(self, url: str, day: str | None) -> None:
        assert date_in_url(url) == day

    @given(
        st.dates(min_value=__import__("datetime").date(1950, 1, 1), max_value=__import__("datetime").date(2090, 1, 1))
    )
    def test_every_day_is_read_in_every_form(self, day: object) -> None:
        d: object = day
        year, month, number = (getattr(d, n) for n in ("year", "month", "day"))
        for form in (
            f"{year}年{month}月{number}日",
            f"{year}-{month:02d}-{number:02d} 08:00",
            f"时间：{year}/{month}/{number}",
        ):
            assert (date_of(form) or "")[:10] == f"{year}-{month:02d}-{number:02d}"

    def test_hostile_lines_take_no_time(self) -> None:
        start = time.process_time()
        for text in (
            "2024-" * 40_000,
            "来源：" * 40_000,
            "记者 " * 40_000,
            "（记者" * 40_000,
            "作者：作者：" * 20_000,
            "十" * 200_000,
        ):
            find_dates(text)
            parse(text)
            reporters(text)
            byline(text)
            choosing.read([Block(text, seq=0), Block(text, seq=1)], Context())
            without_site(text[:500])
        assert time.process_time() - start < 5


class TestLines:
    @pytest.mark.parametrize(
        ("line", "published", "source", "author"),
        [
            ("2024-02-16 来源:星星旅游", "2024-02-16", "星星旅游", None),
            ("时间:2022-09-25 03:48:48", "2022-09-25T03:48:48", None, None),
            ("2024年2月16日09:10　来源：江畔日报　作者：林晓舟", "2024-02-16T09:10", "江畔日报", "林晓舟"),
            ("发布日期：2016-11-22 浏览次数：31 信息来源：省水利厅", "2016-11-22", "省水利厅", None),
            ("文/林晓舟", None, None, "林晓舟"),
            ("作者：林晓舟 责任编辑：周一", None, None, "林晓舟"),
            ("来源：江畔日报 编辑：苏亮", None, "江畔日报", None),
            ("钱塘晚报 2003-7-24", "2003-07-24", "钱塘晚报", None),
            ("2022-07-21 09:40 来源：江畔日报 记者 高晓帆 字号：大 中 小", "2022-07-21T09:40", "江畔日报", "高晓帆"),
            ("楼主 发表于 2019-10-12 10:20", "2019-10-12T10:20", None, None),
            ("渔火 发表于 2019-10-12 10:20", "2019-10-12T10:20", None, "渔火"),
            ("更新时间：2024-03-01 发布时间：2024-02-16", "2024-02-16", None, None),
            ("作者：江畔镇党委书记 林晓舟", None, None, "林晓舟"),
            ("作者：江畔市副市长、江畔大学校长", None, None, None),
            ("作者：林晓舟摘自《江边的树》", None, None, "林晓舟"),
            ("作者：江畔通讯社", None, "江畔通讯社", None),
        ],
    )
    def test_datelines(self, line: str, published: str | None, source: str | None, author: str | None) -> None:
        said = parse(line)
        assert (said.published, said.source, said.authors) == (published, source, author)

    @pytest.mark.parametrize(
        "line", ["责任编辑：周一", "编辑：苏亮", "水的来源：雨和雪", "经济来源主要是打工", "作者：佚名", "来源：网络"]
    )
    def test_no_one_is_named(self, line: str) -> None:
        said = parse(line)
        assert said.authors is None and said.source in (None, "雨和雪")

    @pytest.mark.parametrize(
        ("line", "names"),
        [
            ("本报记者 王燕 方云", "王燕 方云"),
            ("江畔日报记者 林晓舟 报道", "林晓舟"),
            ("赵延、冯笑", "赵延 冯笑"),
            ("By Lin Xiaozhou", "Lin Xiaozhou"),
            ("春天来了", None),
            ("方法 步骤", None),
            ("本报记者近日走访了三个渡口", None),
            ("文章详情", None),
            ("文/林晓舟", "林晓舟"),
            ("文 林晓舟", "林晓舟"),
            ("文/本报记者 林晓舟 见习记者 周一", "林晓舟 周一"),
        ],
    )
    def test_bylines(self, line: str, names: str | None) -> None:
        assert byline(line) == names

    def test_a_role_before_a_name_and_a_place_behind_it_are_no_part_of_it(self) -> None:
        assert clean_name("記者林曉舟／江畔報導") == "林曉舟"
        assert clean_name("林晓舟/周一") == "林晓舟/周一"

    def test_reporters_in_brackets(self) -> None:
        assert reporters("本报讯（记者 林晓舟 通讯员 周一）") == "林晓舟 周一"
        assert reporters("记者近日在渡口看到") is None
        assert reporters("记者 林晓舟 北桥报道") == "林晓舟"
        assert reporters("记者 林晓舟 周一 报道") == "林晓舟 周一"

    def test_who_writes_for_ones_own_paper_is_said_behind_it(self) -> None:
        assert parse("文/本报记者 林晓舟 见习记者 周一").authors is None

    def test_a_column_of_words_below_a_title_names_no_one(self) -> None:
        tags = [
            Block(text, seq=n) for n, text in enumerate(("林晓舟", "周水闸", "渡口", "水闸开合的道理就在这里，" * 5))
        ]
        named = [Block("修渠记行", role="title", seq=9), *tags]
        assert [b.text for b in choosing.read(named, Context())[0] if b.role == "author"] == []
        two = [named[0], *tags[:2], tags[3]]
        assert [b.text for b in choosing.read(two, Context())[0] if b.role == "author"] == ["林晓舟 周水闸"]


class TestRead:
    def test_a_dateline_leaves_the_body_and_says_what_it_says(self) -> None:
        body, own, rules = read("2024-02-16 来源:星星旅游", TEXT, TEXT)
        assert body == [TEXT, TEXT] and rules == ["dateline"]
        assert (own.published, own.source) == ("2024-02-16", "星星旅游")

    def test_labels_with_nothing_behind_them_go(self) -> None:
        body, own, rules = read("好学生 分享 时间：", TEXT, TEXT)
        assert body == [TEXT, TEXT] and rules == ["dateline"] and own.published is None

    def test_a_value_on_the_next_line(self) -> None:
        body, own, _ = read("发布时间：", "2024-02-16 09:10", TEXT)
        assert body == [TEXT] and own.published == "2024-02-16T09:10"

    def test_signature_and_date_at_the_end_stay_and_speak(self) -> None:
        body, own, rules = read(TEXT, TEXT, "江畔市科学技术协会", "2024年6月25日")
        assert body[-2:] == ["江畔市科学技术协会", "2024年6月25日"] and rules == []
        assert (own.published, own.source) == ("2024-06-25", "江畔市科学技术协会")

    def test_a_source_that_is_the_title_is_none(self) -> None:
        title = Block("江畔大桥今日合龙两岸通车", role="title", origin="meta")
        link = Block("江畔大桥今日合龙", role="source", origin="tail")
        medium = Block("江畔日报", role="source", origin="tail")
        assert choosing.choose([title, link], Context()).source is None
        assert choosing.choose([title, link, medium], Context()).source == "江畔日报"

    def test_a_dateline_below_a_lede_goes_and_a_diarys_day_stays(self) -> None:
        body, own, rules = read(TEXT, "2024-02-16 09:10", TEXT + TEXT)
        assert body == [TEXT, TEXT + TEXT] and own.published == "2024-02-16T09:10" and rules == ["dateline"]
        assert read(TEXT + TEXT, "2024-02-16", TEXT)[0] == [TEXT + TEXT, "2024-02-16", TEXT]

    def test_the_head_outweighs_the_signature(self) -> None:
        _, own, _ = read("2024-07-01 来源：江畔日报", TEXT, "江畔市科学技术协会", "2024年6月25日")
        assert (own.published, own.source) == ("2024-07-01", "江畔日报")

    @pytest.mark.parametrize(
        "lines",
        [
            (TEXT, "2024年2月16日，大桥开工。这一天，镇上的人都来了。", TEXT),
            ("2024年2月16日，渡口照常开船，江面上没有风。", TEXT),
            ("来源：一条河从哪里来，要看它的第一滴水落在哪里，又顺着哪一道山谷往下走。", TEXT),
            ("时间都去哪儿了", TEXT),
            ("一", "二", "三"),
            ("1", TEXT, "2", TEXT),
            ("黄河", TEXT, TEXT),
            ("江河", "白杨", TEXT, TEXT),
            ("春眠不觉晓，", "处处闻啼鸟。"),
        ],
    )
    def test_clean_text_is_not_touched(self, lines: tuple[str, ...]) -> None:
        body, _, rules = read(*lines)
        assert body == list(lines) and rules == []

    def test_the_rest_of_a_date_and_a_name_go(self) -> None:
        body, own, rules = read("24 07:46:04 林晓舟", TEXT, TEXT)
        assert (body, own.author, rules) == ([TEXT, TEXT], "林晓舟", ["byline"])

    def test_a_byline_with_a_tab_goes(self) -> None:
        blocks, _ = choosing.read([Block("作者：\t林晓舟", "table", seq=0), Block(TEXT, seq=1)], Context())
        assert [b.text for b in blocks if b.role == "body"] == [TEXT]
        assert choosing.choose(blocks, Context()).author == "林晓舟"

    def test_an_item_of_a_list_is_no_dateline_and_the_signature_speaks(self) -> None:
        body, own, rules = read("一、时间安排：2024年5月25日", "二、范围：各楼", TEXT, "江畔社区中心", "2024年5月24日")
        assert len(body) == 5 and rules == [] and own.published == "2024-05-24"

    def test_a_laws_history_stays(self) -> None:
        lines = ("1998年12月26日 江畔区第11次常务会议通过", "1999年1月22日 江畔区令第258号发布", TEXT)
        body, own, rules = read(*lines)
        assert (tuple(body), rules, own.published) == (lines, [], "1999-01-22")

    def test_a_day_in_figures_goes_only_where_the_page_is_known_to_be_of_it(self) -> None:
        known = Block("2024-01-12", role="published", origin="meta", seq=2)
        for blocks, left in (([known], [TEXT]), ([], ["01/12/2024", TEXT])):
            found, _ = choosing.read([Block("01/12/2024", seq=0), Block(TEXT, seq=1), *blocks], Context())
            assert [b.text for b in found if b.role == "body"] == left

    def test_relative_dates_need_a_time_of_fetching(self) -> None:
        assert read("时间：昨天 08:30", TEXT, TEXT)[1].published is None
        assert (
            read("时间：昨天 08:30", TEXT, TEXT, fetched_at="2024-03-01T10:00:00+08:00")[1].published
            == "2024-02-29T08:30"
        )

    @given(
        st.lists(
            st.text(st.sampled_from("年月日时间来源作者：: 2024-01记者（）甲乙丙，。\n\t"), max_size=40), max_size=12
        )
    )
    def test_every_line_stays_or_is_in_an_edit(self, lines: list[str]) -> None:
        blocks, edits = choosing.read([Block(text, seq=n) for n, text in enumerate(lines)], Context())
        kept = {b.seq for b in blocks if b.role == "body"}
        gone = {e.block for e in edits if not e.after and e.rule != "contradiction"}
        assert kept | gone == set(range(len(lines))) and not kept & gone
        choosing.choose(blocks, Context())


class TestChoose:
    def test_trust_falls_from_rule_to_address(self) -> None:
        origins = ["url", "tail", "head", "meta", "json-ld", "rule"]
        blocks = [Block(f"2024-01-0{n}", role="published", origin=o, seq=n) for n, o in enumerate(origins, 1)]
        for taken in range(len(blocks), 0, -1):
            assert choosing.choose(blocks[:taken], Context()).published == blocks[taken - 1].text

    def test_a_time_of_the_same_day_is_preferred(self) -> None:
        blocks = [
            Block("2024-02-16", role="published", origin="meta", seq=0),
            Block("2024-02-16T09:10", role="published", origin="head", seq=1),
        ]
        assert choosing.choose(blocks, Context()).published == "2024-02-16T09:10"

    def test_contradictions_are_recorded(self) -> None:
        blocks = [
            Block("2024-02-16", role="published", origin="meta", seq=0),
            Block("2024-02-18", role="published", origin="head", seq=1),
        ]
        edits = choosing.contradictions(blocks, Context())[1]
        assert [e.rule for e in edits] == ["contradiction"] and "2024-02-18" in edits[0].detail

    def test_nothing_known_is_nothing_said(self) -> None:
        assert choosing.choose([Block(TEXT)], Context()) == choosing.Particulars()


class TestNotice:
    lexicon = tomllib.loads((files("cleaners.lexicons") / "metadata.toml").read_text("utf-8"))["notice"]

    def test_the_example_is_a_header_and_the_counter_is_none(self) -> None:
        found = header([Block(text, seq=n) for n, text in enumerate(self.lexicon["example"])])
        assert (found.published, found.source) == ("2024-06-25", "江畔镇人民政府")
        assert header([Block(text, seq=n) for n, text in enumerate(self.lexicon["counter"])]).blocks == ()

    def test_a_header_leaves_the_body_whether_lines_or_table(self) -> None:
        table = "索引号：\t0001/2024\t发文机关：\t江畔镇人民政府\n成文日期：\t2024年6月25日\t发布日期：\t2024年6月26日"
        blocks, edits = choosing.read([Block(table, "table", seq=0), Block(TEXT * 3, seq=1)], Context())
        assert [b.text for b in blocks if b.role == "body"] == [TEXT * 3]
        assert [(e.rule, e.before) for e in edits] == [("notice-header", table)]
        assert choosing.choose(blocks, Context()).published == "2024-06-26"


class TestTitles:
    @pytest.mark.parametrize(
        ("written", "title"),
        [
            ("老渡口的最后两年_江畔新闻网", "老渡口的最后两年"),
            ("老渡口的最后两年-文化频道-江畔网", "老渡口的最后两年"),
            ("老渡口的最后两年 | 江畔日报", "老渡口的最后两年"),
            ("江畔新闻网--老渡口的最后两年", "老渡口的最后两年"),
            ("“船不能停”——老渡口的最后两年", "“船不能停”——老渡口的最后两年"),
            ("COVID-19十问", "COVID-19十问"),
            ("老渡口的最后两年", "老渡口的最后两年"),
            ("_江畔新闻网", ""),
        ],
    )
    def test_without_the_site(self, written: str, title: str) -> None:
        assert without_site(written) == title

    def test_the_line_of_the_page_decides(self) -> None:
        assert without_site("一江两岸-老渡口-江畔网", line="一江两岸-老渡口") == "一江两岸-老渡口"


@pytest.mark.parametrize(
    ("rest", "rule"), [("全县水务工作会议在城关召", "dateline"), ("全县水务工作会议在城关召开", None)]
)
def test_a_dateline_holds_twelve_characters_of_something_else_at_the_most(rest: str, rule: str | None) -> None:
    text = "渠水长流，两岸的人家都靠它灌田，年年如此，从来没有断过哪怕一天。"
    lines = [f"2024-02-16 来源：渠水报 {rest}", text, text + text]
    _, edits = choosing.read([Block(line, seq=n) for n, line in enumerate(lines)], Context())
    assert [edit.rule for edit in edits] == ([rule] if rule else [])


def test_a_source_with_its_label_goes_before_a_column_that_stands_by_the_date() -> None:
    kept, particulars, _ = read("教育在线 2024-02-16 20:21", "来源：江畔新闻作者：林晓舟", TEXT, TEXT)
    assert kept == [TEXT, TEXT]
    assert (particulars.source, particulars.author) == ("江畔新闻", "林晓舟")


def test_a_dateline_below_the_text_says_when_it_was_published() -> None:
    _, particulars, _ = read(*[TEXT] * 50, "发布时间：2024年02月16日 19:29 来源：江畔日报 编辑：周一分享打印")
    assert (particulars.published, particulars.source) == ("2024-02-16T19:29", "江畔日报")


def test_a_report_put_together_is_by_the_medium() -> None:
    said = parse("作者：江畔网综合报道")
    assert (said.source, said.authors) == ("江畔网", None)
    assert clean_name("Super User") is None


def test_a_word_of_a_menu_that_looks_like_a_name_is_none() -> None:
    assert byline("文档") is None and clean_name("文档") is None
    assert byline("文栋") == "文栋"
