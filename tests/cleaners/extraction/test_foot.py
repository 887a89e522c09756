"""A site's foot is no document; a notice of few lines under its title is one."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners.extraction import foot
from cleaners.extraction.tree import survey

NAV = "<ul>" + "".join(f'<li><a href="/{n}/">栏目之{n}</a></li>' for n in range(14)) + "</ul>"
ADDRESS = "江北学院 江北路12号 电话：022-00000000 邮编：300000"
IN_A_COLUMN = "<div><div><div><div><div><h3>课程管理</h3></div></div></div></div></div>"


@pytest.mark.parametrize(
    ("above", "kept", "titles", "alone"),
    [
        (NAV, [ADDRESS], ["课程管理"], True),
        (NAV + IN_A_COLUMN, [ADDRESS], ["课程管理"], True),
        ("", [ADDRESS], ["课程管理"], False),  # a page of nothing else is about it
        (NAV + "<h1>报名点</h1>", [ADDRESS], ["报名点"], False),
        (NAV, [ADDRESS], ["联系我们"], False),
        (NAV, ["渠长说，今年要赶在春分以前把三道闸都换成铁的，再拖就误了水。"], ["课程管理"], False),
    ],
    ids=["foot", "empty column", "nothing else", "notice", "keeper's page", "text"],
)
def test_a_foot_is_alone_where_nothing_heads_it(above: str, kept: list[str], titles: list[str], alone: bool) -> None:
    outline = survey(LexborHTMLParser(f"<body>{above}<div id='here'><p>{kept[0]}</p></div></body>").root)
    part = next(e for e in outline.elements if e.attributes.get("id") == "here")
    assert foot.is_alone(outline, [part], -1, kept, titles) is alone


@pytest.mark.parametrize(
    "line",
    [
        "网络文化经营许可证： 江网文〔2023〕0029-034号",
        "药品服务信息备案（江）网药备字（2021）第00159号",
        "ISO9001质量管理体系认证:00307Q10176R1S",
        "技术支持： 渠边工作室",
        "38 Willow Road, Lake District, Jiangpan 300350",
        "本站简介 | About us | 广告服务 | 招聘信息 | 产品答疑",
    ],
)
def test_licences_builders_addresses_and_menus_are_lines_of_a_foot(line: str) -> None:
    outline = survey(LexborHTMLParser(f"<body>{NAV}<div id='here'><p>{line}</p></div></body>").root)
    part = next(e for e in outline.elements if e.attributes.get("id") == "here")
    assert foot.is_alone(outline, [part], -1, [line], ["课程管理"])


@pytest.mark.parametrize(
    ("kept", "titles", "nothing"),
    [
        (["请选择：", "密码："], [], True),  # a form that nobody filled in
        (["所在区域：", "项目名称：江畔一期"], [], False),
        (["免费预约"], ["免费预约-江畔健康网"], True),
        (["免费预约的人排到了下个月"], ["免费预约-江畔健康网"], False),
    ],
)
def test_labels_without_values_and_the_title_again_say_nothing(
    kept: list[str], titles: list[str], nothing: bool
) -> None:
    assert foot.says_nothing(kept, titles) is nothing
