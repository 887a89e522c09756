"""Qingwen's cleaners: bytes in, records out. Pure: no Prefect, no Arrow, no I/O beyond the packaged tables."""

from cleaners.decoding import decode
from cleaners.pipeline import clean_page, repair
from cleaners.policy import Policy
from cleaners.scripts import convert_config, convert_script, detect_script

__all__ = ["Policy", "clean_page", "convert_config", "convert_script", "decode", "detect_script", "repair"]
