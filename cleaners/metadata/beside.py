"""Lines that look like a dateline or byline and speak of what the text is about: an event's time, a book's author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.metadata import lexicon
from cleaners.metadata.dates import find_dates
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    label_longest: int = threshold(12, "characters", "the longest label before a date")
    told: int = threshold(200, "characters", "of a line in which a birth is looked for")
    near: int = threshold(3, "lines", "on either side that tell what a date is of")


T = Thresholds()
_DATED = re.compile(r"[\d年]")
_BORN = re.compile("[生卒立世于]")  # one of which is in every word for a birth or a foundation
_SIGN = re.compile("[生卒立世于年]")  # without one of which neither is there
_SPAN = re.compile(r"[-—–~～]\s?(?:19|20)\d\d\s?年")  # 1931-2003年


def tells_of_subject(texts: Sequence[str], number: int) -> bool:
    """Whether line `number` tells when an event takes place or who made a work, as the lines beside it do."""
    beside = (*texts[max(0, number - T.near) : number], *texts[number + 1 : number + 1 + T.near])
    if lexicon.find("event-time", texts[number]):
        return any(lexicon.find("event-field", text) for text in beside)
    return lexicon.find("work-maker", texts[number]) is not None and any(
        lexicon.find("work-field", text) for text in beside
    )


def births(texts: Sequence[str]) -> frozenset[str]:
    """Days (ISO 8601) on which, by these lines, someone was born or something was founded: no dates of publication."""
    found = set()
    before, behind = lexicon.shape("birth-before"), lexicon.shape("birth-after")
    if not _SIGN.search("\n".join([text[: T.told] for text in texts])):
        return frozenset()
    for number, whole in enumerate(texts):
        text = whole[: T.told]
        if not _DATED.search(text):
            continue
        above = texts[number - 1] if number and len(texts[number - 1]) <= T.label_longest else ""
        if not (_BORN.search(text) or _BORN.search(above) or _SPAN.search(text)):
            continue
        if not (before.search(text) or before.search(above) or behind.search(text)):
            continue
        for dated in find_dates(text):
            told = text[: dated.start].strip() or above.strip()
            if lexicon.find("birth-before", told[-T.label_longest :]) or lexicon.find(
                "birth-after", text[dated.end :][:12]
            ):
                found.add(dated.iso[:10])
    return frozenset(found)
