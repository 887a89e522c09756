"""Characters that nobody sees: controls, invisible format characters, and the no-break space at a line's end.

Text read one byte a character (`mojibake.western`) holds bytes of its characters in U+0080 to U+009F, U+00A0 and
U+00AD: 六 is E5 85 AD, 你 ends with A0. So whoever makes blocks leaves these in (`text.trimmed`), and they go behind
restoration (`take_out_bytes`). What is never such a byte goes before it, where it would stand between characters that
belong together (`take_out`). Both give one edit a block and rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from cleaners.policy import Context
from cleaners.text import EDGES, LINE_BREAKS, trimmed
from schemas.records import Block, Edit

STEP = "controls"
# Joiners and marks of direction mean something in Arabic, Indic scripts and emoji; between Chinese characters they are
# there to mark a copy.
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018-\u201d\u2026"
_MARKS = "(),.:;?!"  # may become wide ones beside Han
_JOINERS = "\u034f\u180e\u200c-\u200f\u202a-\u202e\u2061-\u2064\u2066-\u2069"
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028\u2029\u2060\ufeff"
# What is taken out anyhow does not keep a joiner from its neighbours.
_BETWEEN = (
    f"(?:(?<=[{_WIDE}])|^)[{_JOINERS}{_NEVER}]++(?=[{_WIDE}{_MARKS}])|(?<=[{_MARKS}])[{_JOINERS}{_NEVER}]++(?=[{_WIDE}])"
    f"|(?<=[{_WIDE}])[{_JOINERS}{_NEVER}]++(?=[\\s{_NEVER}]*$)"
)
_UNSEEN = re.compile(f"{_BETWEEN}|[{_NEVER}]")
_AGAIN = re.compile(_BETWEEN)  # joiners that a C1 control or mojibake kept apart from the text
_MAYBE_UNSEEN = re.compile(f"[{_JOINERS}{_NEVER}]")  # a look for a class costs a tenth of one that looks around
_SOFT_HYPHEN = re.compile("\u00ad")
# A C1 control beside a Latin-1 letter is left: it may be a byte of mojibake that could not be undone, and is flagged.
_MAYBE_C1 = re.compile("[\x80-\x9f]")  # a look for a class costs a fifth of one that looks behind
_C1 = re.compile("(?<![\x80-\x9f\xa1-\xff])[\x80-\x9f]++(?![\xa1-\xff])")


def take_out(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Take out controls and invisible characters that are no byte of mojibake; a line break becomes a space, in code a
    line feed.

    `before` of an edit are the characters taken out, each once; `start` is the first one's place, `count` all of them.
    """
    out: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        text = block.text
        if _MAYBE_UNSEEN.search(text):
            text = _sub(block, text, "control", _UNSEEN, _unseen_in_code if block.kind == "pre" else _unseen, edits)
        if text != block.text and block.kind not in ("pre", "table"):
            text = trimmed(text)
        out.append(block if text == block.text else replace(block, text=text))
    return tuple(out), tuple(edits)


def take_out_bytes(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Take out what restoration left: soft hyphens, and no-break spaces at the end.

    C1 controls become what Windows-1252 has there, as HTML has it for `&#146;` (WHATWG HTML, 13.2.5.80), or go.
    """
    out: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        text = block.text
        if "\xad" in text:
            text = _sub(block, text, "control", _SOFT_HYPHEN, _unseen, edits)
        if _MAYBE_C1.search(text):
            text = _sub(block, text, "windows-1252", _C1, _windows, edits)
        if _MAYBE_UNSEEN.search(text):
            text = _sub(block, text, "control", _AGAIN, _unseen, edits)
        if text != block.text or text[-1:] == "\xa0":
            text = text.rstrip("\xa0") if block.kind in ("pre", "table") else text.strip(EDGES)
        out.append(block if text == block.text else replace(block, text=text))
    return tuple(out), tuple(edits)


def _unseen(chars: str) -> str:
    return "".join(" " for char in chars if char in LINE_BREAKS)


def _unseen_in_code(chars: str) -> str:
    return "".join("\n" for char in chars if char in LINE_BREAKS)


def _windows(chars: str) -> str:
    return chars.encode("latin-1").decode("cp1252", "ignore")


def _sub(
    block: Block, text: str, rule: str, pattern: re.Pattern[str], instead: Callable[[str], str], edits: list[Edit]
) -> str:
    first = pattern.search(text)
    if first is None:
        return text
    found = "".join(pattern.findall(text))
    gone = "".join(dict.fromkeys(found))
    now = "".join(map(instead, gone)).strip()
    edits.append(Edit(STEP, rule, block.seq, first.start(), gone, now, "likely" if now else "exact", len(found)))
    return pattern.sub(lambda one: instead(one[0]), text)
