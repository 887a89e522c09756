"""The edges of an article's blocks: what stands before its title and behind its end."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cleaners.boilerplate import is_share_bar, simplified
from cleaners.extraction import captions, cues, linked, replies, tree
from cleaners.extraction.blocks import Draft
from cleaners.extraction.tree import MARKS, is_linked_sentence, is_strung
from cleaners.metadata import title_key
from cleaners.text import Matcher, lexicon
from cleaners.thresholds import threshold

STOPS = "。！？…；，”!?;"
_IMAGE_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>]{4,300}\.(?:jpe?g|png|gif|webp|bmp)(?:[?#][^\s<>]{0,200})?", re.I)
_ASIDE = re.compile(r"[（(][^（()）]{1,40}[）)]")
_DATA = re.compile(r"[\[{]\s{0,4}[\[{]?\s{0,4}\"[\w$.-]{1,40}\"\s{0,4}:")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    begun: float = threshold(60.0, "weight", "of running text, in characters, after which readers may begin to comment")
    least_seen: float = threshold(
        0.2, "share", "of it that must stand before, lest a count of comments at the head cut the text"
    )
    rest: float = threshold(
        0.4, "share", "of the running text that may stand behind a line which says that the article is over"
    )
    linked_rest: float = threshold(0.1, "share", "of the rest that links make out, behind 相关阅读")
    little_rest: float = threshold(0.1, "share", "of the running text that is a little rest, behind 相关阅读")
    editor_blocks: int = threshold(8, "blocks", "at either edge among which an editor's line is looked for")
    mark: float = threshold(5.0, "weight", "of a punctuation mark, in characters of running text")
    before_title: float = threshold(0.15, "share", "of the running text that may stand before the title repeated")
    twice: float = threshold(0.3, "share", "of the running text that a page holds twice, from which it is the text")
    plea: int = threshold(400, "characters", "of a line that may ask readers to subscribe")


T = Thresholds()


@cache
def _offers() -> dict[str, Matcher]:
    """Matchers of what a page offers to do with an article or says about it in one line, by kind."""
    mine = lexicon("extraction.toml")
    return {
        kind: _either(mine.matcher(kind)) for kind in ("tool", "button", "note", "credit", "count", "pointer", "plea")
    }


def _either(matcher: Matcher) -> Matcher:
    """A matcher that reads 推薦閱讀 as 推荐阅读 too: the words are kept in Simplified."""

    def either(text: str) -> re.Match[str] | None:
        found = matcher(text)
        if found is None and (plain := simplified(text)) != text:
            found = matcher(plain)
        return found

    return either


def mass(draft: Draft) -> float:
    """How much running text a block holds, in characters."""
    text = draft.text
    if (
        draft.linked
        and tree.is_linked(len(text), draft.linked)
        and not (draft.kind == "paragraph" and is_linked_sentence(text, draft.linked))
    ):
        return 0.0
    marks = len(MARKS.findall(text))
    if draft.kind in ("pre", "table"):
        return float(len(text))
    if marks == 0 and tree.is_short(text, len(text)):
        return 0.0
    held = len(text) + T.mark * marks
    return min(tree.T.strung_most, held) if is_strung(text) else held


def trim(drafts: Sequence[Draft], title: str, *, whole: bool = False) -> list[str]:
    """For each block the rule that takes it out, "" where it stays.

    Rules: "head" before and with the title line, "title" the title repeated, "tail" behind a cue, "links" lines that
    are links only at either edge, "caption" what is said of a picture, "tools" what a page offers to do with an
    article. whole: a thread, whose end is no article's.
    """
    rules = [""] * len(drafts)
    found = [cues.cue(draft) for draft in drafts]
    if found.count("last") > 2:  # not the editor who signs but one who speaks, as in an interview
        found = ["" if cue == "last" else cue for cue in found]
    masses = [mass(d) for d in drafts]
    if not whole:
        for n in captions.aside(drafts, masses):
            rules[n] = "caption"
        _repeats(drafts, masses, rules)
        masses = [0.0 if rule else m for rule, m in zip(rules, masses, strict=True)]
    total = sum(masses)
    start = _cut_head(drafts, masses, total, title, rules)
    end = len(drafts)
    first = -1 if whole else replies.begin(drafts, masses, T.begun, T.least_seen)
    if first >= 0:
        found[first] = "replies"
    other = -1 if whole else replies.next_article(drafts, masses, start, T.begun)
    if other >= 0:
        found[other] = "other"
    own = masses if first < 0 else [*masses[:first], *[0.0] * (len(masses) - first)]
    for number in replies.bars(drafts, own):
        rules[number] = rules[number] or "tools"
    if not whole:
        end = _cut_tail(drafts, found, masses, total, start, rules)
        linked.at_edges(drafts, masses, start, end, rules)
        linked.alone(drafts, masses, rules)
    patterns = _offers()
    running = [number for number in range(len(drafts)) if masses[number] > 0 and not rules[number]]
    for number in range(len(drafts)):
        text = drafts[number].text
        amid = not running or running[0] < number < running[-1]
        if not rules[number] and len(text) <= cues.T.cue_limit and _is_tool(drafts[number], amid):
            rules[number] = "tools"
        elif not rules[number] and len(text) <= cues.T.narrow_limit and patterns["credit"](text):
            rules[number] = "credit"
        elif (
            not rules[number]
            and found[number] == "last"
            and not start + T.editor_blocks <= number < end - T.editor_blocks
        ):
            rules[number] = "editor"
        elif not rules[number] and not whole and drafts[number].kind != "pre" and patterns["plea"](text[: T.plea]):
            rules[number] = "tools"
        elif not rules[number] and patterns["note"](text[:200]):
            rules[number] = "original-title"
        elif not rules[number] and not whole and 2 * drafts[number].linked > len(text) and patterns["pointer"](text):
            rules[number] = "related"
        elif not rules[number] and drafts[number].kind != "pre":
            rules[number] = _left_by_script(text)
    if not whole:
        _last_headings(drafts, masses, rules)
    return rules


def _left_by_script(text: str) -> str:
    """The rule for what a script keeps in the tree for itself: an image's address, an object in JSON."""
    if _IMAGE_ADDRESS.fullmatch(text):
        return "image"
    return "hidden" if text[-1:] in "]}" and _DATA.match(text) else ""


