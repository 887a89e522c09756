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

from cleaners.structure.sections import Mark as _Mark
from cleaners.structure.sections import core, marks
from cleaners.text import STRONG, TitleMark, title_like
from schemas.records import Block

COHERENT, FOREIGN = 0.115, 0.06  # cosine of two parts of one text, of two texts
SAID_LEAST, SAID_ENOUGH = 120, 400  # trigrams of the shorter side: below nothing is said, from there on all
WINDOW = 3000  # characters on each side that are compared
NEEDED = 3.0
RESTARTS_MOST = 300  # of one page that are weighed: each looks at both sides
SHORTEST = 150  # characters of a document between two boundaries
OPENING = re.compile(
    r"^(?:本人|我(?:是|叫|于)|我们(?:单位|学校|公司|班)|一年来|半年来|今年以来|近年来|几年来|[两三四五]年来|自从?.{2,12}以来|时光|光阴|岁月|转眼|回顾|回首|根据"
    r"|按照|为(?:了|进一步|认真|深入|全面|切实|贯彻)|在.{2,30}(?:领导|关心|指导|支持|帮助|号召)下|20[\dxX*×]{2}年|尊敬的|亲爱的|各位|同志们|大家好|敬爱的)"
)
ANNOUNCES = re.compile(
    r"(?:如下|以下(?:几个方面|几点|方面|工作)|下面|几个方面|汇报|解读|总结|安排|计划|方案|通知)[^。]{0,20}[:：。.]?$"
)
CLOSING = re.compile(
    r"(?:此致|敬礼|谢谢(?:大家|各位)?|特此(?:报告|通知|函达|说明|汇报)|妥否|以上(?:报告|汇报|是我)|请(?:审议|批示|指正|领导批评)|再见|祝(?:大家|各位|你|您)"
    r"|更大的?(?:贡献|成绩|努力|进步)|新的(?:台阶|更大|贡献|成绩)|而(?:努力)?奋斗|打下.{0,8}基础|再创.{0,6}|在今后的工作中|今后.{0,40}(?:努力|提高|改进)|总之|综上所述)"
)
SIGNED = re.compile(
    r"^(?:.{0,24}(?:19|20|二[〇○零])[\dxX*×〇○零一二三四五六七八九]{2}年.{1,8}[日月]|.{2,20}(?:公司|委员会|办公室|协会|局|学校|中心|人民政府|小学|中学|班|部|人|者)[:：]?.{0,10})$"
)
SALUTATION = re.compile(r"^(?:尊敬的|亲爱的|敬爱的|各位|同志们|老师们|同学们).{0,40}[:：,，!！]$")
ANNEX = re.compile(r"^(?:附件|附录|附錄|附表|附图|附)(?:[\d一二三四五六七八九十]{0,3})(?:[:：.、 　]|$)")
HAN_RUN = re.compile("[\u3400-\u9fff]{3,}")
BOOK = re.compile(r"第[〇零一二三四五六七八九十百\d]{1,5}(?:章|节|條|条)")
SEVERAL = re.compile(
    r"[\d一二两三四五六七八九十百]\s*+篇|范文|範文|大全|集锦|汇总|合集|精选|锦集|模板|优秀作文|例文|汇编|通用|最新|推荐"
)


def own_title(body: Sequence[Block]) -> bool:
    """Whether the first block of a document is its title: a short line without a stop, running text behind it."""
    first = body[0].text
    if body[0].kind not in ("paragraph", "heading") or not title_like(first) or len(first) > 48:
        return False
    if SALUTATION.match(first) or (
        SIGNED.match(first) and not first.endswith(("总结", "报告", "计划", "方案", "范文"))
    ):
        return False
    return any(len(block.text) >= 40 for block in body[1:4])


def of_one_book(blocks: Sequence[Block], run: Sequence[tuple[int, TitleMark]], title: str | None) -> bool:
    """Whether marks 第一篇 总论, 第二篇 … are parts of one work: chapters count on in them, or they have headings."""
    lead = " ".join([title or "", *(block.text for block in blocks[: run[0][0]])])
    if run[0][1].kind[0] == "=":
        heading = core(run[0][1].kind)
        return not (SEVERAL.search(lead[:600]) and heading in core(lead)) and not (title and heading in core(title))
    if any(mark.kind not in STRONG for _, mark in run):
        return not SEVERAL.search(lead[:600])
    chapters = [n for n, block in enumerate(blocks) if BOOK.match(block.text)]
    inside = [n for n in chapters if n > run[0][0]]
    if len(inside) >= 2 and len({blocks[n].text[:5] for n in inside}) == len(inside):
        return True
    headed = [mark for _, mark in run if mark.rest]
    if len(headed) < len(run):
        return False
    return not SEVERAL.search(lead) and not any(core(title or "\0") in core(mark.rest) for mark in headed)


