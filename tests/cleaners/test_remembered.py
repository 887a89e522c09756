"""What is remembered from page to page has a bound: in entries, and in the length of each."""

from __future__ import annotations

import gc
import tracemalloc

from cleaners import clean_page

PARAGRAPH = "<p>清晨的渡口起了雾，船工们一边等客，一边说起去年涨水时的事，谁也没有急着开船。</p>"


def page(number: int, size: int) -> bytes:
    """A page of which every attribute that is looked at is `size` long, and like that of no other page."""
    own = f"{number:04d}" + "x" * size
    return (
        f'<body><base href="http://example.cn/{own}/"><div class="{own}" id="{own}" style="color:{own}">{PARAGRAPH * 6}'
        f'<p><a href="{own}">渡口的船</a><span class="{own}" style="{own}">二</span><img src="data:image/png;base64,{own}">'
        f'</p><div class="{own}"><pre class="{own}">a = 1\nb = 2</pre></div></div></body>'
    ).encode()


def held_after(pages: int, size: int) -> int:
    tracemalloc.start()
    try:
        for number in range(pages):
            clean_page(page(number, size), url="http://example.cn/a.html")
        gc.collect()  # trees of elements are circles
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_long_attributes_of_pages_gone_by_are_not_held() -> None:
    clean_page(page(9_999, 300_000), url="http://example.cn/a.html")  # reads the lexicons
    assert held_after(8, 300_000) < 1_000_000  # a page of these has ten attributes of 300,000 characters


def test_circles_are_looked_for_again_behind_a_page_where_they_were_before() -> None:
    clean_page(page(1, 10))
    assert gc.isenabled()
    gc.disable()
    try:
        clean_page(page(2, 10))
        assert not gc.isenabled()
    finally:
        gc.enable()
