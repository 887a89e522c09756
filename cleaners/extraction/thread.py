"""Threads: forum topics, questions with answers, pages of comments. All posts count, in order.

Posts are told by repetition: their bodies bear the same class name. Of all names that stand on two elements or more the
one whose elements hold most running text, and least else, is the name of the posts' bodies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from cleaners.extraction.choice import STAMP, weigh
from cleaners.extraction.hints import BOILERPLATE, COMMENT, CONTENT
from cleaners.extraction.tree import Element, Outline
from cleaners.text import lexicon
from cleaners.thresholds import threshold

ADDRESS = re.compile(
    r"(?:^|[/.?&=_-])(?:bbs|forum|forums|thread|viewthread|topic|topics|tieba|zhidao|question|questions|ask|faq|wenda|discuss|discussion|"
    r"comments|qa|group|threads|club|guba|post)(?:[/.?&=_-]|\d|$)",
    re.I,
)
NAMES = re.compile(
    r"postlist|post-list|viewthread|threadlist|postmessage|post_message|d_post_content|bbs-|forum|thread|topic-?(?:content|reply)|reply-?list|"
    r"answer-?(?:item|list|content)|question-?(?:title|content|detail)|floor|discussion|l_post|postbody|post-stream|comment-item",
    re.I,
)
WORDS, SITES = map(lexicon("extraction.toml").matcher, ("thread-word", "thread-site"))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    short: float = threshold(-2.0, "weight", "of a short line, such as many a post is, in characters of running text")
    least_names: int = threshold(4, "names", "of posts' elements that make a thread by themselves")
    least: int = threshold(2, "kinds of evidence", "that make a thread")
    largest: float = threshold(
        0.5, "share", "of what all bodies hold, above which one of them is the text and the others are remarks on it"
    )
    close: float = threshold(
        0.5, "share", "of neighbours with no line between them, above which paragraphs are one text"
    )
    boilerplate_limit: float = threshold(
        60.0, "weight", "of running text, in characters, above which a name such as footer in a post is not believed"
    )
    all_but: float = threshold(0.8, "share", "of the chosen text from which comments are all there is")
    second_groups: int = threshold(
        12, "groups of elements", "best first, among which posts with another name are looked for: replies to replies"
    )
    second_share: float = threshold(0.15, "share", "of the best group's quality that such a group must have")
    above_lines: int = threshold(
        8, "lines", "above the best group's first post in which posts of the second may begin: what a reply replies to"
    )
    near_lines: int = threshold(
        30, "lines", "behind the best group's last post in which posts of the second group may begin"
    )


T = Thresholds()
_DIGITS = re.compile(r"\d+")
_ROOT = re.compile(r"https?://[^/?#]{1,255}/?(?:(?:index|default|home|main)\.[a-z]{2,5})?", re.I)


def is_thread(outline: Outline, url: str, titles: Sequence[str], types: Sequence[str]) -> bool:
    """Whether a page is a thread: by its address, names, words and what it says it is; two of these must agree.

    types: the @type values of its JSON-LD. The front page of such a site counts too; `is_root` tells it.
    """
    certain = (
        ADDRESS.search(url[:500]) is not None,
        any(SITES(title) for title in titles),
        any(re.search(r"DiscussionForumPosting|QAPage|Question", kind) for kind in types),
    )
    found = sum(certain) + any(line.chars <= 24 and WORDS(line.text) for line in outline.lines)
    if found != T.least - 1:
        return found >= T.least
    return _at_least(NAMES, "\n".join(e.name[:200] for e in outline.elements if e.name), T.least_names)


def is_root(url: str) -> bool:
    """Whether an address is that of a site's front page."""
    return _ROOT.fullmatch(url) is not None


def _at_least(pattern: re.Pattern[str], text: str, count: int) -> bool:
    return sum(1 for _ in islice(pattern.finditer(text), count)) == count


def comments_alone(outline: Outline, chosen: Element) -> bool:
    """Whether what was chosen is nothing but what is named as comments: then they are what the page is about."""
    above: Element | None = chosen
    while above is not None:
        if above.hint == COMMENT:
            return True
        above = above.parent
    held, index = 0, chosen.index + 1
    while index < chosen.end:
        element = outline.elements[index]
        if element.hint == COMMENT:
            held += outline.chars(element)
            index = element.end
        else:
            index += 1
    return held >= T.all_but * outline.chars(chosen)


