"""The edges of an article's blocks: what stands before its title and behind its end."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.boilerplate import is_editor_line, is_share_bar, simplified
from cleaners.extraction import captions, replies, tree
from cleaners.extraction.blocks import Draft
from cleaners.extraction.tree import MARKS, is_linked_sentence, is_narrow, is_strung
from cleaners.metadata import parse, title_key
from cleaners.text import Matcher, lexicon
from cleaners.thresholds import threshold

STOPS = "。！？…；，”!?;"
ATTACHED = lexicon("extraction.toml").matcher("attachment")
REFERENCES = lexicon("extraction.toml").matcher("references")
_ADDRESS = re.compile(r"(?:https?:|www\.)", re.I)
_IMAGE_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>]{4,300}\.(?:jpe?g|png|gif|webp|bmp)(?:[?#][^\s<>]{0,200})?", re.I)
_ASIDE = re.compile(r"[（(][^（()）]{1,40}[）)]")
_DATE = re.compile(r"^[\[(（【]?(?:19|20)?\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?[\])）】]?\s{0,8}")  # before a headline
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
    datelines: int = threshold(3, "lines", "between the title and what a site may have put before the text")
    dateline_rest: int = threshold(30, "characters", "of a dateline that are neither date, name nor label")
    headlines: int = threshold(3, "lines", "of linked headlines above the text, whose label goes with them")
    label: int = threshold(6, "characters", "of such a label at most")
    edge_linked: float = threshold(0.6, "share", "of links in a line at an edge, above which it goes")
    lone_linked: float = threshold(0.95, "share", "of links in a line amid the text, from which it goes")
    lone_least: int = threshold(8, "characters", "of such a line")
    twice: float = threshold(0.3, "share", "of the running text that a page holds twice, from which it is the text")
    narrow_limit: int = threshold(80, "characters", "the longest line in an alphabet that may be a cue")
    plea: int = threshold(400, "characters", "of a line that may ask readers to subscribe")
    cue_limit: int = threshold(40, "characters", "the longest line that may be a cue")


T = Thresholds()


CUES = ("comments", "end", "related", "box")  # kinds of lines that end an article, in the order in which they are tried


def cues_of(text: str) -> tuple[str, ...]:
    """The kinds of CUES that a line is of, in their order; () for one that ends no article."""
    return _remembered(text) if len(text) <= T.narrow_limit else _cues_of(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[str, ...]:
    """The same for a line that may be a cue, which several steps of a page ask about."""
    return _cues_of(text)


def _cues_of(text: str) -> tuple[str, ...]:
    plain = simplified(text)
    readings = (text,) if plain == text else (text, plain)
    return tuple(kind for kind, told in _cue_matchers() if any(map(told, readings)))


@cache
def _cue_matchers() -> tuple[tuple[str, Matcher], ...]:
    return tuple((kind, lexicon("extraction.toml").matcher(kind)) for kind in CUES)


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
    found = [_cue(draft) for draft in drafts]
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
        _edge_links(drafts, masses, start, end, rules)
        _lone_links(drafts, masses, rules)
    patterns = _offers()
    running = [number for number in range(len(drafts)) if masses[number] > 0 and not rules[number]]
    for number in range(len(drafts)):
        text = drafts[number].text
        amid = not running or running[0] < number < running[-1]
        if not rules[number] and len(text) <= T.cue_limit and _is_tool(drafts[number], amid):
            rules[number] = "tools"
        elif not rules[number] and len(text) <= T.narrow_limit and patterns["credit"](text):
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
            linked = near and links[first] > T.linked_rest * behind[first]
            ends = cue not in ("related", "box") or (cue == "related" and linked)
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


def _cue(draft: Draft) -> str:
    text = draft.text
    if draft.kind == "pre" or len(text) > (T.narrow_limit if is_narrow(text) else T.cue_limit):
        return ""
    if is_editor_line(text):
        return "last"
    return next(iter(cues_of(text)), "")


def _edge_links(drafts: Sequence[Draft], masses: list[float], start: int, end: int, rules: list[str]) -> None:
    body = [n for n in range(start, end) if masses[n] > 0]
    datelines = itertools.takewhile(lambda n: _is_dateline(drafts[n].text), body[: T.datelines])
    body = body[len(list(datelines)) :]
    if not body:
        return
    cited = _references(drafts, body[0], end)
    for n in (*range(start, body[0]), *range(body[-1] + 1, end)):
        if (
            not rules[n]
            and n not in cited
            and (n < body[0] or drafts[n].kind != "table")  # of files or of texts that go with it
            and drafts[n].linked > T.edge_linked * len(_DATE.sub("", drafts[n].text))
            and not ATTACHED(drafts[n].text)
        ):
            rules[n] = "links"
    _labels(drafts, masses, range(start, body[0]), rules)


def _labels(drafts: Sequence[Draft], masses: list[float], head: range, rules: list[str]) -> None:
    """The label of linked headlines that were taken out above the text; written downwards, it is a line a character."""
    run = 0
    for n in reversed(head):
        text = drafts[n].text
        if rules[n] == "links" and len(text) >= T.lone_least:
            run += 1
        elif run >= T.headlines and not rules[n] and not masses[n] and len(text) <= T.label:
            rules[n] = "links"
        elif rules[n] != "links":
            run = 0


def _is_dateline(text: str) -> bool:
    """Whether a line tells when the text was published, and hardly more."""
    said = parse(text)
    return said.published is not None and said.rest <= T.dateline_rest


def _references(drafts: Sequence[Draft], start: int, end: int) -> set[int]:
    """Entries below a heading of references, blocks of one kind."""
    found: set[int] = set()
    n = start
    while n < end:
        text = drafts[n].text
        n += 1
        if len(text) > T.cue_limit or not REFERENCES(text):
            continue
        first = n
        while n < end and drafts[n].kind == drafts[first].kind != "heading" and not _cue(drafts[n]):
            found.add(n)
            n += 1
    return found


def _lone_links(drafts: Sequence[Draft], masses: list[float], rules: list[str]) -> None:
    """A line amid the text that is a link and nothing else points elsewhere."""
    cited = _references(drafts, 0, len(drafts))
    for n, draft in enumerate(drafts):
        text = draft.text
        if (
            rules[n]
            or n in cited
            or draft.kind not in ("paragraph", "heading")
            or len(text) < T.lone_least
            or draft.linked < T.lone_linked * len(text)
        ):
            continue
        if 0 < n < len(drafts) - 1 and masses[n - 1] > 0 and not ATTACHED(text) and not _ADDRESS.match(text):
            rules[n] = "links"


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
