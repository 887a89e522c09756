"""Whole pages of shapes that are common on the web: what of them is text, what is title, and what goes."""

from __future__ import annotations

import pytest

from cleaners.pipeline import CleanPage, clean_page

NEWS = """
<p>9月1日上午，操场上彩旗飘扬，全校师生共一千余人参加了这次活动，校长在会上讲了话，回顾了过去一年的成绩。</p>
<p>学生代表表示，新的学年里要更加努力，认真完成学习任务，不辜负老师和家长的期望，争取更好的成绩。</p>
<p>仪式在国歌声中结束，各班有序退场，回到教室开始上课，新学期正式拉开了帷幕。</p>
"""


def clean(body: str, title: str = "") -> CleanPage:
    head = f"<title>{title}</title>" if title else ""
    return clean_page(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def text_of(page: CleanPage) -> str:
    return "\n".join(document.text for document in page.documents)


@pytest.mark.parametrize(
    ("title", "heading", "chosen"),
    [
        ("清溪县第一中学", "我校举行开学典礼", "我校举行开学典礼"),
        ("新闻详情", "我校举行开学典礼", "我校举行开学典礼"),
        ("无标题文档", "我校举行开学典礼", "我校举行开学典礼"),
        ("新闻中心-清溪一中", "我校举行开学典礼", "我校举行开学典礼"),
        ("山海_第三章 渡口夜雨_读书吧", "第三章 渡口夜雨", "第三章 渡口夜雨"),
        ("我校举行开学典礼", "新闻动态", "我校举行开学典礼"),
        ("", "春游", "春游"),
    ],
)
def test_a_title_element_that_names_no_text_yields_to_the_heading(title: str, heading: str, chosen: str) -> None:
    page = clean(f"<h1>{heading}</h1><div class=content>{NEWS}</div>", title)
    assert page.documents[0].title == chosen
    assert text_of(page).startswith("9月1日上午")


def test_a_heading_that_is_in_no_column_stays_in_the_text() -> None:
    page = clean(f"<div class=content><h1>清溪县第一中学</h1><h2>开学典礼侧记</h2>{NEWS}</div>", "一中开学典礼举行")
    assert "侧记" in text_of(page) or "侧记" in str(page.documents[0].title)


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("茉莉花", "茉莉花是木犀科素馨属的直立或攀援灌木。"),
        ("红烧肉", "红烧肉是一道家常菜。"),
        ("小镇的雨", "小镇的雨总是来得很突然，"),
    ],
)
def test_a_sentence_that_begins_with_the_title_is_text(title: str, first: str) -> None:
    page = clean(f"<h1>{title}</h1><div class=content><p>{first}</p>{NEWS}</div>", f"{title}_文库")
    assert page.documents[0].title == title
    assert text_of(page).startswith(first)


@pytest.mark.parametrize(
    "rows",
    [
        ["五花肉 13.5", "鸡蛋 4.2", "大白菜 0.8"],
        ["上河队—下河队 3-2", "东山队—西山队 1-1", "南塘队—北塘队 2-0"],
        ["语文 2021-06-07", "数学 2021-06-08", "英语 2021-06-09"],
    ],
)
def test_rows_that_the_text_announces_are_text(rows: list[str]) -> None:
    page = clean(f"<div class=content>{NEWS}<p>具体如下：</p>" + "".join(f"<p>{row}</p>" for row in rows) + "</div>")
    assert text_of(page).endswith("\n".join(rows))


def test_titles_with_dates_below_a_text_go() -> None:
    rows = [f"我县{what} 2021-06-0{n}" for n, what in enumerate(("召开春耕会议", "举办运动会", "举办植树活动"), 1)]
    page = clean(f"<div class=content>{NEWS}" + "".join(f"<p>{row}</p>" for row in rows) + "</div>")
    assert text_of(page).endswith("帷幕。")
    assert [edit.before for edit in page.edits if edit.rule == "related-entry"] == rows


@pytest.mark.parametrize("pupils", [6, 300])
def test_a_notice_of_one_sentence_keeps_its_list_and_its_signature(pupils: int) -> None:
    names = [f"{'王李张刘陈杨'[n % 6]}小{'明红伟静洋丽'[n // 6 % 6]}　女　清溪县第{n + 1}小学" for n in range(pupils)]
    body = "".join(f"<p>{line}</p>" for line in (*names, "清溪县教育局", "2021年8月1日"))
    lead = "<p>经笔试、面试、体检、考察，现将拟录用人员名单公示如下：</p>"
    page = clean(f"<h1>拟录用人员公示</h1><div class=content>{lead}{body}</div>", "拟录用人员公示")
    (document,) = page.documents
    assert all(name in document.text for name in names)
    assert (document.published, document.source) == ("2021-08-01", "清溪县教育局")


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">{}</span>',
        '<span style="visibility: hidden">{}</span>',
        '<i style="font-size:0">{}</i>',
        '<em style="position:absolute;left:-9999px">{}</em>',
        "<b hidden>{}</b>",
        '<font class="jammer">{}</font>',
    ],
)
def test_words_hidden_in_a_line_are_no_text(hidden: str) -> None:
    words = "X7k2来源：某某网"
    page = clean(f"<div class=content><p>春天来了，{hidden.format(words)}小草绿了，燕子也回来了。</p>{NEWS}</div>")
    assert text_of(page).startswith("春天来了，小草绿了，燕子也回来了。")
    assert page.documents[0].source is None
    assert [edit.before for edit in page.edits if edit.rule == "hidden"] == [words]


