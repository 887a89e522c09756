"""Documents from blocks: their text and their Markdown, and what stands in blocks besides text."""

from cleaners.rendering.document import count, images_of, links_of, placed, text_of, with_images, written
from cleaners.rendering.markdown import escaped, markdown
from cleaners.rendering.runs import LOST, SIGNS, Veil, carried, substituted

__all__ = [
    "LOST",
    "SIGNS",
    "Veil",
    "carried",
    "count",
    "escaped",
    "images_of",
    "links_of",
    "markdown",
    "placed",
    "substituted",
    "text_of",
    "with_images",
    "written",
]
