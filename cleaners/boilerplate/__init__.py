"""What sites put around a text, taken away by rules that are data."""

from cleaners.boilerplate.folding import simplified
from cleaners.boilerplate.joining import join_lines
from cleaners.boilerplate.notices import at_head, is_editor_line, is_share_bar
from cleaners.boilerplate.stripping import strip
from cleaners.boilerplate.titles import plainly, take_title, title_line

__all__ = [
    "at_head",
    "is_editor_line",
    "is_share_bar",
    "join_lines",
    "plainly",
    "simplified",
    "strip",
    "take_title",
    "title_line",
]
