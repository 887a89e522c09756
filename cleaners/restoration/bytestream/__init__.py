"""Pages whose bytes a site annotated with pinyin: annotations out, broken characters back, with proof."""

from cleaners.restoration.bytestream.gate import is_annotated, restore

__all__ = ["is_annotated", "restore"]
