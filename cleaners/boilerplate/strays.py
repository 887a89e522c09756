"""Lines at a text's edges that no word marks as boilerplate: headlines of other texts, a digest that says it twice.

Off the subject is the evidence: what the page's own running text says decides, by the pairs of characters in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from cleaners.boilerplate.folding import fold
from cleaners.text import HAN, Label, lexicon, read_label, title_like
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    fewest: int = threshold(3, "lines", "the fewest headlines at the end of a page that are taken for strays")
    most: int = threshold(80, "lines", "the most of them that are looked at")
    plain: int = threshold(11, "lines", "the most of them that may be Han alone: the words of a song are more")
    marked: float = threshold(0.5, "share", "of more lines that must have a mark, a digit or a Latin letter in them")
    shortest: int = threshold(6, "characters", "the shortest headline of a row")
    longest: int = threshold(44, "characters", "the longest headline of a row")
    usual: int = threshold(10, "characters", "that half of them have: lines of verse and signatures have fewer")
    lengths_apart: float = threshold(
        3.0, "times", "that the longest may be longer than the shortest: lines of one shape"
    )
    label: int = threshold(9, "characters", "the longest label of a field, with its colon")
    foreign: float = threshold(0.15, "share", "of the headlines' pairs of characters that may stand in the text")
    own: float = threshold(
        0.5, "share", "of a line's pairs from which it is the text's own, above teasers of other texts"
    )
    ranks: int = threshold(5, "lines", "numbered one after the other that make a list of what is read most")
    teasers: int = threshold(2, "lines", "that end in a link to all of a text")
    repeated: float = threshold(0.9, "share", "of lines that are there once, below which a list was put there often")
    entry_longest: int = threshold(80, "characters", "the longest link to another text below a text's end")
    teaser_longest: int = threshold(200, "characters", "the longest one that says what it is about and breaks off")
    signature: int = threshold(20, "characters", "up to which such a line can be a signature or a note")
    outweighs: float = threshold(0.5, "times", "the same where nothing stands at the text's end")
    ranked: float = threshold(0.25, "share", "of the pairs of ranked headlines that may stand in the text")
    ended: float = threshold(0.2, "times", "what stands below a text's end that the text must have at least")
    read: int = threshold(20_000, "characters", "of the text that the headlines are compared with")
    contents_longest: int = threshold(160, "characters", "the longest line of a table of contents")
    menu_least: int = threshold(5, "words", "of a line that is a row of a site's columns")
    menu_word: int = threshold(6, "characters", "the longest of them")
    latin_longest: int = threshold(80, "characters", "the longest name of a journal in Latin letters above a title")
    prose: int = threshold(30, "characters", "from which a line is running text")
    digest_lines: int = threshold(6, "lines", "at the head among which a digest is looked for")
    digest_least: int = threshold(12, "characters", "of a digest that another line must begin with")


T = Thresholds()

_LEXICON = lexicon("boilerplate.toml")
OWN_TAIL = _LEXICON.matcher("own-tail")
COLUMN = _LEXICON.matcher("column")
DIGEST = _LEXICON.matcher("digest")
CONTENTS = _LEXICON.matcher("contents")
MARKED = re.compile(r"[0-9A-Za-z：:？?！!“”《》|、，,…]|\.\.\.")
END_MARKS = "■□◆◇●▲ \u3000"  # what a magazine puts behind an article
LEADS_ON = ("[详细]", "[详情]", "[全文]", "[更多]")


def stray_tail(rows: Sequence[str]) -> int:
    """How many lines at the end are headlines of other texts: short, without a stop, of one shape, off the subject.

    They may be numbered as a list of what is read most (1 …, 2 …), or be teasers that lead to all of a text ([详细]).
    """
    framed = _at_end(rows, 1)
    if _is_frame(rows[len(rows) - framed :], rows[: len(rows) - framed]):
        return _framed(rows, framed)
    count = _at_end(rows, T.shortest)
    if count < T.fewest or count == len(rows):
        return 0
    run, text = rows[-count:], rows[: len(rows) - count]
    if not _ends_in_prose(text, run) or not _ranked(run):
        return 0
    repeated = len(set(run)) < T.repeated * count
    if not repeated and 2 * sum(map(_field, run)) >= count:
        return 0  # fields: a person to ask, a telephone
    lengths = sorted(map(len, run))
    if median(lengths) < T.usual or lengths[-1] > T.lengths_apart * lengths[0] or len(set(lengths)) == 1:
        return 0
    if count > T.plain and sum(1 for row in run if MARKED.search(row)) < T.marked * count:
        return 0
    known = _pairs("".join(text)[-T.read :])
    own = [_pairs(row) for row in run]
    if sum(len(pairs & known) for pairs in own) > T.foreign * sum(map(len, own)):
        return 0
    return count


def _at_end(rows: Sequence[str], shortest: int) -> int:
    """How many lines at the end are headlines of that many characters, or teasers."""
    count = 0
    while count < min(T.most, len(rows)) and (_teaser(rows[-1 - count]) or _headline(rows[-1 - count], shortest)):
        count += 1
    return count


def _is_frame(run: Sequence[str], text: Sequence[str]) -> bool:
    """Whether among lines are teasers of other texts, or a list of what is read most of other subjects."""
    if sum(map(_teaser, run)) >= T.teasers:
        return True
    ranked = [_pairs(row) for row in run if _rank(row) is not None]
    if len(ranked) < T.ranks:
        return False
    known = _pairs("".join(text)[-T.read :])
    return sum(len(pairs & known) for pairs in ranked) <= T.ranked * sum(map(len, ranked))


def _framed(rows: Sequence[str], count: int) -> int:
    """How many of the lines at the end are teasers of other texts and what stands between them: headlines, tags."""
    known = _pairs("".join(rows[: len(rows) - count])[-T.read :])
    while count:  # a caption of the text's last picture stands above them
        pairs = _pairs(rows[-count])
        if _teaser(rows[-count]) or len(pairs & known) < T.own * len(pairs):
            break
        count -= 1
    run, text = rows[len(rows) - count :], rows[: len(rows) - count]
    return count if count and any(len(row) >= T.prose for row in text) and _ranked(run) else 0


def _ends_in_prose(text: Sequence[str], run: Sequence[str]) -> bool:
    """Whether a text comes to its end in a sentence above lines, and is more than they are."""
    last = text[-1].rstrip(END_MARKS)  # else: announced by the text (：), a list under a heading, or all there is
    ended = last.rstrip("”’」』）)》】")[-1:] in "。！？!?…." or (len(last) >= T.prose and last[-1] in "）)】")
    return ended and is_prose_above(text, run, T.outweighs)


def is_prose_above(text: Sequence[str], run: Sequence[str], share: float = T.ended) -> bool:
    """Whether running text stands above lines, and at least a share of as much as they are."""
    prose = sum(len(row) for row in text if len(row) >= T.prose)
    return prose > 0 and prose >= share * sum(map(len, run))


def _ranked(run: Sequence[str]) -> bool:
    """Whether lines with a number are a list of what is read most, one behind the other, or there are none."""
    values = [label.value for row in run if (label := _rank(row))]
    following = sum(1 for a, b in pairwise(values) if 0 < b - a <= 2)
    return not values or following + 1 >= T.ranks


def _rank(row: str) -> Label | None:
    """The number of a headline in a list of what is read most: 3 新车试驾, set off by a blank alone."""
    label = read_label(row)
    return (
        label if label is not None and label.text.isdecimal() and row[label.end - 1 : label.end] in " \u3000" else None
    )


def _headline(row: str, shortest: int) -> bool:
    if not shortest <= len(row) <= T.longest or "\t" in row or "。" in row:
        return False
    broken = row.endswith(("...", "…"))
    if row[-1] in "；;：:、." and not broken:
        return False
    labelled = read_label(row) is not None and _rank(row) is None
    return bool(HAN.search(row)) and not labelled and (broken or OWN_TAIL(fold(row)) is None)


def _teaser(row: str) -> bool:
    """Whether a line says what another text is about and leads to all of it: ……柳树都绿了 [详细]"""
    return row[-1:] == "]" and len(row) <= T.teaser_longest and fold(row).endswith(LEADS_ON)


def entries_at_end(rows: Sequence[str]) -> int:
    """How many lines at the end can be links to other texts: short and without a stop, or breaking off."""
    count = 0
    while count < len(rows) and _entry(rows[-1 - count]):
        count += 1
    return count


def _entry(row: str) -> bool:
    if len(row) <= T.teaser_longest and (row.endswith(("...", "…")) or _teaser(row)):
        return True
    if len(row) > T.entry_longest or "\t" in row or "。" in row or row[-1:] in "；;：:，,、." or not HAN.search(row):
        return False
    if len(row) <= T.signature and OWN_TAIL(fold(row)) is not None:
        return False
    return read_label(row) is None or _rank(row) is not None


def are_links(run: Sequence[str]) -> bool:
    """Whether lines have the lengths of headlines, and few are fields (电话：…)."""
    return bool(run) and median(map(len, run)) >= T.usual and 2 * sum(map(_field, run)) < len(run)


def _field(row: str) -> bool:
    return len(row) <= T.signature and ":" in fold(row[: T.label])


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(fold(text)) if a > "\u3400" and b > "\u3400"}


def digests(rows: Sequence[str]) -> list[int]:
    """Lines at the head that say as a digest (本文摘要：…) what the text begins with once more."""
    found = []
    for n, row in enumerate(rows[: T.digest_lines]):
        label = DIGEST(row)
        if label is None:
            continue
        said = fold(row[label.end() :]).rstrip(".…。")[:60]
        if len(said) >= T.digest_least and any(fold(other).startswith(said) for other in rows[n + 1 : n + 6]):
            found.append(n)
    return found


def names_place(row: str) -> bool:
    """Whether a line above a text's title can be the name of a site, a column, a journal: short and title-like, Latin,
    or an office with one of its columns."""
    if (len(row) <= 12 and (len(row) < 3 or title_like(row))) or (row.isascii() and len(row) <= T.latin_longest):
        return True
    return is_menu(row) or COLUMN(fold(row)) is not None


def is_menu(row: str) -> bool:
    """Whether a line is a row of a site's columns: five and more short words set apart by blanks."""
    words = row.replace("|", " ").replace("｜", " ").split()
    return len(words) >= T.menu_least and all(2 <= len(word) <= T.menu_word and word.isalpha() for word in words)


def contents(rows: Sequence[str]) -> list[int]:
    """Lines of a table of contents (dots and a page's number), three or more on end, and the heading above them."""
    found: list[int] = []
    run: list[int] = []
    for n, row in enumerate([*rows, ""]):
        if row[-1:].isdigit() and len(row) <= T.contents_longest and any(c in row for c in ".…·．") and CONTENTS(row):
            run.append(n)
            continue
        if len(run) >= T.fewest:
            above = run[0] - 1
            found += [above, *run] if above >= 0 and fold(rows[above]) in ("目录", "contents", "CONTENTS") else run
        run = []
    return found
