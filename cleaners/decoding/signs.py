"""Signs that pages write besides words: what each costs at most, in bits, in the reading of a language.

The character model's sources are prose and lists of words. Brackets of headings, full-width figures, stars and arrows
are next to unknown to them, and an encoding whose signs look unknown lost against one that reads them as rare Han
characters. The figures are round on purpose: by how often headings and lists have the sign, in steps of a bit.
"""

from __future__ import annotations

_EVERYWHERE = {
    11: "　、。！（）：？",
    12: "；「」",
    13: "『』【】《》…",
    14: "～／－〈〉—０１２３４５６７８９★☆●○◎※■□◆◇→",
    15: "．％＋＝＊＆＠＃｜〔〕▲△▼▽←↑↓①②③×│─ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
    16: "④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣ÷±°℃┌┐└┘├┤＜＞",
}
_OWN = {
    "Hans": {9: "，", 11: "（）", 16: "＂￥"},
    "Hant": {9: "，", 13: "‧．﹝﹞", 15: "║﹐﹑∼•"},
    "Jpan": {12: "・", 14: "〜♪￥〒", 16: "，．"},
    "Kore": {16: "♡♥♪"},
}


def _of(language: str) -> dict[str, int]:
    signs: dict[str, int] = {}
    for group in (_EVERYWHERE, _OWN[language]):
        for bits, written in group.items():
            signs.update((sign, min(bits, signs.get(sign, bits))) for sign in written)
    return signs


SIGNS = {language: _of(language) for language in _OWN}