def _last_headings(drafts: Sequence[Draft], masses: Sequence[float], rules: list[str]) -> None:
    """Headings at the end, below which nothing is left, headed what is not part of the article."""
    if not any(masses):
        return
    for n in range(len(drafts) - 1, -1, -1):
        if rules[n]:
            continue
        if drafts[n].kind != "heading" or masses[n] > 0:
            break
        rules[n] = "tail"


def _is_tool(draft: Draft, amid: bool) -> bool:
    """Whether a line is what a page offers to do; amid running text or a poem a bare word (喜欢) is not."""
    if draft.kind in ("pre", "table"):
        return False
    patterns = _offers()
    counted = draft.linked and patterns["count"](draft.text)
    if counted or patterns["tool"](draft.text) or is_share_bar(draft.text):
        return True
    return (not amid or draft.linked >= 0.9 * len(draft.text)) and patterns["button"](draft.text) is not None


def _cut_head(drafts: Sequence[Draft], masses: list[float], total: float, title: str, rules: list[str]) -> int:
    wanted = title_key(title)
    if len(wanted) < 2:
        return 0
    before = 0.0
    found = -1
    for number, draft in enumerate(drafts):
        text = draft.text
        if len(text) <= 2 * len(title) + 20:
            folded = title_key(text)
            begins = len(folded) >= 6 and (wanted.startswith(folded) or folded.startswith(wanted))
            if folded == wanted or (begins and not _is_text(draft)):
                heading = draft.kind == "heading" or folded == wanted
                if before <= (T.before_title * total if heading else 0.0):
                    found = number
                    if draft.kind == "heading":
                        break
        before += masses[number]
        if before > T.before_title * total and number > 3:
            break
    for number in range(found + 1):
        rules[number] = "head"
    if found >= 0:
        rules[found] = "title"
    start = found + 1
    while start < len(drafts) - 1 and drafts[start].kind == "heading" and _ASIDE.fullmatch(drafts[start].text):
        rules[start] = "head"  # 猪肉 / （食材）: which of those that are called so
        start += 1
    return start


