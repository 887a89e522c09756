"""The parts of extraction by themselves: what a node says, what a line is, where an address leads."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborHTMLParser

from cleaners.extraction.around import is_crumb, regions
from cleaners.extraction.code import code_at, is_label
from cleaners.extraction.drafting import Draft, Place, Writer
from cleaners.extraction.drawn import tex_of_chtml, tex_of_svg
from cleaners.extraction.edges import trim
from cleaners.extraction.formulas import cleaned, formula_at
from cleaners.extraction.inline import Thing, Things, between_dollars, collapse
from cleaners.extraction.language import language_of
from cleaners.extraction.lists import goes_on, is_of_links
from cleaners.extraction.mathml import tex_of
from cleaners.extraction.media import address, base_of, image, largest
from cleaners.extraction.meta import Meta
from cleaners.extraction.site import apply
from cleaners.extraction.tables import Spans, data_rows
from cleaners.extraction.title import is_cut, title_line
from cleaners.extraction.tree import Outline, survey
from cleaners.sites import SiteRule

PROSE = "清晨的码头上站满了等船的人，雾气贴着水面慢慢散开，远处传来两三声汽笛。"
BASE = "http://www.example.cn/a/"


def node(html: str, selector: str) -> Any:
    return LexborHTMLParser(html).css_first(selector)


def outline(html: str) -> Outline:
    return survey(LexborHTMLParser(html).body)


class TestFormulas:
    @pytest.mark.parametrize(
        ("inside", "tex"),
        [
            ("<mfrac><mi>a</mi><msup><mi>b</mi><mn>2</mn></msup></mfrac>", r"\frac{a}{b^{2}}"),
            ("<msqrt><mi>x</mi></msqrt><mo>≤</mo><mi>α</mi>", r"\sqrt{x}\leq\alpha"),
            ("", ""),
        ],
    )
    def test_mathml_is_written_as_tex(self, inside: str, tex: str) -> None:
        assert tex_of(node(f"<math>{inside}</math>", "math")) == tex

    def test_a_drawing_is_read_by_the_names_of_its_groups(self) -> None:
        svg = '<svg><g data-mml-node="math"><g data-mml-node="mi"><path data-c="1D431"></path></g></g></svg>'
        assert tex_of_svg(node(svg, "svg")) == r"\mathbf{x}"
        assert tex_of_svg(node("<svg><path></path></svg>", "svg")) == ""
        math = '<mjx-math><mjx-mo><mjx-stretchy-v class="mjx-c28"><mjx-beg><mjx-c></mjx-c></mjx-beg></mjx-stretchy-v></mjx-mo></mjx-math>'
        assert tex_of_chtml(node(math, "mjx-math")) == "("

    @pytest.mark.parametrize(
        ("source", "tex"),
        [(r"\(a\)", ("a", False)), ("$$x$$", ("x", True)), (r"{\displaystyle E=mc^2}", ("E=mc^2", False))],
    )
    def test_tex_loses_its_delimiters(self, source: str, tex: tuple[str, bool]) -> None:
        assert cleaned(source) == tex

    def test_a_script_of_a_typesetter_is_a_formula_and_a_paragraph_is_none(self) -> None:
        kind = "math/tex; mode=display"
        found = formula_at(node(f"<script type='{kind}'>a^2</script>", "script"), "script", {"type": kind})
        assert found is not None
        assert (found.tex, found.display) == ("a^2", True)
        assert formula_at(node("<p>a</p>", "p"), "p", {}) is None


class TestLines:
    @pytest.mark.parametrize(
        ("html", "language"),
        [
            ("<pre class='language-rust'>x</pre>", "rust"),
            ("<pre><code data-lang='go'>x</code></pre>", "go"),
            ("<pre class='hljs lua'>x</pre>", "lua"),
            ("<div class='highlight-ruby notranslate'><pre>x</pre></div>", "ruby"),
            ("<pre class='brush: sql; toolbar: false'>x</pre>", "sql"),
            ("<pre class='language-text hljs python'>x</pre>", ""),
            ("<pre lang='zh-CN'>x</pre>", ""),
            ("<pre class='wide column'>x</pre>", ""),
        ],
    )
    def test_a_language_is_one_that_the_page_names(self, html: str, language: str) -> None:
        assert language_of(node(html, "pre")) == language

    def test_code_has_its_lines_and_its_language(self) -> None:
        names: dict[str, str | None] = {"class": "language-python"}
        found = code_at(node("<pre class='language-python'>\nx = 1\n  y\n\n</pre>", "pre"), "pre", names)
        assert found is not None
        assert (found.text, found.language) == ("x = 1\n  y", "python")
        assert code_at(node("<p>x</p>", "p"), "p", {}) is None

    def test_signs_stand_for_what_is_no_text_until_the_line_is_told(self) -> None:
        things = Things()
        text, runs = things.told(things.line("见 " + things.sign(Thing("code", "x = 1")) + "  后"))
        assert text == "见 x = 1 后"
        assert [(run.kind, text[run.start : run.end]) for run in runs] == [("code", "x = 1")]

    def test_white_space_collapses_and_dollars_inside_a_formula_open_none(self) -> None:
        assert collapse("  a \n\t b ") == "a b"
        assert between_dollars("a $b$ c") == r"a \(b\) c"

    def test_a_writer_makes_a_draft_of_each_line(self) -> None:
        writer = Writer()
        writer.mark("1.", "1. ")
        writer.write("洗米", linked=False)
        writer.end(Place("item", 1, depth=1))
        writer.write("全文", linked=True)
        writer.end(Place())
        writer.end(Place())  # nothing was written
        assert [(d.kind, d.text, d.linked) for d in writer.drafts] == [("item", "1. 洗米", 0), ("paragraph", "全文", 2)]


class TestEdges:
    def test_the_title_and_what_is_before_it_go_and_so_does_what_is_behind_a_cue(self) -> None:
        drafts = [Draft("首页"), Draft("渡口的最后两年", "heading", 1), *(Draft(PROSE + str(n)) for n in range(5))]
        drafts += [Draft("相关阅读"), Draft("去年的旧闻", linked=5)]
        assert trim(drafts, "渡口的最后两年") == ["head", "title", "", "", "", "", "", "tail", "tail"]

    @pytest.mark.parametrize(
        ("line", "crumb"),
        [
            ("首页 > 新闻 > 正文", True),
            ("您当前的位置：首页 » 公告", True),
            ("首页新闻", False),
            ("今天 > 昨天", False),
        ],
    )
    def test_crumbs(self, line: str, crumb: bool) -> None:
        assert is_crumb(line) is crumb

    def test_a_page_speaks_of_its_article_around_the_title_and_behind_the_body(self) -> None:
        page = outline(f"<h1>渡口</h1><p>来源：江畔日报</p><div>{f'<p>{PROSE}</p>' * 3}</div><p>责任编辑：林晓舟</p>")
        body = next(element for element in page.elements if element.tag == "div")
        head, tail = regions(page, [body], 0)
        texts = [line.text for line in page.lines]
        assert "来源：江畔日报" in [texts[n] for n in head]
        assert "责任编辑：林晓舟" in [texts[n] for n in tail]


class TestTitle:
    PAGE = "<ul><li><a href=/1>首页</a></ul><h2>渡口</h2><h1>渡口的最后两年</h1><p>正文在这里。</p>"

    def test_the_line_that_bears_what_the_page_calls_itself(self) -> None:
        page = outline(self.PAGE)
        assert page.lines[title_line(page, ["渡口的最后两年_江畔网"])].text == "渡口的最后两年"
        assert title_line(page, ["别的"]) == -1

    def test_an_agency_at_the_head_of_a_title_is_not_the_title(self) -> None:
        assert is_cut("江畔镇", ["江畔镇人民政府的通知"])
        assert not is_cut("江畔镇的通知", ["江畔镇的通知_江畔网"])

    def test_what_the_head_of_a_page_says(self) -> None:
        said = Meta(
            LexborHTMLParser(
                "<title>渡口_江畔网</title><meta property='og:title' content='渡口的最后两年'>"
                '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "最后两年"}</script>'
                '<script>var publish_time = "2021-03-04 10:00";</script>'
            )
        )
        assert said.titles() == ["渡口_江畔网", "渡口的最后两年", "最后两年"]
        assert said.first(("absent", "og:title")) == "渡口的最后两年"
        assert said.first(("absent",)) == ""


class TestAddresses:
    @pytest.mark.parametrize(
        ("href", "leads"),
        [
            ("../b.html", "http://www.example.cn/b.html"),
            ("javascript:void(0)", ""),
            ("#top", ""),
            ("x?utm_source=1&id=2", "http://www.example.cn/a/x?id=2"),
            ("https://link.zhihu.com/?target=https%3A//b.example.cn/x", "https://b.example.cn/x"),
        ],
    )
    def test_where_a_link_leads(self, href: str, leads: str) -> None:
        assert address(href, BASE) == leads

    def test_a_page_may_name_its_own_base(self) -> None:
        assert base_of(BASE, "/d/") == "http://www.example.cn/d/"
        assert base_of(BASE, None) == BASE

    @pytest.mark.parametrize(
        ("attributes", "shown"),
        [
            (
                {"src": "/loading.gif", "data-original": "/p.jpg", "alt": "渡口"},
                ("渡口", "http://www.example.cn/p.jpg", "image"),
            ),
            ({"src": "/smiley/1.gif", "alt": "[笑]"}, ("[笑]", "", "text")),
            ({"src": "/1.jpg", "width": "1", "height": "1"}, ("", "", "")),
            ({}, ("", "", "")),
        ],
    )
    def test_images_placeholders_smileys_pixels(
        self, attributes: dict[str, str | None], shown: tuple[str, str, str]
    ) -> None:
        assert image(attributes, BASE) == shown

    def test_the_largest_of_a_srcset(self) -> None:
        assert largest("b.jpg 960w, a.jpg 480w") == "b.jpg"
        assert largest("a.jpg 1x, b.jpg 2x") == "b.jpg"
        assert largest("") == ""


def table(rows: str) -> Tag:
    found = BeautifulSoup(f"<table>{rows}</table>", "html.parser").find("table")
    assert isinstance(found, Tag)
    return found


def said(cell: Tag) -> str:
    return cell.get_text(strip=True)


@pytest.mark.parametrize(
    ("rows", "grid"),
    [
        ("<tr><th>年</th><th>人</th></tr><tr><td>1</td><td>2</td></tr>", [["年", "人"], ["1", "2"]]),
        ("<tr><td colspan=2>甲</td></tr><tr><td>1</td><td>2</td></tr>", [["甲", ""], ["1", "2"]]),
        ("<tr><td>甲</td></tr>", None),  # a frame around a page
        ("<tr><td>甲</td><td><table><tr><td>乙</td></tr></table></td></tr><tr><td>1</td><td>2</td></tr>", None),
    ],
)
def test_tables_of_data_have_a_grid_and_those_that_lay_out_have_none(rows: str, grid: list[list[str]] | None) -> None:
    found = data_rows(table(rows), said, Spans())
    assert (found.rows if found else None) == grid


def test_a_list_of_links_and_a_page_that_goes_on() -> None:
    assert is_of_links(outline("".join(f"<li><a href=/{n}>去年的旧闻之{n}</a></li>" for n in range(12))))
    assert not is_of_links(outline(f"<p>{PROSE}</p><a href=/1>首页</a>"))
    for href, more in (("2.html", True), ("#", False)):  # a pager's button on the last page leads nowhere
        page = outline(f"<div><p>{PROSE}</p><a href={href}>下一页</a></div>")
        assert goes_on(page, [page.elements[0]]) is more


def test_a_site_rule_says_which_of_its_selectors_found_something() -> None:
    html = f"<h1 id=t>渡口</h1><div id=b><p>{PROSE}</p><p class=ad>广告</p></div>"
    tree = LexborHTMLParser(html)
    rule = SiteRule("www.example.cn", title="#t", body="#b", author="#nobody", drop=(".ad",))
    found = apply(rule, tree, survey(tree.body), None)
    assert [part.attributes.get("id") for part in found.parts] == ["b"]
    assert [(c.role, c.text) for c in found.candidates] == [("title", "渡口")]
    assert [drop.text() for drop in found.drops] == ["广告"]
    assert [(e.rule, e.detail) for e in found.edits] == [
        ("site-rule", "www.example.cn: body, title"),
        ("site-rule-missed", "www.example.cn: author"),
    ]


def test_a_bar_above_code_is_a_label_and_a_paragraph_is_none() -> None:
    code = "<pre>x = 1</pre>"
    for page in (
        f'<div class="code-header">python</div>\n{code}',
        f'<section><div class="code-header">python</div></section><div>{code}</div>',
    ):
        bar = node(page, "div.code-header")
        assert is_label("div", bar.attributes, bar)
    for page in (
        f'<div class="code-header">{PROSE * 2}</div>{code}',
        '<div class="code-header">第三章 密码</div><p>密码是一个人留给另一个人的话。</p>',
    ):
        other = node(page, "div.code-header")
        assert not is_label("div", other.attributes, other)
