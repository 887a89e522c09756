"""What a page says about itself outside its text: JSON-LD, meta elements, title, heading, URL."""

from __future__ import annotations

from typing import Any

from cleaners.extraction_tree import Outline
from cleaners.metadata_title import without_site
from cleaners.policy import Context
from schemas.records import Block


def names(tree: Any) -> list[str]:
    """What the page calls itself: title element and meta elements."""
    title = tree.css_first("title")
    text = " ".join((title.text() or "").split()) if title is not None else ""
    return [text] if text else []


def candidates(tree: Any, outline: Outline, names: list[str], title: int, context: Context) -> list[Block]:
    """Candidates for title, published, source and author, the most trusted first."""
    line = outline.lines[title].text if title >= 0 else ""
    out = []
    for n in names:
        out.append(Block(without_site(n, "", line), role="title", origin="meta"))
    return out
