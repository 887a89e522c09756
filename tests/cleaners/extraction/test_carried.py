"""Where the tree of a page holds no text and a script carries it as a string, it is read from there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timing import seconds

from cleaners import clean_page
from cleaners.extraction.carried import _read
from schemas.records import CleanPage

LINES = [
    "谷雨前一天，上游放了水，渠里的水一夜之间涨到了石阶的第三级，孩子们都跑来看。",
    "守闸的人说，往年要等到立夏，今年雪化得早，“能多浇一茬”，他笑着说。",
    "傍晚，河滩上搭起了戏台，锣鼓一直响到月亮升起来，才有人想起还没有吃饭。",
    "第二天一早，下游的村子派人送来两筐新摘的枇杷，算是谢礼，大家分着吃了。",
    "会计把这一笔也记在了账上：枇杷两筐，不值几个钱，可是记得住，也还得起。",
    "到了秋天，水退下去，石阶又露出来，第三级上留着一道浅浅的印子。",
]
TEXT = "\n".join(LINES)
SHELL = '<div id="js_article"><div class=bar></div></div><p>扫一扫可以打开此内容，</p>'


def js(text: str) -> str:
    """A text as a string of JavaScript, with escapes as messengers write them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\x27").replace("\n", "\\x0a").replace("<", "\\x3c") + "'"


def page(script: str, *, body: str = SHELL, head: str = "", kind: str = "") -> CleanPage:
    html = f"<html><head><title>谷雨放水</title>{head}</head><body>{body}<script{kind}>{script}</script></body></html>"
    return clean_page(html.encode(), content_type="text/html; charset=utf-8")


def text_of(cleaned: CleanPage) -> str:
    return "\n".join(d.text for d in cleaned.documents)


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)
STATE = {"props": {"pageProps": {"post": {"id": 7, "title": "谷雨放水", "content": PARAGRAPHS}}}}


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (f"var cgiData = {{content_noencode: JsDecode({js(TEXT)}),create_time: JsDecode('2024-04-18 09:30')}};", ""),
        (f"window.cgiDataNew = {{text_page_info: {{content: JsDecode({js(TEXT)})}}}};", ""),
        (f"window.__INITIAL_STATE__={json.dumps(STATE)};(function(){{}})()", ""),
        (f"window.__INITIAL_STATE__=JSON.parse({json.dumps(json.dumps(STATE))});", ""),
        (json.dumps(STATE, ensure_ascii=False), ' id="__NEXT_DATA__" type="application/json"'),
        (json.dumps({"@type": "NewsArticle", "articleBody": TEXT}), ' type="application/ld+json"'),
    ],
    ids=["content_noencode", "text_page_info", "state", "state in a string", "next", "json-ld"],
)
def test_a_text_that_a_script_carries_is_read_with_an_edit_that_says_so(script: str, kind: str) -> None:
    cleaned = page(script, kind=kind)
    assert text_of(cleaned) == TEXT
    assert cleaned.documents[0].title == "谷雨放水"
    assert cleaned.kind == "article"
    (edit,) = [e for e in cleaned.edits if e.rule == "carried"]
    assert edit.count == len(TEXT.replace("\n", "")) and edit.detail.endswith("in a script")


def test_an_empty_frame_with_a_text_in_its_state_is_no_shell() -> None:
    cleaned = page(f"window.__INITIAL_STATE__={json.dumps(STATE)}", body='<div id="app"></div>')
    assert text_of(cleaned) == TEXT


def test_its_date_is_the_script_s() -> None:
    cleaned = page(f"var d = {{content_noencode: JsDecode({js(TEXT)}),create_time: JsDecode('2024-04-18 09:30')}}")
    assert cleaned.documents[0].published == "2024-04-18T09:30"


def test_a_text_of_one_line_counts_under_a_key_of_its_own_only() -> None:
    assert text_of(page(f"d={{content_noencode: {js(LINES[0])}}}")) == LINES[0]
    assert not page(f"d={{content: {js(LINES[0])}}}").documents


def test_of_several_texts_that_one_is_the_page_s_which_its_description_tells() -> None:
    other = "\n".join(reversed(LINES)) + LINES[0]
    script = f"list=[{{content: {js(other)}}},{{content: {js(TEXT)}}}]"
    assert not page(script).documents  # a list of texts, and no word on which of them this page is about
    told = page(
        f"list=[{{content: {js(LINES[1] * 9)}}},{{content: {js(TEXT)}}}]",
        head=f'<meta name=description content="{LINES[0]}">',
    )
    assert text_of(told) == TEXT


def test_a_page_whose_tree_holds_its_text_is_read_from_its_tree() -> None:
    shown = "<article>" + "".join(f"<p>{line}</p>" for line in LINES[:3]) + "</article>"
    cleaned = page(f"d={{content_noencode: {js(TEXT + TEXT)}}}", body=f"<h1>谷雨放水</h1>{shown}")
    assert text_of(cleaned) == "\n".join(LINES[:3])
    assert not any(e.rule == "carried" for e in cleaned.edits)


def test_a_verification_stays_one() -> None:
    cleaned = page(f"d={{content: {js(TEXT)}}}", body="<p>当前环境异常，完成验证后即可继续访问。</p>")
    assert cleaned.kind == "verification" and not cleaned.documents


@given(st.text())
def test_a_string_of_json_is_read_as_json_reads_it(text: str) -> None:
    ordinary = "".join(c for c in text if c not in "\r\n\t\b\f\v\0")
    assert _read(json.dumps(ordinary)) == ordinary
    assert _read(json.dumps(ordinary, ensure_ascii=False)) == ordinary


def test_a_broken_string_is_none() -> None:
    assert not page(f"d={{content_noencode: '{LINES[0]}").documents


@pytest.mark.parametrize(
    "piece", ["content:'", 'content:"\\', "content:`", "JSON.parse('", "content:", "content='a',", "<p>", "&lt;p "]
)
def test_a_script_under_attack_takes_linear_time(piece: str) -> None:
    def cost(count: int) -> float:
        return seconds(lambda: page(piece * count))

    assert cost(80_000) < 8 * max(cost(20_000), 0.02)
