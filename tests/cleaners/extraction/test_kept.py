"""How much of a page was kept, what the largest rest is, and when a page is called partial."""

from __future__ import annotations

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners import clean_page
from cleaners.extraction import kept
from cleaners.extraction.kept import Kept, measure
from cleaners.extraction.tree import Element, Outline, survey

SENTENCE = "渠水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜。"
BODY = "".join(f"<p>第{n}天，{SENTENCE}</p>" for n in range(6))
MENU = "".join(f"<li><a href='/{n}'>第{n}栏目的名字</a></li>" for n in range(9))


def page(article: str, around: str = "") -> bytes:
    return f"<html><head><title>修渠日记</title></head><body><h1>修渠日记</h1>{article}{around}</body></html>".encode()


def outline_of(html: str) -> Outline:
    root = LexborHTMLParser(html).root
    assert root is not None
    return survey(root)


def called(outline: Outline, name: str) -> Element:
    return next(element for element in outline.elements if element.name == name)


def test_a_page_that_is_all_article_is_kept_whole() -> None:
    done = clean_page(page(f"<div class='text'>{BODY}</div>"))
    assert done.kept_ratio == 1.0 and (done.left_out, done.left_out_chars) == ("", 0)


def test_the_share_falls_by_what_stands_around_and_the_largest_of_it_is_named() -> None:
    done = clean_page(page(f"<div class='text'>{BODY}</div>", f"<ul class='menu'>{MENU}</ul><p>备案号</p>"))
    chars = sum(len("".join((d.text + (d.title or "")).split())) for d in done.documents)
    around = len("".join(f"第{n}栏目的名字" for n in range(9))) + len("备案号")
    assert done.kept_ratio == round(chars / (chars + around), 4)
    assert done.left_out.startswith("第0栏目的名字 第1栏目的名字") and done.left_out_chars == around - 3


def test_what_damage_had_added_is_no_text_that_was_lost() -> None:
    damaged = SENTENCE.encode().decode("latin-1")
    assert clean_page(damaged.encode()).kept_ratio == 1.0


def test_a_hidden_block_is_not_seen_and_its_loss_is_none() -> None:
    hidden = f"<div style='display:none' class='box'><p>{SENTENCE * 9}</p></div>"
    done = clean_page(page(f"<div class='text'>{BODY * 9}</div>", hidden))
    assert done.kept_ratio == 1.0 and done.left_out == ""


def test_a_page_without_an_article_says_what_it_held() -> None:
    done = clean_page(page("", f"<ul>{MENU}</ul>"))
    assert done.rejection is not None and done.kept_ratio == 0.0
    assert "第0栏目的名字" in done.left_out and done.left_out_chars > 50


def test_the_beginning_of_a_long_block_is_enough() -> None:
    done = clean_page(page(f"<div class='text'>{BODY}</div>", f"<ul class='menu'>{MENU * 200}</ul>"))
    assert len(done.left_out) == kept.T.shown and done.left_out_chars > 10_000


def test_a_wrong_choice_is_partial_and_a_right_one_is_not() -> None:
    html = f"<body><div class='text'>{BODY}{BODY}</div><div class='about'><p>本站由村里办，{SENTENCE[:20]}</p></div></body>"
    outline = outline_of(html)
    right, wrong = called(outline, "text"), called(outline, "about")
    assert not measure(outline, [right], frozenset()).is_partial(outline.chars(right))
    assert measure(outline, [wrong], frozenset()).is_partial(outline.chars(wrong))


@pytest.mark.parametrize("reason", ["class='comment-list'", "class='sidebar'", "style='display:none'"])
def test_a_rest_that_says_what_it_is_makes_no_page_partial(reason: str) -> None:
    outline = outline_of(f"<body><div class='text'><p>{SENTENCE}</p></div><div {reason}>{BODY * 3}</div></body>")
    assert measure(outline, [called(outline, "text")], frozenset()).unexplained == 0


def test_other_articles_behind_a_line_that_announces_them_make_no_page_partial() -> None:
    outline = outline_of(f"<body><div class='text'><p>{SENTENCE}</p></div><div><b>相关阅读</b>{BODY * 3}</div></body>")
    assert measure(outline, [called(outline, "text")], frozenset()).unexplained == 0


def test_a_list_of_links_without_a_name_makes_a_page_partial_only_where_it_is_nearly_everything() -> None:
    few, many = ("".join(f"<p><a href='/{n}'>第{n}章</a></p>" for n in range(count)) for count in (60, 3_000))
    for links, partial in ((few, False), (many, True)):
        outline = outline_of(f"<body><div class='text'><p>{SENTENCE}</p></div><div class='x'>{links}</div></body>")
        text = called(outline, "text")
        assert measure(outline, [text], frozenset()).is_partial(outline.chars(text)) is partial


def test_what_was_dropped_inside_the_article_is_not_kept() -> None:
    outline = outline_of(f"<body><div class='text'><p>{SENTENCE}</p><div class='ad'>{BODY}</div></div></body>")
    whole, advert = called(outline, "text"), called(outline, "ad")
    found = measure(outline, [whole], frozenset([advert.node.mem_id]))
    assert found.taken == outline.chars(whole) - outline.chars(advert)
    assert found.left_out_chars == outline.chars(advert) and found.left_out.startswith("第0天")


def test_an_empty_page_measures_nothing() -> None:
    assert measure(outline_of("<body></body>"), [], frozenset()) == Kept()


def test_the_flag_reaches_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an extraction that went wrong would have it: the bar is lowered until this page is below it."""
    monkeypatch.setattr(kept, "T", replace(kept.T, unnamed_least=1, unnamed_times=0.0))
    data = page(f"<div class='text'>{BODY}</div>", f"<ul class='x'>{MENU}</ul>")
    assert all("partial" in document.flags for document in clean_page(data).documents)


def test_time_is_linear_in_the_depth_and_the_number_of_elements() -> None:
    deep = "<div class='sidebar'>" * 300 + BODY + "</div>" * 300
    outline = outline_of(f"<body>{deep * 40}</body>")
    assert measure(outline, [], frozenset()).visible == outline.chars_before[-1]
