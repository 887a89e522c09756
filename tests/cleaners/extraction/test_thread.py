"""Threads that nothing but their posts' names tell."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners import clean_page
from cleaners.extraction import thread
from cleaners.extraction.tree import survey

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


def test_replies_of_a_thread_stay_though_their_name_says_comment() -> None:
    """Below an article comments are none of it; in a thread they are what the page is."""
    said = [f"我家的渠水去年秋天断过{n}天，后来换了闸门就好了，大家可以试一试。" for n in range(2, 9)]
    replies = "".join(
        f'<div class="comment-item"><span class=name>渠友{n}</span><p>{text}</p></div>' for n, text in enumerate(said)
    )
    question = "渠水断流怎么办，各位有没有办法？我家的田等着灌，已经三天没有水了，请大家出出主意。"
    html = f'<title>渠水断流怎么办</title><h1>渠水断流怎么办</h1><div class="question"><p>{question}</p></div>{replies}'
    page = clean_page(html.encode(), url="https://bbs.example.cn/thread-12-1.html", content_type="text/html")
    text = "\n".join(d.text for d in page.documents)
    assert all(line in text for line in (question, *said))


def test_what_stands_inside_a_post_stays_though_its_name_says_comment() -> None:
    posts = "".join(
        f'<div class="reply" id="post_{n}"><div class="message"><p>我家的渠水去年秋天断过{n}天，后来换了闸门就好了。</p>'
        f'<div class="comment"><p>说得对，我家也是换了闸门才好的，一共花了{n}百块钱。</p></div></div></div>'
        for n in range(2, 9)
    )
    html = f"<title>渠水断流怎么办</title><h1>渠水断流怎么办</h1><div id=postlist>{posts}</div>"
    page = clean_page(html.encode(), url="https://bbs.example.cn/thread-12-1.html", content_type="text/html")
    text = "\n".join(d.text for d in page.documents)
    assert all(f"断过{n}天" in text and f"花了{n}百块" in text for n in range(2, 9))


def test_comments_and_the_replies_to_them_bear_two_names() -> None:
    """A comment stands before its replies, and so does the first of all."""
    said: list[str] = []
    boxes = []
    stamp = "<p>2023-07-06 23:19</p><p>浙江</p><p>0</p>"
    for n in range(6):
        comment = f"中心化的渠总要有人管，管水的人换了{n + 2}拨，规矩却没有变过，这一点大家都看在眼里。"
        replies = [f"规矩没变，是因为水没有变多，第{n}回分水的时候，我就在闸上，{k}更天还没有睡。" for k in (2, 3)]
        said += [comment, *replies]
        under = "".join(
            f'<div class="reply-item"><p>渠友</p>{stamp}<div class="content">{r}</div></div>' for r in replies
        )
        boxes.append(f'<li class="item"><p>渠友{n}</p>{stamp}<div class="comment-text">{comment}</div>{under}</li>')
    html = f"<title>分水的规矩 - 青江论坛</title><h1>分水的规矩</h1><ul>{''.join(boxes)}</ul>"
    page = clean_page(html.encode(), url="https://bbs.example.cn/thread-7-1.html", content_type="text/html")
    text = "\n".join(d.text for d in page.documents)
    assert [line for line in text.split("\n") if line in said] == said


def test_a_text_in_an_element_that_is_called_after_comments_is_no_thread() -> None:
    body = "".join(
        f"<p>{text}渠边的人都知道，第{n}年的水比第一年的还要浅一些。</p>" for n, text in enumerate(POSTS * 4)
    )
    said = "".join(f"<div class='message comment-body'><p>{text}谢谢楼主的分享。</p></div>" for text in POSTS)
    html = (
        "<title>渠水的账本</title><h1>渠水的账本</h1>"
        f"<div class=commentable><div class=message>{body}</div></div><div class=comments>{said}</div>"
    )
    page = clean_page(html.encode(), content_type="text/html")
    assert page.kind == "article"
    assert "第15年" in page.documents[0].text


def test_paragraphs_of_one_parent_are_one_text() -> None:
    html = "<div>" + "".join(f"<p class=para>{text}</p>" for text in POSTS * 2) + "</div>"
    outline = survey(LexborHTMLParser(html).root)
    paragraphs = [e for e in outline.elements if e.tag == "p"]
    assert thread.text_among(outline, paragraphs) is paragraphs[0].parent
    assert thread.text_among(outline, paragraphs[::2]) is None  # between them stands another line


@pytest.mark.parametrize("name", ["post-footer", "related"])
def test_a_post_s_text_inside_comments_is_believed_more_than_its_name(name: str) -> None:
    """A name that says boilerplate is wrong of running text where the box around it says that comments stand there."""
    said = [
        f"我家的渠水去年秋天断过{n}天，后来换了闸门就好了，大家可以试一试，水管所的人也这样说，谁家都能做，一点不难，"
        f"花了不到{n}百块钱，来水之前先把沟清一遍就行。"
        for n in range(2, 9)
    ]
    posts = "".join(f'<div class="{name}"><p>{text}</p></div>' for text in said)
    html = f'<title>渠水断流怎么办</title><h1>渠水断流怎么办</h1><div class="comments">{posts}</div>'
    page = clean_page(html.encode(), url="https://bbs.example.cn/thread-12-1.html", content_type="text/html")
    assert [line for d in page.documents for line in d.text.split("\n")] == said
