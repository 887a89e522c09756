"""Pages made to cost time or to smuggle markup in through structure: bounded, and text stays text."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from timing import seconds

from cleaners import clean_page
from schemas.records import CleanPage

NEWS = "<p>清晨的码头上站满了等船的人，雾气贴着水面慢慢散开，远处传来两三声汽笛。</p>" * 3


def clean(body: str) -> CleanPage:
    page = f"<title>码头的早晨</title><h1>码头的早晨</h1><div class=content>{NEWS}{body}{NEWS}</div>"
    return clean_page(page.encode(), url="https://boat.example.org/1.html")


@pytest.mark.parametrize(
    "body",
    [
        "<table>" + ("<tr>" + "<td colspan=65534 rowspan=65534>甲</td>" * 20 + "</tr>") * 200 + "</table>",
        "<table><tr>" + "<td>1</td>" * 20_000 + "</tr>" + "<tr><td>1</td></tr>" * 5_000 + "</table>",
        "<ul><li>甲" * 10_000,
        "<math>" + "<mrow>" * 10_000 + "<mi>x</mi>" + "</mrow>" * 10_000 + "</math>",
        "<pre><code>" + "```\n" * 20_000 + "</code></pre>",
        "<p>" + "<code>`a`</code>" * 5_000 + "`" * 50_000 + "</p>",
        "<p>" + "$a " * 30_000 + "</p><p>" + "\\[ " * 10_000 + "</p>",
        "<p>" + "<a href='/a'>甲乙</a>，丙丁。" * 5_000 + "</p>",
        "<p>" + "<img src='/a.png' alt='甲'><img src='/b.png' alt='乙'>" * 2_000 + "</p>",
        "<blockquote>" * 10_000 + "<p>甲</p>",
        "<table>" + ("<tr>" + "<td>1</td>" * 500 + "</tr>") * 80 + "</table>",
        "<pre>" + "<div><button>复制</button><span>1</span>甲" * 5_000 + "</pre>",
        "<picture>" + "<source srcset='/a.png'>" * 5_000 + "<img src='data:,'>" * 5_000 + "</picture>",
        "<p>甲</p><noscript><img src='/a.png'></noscript>" * 5_000,
    ],
    ids=[
        "spans",
        "ragged",
        "lists",
        "mathml",
        "fences",
        "ticks",
        "dollars",
        "links",
        "images",
        "quotations",
        "cells",
        "bars",
        "sources",
        "noscript",
    ],
)
def test_structure_costs_bounded_time_and_room(body: str) -> None:
    pages: list[CleanPage] = []
    assert seconds(lambda: pages.append(clean(body)), 1) < 20
    (page,) = pages
    assert page.rejection is None
    (one,) = page.documents
    assert len(one.text) < 2 * len(body) + 2_000 and len(one.markdown or "") < 4 * len(body) + 20_000


def test_markup_in_a_page_s_text_is_text() -> None:
    lines = [
        "[点这里](javascript:alert(1))", "![图](x.png)", "# 不是标题", "- 不是条目", "1. 也不是", "> 不是引用", "```", "***",
        "甲 | 乙", "--- | ---", "&lt;script&gt;alert(1)&lt;/script&gt;", "**不粗**和`不是码`", "&amp;lt;b&amp;gt;",
    ]  # fmt: skip
    (one,) = clean("".join(f"<p>{line}</p>" for line in lines)).documents
    tokens = MarkdownIt("commonmark").enable("table").parse(one.markdown or "")
    assert {token.type for token in tokens} == {"paragraph_open", "inline", "paragraph_close"}
    assert {c.type for token in tokens for c in token.children or ()} == {"text"}


def test_addresses_of_scripts_and_data_are_in_no_column() -> None:
    body = "<p>请看<a href='javascript:alert(1)'>这里</a>和<a href=' data:text/html,x'>那里</a>，还有<img src='data:image/png;base64,AA'>图。</p>"
    (one,) = clean(body).documents
    assert one.links == one.images == ()
    assert "请看这里和那里，还有图。" in (one.markdown or "")
