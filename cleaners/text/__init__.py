"""What every room stands on: classes of characters, lines, labels and marks, what a title looks like."""

from cleaners.text.chars import BLANKS, EDGES, HAN, LINE_BREAKS, trimmed
from cleaners.text.labels import RANK, Label, read_label
from cleaners.text.lines import code_rows, continued, glue, has_code_sign, indents, tidy
from cleaners.text.marks import STRONG, TitleMark, numbered, read_mark
from cleaners.text.titles import GLOSS, title_like

__all__ = [
    "BLANKS",
    "EDGES",
    "GLOSS",
    "HAN",
    "LINE_BREAKS",
    "RANK",
    "STRONG",
    "Label",
    "TitleMark",
    "code_rows",
    "continued",
    "glue",
    "has_code_sign",
    "indents",
    "numbered",
    "read_label",
    "read_mark",
    "tidy",
    "title_like",
    "trimmed",
]
