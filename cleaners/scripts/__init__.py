"""Simplified and Traditional: which script a text is in, and one made the other."""

from cleaners.scripts.converting import convert, convert_config, convert_script, detect_script, language, shares
from cleaners.scripts.tables import dictionary

__all__ = ["convert", "convert_config", "convert_script", "detect_script", "dictionary", "language", "shares"]
