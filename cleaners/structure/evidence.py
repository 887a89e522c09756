"""Signs that another document begins on the same page, where no mark says so.

Numbering that starts again is the occasion; it is a boundary only with further signs: an opening formula, a closing
formula or a signature before it, a title or a salutation, a change of subject in the words themselves (Hearst's
TextTiling, 1997, on character trigrams). A restart that the text before it announces is nesting.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleaners.structure.sections import Mark, core, marks
from cleaners.text import STRONG, TitleMark, lexicon, number, read_label, title_like
from cleaners.thresholds import threshold
from schemas.records import Block


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    coherent: float = threshold(0.115, "cosine", "of two parts of one text")
    foreign: float = threshold(0.06, "cosine", "of two texts")
    said_least: int = threshold(120, "trigrams", "of the shorter side, below which the comparison says nothing")
    said_enough: int = threshold(400, "trigrams", "of the shorter side, from which the comparison says all it can")
    window: int = threshold(3000, "characters", "on each side of a boundary that are compared")
    needed: float = threshold(3.0, "points of evidence", "that make a boundary")
    lead_of_series: int = threshold(
        120, "characters", "before a series of numbered headings that its own kind bears out"
    )
    letter_shortest: int = threshold(40, "characters", "the shortest letter")
    restarts_most: int = threshold(300, "restarts", "of one page that are weighed: each looks at both sides")
    lead_longest: int = threshold(200, "characters", "before the first of as many texts as a title says that follow")
    named_least: int = threshold(5, "characters", "of a heading that a lead names")
    head_longest: int = threshold(40, "characters", "the longest line that heads one of them")
    unnamed_least: int = threshold(3, "texts", "that may be told by their number alone, where their heads name no kind")
    shortest: int = threshold(150, "characters", "of a document between two boundaries")
    column_longest: int = threshold(6, "characters", "the longest name of a column of a digest")
    columns_least: int = threshold(3, "columns", "each with a numbering of its own, that make a page a digest")


T = Thresholds()
_PHRASES = lexicon("structure.toml")
OPENING, ANNOUNCES, CLOSING = map(_PHRASES.matcher, ("opening", "announces", "closing"))
SIGNED, SALUTATION, ANNEX = map(_PHRASES.matcher, ("signed", "salutation", "annex"))
REPORTS = _PHRASES.words("report")  # what a title ends in that looks like a signature
ADDRESSEE, LETTER_END, PIECE = map(_PHRASES.matcher, ("addressee", "letter-end", "piece-kind"))
BOOK, SEVERAL, COUNT_SAID = map(_PHRASES.matcher, ("book", "several", "count-said"))
HAN_NAME = re.compile("[\u3400-\u9fff]+")
HAN_RUN = re.compile("[\u3400-\u9fff]{3,}")


def own_title(body: Sequence[Block]) -> bool:
    """Whether the first block of a document is its title: a short line without a stop, running text behind it."""
    first = body[0].text
    if body[0].kind not in ("paragraph", "heading") or not title_like(first) or len(first) > 48:
        return False
    if SALUTATION(first) or (SIGNED(first) and not first.endswith(REPORTS)):
        return False
    return any(len(block.text) >= 40 for block in body[1:4])


def of_one_book(blocks: Sequence[Block], run: Sequence[tuple[int, TitleMark]], title: str | None) -> bool:
    """Whether marks 第一篇 总论, 第二篇 … are parts of one work: chapters count on in them, or they have headings."""
    lead = " ".join([title or "", *(block.text for block in blocks[: run[0][0]])])
    if run[0][1].kind[0] == "=":
        heading = core(run[0][1].kind)
        if len(lead) <= T.lead_of_series and PIECE(run[0][1].kind):
            return False  # 供货协议书1, 供货协议书2, with nothing before them but what a blurb has left
        return not (SEVERAL(lead[:600]) and heading in core(lead)) and not (title and heading in core(title))
    if any(mark.kind not in STRONG for _, mark in run):
        return not SEVERAL(lead[:600])
    chapters = [n for n, block in enumerate(blocks) if BOOK(block.text)]
    inside = [n for n in chapters if n > run[0][0]]
    if len(inside) >= 2 and len({blocks[n].text[:5] for n in inside}) == len(inside):
        return True
    headed = [mark for _, mark in run if mark.rest]
    if len(headed) < len(run):
        return False
    work = core(title or "")  # a page without a title is not known to be one work
    return work != "" and not SEVERAL(lead) and not any(work in core(mark.rest) for mark in headed)


def letters(blocks: Sequence[Block]) -> list[int]:
    """Places where another letter begins: a line that addresses someone behind the date that ends the one before.

    The first letter is addressed as well, within the lines of a lead.
    """
    first = next((n for n, block in enumerate(blocks[:4]) if ADDRESSEE(block.text)), None)
    if first is None:
        return []
    places: list[int] = []
    start = first
    for n in range(first + 2, len(blocks) - 1):
        ended = LETTER_END(blocks[n - 1].text) and ADDRESSEE(blocks[n].text)
        if ended and _length(blocks, start, n) >= T.letter_shortest:
            places.append(n)
            start = n
    return places


def counted_heads(blocks: Sequence[Block], title: str | None) -> list[tuple[int, str]]:
    """Places and titles of the texts that a title announces (精选3篇): as many lines head a text each, and no more.

    They are short and without a stop, numbered in order or not at all, and end in a word for such texts (总结), but
    where three and more are told by their number alone. None where the number does not fit.
    """
    said = COUNT_SAID(title) if title else None
    count = number(said["count"]) if said else 0
    if count < 2:
        return []
    heads: dict[str, list[tuple[int, str]]] = {}
    for n, block in enumerate(blocks[:-1]):
        if not 3 <= len(block.text) <= T.head_longest or block.kind not in ("paragraph", "heading"):
            continue
        label = read_label(block.text)
        own = block.text[label.end :] if label else block.text
        value = len(heads.get(label.style if label else "", ())) + 1
        heads_text = title_like(own) and not SALUTATION(own) and (PIECE(own) or not SIGNED(own))
        if heads_text and (label is None or label.value == value):
            heads.setdefault(label.style if label else "", []).append((n, own))
    for found in heads.values():
        named = [head for head in found if PIECE(head[1])]
        for fit in (named, found):
            if len(fit) == count and (fit is named or count >= T.unnamed_least) and _head_texts(blocks, fit):
                return fit
    return []


def _head_texts(blocks: Sequence[Block], heads: Sequence[tuple[int, str]]) -> bool:
    """Whether a text follows each head, and no more than a lead stands before the first."""
    ends = [*(n for n, _ in heads[1:]), len(blocks)]
    return _length(blocks, 0, heads[0][0]) <= T.lead_longest and all(
        _length(blocks, n + 1, end) >= T.shortest for (n, _), end in zip(heads, ends, strict=True)
    )


def boundaries(blocks: Sequence[Block]) -> list[int]:
    """Places where a document other than the first begins, in order."""
    if written := letters(blocks):
        return written
    if not _may_restart(blocks):
        return []
    found = marks([block.text for block in blocks])
    labelled = {mark.line: mark for mark in found if mark.label is not None}
    if len(labelled) < 4 and not any(SALUTATION(block.text) for block in blocks):
        return []
    columns = _columns(blocks, labelled)
    places: list[int] = []
    start = 0
    outermost = ""
    highest = weighed = 0
    for n, block in enumerate(blocks):
        mark = labelled.get(n)
        if mark is None or mark.label is None:
            if n - start > 2 and SALUTATION(block.text) and _signed_off(blocks, start, n):
                signed = n - start > 3 and SIGNED(blocks[n - 2].text) and len(blocks[n - 1].text) <= 30
                begin = n - 1 if signed and title_like(blocks[n - 1].text) else n
                start, outermost, highest = begin, "", 0
                places.append(begin)
            continue
        if not outermost:
            outermost, highest = mark.style, mark.value
        elif mark.style == outermost:
            if mark.value == 1 and highest >= 2 and weighed < T.restarts_most and n not in columns:
                weighed += 1
                begin = _begins(blocks, labelled, start, n)
                score = _score(blocks, labelled, start, begin, n)
                if score >= T.needed and _length(blocks, start, begin) >= T.shortest:
                    places.append(begin)
                    start, outermost, highest = begin, mark.style, 1
                    continue
            highest = max(highest, mark.value) if mark.value != 1 else highest
    return places


def _columns(blocks: Sequence[Block], labelled: Mapping[int, Mark]) -> frozenset[int]:
    """Restarts below the names of a digest's columns (国内, 海外): they number what each tells."""
    found = {
        n: blocks[n - 1].text
        for n, mark in labelled.items()
        if n and n - 1 not in labelled and mark.value == 1 and len(blocks[n - 1].text) <= T.column_longest
    }
    names = {text for text in found.values() if HAN_NAME.fullmatch(text) and not PIECE(text)}
    if len(names) < T.columns_least:
        return frozenset()
    return frozenset(n for n, text in found.items() if text in names)


