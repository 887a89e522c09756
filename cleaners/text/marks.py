"""Marks that part the documents of one page: 第一篇, 篇一, 【篇1】, 范文二, 其三."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.text.labels import CN, number
from cleaners.text.lexicon import lexicon
from cleaners.thresholds import threshold

_N = rf"(?:[{CN}]{{1,4}}|[0-9０-９]{{1,3}})"
_OPEN, _CLOSE = r"[【\[［(（《〈〖「<#＃*★☆◆◇●○◎■□▌▍▎▋▊█▶►➤]", r"[】\]］)）》〉〗」>#＃*★◆●■]"
_LEXICON = lexicon("text.toml")
PIECES, SAMPLES = _LEXICON.any_of("piece"), _LEXICON.any_of("sample")
MARK = re.compile(
    rf"{_OPEN}{{0,2}}[ 　]?(?:"
    rf"第[ 　]?(?P<a>{_N})[ 　]?(?:{PIECES})"
    rf"|(?P<word>篇|{SAMPLES})[ 　]?[(（【\[〔]?(?P<b>{_N})[)）】\]〕]?"
    rf"|其(?P<c>[{CN}]{{1,3}})"
    rf")[ 　]?{_CLOSE}{{0,2}}(?P<sep>[ 　\t]*+[:：、.．,，\-—|]*+[ 　\t]*+)(?P<rest>.{{0,60}})$"
)
TAIL = re.compile(
    rf"(?P<rest>.{{2,50}}?)[ 　]?{_OPEN}?"
    rf"(?:第[ 　]?(?P<a>{_N})[ 　]?篇|(?P<word>篇|{SAMPLES})[ 　]?[(（【\[〔]?(?P<b>{_N})[)）】\]〕]?)"
    rf"{_CLOSE}?[:：]?$"
)
MIDDLE = re.compile(  # 水务总结 篇1：水务站工作总结
    rf"(?P<before>.{{2,30}}?)[ 　]?{_OPEN}?"
    rf"(?:第[ 　]?(?P<a>{_N})[ 　]?篇|(?P<word>篇)[ 　]?[(（【\[〔]?(?P<b>{_N})[)）】\]〕]?){_CLOSE}?"
    r"[:：][ 　]?(?P<rest>[^。，,；;]{2,40})"
)
_FRAME = " 　\t:：、.．,，-—|【】[]［］〖〗<>《》〈〉#＃*★☆◆◇●○◎■□▌▍▎▋▊█▶►➤"
STRONG = ("第", "篇", "范文", "範文", "例文")  # kinds of marks that open a document wherever they stand in a series
NUMBERED = re.compile(  # 水务工作总结1, 水务工作总结之一, 水务工作总结(精)一
    rf"{_OPEN}{{0,2}}(?P<rest>.{{3,44}}?[\u3400-\u9fff）)》”])[ 　]?之?[(（【\[〔]?(?P<a>{_N})[)）】\]〕]?[:：]?"
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(64, "characters", "the longest line that can be a mark")


T = Thresholds()
_NUMBER_ENDS = frozenset(f"{CN}0123456789０１２３４５６７８９)）】]〕:：")
_SIGNS = re.compile(
    "|".join(sorted({"篇", "其", *(word for kind in ("piece", "sample") for word in _LEXICON.words(kind))}))
)
_CLAUSES = re.compile("[。，；,;!！?？]")


@dataclass(frozen=True, slots=True)
class TitleMark:
    """A line that opens a document: what it counts with, its number, the mark as it stands, the text beside it."""

    kind: str
    value: int
    text: str
    rest: str = ""


def read_mark(line: str) -> TitleMark | None:
    """The mark that a whole line is, or None."""
    if not 2 <= len(line) <= T.longest or not _SIGNS.search(line):
        return None
    if found := MARK.fullmatch(line):
        rest = found["rest"].strip()
        shown = _shown(line[: found.start("rest")] if rest else line)
        before = line[: found.start("rest")]
        if rest and not found["sep"] and before[-1:] not in tuple(" 　】]］)）》〉〗」>"):
            return None  # 第一篇文章发表于…
        if rest and (rest[-1] in "。；;，," or ("，" in rest and len(rest) > 30)):
            return None  # a sentence
        kind = found["word"] or ("其" if found["c"] else "第")
        return TitleMark(kind, number(_digits(found["a"] or found["b"] or found["c"])), shown, rest)
    if found := MIDDLE.fullmatch(line):
        before = found["before"].strip(_FRAME)
        if not any(c in before for c in "。；;！!？?，,"):
            shown = _shown(line[found.end("before") : found.start("rest")])
            return TitleMark(
                found["word"] or "第", number(_digits(found["a"] or found["b"])), shown, found["rest"].strip()
            )
    if found := TAIL.fullmatch(line):
        rest = found["rest"].strip(" 　\t:：、.．,，-—|【[［〖<《〈#＃*★◆●■")
        if any(c in rest for c in "。；;！!？?，,") or not rest:
            return None
        shown = _shown(line[found.end("rest") :])
        return TitleMark(found["word"] or "第", number(_digits(found["a"] or found["b"])), shown, rest)
    return None


def _shown(text: str) -> str:
    """A mark without what frames it, and without a bracket that lost its other half so: 范文【一】 is 范文一."""
    bare = text.strip(_FRAME)
    for opener, closer in ("【】", "[]", "〔〕"):
        if (opener in bare) != (closer in bare):
            bare = bare.replace(opener, "").replace(closer, "")
    return bare


def numbered(line: str) -> TitleMark | None:
    """The line as a heading with a number behind it: 水务工作总结1. Its company decides whether it opens a document."""
    if not 4 <= len(line) <= 48 or line[-1] not in _NUMBER_ENDS or _CLAUSES.search(line):
        return None
    found = NUMBERED.fullmatch(line)
    if found is None:
        return None
    value = number(_digits(found["a"]))
    stem = found["rest"].strip().removesuffix("之")
    return TitleMark(f"={stem}", value, _shown(line), "") if 1 <= value <= 99 else None


def _digits(text: str) -> str:
    return text.translate({0xFF10 + n: 0x30 + n for n in range(10)})
