"""A box amid a text that asks for something is not the end of the text; a list behind the text is."""

from __future__ import annotations

import pytest
from river import ENGLISH
from timing import seconds

from cleaners import clean_page
from cleaners.extraction import linked
from cleaners.extraction.blocks import Draft

SENTENCES = [
    "渡口的老人说，他撑了四十年船，从来没有见过这么低的水位，连河心的石头都露了出来。",
    "镇上的水文站每天早晚各记一次数字，记录本已经写满了三柜子，最早的一本纸都黄了。",
    "新桥通车以后，渡船一天只开两趟，坐船的多半是带着菜筐去对岸赶集的老人和孩子。",
    "有人提议把渡口改成展馆，也有人说，船还在水上走，就不必急着把它挂到墙上去。",
    "秋天的时候，站里的年轻人把旧记录录进了电脑，一行一行地核对，错一个数就从头再来。",
    "老人对这件事不置可否，只是照旧把缆绳盘好，把船底的水舀干，等着下一班的客人。",
]
OTHERS = "".join(f"<li><a href=/o/{n}>别处的消息之{n}：河滩上的戏台</a></li>" for n in range(8))


def text(*blocks: str) -> str:
    body = "".join(block if block.startswith("<ul") else f"<p>{block}</p>" for block in blocks)
    html = f"<!DOCTYPE html><title>渡口</title><h1>渡口</h1><div class=content>{body}</div>"
    return "\n".join(d.text for d in clean_page(html.encode(), content_type="text/html").documents)


@pytest.mark.parametrize(
    ("sentences", "box", "last"),
    [
        (SENTENCES, "推荐阅读：", "相关新闻"),
        (ENGLISH, "Subscribe to our weekly letter from the river", "More Great River Stories"),
        (ENGLISH, "Sign up for the letter", "Related articles"),
    ],
)
def test_text_behind_a_box_stays_and_the_list_behind_the_text_goes(sentences: list[str], box: str, last: str) -> None:
    kept = text(*sentences[:4], box, *sentences[4:], last, f"<ul>{OTHERS}</ul>")
    assert all(sentence in kept for sentence in sentences)
    assert "别处的消息" not in kept


def test_a_blurb_before_the_links_does_not_keep_the_list() -> None:
    kept = text(*SENTENCES * 3, "推荐阅读：", "本周编辑为您挑选了几篇，都与河有关。", f"<ul>{OTHERS}</ul>")
    assert "挑选" not in kept and "别处的消息" not in kept


def test_many_boxes_cost_no_more_than_their_number() -> None:
    boxes = ["Subscribe to the letter", *SENTENCES[:1]]
    few, many = (seconds(lambda n=n: text(*boxes * n), 2) for n in (400, 1_600))
    assert many < 8 * few


LINKED = [f"别处的消息之{n}：河滩上的戏台" for n in range(4)]
DATELINE = "<p>2024-05-06 09:30　来源：渡口日报</p>"
CELLS = "".join(
    f"<tr><td><a href=/o/{n}>{said}</a></td><td><a href=/p/{n}>河滩上的戏台</a></td></tr>"
    for n, said in enumerate(LINKED)
)


def article(above: str, behind: str = "") -> str:
    """The text of a page with something between the dateline and the text."""
    body = f"{DATELINE}{above}{''.join(f'<p>{said}</p>' for said in SENTENCES)}{behind}"
    html = f"<!DOCTYPE html><title>渡口</title><div class=content><h1>渡口</h1>{body}</div>"
    return "\n".join(d.text for d in clean_page(html.encode(), content_type="text/html").documents)


@pytest.mark.parametrize(
    "box",
    [
        "<table><tr><td><b>今<br>日<br>推<br>荐</b></td><td>"
        + "<br>".join(f"<a href=/o/{n}>{said}</a>" for n, said in enumerate(LINKED))
        + "</td></tr></table>",
        f"<table>{CELLS}</table>",
    ],
    ids=["a label written downwards", "a table"],
)
def test_headlines_between_the_dateline_and_the_text_go(box: str) -> None:
    assert article(box) == "\n".join(SENTENCES)


def test_a_line_above_the_text_stays_and_so_does_a_table_of_links_behind_it() -> None:
    kept = article("<p>秋水</p><p><a href=/o/1>别处的消息之一：河滩上的戏台</a></p>", f"<table>{CELLS}</table>")
    assert kept.startswith("秋水\n" + SENTENCES[0]) and kept.count("别处的消息") == len(LINKED)


def test_lines_of_links_go_at_either_edge_and_alone_amid_the_text() -> None:
    told = [
        "别处的消息之一：河滩上的戏台",
        SENTENCES[0],
        "别处的消息之二：河滩上的戏台",
        SENTENCES[1],
        "附件：水位.doc",
        "首页 返回",
    ]
    drafts = [Draft(text, "paragraph", linked=0 if text in SENTENCES else len(text)) for text in told]
    masses = [float(len(text)) if text in SENTENCES else 0.0 for text in told]
    rules = [""] * len(told)
    linked.at_edges(drafts, masses, 0, len(drafts), rules)
    assert rules == ["links", "", "", "", "", "links"]  # a file that goes with the text stays
    linked.alone(drafts, masses, rules)
    assert rules == ["links", "", "links", "", "", "links"]