def _may_restart(blocks: Sequence[Block]) -> bool:
    """Whether a numbering begins twice, or someone is spoken to: without that nothing is to be weighed."""
    begun: set[str] = set()
    for block in blocks:
        label = read_label(block.text)
        if label is None:
            if SALUTATION(block.text):
                return True
        elif label.value == 1:
            if label.style in begun:
                return True
            begun.add(label.style)
    return False


def _length(blocks: Sequence[Block], start: int, end: int) -> int:
    return sum(len(block.text) for block in blocks[start:end])


def _signed_off(blocks: Sequence[Block], start: int, n: int) -> bool:
    """Whether the document before a salutation has come to its end: a closing formula, a signature before it."""
    before = [block.text for block in blocks[max(start, n - 5) : n]]
    closed = any(CLOSING(text[-60:]) for text in before)
    return closed and _length(blocks, start, n) >= T.shortest


def _begins(blocks: Sequence[Block], labelled: Mapping[int, Mark], start: int, n: int) -> int:
    """First block of the document whose numbering starts at block n: n, or a paragraph before it that belongs to it."""
    begin = n
    right = _words(blocks, n, min(_restart(labelled, n, len(blocks)), n + 40))
    at = n - 1
    while at > start and at not in labelled and n - at <= 6:
        left = _words(blocks, start, at, backwards=True)
        text = blocks[at].text
        own = _trigrams(text)
        if not own:
            break
        to_left, to_right = len(own & left) / max(1, len(left)), len(own & right) / max(1, len(right))
        lean = to_right / (to_left + to_right) if to_left + to_right else 0.5
        if OPENING(text):
            lean += 0.15
        if CLOSING(text[-80:]) and not OPENING(text):
            lean -= 0.15
        if text.rstrip()[-1:] in "：:":
            lean += 0.15
        if title_like(text):
            lean += 0.2
        if lean > 0.5:
            begin = at
        at -= 1
    return begin


