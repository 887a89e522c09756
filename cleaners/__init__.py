"""Qingwen's cleaners: bytes in, records out. Pure: no Prefect, no Arrow, no I/O beyond the packaged tables."""

from importlib import import_module
from typing import TYPE_CHECKING

import schemas

if not hasattr(schemas, "OURS"):  # a folder or module of that name stands before ours on the path
    _place = getattr(schemas, "__file__", None) or next(iter(schemas.__path__))
    raise ImportError(
        f"{_place} shadows the package `schemas` that comes with qingwen: rename it, start Python in another folder, "
        "or with -P (which leaves the working folder off the path)"
    )

if TYPE_CHECKING:
    from cleaners.decoding import decode
    from cleaners.pipeline import clean_page, repair
    from cleaners.policy import Policy
    from cleaners.scripts import convert_config, convert_script, detect_script

__all__ = ["Policy", "clean_page", "convert_config", "convert_script", "decode", "detect_script", "repair"]

_HOMES = {
    "Policy": "cleaners.policy",
    "clean_page": "cleaners.pipeline",
    "convert_config": "cleaners.scripts",
    "convert_script": "cleaners.scripts",
    "decode": "cleaners.decoding",
    "detect_script": "cleaners.scripts",
    "repair": "cleaners.pipeline",
}


def __getattr__(name: str) -> object:
    """What the face offers, from where it lives, when it is first asked for (PEP 562).

    All rooms together take .6 s to load; who needs one alone, as most commands of `qingwen` do, need not wait for them.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
