"""The grammar of `label : value` lines: where a value ends, what is a label and what is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.metadata.dates import find_dates
from cleaners.metadata.grammar import fields, labels
from cleaners.metadata.lines import credited, parse, reporters, signed_names


def read(text: str) -> dict[str, str]:
    """Value of the first field of each kind."""
    found: dict[str, str] = {}
    for field in fields(text, find_dates(text), labels(text)):
        found.setdefault(field.kind, field.value)
    return found


class TestValues:
    @pytest.mark.parametrize(
        ("line", "kind", "value"),
        [
            ("来源：江畔日报 编辑：苏亮", "source", "江畔日报"),
            ("来源：江畔日报责任编辑：周一", "source", "江畔日报"),
            ("作者：林晓舟 卷次：三", "author", "林晓舟"),
            ("来源：江畔日报2024-02-16", "source", "江畔日报"),
            ("来源：【江畔日报】", "source", "江畔日报"),
            ("来源：China Daily 2024-02-16", "source", "China Daily"),
            ("来 源：江畔日报", "source", "江畔日报"),
            ("来源：本站原创", "source", "本站原创"),
            ("以下文章来源于橘子频道 ，作者橘子", "source", "橘子频道"),
            ("作者：林晓舟 周一　来源：江畔日报", "author", "林晓舟 周一"),
            ("作者：林晓舟返回首页", "author", "林晓舟"),
            ("作者：林晓舟浏览次数：31", "author", "林晓舟"),
            ("作者：\t林晓舟", "author", "林晓舟"),
            ("责任编辑：周一 浏览次数：31", "editor", "周一"),
            ("文/林晓舟 图/周一", "author", "林晓舟"),
        ],
    )
    def test_a_value_ends_at_a_label_a_bracket_a_date(self, line: str, kind: str, value: str) -> None:
        assert read(line)[kind] == value

    @pytest.mark.parametrize("line", ["信息来源:浏览次数:", "来源：作者：", "来源：浏览 31", "作者： 时间：2024-02-16"])
    def test_a_label_without_a_value_names_no_one(self, line: str) -> None:
        said = parse(line)
        assert (said.source, said.authors) == (None, None)

    @pytest.mark.parametrize(
        "line",
        ["水的来源：雨和雪", "语文/数学", "资金来源：门票", "图片来源：周一", "编辑部的故事", "作者简介：林晓舟"],
    )
    def test_what_is_no_label(self, line: str) -> None:
        said = parse(line)
        assert (said.source, said.authors) == (None, None)

    @given(st.text(st.sampled_from("来源作者：: 时间2024-02-16（）【】编辑记文/甲乙丙，|\t"), max_size=60))
    def test_fields_lie_in_the_line_and_never_overlap(self, line: str) -> None:
        end = 0
        for field in fields(line, find_dates(line), labels(line)):
            assert end <= field.start < field.end <= len(line)
            assert line[field.end - len(field.value) : field.end] == field.value
            end = field.end


class TestDates:
    @pytest.mark.parametrize(
        ("line", "published", "labelled"),
        [
            ("发布时间：2024-02-16", "2024-02-16", True),
            ("考试时间：2024-02-16", None, False),
            ("时间安排：2024-02-16", "2024-02-16", False),
            ("作者：林晓舟时间：2024-02-16", "2024-02-16", True),
            ("更新于 2024-02-16", None, False),
            ("出生日期：1975-01-28", None, False),
            ("来源：江畔日报 2024-02-16", "2024-02-16", False),
            ("发布日期： 9/17/2004 5:54:13 AM", "2004-09-17T05:54:13", True),
        ],
    )
    def test_the_label_before_a_date_decides(self, line: str, published: str | None, labelled: bool) -> None:
        said = parse(line)
        assert (said.published, said.labelled) == (published, labelled)

    def test_a_line_of_a_laws_history_stays_and_its_promulgation_is_the_date(self) -> None:
        passed = parse("1998年12月26日 江畔区第11次常务会议通过")
        issued = parse("1999年1月22日 江畔区令第258号发布")
        assert (passed.published, issued.published) == (None, "1999-01-22")
        assert min(passed.rest, issued.rest) > 12


class TestNames:
    @pytest.mark.parametrize(
        ("line", "author", "source", "editor"),
        [
            ("作者：江畔镇人民政府", None, "江畔镇人民政府", None),
            ("作者：林晓舟 江畔日报", "林晓舟", None, None),
            ("作者：杨青_NF0001", "杨青", None, None),
            ("责任编辑：周一 PX209", None, None, "周一"),
            ("责任编辑：系统管理员", None, None, None),
            ("作者：只看该作者", None, None, None),
            ("作者：某大学 软件工程硕士在读", None, None, None),
            ("由海边客张贴 @ 2005-06-14 03:25:55", "海边客", None, None),
        ],
    )
    def test_who_is_named(self, line: str, author: str | None, source: str | None, editor: str | None) -> None:
        said = parse(line)
        assert (said.authors, said.source, said.editor) == (author, source, editor)

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("大桥开工了。（林晓舟 周一 ）", "林晓舟 周一"),
            ("大桥开工了。（林晓舟）", "林晓舟"),
            ("大桥开工了。（林晓舟 江畔报道）", "林晓舟"),
            ("大桥在江边（江西）", None),
            ("大桥开工了。（完）", None),
            ("大桥开工了。（江苏）", None),
        ],
    )
    def test_names_in_brackets_at_the_end(self, text: str, names: str | None) -> None:
        assert signed_names(text) == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("作者 林晓舟 周一苇", "林晓舟 周一苇"),
            ("记者 林晓舟", "林晓舟"),
            ("采写：江畔记者 林晓舟 周一苇", "林晓舟 周一苇"),
            ("作者的话", None),
            ("记者走进渡口", None),
        ],
    )
    def test_a_line_of_credits(self, text: str, names: str | None) -> None:
        assert credited(text) == names

    def test_a_headline_with_reporters_in_it_names_none(self) -> None:
        assert reporters("书展开幕各路记者齐聚文学院") is None
        assert reporters("江畔日报记者林晓舟、印朋报道") == "林晓舟 印朋"


def test_the_grammar_is_linear() -> None:
    def spent(size: int) -> float:
        start = time.process_time()
        for unit in ("来源：", "作者：林", "时间", "时 ", "：：", "记者 "):
            labels(unit * size)
        return time.process_time() - start

    spent(1000)
    assert spent(40_000) < 40 * max(spent(4_000), 0.01)
