"""Pages that nobody wrote: made from pieces that steps look for, and from pages that are there, broken in every way.

The n-th page of a seed is the same on every machine, so a number names it.
"""

from __future__ import annotations

import quopri
import random
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LARGEST = 60_000  # bytes of a page; what grows with the input has tests of its own

HANS = (
    "渡口的老船工把缆绳系在石桩上",
    "会议由副主任主持",
    "昨天夜里下了一场小雨",
    "这一带的稻田都改种了莲藕",
    "她把信折好放回抽屉",
    "本条例自发布之日起施行",
    "水",
)
HANT = (
    "資料由圖書館提供",
    "臺北的雨下個不停",
    "老師傅說這把傘還能修",
    "兩岸的風景都變了",
    "龘靐齉爩麤",
    "水",
)
FOREIGN = (
    "The ferry leaves at nine.",
    "ひらがなとカタカナ",
    "한글 문장입니다",
    "Zażółć gęślą jaźń",
    "наводнение",
)
MARKS = ("，", "。", "！", "——", "……", "，", "。")
WORDS = (*HANS, *HANT, *FOREIGN, *MARKS)
WRITINGS = (  # what a page is written in, as often as a crawl of Chinese sites meets it
    *[(*HANS, *MARKS)] * 6,
    *[(*HANT, *MARKS)] * 3,
    (*HANS, *FOREIGN[:1], *MARKS),
    (*HANS, *HANT, *MARKS),
    WORDS,
)
LABELS = (
    "一、", "二、", "（一）", "(二)", "第一章 总则", "第二条 ", "1.", "2．", "3、", "①", "〈2〉", "§1", "1.1.2 ", "A. ", "Q：", "答：",
    "- ", "* ", "# ", "## ", "> ", "一是", "首先，", "附件：1.", "注：", "【用法用量】", "第一篇 ", "之一", "范文【一】", "正文 第一章",
)  # fmt: skip
LINES = (
    "来源：本站 作者：佚名 2024-05-06 10:11:12", "发布时间：2023年1月2日", "点击：123次", "上一篇：没有了", "下一篇：渡口", "责任编辑：李四",
    "分享到：微信 微博 QQ空间", "您的位置：首页 > 新闻 > 正文", "版权所有 © 2020 某某公司 京ICP备12345678号", "【字体：大 中 小】", "打印本页 关闭窗口",
    "原标题：雨夜", "（完）", "（编辑：王五）", "阅读全文", "相关阅读", "评论(3)", "登录后发表评论", "1楼", "楼主", "回复 2# 张三", "目录", "摘要：",
    "关键词：稻田；莲藕", "2024-01-01", "二〇二四年三月五日", "字号：T|T", "|---|---|", "| 甲 | 乙 |", "```", "```python", "$$", "\\[x^2\\]", "___________",
    "○○○", "×××", "？？？", "锟斤拷", "烫烫烫", "榛滞蛴帽", "姓名\t年龄\t住址", "    return 0;", "for (i=0;i<9;i++) {", "}", "----", "====", "广告",
)  # fmt: skip
ESCAPES = (
    "\\u4e2d\\u56fd", "\\\\u4e2d", "&#20013;", "&amp;#20013;", "&amp;amp;lt;", "&nbsp;", "&#x1b;", "&#0;", "%E4%B8%AD", "%1B%00", "=E4=B8=AD=",
    "=1B[31m", "%u4e2d", "\\xe4\\xb8\\xad", "\\344\\270\\255", "+Ti1W/Q-", "=?utf-8?B?5Lit5Zu9?=", "=?gbk?Q?=D6=D0?=", '{"a":"\\u4e2d\\n"}', "\\n\\t", "&lt;p&gt;",
    "<b>", "</p>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", "<table><tr><td>", "</td></tr></table>", "<pre>", "</pre>", "javascript:alert(1)", "\x1b[31m",
)  # fmt: skip
CHARACTERS = (
    "\x00\x07\x08\x0b\x0c\x1b\x7f\x80\x85\x9b\xa0\xad\u200b\u200d\u200e\u202e\u2028\u2066\ufeff\ufffd\ufffc\ue000\uf8ff\U000f0000\U0001f469\U0001f3fd\u0301\u3099\u3000\ufe0f\U00020000\U0002f800\uff10\uffe5ⅣⅤ㈠㊣℃㎡"
    + "\t\n \r"
)
PINYIN = ("(luò )", "(hù)", "（yǔ）", "chuán ", "lǎo", "(zhong)")
CODECS = (
    ("utf-8", "gb18030"), ("gb18030", "latin-1"), ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("big5", "gb18030"), ("gb18030", "big5"),
    ("utf-8", "cp437"), ("gb18030", "cp850"), ("utf-8", "mac_roman"), ("utf-8", "koi8_r"), ("gb18030", "cp1251"), ("utf-8", "big5"), ("utf-8", "shift_jis"),
)  # fmt: skip
TAGS = ("div", "p", "span", "td", "tr", "table", "ul", "ol", "li", "h1", "h2", "pre", "code", "a", "article", "section", "b", "blockquote",
        "figure", "figcaption", "br", "img", "math", "mi", "mfrac", "script", "style", "template", "noscript", "iframe", "form", "button", "nav", "font")  # fmt: skip
