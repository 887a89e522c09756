"""Addresses of links and images: behind redirectors, with and without tracking, around blocks, in odd attributes."""

from __future__ import annotations

import pytest
from articles import KEEP, clean, document, inner

from cleaners import Policy
from cleaners.extraction.redirectors import meant, untracked

WANTED = "https://a.example.net/x?y=1"
GIVEN = "https%3A%2F%2Fa.example.net%2Fx%3Fy%3D1"


@pytest.mark.parametrize(
    "url",
    [
        f"https://link.juejin.cn?target={GIVEN}",
        f"https://www.google.com/url?sa=t&url={GIVEN}",
        f"https://l.facebook.com/l.php?u={GIVEN}&h=x",
        f"https://forum.example.org/link.php?url={GIVEN}",
        f"https://forum.example.org/forward?goto={GIVEN}",
        f"https://forum.example.org/office/link?target={GIVEN}",
        f"https://forum.example.org/t/jump?to={GIVEN}",
        "https://blog.example.org/?golink=aHR0cHM6Ly9hLmV4YW1wbGUubmV0L3g_eT0x",
        f"https://link.zhihu.com/?target=https%3A%2F%2Fb.example.org%2Fgo%3Furl%3D{GIVEN.replace('%', '%25')}",
    ],
)
def test_redirectors_are_opened(url: str) -> None:
    assert meant(url) == WANTED


@pytest.mark.parametrize(
    "url",
    [
        f"https://blog.example.org/share?url={GIVEN}",  # hands it to others
        f"https://blog.example.org/login?redirect={GIVEN}",
        "https://blog.example.org/link?url=https%3A%2F%2Fblog.example.org%2Fx",  # of its own site
        "https://blog.example.org/link?url=Zx81",  # nothing that can be read
        "https://blog.example.org/?golink=aHR0cHM6Ly9=9",
        "https://blog.example.org/golink/list?page=2",
    ],
)
def test_what_only_looks_like_a_redirector_is_left(url: str) -> None:
    assert meant(url) == url


def test_tracking_parameters_stay_where_the_policy_says_so() -> None:
    body = (
        '<p>见<a href="https://a.example.net/x?utm_source=w&amp;id=3">甲</a>与图<img src="/p.png?spm=1" alt="乙">。</p>'
    )
    links = [link.url for link in document(body).links]
    assert links == [untracked("https://a.example.net/x?utm_source=w&id=3")] == ["https://a.example.net/x?id=3"]
    kept = document(body, Policy(script=None, punctuation=False, tracking=True))
    assert [link.url for link in kept.links] == ["https://a.example.net/x?utm_source=w&id=3"]
    assert kept.images[0].url.endswith("/p.png?spm=1")
    assert KEEP.digest() != Policy(script=None, punctuation=False, tracking=True).digest()


def test_a_link_around_blocks_is_one_in_each_of_them() -> None:
    said = inner('<a href="/a"><h3>东闸</h3>\n<p>高三尺。</p></a><p>后来又修。</p>')
    here = "https://boat.example.org/a"
    assert said == f"### [东闸]({here})\n\n[高三尺。]({here})\n\n后来又修。"
    assert inner('<p><a href="/a">上半<br>下半</a>后</p>') == f"[上半]({here})\\\n[下半]({here})后"


@pytest.mark.parametrize(
    "image",
    [
        '<img alt="闸" ess-data="https://i.example.net/1.png" src="/img/placeholder.jpg">',
        '<img alt="闸" rel="https://i.example.net/1.png" src="/images/loading.gif">',
        '<img alt="闸" data-imgurl="https://i.example.net/1.png" src="/css/load.gif">',
        '<amp-img alt="闸" src="https://i.example.net/1.png" width="600" height="400"></amp-img>',
        '<div role="img" aria-label="闸" style="width:9px;background-image:url(https://i.example.net/1.png)"></div>',
    ],
)
def test_images_in_odd_attributes(image: str) -> None:
    assert inner(f"<p>看图：</p>{image}") == "看图：\n\n![闸](https://i.example.net/1.png)"


def test_an_image_that_is_shown_again_behind_a_text_is_there_twice_and_its_twin_is_not() -> None:
    image = '<p><img src="/1.png" alt="闸"></p>'
    assert len(document(f"{image}<p>同一张再看一次。</p>{image}").images) == 2
    assert len(document(f"{image}\n{image}").images) == 1
    assert clean(image).documents[0].images[0].text == "闸"
