"""The choice of the article: which subtree, and which of its elements are not part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from cleaners.boilerplate import is_editor_line
from cleaners.extraction import cues, edges, linked, tree
from cleaners.extraction.contents import is_contents
from cleaners.extraction.hints import BOILERPLATE, COMMENT, WEAK
from cleaners.extraction.tree import BLOCKS, HEADINGS, Element, Line, Outline, is_linked_sentence, is_strung
from cleaners.text import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    behind_comments: float = threshold(
        0.05, "times", "what a line weighs behind one that says that readers' comments begin"
    )
    behind_end: float = threshold(0.25, "times", "what a line weighs behind one that says that the article is over")
    near_factor: float = threshold(
        2.5, "times", "how much more an element is worth that begins at the title or soon behind it"
    )
    unseen: float = threshold(0.3, "times", "what is left of the weight of a part that is not shown")
    hidden_share: float = threshold(
        0.1, "share", "of the article's weight that hidden lines have (each weighs less): more is a collapsed body"
    )
    too_much: float = threshold(0.6, "share", "of a page's running text that no boilerplate holds")
    near: int = threshold(12, "lines", "behind the title in which an article is expected to begin")
    near_line: float = threshold(1.5, "times", "how much more running text weighs in these lines")
    mark: float = threshold(6.0, "weight", "of a punctuation mark, in characters of running text")
    link: float = threshold(8.0, "weight", "against an element, of a line of links, in characters of running text")
    link_char: float = threshold(0.3, "weight", "besides, of each of its characters")
    link_chars_most: int = threshold(60, "characters", "of it that are counted")
    short: float = threshold(2.0, "weight", "against an element, of a short line, in characters of running text")
    short_chars: int = threshold(12, "characters", "below which a line is short")
    comment: float = threshold(0.2, "times", "what is left of the weight of what a name calls comments")
    weak: float = threshold(0.7, "times", "and of what a name calls something beside the text (sidebar, box)")
    trusted_lines: int = threshold(3, "lines", "of a box with the title, above which its name is not believed")
    above_linked: float = threshold(0.3, "share", "of links in a box with the title above the text, taken along")
    apart: int = threshold(6, "lines", "between two boxes of one text")
    other_share: float = threshold(0.3, "share", "of the chosen box's weight that another box of the text has")
    other_linked: float = threshold(0.2, "share", "of links that it has at most")
    teaser_lines: int = threshold(6, "lines", "the longest box that can be a teaser")
    feed: int = threshold(3, "teasers", "side by side that make a feed")
    alone: float = threshold(0.2, "times", "what is left of the weight of a teaser that stands alone")
    attachment: float = threshold(1.0, "weight", "of a file that goes with the text, in characters of running text")
    cell: float = threshold(
        0.5, "weight", "of a cell, in characters of running text, so that a table goes with the text it belongs to"
    )
    neighbours: int = threshold(20, "lines", "the longest box above the chosen one that is taken along")
    title_lines: int = threshold(4, "lines", "at the head of such a box among which the title may be")
    signature: int = threshold(3, "lines", "at the end of the chosen text that may bear a date")
    shortest_lines: int = threshold(4, "lines", "the least of a text whose lines are all short")
    shortest_text: float = threshold(24.0, "characters", "the least of a text whose lines are all short")
    weak_choice: float = threshold(
        60.0, "weight", "below which short lines behind the title are looked at, in characters of running text"
    )


T = Thresholds()
ROWS = ("tr", "td", "th", "tbody")
VERBATIM = ("pre", "listing", "xmp", "plaintext", "code")  # where names are a highlighter's
CELLS = ("td", "th", "dt", "dd")  # short without speaking against a text
_PROMPT = re.compile(r"(?:(?:In|Out)\s*)?\[[\d\s*]{0,6}\]\s*:?")  # beside a cell of a notebook
STAMP = lexicon("extraction.toml").matcher("stamp")


def weigh(line: Line) -> float:
    """How much a line speaks for being body text, in characters; below 0 for what looks like boilerplate."""
    if line.weight is None:
        line.weight = _weigh(line)
    return line.weight


def _weigh(line: Line) -> float:
    chars, free = line.chars, line.chars - line.linked
    if chars == 0:
        return 0.0
    if line.linked and chars <= 80 and linked.ATTACHED(line.text):
        return T.attachment
    if line.linked and tree.is_linked(chars, line.linked) and not is_linked_sentence(line.text, line.linked):
        return -(T.link + T.link_char * min(chars, T.link_chars_most))
    if line.marks == 0 and tree.is_short(line.text, free):
        if line.owner.tag in CELLS:
            return T.cell
        return -T.short if free < T.short_chars else 0.0
    if is_strung(line.text):
        return min(tree.T.strung_most, float(free))
    return free + T.mark * line.marks


def running(outline: Outline) -> int:
    """Characters of a page's running text that are no links."""
    return sum(line.chars - line.linked for line in outline.lines if weigh(line) > 0)


