"""Lines at a text's edges that no word marks as boilerplate: headlines of other texts, a digest that says it twice.

Off the subject is the evidence: what the page's own running text says decides, by the pairs of characters in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from cleaners.boilerplate.folding import fold
from cleaners.text import HAN, lexicon, read_label, title_like
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    fewest: int = threshold(3, "lines", "the fewest headlines at the end of a page that are taken for strays")
    most: int = threshold(11, "lines", "the most of them: a longer list is what the page is about")
    shortest: int = threshold(6, "characters", "the shortest headline of a row")
    longest: int = threshold(44, "characters", "the longest headline of a row")
    usual: int = threshold(10, "characters", "that half of them have: lines of verse and signatures have fewer")
    lengths_apart: float = threshold(
        3.0, "times", "that the longest may be longer than the shortest: lines of one shape"
    )
    label: int = threshold(9, "characters", "the longest label of a field, with its colon")
    foreign: float = threshold(0.15, "share", "of the headlines' pairs of characters that may stand in the text")
    read: int = threshold(20_000, "characters", "of the text that the headlines are compared with")
    contents_longest: int = threshold(160, "characters", "the longest line of a table of contents")
    latin_longest: int = threshold(80, "characters", "the longest name of a journal in Latin letters above a title")
    prose: int = threshold(30, "characters", "from which a line is running text")
    digest_lines: int = threshold(6, "lines", "at the head among which a digest is looked for")
    digest_least: int = threshold(12, "characters", "of a digest that another line must begin with")


T = Thresholds()

_LEXICON = lexicon("boilerplate.toml")
OWN_TAIL = _LEXICON.matcher("own-tail")
DIGEST = _LEXICON.matcher("digest")
CONTENTS = _LEXICON.matcher("contents")


def stray_tail(rows: Sequence[str]) -> int:
    """How many lines at the end are headlines of other texts: short, without a stop, of one shape, off the subject."""
    count = 0
    while count < min(T.most + 1, len(rows)) and _headline(rows[-1 - count]):
        count += 1
    if not T.fewest <= count <= T.most or count == len(rows):
        return 0
    run, text = rows[-count:], rows[: len(rows) - count]
    last = text[-1].rstrip("”’」』）)》】")
    if last[-1:] not in "。！？!?…." or sum(len(row) for row in text if len(row) >= T.prose) < sum(map(len, run)):
        return 0  # announced by the text (：), a list under a heading, or all there is
    if 2 * sum(1 for row in run if ":" in fold(row[: T.label])) >= count:
        return 0  # fields: a person to ask, a telephone
    lengths = sorted(map(len, run))
    if median(lengths) < T.usual or lengths[-1] > T.lengths_apart * lengths[0] or len(set(lengths)) == 1:
        return 0
    known = _pairs("".join(text)[-T.read :])
    own = [_pairs(row) for row in run]
    if sum(len(pairs & known) for pairs in own) > T.foreign * sum(map(len, own)):
        return 0
    return count


def _headline(row: str) -> bool:
    if not T.shortest <= len(row) <= T.longest or "\t" in row or row[-1] in "。；;：:、." or "。" in row:
        return False
    return bool(HAN.search(row)) and read_label(row) is None and OWN_TAIL(fold(row)) is None


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
    """Whether a line above a text's title can be the name of a site, a column, a journal: short and title-like, or
    Latin."""
    return (len(row) <= 12 and (len(row) < 3 or title_like(row))) or (row.isascii() and len(row) <= T.latin_longest)


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
