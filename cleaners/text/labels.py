"""Labels at the start of a block: 第一章, 一、, (一), 1、, 1.1, (1), ①, 第一,.

A label is a style and a value. Whether a weak one is a label at all (a digit and a stop may begin a sentence) is
decided by its neighbours in the document: structure/sections.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cleaners.text.lexicon import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    looked_at: int = threshold(
        100, "characters", "of a line in which a label, and what shows that it is none, end: forms are bounded"
    )


T = Thresholds()

CN = "〇零一二三四五六七八九十百两兩"
CAPITAL = "壹贰叁肆伍陆柒捌玖拾貳參陸"
DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
DIGITS |= {c: n for n, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)} | {"貳": 2, "參": 3, "陸": 6}
STEMS = "甲乙丙丁戊己庚辛壬癸"
ROMAN = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8, "Ⅸ": 9, "Ⅹ": 10}

# Order of the styles where a document gives no evidence of its own: the order of GB/T 9704 and of common use.
STYLES = (
    *("bare", "编", "部分", "卷", "篇", "单元", "章", "回", "讲", "节", "条", "款", "§", "roman", "cn", "cn()", "cn)"),
    *("field", "stem", "n", "n.", "n.n", "n.n.n", "n.n.n.n", "n()", "n)", "circled", "A", "ordinal"),
)
RANK = {style: place for place, style in enumerate(STYLES)}
UNITS = {"編": "编", "單元": "单元", "講": "讲", "節": "节", "條": "条"}

_LEXICON = lexicon("text.toml")
_NUMBER = rf"[{CN}{CAPITAL}]{{1,7}}"
_FORMS = (
    # 第一章 总则; also 第1章, 第 一 章
    rf"第[ 　]?(?P<unit_n>{_NUMBER}|\d{{1,4}})[ 　]?(?P<unit>{_LEXICON.any_of('unit')})"
    r"(?![之])(?P<unit_sep>[ 　\t]{0,4}[、,，:：.．·]?[ 　\t]{0,4})",
    # (一) 【一】 〔一〕
    rf"[(（【〔〈\[［](?P<cnp>{_NUMBER})[)）】〕〉\]］](?:[、,，.．:：](?!\d))?[ 　]{{0,4}}",
    # 一、 一. 一： 一)
    rf"(?P<cn>{_NUMBER})(?P<cn_sep>[、)）]|[．.,，:：](?!\d))[ 　]{{0,4}}",
    rf"(?P<cns>{_NUMBER})[ 　]{{1,4}}(?=[\u3400-\u9fff“《])",
    # §1 §1.2
    r"§[ 　]?(?P<para>\d{1,3}(?:[.．]\d{1,3}){0,3})[、.．]?[ 　\t]{0,4}",
    # (1) 【1】 〈1〉; [1] opens a reference, not a section
    r"[(（【〔〈](?P<np>\d{1,3})[)）】〕〉](?:[、.．:：](?!\d))?[ 　]{0,4}",
    # 1.1 1.1.2
    r"(?P<dotted>\d{1,3}(?:[.．]\d{1,3}){1,4})(?P<dotted_sep>[、.．](?!\d)|(?![\d.．]))[ 　\t]{0,4}",
    # 1、 1. 1) 1：
    r"(?P<n>\d{1,3})(?P<n_sep>[、．.,，)）:：])[ 　\t]{0,4}",
    r"(?P<bare>0[1-9]|[1-3]\d)$",
    r"(?P<ns>\d{1,2})[ 　]{1,4}(?=[\u3400-\u9fff“《])",
    r"(?P<circled>[①-⑳⓪❶-❿➀-➉⓵-⓾㉑-㉟])(?:[、.．](?!\d))?[ 　]{0,4}",
    r"(?P<circled_p>[⑴-⒇])[ 　]{0,4}",
    r"(?P<circled_n>[⒈-⒛])[ 　]{0,4}",
    r"(?P<circled_cn>[㈠-㈩])[ 　]{0,4}",
    r"(?P<roman>[Ⅰ-Ⅹ])[、.．,，)） 　][ 　]{0,4}",
    rf"(?P<stem>[{STEMS}])[、．.][ 　]{{0,4}}",
    r"(?P<letter>[A-Ha-h])[、．)）][ 　]{0,4}(?=[\u3400-\u9fff“《])",
    rf"(?:第(?P<ord>{_NUMBER}|\d{{1,2}})|其(?P<ord_q>{_NUMBER}))[,，、:：][ 　]{{0,4}}",
)
LABEL = re.compile("|".join(f"(?:{form})" for form in _FORMS))
FIRST = re.compile(rf"[§第其{CN}{CAPITAL}\d(（【〔〈\[［①-⒛⓪-⓾❶-❿➀-➉㈠-㈩㉑-㉟Ⅰ-Ⅹ{STEMS}A-Ha-h]")

# What makes a number the number of something: 1.3亿元, 3.5万人, 2.5倍
MEASURE = re.compile(rf"[ ]?(?:{_LEXICON.any_of('measure')})")
ENUMERATION = re.compile(rf"(?P<next>{_NUMBER}|\d{{1,3}})(?:{_LEXICON.any_of('enumerated')})")
DATE = re.compile(rf"\d{{1,2}}(?:[.．]\d{{1,2}})+(?:[-—至到~～日号]|[ ]?(?:{_LEXICON.any_of('event')}))")


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line: its text without outer space, its style and value, where the text behind begins.

    `weak` labels need a neighbour of their style in the document; `path` is the whole number of 1.2.3.
    """

    text: str
    style: str
    value: int
    end: int
    weak: bool = False
    path: tuple[int, ...] = ()


