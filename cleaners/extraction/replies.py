"""What stands below or around an article and is told by its lines alone, whatever their elements are called: readers'
replies by the times that they bear, bars of buttons by what these say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cleaners.extraction.blocks import Draft
from cleaners.text import Matcher, lexicon
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    signed: int = threshold(80, "characters", "the longest line that says who replied and when")
    signer: int = threshold(40, "characters", "of it besides the time, at most: a name, a number, a place")
    least: int = threshold(3, "lines", "of that kind that make replies: an article may bear one at either end")
    many: int = threshold(6, "lines", "that make them below a text of any length")
    amid: int = threshold(5, "lines", "that make a bar amid the text, where they are no links")
    linked: float = threshold(0.5, "share", "of links in a bar amid the text, from which it needs no more lines")
    names: float = threshold(0.6, "times", "as many signers as lines, at least: two who talk are a text's own")
    dated: int = threshold(5, "blocks", "behind a title in which an article's line of time is looked for")
    apart: int = threshold(12, "blocks", "at most from one such line to the next, and from the last to the end")
    longest: float = threshold(
        200.0, "weight", "of running text a reply, in characters, on average: the posts of a blog are longer"
    )
    buttons: int = threshold(3, "lines", "side by side of a player's words, or of sites' names, that make a bar")
    button: int = threshold(30, "characters", "the longest line that may be of a bar")


T = Thresholds()
# How long ago, or at which hour of the last days.
AGO = re.compile(r"\d{1,3}\s?(?:秒|分钟|分鐘|小时|小時|天|周|个月|個月|年)前|(?:今天|昨天|前天)\s?\d{1,2}[:：]\d\d")
_TIME = re.compile(
    r"(?:19|20)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}日?[\s,，T]{0,3}(?:星期.|周.)?[\s,，]{0,3}(?:[上下]午)?\s?"
    rf"\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?|{AGO.pattern}"
)
_SAID = re.compile("[。！？；，,;!?]")
_PLAYER = lexicon("extraction.toml").matcher("player")
_SITE = lexicon("extraction.toml").matcher("share-site")
_END = Draft("")


def begin(drafts: Sequence[Draft], masses: Sequence[float], least: float, share: float) -> int:
    """Number of the block with which readers' replies begin, -1 where none do.

    masses: running text of each block. least: how much of it must stand before, and where the replies are few, what
    share of all. Replies are short, and each has a line that says who wrote it and when; an article has one such line
    at most at either end.
    """
    start = _behind(masses, least)
    signed = {n: signer for n in range(start, len(drafts)) if (signer := _signer(drafts[n]))}
    if len(signed) < T.many:
        start = _behind(masses, max(least, share * sum(masses)))
        signed = {n: signer for n, signer in signed.items() if n >= start}
    lines = list(signed)
    while len(lines) > T.least and lines[1] - lines[0] > T.apart:
        lines = lines[1:]  # a line of the text's own
    if len(lines) < T.least or len(drafts) - lines[-1] > T.apart:
        return -1
    if any(b - a > T.apart for a, b in pairwise(lines)) or sum(masses[lines[0] :]) > T.longest * len(lines):
        return -1
    if len({signed[n] for n in lines}) < T.names * len(lines):
        return -1
    if all(draft.linked for draft in drafts[lines[-1] + 1 :]):  # they sign what is above: the first is the text's own
        return lines[0] + 1
    return lines[0]


def next_article(drafts: Sequence[Draft], masses: Sequence[float], start: int, least: float) -> int:
    """Number of the heading of another article that a page loads behind its own, -1 where none is.

    start: number of the block behind the title. least: running text that either has. Such a heading is of the title's
    rank, and below both stands a line of time, and nothing of the text before it.
    """
    title = drafts[start - 1] if start else None
    if title is None or title.kind != "heading" or not _is_dated(drafts, masses, start):
        return -1
    seen, total = 0.0, sum(masses)
    for n in range(start, len(drafts)):
        draft = drafts[n]
        if (
            draft.kind == "heading"
            and draft.level == title.level
            and min(seen, total - seen) >= least
            and _is_dated(drafts, masses, n + 1)
        ):
            return n
        seen += masses[n]
    return -1


def _is_dated(drafts: Sequence[Draft], masses: Sequence[float], start: int) -> bool:
    """Whether a short line with a day and an hour stands near, before any text."""
    for n in range(start, min(start + T.dated, len(drafts))):
        if len(drafts[n].text) <= T.signed and _TIME.search(drafts[n].text):
            return True
        if masses[n] > 0:
            return False
    return False


def _behind(masses: Sequence[float], wanted: float) -> int:
    """Number of the first block with so much running text before it, their number where none has."""
    seen = 0.0
    for n, mass in enumerate(masses):
        if seen >= wanted:
            return n
        seen += mass
    return len(masses)


def _signer(draft: Draft) -> str:
    """What stands beside the time in a line that says who replied and when, numbers left out; "" for other lines."""
    text = draft.text
    if len(text) > T.signed or draft.kind in ("pre", "table") or "\n" in text:
        return ""
    found = _TIME.search(text)
    if found is None:
        return ""
    rest = text[: found.start()] + text[found.end() :]
    if len(rest) > T.signer or _SAID.search(rest):
        return ""
    return "".join(char for char in rest if char.isalpha())


def bars(drafts: Sequence[Draft], masses: Sequence[float]) -> set[int]:
    """Numbers of the blocks that are the buttons and messages of a player of films or sound, or the names of sites to
    which a text can be passed on, several side by side.

    masses: running text of each block. Amid it such words may be the text's own list: there they are links, or many.
    """
    running = [n for n, mass in enumerate(masses) if mass > 0]
    found: set[int] = set()
    for run in (*_runs(drafts, _PLAYER), *_runs(drafts, _SITE)):
        amid = running and running[0] < run[0] < running[-1]
        linked = sum(drafts[n].linked for n in run) > T.linked * sum(len(drafts[n].text) for n in run)
        if not amid or linked or len(run) >= T.amid:
            found.update(run)
    return found


def _runs(drafts: Sequence[Draft], told: Matcher) -> list[list[int]]:
    found: list[list[int]] = []
    run: list[int] = []
    for n, draft in enumerate((*drafts, _END)):
        if len(draft.text) <= T.button and draft.kind not in ("pre", "table") and told(draft.text):
            run.append(n)
            continue
        if len(run) >= T.buttons and any(drafts[k].text.strip("/0123456789 ") for k in run):
            found.append(run)
        run = []
    return found
