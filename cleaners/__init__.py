"""Qingwen's cleaners: bytes in, records out. Pure: no Prefect, no Arrow, no I/O beyond the packaged tables."""

import schemas

if not hasattr(schemas, "OURS"):  # a folder or module of that name stands before ours on the path
    _place = getattr(schemas, "__file__", None) or next(iter(schemas.__path__))
    raise ImportError(
        f"{_place} shadows the package `schemas` that comes with qingwen: rename it, start Python in another folder, "
        "or with -P (which leaves the working folder off the path)"
    )

from cleaners.decoding import decode
from cleaners.pipeline import clean_page, repair
from cleaners.policy import Policy
from cleaners.scripts import convert_config, convert_script, detect_script

__all__ = ["Policy", "clean_page", "convert_config", "convert_script", "decode", "detect_script", "repair"]
