"""What a text draws on is the text's, though every entry is a link; links below other headings are not."""

from __future__ import annotations

import pytest

from cleaners import clean_page

BODY = "".join(
    f"<p>{line}</p>"
    for line in (
        "这条渠最早见于明代的县志，那时候只有两尺宽，灌的也不过是渠头的几十亩秧田。",
        "清末重修过一次，石料从对岸运来，工匠的名字刻在闸墩上，到现在还看得清楚。",
        "五十年代改成了现在的样子，闸门换了三回，只有闸墩还是原来的那一座。",
    )
)
WORKS = [
    "周渠生. 青江水利志稿. 青江出版社，1987",
    "李闸. 明清的渠与村. 河工学院学报，2004年第3期",
    "Lin Zhou. Canals of the Upper Valley, 2015",
]
LINKED = "".join(f"<li><a href=/w/{n}>{work}</a></li>" for n, work in enumerate(WORKS))


def lines(tail: str) -> list[str]:
    html = f"<!DOCTYPE html><title>老渠的来历</title><h1>老渠的来历</h1><div class=content>{BODY}{tail}</div>"
    return [line for d in clean_page(html.encode(), content_type="text/html").documents for line in d.text.split("\n")]


@pytest.mark.parametrize("heading", ["参考文献", "参考资料：", "【参考书目】", "五、參考文獻", "References"])
@pytest.mark.parametrize("tag", ["ul", "ol"])
def test_linked_entries_stay_below_their_heading(heading: str, tag: str) -> None:
    kept = lines(f"<h2>{heading}</h2><{tag}>{LINKED}</{tag}>")
    assert all(any(work in line for line in kept) for work in WORKS)


def test_linked_paragraphs_stay_below_a_heading_that_is_a_paragraph() -> None:
    kept = lines("<p><b>参考文献</b></p>" + "".join(f"<p><a href=/{n}>{work}</a></p>" for n, work in enumerate(WORKS)))
    assert all(work in kept for work in WORKS)


def test_they_end_where_the_page_offers_other_texts() -> None:
    others = "".join(f"<li><a href=/o/{n}>河滩上的戏台之{n}</a></li>" for n in range(5))
    kept = lines(f"<h2>参考文献</h2><ul>{LINKED}</ul><h2>相关阅读</h2><ul>{others}</ul>")
    assert any(WORKS[0] in line for line in kept)
    assert not any("戏台" in line for line in kept)


@pytest.mark.parametrize("heading", ["相关链接", "友情链接", "参考文献的格式由编辑部统一"])
def test_links_below_another_heading_go(heading: str) -> None:
    kept = lines(f"<h2>{heading}</h2><ul>{LINKED}</ul>")
    assert not any(work in line for line in kept for work in WORKS)
