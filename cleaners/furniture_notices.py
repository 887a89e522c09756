"""Lines of a page's head that are told before any rule file is read: breadcrumbs, datelines, editors' blurbs."""

from __future__ import annotations

import re

from cleaners.furniture_folding import fold

HEAD = re.compile(
    r"(?:您?(?:的|现在|目前)?(?:所在|当前|现在)?(?:的)?位置(?:是|为)?[::]?.{0,60}"
    r"|(?:首页|主页)(?:>|»|›|/|→|正文).{0,60}"
    r"|.{0,24}?(?:发布|更新|发表|上传|时间|日期)(?:时间|日期)?[::].{0,40}"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?.{0,30}"
    r"|(?:来源|作者|编辑|出处|浏览|阅读|点击)(?:次数|量|数)?[::].{0,40})"
)
BLURB = re.compile(
    r"(?:小编|编者|本站|本网|店铺|网友).{0,30}(?:整理|收集|搜集|准备|分享|推荐|带来|为您|为你|为大家)|(?:整理|收集|精心准备)了?.{0,30}(?:供大家|希望|欢迎|仅供)?(?:参考|借鉴|阅读)"
    r"|来源于?(?:网友|网络|互联网).{0,12}(?:上传|整理)?.{0,6}不代表"
)


def at_head(line: str) -> bool:
    """Whether a line is one of those that stand above or below a page's title."""
    if len(line) > 80 or line[-1:] in "。；;":
        return False
    return HEAD.fullmatch(fold(line)) is not None


def is_blurb(line: str) -> bool:
    """Whether a paragraph holds an editor's blurb: 下面是小编整理的…,请参考."""
    return BLURB.search(fold(line[:2000])) is not None
