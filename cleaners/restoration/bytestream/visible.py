"""A text of an annotated page with its annotations told from what stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.evidence import reading, seen_annotations


class Token(NamedTuple):
    """An annotation in the text: where it ends, its reading, and whether its parenthesis was swallowed (`?xué)`)."""

    end: int
    reading: str
    swallowed: bool


@dataclass(frozen=True, slots=True)
class Visible:
    """A text, its annotations by where they start, and the characters outside them with their offsets."""

    text: str
    tokens: dict[int, Token]
    starts: dict[int, int]  # end of an annotation -> its start
    places: list[int]
    plain: str  # the characters at `places`


def visible(text: str, sounds: lexicon.Sounds) -> Visible:
    """The text, read once."""
    seen = seen_annotations(text, sounds)
    tokens = {m.start(): Token(m.end(), reading(m), m[0][0] == "?") for m in seen}
    places: list[int] = []
    between: list[str] = []
    at = 0
    for start, token in tokens.items():
        places += range(at, start)
        between.append(text[at:start])
        at = token.end
    places += range(at, len(text))
    between.append(text[at:])
    plain = "".join(between)
    return Visible(text, tokens, {token.end: start for start, token in tokens.items()}, places, plain)
