"""What is the name of a person, of a medium, of neither."""

from __future__ import annotations

import re

from cleaners.metadata import lexicon

NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6}){0,2}"
_STAFF_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])[_ ][A-Z]{1,4}\d{2,6}$")  # 杨青_NF0001
# 林晓舟／江畔报道, 林晓舟摘自《江边的树》
_BEHIND_NAME = re.compile(
    r"(?<=..)\s?(?:[/／]\s?[\u4e00-\u9fff]{2,8}(?:报道|報導|报导)|(?:摘自|选自|摘编自|原载)\s?[《“「].*)$"
)
# 记者林晓舟, by Lin; 文 and by are beginnings of names too, and need a sign behind them
_ROLE = re.compile(
    r"^(?:本报|本報|本网|特约|特派)?"
    r"(?:(?:记者|記者|作者)[\s/／:：]*|(?:文|(?:written |posted |story )?by)(?:[\s/／|｜:：]+|$))",
    re.I,
)
SEPARATED = re.compile(r"[\s、，,\u3000]+")


def clean_source(name: str) -> str | None:
    """A source's name without what clings to it; None where it is not one."""
    name = re.sub(r"^(?:来源|來源)[:：]\s?", "", name.strip()).strip(' \u3000·:：、-—|[]【】<>《》"“”')
    name = re.sub(r"\s(?:原创稿|原创|作者(?s:.*))$", "", name)
    if not 2 <= len(name) <= 30 or lexicon.find("no-source", name):
        return None
    return name


def clean_name(name: str) -> str | None:
    """An author's name (or names) without what clings to it; None where it is not one."""
    name = re.sub(r"\s+", " ", name).strip(" ·:：、-—|[]【】<>,，/")
    name = _ROLE.sub("", name).strip()
    name = _BEHIND_NAME.sub("", name)
    name = re.sub(r"\s?(?:发布于?|发表于?|著|撰|的博客)$", "", name)
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
