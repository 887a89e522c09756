"""Blocks: one for each line a reader sees, of the kind it is."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners import clean_page
from cleaners.extraction.blocks import collapse, drafts
from cleaners.extraction.soup import soup_of


def blocks(html: str) -> list[tuple[str, int, str]]:
    body = LexborHTMLParser(html).body
    assert body is not None
    return [(d.kind, d.level, d.text) for d in drafts(soup_of([body], frozenset()))[0]]


def texts(html: str) -> list[str]:
    return [text for _, _, text in blocks(html)]


def test_paragraphs_end_at_block_borders_and_line_breaks() -> None:
    assert texts("<div>甲<p>乙</p>丙<br>丁<div>戊</div></div>") == ["甲", "乙", "丙", "丁", "戊"]


def test_the_sections_and_spans_of_an_editor_are_paragraphs() -> None:
    assert texts("<section><section><span>春</span><span>天</span></section><section>来了</section></section>") == [
        "春天",
        "来了",
    ]


def test_headings_have_their_level() -> None:
    assert blocks("<h2>渡口</h2><h4>来历</h4>") == [("heading", 2, "渡口"), ("heading", 4, "来历")]


def test_list_items_have_depth_and_ordered_ones_their_number() -> None:
    html = "<ul><li>米<ul><li>糙米</li></ul></li><li>豆</li></ul><ol start=3><li>洗</li><li value=9>泡</li><li>煮</li></ol>"
    assert blocks(html) == [
        ("item", 1, "米"),
        ("item", 2, "糙米"),
        ("item", 1, "豆"),
        ("item", 1, "3. 洗"),
        ("item", 1, "9. 泡"),
        ("item", 1, "10. 煮"),
    ]


def test_an_item_that_bears_its_number_is_not_numbered_again() -> None:
    assert texts("<ol><li>1、洗米</li><li>（二）泡米</li></ol>") == ["1、洗米", "（二）泡米"]


def test_a_table_of_data_is_rows_of_cells() -> None:
    html = "<table><tr><th>年<th>斤<tr><td>2021<td>1 200</table>"
    assert blocks(html) == [("table", 0, "年\t斤\n2021\t1 200")]


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>左栏<td><p>正文一段。</p><ul><li>其一</ul></table>",
        "<table><tr><td>只有一行<td>两格</table>",
        "<table><tr><td><table><tr><td>内</table></table>",
        "<table><tr><td>" + "长" * 300 + "<td>短<tr><td>甲<td>乙</table>",
    ],
)
def test_a_table_that_lays_out_a_page_is_not_a_table(html: str) -> None:
    assert "table" not in {kind for kind, _, _ in blocks(html)}


def test_code_stands_as_it_is_written() -> None:
    html = "<pre>\ndef f(x):\n    <span>return</span> <b>x</b>  # 原样\n</pre>"
    assert blocks(html) == [("pre", 0, "def f(x):\n    return x  # 原样")]


def test_captions_and_quotations() -> None:
    html = "<figure><img><figcaption>渡口</figcaption></figure><blockquote>船不能停。</blockquote><p class='img-desc'>图注</p>"
    assert [kind for kind, _, _ in blocks(html)] == ["caption", "quote", "caption"]


def test_ruby_leaves_the_word_whole_and_the_reading_accounted_for() -> None:
    body = LexborHTMLParser("<p>船名<ruby>鹭<rp>(</rp><rt>lù</rt><rp>)</rp></ruby>洲").body
    found, readings = drafts(soup_of([body], frozenset()))
    assert [d.text for d in found] == ["船名鹭洲"]
    assert "lù" in [reading for _, reading in readings]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("山\n水", "山水"),
        ("山 水", "山 水"),
        ("a\nb", "a b"),
        ("山\n  a", "山 a"),
        ("　　首行缩进", "首行缩进"),
        ("\u00a0\u00a0缩进", "缩进"),
    ],
)
def test_white_space_collapses_as_on_screen(written: str, shown: str) -> None:
    assert collapse(written) == shown


def test_deep_nesting_is_flattened_and_nothing_lost() -> None:
    html = "<div>" * 300 + "<p>深处</p>" + "</div>" * 300 + "<p>浅处</p>"
    assert texts(html) == ["深处", "浅处"]


def test_dropped_nodes_are_left_out_with_all_below() -> None:
    tree = LexborHTMLParser("<div><p>甲</p><div id=x><p>乙<b>丙</b></p></div><p>丁</p></div>")
    node = tree.css_first("#x")
    assert node is not None and tree.body is not None
    found, _ = drafts(soup_of([tree.body], frozenset([node.mem_id])))
    assert [d.text for d in found] == ["甲", "丁"]


def test_prose_in_a_pre_is_a_text_whose_line_ends_count() -> None:
    assert blocks("<pre>江上數峰青，\n\n人靜月初明。\n</pre>") == [
        ("paragraph", 0, "江上數峰青，"),
        ("paragraph", 0, "人靜月初明。"),
    ]
    assert blocks("<pre>姓名    年龄\n张三    20</pre>")[0][0] == "pre"
    assert blocks("<pre><code>渡口的老船工</code></pre>")[0][0] == "pre"
    html = "<p>渡口的老船工把缆绳系在石桩上，等着第一班客人。</p><pre>江上數峰青，人靜月初明，\n老船工說這條河,他走了三十年。</pre>"
    (one,) = clean_page(f"<title>渡口</title>{html}".encode(), content_type="text/html; charset=utf-8").documents
    assert one.text.split("\n")[1:] == ["江上数峰青，人静月初明，", "老船工说这条河，他走了三十年。"]
    assert one.code_blocks == 0 and (one.markdown or "").endswith("人静月初明，\\\n老船工说这条河，他走了三十年。")


def test_lines_of_a_pre_that_were_wrapped_by_hand_are_joined_with_an_edit() -> None:
    said = (
        "渡口的老船工把缆绳系在石桩上，等着第一班客人，他说这条河走了三十年，从来没有误过一班船，只有一回雾太大，" * 3
    )
    rows = [said[n : n + 30] for n in range(0, len(said), 30)]
    html = f"<title>渡口</title><p>{said}</p><pre>{chr(10).join(rows)}。</pre>"
    page = clean_page(html.encode(), content_type="text/html; charset=utf-8")
    assert page.documents[0].text.split("\n")[-1] == said + "。"
    assert [e.count for e in page.edits if e.rule == "joined"] == [len(rows) - 1]
    (again,) = clean_page(page.documents[0].text.encode(), content_type="text/plain", title="渡口").documents
    assert again.text == page.documents[0].text
