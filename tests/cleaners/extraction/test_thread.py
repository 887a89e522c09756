"""Threads that nothing but their posts' names tell."""

from __future__ import annotations

import pytest

from cleaners import clean_page

POSTS = (
    "先把总阀关掉，看水表还走不走，走就是水管漏了。",
    "我家去年也是这样，换了密封圈就好了。",
    "楼上说得对，闭水试验一定要做满二十四小时。",
    "谢谢各位，周末我再试一次，有结果来汇报。",
)


@pytest.mark.parametrize("count", [3, 20, 90])
def test_a_page_of_nothing_but_replies_keeps_them_all(count: int) -> None:
    said = [f"{POSTS[n % 4]}这是第{n}次补充。" for n in range(count)]
    posts = "".join(
        f'<div class="post reply" id="post_{n}"><div class="author">用户{n}</div><div class="content">{text}</div></div>'
        for n, text in enumerate(said)
    )
    page = clean_page(
        f"<html><title>卫生间漏水怎么办</title><body>{posts}</body></html>".encode(), content_type="text/html"
    )
    assert page.documents[0].text.split("\n") == said
