"""What sites put around a text, taken away by rules that are data."""

from cleaners.boilerplate.folding import simplified
from cleaners.boilerplate.notices import at_head, is_editor_line, is_share_bar
from cleaners.boilerplate.stripping import strip
from cleaners.boilerplate.titles import UNTITLED, UNTITLED_PARTED, title_line

__all__ = [
    "UNTITLED",
    "UNTITLED_PARTED",
    "at_head",
    "is_editor_line",
    "is_share_bar",
    "simplified",
    "strip",
    "title_line",
]
