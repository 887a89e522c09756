"""What a line about a text says: its date, its source, its author. 来源：…  作者：…  （记者 …）  2024-02-16 09:10"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.metadata.dates import Dated, find_dates

LINE_LIMIT = 160  # characters; a longer line is text
_STOP = (
    r"(?=\s*(?:作者|撰文|责任编辑|責任編輯|责编|编辑|編輯|记者|时间|時間|日期|发布|發布|发表|更新|浏览|點擊|点击|字号|字体|打印|收藏|分享|评论|"
    r"阅读|人气|查看|来源|来自|栏目|分类|本站|我要|【|\[|（|\(|\||｜|[,，;；。]|(?:19|20)\d\d\s?[-年/.]|\d{1,2}:\d\d|$|\s))"
)
_SOURCE = re.compile(
    r"(?<![财能电水货客人资热光气电财税力兵药])(?:(?:信息|文章|新闻|稿件|消息|资料|本文|内容|转载|图文|出版)?(?:来源|來源)|稿源|出处|出處|转自|摘自|转载自|發布單位|发布机构|发布单位|发文机关|发文单位|发布者?机构)"
    r"\s?(?:于|於|自)?\s?[:：丨|]\s?[\[【(（《“\"]{0,2}\s{0,3}(?P<name>[^\s\[\]【】()（）《》“”\"|｜,，;；。:：][^\n\[\]【】()（）《》“”\"|｜,，;；。\s]{1,29}?)"
    + _STOP
)
_AUTHOR = re.compile(
    r"(?:(?:本文|文章|原文|原创)?作者(?:署名)?|撰文|执笔|撰稿|主笔|文字|發文|发帖人|楼主|发布人|发表人|(?<![\u4e00-\u9fff])文(?=\s?[/／|｜丨:：]))\s?[/／|｜丨:：]\s?[\[【(（]?\s{0,3}"
    r"(?P<name>[^\s\[\]【】()（）|｜,，;；。:：][^\n\[\]【】()（）|｜;；。:：]{0,39}?)"
    r"(?=\s*(?:来源|來源|出处|责任编辑|責任編輯|责编|编辑|編輯|审核|校对|图片|图[/／|:：]|摄影|摄|排版|运营|时间|時間|日期|发布|发表|更新|浏览|点击|字号|字体|打印|收藏|分享|评论|阅读|人气|查看|栏目|分类|我要|【|\[|（|\(|\||｜|[;；。\])）】]|(?:19|20)\d\d\s?[-年/.]|$|\s{2,}))"
)
_NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6}){0,2}"
_REPORTER = re.compile(
    rf"(?:记者|記者|通讯员|撰稿人)[:：\s/／|]*+(?P<names>{_NAME}(?:[\s、，,]{{1,3}}{_NAME}){{0,7}})(?=[\s)）】」』\]。,，、;；/／|]|报道|$|通讯员|实习生|摄|文)"
)
_SIGNED = re.compile(
    rf"[(（]\s?(?P<names>{_NAME}(?:[\s、]{{1,3}}{_NAME}){{0,3}})\s(?:[\u4e00-\u9fff]{{2,4}})?(?:报道|综合报道|编译|整理)\s?[)）]\s*$"
)
_NOT_NAMES = re.compile(
    r"报道|摄影|摄制|整合|整理|编译|编辑|通讯|实习|日前|昨日|昨天|今日|今天|近日|从|在|了解|获悉|采访|来到|看到|发现|注意|表示|介绍|联系|专访|现场|"
    r"谢谢|您|你|我|他|她|请|什么|怎么|那么|来源|本报|新华|人民|日报|晚报|证|会|站|团|们|问|协会|电台|一线|行业|编者|编导|责编|网站|特约|综合|观察|手记|调查|节|部|部门|第一|独家|首席"
)
_BY = re.compile(r"(?:[Bb]y|BY|Posted by)\s+(?P<name>[\w.·-]{2,24})(?=\s|$|[〓|,，)）\]])")
_POSTED = re.compile(
    r"[\s【\[]{0,3}([\w.\u4e00-\u9fff-]{2,20})\s{1,3}(?:发表|发布|发帖|回复|提问)于?\s?[:：]?\s?(?=(?:19|20)\d\d)"
)
_BRACKETED = re.compile(rf"\s?[\[【]\s?(?P<names>{_NAME}(?:[\s、]{{1,3}}{_NAME}){{0,3}})\s?[\]】]")
_BARE_NAMES = re.compile(rf"(?P<names>{_NAME}(?:[\s、，,\u3000]{{1,4}}{_NAME}){{0,5}})")
_REPORTER_LINE = re.compile(
    rf"[(（【]?\s?(?:本报|本网|本刊|特约|见习|实习|[\u4e00-\u9fff·]{{0,10}})?\s{{0,3}}(?:记者|記者|通讯员|实习生|特约撰稿人|撰稿人)[:：/／\s]*"
    rf"(?P<names>{_NAME}(?:[\s、，,\u3000]{{1,4}}{_NAME}){{0,7}})\s?(?:报道|文|发自[\u4e00-\u9fff]{{2,6}}(?:报道)?|[\u4e00-\u9fff]{{2,4}}报道)?\s?[)）】]?"
)
_CRAFTS = ("报道", "摄影", "摄影报道", "文图", "图文", "综合", "整理", "采写", "撰文")
_ENGLISH_BYLINE = re.compile(
    r"(?:By|BY|by)[:\s]\s?(?P<names>[A-Z][\w.'’-]{1,20}(?:\s(?:and\s|&\s)?[A-Z][\w.'’-]{0,20}){1,4})(?:\s?[|,].{0,40})?"
)
SURNAMES = frozenset(
    "肖付闫代风丰凤伏扶亓仝昝逄么门原双王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹"
    "黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包"
    "司柏宁柯阮桂闵解强丛华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許傅呂蘇盧蔣賈葉閻餘鍾薑範譚鄒陸邱龍萬錢湯賴龔龐蘭顏嚴溫魯葦聶慶齊莊塗時紀關費項遊衛單閔華車邊瞿連鄔談蒙遲鞏練應"
)
_MEDIA = re.compile(r"[\u4e00-\u9fffA-Za-z·]{1,14}(?:网|报|社|台|刊|新闻|在线|杂志|频道|广播|客户端|研究院|人民政府)")
_LABEL_END = re.compile(r"(?:时间|日期|发布于|发表于|更新于|来源|来源于|作者|来自|出处|稿源|撰文)\s?[:：]?\s?$")
_PUBLISHED_LABEL = re.compile(
    r"发布|发表|發布|發表|(?<![\u4e00-\u9fff])(?:时间|時間|日期)|发稿|刊发|上传|发帖|Posted|Published|"
    r"(?:录入|添加|创建|投稿|刊登|报道|公开|公布|提交|编辑|信息|文章|新闻|稿件|成稿|写作|撰写|更新)(?:时间|時間|日期)",
    re.I,
)
_EVENT_LABEL = re.compile(
    r"[\u4e00-\u9fff](?:时间|時間|日期)\s?[:：为是]?\s?$"
)  # 考试时间：, which is what the text is about
_OTHER_LABEL = re.compile(
    r"成文|印发|签发|更新|修改|截至|截止|生效|实施|回复|最后|Updated|Modified|注册|登录|有效期|成立|出生", re.I
)
_FILLER = re.compile(
    r"(?:发布|发表|發布|發表|录入|更新|上传|发稿|创建|添加|提交|投稿|刊登|编辑)?(?:时间|時間|日期|于|於)|分享|投稿|责任编辑|責任編輯|责编|编辑|編輯|浏览(?:次数|量)?|"
    r"阅读(?:次数|量|数)?|点击(?:次数|数|量|率)?|点击|阅读|人气|热度|查看|评论(?:数)?|跟贴|参与|字号|字体|打印|收藏|关闭|大|中|小|次|条|人|原创|作者|来源|文章|信息|正文|"
    r"\b(?:Published|Updated|Posted|Last|Modified|Created|Date|on|at|by|in|GMT|UTC|[ECMP][SD]T|BST|CET|AM|PM|a\.m\.|p\.m\.|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?)\b|"
    r"发布|发表|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){1,3}|栏目|分类|标签|关注|更新|举报|纠错|星期[一二三四五六日]|[:：\s|｜/\[\]【】()（）.,，、\-—_+*>#·•\d]|更多",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of the text it goes with; None or empty where it says nothing."""

    published: str | None = None
    labelled: bool = False
    source: str | None = None
    authors: str | None = None
    rest: int = 0  # characters that are neither date, name, label nor filler