def _score(blocks: Sequence[Block], labelled: Mapping[int, Mark], start: int, begin: int, n: int) -> float:
    """How much says that a document begins at `begin`, whose numbering starts at n; 1 for the restart itself."""
    score = 1.0
    first = blocks[begin].text
    if begin < n:
        if OPENING(first):
            score += 0.5
        if ANNOUNCES(blocks[n - 1].text[-40:]):
            score += 0.5
        if title_like(first):
            score += 0.75
        if SALUTATION(first):
            score += 1.0
    before = [block.text for block in blocks[max(start, begin - 2) : begin]]
    if any(CLOSING(text[-120:]) for text in before):
        score += 0.5
    if any(len(text) <= 40 and SIGNED(text) for text in before):
        score += 1.0
    if any(ANNEX(text) for text in [first, *before]):
        score -= 2.0
    score += 2.5 * subject_change(blocks, start, begin, _restart(labelled, n, len(blocks)))
    if _announced(blocks, start, begin, n) or (begin < n and named_in_lead(blocks, start, begin)):
        score -= 2.0
    return score


def named_in_lead(blocks: Sequence[Block], start: int, begin: int) -> bool:
    """Whether what the document before begins with says the line that would head another: it heads a part of it."""
    heading = core(blocks[begin].text)
    if not T.named_least <= len(heading) <= T.head_longest or not title_like(blocks[begin].text):
        return False
    lead = _text(blocks, start, begin).split("\n")
    return any(heading in core(text) for text in lead if len(text) >= 2 * len(heading))


