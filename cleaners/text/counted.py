"""How often a text has each of its characters: asked by several rooms of the same text, one behind the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=1)  # a text may be large, and the next one asked about is another
def counted(text: str) -> Mapping[str, int]:
    """Character -> how often `text` has it, in the order of their first places. Not to be changed."""
    return Counter(text)