def parse(text: str, fetched_at: str | None = None) -> Said:
    """Read a line as a dateline or byline. A long line says nothing."""
    if not text or len(text) > LINE_LIMIT:
        return Said(rest=len(text))
    dates = find_dates(text, fetched_at)
    published, labelled = _best_date(text, dates)
    source = _SOURCE.search(text)
    author = _AUTHOR.search(text) or (_BY.search(text) if dates else None)
    if author is None and dates:
        author = _BRACKETED.match(text, dates[0].end) or _POSTED.match(text)
    rest = list(text)
    for span in (*((d.start, d.end) for d in dates), *(m.span() for m in (source, author) if m)):
        rest[span[0] : span[1]] = " " * (span[1] - span[0])
    left = _FILLER.sub("", "".join(rest))
    origin = clean_source(source["name"]) if source else None
    name = clean_name(author[1]) if author else None
    if name is None and (dates or source):
        name = reporters(text)
    if origin is None and published and author is None:
        alone = _MEDIA.fullmatch("".join(rest).strip(" \u3000|｜·-—[]【】()（）,，"))
        if alone:  # 钱江晚报 2003-7-24
            origin, left = alone.group(), ""
    return Said(published, labelled, origin, name, len(left))


def _best_date(text: str, dates: list[Dated]) -> tuple[str | None, bool]:
    plain: str | None = None
    for dated in dates:
        before = text[max(0, dated.start - 12) : dated.start]
        after = text[dated.end : dated.end + 6]
        if len(dated.iso) < 10:  # a month alone is an archive's name as a rule
            continue
        if _PUBLISHED_LABEL.search(before) and not _OTHER_LABEL.search(before):
            return dated.iso, True
        if (
            plain is None
            and not _OTHER_LABEL.search(before)
            and not _EVENT_LABEL.search(before)
            and not re.match(r"\s?(?:更新)?至|\s?(?:以来|前|截止)", after)
        ):
            plain = dated.iso
    return plain, False