def _restart(labelled: Mapping[int, Mark], n: int, end: int) -> int:
    """Where the numbering that starts at block n starts once more, else `end`."""
    style = labelled[n].style
    return next((m for m, mark in labelled.items() if m > n and mark.style == style and mark.value == 1), end)


def _announced(blocks: Sequence[Block], start: int, begin: int, n: int) -> bool:
    """Whether the text before `begin` names the headings that follow: their numbering is nested in it."""
    headings = []
    found = marks([block.text for block in blocks[n : n + 60]])
    for mark in found:
        if mark.label is not None and mark.style == found[0].style:
            text = core(blocks[n + mark.line].text[mark.label.end :][:12])
            headings.append(text[:8])
    before = core("".join(block.text[-400:] for block in blocks[max(start, begin - 2) : begin]))
    return sum(1 for heading in headings[:6] if len(heading) >= 3 and heading[:5] in before) >= 2


def subject_change(blocks: Sequence[Block], start: int, begin: int, stop: int) -> float:
    """How much the words say that another subject begins at `begin`: 0 to 1.

    Cosine of the log counts of the trigrams that recur on either side. Between the parts of one work report it is 0.12
    and more, between two reports of the same kind of office 0.06 and less. Nothing is said of short sides.
    """
    left = Counter(_grams(_text(blocks, start, begin, backwards=True)))
    right = Counter(_grams(_text(blocks, begin, stop)))
    sides = [{gram: math.log1p(count) for gram, count in side.items() if count >= 2} for side in (left, right)]
    size = min(sum(left.values()), sum(right.values()))
    if size < T.said_least or min(map(len, sides)) < 6:
        return 0.0
    across = sum(weight * math.log1p(right.get(gram, 0)) for gram, weight in sides[0].items())
    across += sum(weight * math.log1p(left.get(gram, 0)) for gram, weight in sides[1].items())
    lengths = [math.sqrt(sum(weight * weight for weight in side.values())) for side in sides]
    cosine = across / 2 / max(1e-9, lengths[0] * lengths[1])
    return min(1.0, size / T.said_enough) * min(1.0, max(0.0, (T.coherent - cosine) / (T.coherent - T.foreign)))


def _text(blocks: Sequence[Block], start: int, end: int, backwards: bool = False) -> str:
    parts: list[str] = []
    length = 0
    for n in range(end - 1, start - 1, -1) if backwards else range(start, end):
        parts.append(blocks[n].text[: 2 * T.window])
        length += len(parts[-1])
        if length >= T.window:
            break
    return "\n".join(reversed(parts) if backwards else parts)


def _words(blocks: Sequence[Block], start: int, end: int, backwards: bool = False) -> set[str]:
    return _trigrams(_text(blocks, start, end, backwards))


def _trigrams(text: str) -> set[str]:
    return set(_grams(text))


def _grams(text: str) -> list[str]:
    return [run[k : k + 3] for run in HAN_RUN.findall(text) for k in range(len(run) - 2)]
