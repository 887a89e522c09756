"""How likely a string is as running text: the character model, and the words of the page itself."""

from cleaners.model.charmodel import CharModel, front, model, onward, score
from cleaners.model.pagewords import PageWords

__all__ = ["CharModel", "PageWords", "front", "model", "onward", "score"]
