"""Who wrote, by lines that write names with capitals: By Anna Marsh and Lee Cole | March 3, 2019; Von Anna Marsch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cleaners.metadata import lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    name_words: int = threshold(5, "words", "of the longest name")
    names: int = threshold(8, "names", "that a byline lists at most")
    word_longest: int = threshold(24, "characters", "of a word of a name")
    searched: int = threshold(400, "characters", "of a line that are looked at")
    ending: int = threshold(24, "characters", "behind a byline that tell whether it ends there")


T = Thresholds()
_TOKEN = re.compile(r"[^\s,;|•·:()\[\]]+|[,;|•·:()\[\]]")
_NAME_WORD = re.compile(r"(?:[^\W\d_]{1,3}\.)+(?:[^\W\d_]+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d", re.I)
# what stands before "by" amid a line: a date or its hour, not the name of other work (Photo by)
_AMID = (
    r"(?:(?<=[\d:|•·–—,)]\s)|(?<=[AaPp][Mm]\s)|(?<=[ECMP][SD]T\s)|(?<=[ECMP]T\s)|(?<=GMT\s)|(?<=UTC\s)|(?<=ago\s)"
    r"|(?<=osted\s)|(?<=itten\s)|(?<=ished\s))(?:[Bb]y|BY)\s(?=[A-Z])"
)
_BEHIND = re.compile(r"\s*(?:$|[|•·,;(\[/–—@-]|\d)")  # what may stand behind the names: nothing, a sign, a date


@dataclass(frozen=True, slots=True)
class Byline:
    """Names of a byline, and the span of the line that says them."""

    names: str
    start: int
    end: int


def find(text: str) -> Byline | None:
    """The names that a line gives behind a word for "by", None where it gives none.

    The word stands at the line's beginning or, in English, behind a date or an office. A name has two words at least;
    of one word it is all that follows "By" or a colon.
    """
    text = text[: T.searched]
    for match in _markers().finditer(text):
        names, end = names_at(text, match.end())
        mark = match[0].strip()
        alone = end == len(text) and (mark[-1] in ":：" or mark[-2:].lower() == "by")
        if names and (" " in names[0] or alone) and _ends(text, end):
            return Byline(joined(names), match.start(), end)
    return None


def written_by(text: str) -> str | None:
    """The names of `find`."""
    found = find(text)
    return found.names if found else None


def capitalised(text: str) -> str | None:
    """The names that a text begins with, where nothing stands behind them but an office, a handle or a date.

    For the text of an element that is called author. None where a name is of one word.
    """
    text = text[: T.searched].strip()
    names, end = names_at(text, 0)
    return joined(names) if names and " " in names[0] and _ends(text, end) else None


def joined(names: list[str]) -> str:
    """Names in one line, with commas where a name holds a blank."""
    names = list(dict.fromkeys(names))
    return (", " if any(" " in name for name in names) else " ").join(names)


def names_at(text: str, start: int) -> tuple[list[str], int]:
    """The names that stand at an offset, and where the last of them ends.

    A second name of one word is an office, a medium or a place (By Anna Marsh, Reuters), and no name.
    """
    names: list[str] = []
    words: list[re.Match[str]] = []
    end = start
    for token in _TOKEN.finditer(text, start):
        word = token[0]
        name = _is_name_word(word) and not _MONTH.match(text, token.start())
        if name or (words and lexicon.find("name-particle", word)):
            words.append(token)
            continue
        end = _close(names, words, text, end)
        words = []
        if len(names) >= T.names or not names or (word != "," and not lexicon.find("name-and", word)):
            return names, end
    return names, _close(names, words, text, end)


def _close(names: list[str], words: list[re.Match[str]], text: str, end: int) -> int:
    """Add the name that these words are, where they are one; where the names end then."""
    while words and lexicon.find("name-particle", words[-1][0]):
        words = words[:-1]
    if not words or len(words) > T.name_words or (names and len(words) == 1):
        return end
    names.append(" ".join(word[0] for word in words))
    return words[-1].end()


def _is_name_word(word: str) -> bool:
    return (
        word[0].isupper()
        and len(word) <= T.word_longest
        and _NAME_WORD.fullmatch(word) is not None
        and lexicon.find("no-name-word", word) is None
        and lexicon.find("no-name-word", word.capitalize()) is None
    )


def _ends(text: str, end: int) -> bool:
    """Whether what stands behind the names ends a byline."""
    behind = text[end : end + T.ending]
    return _BEHIND.match(behind) is not None or lexicon.find("byline-end", behind.lstrip()) is not None


@cache
def _markers() -> re.Pattern[str]:
    words = lexicon.shape("by").pattern
    return re.compile(rf"^[\W_]{{0,3}}(?:{words})(?:\s?[:：]\s?|\s)|{_AMID}")
