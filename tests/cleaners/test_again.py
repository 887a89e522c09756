"""A cleaned document that is cleaned again stays as it is: shapes that scripts/fuzz.py found, made small."""

from __future__ import annotations

import pytest

from cleaners import clean_page, pipeline
from schemas.records import Document

# What one repair shows of what stands beside it: escapes beside a lost byte, two readings in a line, a shifted byte.
REPAIRED = {
    "escapes": b"\xe6\xb0\x94&nbsp&amp;mp;\xe8\xbf\x99\x8a\xbd&#20013;\xe2\x80",
    "two readings": "撑弧硂р呈临\ue215\ue150臺北的雨下個不停資怔……\x85窶".encode()
    + b"\x8a\xe8\x8d\xb3\xe5\x80\xb6\xef\xbd\xb8\xe6\xe2\x97\x8f",
    "shifted": "小雨会议由副主任主持蛱煲估锵".encode() + b"\xe9" + "⌒∮辍Ｋ\ue814".encode(),
}


def again(document: Document, kind: str) -> str:
    text = document.markdown if kind == "markdown" else document.text
    page = clean_page((text or "").encode(), content_type=f"text/{kind}; charset=utf-8", title=document.title or "")
    return "\n=====\n".join((d.markdown if kind == "markdown" else d.text) or "" for d in page.documents)


PROSE = "渡口的老船工把缆绳系在石桩上，等天亮了再开船。"
# What hides: prose in an element of MathML that is never closed and between signs of TeX. What goes: a tag that stood
# as text beside a mark of direction.
PAGES = {
    "an open formula": f"<p>{PROSE}</p><p>灯<math><mi>x</mi><mrow><mtext></mtext><mi>{PROSE * 3}</mi></p><p>{PROSE},等</p>",
    "prose between signs": f"<p>{PROSE}</p><p>$${PROSE}臺北的雨下個不停(雨)\x96{PROSE}$$</p><p>{PROSE}</p>",
    "a mark before a tag": f"<p>{PROSE}</p><p>渡口的灯\u202e&lt;/p&gt;，夜里不熄。{PROSE}</p>",
}


@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES)
def test_text_of_a_page_stays(body: str) -> None:
    html = f"<html><meta charset=utf-8><title>灯火</title><body><article><h1>灯火</h1>{body}<p>{PROSE}</p></article></html>"
    (document,) = clean_page(html.encode(), url="http://example.cn/a", content_type="text/html").documents
    assert document.formulas == 0 and PROSE in document.text
    assert again(document, "plain") == document.text


def test_datelines_are_taken_until_there_is_none() -> None:
    english = "The ferrymen kept rowing because there was never any wind to spare"
    html = f"><div>Mar 6, 2019</div>><p>{english}</p><div>Published Mar 6, 2019 8:22AM</div>"
    (document,) = clean_page(html.encode(), content_type="text/html").documents
    assert document.text.split("\n")[-1] == english


