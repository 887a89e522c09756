"""What elements say that they are: roles for listeners, blocks of Yuque and Feishu, items of Quill and Notion; heads of
tables that stand apart, and the table of contents of a page."""

from __future__ import annotations

import pytest
from articles import clean, document, inner

from cleaners.extraction.contents import BOXES
from cleaners.extraction.roles import number_of, shows_marker, tag_of, ticked

HEAD, ROW = ("闸名", "高"), ("东闸", "三尺")
GRID = "| 闸名 | 高 |\n| --- | --- |\n| 东闸 | 三尺 |"


def row(cells: tuple[str, ...], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def aria(cells: tuple[str, ...], role: str) -> str:
    return '<div role="row">' + "".join(f'<span role="{role}">{cell}</span>' for cell in cells) + "</div>"


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ('<div role="heading" aria-level="3">看水</div><p>水退了。</p>', "### 看水\n\n水退了。"),
        ('<div role="list"><div role="listitem">甲</div><div role="listitem">乙</div></div>', "- 甲\n- 乙"),
        (f'<div role="table">{aria(HEAD, "columnheader")}{aria(ROW, "cell")}</div>', GRID),
        (f'<div role="grid"><div role="rowgroup">{aria(HEAD, "columnheader")}</div>{aria(ROW, "gridcell")}</div>', GRID),
        ("<ne-h2><ne-text>看水</ne-text></ne-h2><ne-p><ne-text>水退了。</ne-text></ne-p><ne-quote><ne-p>水往低处流。</ne-p></ne-quote>", "## 看水\n\n水退了。\n\n> 水往低处流。"),
        ("<ne-oli><ne-oli-i>3. </ne-oli-i><ne-text>甲</ne-text></ne-oli><ne-uli><ne-uli-i>●</ne-uli-i><ne-text>乙</ne-text></ne-uli>", "3. 甲\n- 乙"),
        ('<div class="block docx-heading2-block"><div>看水</div></div><div class="block docx-bullet-block"><div class="bullet-dot-style bullet">•</div><div>甲</div></div><div class="block docx-ordered-block"><div class="order">2.</div><div>乙</div></div>', "## 看水\n\n- 甲\n2. 乙"),
        ('<div class="block docx-quote_container-block"><div>水往低处流。</div></div>', "> 水往低处流。"),
        ('<ul><li><div class="checkbox checkbox-on"></div> 修渠</li><li><div class="checkbox checkbox-off"></div> 种树</li></ul>', "- [x] 修渠\n- [ ] 种树"),
        ('<ol><li data-list="checked">修渠</li><li data-list="unchecked">种树</li></ol>', "- [x] 修渠\n- [ ] 种树"),
        ('<ul><li data-checked="true">修渠</li><li><span role="checkbox" aria-checked="false"></span>种树</li></ul>', "- [x] 修渠\n- [ ] 种树"),
        ('<ol><li data-list="bullet">甲</li><li data-list="bullet" class="ql-indent-1">子</li></ol>', "- 甲\n  - 子"),
        ('<ol><li>甲</li><li class="ql-indent-1">子</li><li class="ql-indent-1">丑</li><li>乙</li><li class="ql-indent-1">寅</li></ol>', "1. 甲\n   1. 子\n   2. 丑\n2. 乙\n   1. 寅"),
        ("<div><li>甲</li><li>乙</li></div>", "- 甲\n- 乙"),
        ("<ul>前言<li>甲</li></ul>", "- 前言\n- 甲"),
        ("<blockquote><p>水往低处流。</p><footer>— 守闸的人</footer></blockquote>", "> 水往低处流。\n>\n> — 守闸的人"),
    ],
)  # fmt: skip
def test_elements_are_what_they_say(markup: str, markdown: str) -> None:
    assert inner(markup) == markdown


def test_own_tags_come_first_and_odd_values_are_read_as_none() -> None:
    assert tag_of("td", {"role": "heading"}) == "td"
    assert tag_of("div", {"role": "heading", "aria-level": "x"}) == "h2"
    assert tag_of("div", {"role": "heading", "aria-level": "9"}) == "h6"
    assert tag_of("div", {"class": "docx-mystery-block"}) == "div"
    assert (number_of("12."), number_of("•")) == ("12", "")
    assert shows_marker("ne-uli-i", {})
    assert not shows_marker("div", {"class": "reorder"})
    assert ticked("input", {"type": "text"}) == ticked("div", {"class": "checkbox"}) == ""


@pytest.mark.parametrize("body", [row(ROW), row(HEAD, "th") + row(ROW)])
def test_a_head_that_is_a_table_of_its_own_is_the_tables_head_once(body: str) -> None:
    page = clean(
        f"<div><div><table><thead>{row(HEAD, 'th')}</thead></table></div><div><table>{body}</table></div></div>"
    )
    (one,) = page.documents
    assert GRID in (one.markdown or "")
    assert one.text.count("闸名") == 1
    assert any(edit.rule == "repeated-head" for edit in page.edits) == ("<th>" in body)


def test_a_head_apart_from_any_table_stays() -> None:
    head = f"<table>{row(HEAD, 'th')}</table>"
    assert "闸名" in document(f"{head}<p>中间有话。</p><table>{row(HEAD)}{row(ROW)}</table>").text
    assert "闸名" in document(head).text


def test_one_column_below_a_head_is_a_table_and_a_cell_may_span_all_rows_that_are_left() -> None:
    one = "<table><thead><tr><th>闸名</th></tr></thead><tr><td>东闸</td></tr><tr><td>西闸</td></tr></table>"
    assert inner(one) == "| 闸名 |\n| --- |\n| 东闸 |\n| 西闸 |"
    down = "<table><tr><td rowspan=0>甲</td><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr></table>"
    assert inner(down) == "| 甲 | 1 |\n| --- | --- |\n|  | 2 |\n|  | 3 |"


def test_a_pages_own_contents_are_left_out_with_an_edit_and_other_links_stay() -> None:
    parts = '<h2 id="a">看水的人</h2><p>一早就来了。</p><h2 id="b">开闸的人</h2><p>到晚才走。</p>'
    contents = (
        '<div><p>目录</p><ul><li><a href="#a">1. 看水的人</a></li><li><a href="#b">2. 开闸的人</a></li></ul></div>'
    )
    page = clean(contents + parts)
    assert page.documents[0].text.count("看水的人") == 1
    assert any(edit.rule == "boilerplate" and "开闸的人" in edit.before for edit in page.edits)
    other = '<ul><li><a href="#x">别的地方</a></li><li><a href="#y">又一处</a></li></ul>'
    assert "别的地方" in document(other + parts).text
    assert "div" in BOXES
