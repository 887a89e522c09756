"""HTML to the article: the part of the tree that holds the text, as blocks."""

from cleaners.extraction.article import Extracted, extract, shown
from cleaners.extraction.kept import Kept
from cleaners.extraction.kind import is_feed, is_html

__all__ = ["Extracted", "Kept", "extract", "is_feed", "is_html", "shown"]
