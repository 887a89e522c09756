"""A page whose list is its content keeps the list; a chapter with the list in its margin is that chapter."""

from __future__ import annotations

import pytest

from cleaners import clean_page
from schemas.records import CleanPage

NAMES = [
    "开渠",
    "春汛",
    "守闸",
    "夜雨",
    "石匠",
    "旧账",
    "枇杷",
    "河滩",
    "戏台",
    "雪路",
    "立夏",
    "秋水",
    "验收",
    "放灯",
    "归人",
]
HAN = "一二三四五六七八九"
PROSE = "第二年开春，县里来人量了水位，说这条渠可以再用五十年，村里人听了都很高兴，把旧账本也翻了出来。"


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else HAN[tens - 1] + "十") + (HAN[ones - 1] if ones else "")


def entries(pattern: str, count: int = 40) -> list[str]:
    return [pattern.format(n=n, han=han(n), name=NAMES[n % len(NAMES)]) for n in range(1, count + 1)]


def linked(lines: list[str], tag: str) -> str:
    return "".join(f"<{tag}><a href=/c/{n}.html>{line}</a></{tag}>" for n, line in enumerate(lines))


def page(html: str) -> CleanPage:
    menu = "<div class=nav><a href=/>首页</a><a href=/x>玄幻</a><a href=/y>历史</a></div>"
    title = "<title>老渠记_全文目录_青江读书</title>"
    return clean_page(f"<!DOCTYPE html>{title}{menu}{html}".encode(), content_type="text/html")


INTRO = "<div class=info><h1>老渠记</h1><p>作者：周渠生</p><p>一条渠，三代守闸人，从开渠的那天讲起。</p></div>"


@pytest.mark.parametrize(
    "pattern", ["第{n}章 {name}", "第{han}回 {name}", "第{n}课：{name}", "正文 第{han}章 {name}", "Chapter {n} {name}"]
)
@pytest.mark.parametrize(
    ("box", "tag"),
    [
        ("<ul class=list>{}</ul>", "li"),
        ("<dl>{}</dl>", "dd"),
        ("<table><tr>{}</tr></table>", "td"),
        ("<div class=links>{}</div>", "p"),
    ],
)
def test_the_list_of_chapters_is_kept_in_order(pattern: str, box: str, tag: str) -> None:
    lines = entries(pattern)
    cleaned = page(INTRO + box.format(linked(lines, tag)))
    text = "\n".join(d.text for d in cleaned.documents)
    assert cleaned.kind == "catalogue"
    places = [text.find(line.removeprefix("正文 ")) for line in lines]
    assert -1 not in places and places == sorted(places)
    assert "首页" not in text


def test_its_title_and_author_are_those_of_the_book() -> None:
    document = page(INTRO + f"<ul>{linked(entries('第{n}章 {name}'), 'li')}</ul>").documents[0]
    assert (document.title, document.author) == ("老渠记", "周渠生")
    assert "三代守闸人" in document.text


def test_a_list_without_an_introduction_is_a_catalogue() -> None:
    cleaned = page(f"<h1>老渠记</h1><ul>{linked(entries('第{n}章 {name}'), 'li')}</ul>")
    assert cleaned.kind == "catalogue"


def test_a_chapter_with_the_list_in_its_margin_is_that_chapter() -> None:
    sentence = "老陈把闸门摇起来的时候，天还没有亮，渠里的水黑沉沉的，只听见它一下一下地拍着石阶。"
    body = "".join(f"<p>{sentence}这是第{n}遍。</p>" for n in range(40))
    side = f"<ul class=side>{linked(entries('第{n}章 {name}', 60), 'li')}</ul>"
    cleaned = page(f"<h1>第三章 守闸</h1><div class=content>{body}</div>{side}")
    assert cleaned.kind == "article"
    assert "第9章" not in "\n".join(d.text for d in cleaned.documents)


def test_a_list_of_news_is_none() -> None:
    news = linked([f"第{n}届水利年会在青江开幕" for n in range(1, 40)], "li")
    assert page(f"<h1>要闻</h1><ul>{news}</ul>").kind == "listing"


@pytest.mark.parametrize("called", [True, False])
def test_bare_numbers_are_those_of_parts_where_the_page_says_so(called: bool) -> None:
    lines = entries("{n}、{name}")
    title = "老渠记最新章节列表" if called else "青江要闻排行"
    html = f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1><ul>{linked(lines, 'li')}</ul>"
    cleaned = clean_page(html.encode(), content_type="text/html")
    assert cleaned.kind == ("catalogue" if called else "listing")
    if called:
        assert "40、" in cleaned.documents[0].text


def test_parts_in_a_box_of_their_own_are_of_the_list() -> None:
    lines = entries("第{n}章 {name}")
    boxes = f"<div><ul>{linked(lines[:3], 'li')}</ul><ul>{linked(lines[3:], 'li')}</ul></div>"
    text = "\n".join(d.text for d in page(f"<h1>老渠记</h1>{boxes}").documents)
    assert all(line in text for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["东街服务点：东街路12号", "西街服务点：西街路8号", "南街服务点：南街路3号"],
        ["本公司招聘会计一名，月薪五千，有意者请到东街路12号面谈", "联系方式：022-00000000"],
        ["昨日在东街路12号门口遗失黑色钱包一个，拾到者请致电022-00000000，必有重谢。"],
    ],
)
def test_a_notice_that_says_where_and_whom_to_ask_is_no_foot_of_a_site(lines: list[str]) -> None:
    nav = "".join(f'<li><a href="/{n}/">青江要闻{n}</a></li>' for n in range(12))
    notice = "".join(f"<p>{line}</p>" for line in lines)
    for around in ("", f"<ul>{nav}</ul>"):
        cleaned = page(f"<title>青江公告一则</title>{around}<h1>青江公告一则</h1><div>{notice}</div>")
        assert cleaned.kind == "article"
        assert [d.text for d in cleaned.documents] == ["\n".join(lines)]


def test_a_thread_at_a_site_s_root_is_no_front_of_it() -> None:
    posts = "".join(f'<div class="post"><div class="postbody"><p>{PROSE}</p></div></div>' for _ in range(3))
    html = f"<title>青江公约 - 青江论坛</title><h1>青江公约</h1>{posts}<p>只看该作者</p><p>2楼</p>"
    cleaned = clean_page(html.encode(), url="https://bbs.example.cn/", content_type="text/html; charset=utf-8")
    assert cleaned.kind == "thread"
    assert PROSE in cleaned.documents[0].text
