"""Lines that show a page around a plain text: what the rules would take from its head."""

from __future__ import annotations

import re

from cleaners.boilerplate.folding import fold
from cleaners.boilerplate.rules import rules

SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”’」』)）】》\"']*|[^。！？!?\n]+")
LONGEST = 400
ABOVE = ("breadcrumb", "dateline", "chrome", "share")


def at_head(line: str) -> bool:
    """Whether a line is one that stands above or below a page's title: a breadcrumb, a dateline."""
    if len(line) > LONGEST or "\t" in line:  # a row of a table is left where it is
        return False
    folded = fold(line)
    return any(
        rule.takes(folded)
        for rule in rules()
        if rule.unit == "line" and rule.place in ("head", "edge") and rule.kind in ABOVE
    )


def at_tail(line: str) -> bool:
    """Whether a line is one that stands below a page's text: a credit, a share bar, other titles, a notice."""
    if len(line) > LONGEST or "\t" in line:
        return False
    folded = fold(line)
    return any(
        rule.takes(folded)
        for rule in rules()
        if rule.unit == "line" and rule.times == 1 and rule.place in ("tail", "edge", "any")
    )


def is_blurb(paragraph: str) -> bool:
    """Whether a paragraph is or holds an editor's blurb or a disclaimer: 下面是小编整理的…,请参考."""
    chosen = [rule for rule in rules() if rule.kind in ("blurb", "disclaimer") and rule.place != "tail"]
    folded = fold(paragraph[:2000])
    if not any(key in folded for rule in chosen for key in rule.has):
        return False
    sentences = [fold(found.group()) for found in SENTENCE.finditer(paragraph[:2000])]
    return any(
        rule.takes(folded) if rule.unit == "line" else any(rule.takes(sentence) for sentence in sentences)
        for rule in chosen
    )
