"""Addresses that lead on to another: what a site puts around links that leave it, and the parameters it counts by."""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

REDIRECTORS = (  # host, the beginning of the path, the parameter with the address that is meant
    ("link.zhihu.com", "/", "target"),
    ("link.juejin.cn", "/", "target"),
    ("link.csdn.net", "/", "target"),
    ("www.jianshu.com", "/go-wild", "url"),
    ("links.jianshu.com", "/go", "to"),
    ("link.jianshu.com", "/", "t"),
    ("www.douban.com", "/link2", "url"),
    ("gitee.com", "/link", "target"),
    ("sspai.com", "/link", "target"),
    ("link.segmentfault.com", "/", "url"),
    ("www.oschina.net", "/action/GoToLink", "url"),
    ("leetcode.cn", "/link", "target"),
    ("link.logonews.cn", "/", "url"),
    ("c.pc.qq.com", "/middlem.html", "pfurl"),
    ("weibo.cn", "/sinaurl", "u"),
    ("t.cn", "/sinaurl", "u"),
    ("www.google.com", "/url", "q"),
    ("www.google.com", "/url", "url"),
    ("l.facebook.com", "/l.php", "u"),
    ("out.reddit.com", "/", "url"),
    ("blog.51cto.com", "/transfer", ""),
    ("developers.weixin.qq.com", "/redirect", "url"),
    ("cloud.tencent.com", "/developer/tools/blog-entry", "target"),
    ("hellogithub.com", "/periodical/statistics/click", "target"),
    ("afdian.com", "/link", "target"),
    ("link.uisdc.com", "/", "redirect"),
    ("xie.infoq.cn", "/link", "target"),
    ("www.infoq.cn", "/link", "target"),
)
TRACKING = re.compile(
    r"utm_\w+|spm|scm|fbclid|gclid|gclsrc|dclid|msclkid|yclid|mc_[ce]id|_hsenc|_hsmi|share_(?:source|medium|plat|session_id|token|tag)"
    r"|spm_id_from|vd_source|from_spmid|bd_vid|hmsr|hmpl|hmcu|hmkw|hmci|depth_1-utm_source"
)
# Of sites that are not listed: a page whose name says that it leads on, and a parameter with a whole address of another
# site. Neither alone proves it: a page to share or to log in has such an address too.
_LEADS_ON = re.compile(
    r"(?:^|[/_-])(?:links?|linkfilter|re-?dir(?:ect)?|go|goto|jump|jumpto|away|out|outlink|transfer|forward|external|leave|exit"
    r"|tourl|middle|middlem)(?:\.(?:php|html?|aspx?|jsp|do))?/?$",
    re.I,
)
_NAMES = frozenset(["target", "url", "to", "u", "q", "z", "goto", "redirect", "link", "href", "gourl", "tourl", "_"])
_SURE_NAMES = frozenset(["golink", "gourl", "go_url"])  # whatever the page is called (WordPress themes)
_ENCODED = re.compile(r"aHR0c(?:DovL|HM6Ly)[A-Za-z0-9+/_-]{2,2000}={0,2}")  # http:// and https:// in base64
_HTTP = re.compile(r"https?://", re.I)


def meant(url: str) -> str:
    """The address behind a redirector, as far as two of them go; itself for any other.

    >>> meant("https://link.juejin.cn?target=https%3A%2F%2Fexample.org%2Fa")
    'https://example.org/a'
    """
    for _ in range(2):
        target = _behind(url)
        if not target:
            break
        url = target
    return url


def _behind(url: str) -> str:
    parts = urlsplit(url)
    if not parts.query:
        return ""
    host, path = (parts.hostname or "").lower(), parts.path or "/"
    given = dict(parse_qsl(parts.query))
    for site, beginning, name in REDIRECTORS:
        if host == site and path.startswith(beginning):
            target = given.get(name, "") if name else parts.query
            if _HTTP.match(target):
                return target
    leads_on = _LEADS_ON.search(path) is not None
    for name, value in given.items():
        if name.lower() in _SURE_NAMES or (leads_on and name.lower() in _NAMES):
            target = _decoded(value) if _ENCODED.fullmatch(value) else value
            if _HTTP.match(target) and (urlsplit(target).hostname or host) != host:
                return target
    return ""


def _decoded(value: str) -> str:
    """The address that a value is in base64; "" where it is none."""
    try:
        padded = value.replace("-", "+").replace("_", "/").rstrip("=")
        target = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except ValueError:
        return ""
    return target if target.isprintable() and " " not in target else ""


def untracked(url: str) -> str:
    """An address without the parameters that only say where a reader came from.

    >>> untracked("https://example.org/a?utm_source=x&id=3#b")
    'https://example.org/a?id=3#b'
    """
    if "?" not in url or not TRACKING.search(url):
        return url
    parts = urlsplit(url)
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not TRACKING.fullmatch(pair.split("=")[0])]
    return urlunsplit(parts._replace(query="&".join(kept))) if len(kept) < len(pairs) else url
