"""What a page says of its encoding: HTTP header, meta, XML declaration. A prior, never the judge.

Labels are those of the WHATWG Encoding Standard and what pages write besides; anything else is ignored, also every
codec that Python knows and no page should name (utf-7, rot13, zip, idna, unicode_escape).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.thresholds import threshold
from schemas.vocabulary import ENCODING_LABELS


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    head: int = threshold(4096, "bytes", "searched for a declaration")


T = Thresholds()
_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,8}=\s{0,8}[\"']([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)

LABELS = {label: codec for codec, labels in ENCODING_LABELS.items() for label in labels.split()}


def codec_of(label: str) -> str:
    """Our codec for a declared name, "" for one that is not known or must not be used."""
    return LABELS.get(label.strip().lower(), "")


def declared(data: bytes, content_type: str | None) -> str:
    """The declared codec: of the HTTP header, else of the page's head; "" where there is none that is known."""
    if content_type:
        found = _CHARSET.search(content_type[:1000])
        if found and codec_of(found.group(1)):
            return codec_of(found.group(1))
    head = data[: T.head]
    in_page = _XML.match(head) or _META.search(head)
    return codec_of(in_page.group(1).decode("ascii")) if in_page else ""
