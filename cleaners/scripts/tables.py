"""The conversion dictionaries: those of opencc-python-reimplemented, and what OpenCC has learnt since.

The package's dictionaries are read by the package itself (`OpenCC(configuration).dict_cache`), never from its files.
The update in `lexicons/scripts/opencc/` holds the difference to a current OpenCC release, one file a dictionary, made
by `scripts/build_script_lexicon.py`; `corrections.tsv` holds this project's own entries.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Dictionary = Mapping[str, str]  # key -> candidates, separated by spaces; the first one is used
Group = tuple[str, ...]  # names of dictionaries in order of precedence

_ST: Group = ("STPhrases", "STPhrases_GeneratedFromRegionalPhrases", "STCharacters")
_TS: Group = ("TSPhrases", "TSCharactersExt", "TSCharacters")
_TW_REV: Group = ("TWVariantsRevPhrases", "TWVariantsRev")
_HK_REV: Group = ("HKVariantsRevPhrases", "HKVariantsRev")
_TW: Group = ("TWVariantsPhrases", "TWVariants")
_HK: Group = ("HKVariantsPhrases", "HKVariants")

# OpenCC's configurations: the groups are applied one after the other, each to what the one before has made.
CHAINS: dict[str, tuple[Group, ...]] = {
    "t2s": (_TS,),
    "s2t": (_ST,),
    "tw2s": (_TW_REV, _TS),
    "tw2sp": (("TWPhrasesRev", *_TW_REV), _TS),
    "hk2s": (_HK_REV, _TS),
    "hk2sp": (("HKPhrasesRev", *_HK_REV), _TS),
    "s2tw": (_ST, _TW),
    "s2twp": (_ST, ("TWPhrases",), _TW),
    "s2hk": (_ST, _HK),
    "s2hkp": (_ST, ("HKPhrases",), _HK),
    "t2tw": (_TW,),
    "t2hk": (_HK,),
    "tw2t": (_TW_REV,),
    "hk2t": (_HK_REV,),
}

# Looked up as one with the dictionary before it: the longer match wins, whichever of the two it is in.
JOINED = frozenset({"STPhrases_GeneratedFromRegionalPhrases"})

# The package's configuration with the least to load that has the dictionary. Those of CHAINS that are missing here are
# in no configuration of the package.
_HOME = {
    "TSPhrases": "t2s",
    "TSCharacters": "t2s",
    "STPhrases": "s2t",
    "STCharacters": "s2t",
    "TWVariants": "t2tw",
    "HKVariants": "t2hk",
    "TWVariantsRevPhrases": "tw2s",
    "TWVariantsRev": "tw2s",
    "HKVariantsRevPhrases": "hk2s",
    "HKVariantsRev": "hk2s",
    "TWPhrases": "s2twp",
    "TWPhrasesRev": "tw2sp",
}

_lock = threading.Lock()
_loaded: dict[str, Dictionary] = {}  # what the package has read, by dictionary name


def package_dictionary(name: str) -> Dictionary:
    """A dictionary as opencc-python-reimplemented has it; empty where no configuration of the package uses it."""
    home = _HOME.get(name)
    if home is None:
        return {}
    with _lock:
        if name not in _loaded:
            import opencc

            for path, (_, _, entries) in opencc.OpenCC(home).dict_cache.items():
                _loaded.setdefault(_stem(path), entries)
        return _loaded[name]


def update(name: str) -> dict[str, str]:
    """What the update says of a dictionary: key -> candidates, or "" where the key is to go."""
    return {row[0]: row[1] for row in table(f"opencc/{name}.tsv")}


@cache
def dictionary(name: str, updated: bool = True) -> Dictionary:
    """A dictionary by OpenCC's name, as the package has it or with the update laid over it."""
    base = package_dictionary(name)
    if not updated:
        return base
    changes = update(name)
    if not changes:
        return base
    merged = dict(base)
    merged.update(changes)
    for key, value in changes.items():
        if not value:
            del merged[key]
    return merged


@cache
def corrections() -> dict[str, tuple[str, str]]:
    """This project's own entries, Traditional to Simplified: key -> (value, class)."""
    return {row[1]: (row[2], row[0]) for row in table("corrections.tsv")}


def table(name: str) -> list[list[str]]:
    """The rows of a lexicon in lexicons/scripts, as lists of their cells; none where there is no such file."""
    try:
        text = files("cleaners.lexicons").joinpath("scripts", name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]


def _stem(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".txt")
