"""What sites put around a text, taken away by rules that are data."""

from cleaners.boilerplate.notices import at_head
from cleaners.boilerplate.stripping import strip
from cleaners.boilerplate.titles import FIRST_LINE, UNTITLED, UNTITLED_PARTED, title_line

__all__ = ["FIRST_LINE", "UNTITLED", "UNTITLED_PARTED", "at_head", "strip", "title_line"]
