"""Addresses of links and images: absolute, behind redirectors, past placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from cleaners.extraction.redirectors import meant, untracked
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(4_000, "characters", "of an address; longer ones are data")
    small: int = threshold(3, "pixels", "of a side: a tracking pixel")


T = Thresholds()
SCHEMES = ("http", "https", "mailto", "ftp", "tel")
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
_ANY_NAME = re.compile("")
_OTHER_NAME = re.compile(r"fallback|error|placeholder|preview|thumb|link|page(?!speed)|pin|caption|title|time", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?![A-Za-z0-9])", re.I)
PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:none|blank|spacer|pixel|transparent|placeholder|loading|load(?=\.(?:gif|svg))|lazy(?:load)?|grey|gray|1x1|empty|space|clear|trans|dot_clear)"
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
# A private-use character that begins a text, and what parts it from that: an icon where its element says so.
GLYPH = re.compile(r"\s*(?P<glyph>[\ue000-\uf8ff]{1,2})(?:\s+|$)")
_BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;]{0,100}?url\(\s*[\"']?([^\"')\s]{1,2000})")
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SPACE = re.compile(r"[\x00-\x20]+")


def draws_icons(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element is drawn in a font of icons. Private-use characters of others are of a font of the page's own,
    or of older encodings (GBK, HKSCS), and text."""
    return tag == "i" or "icon" in (attributes.get("class") or "").lower()


def base_of(url: str, html_base: str | None) -> str:
    """The address that those of a page are relative to: its own, or what `<base href>` says (HTML 4.2.3)."""
    if not html_base or len(html_base) > T.longest:
        return url
    try:
        return urljoin(url, html_base.strip())
    except ValueError:
        return url


def address(href: str, base: str, *, tracking: bool = False) -> str:
    """The absolute address that a link means, "" for one that leads nowhere: script, data, a place in the page.

    tracking: whether parameters stay that only say where a reader came from.

    >>> address("../a.html", "https://example.org/b/c")
    'https://example.org/a.html'
    """
    href = href.strip()
    if not href or len(href) > T.longest or href.startswith("#"):
        return ""
    return _absolute(href, base, tracking)


@lru_cache(maxsize=4096)
def _absolute(href: str, base: str, tracking: bool) -> str:
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
        full = meant(full)
        return full if tracking else untracked(full)
    except ValueError:
        return ""


def image(attributes: dict[str, str | None], base: str, *, tracking: bool = False) -> tuple[str, str, str]:
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
    behind += _other_names(attributes, others, _ANY_NAME, sure=True) if others else []
    for key in (*SOURCES[:-1], *lazy, "src", *behind):
        value = (attributes.get(key) or "").strip()
        if key == "data-srcset":
            value = largest(value)
        if (
            value
            and not PLACEHOLDER.search(value)
            and (url := address(value, base, tracking=tracking))
            and url.startswith("http")
        ):
            return alt, url, "image"
    url = address(largest(attributes.get("srcset") or ""), base, tracking=tracking)
    return alt, url, "image" if url.startswith("http") else ""


def background(attributes: dict[str, str | None]) -> dict[str, str | None]:
    """The attributes of an image for an element that shows one behind it and says to listeners what it is; {} for
    others."""
    found = _BACKGROUND.search((attributes.get("style") or "")[: T.longest])
    said = attributes.get("aria-label") or attributes.get("title") or ""
    return {"src": found[1], "alt": said} if found else {}


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
