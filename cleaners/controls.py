"""Characters that nobody sees: controls, invisible format characters, and the no-break space at a line's end.

Text read one byte a character (`mojibake_western`) holds bytes of its characters in U+0080 to U+009F, U+00A0 and
U+00AD: 六 is E5 85 AD, 你 ends with A0. So whoever makes blocks leaves them in (`trimmed`), restoration reads them, and
this step takes out what is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cleaners.policy import Context
from schemas.records import Block, Edit

STEP = "controls"
EDGES = " \t\r\n\f\v\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"
# A C1 control beside a Latin-1 letter is left: it may be a byte of mojibake that could not be undone, and is flagged.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u2028\u2029\u2060\ufeff]"
    "|(?<![\x80-\x9f\xa1-\xac\xae-\xff])[\x80-\x9f]++(?![\xa1-\xac\xae-\xff])"
)
LINE_BREAKS = frozenset("\x0b\x0c\u2028\u2029")  # that HTML does not take for white space, or not for a line feed


def trimmed(text: str, blanks: str = EDGES) -> str:
    """`text` without `blanks` at its ends, but for a no-break space that may be the last byte of a character."""
    right = text.rstrip(blanks)
    if right and text[len(right) : len(right) + 1] == "\xa0" and "\x80" <= right[-1] <= "\xff":
        right += "\xa0"
    return right.lstrip(blanks)


def take_out(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Take control and invisible characters out; a line break within a block becomes a space, in code a line feed.

    One edit a block: `before` are the characters taken out, each once, `start` is the first one's place.
    """
    out: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        text = block.text
        first = _UNSEEN.search(text)
        if first is not None:
            gone = "".join(_UNSEEN.findall(text))
            instead = "\n" if block.kind == "pre" else " "
            text = _UNSEEN.sub("", text.translate(dict.fromkeys(map(ord, LINE_BREAKS), instead)))
            before = "".join(dict.fromkeys(gone))
            edits.append(Edit(STEP, "control", block.seq, first.start(), before, "", "exact", len(gone)))
        if first is not None or text[-1:] == "\xa0":
            text = text.rstrip(EDGES) if block.kind == "pre" else text.strip(EDGES)
        out.append(block if text == block.text else replace(block, text=text))
    return tuple(out), tuple(edits)
