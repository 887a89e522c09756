"""How much of a page's text its article is, and what the rest of it was: so that a loss is seen, not only counted.

A page's lines are held against the elements that were chosen. Of what is left out, most has a reason that the page
names itself: it is hidden, called boilerplate or comments, made of links, or one of many teasers. Running text without
such a reason is what a wrong choice loses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.extraction import choice, cues
from cleaners.extraction.tree import Element, Outline
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning.

    The bars of "partial" were set on 223 saved pages of 100 hosts: 1 of 214 whose article was found is flagged. Of the
    same pages read wrongly on purpose: 186 of 201 of which only a footer is taken, 193 of 209 of which only a paragraph
    is, 138 of 203 of which the largest other element is.
    """

    shown: int = threshold(500, "characters", "of the largest block left out that are kept as its beginning")
    running_least: int = threshold(200, "characters", "of running text left out for no reason that make a page partial")
    running_times: float = threshold(1.0, "times", "what was kept, that they must be")
    unnamed_least: int = threshold(1_000, "characters", "of text of any kind that make a page partial")
    unnamed_times: float = threshold(30.0, "times", "what was kept, that they must be")


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a page shows and what of it was left out; characters are counted without spaces."""

    visible: int = 0  # characters that a reader sees
    taken: int = 0  # of these in the elements that were chosen
    left_out: str = ""  # beginning of the largest element of which nothing was taken, lines joined by spaces
    left_out_chars: int = 0  # its characters
    unexplained: int = 0  # characters of running text that were left out though nothing says why
    unnamed: int = 0  # and of text of any kind, lists of links too, that no name or line calls none of the article

    def is_partial(self, kept: int) -> bool:
        """Whether little was kept for no known reason. kept: characters of the article's blocks, without spaces."""
        return self.unexplained >= max(T.running_least, T.running_times * kept) or self.unnamed >= max(
            T.unnamed_least, T.unnamed_times * kept
        )


def measure(
    outline: Outline, parts: Sequence[Element] = (), dropped: frozenset[int] = frozenset(), title: int = -1
) -> Kept:
    """What a page shows, and what of it lies outside `parts` or in an element of `dropped`.

    parts: the chosen elements, none inside another; without any, all of the page was left out. dropped: `mem_id` of
    the nodes that were taken out of them. title: number of the line that became the title, -1 where none did. Linear in
    the elements and lines of the page; a line of a hidden element counts only where it was taken.
    """
    lines = outline.lines
    taken, hidden, reasoned = bytearray(len(lines)), bytearray(len(lines)), bytearray(len(lines))
    for part in parts:
        _mark(taken, part, 1)
    fed = {element.index for element, _ in choice.feed(outline)}
    seen = {"hidden": 0, "dropped": 0, "reasoned": 0}  # ends of what is marked already: no element twice
    for element in outline.elements:
        if element.hidden and element.index >= seen["hidden"]:
            _mark(hidden, element, 1)
            seen["hidden"] = element.end
        if element.index >= seen["dropped"] and element.node.mem_id in dropped:
            _mark(taken, element, 0)
            seen["dropped"] = element.end
        if element.index >= seen["reasoned"] and (
            element.hint < 0 or element.index in fed or _is_headed(outline, element)
        ):
            _mark(reasoned, element, 1)
            seen["reasoned"] = element.end
    if title >= 0:
        taken[title] = 1
    visible = inside = unexplained = unnamed = 0
    shown = [0]  # characters of the lines before each that are seen; of what is taken, 0
    whole = [0]  # lines before each that were taken
    for number, line in enumerate(lines):
        chars = line.chars if taken[number] or not hidden[number] else 0
        visible += chars
        inside += chars if taken[number] else 0
        if chars and not taken[number] and not reasoned[number]:
            unnamed += chars
            unexplained += chars if choice.weigh(line) > choice.T.attachment else 0
        shown.append(shown[-1] + (0 if taken[number] else chars))
        whole.append(whole[-1] + taken[number])
    largest = _largest(outline, shown, whole)
    if largest is None:
        return Kept(visible, inside)
    text = _beginning(outline, largest)
    return Kept(visible, inside, text, shown[largest.last] - shown[largest.first], unexplained, unnamed)


def _is_headed(outline: Outline, element: Element) -> bool:
    """Whether an element begins with a line that says that readers' comments or other articles follow."""
    if element.last <= element.first + 1 or outline.lines[element.first].chars > cues.T.cue_limit:
        return False
    told = cues.cues_of(outline.lines[element.first].text)
    return "comments" in told or "related" in told


def _mark(lines: bytearray, element: Element, value: int) -> None:
    lines[element.first : element.last] = bytes([value]) * (element.last - element.first)


def _largest(outline: Outline, shown: Sequence[int], whole: Sequence[int]) -> Element | None:
    """The element with most text of which nothing was taken; None where all that is seen was."""
    best: Element | None = None
    most = passed = 0
    for element in outline.elements:
        if element.index < passed or whole[element.last] > whole[element.first]:
            continue
        passed = element.end
        chars = shown[element.last] - shown[element.first]
        if chars > most:
            best, most = element, chars
    return best


def _beginning(outline: Outline, element: Element) -> str:
    parts: list[str] = []
    length = 0
    for line in outline.lines[element.first : element.last]:
        parts.append(line.text[: T.shown])
        length += len(parts[-1]) + 1
        if length > T.shown:
            break
    return " ".join(parts)[: T.shown]
