"""Headings without a label: short lines between paragraphs that head what follows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cleaners.metadata import surnamed
from cleaners.text import Label, lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    heading_longest: int = threshold(80, "characters", "the longest heading without a label")
    below_han: int = threshold(40, "characters", "of the paragraph below a heading without a label, in Chinese")
    below_latin: int = threshold(100, "characters", "the same in Latin letters")
    paired_least: int = threshold(3, "lines", "of two clauses each that head what follows")
    clause_least: int = threshold(3, "characters", "of a clause of theirs")
    clause_longest: int = threshold(18, "characters", "of a clause of theirs")
    below_sure: int = threshold(15, "characters", "the same, where a colon or a numbering that begins says so, too")


T = Thresholds()
NO_HEADING = lexicon("structure.toml").matcher("unheading")  # a caption, a signature, a date, a sentence
COLON_HEADING = lexicon("structure.toml").matcher("colon-heading")
BULLETS = frozenset("•●■◆★▲○◎▪►▶▌▎▍")
STOPS = "。！？!?….：:；;"
HAN = re.compile("[\u3400-\u9fff]")
CLOSERS = "”’」』）)》】\"'"


def unlabelled(lines: Sequence[str], held: Sequence[Label | None], code: Sequence[bool]) -> frozenset[int]:
    """Lines that head what follows though they bear no label: short, without a stop, between paragraphs; two or more.

    HTML headings and paragraphs of bold print look alike here, and so does a text that was cleaned before.
    """
    found: list[int] = []
    colons: list[int] = []
    paired: list[int] = []
    for n, line in enumerate(lines[:-1]):
        if len(line) > T.heading_longest or held[n] is not None or code[n]:
            continue
        after = lines[n + 1]
        if not stopped(after) or (n and not stopped(lines[n - 1])):
            continue
        if held[n + 1] is None and len(after) >= T.below_han and _pairs(line):
            paired.append(n)
            continue
        label = held[n + 1]
        begins = label is not None and label.value == 1 and len(after) >= T.below_sure
        if (begins or len(after) >= (T.below_han if HAN.search(line) else T.below_latin)) and _heads(line):
            found.append(n)
            continue
        if (begins or (label is None and len(after) >= T.below_sure)) and COLON_HEADING(line):
            colons.append(n)
    # a speaker's name comes again, or all are names
    if len({lines[n] for n in colons}) == len(colons) >= 2 and not all(surnamed(lines[n][:-1]) for n in colons):
        found += colons
    if len(paired) >= T.paired_least:
        found += paired
    found += _bulleted(lines, found)
    return frozenset(found) if len(found) >= 2 else frozenset()


def _pairs(line: str) -> bool:
    """Whether a line is two clauses of a headline: 用心服务，人人称便.

    A line that was cut inside a sentence looks the same, so some of them are needed.
    """
    clauses = line.replace(",", "，").split("，")
    return (
        len(clauses) == 2
        and all(T.clause_least <= len(clause) <= T.clause_longest for clause in clauses)
        and _heads("".join(clauses))
    )


def _bulleted(lines: Sequence[str], found: Sequence[int]) -> list[int]:
    """Lines with the bullet that two headings and more have, above a sentence that is too short to tell."""
    bullets = Counter(lines[n][0] for n in found if lines[n][0] in BULLETS)
    return [
        n
        for n, line in enumerate(lines[:-1])
        if line and bullets[line[0]] >= 2 and n not in found and _heads(line) and stopped(lines[n + 1])
    ]


def _heads(line: str) -> bool:
    if not len(line) >= 2 or "\t" in line or NO_HEADING(line):
        return False
    if HAN.search(line):
        return len(line) <= 30 and (line[-1].isalnum() or line[-1] in "”》）」』")
    return line[0].isupper() and line[-1].isalnum()


def stopped(line: str) -> bool:
    """Whether a line ends with a stop, before any brackets and quotation marks that close."""
    return line.rstrip(CLOSERS)[-1:] in STOPS