def _is_text(draft: Draft) -> bool:
    """Whether a block that begins with the title's words goes on as a text does."""
    return draft.kind == "table" or (draft.kind != "heading" and draft.text[-1:] in STOPS)


def _cut_tail(
    drafts: Sequence[Draft], found: list[str], masses: list[float], total: float, start: int, rules: list[str]
) -> int:
    behind = [0.0] * (len(drafts) + 1)  # running text behind each block, and characters that are links
    links = [0] * (len(drafts) + 1)
    until_link = [0.0] * (len(drafts) + 1)  # running text from each block to the next that is a link
    for number in range(len(drafts) - 1, -1, -1):
        behind[number] = behind[number + 1] + masses[number]
        links[number] = links[number + 1] + drafts[number].linked
        until_link[number] = 0.0 if _is_link(drafts[number]) else until_link[number + 1] + masses[number]
    seen = 0.0
    for number in range(start, len(drafts)):
        cue = found[number]
        first = number + (cue == "last")
        if cue == "replies" or (cue == "comments" and seen >= max(T.begun, T.least_seen * total)):
            for n in range(number, len(drafts)):
                rules[n] = rules[n] or "comments"
            return number
        if cue == "other":
            for n in range(number, len(drafts)):
                rules[n] = rules[n] or "tail"
            return number
        if cue and seen > 0 and behind[first] <= T.rest * total:
            # The links are right behind such a cue; where the text goes on first, as behind a box that asks readers to
            # subscribe, they belong to something else.
            near = until_link[first] <= T.little_rest * total
            of_links = near and links[first] > T.linked_rest * behind[first]
            ends = cue not in ("related", "box") or (cue == "related" and of_links)
            if ends or behind[first] <= T.little_rest * total:
                for n in range(first, len(drafts)):
                    rules[n] = rules[n] or "tail"
                return first
        if cue in ("related", "box"):  # a box inside the text: the cue with the links behind it
            n = number + 1
            while n < len(drafts) and masses[n] == 0 and _is_link(drafts[n]):
                rules[n] = rules[number] = "related"
                n += 1
        seen += masses[number]
    return len(drafts)


def _is_link(draft: Draft) -> bool:
    """Whether most of a block is links."""
    return draft.linked > 0.5 * len(draft.text)


def _repeats(drafts: Sequence[Draft], masses: list[float], rules: list[str]) -> None:
    """A page that holds its article twice (for two widths of screen) keeps the first."""
    first: dict[str, int] = {}
    copies: list[tuple[int, int]] = []  # place among the kept, place of the first
    kept = [n for n in range(len(drafts)) if not rules[n] and masses[n] > 0]
    for place, n in enumerate(kept):
        if drafts[n].text in first:
            copies.append((place, first[drafts[n].text]))
        else:
            first[drafts[n].text] = place
    _flattened(drafts, masses, kept, rules)
    if len(copies) < 2 or copies[-1][0] - copies[0][0] + 1 != len(copies):
        return
    rising = all(a[1] < b[1] for a, b in itertools.pairwise(copies))
    if rising and sum(masses[kept[p]] for p, _ in copies) >= T.twice * sum(masses[n] for n in kept):
        for place, _ in copies:
            rules[kept[place]] = "repeated"


def _flattened(drafts: Sequence[Draft], masses: list[float], kept: list[int], rules: list[str]) -> None:
    """A block that holds most of the text before it once more, run together (for machines to read), goes."""
    before = 0.0
    probes: list[str] = []
    tried = 0
    for n in kept:
        text = drafts[n].text
        if len(text) > 400 and len(probes) >= 4 and masses[n] > 0.5 * before and tried < 8:
            tried += 1
            if sum(probe in text for probe in probes) >= 0.6 * len(probes):
                rules[n] = "repeated"
                continue
        before += masses[n]
        if len(text) >= 30 and len(probes) < 24:
            probes.append(text[:40])