def score(outline: Outline, title: int = -1) -> None:
    """Give each element the sum of its lines' weights, what hints call boilerplate left out.

    title: number of the line that bears the title, -1 where there is none; what stands before it weighs nothing.
    """
    behind, seen = 1.0, 0.0
    _trust_title(outline, title)
    for number, line in enumerate(outline.lines):
        weight = weigh(line)
        if number > title:
            if seen > edges.T.begun and behind > T.behind_comments and line.chars <= cues.T.cue_limit:
                behind = min(behind, _behind(line.text))
            if weight > 0:
                seen += weight
                weight *= behind
        if number <= title and weight > 0:
            weight = 0.0
        elif 0 <= title < number <= title + T.near and weight > 0:
            weight *= T.near_line
        line.score = weight
        line.owner.score += weight
    _trust_mass(outline)
    teasers = {element.index: weight for element, weight in feed(outline)}
    hinted = {BOILERPLATE: 0.0, COMMENT: T.comment, WEAK: T.weak}
    for element in reversed(outline.elements):
        value = element.score
        if value > 0:
            value *= hinted.get(element.hint, 1.0)
            if element.hidden:
                value *= T.unseen
            if element.index in teasers:
                value *= teasers[element.index]
        element.score = value
        above = element.parent
        if above is not None:
            above.score += value


def _behind(text: str) -> float:
    """What is left of the weight of the lines behind this one."""
    told = cues.cues_of(text)
    if "comments" in told:
        return T.behind_comments
    return T.behind_end if told or is_editor_line(text) else 1.0


def _trust_mass(outline: Outline) -> None:
    """Take the hint off what holds most of the page's running text: its name must mean something else."""
    before = [0.0, *accumulate(max(0.0, line.score) for line in outline.lines)]
    limit = T.too_much * before[-1]
    for element in outline.elements:
        holds = element.hint == BOILERPLATE and before[element.last] - before[element.first] > limit
        if holds or (element.hint < 0 and element.tag in ROWS):
            element.hint = 0


def _trust_title(outline: Outline, title: int) -> None:
    """Take the hint off what holds the title and text: no one calls the article's own box boilerplate with reason."""
    if title < 0:
        return
    element: Element | None = outline.lines[title].owner
    while element is not None:
        if element.hint < 0 and element.last - element.first > T.trusted_lines:
            element.hint = 0
        element = element.parent


def joined(outline: Outline, chosen: Element, title: int) -> list[Element]:
    """The chosen element with those siblings that hold parts of the same article, in order."""
    above = chosen.parent
    if above is None:
        return [chosen]
    siblings = [e for e in _children(outline, above) if e is chosen or _belongs(outline, e, chosen, title)]
    return siblings


def _children(outline: Outline, element: Element) -> list[Element]:
    found = []
    index = element.index + 1
    while index < element.end:
        child = outline.elements[index]
        found.append(child)
        index = child.end
    return found


def _belongs(outline: Outline, element: Element, chosen: Element, title: int) -> bool:
    if element.hint < 0 or element.score <= 0 or element.hidden or element.first == element.last:
        return False
    if element.last <= chosen.first:
        return 0 <= title < element.last and outline.linked(element) < T.above_linked * outline.chars(element)
    if element.first - chosen.last >= T.apart or element.score < T.other_share * chosen.score:
        return False
    return outline.linked(element) < T.other_linked * outline.chars(element)


def feed(outline: Outline) -> list[tuple[Element, float]]:
    """Teasers of the page, each with what is left of its weight: nothing where it has two like it beside it."""
    if outline.feeds is None:
        found: dict[int, list[Element]] = {}
        for element in outline.elements:
            if element.last - element.first > 1 and element.parent is not None and is_teaser(outline, element):
                found.setdefault(element.parent.index, []).append(element)
        outline.feeds = [(e, T.alone if len(group) < T.feed else 0.0) for group in found.values() for e in group]
    return outline.feeds


def is_teaser(outline: Outline, element: Element) -> bool:
    """Whether an element is an entry of a feed: a linked headline and a few words."""
    if element.tag not in ("li", "div", "article", "dl", "section", "td"):
        return False
    if not 2 <= element.last - element.first <= T.teaser_lines:
        return False
    for line in outline.lines[element.first : min(element.last, element.first + 3)]:
        owner = line.owner
        if line.linked > 0.8 * line.chars and line.chars >= 8 and owner is not element:
            heading = owner.tag in HEADINGS or (owner.parent is not None and owner.parent.tag in HEADINGS)
            return heading or element.tag in ("li", "dl")
    return False


