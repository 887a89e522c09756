"""What a page is where nothing says so: HTML, text, or a feed."""

from __future__ import annotations

import pytest
from timing import seconds

from cleaners.extraction.kind import is_feed, is_html
from cleaners.pipeline import clean_page

LINES = "\n".join(f"第{n}天，山里下了一场雨，路上一个人也没有，只有水声。" for n in range(12))


@pytest.mark.parametrize(
    "text",
    [
        "<p>春天来了。</p>",
        "<!-- 模板 --><div>春天来了。</div>",
        "\ufeff\n<!DOCTYPE html><html><body>春天来了。</body></html>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body>春天</body></html>",
        "春天来了。<br>小草绿了。<br>燕子回来了。",
        "</td><td>春天来了。</td></tr>",
        "Notice: undefined index in /srv/www/a.php\n<html><head></head><body>\n<p>春天来了。</p>\n</body></html>",
        "<center><b>春天</b></center>" + LINES,
    ],
)
def test_a_page_with_tags_is_html(text: str) -> None:
    assert is_html(text, None)
    assert not is_html(text, "text/plain; charset=gbk")


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES + "<br>",
        LINES.replace("第3天", "第<p>3</p>天"),
        "# 换行\n\n在 Markdown 里用 `<br>` 换行。\n\n" + LINES,
        "如果 a<b 而且 b>c，\n那么 <div> 是一个标签。\n" + LINES,
        "<第一章> 山里\n" + LINES,
        "",
    ],
)
def test_a_text_with_a_tag_in_it_stays_a_text(text: str) -> None:
    assert not is_html(text, None)
    assert not is_html(text, "application/octet-stream")
    assert is_html(text, "text/html")


@pytest.mark.parametrize("declared", ["text/markdown", "text/csv", "text/plain", "Text/Plain; charset=gb2312"])
def test_what_is_declared_a_text_is_one(declared: str) -> None:
    assert not is_html("<p>春天</p>", declared)


def test_lines_of_a_text_with_a_tag_stay_lines() -> None:
    (document,) = clean_page((LINES + "\n雨停了。<br>").encode()).documents
    assert document.text.count("\n") == 12


@pytest.mark.parametrize(
    "feed",
    [
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>清溪新闻</title></channel></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>清溪</title></feed>',
        '<!-- 由机器写成 --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>',
    ],
)
def test_a_feed_is_no_page(feed: str) -> None:
    assert is_feed(feed)
    page = clean_page(feed.encode())
    assert not page.documents and page.rejection is not None
    assert (page.rejection.stage, page.rejection.reason) == ("extraction", "feed")


@pytest.mark.parametrize("unit", ["<!---->", "<!-- ", "<!--x--> ", "<div ", "<?xml ", "\ufeff ", "<br", "< "])
def test_cost_grows_with_length_only(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    assert seconds(lambda: (is_html(text, None), is_feed(text))) < 0.5