def clean_source(name: str) -> str | None:
    """A source's name without what clings to it; None where it is not one."""
    name = re.sub(r"^(?:来源|來源)[:：]\s?", "", name.strip()).strip(' \u3000·:：、-—|[]【】<>《》"“”')
    name = re.sub(r"\s(?:原创稿|原创|作者(?s:.*))$", "", name)
    if not 2 <= len(name) <= 30 or re.fullmatch(r"[\d\W]+|网络|互联网|本站|未知|原创|转载|不详|其他|http.*", name):
        return None
    return name


def clean_name(name: str) -> str | None:
    """An author's name (or names) without what clings to it; None where it is not one."""
    name = re.sub(r"\s+", " ", name).strip(" ·:：、-—|[]【】<>,，/")
    name = re.sub(r"^(?:本报|本网|特约)?(?:记者|作者|文|by)[\s/／:：]*", "", name, flags=re.I).strip()
    name = re.sub(r"\s?(?:发布于?|发表于?|著|撰|的博客)$", "", name)
    if re.search(r"[=<>\"{}$%?？!！;；。]|\d\s?[年月日号点时]|姓名|单位|电话|地址", name):
        return None
    if not 1 < len(name) <= 40 or re.fullmatch(
        r"[\d\W]+|楼主|沙发|板凳|地板|层主|佚名|未知|匿名|不详|admin.*|网络.*|本站.*|互联网|小编|原创|转载|管理员|超级管理员|http.*|编辑部?",
        name,
        re.I,
    ):
        return None
    return name


def reporters(text: str) -> str | None:
    """Names of the reporters a text gives (记者 张三 李四), None where it gives none."""
    names: list[str] = []
    for match in _REPORTER.finditer(text[:400]):
        for name in re.split(r"[\s、，,]+", match["names"]):
            name = re.sub(r"^(?:记者|通讯员)", "", name)
            if len(name) > 1 and not _NOT_NAMES.search(name) and name not in names:
                names.append(name)
            elif _NOT_NAMES.search(name):
                break
    if not names:
        signed = _SIGNED.search(text[-60:])
        if signed:
            names = [n for n in re.split(r"[\s、]+", signed["names"]) if not _NOT_NAMES.search(n)]
    return " ".join(names) or None


def ends_with_label(text: str) -> bool:
    """Whether the value of a line's label stands on the next line."""
    return len(text) <= 24 and _LABEL_END.search(text) is not None


def byline(text: str) -> str | None:
    """Names of a line that is a byline and nothing else: 本报记者 张三 李四, or names alone, each with a surname."""
    text = text.strip()
    if not 2 <= len(text) <= 60:
        return None
    english = _ENGLISH_BYLINE.fullmatch(text)
    if english:
        return english["names"]
    match = _REPORTER_LINE.fullmatch(text)
    if match is None:
        match = _BARE_NAMES.fullmatch(text)
        if match is None or not all(n[0] in SURNAMES and len(n) <= 3 for n in re.split(r"[\s、，,\u3000]+", text)):
            return None
    names = [n for n in re.split(r"[\s、，,\u3000]+", match["names"]) if n and n not in _CRAFTS]
    return None if any(_NOT_NAMES.search(n) for n in names) else " ".join(names) or None


def names_nothing(text: str) -> bool:
    """Whether a line has labels of a dateline and nothing behind them (好学生 分享 时间：), or is counters alone."""
    if len(text) > 40:
        return False
    if re.fullmatch(r"[\d\s,，.+万次]{1,12}", text):
        return True
    labels = re.findall(r"(?:时间|日期|来源|作者|编辑|浏览|阅读|点击|评论|字号|发布|分享)\s?[:：]", text)
    return bool(labels) and text.rstrip()[-1] in ":：" and len(_FILLER.sub("", text)) <= 6
