"""How likely a string is as running text: the character model, and the words of the page itself."""

from cleaners.model.charmodel import CharModel, Choices, front, model, onward, score
from cleaners.model.pagewords import LEFT, PageWords

__all__ = ["LEFT", "CharModel", "Choices", "PageWords", "front", "model", "onward", "score"]
