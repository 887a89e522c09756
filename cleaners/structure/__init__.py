"""The documents of a page, and the outline of a document."""

from cleaners.structure.sections import outline
from cleaners.structure.splitting import Part, split

__all__ = ["Part", "outline", "split"]