@pytest.mark.parametrize("data", REPAIRED.values(), ids=REPAIRED)
def test_what_a_repair_shows_is_repaired_at_once(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    (document,) = clean_page(data, content_type="text/plain; charset=utf-8").documents
    assert again(document, "plain") == document.text
    monkeypatch.setattr(pipeline, "SETTLING", ())
    (once,) = clean_page(data, content_type="text/plain; charset=utf-8").documents
    assert once.text != document.text, "the case shows nothing"


# Damage looks like code: once it is mended the line is prose, and boilerplate and scripts act on it.
HANT = "渡口的老船工把纜繩繫在石樁上，等天亮了再開船。"
LIKE_CODE = {
    "a line of markup": f"<div>\n<p class=x>{HANT.encode().decode('latin-1')}</p>\n<p>{HANT}</p>\n</div>",
    "a line among statements": f"int a = 1;\nx = {''.join(f'&#{ord(c)};' for c in HANT)}\nreturn 0;\n{HANT}",
}


@pytest.mark.parametrize("text", LIKE_CODE.values(), ids=LIKE_CODE)
def test_what_looked_like_code_until_it_was_mended_is_prose_at_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, kind = text.encode(), "text/plain; charset=utf-8"
    (document,) = clean_page(data, content_type=kind).documents
    assert again(document, "plain") == document.text
    assert "纜" not in document.text and "缆" in document.text
    monkeypatch.setattr(pipeline, "_told_again", lambda *told: None)
    (once,) = clean_page(data, content_type=kind).documents
    assert "纜" in once.text, "the case shows nothing"


def test_a_text_that_is_told_once_more_gives_its_title_up_once() -> None:
    prose = "渡口的老船工把缆绳系在石桩上，等天亮了再开船，灯是他写在船头的。"
    damaged = f"    {prose.encode().decode('latin-1')}"
    page = clean_page("\n".join(["渡口的灯亮了", prose, damaged, prose]).encode(), content_type="text/plain")
    (document,) = page.documents
    assert (document.title, document.text) == ("渡口的灯亮了", "\n".join([prose] * 3))
    assert [edit.before for edit in page.edits if edit.rule == "title"] == ["渡口的灯亮了"]


def test_code_that_holds_an_escape_stays_code() -> None:
    text = "import json\n\n\ndef name(a):\n    return json.dumps(a)\n\n\nprint(name('\\u6e21\\u53e3'), 'a,b')\n"
    (document,) = clean_page(text.encode(), content_type="text/plain; charset=utf-8").documents
    assert "    return json.dumps(a)" in document.text and "'a,b'" in document.text


def test_a_page_without_a_repair_goes_the_way_once() -> None:
    steps: list[str] = []
    data = "渡口的老船工把缆绳系在石桩上,等天亮。\n臺北的雨下個不停。&nbsp;".encode()
    pipeline.watched(data, pipeline.Context(), lambda one: steps.append(one.step))
    assert steps.count("bytestream") == 1


# Read again as Markdown: lines of a heading, an image behind a mark, addresses in Chinese, an amount in a formula.
HEADING = "<h2>渡口的灯！<br>夜里不熄。<br>守灯的人</h2>"
MARKED = {
    "lines of a heading": HEADING,
    "an image behind a mark": "<p>渡口的灯真亮（照片）<img src=/a.png alt=灯>守灯的人</p>",
    "a formula that begins an item": "<ul><li><p>$$x^2+1$$</p>渡口的灯一盏。</li></ul>",
    "an address": "<p>渡口的灯见<a href='/頁/燈,塔'>这一页</a>，守灯的人见<a href='/%E4%B8%AD,a'>那一页</a>。</p>",
    "a dollar in a formula": "<p>渡口的灯一盏<math><mtext>价$一,二</mtext><mi>x</mi></math>元。</p>",
}


@pytest.mark.parametrize("body", MARKED.values(), ids=MARKED)
def test_markdown_of_a_page_stays(body: str) -> None:
    prose = "<p>渡口的老船工把缆绳系在石桩上，等天亮了再开船，<code>a,b</code>是他写在船头的。</p>" * 3
    html = f"<html><meta charset=utf-8><title>灯</title><body><article><h1>灯</h1>{prose}{body}{prose}</article></html>"
    page = clean_page(html.encode(), url="http://example.cn/a", content_type="text/html")
    (document,) = page.documents
    assert again(document, "markdown") == document.markdown


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_no_control_character_stays_in_a_formula(kind: str) -> None:
    page = clean_page("渡口的灯一盏。\n\n$$a\x1b+b$$\n\n守灯的人在等船。\n".encode(), content_type=f"text/{kind}")
    (document,) = page.documents
    assert "\x1b" not in document.text + (document.markdown or "") and "a+b" in document.text
    assert [e.before for e in page.edits if e.step == "controls"] == ["\x1b"]
