"""What a page says about itself outside its text: JSON-LD, meta elements, title, heading, URL."""

from __future__ import annotations

from typing import Any

from cleaners.extraction_tree import Element, Outline
from cleaners.policy import Context
from schemas.records import Block


def candidates(tree: Any, outline: Outline, chosen: Element, context: Context) -> list[Block]:
    """Candidates for title, published, source and author, the most trusted first."""
    title = tree.css_first("title")
    text = " ".join((title.text() or "").split()) if title is not None else ""
    return [Block(text, role="title", origin="meta")] if text else []
