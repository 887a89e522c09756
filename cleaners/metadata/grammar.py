"""The one grammar of `label : value` lines: 时间：2024-02-16 来源：江畔日报 作者：林晓舟 浏览次数：31.

A line is fields and what stands between them. A field is a label of the lexicon, its separator and a value; the value
ends where the next label begins, at a bracket or a bar, at a date, and, where its kind has it so, at a blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cleaners.metadata import lexicon
from cleaners.metadata.dates import Dated
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    date_gap: int = threshold(12, "characters", "between a label and the date it speaks of")
    source_longest: int = threshold(30, "characters", "the longest name of a source behind its label")
    author_longest: int = threshold(40, "characters", "the longest list of authors behind its label")


T = Thresholds()
NOUNS = ("时间", "時間", "日期")  # that make a label of a date a noun, which may be part of another (考试时间)
_NUMERALS = frozenset("一二〇零○民为")  # which may follow without a separator
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OPENING = re.compile(r"\s*[\[【(（《“\"]{0,2}\s{0,3}")
_VALUE_END = {
    "source": re.compile(r"[\n\[\]【】()（）《》“”\"|｜,，;；。:：]|(?<![A-Za-z.])\s|\s(?![A-Za-z])"),
    "author": re.compile(r"[\n\[\]【】()（）|｜;；。:：]|\s{2,}(?![\u4e00-\u9fff]{2,3}(?:\s|$))"),
}
_UNKNOWN = re.compile(r"\s\S{1,6}$")  # a label that the lexicon has not, before its colon (作者：林晓舟 卷次：三)
_GOES_ON = frozenset("部社网报室者界员")  # behind a label that is the beginning of a name (编辑部)
_OTHER_END = re.compile(r"[\n\[\]【】()（）|｜,，;；。:：\s]")


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a line: its kind, the word, where it begins, where its separator ends, whether it has one.

    glued: it directly follows a Chinese character, and no label before it waits for its value's end.
    """

    kind: str
    word: str
    start: int
    end: int
    separated: bool
    glued: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value, and the span of both in the line."""

    kind: str
    value: str
    start: int
    end: int


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    """Kind and separator of each label, by the word without blanks."""
    found: dict[str, tuple[str, str]] = {}
    for entry in lexicon.labels():
        for word in entry.words:
            found.setdefault(word.replace(" ", "").lower(), (entry.kind, entry.separator))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    forms, begins = [], set[str]()
    for word in sorted({w for e in lexicon.labels() for w in e.words}, key=lambda w: (-len(w), w)):
        spaced = len(word) == 2 and _HAN.match(word)
        escaped = rf"{word[0]}(?:{word[1]}|[ \u3000]{{1,2}}{word[1]}(?=\s?[:：]))" if spaced else re.escape(word)
        forms.append(rf"(?i:\b{escaped}\b)" if word[0].isascii() else escaped)
        begins |= {word[0], word[0].lower(), word[0].upper()}
    ascii_, other = (re.escape("".join(sorted(c for c in begins if c.isascii() == own))) for own in (True, False))
    first = rf"(?:(?=[{other}])|\b(?=[{ascii_}]))"  # looked at before the words are tried one by one
    return re.compile(rf"{first}(?P<word>{'|'.join(forms)})(?P<mark>\s?[/／|｜丨:：])?")


def labels(text: str) -> list[Label]:
    """The labels of a line in order. One that lacks the separator it needs is none."""
    found: list[Label] = []
    open_until = -1
    for match in _pattern().finditer(text):
        word = re.sub(r"\s", "", match["word"])
        kind, needs = _kinds()[word.lower()] if word.lower() in _kinds() else _kinds()[match["word"].lower()]
        mark = (match["mark"] or "").strip()
        if needs != "none" and (not mark or (needs == "colon" and mark in "/／｜")):
            continue
        start = match.start()
        glued = start > 0 and _HAN.match(text[start - 1]) is not None and start > open_until
        if len(word) == 1 and start > 0 and _HAN.match(text[start - 1]):
            continue  # 语文/
        if glued and needs != "none":
            continue  # 水的来源：
        if word[-2:] in NOUNS and not mark and (behind := _HAN.match(text, match.end())) and behind[0] not in _NUMERALS:
            continue  # 时间安排：
        end = match.end() if (mark and mark not in "/／｜") or needs == "slash" else match.end("word")
        glued = glued and kind != "reporter"  # 江畔日报记者
        found.append(Label(kind, word, start, end, bool(mark), glued))
        if mark:
            open_until = match.end() + T.author_longest
    return found


def fields(text: str, dates: Sequence[Dated], marks: Sequence[Label]) -> list[Field]:
    """The fields of a line whose values are names, counters or sections, in order; empty ones are left out."""
    found = []
    for place, label in enumerate(marks):
        if label.kind in ("published", "modified", "tool", "reporter"):
            continue
        opening = _OPENING.match(text, label.end)
        begin = opening.end() if opening else label.end
        stop = min([len(text), *(d.start for d in dates if d.start >= begin)])
        for other in marks[place + 1 :]:
            if other.start >= begin and (other.separated or _ends(other, begin, text)):
                stop = min(stop, other.start)
                break
        pattern = _VALUE_END.get(label.kind, _OTHER_END)
        ended = pattern.search(text, begin, stop)
        value = text[begin : ended.start() if ended else stop].strip()
        if ended and ended[0] in ":：":
            value = _UNKNOWN.sub("", value)
        if value:
            found.append(Field(label.kind, value, label.start, begin + len(value)))
    return found


def author_word(text: str) -> bool:
    """Whether a line begins with a word that may label an author."""
    return _author_words().match(text) is not None


@cache
def _author_words() -> re.Pattern[str]:
    return re.compile(rf"[(（【\[\s]*+(?:{lexicon.alternatives('author')})")


def _ends(label: Label, begin: int, text: str) -> bool:
    """Whether a label without a separator ends a value that begins at `begin`, and is no part of a name (编辑部)."""
    if label.start < begin + 2:
        return label.kind == "counter" and text[label.end :].lstrip()[:1].isdigit()
    return len(label.word) > 1 and text[label.end : label.end + 1] not in _GOES_ON


def label_of(dated: Dated, before: int, marks: Sequence[Label]) -> Label | None:
    """The label that speaks of a date: the nearest before it, with no date between.

    before: where the date before it ends.
    """
    near = [m for m in marks if before <= m.start and m.start < dated.start and m.end >= dated.start - T.date_gap]
    return near[-1] if near else None
