"""Lines of code and data told from Chinese prose, and how wide lines are."""

from __future__ import annotations

import pytest

from cleaners import clean_page
from cleaners.text.code import code_rows, is_code
from cleaners.text.widths import columns

FIRST = "修渠是村里的大事，县里每年拨一笔款，由水务站按人口和渠长分到各村，各村再按出工多少贴在墙上公布，老支书说这笔账要经得起查。"


@pytest.mark.parametrize("line", ["    return 1", "print(x);", "#include <a.h>", "\tx = {", "let a = () => 1"])
def test_a_line_of_code_is_told(line: str) -> None:
    assert is_code(line)


@pytest.mark.parametrize(
    "line",
    [
        "(3) 渠道ram的shù(shù)据可以同时读取,亦可导出;",
        "    3.1 修渠数据",
        "   1.「渠」",
        "一、加强学习；",
        "（一）制度。",
        "渠长(4.6公里)",
        "1. 端正态度",
        "第一章 总则",
    ],
)
def test_a_line_of_prose_is_no_code(line: str) -> None:
    assert not is_code(line)


def test_a_line_indented_by_itself_is_no_code() -> None:
    rows = ["渠修好了。", "        2019年10月03日", "水到了村口。"]
    assert code_rows(rows) == [False] * 3
    assert code_rows(["渠修好了。", "    水位 = 3", "    if 水位 > 2:", "        开闸()"])[1:] == [True] * 3
    text = f"修渠记行\n        2019年10月03日\n{FIRST}\n{FIRST}"
    (document,) = clean_page(text.encode(), content_type="text/plain").documents
    assert (document.title, document.published) == ("修渠记行", "2019-10-03")


def test_columns_count_wide_characters_twice() -> None:
    assert columns("渠a，") == 5


CODE_WITH_CHINESE = [
    'def hello():\n    # 打印一句问候的话给用户看\n    print("你好，世界，欢迎光临")\n    return 1',
    "if (a) {\n    // 这里是一句很长的中文注释说明\n    b = 1;\n}",
    '{\n  "名称": "测试数据",\n  "说明": "这里是一句话"\n}',
    "def total(rows):\n    n = len(rows)\n\n    # 先把空行去掉，再把剩下的加起来\n    return n",
]


@pytest.mark.parametrize("code", CODE_WITH_CHINESE)
def test_code_keeps_its_chinese_and_its_indentation(code: str) -> None:
    prose = "春天的雨落在院子里，石榴树冒出了新芽，孩子们数着雨点。"
    want = f"{prose}\n{code}\n{prose}"
    page = f"<body><p>{prose}</p><pre>{code}</pre><p>{prose}</p></body>"
    for data, kind in ((page, "text/html; charset=utf-8"), (want, "text/plain; charset=utf-8")):
        (document,) = clean_page(data.encode(), url="http://example.cn/a", content_type=kind).documents
        assert document.text == want


def test_indented_prose_behind_something_latin_is_no_code() -> None:
    rows = ["    http://example.cn/a", "    作者说那是旧事(1999)", "  他又说：“好。”", "x = 1;", "接着说正文,"]
    assert code_rows(rows) == [True, False, False, True, False]
    assert code_rows(["x = 1;", "# 先加一", "", "# 渡口的来历", "* 石阶"]) == [True, True, False, False, False]


def test_white_space_by_name_makes_no_code() -> None:
    assert not is_code("&nbsp;&nbsp;&nbsp;") and not is_code("  &nbsp;渠长&nbsp;&nbsp;")
    assert is_code('print("&nbsp;");')


@pytest.mark.parametrize(
    "row",
    [
        '{"名称": "渡口的灯", "說明": "老船工把纜繩繫在石樁上", "n": 3}',
        'window.DATA = {"名称":"渡口的灯,亮了一夜","desc":"近日,老船工說',
        '"title":"渡口的灯","desc":"近日,老船工说:好"',
    ],
)
def test_data_in_json_is_code_however_much_chinese_it_holds(row: str) -> None:
    prose = "春天的雨落在院子里，石榴树冒出了新芽，孩子们数着雨点。"
    (document,) = clean_page(f"{prose}\n{row}\n{prose}".encode(), content_type="text/plain").documents
    assert document.text == f"{prose}\n{row}\n{prose}"
    assert not is_code('"OK": 他说好，就走了。') and not is_code("他说{1}：好")
