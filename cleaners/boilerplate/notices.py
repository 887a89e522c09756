"""Lines that show a page around a plain text: what the rules would take from its head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.boilerplate.folding import fold
from cleaners.boilerplate.rules import Rule, rule, rules
from cleaners.model import model
from cleaners.text import WordIndex, lexicon
from cleaners.thresholds import threshold

SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”’」』)）】》\"']*|[^。！？!?\n]+")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(400, "characters", "the longest line that can belong to a page's frame")
    trail_longest: int = threshold(120, "characters", "the longest breadcrumb whose parts stand apart by spaces")


T = Thresholds()
TRAIL = lexicon("boilerplate.toml").matcher("trail")
ABOVE = ("breadcrumb", "dateline", "chrome", "share")


def at_head(line: str) -> bool:
    """Whether a line is one that stands above or below a page's title: a breadcrumb, a dateline."""
    if len(line) > T.longest:
        return False
    if is_trail(line):
        return True
    if "\t" in line:  # a row of a table is left where it is
        return False
    return _taken(fold(line), "head")


def is_trail(line: str) -> bool:
    """Whether a line is a breadcrumb whose parts stand apart by spaces, or half of one over two lines."""
    return len(line) <= T.trail_longest and TRAIL(line.strip()) is not None


def at_tail(line: str) -> bool:
    """Whether a line is one that stands below a page's text: a credit, a share bar, other titles, a notice."""
    if len(line) > T.longest or "\t" in line:
        return False
    return _taken(fold(line), "tail")


@cache
def _around(end: str) -> tuple[WordIndex, tuple[Rule, ...]]:
    """The rules for whole lines at one end of a page, behind the words they need."""
    if end == "head":
        chosen = [entry for entry in rules() if entry.place in ("head", "edge") and entry.kind in ABOVE]
    else:
        chosen = [entry for entry in rules() if entry.place in ("tail", "edge", "any") and entry.times == 1]
    chosen = [entry for entry in chosen if entry.unit == "line"]
    return _with_words(chosen)


def _with_words(chosen: Sequence[Rule]) -> tuple[WordIndex, tuple[Rule, ...]]:
    words = sorted({word for entry in chosen for word in entry.has})
    return WordIndex(words, model().unigram), tuple(chosen)


@lru_cache(maxsize=1024)  # the lines at a page's ends are asked about in every round
def _taken(folded: str, end: str) -> bool:
    words, chosen = _around(end)
    return words.any_in(folded) and any(entry.takes(folded) for entry in chosen)


def is_editor_line(line: str) -> bool:
    """Whether a line names those who edited a text, as the last line of an article does: 责任编辑：王某某."""
    folded = fold(line)
    return any(rule(name).takes(folded) for name in ("author-editor", "editor-columns"))


def is_form_field(folded: str) -> bool:
    """Whether a folded line is a blank that a library of documents puts around a text: 撰写人：____"""
    return any(rule(name).takes(folded) for name in ("form-blank", "form-split"))


def is_share_bar(line: str) -> bool:
    """Whether a line is a bar of buttons for sharing, printing, the size of type: 打印 关闭, 【大】【中】【小】."""
    folded = fold(line)
    return len(folded) < len(line.strip()) and rule("share-bar").takes(folded)


def is_blurb(paragraph: str) -> bool:
    """Whether a paragraph is or holds an editor's blurb or a disclaimer: 下面是小编整理的…,请参考."""
    words, chosen = _blurbs()
    folded = fold(paragraph[:2000])
    if not words.any_in(folded):
        return False
    sentences = [fold(found.group()) for found in SENTENCE.finditer(paragraph[:2000])]
    return any(
        entry.takes(folded) if entry.unit == "line" else any(entry.takes(sentence) for sentence in sentences)
        for entry in chosen
    )


@cache
def _blurbs() -> tuple[WordIndex, tuple[Rule, ...]]:
    """The rules for blurbs and disclaimers that may stand at a page's head, behind the words they need."""
    chosen = [entry for entry in rules() if entry.kind in ("blurb", "disclaimer") and entry.place != "tail"]
    chosen = [entry for entry in chosen if not entry.beside]
    return _with_words(chosen)
