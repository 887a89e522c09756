"""What is the name of a person, of a medium, of neither."""

from __future__ import annotations

import re

from cleaners.metadata import lexicon

NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6}){0,2}"
_STAFF_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])[_ ][A-Z]{1,4}\d{2,6}$")  # 杨青_NF0001
SEPARATED = re.compile(r"[\s、，,\u3000]+")


def clean_source(name: str) -> str | None:
    """A source's name without what clings to it; None where it is not one."""
    name = lexicon.rid("before-source", name.strip()).strip(' \u3000·:：、-—|[]【】<>《》"“”')
    name = lexicon.rid("behind-source", name)
    if not 2 <= len(name) <= 30 or lexicon.find("no-source", name):
        return None
    return name


def clean_name(name: str) -> str | None:
    """An author's name (or names) without what clings to it; None where it is not one."""
    name = re.sub(r"\s+", " ", name).strip(" ·:：、-—|[]【】<>,，/")
    name = lexicon.rid("before-name", name).strip()
    name = lexicon.rid("name-verb", lexicon.rid("behind-name", name))
    name = _STAFF_NUMBER.sub("", name)
    if not 1 < len(name) <= 40 or lexicon.find("no-name", name) or lexicon.find("no-author", name):
        return None
    return name


def surnamed(name: str) -> bool:
    """Whether a word is a Chinese name by its look: a surname and one or two characters."""
    single, compound = lexicon.surnames()
    if name[:2] in compound:
        return 3 <= len(name) <= 4
    return 2 <= len(name) <= 3 and name[0] in single and re.fullmatch(NAME, name) is not None


def is_organisation(name: str) -> bool:
    """Whether a name is that of an organisation or a medium."""
    return lexicon.find("organisation", name) is not None