def test_what_a_style_hides_may_be_the_body_that_a_script_shows() -> None:
    page = clean(f'<h1>开学</h1><div id="js_content" style="visibility: hidden">{NEWS}</div>', "开学")
    assert "彩旗飘扬" in text_of(page) and "帷幕" in text_of(page)


def test_a_sentence_of_links_is_text() -> None:
    links = "".join(f"<a href=/{n}>{word}</a>" for n, word in enumerate(("南方省", "清江市", "清溪县")))
    page = clean(
        f"<h1>乔木镇</h1><div class=content><p><b>乔木镇</b>是{links}下辖的一个<a href=/9>镇</a>。</p>"
        f'<h2>历史<span class="mw-editsection">[<a href=/e>编辑</a>]</span></h2>{NEWS}</div>',
        "乔木镇",
    )
    assert text_of(page).startswith("乔木镇是南方省清江市清溪县下辖的一个镇。\n历史\n")


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["时间：2021年3月5日（周五）14:30", "地点：图书馆报告厅", "主讲：某教授"], []),
        (["上映日期：2020年5月1日", "片名：渡口"], []),
        (["2008年5月12日，一个普通的日子。"], []),
        ([], ["截稿时间：2021年5月31日。", "来稿请注明作者：姓名、单位、电话"]),
        (["一、考试科目", "语文：6月7日", "数学：6月8日"], []),
        ([], ["记者：谢谢您。"]),
        (["书名：渡口", "译者：李明", "出版社：清江出版社"], []),
        (["黄继光"], ["邱少云", "他们的故事，今天仍在这片山水之间流传。"]),
    ],
)
def test_what_a_text_is_about_is_not_taken_for_its_particulars(above: list[str], below: list[str]) -> None:
    paragraphs = ["".join(f"<p>{line}</p>" for line in lines) for lines in (above, below)]
    page = clean(f"<h1>沙龙</h1><div class=content>{paragraphs[0]}{NEWS}{paragraphs[1]}</div>", "沙龙")
    (document,) = page.documents
    assert (document.published, document.source, document.author) == (None, None, None)
    assert [line for line in (*above, *below) if line not in document.text] == []


@pytest.mark.parametrize(
    ("line", "published", "source", "author"),
    [
        ("2021-03-05 09:10 来源：清溪日报 作者：李明", "2021-03-05T09:10", "清溪日报", "李明"),
        ("发布时间：2021-03-05 浏览：20次", "2021-03-05", None, None),
        ("录入时间：2021年3月5日", "2021-03-05", None, None),
        ("时间：2021-03-05　作者：李明", "2021-03-05", None, "李明"),
    ],
)
def test_a_dateline_goes_and_fills_its_columns(
    line: str, published: str, source: str | None, author: str | None
) -> None:
    (document,) = clean(f"<h1>沙龙</h1><div class=content><p>{line}</p>{NEWS}</div>", "沙龙").documents
    assert (document.published, document.source, document.author) == (published, source, author)
    assert document.text.startswith("9月1日")


def test_a_short_notice_keeps_the_date_it_is_signed_with() -> None:
    body = "<p>因管道检修，明日上午八时至十二时停水，请各住户提前储水。</p><p>清溪县自来水公司</p><p>2021年3月1日</p>"
    (document,) = clean(f"<h1>停水通知</h1><div class=content>{body}</div>", "停水通知").documents
    assert (document.published, document.source) == ("2021-03-01", "清溪县自来水公司")
    assert document.text.endswith("2021年3月1日")


def rows_of(table: str) -> list[list[str]]:
    page = clean(f"<h1>名录</h1><div class=content>{NEWS}{table}</div>", "名录")
    return [line.split("\t") for line in text_of(page).split("\n") if "\t" in line]


def test_a_page_that_is_a_table_keeps_its_columns() -> None:
    rows = [("姓名", "王小明"), ("性别", "男"), ("出生", "1990.05"), ("单位", "清溪县第一小学")]
    table = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
    page = clean(f"<h1>人员</h1><table>{table}</table>", "人员")
    assert text_of(page) == "\n".join(map("\t".join, rows))


