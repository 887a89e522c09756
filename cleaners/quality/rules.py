"""The figures that the rules of schemas/quality.py go by, and which of them a text fails.

A word is a run of letters and digits, or 1.8 Han characters: so many has a word as jieba cuts them (132 saved Chinese
pages, deciles 1.67 to 2.01; a tokeniser is 20 times slower than all of this). Marks count as words where FineWeb's
tokenisers count them (line breaks to a word).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaners.quality.characters import HAN, Tally
from cleaners.text import HAN_CLASS
from cleaners.thresholds import threshold
from schemas.quality import LANGUAGES, RULES
from schemas.records import Quality


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    han_per_word: float = threshold(1.8, "Han characters", "of a word; jieba gives 1.83 on saved pages")
    short_line: int = threshold(30, "characters", "the longest line that FineWeb calls short")
    long_line: int = threshold(24, "characters", "of a line that has three words without a count")
    sentence_words: int = threshold(3, "words", "of a line in which C4 counts sentences")


T = Thresholds()
TERMINAL = (".", "!", "?", "'", '"', "。", "！", "？", "…", "”", "’", "」", "』")
BULLETS = ("•", "‣", "▪", "●", "◦", "·", "- ", "* ")
_RUN = re.compile(f"[^\\W_{HAN_CLASS}]+")
_ASCII_RUN = re.compile("[A-Za-z0-9]+")  # the same of a line in ASCII, many times as fast
_ELLIPSIS = re.compile(r"\.\.\.|…")
_END = re.compile(r"[。！？!?….](?:(?<=[。！？!?])(?![。！？!?])|(?<=…)(?!…)|(?<=\.)(?=\s|$))")
# FineWeb2's function words of Chinese (configs/cmn_Hani.yml) that are one character, and Gopher's of English: its rule
# counts these and no others, while FUNCTION_WORDS of `characters` are for a ratio that is our own.
FINEWEB_STOP_WORDS = frozenset("的年在月是和日了於為有被人中为他與後也而由")
GOPHER_STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))


def measured(text: str, lines: Sequence[str], counts: Mapping[str, int], kinds: Tally) -> dict[str, Any]:
    """The figures by their names in schemas.records.Quality; all of a text without a word are 0.

    lines: the lines of the text that are not empty. counts: how often each character stands in it. kinds: what they
    are. Linear in the text.
    """
    runs = _runs(text, lines, kinds)
    words = len(runs) + kinds.han / T.han_per_word
    if not words or not lines:
        return {}
    letters = sum(1 for run in runs if not run.isdigit()) + kinds.han / T.han_per_word
    length = sum(map(len, lines))
    bulleted = any(bullet[0] in counts for bullet in BULLETS)
    elided = "…" in counts or counts.get(".", 0) >= 3
    lorem = "lorem ipsum" in text.lower() if "orem" in text or "OREM" in text else False
    return {
        "word_count": round(words),
        "line_punct_ratio": _share(sum([line.endswith(TERMINAL) for line in lines]), len(lines)),
        "short_line_ratio": _share(sum([len(line) <= T.short_line for line in lines]), len(lines)),
        "char_dup_ratio": _share(length - sum(map(len, set(lines))), length),
        "list_ratio": _share(counts.get("\n", 0), words + kinds.marks),
        "bullet_line_ratio": _share(
            sum([line.lstrip().startswith(BULLETS) for line in lines] if bulleted else ()), len(lines)
        ),
        "ellipsis_line_ratio": _share(
            sum([line.rstrip().endswith(("...", "…")) for line in lines] if elided else ()), len(lines)
        ),
        "hash_word_ratio": _share(counts.get("#", 0), words),
        "ellipsis_word_ratio": _share(len(_ELLIPSIS.findall(text)) if elided else 0, words),
        "alpha_word_ratio": _share(letters, words),
        "stop_word_count": sum(counts.get(word, 0) for word in FINEWEB_STOP_WORDS) + _english_stop_words(runs),
        "sentence_count": sum(len(_END.findall(line)) for line in lines if _holds_sentences(line)),
        "curly_brackets": counts.get("{", 0),
        "lorem_ipsum": int(lorem),
    }


def _runs(text: str, lines: Sequence[str], kinds: Tally) -> list[str]:
    """The runs of letters and digits of a text, none of which goes over the end of a line."""
    if kinds.han:
        return _RUN.findall(text)
    return [run for line in lines for run in (_ASCII_RUN if line.isascii() else _RUN).findall(line)]


def failed(figures: Quality, language: str) -> tuple[str, ...] | None:
    """Names of the rules that a document fails, in the order of RULES; None for a language without bars."""
    if language not in LANGUAGES:
        return None
    return tuple(name for name, rule in RULES.items() if rule.fails(getattr(figures, rule.column), language))


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4)


def _english_stop_words(runs: Sequence[str]) -> int:
    return sum(1 for run in runs if run.lower() in GOPHER_STOP_WORDS)


def _holds_sentences(line: str) -> bool:
    """Whether C4 counts the sentences of a line: it ends as one does, not with three dots, and is no mere word."""
    if not line.endswith(TERMINAL) or line.endswith("..."):
        return False
    return (
        len(line) > T.long_line or len(_RUN.findall(line)) + len(HAN.findall(line)) / T.han_per_word >= T.sentence_words
    )