def choose(outline: Outline, title: int = -1) -> Element | None:
    """The element that holds the article, None where no element speaks for one.

    title: number of the title's line; what begins with it or soon behind it is preferred.
    """
    best: Element | None = None
    most = 0.0
    barred = 0  # elements before this number stand in boilerplate or in a feed
    unseen = 0  # and before this one in a part that is not shown
    fed = {element.index for element, weight in feed(outline) if weight == 0}
    for element in outline.elements:
        if element.index < barred:
            continue
        if element.hint == BOILERPLATE or element.index in fed:
            barred = element.end
            continue
        if element.score <= 0:
            continue
        worth = element.score * (T.unseen if element.index < unseen else 1.0)
        if element.hidden:
            unseen = max(unseen, element.end)
        if 0 <= title < element.last and element.first <= title + T.near:
            worth *= T.near_factor
        if worth >= most:
            best, most = element, worth
    if best is not None and best.tag == "tbody" and best.parent is not None and best.parent.tag == "table":
        best = best.parent  # its rows are rows of a table only there
    if best is not None and best.last - best.first == 1:
        best = _with_neighbours(outline, best, title)
    if title >= 0 and most < T.weak_choice * T.near_factor:
        return _short_lines(outline, title) or best
    return best


def _with_neighbours(outline: Outline, chosen: Element, title: int) -> Element:
    """The box of a text of one paragraph, where all else in it is text too: names above, a list or a signature below.

    The box that holds the paragraph itself may be of any length, and may begin with the title.
    """
    lines, only = outline.lines, chosen
    above = chosen.parent
    while above is not None and above.hint >= 0 and not above.hidden and above.tag not in ("html", "body", "form"):
        begin = above.first
        if above.first <= title < only.first and title - above.first < T.title_lines:
            begin = title + 1
        elif above.first <= title < above.last:
            break
        if chosen is not only and above.last - above.first > T.neighbours:
            break
        others = (*range(begin, only.first), *range(only.last, above.last))
        stamped = (n for n in others if n < above.last - T.signature and STAMP(lines[n].text))
        if any(lines[n].linked or _behind(lines[n].text) < 1.0 for n in others) or any(stamped):
            break
        chosen, above = above, above.parent
    return chosen


def _short_lines(outline: Outline, title: int) -> Element | None:
    """A poem, a list of names: what holds most unlinked short lines behind the title, before what ends an article."""
    lines = outline.lines
    end = title + 1
    while end < len(lines) and not cues.cues_of(lines[end].text):
        end += 1
    values = [0.0]
    for number, line in enumerate(lines):
        told = title < number < end and not STAMP(line.text)
        linked = line.linked > tree.T.linked * line.chars
        values.append(values[-1] + (line.chars if told and not linked else -8.0 if linked else -1.0))
    best: Element | None = None
    most = T.shortest_text
    barred = 0
    for element in outline.elements:
        if element.index < barred:
            continue
        if element.hint in (BOILERPLATE, COMMENT) or element.hidden:
            barred = element.end
            continue
        value = values[element.last] - values[element.first]
        if element.last - element.first >= T.shortest_lines and value >= most:
            best, most = element, value
    return best


def drops(outline: Outline, chosen: Element, *, thread: bool = False) -> list[tuple[Element, str]]:
    """Elements inside the article that are not part of it, each with the rule that says so; none inside another.

    thread: comments are what the page is about.
    """
    found: list[tuple[Element, str]] = []
    elements = outline.elements
    index = chosen.index + 1
    while index < chosen.end:
        element = elements[index]
        rule = _drop_rule(element, chosen)
        if rule == "boilerplate" and _holds_code(outline, element):
            rule = ""
        if rule and rule != "hidden" and element.tag not in BLOCKS and element.last - element.first < 2:
            running = element.first < len(outline.lines) and weigh(outline.lines[element.first]) > 0
            rule = "" if running else rule  # a word of a sentence, whatever it is called
        if not rule and "rompt" in element.name and element.last - element.first == 1:
            prompt = _PROMPT.fullmatch(outline.lines[element.first].text)
            rule = "boilerplate" if prompt else ""
        if thread and rule == "comments":
            rule = ""
        if not rule and is_contents(outline, element):
            rule = "boilerplate"
        if rule:
            found.append((element, rule))
        index = element.end if rule or element.tag in VERBATIM else index + 1
    return found


def _holds_code(outline: Outline, element: Element) -> bool:
    """Whether most of what an element holds is code: `code-toolbar` names what a highlighter put around it."""
    held = 0
    index = element.index
    while index < element.end:
        inner = outline.elements[index]
        if inner.tag in VERBATIM and inner.tag != "code":
            held += outline.chars(inner)
            index = inner.end
        else:
            index += 1
    return held > 0 and 2 * held >= outline.chars(element)


def _drop_rule(element: Element, chosen: Element) -> str:
    if element.hint == BOILERPLATE:
        return "boilerplate"
    if element.hint == COMMENT:
        return "comments"
    if (
        element.hidden
        and element.attributes.get("role") != "tabpanel"
        and element.score < T.hidden_share * chosen.score
    ):
        return "hidden"
    return ""
