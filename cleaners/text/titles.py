"""What a title looks like."""

from __future__ import annotations

import re

from cleaners.text.chars import HAN
from cleaners.text.labels import read_label
from cleaners.text.marks import read_mark

GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}\)")  # pinyin that damage put behind characters
TITLE_LONGEST = 60  # characters


def title_like(row: str) -> bool:
    """Whether a line can be a title: short, Chinese, without a stop at its end, and no label at its start."""
    bare = GLOSS.sub("", row)
    if not 3 <= len(bare) <= TITLE_LONGEST or "\t" in row or not HAN.search(bare):
        return False
    if bare[-1] in "。；;：:，,、." or bare.count("。") or bare.count("，") + bare.count(",") > 2:
        return False
    return read_label(bare) is None and read_mark(bare) is None
