"""Titles: what a page calls itself, rid of the site's name, and the line of the page that bears it."""

from __future__ import annotations

import re
import unicodedata

from cleaners.extraction_tree import HEADINGS, Outline

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
SHORTEST_HEADING = 2  # the same for a heading of rank 1
SHORTEST = 4  # characters, below which a match says nothing


def fold(text: str) -> str:
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
    pieces = [piece for piece in SEPARATOR.split(title) if fold(piece)]
    return bool(pieces) and all(_NAMELESS.fullmatch(piece.strip()) or SITE_TITLE.search(piece) for piece in pieces)


def title_line(outline: Outline, names: list[str]) -> int:
    """Number of the line that bears the title, -1 where none does.

    names: what the page calls itself outside its text (title element, meta). A heading of rank 1 is tried before other
    headings, these before other lines; of equals the first counts.
    """
    folded = [f for f in map(fold, names) if len(f) >= SHORTEST_HEADING]
    letters = frozenset("".join(names) + "".join(folded))  # a line that shares none of them needs no folding
    best, rank = -1, 99
    for number, line in enumerate(outline.lines):
        begin = line.text[:1] if "一" <= line.text[:1] <= "鿿" else line.text[:6]  # folding leaves Han as it is
        if not 2 <= line.chars <= 200 or letters.isdisjoint(begin):
            continue
        owner = line.owner
        level = HEADINGS.get(owner.tag, 0)
        if not level and owner.parent is not None:
            level = HEADINGS.get(owner.parent.tag, 0)
        text = fold(line.text)
        if len(text) < (SHORTEST_HEADING if level == 1 else SHORTEST):
            continue
        mine = 9
        for name in folded:
            if name == text:
                mine = 0
            elif name.startswith(text) and (len(text) >= 0.5 * len(name) or level == 1 or len(text) >= 8):
                mine = min(mine, 1)
            elif (len(text) >= (SHORTEST if level == 1 else 8) and text in name) or (
                len(text) >= 8 and len(name) >= 10 and text.startswith(name)
            ):
                mine = min(mine, 2)
        if mine == 9:
            continue
        mine += 0 if level == 1 else 2 if level else 4
        if line.linked > 0.5 * line.chars:
            mine += 4
        if mine < rank:
            best, rank = number, mine
    if best >= 0 and outline.lines[best].owner.tag not in HEADINGS and SITE_TITLE.search(outline.lines[best].text):
        return -1
    return best


def without_site(title: str, site: str = "", line: str = "") -> str:
    """A title without the site's name around it.

    site: the site's own name where the page gives it. line: the page's title line, which decides where the title holds
    it.
    """
    title = " ".join(title.replace("\ufeff", " ").split())
    title = _POWERED.sub("", title)
    if line and fold(line) and fold(line) in fold(title):
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
        bare = last and (fold(alone) == fold(site) or (len(alone) <= 16 and SITE_WORD.search(alone)))
        return "" if bare or not fold(alone) else title
    keep = len(pieces)
    while keep > 1:
        piece = pieces[keep - 1]
        known = bool(site) and fold(piece) in (fold(site), "")
        if known or (len(piece) <= 16 and SITE_WORD.search(piece)) or (len(piece) <= 6 and borders[keep - 1][0] >= 12):
            keep -= 1
        else:
            break
    first = 0
    if keep > 1 and len(pieces[0]) <= 8 and (fold(pieces[0]) == fold(site) or SITE_WORD.search(pieces[0])):
        first = 1
    return title[borders[first][0] : borders[keep - 1][1]]