def test_a_cell_that_spans_stands_once_at_its_first_place() -> None:
    table = (
        "<table><tr><th>县</th><th>单位</th><th>电话</th></tr>"
        "<tr><td rowspan=2>清溪县</td><td>乔木镇卫生院</td><td>7205677</td></tr>"
        "<tr><td>竹园镇卫生院</td><td>7205678</td></tr>"
        "<tr><td colspan=2>合计</td><td>2</td></tr></table>"
    )
    assert rows_of(table) == [
        ["县", "单位", "电话"],
        ["清溪县", "乔木镇卫生院", "7205677"],
        ["", "竹园镇卫生院", "7205678"],
        ["合计", "", "2"],
    ]


def test_a_long_cell_does_not_flatten_a_table() -> None:
    long = "依据条例第三条的规定，" * 30
    rows = [["序号", "权力", "依据"], ["1", "许可", long], ["2", "处罚", "无"]]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    assert rows_of(f"<table>{table}</table>") == rows


def test_spans_do_not_blow_a_table_up() -> None:
    cell = f"<td rowspan=1000000 colspan=3>{'长' * 150}</td>"
    table = "<table>" + f"<tr>{cell * 20}</tr>" + "<tr><td>甲</td><td>乙</td></tr>" * 200 + "</table>"
    page = clean(f"<h1>名录</h1><div class=content>{NEWS}{table}</div>", "名录")
    assert len(text_of(page)) < 200_000


@pytest.mark.parametrize("many", [1, 40], ids=["one table", "many tables"])
def test_spans_beyond_the_bound_are_not_followed_and_the_edit_says_so(many: int) -> None:
    cells = "<td colspan=100 rowspan=100>米</td>" * 3
    table = "<table>" + f"<tr>{cells}</tr>" * 100 + "<tr><td>甲</td><td>乙</td></tr>" * 20 + "</table>"
    page = clean(f"<h1>名录</h1><div class=content>{NEWS}{table * many}</div>", "名录")
    text = text_of(page)
    assert text.count("米") >= 300 * many and text.count("甲\t乙") == 20 * many
    assert len(text) < 22_000 * min(many, 10) + 2_000 * many
    said = [e for e in page.edits if e.rule == "spans-unheeded"]
    assert len(said) == many and all(e.detail for e in said)
    assert "flattened" in page.documents[0].flags


def test_a_large_table_with_spans_is_followed_to_its_end() -> None:
    """Ten columns that each span rows, in 1,000 rows, as a statistical yearbook has them."""
    rows = []
    for n in range(500):
        head = "".join(f"<td rowspan=2>第{n}组</td>" for _ in range(10))
        rows.append(f"<tr>{head}<td>甲</td></tr><tr><td>乙</td></tr>")
    page = clean(f"<h1>名录</h1><div class=content>{NEWS}<table>{''.join(rows)}</table></div>", "名录")
    lines = [line for line in text_of(page).split("\n") if "\t" in line]
    assert len(lines) == 1_000 and all(line.count("\t") == 10 for line in lines)
    assert [line.count("组") for line in lines] == [10, 0] * 500
    assert not [e for e in page.edits if e.rule == "spans-unheeded"]


def test_powers_notes_and_formulas_keep_their_sense() -> None:
    line = (
        "约1.5×10<sup>8</sup>公里，5.1亿km<sup>2</sup>，10<sup>-3</sup>米，见注<sup>[1]</sup>，1<sup>st</sup>，水是H<sub>2</sub>O，"
        "式为<math><semantics><mrow><mi>a</mi></mrow><annotation>a^1</annotation></semantics></math>。"
    )
    page = clean(f"<h1>距离</h1><div class=content><p>{line}</p>{NEWS}</div>", "距离")
    wanted = "约1.5×10⁸公里，5.1亿km²，10⁻³米，见注[1]，1st，水是H2O，式为$a$。"
    assert text_of(page).startswith(wanted)


def test_text_in_a_font_of_the_page_s_own_is_flagged() -> None:
    hidden = "小\ue123从\ue342地里\ue555钻出来，嫩嫩的，绿绿的。"
    page = clean(f"<h1>春天</h1><div class=content><p>{hidden}</p>{NEWS}</div>", "春天")
    assert hidden in text_of(page) and "damaged" in page.documents[0].flags
    assert "damaged" not in clean(f"<h1>春天</h1><div class=content><p>\ue123</p>{NEWS}</div>").documents[0].flags


def test_seconds_are_told_by_step_and_change_nothing() -> None:
    import time

    text = "<p>清晨的雾气从河面升起，渡口的老船工已经把缆绳解开。</p>" * 40
    data = f"<html><head><title>渡口</title></head><body><h1>渡口</h1>{text}</body></html>".encode()
    seconds: dict[str, float] = {"decoding": 1000.0}
    begun = time.perf_counter()
    page = clean_page(data, seconds=seconds)
    spent = time.perf_counter() - begun
    assert page == clean_page(data)
    assert {"decoding", "extraction", "mojibake", "boilerplate", "rendering"} <= set(seconds)
    assert 0.5 * spent < sum(seconds.values()) - 1000.0 <= spent, "added to what was there, and no more than passed"
