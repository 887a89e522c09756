"""Classes of characters: what surrounds a text, what breaks a line, what is Han."""

from __future__ import annotations

import re

EDGES = " \t\r\n\f\v\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"  # space around a block of HTML
BLANKS = " \t\xa0\u2002\u2003\u2009\u200b\u3000\ufeff"  # space around a line of plain text
LINE_BREAKS = frozenset("\x0b\x0c\u2028\u2029")  # that HTML does not take for white space, or not for a line feed
WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]")  # Han and the marks of Chinese
GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}\)")  # pinyin that damage put behind characters
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# The script Han (UAX 24) for a character class: with 々 and 〇, which stand in words as the ideographs do.
HAN_CLASS = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"


def trimmed(text: str, blanks: str = EDGES) -> str:
    """`text` without `blanks` at its ends, but for a no-break space that may be the last byte of a character."""
    right = text.rstrip(blanks)
    if right and text[len(right) : len(right) + 1] == "\xa0" and "\x80" <= right[-1] <= "\xff":
        right += "\xa0"
    return right.lstrip(blanks)