def boundaries(blocks: Sequence[Block]) -> list[int]:
    """Places where a document other than the first begins, in order."""
    found = marks([block.text for block in blocks])
    labelled = {mark.line: mark for mark in found if mark.label is not None}
    if len(labelled) < 4 and not any(SALUTATION.match(block.text) for block in blocks):
        return []
    places: list[int] = []
    start = 0
    outermost = ""
    highest = weighed = 0
    for n, block in enumerate(blocks):
        mark = labelled.get(n)
        if mark is None or mark.label is None:
            if n - start > 2 and SALUTATION.match(block.text) and _signed_off(blocks, start, n):
                signed = n - start > 3 and SIGNED.match(blocks[n - 2].text) and len(blocks[n - 1].text) <= 30
                begin = n - 1 if signed and title_like(blocks[n - 1].text) else n
                start, outermost, highest = begin, "", 0
                places.append(begin)
            continue
        if not outermost:
            outermost, highest = mark.style, mark.value
        elif mark.style == outermost:
            if mark.value == 1 and highest >= 2 and weighed < RESTARTS_MOST:
                weighed += 1
                begin = _begins(blocks, labelled, start, n)
                score = _score(blocks, labelled, start, begin, n)
                if score >= NEEDED and _length(blocks, start, begin) >= SHORTEST:
                    places.append(begin)
                    start, outermost, highest = begin, mark.style, 1
                    continue
            highest = max(highest, mark.value) if mark.value != 1 else highest
    return places


def _length(blocks: Sequence[Block], start: int, end: int) -> int:
    return sum(len(block.text) for block in blocks[start:end])


def _signed_off(blocks: Sequence[Block], start: int, n: int) -> bool:
    """Whether the document before a salutation has come to its end: a closing formula, a signature before it."""
    before = [block.text for block in blocks[max(start, n - 5) : n]]
    closed = any(CLOSING.search(text[-60:]) for text in before)
    return closed and _length(blocks, start, n) >= SHORTEST


def _begins(blocks: Sequence[Block], labelled: Mapping[int, _Mark], start: int, n: int) -> int:
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
        if OPENING.match(text):
            lean += 0.15
        if CLOSING.search(text[-80:]) and not OPENING.match(text):
            lean -= 0.15
        if text.rstrip()[-1:] in "：:":
            lean += 0.15
        if title_like(text):
            lean += 0.2
        if lean > 0.5:
            begin = at
        at -= 1
    return begin


def _score(blocks: Sequence[Block], labelled: Mapping[int, _Mark], start: int, begin: int, n: int) -> float:
    """How much says that a document begins at `begin`, whose numbering starts at n; 1 for the restart itself."""
    score = 1.0
    first = blocks[begin].text
    if begin < n:
        if OPENING.match(first):
            score += 0.5
        if ANNOUNCES.search(blocks[n - 1].text[-40:]):
            score += 0.5
        if title_like(first):
            score += 0.75
        if SALUTATION.match(first):
            score += 1.0
    before = [block.text for block in blocks[max(start, begin - 2) : begin]]
    if any(CLOSING.search(text[-120:]) for text in before):
        score += 0.5
    if any(len(text) <= 40 and SIGNED.match(text) for text in before):
        score += 1.0
    if any(ANNEX.match(text) for text in [first, *before]):
        score -= 2.0
    score += 2.5 * subject_change(blocks, start, begin, _restart(labelled, n, len(blocks)))
    if _announced(blocks, start, begin, n):
        score -= 2.0
    return score


def _restart(labelled: Mapping[int, _Mark], n: int, end: int) -> int:
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
    if size < SAID_LEAST or min(map(len, sides)) < 6:
        return 0.0
    across = sum(weight * math.log1p(right.get(gram, 0)) for gram, weight in sides[0].items())
    across += sum(weight * math.log1p(left.get(gram, 0)) for gram, weight in sides[1].items())
    lengths = [math.sqrt(sum(weight * weight for weight in side.values())) for side in sides]
    cosine = across / 2 / max(1e-9, lengths[0] * lengths[1])
    return min(1.0, size / SAID_ENOUGH) * min(1.0, max(0.0, (COHERENT - cosine) / (COHERENT - FOREIGN)))


def _text(blocks: Sequence[Block], start: int, end: int, backwards: bool = False) -> str:
    parts: list[str] = []
    length = 0
    for n in range(end - 1, start - 1, -1) if backwards else range(start, end):
        parts.append(blocks[n].text[: 2 * WINDOW])
        length += len(parts[-1])
        if length >= WINDOW:
            break
    return "\n".join(reversed(parts) if backwards else parts)


def _words(blocks: Sequence[Block], start: int, end: int, backwards: bool = False) -> set[str]:
    return _trigrams(_text(blocks, start, end, backwards))


def _trigrams(text: str) -> set[str]:
    return set(_grams(text))


def _grams(text: str) -> list[str]:
    return [run[k : k + 3] for run in HAN_RUN.findall(text) for k in range(len(run) - 2)]
