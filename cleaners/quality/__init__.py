"""Figures about a document, and the flags that its text earns."""

from cleaners.quality.figures import figures, flags

__all__ = ["figures", "flags"]
