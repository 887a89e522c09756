"""Addresses of links and images: absolute, behind redirectors, past placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(4_000, "characters", "of an address; longer ones are data")
    small: int = threshold(3, "pixels", "of a side: a tracking pixel")


T = Thresholds()
SCHEMES = ("http", "https", "mailto", "ftp", "tel")
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
SOURCES = (  # where an image's address stands, best first
    "data-original", "data-src", "data-original-src", "data-lazy-src", "data-echo", "data-actualsrc", "file",
    "zoomfile", "data-lazyload", "data-lazy", "data-url", "data-real-src", "data-hi-res-src",
    "data-full-src", "data-srcset", "src",
)  # fmt: skip
_NOT_SOURCES = frozenset([
    "src", "srcset", "usemap", "longdesc", "data-error", "data-fallback", "alt", "class", "id", "width", "height",
    "style", "title", "border", "align", "loading", "decoding", "sizes", *SOURCES,
])  # fmt: skip
_LAZY_NAME = re.compile(r"lazy|orig|real", re.I)  # in the names of attributes that other scripts read
_ADDRESS_NAME = re.compile(r"src|lazy|orig|real|url|image|file", re.I)
_OTHER_NAME = re.compile(r"fallback|error|placeholder|preview|thumb|link|page(?!speed)|pin|caption|title|time", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?![A-Za-z0-9])", re.I)
PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:none|blank|spacer|pixel|transparent|placeholder|loading|lazy(?:load)?|grey|gray|1x1|empty|space|clear|trans|dot_clear)"
    r"(?:[_-]?\w{0,12})?\.(?:gif|png|svg|jpe?g|webp)(?:$|[?#])",
    re.I,
)
ICON = re.compile(
    r"copycode|OutliningIndicators|/icons?/|icon[-_]?copy|/copy\.(?:png|gif|svg)|fileicon|/filetype/"
    r"|btn[-_]|[-_]btn|/pixel",
    re.I,
)
SMILEY = re.compile(
    r"smil(?:ey|ies|e)|emoji|emotion|/face|emot\b|expression|twemoji|wp-smiley|BDE_Smiley|biaoqing", re.I
)
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SPACE = re.compile(r"[\x00-\x20]+")


def base_of(url: str, html_base: str | None) -> str:
    """The address that those of a page are relative to: its own, or what `<base href>` says (HTML 4.2.3)."""
    if not html_base or len(html_base) > T.longest:
        return url
    try:
        return urljoin(url, html_base.strip())
    except ValueError:
        return url


def address(href: str, base: str) -> str:
    """The absolute address that a link means, "" for one that leads nowhere: script, data, a place in the page.

    >>> address("../a.html", "https://example.org/b/c")
    'https://example.org/a.html'
    """
    href = href.strip()
    if not href or len(href) > T.longest or href.startswith("#"):
        return ""
    return _absolute(href, base)


@lru_cache(maxsize=4096)
def _absolute(href: str, base: str) -> str:
    """The same of an address of bounded length, which a page has many times."""
    scheme = _SCHEME.match(href)
    if scheme and scheme[1].lower() not in SCHEMES:
        return ""
    try:
        full = urljoin(base, _SPACE.sub(lambda m: "%20" if m[0].strip("\t\r\n") else "", href))
        if not _SCHEME.match(full):
            return ""
        if base and "?" not in full:  # urljoin has read it; redirectors and trackers speak behind a question mark
            return full
        return _untracked(_meant(full))
    except ValueError:
        return ""


def _meant(url: str) -> str:
    """The address behind a redirector, as far as two of them go."""
    for _ in range(2):
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        for site, path, name in REDIRECTORS:
            if host == site and parts.path.startswith(path):
                target = dict(parse_qsl(parts.query)).get(name) if name else parts.query
                if target and re.match(r"https?://", target):
                    url = target
                    break
        else:
            return url
    return url


def _untracked(url: str) -> str:
    if "?" not in url or not TRACKING.search(url):
        return url
    parts = urlsplit(url)
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not TRACKING.fullmatch(pair.split("=")[0])]
    return urlunsplit(parts._replace(query="&".join(kept))) if len(kept) < len(pairs) else url


def image(attributes: dict[str, str | None], base: str) -> tuple[str, str, str]:
    """Alternative text and absolute address of an image, and what it is: "image", "text" for a smiley that stands for
    its words, "" for one that says nothing (a pixel, an icon, an image without address)."""
    alt = " ".join((attributes.get("alt") or "").split())
    name = f"{attributes.get('class') or ''} {attributes.get('src') or ''} {attributes.get('data-src') or ''}"
    if SMILEY.search(name) or (attributes.get("smilieid") is not None):
        return alt, "", "text" if alt else ""
    if _is_small(attributes) or ICON.search(name):
        return alt, "", ""
    others = [name for name in attributes if name not in _NOT_SOURCES] if len(attributes) > 1 else []
    lazy = _other_names(attributes, others, _LAZY_NAME, sure=True) if others else []
    behind = _other_names(attributes, others, _ADDRESS_NAME, sure=False) if others else []
    for key in (*SOURCES[:-1], *lazy, "src", *behind):
        value = (attributes.get(key) or "").strip()
        if key == "data-srcset":
            value = largest(value)
        if value and not PLACEHOLDER.search(value) and (url := address(value, base)) and url.startswith("http"):
            return alt, url, "image"
    url = address(largest(attributes.get("srcset") or ""), base)
    return alt, url, "image" if url.startswith("http") else ""


def _other_names(
    attributes: dict[str, str | None], names: list[str], wanted: re.Pattern[str], *, sure: bool
) -> list[str]:
    """Those of the names that a script of a kind not known here may read an image's address from.

    sure: what they give is put before an address that the page shows by itself: only a picture's file is.
    """
    return [
        name
        for name in names
        if wanted.search(name) and not _OTHER_NAME.search(name) and _is_picture((attributes[name] or "").strip(), sure)
    ]


def _is_picture(value: str, sure: bool) -> bool:
    """Whether a value looks like an image's address: the path of a file of such a kind, or, where it need not be sure,
    a full one."""
    full = value.startswith(("http://", "https://", "//"))
    path = value.partition("?")[0].partition("#")[0]
    if any(char.isspace() for char in value) or not (full or ("/" in path and ":" not in path)):
        return False
    return _PICTURE.search(path) is not None or (full and not sure)


def largest(srcset: str) -> str:
    """The address of the largest candidate of a srcset (HTML 4.8.4.2.1)."""
    best, size = "", -1.0
    for candidate in re.split(r",\s+|,(?=https?:|/)", srcset[:20_000]):
        words = candidate.split()
        if not words:
            continue
        width = re.fullmatch(r"([\d.]+)[wx]", words[1]) if len(words) > 1 else None
        try:
            own = float(width[1]) if width else 1.0
        except ValueError:
            own = 1.0
        if own > size:
            best, size = words[0], own
    return best


def _is_small(attributes: dict[str, str | None]) -> bool:
    for name in ("width", "height"):
        value = (attributes.get(name) or "").removesuffix("px").strip()
        if value.isdigit() and int(value) <= T.small:
            return True
    return False
