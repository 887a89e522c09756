"""Which part of a page is its article: what begins at the title is preferred, unless another holds far more."""

from __future__ import annotations

import random

import pytest

from cleaners import clean_page

WORDS = "渠水闸门两岸人家春天夏天秋天清淤修堤灌田开工完工验收放水巡查值守"


def paragraphs(count: int, seed: int) -> str:
    rnd = random.Random(seed)
    made = ["".join(rnd.choice(WORDS) for _ in range(22)) for _ in range(2 * count)]
    return "".join(f"<p>{made[n]}，{made[n + 1]}。</p>" for n in range(0, 2 * count, 2))


def chosen(near: int, far: int) -> tuple[bool, bool]:
    """Whether the text at the title is in the document, and the text far below it."""
    one, other = paragraphs(near, 1), paragraphs(far, 2)
    links = "".join(f"<li><a href=/{n}>去年的旧闻之{n}</a></li>" for n in range(40))
    html = (
        f"<title>渠水新闸开工</title><div><h1>渠水新闸开工</h1><div id=t>{one}</div></div>"
        f"<div><ul>{links}</ul></div><div id=other>{other}</div>"
    )
    text = "\n".join(d.text for d in clean_page(html.encode(), content_type="text/html").documents)
    return one[3:25] in text, other[3:25] in text


@pytest.mark.parametrize("far", [4, 5, 6])
def test_what_begins_at_the_title_is_worth_twice_as_much_elsewhere(far: int) -> None:
    assert chosen(3, far) == (True, False)


@pytest.mark.parametrize("far", [9, 12])
def test_what_holds_three_times_as_much_is_the_article(far: int) -> None:
    assert chosen(3, far)[1]
