"""How wide lines are, in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.text.chars import BLANKS

# East Asian Width W and F (UAX 11) by block: a stray symbol among them is of no weight.
WIDE_RUNS = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f"
    "\uff01-\uff60\uffe0-\uffe6\U0001f300-\U0001f64f\U0001f900-\U0001f9ff\U00020000-\U0003fffd]+"
)


def columns(text: str) -> int:
    """Width of a text in columns of a terminal: two for a wide character."""
    return len(text) + sum(map(len, WIDE_RUNS.findall(text)))


def indents(lines: Sequence[str]) -> list[int]:
    """Columns of white space before each line that holds anything, in order."""
    return [
        0 if line[0] not in BLANKS else columns(line[: len(line) - len(line.lstrip(BLANKS))])
        for line in lines
        if line.strip(BLANKS)
    ]
