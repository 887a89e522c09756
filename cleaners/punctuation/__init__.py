"""Punctuation as Chinese text has it, where a site folded it to ASCII."""

from cleaners.punctuation.normalising import normalise

__all__ = ["normalise"]
