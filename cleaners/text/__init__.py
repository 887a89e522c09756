"""What every room stands on: classes of characters, lines, labels and marks, what a title looks like, what changed.

chars, lines, markup    what characters are, lines of plain text, lines of Markdown
labels, marks, titles   how a line begins that heads a section, or a document, or is a title
lexicon, wordindex      phrases and words that are data, and which of many words a text holds
ledger, flags, counted  where what was replaced stood, what blocks hand on, how often a character stands in a text
"""

from cleaners.text.chars import BLANKS, EDGES, GLOSS, HAN, HAN_CLASS, LINE_BREAKS, trimmed
from cleaners.text.code import code_rows, has_code_sign, is_data, is_prose, mostly_wide
from cleaners.text.counted import counted
from cleaners.text.flags import handed_on
from cleaners.text.labels import RANK, Label, number, read_label
from cleaners.text.ledger import Ledger, Span, replayed
from cleaners.text.lexicon import SCOPES, Lexicon, Matcher, bound, compiled, lexicon, matching
from cleaners.text.lines import continued, glue, tidy
from cleaners.text.marks import STRONG, TitleMark, numbered, read_mark
from cleaners.text.markup import groups, has_sentence, is_markdown, is_tex, verbatim
from cleaners.text.titles import title_like
from cleaners.text.widths import indents
from cleaners.text.wordindex import WordIndex

__all__ = [
    "BLANKS",
    "EDGES",
    "GLOSS",
    "HAN",
    "HAN_CLASS",
    "LINE_BREAKS",
    "RANK",
    "SCOPES",
    "STRONG",
    "Label",
    "Ledger",
    "Lexicon",
    "Matcher",
    "Span",
    "TitleMark",
    "WordIndex",
    "bound",
    "code_rows",
    "compiled",
    "continued",
    "counted",
    "glue",
    "groups",
    "handed_on",
    "has_code_sign",
    "has_sentence",
    "indents",
    "is_data",
    "is_markdown",
    "is_prose",
    "is_tex",
    "lexicon",
    "matching",
    "mostly_wide",
    "number",
    "numbered",
    "read_label",
    "read_mark",
    "replayed",
    "tidy",
    "title_like",
    "trimmed",
    "verbatim",
]