def posts(outline: Outline) -> list[Element]:
    """Bodies of the posts in order, [] where no name repeats on running text."""
    elements, lines = outline.elements, outline.lines
    values = [0.0] * len(elements)  # running text less what speaks against a body
    texts = [0] * len(elements)  # characters of running text
    for line in lines:
        weight = -10.0 if line.chars < 60 and STAMP(line.text) else weigh(line)
        values[line.owner.index] += weight
        texts[line.owner.index] += line.chars if weight >= T.short else 0
    within = [False] * len(elements)  # inside what is named as content or as comments
    for element in elements:
        above = element.parent
        if above is not None and above.tag != "body":
            within[element.index] = within[above.index] or above.hint == COMMENT or above.hint >= CONTENT
    for element in reversed(elements):
        believed = values[element.index] < T.boilerplate_limit or not within[element.index]
        if element.hidden or (element.hint == BOILERPLATE and believed):
            values[element.index] = 0.0
            texts[element.index] = -1
        elif element.parent is not None and texts[element.index] > 0:
            texts[element.parent.index] += texts[element.index]
        if element.parent is not None:
            values[element.parent.index] += values[element.index]
    groups = _groups(outline, texts)
    ranked = sorted(((_quality(outline, g, values, texts), n) for n, g in enumerate(groups)), reverse=True)
    if not ranked or ranked[0][0] <= 0:
        return []
    best = list(groups[ranked[0][1]])
    for quality, number in ranked[1 : T.second_groups]:  # replies to replies bear another name
        if quality < T.second_share * ranked[0][0]:
            break
        begin, end = best[0].first - T.above_lines, best[-1].last + T.near_lines
        others = [e for e in groups[number] if begin <= e.first < end]
        if len(others) > 1 and len(others) == len(groups[number]) and not _overlap(best, others):
            best = sorted((*best, *others), key=lambda e: e.index)
    return best


def text_among(outline: Outline, bodies: Sequence[Element]) -> Element | None:
    """What of these bodies is one text with remarks around it, no thread: the element that holds most of all they hold
    and is not called a comment as the others are, or the parent of paragraphs; None where they are posts.

    Between two posts stands who wrote the second, or when; between two paragraphs nothing does.
    """
    largest = max(bodies, key=outline.chars)
    named = {comment_name(body) for body in bodies if body is not largest}
    if outline.chars(largest) > T.largest * sum(map(outline.chars, bodies)) and comment_name(largest) not in named:
        return largest
    parent = bodies[0].parent
    close = sum(1 for a, b in pairwise(bodies) if a.last == b.first)
    paragraphs = all(body.tag == "p" for body in bodies) and 2 * sum(b.parent is parent for b in bodies) > len(bodies)
    return parent if paragraphs and close > T.close * (len(bodies) - 1) else None


def comment_name(element: Element) -> str:
    """The name of the nearest element around a body that is called a comment, "" where none is."""
    above: Element | None = element
    while above is not None and above.hint != COMMENT:
        above = above.parent
    return _DIGITS.sub("#", above.name) if above is not None else ""


def _groups(outline: Outline, texts: Sequence[int]) -> list[list[Element]]:
    """Elements that bear the same name, none inside another, at least two of them with running text."""
    groups: dict[str, list[Element]] = {}
    barred = 0  # elements before this number stand in boilerplate
    for element in outline.elements:
        if element.index < barred:
            continue
        if texts[element.index] < 0:
            barred = element.end
            continue
        if element.first == element.last or not element.attributes:
            continue
        for key in _keys(element):
            group = groups.setdefault(key, [])
            if not group or element.index >= group[-1].end:
                group.append(element)
    return [g for g in groups.values() if sum(1 for e in g if texts[e.index] > 0) > 1]


def _quality(outline: Outline, group: Sequence[Element], values: Sequence[float], texts: Sequence[int]) -> float:
    """What a group's elements hold, times the square of the share of it that is running text."""
    held = sum(outline.chars(e) for e in group)
    purity = sum(max(0, texts[e.index]) for e in group) / held if held else 0.0
    return sum(values[e.index] for e in group) * purity * purity


def _overlap(one: Sequence[Element], other: Sequence[Element]) -> bool:
    both = sorted((*one, *other), key=lambda e: e.index)
    return any(b.index < a.end for a, b in pairwise(both))


def first_post(outline: Outline, bodies: Sequence[Element], title: int) -> Element | None:
    """The text that a thread begins with, where its body is named otherwise than the replies'."""
    elements, lines = outline.elements, outline.lines
    end = bodies[0].first
    values = [0.0] * len(elements)
    for number in range(title + 1, end):
        values[lines[number].owner.index] += weigh(lines[number])
    best: Element | None = None
    for element in reversed(elements):
        if element.hint == BOILERPLATE or element.hidden:
            values[element.index] = min(values[element.index], 0.0)
        if element.parent is not None:
            values[element.parent.index] += values[element.index]
    for element in elements:
        if (
            element.last <= end
            and values[element.index] > 30
            and (best is None or values[element.index] >= values[best.index])
        ):
            best = element
    return best


def _keys(element: Element) -> list[str]:
    tokens = (element.attributes.get("class") or "")[:300].split()[:8]
    keys = [f"{element.tag}.{_DIGITS.sub('#', token)}" for token in tokens]
    name = element.attributes.get("id")
    if name and _DIGITS.search(name):
        keys.append(f"{element.tag}#{_DIGITS.sub('#', name[:80])}")
    return keys
