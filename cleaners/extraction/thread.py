"""Threads: forum topics, questions with answers, pages of comments. All posts count, in order.

Posts are told by repetition: their bodies bear the same class name. Of all names that stand on two elements or more the
one whose elements hold most running text, and least else, is the name of the posts' bodies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from cleaners.extraction.choice import STAMP, weigh
from cleaners.extraction.hints import BOILERPLATE, COMMENT, CONTENT
from cleaners.extraction.tree import Element, Outline

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
WORDS = re.compile(
    r"(?:楼主|沙发|板凳|地板|只看该作者|只看楼主|只看樓主|仅看楼主|倒序看帖|倒序浏览|电梯直达|\d{1,4}\s?楼|#\d{1,4}(?:楼)?|第\s?\d{1,4}\s?楼|最佳答案|最佳回复|"
    r"采纳答案|写回答|我来答|关注问题|邀请回答|回帖|发新帖|发帖|跟帖|\d+\s?个回答|\d+\s?条回复|讨论数量.{0,8}|全部回复.{0,8}|查看[:：]\s?\d+.{0,3}回复[:：]\s?\d+)"
)
SITES = re.compile(r"论坛|贴吧|社区|问答|知道$|知乎|[Bb][Bb][Ss]|[Ff]orum|短评|讨论区")
SHORT = -2.0  # weight of a short line, such as many a post is
LEAST_NAMES = 4
LEAST = 2  # kinds of evidence that make a thread
BOILERPLATE_LIMIT = 60.0  # running text, above which a name such as footer inside a post is not believed
ALL_BUT = 0.8  # share of the chosen text from which comments are all there is
SECOND_GROUPS, SECOND_SHARE, NEAR_LINES = 12, 0.15, 30
_DIGITS = re.compile(r"\d+")


def is_thread(outline: Outline, url: str, titles: Sequence[str], types: Sequence[str]) -> bool:
    """Whether a page is a thread: by its address, names, words and what it says it is; two of these must agree.

    types: the @type values of its JSON-LD.
    """
    certain = (
        ADDRESS.search(url[:500]) is not None,
        any(SITES.search(title) for title in titles),
        any(re.search(r"DiscussionForumPosting|QAPage|Question", kind) for kind in types),
    )
    found = sum(certain) + any(line.chars <= 24 and WORDS.match(line.text) for line in outline.lines)
    if found != LEAST - 1:
        return found >= LEAST
    return _at_least(NAMES, "\n".join(e.name[:200] for e in outline.elements if e.name), LEAST_NAMES)


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
    return held >= ALL_BUT * outline.chars(chosen)


def posts(outline: Outline) -> list[Element]:
    """Bodies of the posts in order, [] where no name repeats on running text."""
    elements, lines = outline.elements, outline.lines
    values = [0.0] * len(elements)  # running text less what speaks against a body
    texts = [0] * len(elements)  # characters of running text
    for line in lines:
        weight = -10.0 if line.chars < 60 and STAMP.search(line.text) else weigh(line)
        values[line.owner.index] += weight
        texts[line.owner.index] += line.chars if weight >= SHORT else 0
    within = [False] * len(elements)  # inside what is named as content or as comments
    for element in elements:
        above = element.parent
        if above is not None and above.tag != "body":
            within[element.index] = within[above.index] or above.hint == COMMENT or above.hint >= CONTENT
    for element in reversed(elements):
        believed = values[element.index] < BOILERPLATE_LIMIT or not within[element.index]
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
    for quality, number in ranked[1:SECOND_GROUPS]:  # replies to replies bear another name
        if quality < SECOND_SHARE * ranked[0][0]:
            break
        others = [e for e in groups[number] if best[0].first <= e.first < best[-1].last + NEAR_LINES]
        if len(others) > 1 and len(others) == len(groups[number]) and not _overlap(best, others):
            best = sorted((*best, *others), key=lambda e: e.index)
    return best


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
