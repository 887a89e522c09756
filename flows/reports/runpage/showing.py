"""How text from pages is shown: escaped, and with a mark for each character that would not be seen as it is.

Whoever writes a page decides what stands in its text, its address and its headers. None of it may become markup, turn
the direction of the text around it, or lead anywhere but to a web page or to the file that was read.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup, escape

from flows.addresses import FILE, file_address

# Categories of Unicode (UAX #44): controls, formats (bidi, zero width), separators of lines, surrogates, private use,
# and what is not assigned.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
_MARKS = {"\n": "⏎", "\t": "⇥", "\r": "␍"}
_LINK = Markup('<a class="address" href="{}" rel="noopener noreferrer nofollow"><bdi>{}</bdi></a>')
_WEB = re.compile(r"https?://[^\x00-\x20\x7f\"<>\\^`{|}]+", re.IGNORECASE)


def visible(value: Any) -> Any:
    """Text as it may stand in a page; Markup and what is no text come back as they are."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.isascii() and value.isprintable():
        return escape(value)
    parts: list[str] = []
    for sign in value:
        if unicodedata.category(sign) in _UNSEEN:
            parts.append(_mark(sign))
        else:
            parts.append(str(escape(sign)))
    return Markup("".join(parts))


def _mark(sign: str) -> str:
    code = f"U+{ord(sign):04X}"
    name = unicodedata.name(sign, "control, private use or not assigned").lower()
    shown = _MARKS.get(sign, code)
    return f'<span class="unseen" title="{code} {escape(name)}">{shown}</span>'


def attribute(value: str) -> Markup:
    """Text as it may stand in a quoted attribute: no character that is not seen."""
    return escape("".join("\ufffd" if unicodedata.category(sign) in _UNSEEN else sign for sign in value))


def link(url: str, path: str = "") -> Markup:
    """An address: a link where it is http or https without anything odd in it; where it is a local page's, a link to
    the file of that path; else text."""
    shown = visible(url)
    if _WEB.fullmatch(url) and attribute(url) == escape(url):
        return _LINK.format(url, shown)
    file = file_url(url, path)
    if file:
        return _LINK.format(file, shown)
    return Markup('<bdi class="address">{}</bdi>').format(shown)


def file_url(url: str, path: str) -> str:
    """The file: address of a page that is a file of its own; "" for any other page.

    url: the page's address, `file:` and its path in the source. path: where the file is on this machine, as the page's
    provenance says; what is no absolute path, or ends otherwise than the address, is not believed. Every character
    with a meaning of its own is percent-escaped.
    """
    if not url.startswith(FILE) or not path.startswith("/") or any(unicodedata.category(c) in _UNSEEN for c in path):
        return ""
    name = PurePosixPath(path)
    last = url.removeprefix(FILE).rpartition("/")[2]
    if not last or "\ufffd" in path or ".." in name.parts or not file_address(name).endswith(f"/{last}"):
        return ""
    return name.as_uri()
