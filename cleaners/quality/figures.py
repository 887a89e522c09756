"""Figures and flags about a document's text. None of them drops a document."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from cleaners.model import model
from cleaners.quality import rules
from cleaners.quality.characters import HAN, tally
from cleaners.text import HAN_CLASS, WordIndex, counted, lexicon, read_label
from cleaners.thresholds import threshold
from schemas.records import Block, Quality

_LEXICON = lexicon("quality.toml")
REDACTED = re.compile(  # whether there is one, not how long it is: a run is not looked through from each of its signs
    rf"(?:(?<=[{HAN_CLASS}，。、：:,“(（\n])|^)__|__(?=[{HAN_CLASS}])"
    rf"|(?<![A-Za-z])[Xx]{{2,6}}(?=[{HAN_CLASS}])(?!{_LEXICON.any_of('no-redaction')})|(?<=[{HAN_CLASS}])[Xx]{{2,6}}(?![A-Za-z])(?=[{HAN_CLASS}，。、,;；）)\"”]|$)"
    rf"|(?:19|20)[Xx]{{2}}|(?:19|20)\d?[*＊×Xx]{{1,2}}(?=年|[-./]\d)|[×╳]{{2}}|[○〇]{{2}}(?=[年月日市县區区省])"
    rf"|(?<=[{HAN_CLASS}])\*{{1,4}}(?={_LEXICON.any_of('redacted')})|(?<=[{HAN_CLASS}])[□■]{{2,}}(?=[{HAN_CLASS}])"
)
REDACTED_FIRST = re.compile("[_Xx×╳○〇*□■]|(?:19|20)[0-9*＊×Xx]")
REDACTED_SIGNS = ("__", "XX", "xx", "Xx", "xX", "X年", "x年", "×", "╳", "○", "〇", "*", "＊", "□", "■")
TERMINAL = "。！？!?…；;.」』”’\"')）】》~～—"
SIGNATURE = re.compile(r"\d{2,4}\s?年.{0,12}[月日]|\d{4}[-./]\d{1,2}|[〇零一二三四五六七八九十]{4}年")
EXAM, FORM, UNENDED = map(_LEXICON.matcher, ("exam", "form", "unended"))
OPTIONS = re.compile(r"^[(（]?A[)）.．、]", re.M)  # the first of a question's options
BLANK = re.compile("_{2,}")
LOST = re.compile(f"(?<=[{HAN_CLASS}])\\?{{2,}}(?=[{HAN_CLASS}])|\ufffd")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    lost_least: int = threshold(
        3, "places", "with ??? where nothing else says that the page was damaged: people write so, too"
    )
    # Of 22 spam texts (tests/cases/spam; 8 were written when the lexicon stood) 20 score .3 and more, of 11 honest ones
    # of the same subjects none scores above .1.
    spam_full: float = threshold(0.02, "weight to a character", "at which a text is full of spam")
    spam_least: int = threshold(300, "characters", "that a shorter text counts as")
    spam_variety: int = threshold(5, "words", "different ones at which nothing is taken off")
    spam_repeats: int = threshold(3, "times", "that one word counts")
    soliciting: int = threshold(2, "words", "that one that solicits counts for")
    told: float = threshold(0.3, "share", "of a score that each different word of those who tell of spam leaves")


T = Thresholds()


def figures(text: str, language: str = "") -> Quality:
    """Figures of a text: ratios between 0 and 1, lengths in code points. language: ISO 639-1, whose bars are asked.

    duplicate_line_ratio: lines that stood before, of all (Gopher, Rae et al. 2021, A.1.1); mean_line_length:
    of non-empty lines (FineWeb, C4); symbol_ratio: signs that are neither letters, digits nor usual marks;
    stop_word_ratio: characters that are one of the commonest function words; spam_score: lexicons/quality.toml;
    the rest, and which rules fail: `rules`.
    """
    count = len(text)
    if not count:
        return Quality()
    lines = [line for line in text.split("\n") if line]
    counts = counted(text)
    kinds = tally(counts)
    found = Quality(
        char_count=count,
        han_ratio=round(kinds.han / count, 4),
        mean_line_length=round(sum(map(len, lines)) / len(lines), 2) if lines else 0.0,
        duplicate_line_ratio=round((len(lines) - len(set(lines))) / len(lines), 4) if lines else 0.0,
        digit_ratio=round(kinds.digits / count, 4),
        symbol_ratio=round(kinds.symbols / count, 4),
        stop_word_ratio=round(kinds.function_words / count, 4),
        spam_score=round(_spam(text), 4),
        **rules.measured(text, lines, counts, kinds),
    )
    return replace(found, failed_rules=rules.failed(found, language))


def flags(blocks: Sequence[Block], text: str, *, repaired: bool = False) -> tuple[str, ...]:
    """Flags that the text itself gives: "redacted" where marks stand for what was taken out (__年, XX市, 20xx年, ××),
    "unfinished" where the last sentence stops short, "damaged" where what damage leaves stands in it still.

    repaired: whether the page was damaged and repaired: then question marks amid a sentence are lost characters.
    """
    found = []
    if any(sign in text for sign in REDACTED_SIGNS) and _redacted(_without_blanks(text)):
        found.append("redacted")
    if _damaged(text, repaired):
        found.append("damaged")
    if _unfinished(blocks):
        found.append("unfinished")
    return tuple(found)


def _redacted(text: str) -> bool:
    """Whether REDACTED stands in a text. It is tried where one of its first signs is, which are few."""
    return any(REDACTED.match(text, sign.start()) for sign in REDACTED_FIRST.finditer(text))


def _without_blanks(text: str) -> str:
    """The text of an exam, or of a form, without the blanks that are to be filled in; any other as it is."""
    if "__" not in text or not (EXAM(text) or FORM(text) or len(OPTIONS.findall(text)) >= 2):
        return text
    return BLANK.sub("", text)


def _damaged(text: str, repaired: bool) -> bool:
    """Whether lost characters stand in it as question marks amid a sentence, or marks of undecodable bytes."""
    lost = LOST.findall(text) if "??" in text or "\ufffd" in text else []
    return len(lost) >= (1 if repaired else T.lost_least)


def _unfinished(blocks: Sequence[Block]) -> bool:
    """Whether prose whose paragraphs end in a stop breaks off, or ends with a heading that has nothing under it."""
    prose = [b.text.rstrip() for b in blocks if b.kind in ("paragraph", "item", "heading") and b.text.strip()]
    if not prose or blocks[-1].text.rstrip() != prose[-1] or not HAN.search(prose[-1]):
        return False
    last, body = prose[-1], [text for text in prose[:-1] if len(text) >= 30]
    if last[-1] in TERMINAL or SIGNATURE.search(last[-20:]):
        return False
    if not body or sum(1 for text in body if text[-1] in TERMINAL) < 0.6 * len(body):
        return False
    if last[-1] in "，,、":
        return True
    if read_label(last) is not None:
        return True
    if UNENDED(last):
        return True
    return len(last) >= 24 and any(c in last for c in "，,。、")


def _spam(text: str) -> float:
    """How much a text reads like spam, 0 to 1: how dense the words of the lexicon are, times the square of how many
    different ones there are, of `spam_variety`; a part of that for each different word that tells of spam. A word
    counts three times at the most."""
    lowered = text.lower()
    weight, variety, named, told = 0.0, 0, False, 0
    words = _spam_words()
    for word in _spam_index().held(lowered):
        value, role = words[word]
        if role == "reports":
            told += 1
            continue
        weight += value * min(lowered.count(word), T.spam_repeats)
        variety += T.soliciting if role == "solicits" else 1
        named = named or not role
    if not named:
        return 0.0
    dense = min(1.0, weight / max(len(text), T.spam_least) / T.spam_full)
    return dense * min(1.0, variety / T.spam_variety) ** 2 * T.told**told


@cache
def _spam_index() -> WordIndex:
    return WordIndex(tuple(_spam_words()), model().unigram)


@cache
def _spam_words() -> dict[str, tuple[float, str]]:
    text = resources.files("cleaners.lexicons").joinpath("quality.toml").read_text(encoding="utf-8")
    words: dict[str, tuple[float, str]] = {}
    for category in tomllib.loads(text)["category"]:
        role = next((name for name in ("solicits", "reports") if category.get(name)), "")
        for word in category["words"]:
            words[word.lower()] = float(category["weight"]), role
    return words
