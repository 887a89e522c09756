"""The choice of the article: which subtree, and which of its elements are not part of it."""

from __future__ import annotations

from cleaners.extraction_tree import Element, Line, Outline
from cleaners.extraction_words import COMMENT, CONTENT, FURNITURE, WEAK

HINT_WEIGHT = {FURNITURE: 0.0, COMMENT: 0.2, WEAK: 0.7}


def weigh(line: Line) -> float:
    """How much a line speaks for being body text, in characters; below 0 for what looks like furniture."""
    chars, free = line.chars, line.chars - line.linked
    if chars == 0:
        return 0.0
    if line.linked > 0.5 * chars:
        return -(8.0 + 0.3 * min(chars, 60))
    if line.marks == 0 and free < 30:
        return -2.0 if free < 12 else 0.0
    return free + 6.0 * min(line.marks, 40)


def score(outline: Outline) -> None:
    """Give each element the sum of its lines' weights, what hints call furniture left out."""
    for line in outline.lines:
        line.score = weigh(line)
        line.owner.score += line.score
    for element in reversed(outline.elements):
        value = element.score
        if value > 0:
            value *= HINT_WEIGHT.get(element.hint, 1.0)
            if element.hidden:
                value *= 0.3
        element.score = value
        above = element.parent
        if above is not None:
            above.score += value


def choose(outline: Outline) -> Element | None:
    """The element that holds the article, None where no element speaks for one."""
    best: Element | None = None
    for element in outline.elements:
        if element.score > 0 and (best is None or element.score >= best.score):
            best = element
    return best


def drops(outline: Outline, chosen: Element) -> list[tuple[Element, str]]:
    """Elements inside the article that are not part of it, each with the rule that says so; none inside another."""
    found: list[tuple[Element, str]] = []
    elements = outline.elements
    index = chosen.index + 1
    while index < chosen.end:
        element = elements[index]
        rule = _drop_rule(outline, element, chosen)
        if rule:
            found.append((element, rule))
            index = element.end
        else:
            index += 1
    return found


def _drop_rule(outline: Outline, element: Element, chosen: Element) -> str:
    if element.hint == FURNITURE:
        return "furniture"
    if element.hint == COMMENT:
        return "comments"
    return ""