def number(text: str) -> int:
    """Value of a Chinese or Arabic numeral below 10,000; 0 where it is none. 二十三 -> 23, 一〇五 -> 105."""
    if text.isdecimal():
        return int(text)
    total, digit, plain, units = 0, 0, 0, False
    for character in text:
        if character in "十拾":
            total += (digit or 1) * 10
            digit, units = 0, True
        elif character == "百":
            total += (digit or 1) * 100
            digit, units = 0, True
        elif character in DIGITS:
            digit = DIGITS[character]
            plain = plain * 10 + digit
        else:
            return 0
    return total + digit if units else plain


def read_label(text: str) -> Label | None:
    """The label that `text` begins with, or None."""
    if not text or not FIRST.match(text):
        return None
    return _at_start(text if len(text) <= T.looked_at else text[: T.looked_at])


@lru_cache(maxsize=4096)  # each step that goes by labels asks about the same lines
def _at_start(text: str) -> Label | None:
    found = LABEL.match(text)
    if found is None or found.lastgroup is None:
        return None
    return _label(text, found)


def _label(text: str, found: re.Match[str]) -> Label | None:
    end = found.end()
    shown = found.group().strip(" 　\t")
    rest = text[end:]
    kinds = found.groupdict()
    if kinds["unit"]:
        bare = not kinds["unit_sep"] and bool(rest)
        return Label(shown, UNITS.get(kinds["unit"], kinds["unit"]), number(kinds["unit_n"]), end, weak=bare)
    if kinds["dotted"]:
        return _dotted(found, shown, rest, end)
    if kinds["para"]:
        path = tuple(int(part) for part in re.split(r"[.．]", kinds["para"]))
        if len(path) == 1:
            return Label(shown, "§", path[0], end)
        return Label(shown, "n" + ".n" * (len(path) - 1), path[-1], end, path=path)
    if kinds["cn"] or kinds["n"]:
        which = "cn" if kinds["cn"] else "n"
        value, separator = number(kinds[which]), kinds[f"{which}_sep"]
        if separator in "、,，" and (more := ENUMERATION.match(rest)) and number(more["next"]) == value + 1:
            return None  # 一、二等奖; 1、2、3号楼
        if which == "cn":
            style = "cn)" if separator in ")）" else "cn"
            return Label(shown, style, value, end, weak=separator not in "、．.")
        if separator in ".．:：,，" and rest[:1].isdigit() and not re.match(r"\d{4}年", rest):
            return None  # 10:30, 1,000
        style = {"、": "n", ")": "n)", "）": "n)"}.get(separator, "n.")
        return Label(shown, style, value, end, weak=separator != "、")
    if kinds["cns"] or kinds["ns"]:
        which = "cns" if kinds["cns"] else "ns"
        return Label(shown, "cn" if which == "cns" else "n.", number(kinds[which]), end, weak=True)
    if kinds["bare"]:
        return Label(shown, "bare", int(kinds["bare"]), end, weak=True)
    if kinds["cnp"]:
        return Label(shown, "cn()", number(kinds["cnp"]), end)
    if kinds["np"]:
        value = int(kinds["np"])
        return Label(shown, "n()", value, end, weak=value != 1)
    if kinds["ord"] or kinds["ord_q"]:
        return Label(shown, "ordinal", number(kinds["ord"] or kinds["ord_q"]), end)
    return _single(kinds, shown, end)


def _single(kinds: dict[str, str | None], shown: str, end: int) -> Label | None:
    if sign := kinds["circled"]:
        for first, base in (("①", 1), ("❶", 1), ("➀", 1), ("⓵", 1), ("㉑", 21)):
            if 0 <= ord(sign) - ord(first) < 20:
                return Label(shown, "circled", ord(sign) - ord(first) + base, end)
        return Label(shown, "circled", 0, end)
    for name, first, style in (("circled_p", "⑴", "n()"), ("circled_n", "⒈", "n."), ("circled_cn", "㈠", "cn()")):
        if sign := kinds[name]:
            return Label(shown, style, ord(sign) - ord(first) + 1, end)
    if sign := kinds["roman"]:
        return Label(shown, "roman", ROMAN[sign], end)
    if sign := kinds["stem"]:
        return Label(shown, "stem", STEMS.index(sign) + 1, end, weak=True)
    if sign := kinds["letter"]:
        return Label(shown, "A", ord(sign.upper()) - ord("A") + 1, end, weak=True)
    return None


def _dotted(found: re.Match[str], shown: str, rest: str, end: int) -> Label | None:
    path = tuple(int(part) for part in re.split(r"[.．]", found["dotted"]))
    if path[0] >= 1000 or MEASURE.match(rest) or DATE.match(found.string):
        return None
    return Label(shown, "n" + ".n" * (min(len(path), 4) - 1), path[-1], end, weak=True, path=path)
