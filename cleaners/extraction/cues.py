"""Lines that end an article: what they announce is the site's, or the readers'."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.boilerplate import is_editor_line, simplified
from cleaners.extraction.blocks import Draft
from cleaners.extraction.tree import is_narrow
from cleaners.text import Matcher, lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    narrow_limit: int = threshold(80, "characters", "the longest line in an alphabet that may be a cue")
    cue_limit: int = threshold(40, "characters", "the longest line that may be a cue")


T = Thresholds()
CUES = ("comments", "end", "related", "box")  # kinds of lines that end an article, in the order in which they are tried


def cues_of(text: str) -> tuple[str, ...]:
    """The kinds of CUES that a line is of, in their order; () for one that ends no article."""
    return _remembered(text) if len(text) <= T.narrow_limit else _cues_of(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[str, ...]:
    """The same for a line that may be a cue, which several steps of a page ask about."""
    return _cues_of(text)


def _cues_of(text: str) -> tuple[str, ...]:
    plain = simplified(text)
    readings = (text,) if plain == text else (text, plain)
    return tuple(kind for kind, told in _cue_matchers() if any(map(told, readings)))


@cache
def _cue_matchers() -> tuple[tuple[str, Matcher], ...]:
    return tuple((kind, lexicon("extraction.toml").matcher(kind)) for kind in CUES)


def cue(draft: Draft) -> str:
    """The kind of line that a block is, of CUES or "last" for the editor's; "" for a block of the article."""
    text = draft.text
    if draft.kind == "pre" or len(text) > (T.narrow_limit if is_narrow(text) else T.cue_limit):
        return ""
    if is_editor_line(text):
        return "last"
    return next(iter(cues_of(text)), "")
