"""Titles: what a page calls itself, rid of the site's name, and the line of the page that bears it."""

from __future__ import annotations

import re
import unicodedata

SEPARATOR = re.compile(
    r"(?<!\s)\s*+[_|｜丨–—»›«]++\s*|(?<!\s)\s++[-·:：]++\s+|-{2,}"
    r"|(?<!\s)(?:(?<=[^\x00-\x7f])\s*+-\s*|\s*+-\s*(?=[^\x00-\x7f]))(?=[^-]{2,24}$)"
)
SITE_WORD = re.compile(
    r"(?:网|网站|新闻|频道|官网|论坛|博客|社区|在线|门户|日报|晚报|早报|时报|商报|周刊|杂志|资讯|客户端|首页|百科|知道|文库|财经|"
    r"体育|娱乐|科技|军事|汽车|房产|政府|平台|中心|专栏|贴吧|头条|视频|新浪|搜狐|网易|腾讯|凤凰|正文|文章|快讯|要闻|滚动|[Bb]log|"
    r"[Nn]ews|[A-Za-z0-9-]\.(?:com|cn|net|org|hk|tw))"
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_POWERED = re.compile(  # what forum software adds; tried where the white space or the strokes before it begin
    r"(?:(?<!\s)\s++[-|_—–]*+\s*+|(?<![-|_—–\s])[-|_—–]*+\s*+)[Pp]owered [Bb]y\b.{0,60}$"
)
_PAGE = re.compile(r"(?<!\s)\s*+[(（]\s?(?:页|第)\s?\d{1,3}\s?页?\s?[)）]$")


def title_key(text: str) -> str:
    """A text by which titles are compared: NFKC, letters and digits only, in lower case."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()


SITE_TITLE = re.compile(r"博客|论坛|首页|社区|[Bb]log|[Ff]orum|BBS|网$|网站")  # names of sites, not of texts


# What a title element says that names no text: the page's place, what made it, or who keeps it.
_NAMELESS = re.compile(
    r"(?:无标题|無標題).{0,6}|[Uu]ntitled.{0,20}|(?:New )?[Dd]ocument|[Ii]ndex|[Hh]ome|[Nn]ew [Pp]age.{0,4}|"
    r"标题(?:文档)?|(?:新闻|文章|信息|内容|公告|通知|资讯|产品|图文|单页|动态|政务|校园|站内)?"
    r"(?:详情|详细|详细信息|内容|正文|浏览|查看|阅读|展示|显示|打印)(?:页|页面)?|"
    r"[^，。！？；：“”《》\s]{2,30}(?:委员会|办公室|办公厅|人民政府|政府|协会|学会|公司|集团|中心|学校|大学|学院|中学|"
    r"[一二三四五六七八九]中|小学|幼儿园|医院|银行|法院|检察院|图书馆|博物馆|出版社|研究院|研究所|教育局|"
    r"[县市省区]\w{1,6}[局厅委办])"
)


def names_nothing(title: str) -> bool:
    """Whether a title element names the site, its keeper or the kind of page, and no text."""
    pieces = [piece for piece in SEPARATOR.split(title) if title_key(piece)]
    return bool(pieces) and all(_NAMELESS.fullmatch(piece.strip()) or SITE_TITLE.search(piece) for piece in pieces)


def without_site(title: str, site: str = "", line: str = "") -> str:
    """A title without the site's name around it.

    site: the site's own name where the page gives it. line: the page's title line, which decides where the title holds
    it.
    """
    title = " ".join(title.replace("\ufeff", " ").split())
    title = _POWERED.sub("", title)
    if line and title_key(line) and title_key(line) in title_key(title):
        return line
    for _ in range(4):
        shorter = _strip_once(title, site)
        if shorter == title:
            break
        title = shorter
    return _PAGE.sub("", title)


def _strip_once(title: str, site: str) -> str:
    pieces: list[str] = []
    borders: list[tuple[int, int]] = []
    last = 0
    for match in SEPARATOR.finditer(title):
        if match.start() > last:
            pieces.append(title[last : match.start()])
            borders.append((last, match.start()))
        last = match.end()
    if last < len(title):
        pieces.append(title[last:])
        borders.append((last, len(title)))
    if len(pieces) < 2:
        alone = pieces[0] if pieces else ""
        bare = last and (title_key(alone) == title_key(site) or (len(alone) <= 16 and SITE_WORD.search(alone)))
        return "" if bare or not title_key(alone) else title
    keep = len(pieces)
    while keep > 1:
        piece = pieces[keep - 1]
        known = bool(site) and title_key(piece) in (title_key(site), "")
        if known or (len(piece) <= 16 and SITE_WORD.search(piece)) or (len(piece) <= 6 and borders[keep - 1][0] >= 12):
            keep -= 1
        else:
            break
    first = 0
    if keep > 1 and len(pieces[0]) <= 8 and (title_key(pieces[0]) == title_key(site) or SITE_WORD.search(pieces[0])):
        first = 1
    return title[borders[first][0] : borders[keep - 1][1]]