ATTRIBUTES = ("", ' class="article content"', ' class="nav"', ' id="comments"', ' style="display:none"', ' href="/a?utm_source=x"', ' colspan="9999"',
              ' rowspan="65534"', ' src="data:image/png;base64,AAAA"', ' class="language-python hljs"', ' start="-3" reversed', ' hidden', ' class="katex"', ' onclick="x(')  # fmt: skip
CHARSETS = (
    "",
    "utf-8",
    "gb2312",
    "gbk",
    "big5",
    "euc-kr",
    "shift_jis",
    "iso-8859-1",
    "utf-16",
    "utf-7",
    "x-user-defined",
    "no-such",
)
TYPES = (
    None,
    "text/html",
    "text/plain",
    "text/html; charset=gbk",
    "text/plain; charset=utf-8",
    "application/json",
    "image/png",
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is given to the cleaner; `kind` tells how it was made."""

    kind: str
    data: bytes
    content_type: str | None


def damaged(rng: random.Random, text: str) -> str:
    """A text as a wrong codec or a wrong copy leaves it."""
    way = rng.randrange(6)
    if way < 3:
        written, read = rng.choice(CODECS)
        return text.encode(written, "replace").decode(read, rng.choice(("replace", "ignore")))
    if way == 3:
        return quopri.encodestring(text.encode()).decode("ascii")
    if way == 4:
        return urllib.parse.quote(text.encode(rng.choice(("utf-8", "gb18030")), "replace"))
    data = bytearray(text.encode("gb18030", "replace"))
    del data[rng.randrange(len(data) + 1) :][:1]
    return bytes(data[1:]).decode("gb18030", "replace")


def piece(rng: random.Random, ways: Sequence[int], written: Sequence[str]) -> str:
    """A word, a label, a line of a page's frame, an escape, a character: what one of `ways` says."""
    way = rng.choice(ways)
    if way < 4:
        return rng.choice(written)
    if way == 4:
        return rng.choice(LABELS)
    if way == 5:
        return "\n" + rng.choice(LINES) + "\n"
    if way == 6:
        return rng.choice(ESCAPES)
    if way == 7:
        return rng.choice(CHARACTERS) * rng.choice((1, 1, 1, 2, 40))
    if way == 8:
        return damaged(rng, "".join(rng.choices(written, k=rng.randrange(1, 4))))
    if way == 9:
        return rng.choice(PINYIN)
    if way == 10:
        return "。\n" * rng.randrange(1, 4)
    return chr(rng.choice((rng.randrange(0x20, 0x300), rng.randrange(0x2000, 0xD7FF), rng.randrange(0xE000, 0x2FFFF))))


class Writing:
    """How a page is written: sentences of one writing or two, with one to three kinds of oddities among them.

    A page is seldom broken in every way at once, or written in every language.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._words = rng.choice(WRITINGS)
        odd = [rng.randrange(4, 12) for _ in range(rng.choice((1, 1, 2, 3)))]
        self._ways = (*range(4), *range(4), *odd)

    def words(self) -> str:
        count = self._rng.choice((2, 8, 30, 120))
        return "".join(piece(self._rng, self._ways, self._words) for _ in range(count))


def plain(rng: random.Random, pages: Sequence[bytes]) -> Page:
    return Page("plain", Writing(rng).words().encode("utf-8", "replace"), "text/plain; charset=utf-8")


def markup(rng: random.Random, pages: Sequence[bytes]) -> Page:
    """Tags that seldom close, around pieces."""
    writing = Writing(rng)
    out: list[str] = [
        f"<html><head><meta charset={rng.choice(CHARSETS)}><title>{writing.words()[:60]}</title></head><body>"
    ]
    opened: list[str] = []
    for _ in range(rng.choice((5, 30, 150))):
        way = rng.randrange(5)
        if way < 2:
            tag = rng.choice(TAGS)
            opened.append(tag)
            out.append(f"<{tag}{rng.choice(ATTRIBUTES)}>")
        elif way == 2 and opened:
            out.append(f"</{opened.pop() if rng.random() < 0.8 else rng.choice(TAGS)}>")
        else:
            out.append(writing.words()[:400])
    return Page("markup", "".join(out).encode(rng.choice(("utf-8", "gb18030", "big5")), "replace"), "text/html")


def noise(rng: random.Random, pages: Sequence[bytes]) -> Page:
    size = rng.choice((1, 3, 50, 2000))
    some = rng.choice(
        (bytes(range(256)), bytes(range(0x80, 0x100)), b"\x81\xe4\xb8\xad\xef\xbf\xbd\x1b$B", b"<>&;#x0 ")
    )
    return Page("noise", bytes(rng.choices(some, k=size)), rng.choice(TYPES))


def broken(rng: random.Random, pages: Sequence[bytes]) -> Page:
    """A page that is there with bytes lost, turned, put in, said again, or with half of another behind it."""
    data = bytearray(rng.choice(pages)[: rng.choice((2_000, 12_000, LARGEST))])
    for _ in range(rng.choice((1, 3, 12))):
        at, size = rng.randrange(len(data) + 1), rng.choice((1, 1, 2, 30, 400))
        way = rng.randrange(7)
        if way == 0:
            del data[at : at + size]
        elif way == 1:
            data[at : at + size] = rng.randbytes(min(size, 30))
        elif way == 2:
            data[at:at] = Writing(rng).words().encode("utf-8", "replace")[:2000]
        elif way == 3:
            data[at:at] = bytes(data[at : at + size]) * rng.choice((1, 2, 20))
        elif way == 4:
            other = rng.choice(pages)
            data[at:] = other[rng.randrange(len(other) + 1) :][:4000]
        elif way == 5:
            data[at:at] = f"<{rng.choice(TAGS)}{rng.choice(ATTRIBUTES)}>".encode()
        else:
            data[at : at + size] = bytes(data[at : at + size]).replace(b">", b"").replace(b"<", b"&lt;")
    return Page("broken", bytes(data[:LARGEST]), rng.choice(TYPES))


def recoded(rng: random.Random, pages: Sequence[bytes]) -> Page:
    """A page that is there, read and written once too often."""
    text = rng.choice(pages)[: rng.choice((2_000, 12_000))].decode("utf-8", "replace")
    lines = text.split("\n")
    for _ in range(rng.choice((1, 4, len(lines)))):
        at = rng.randrange(len(lines))
        lines[at] = damaged(rng, lines[at]) if lines[at] else lines[at]
    return Page("recoded", "\n".join(lines).encode("utf-8", "replace")[:LARGEST], rng.choice(TYPES[:5]))


WAYS: tuple[Callable[[random.Random, Sequence[bytes]], Page], ...] = (
    plain,
    plain,
    markup,
    markup,
    noise,
    broken,
    broken,
    recoded,
)


def page(seed: int, number: int, pages: Sequence[bytes]) -> Page:
    """The page of that number. `pages` are what `broken` and `recoded` begin with, none of them empty."""
    rng = random.Random(f"{seed}/{number}")
    return rng.choice(WAYS)(rng, pages)
