"""Traditional text: of Taiwan, of Hong Kong, or Simplified text forced into Traditional one character for one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cleaners.scripts import tables
from cleaners.scripts.matcher import Step
from cleaners.scripts.opencc import convert_config
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    sample: int = threshold(20_000, "code points", "of a text that are looked at")
    least: float = threshold(
        0.5, "evidence", "without which no region is told; as much is asked of each 500 characters"
    )
    clear: float = threshold(1.5, "times", "how much more evidence the one must have than the other")


T = Thresholds()


def region(text: str) -> str:
    """ "Hant-TW" or "Hant-HK" where characters and words of a Traditional text tell which, "" where they do not."""
    text = text[: T.sample]
    characters, words = _lexicon()
    score: dict[str, float] = {}
    for character in set(text) & characters.keys():
        kind, weight = characters[character]
        score[kind] = score.get(kind, 0.0) + weight * text.count(character)
        if kind == "both":
            score[kind] = 1.0
    for _, _, value in words.matches(text):
        kind, _, worth = value.partition(":")
        score[kind] = score.get(kind, 0.0) + float(worth)
    get = score.get
    old = get("old", 0.0)
    # How words are written comes before which words they are: Taiwan's writing with the mainland's words is Taiwan's.
    tw, hk = get("form-tw", 0.0), get("form-hk", 0.0)
    if get("both") and not old:
        hk += get("form-hk-old", 0.0)
    found = _ruling(tw, hk, old, len(text))
    if not found:
        hk += get("hk", 0.0)
        found = _ruling(tw + get("tw", 0.0), hk + get("hk-also", 0.0) if hk else 0.0, old, len(text))
    return found if found and not is_forced(text) else ""


def _ruling(tw: float, hk: float, old: float, length: int) -> str:
    if max(tw, hk) < max(T.least, length / 1000) or old >= max(tw, hk):
        return ""
    if tw > T.clear * hk:
        return "Hant-TW"
    return "Hant-HK" if hk > T.clear * tw else ""


def is_forced(text: str) -> bool:
    """Whether a Traditional text was made from Simplified one character for one: 后 里 范 stand where 後 裏 範 belong.

    The evidence is what true conversion would change: the text is made Simplified and Traditional again, and its
    characters with several forms are compared with what comes back.
    """
    kept, proper = forced_evidence(text[: T.sample])
    return kept > 2 * proper


def forced_evidence(text: str) -> tuple[int, int]:
    """How many characters with several Traditional forms stand where another form belongs, and how many are right."""
    forms = _forced()
    right = "".join(forms.values())
    kept = proper = 0
    if not any(c in text for c in forms) and not any(c in text for c in right):
        return 0, 0
    for line in text.split("\n"):
        back = convert_config(convert_config(line, "t2s"), "s2t")
        if len(back) != len(line):
            continue
        for stands, belongs in zip(line, back, strict=True):
            if stands != belongs:
                kept += belongs in forms.get(stands, "")
            else:
                proper += stands in right
    return kept, proper


@cache
def _lexicon() -> tuple[dict[str, tuple[str, float]], Step]:
    characters: dict[str, tuple[str, float]] = {}
    words: dict[str, str] = {}
    hong_kong = tables.dictionary("HKPhrasesRev")
    for key, value in tables.dictionary("TWPhrasesRev").items():
        if len(key) > 2 and key not in hong_kong and value.split(" ")[0] != key:
            words[key] = "tw:1"
    for kind, weight, what in tables.table("regions.tsv"):
        if " " in what:
            words.update(dict.fromkeys(what.split(" "), f"{kind}:{weight}"))
        else:
            characters.update(dict.fromkeys(what, (kind, float(weight))))
    return characters, Step([words])


@cache
def _forced() -> dict[str, str]:
    return {row[0]: row[1] for row in tables.table("forced.tsv")}
