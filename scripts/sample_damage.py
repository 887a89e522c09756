"""Damage for samples: Simplified forced into Traditional and pinyin spliced into its GBK bytes, as some sites did."""

from __future__ import annotations

import random
import re
import unicodedata

import opencc
from pypinyin import Style, pinyin

AMBIGUOUS = "范后里系干于并余征愿群咨辟谷丑面只松沈郁致舍升占斗云仆朴曲准托采游恒筑了"
SWALLOWED = re.compile(rb"[\x81-\xfe][\x21-\x3f]")


def force(text: str) -> str:
    """`text` turned Traditional one character for one, what has several Traditional forms left as it is."""
    return text.translate(forms(text))


def annotate(text: str, share: float = 0.4, seed: int = 7) -> str:
    """`text` forced Traditional, a share of its characters annotated in the byte stream, read as GBK and folded."""
    data = force(text).encode("gbk")
    for char in forms(text).values():
        if random.Random(f"{seed}{char}").random() < share:
            pair = char.encode("gbk")
            data = data.replace(pair, pair + f"({pinyin(char, style=Style.TONE)[0][0]})".encode("gbk"))
    comma = "，".encode("gbk")
    return unicodedata.normalize("NFKC", "，".join(misread(piece) for piece in data.split(comma)))


def forms(text: str) -> dict[int, str]:
    """Simplified character of `text` -> its one Traditional form, where GBK holds both."""
    convert = opencc.OpenCC("s2tw").convert
    turned = {c: convert(c) for c in sorted(set(text)) if "\u4e00" <= c <= "\u9fff" and c not in AMBIGUOUS}
    return {ord(c): t for c, t in turned.items() if t != c and in_gbk(t)}


def in_gbk(char: str) -> bool:
    try:
        return len(char.encode("gbk")) == 2
    except UnicodeEncodeError:
        return False


def misread(piece: bytes) -> str:
    """GBK as such a site's decoder read it: a lead byte swallows an ASCII byte and gives one question mark."""
    out: list[str] = []
    at = 0
    while at < len(piece):
        pair = piece[at : at + 2]
        if pair[0] < 0x80:
            out.append(chr(pair[0]))
            at += 1
        elif len(pair) == 1 or SWALLOWED.match(pair):
            out.append("?")
            at += 2
        else:
            out.append(pair.decode("gbk", "replace")[:1].replace("\ufffd", "?"))
            at += 2
    return "".join(out)
