"""The lines of one page on their way through the boilerplate rules."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaners.boilerplate import debris, strays
from cleaners.boilerplate.debris import Cut
from cleaners.boilerplate.folding import fold, fold_each
from cleaners.boilerplate.joining import open_to
from cleaners.boilerplate.notices import SENTENCE, is_form_field, is_trail
from cleaners.boilerplate.rules import Rule, index, keys, place_of, rules
from cleaners.metadata import best_title
from cleaners.text import BLANKS, HAN, Ledger, Span
from cleaners.thresholds import threshold
from schemas.records import Block, Edit


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    zone: int = threshold(3, "lines", "may be kept above a rule of the head, or below one of the tail")
    blanks_most: int = threshold(4, "lines", "with blanks of its own that a text may have: with more it is a form")
    entry_longest: int = threshold(80, "characters", "the longest folded line that can be an entry of a list of titles")
    edge_sentences: int = threshold(
        8, "sentences", "at either end of a long line that rules of the head and the tail are tried on"
    )
    tries_most: int = threshold(
        5000, "sentences", "of a page that rules are tried on: no page but an attack has as many notices"
    )
    ends_most: int = threshold(30, "lines", "of a page that say a text ends, below which its lines are looked through")
    timed_least: int = threshold(
        26, "characters", "of a title with a day and an hour: a shorter line is one of a timetable"
    )
    edge: int = threshold(
        30, "lines", "at either end of a page where rules of the head and the tail look for their words"
    )


T = Thresholds()
# A date without a year is one only in brackets: 13.5 is a price, 3-2 a score.
DATED_TITLE = re.compile(
    r"[^。;]{2,80}(?:[(\[](?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d\d)?[)\]]"
    r"|(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d\d(?::\d\d)?)?"
    r"|(?<!\d)[01]\d-[0-3]\d[0-2]\d:[0-5]\d)(?:评论\(\d*\)\|?)?"
)
SIZE_LABEL = re.compile(r"[【\[(]?(?:字体|字号)(?:大小)?:?[【\[(]?|[特超]?[大中小]").fullmatch
BLANK_FIELD = re.compile(r"[^。,;:]{1,14}:__").match  # 卖方：____
SIZES = frozenset(("特大", "超大", "大", "中", "小", "】", "]"))
COMMENT = re.compile(r"\s*(?:#|//|/\*|\*|--)\s").match  # what code has above itself, and may name its owner
CLOCK = re.compile(r"\d\d:\d\d").search
LINE_KINDS = ("paragraph", "heading", "item", "caption", "quote")  # kinds of blocks that rules for lines are tried on


@dataclass(slots=True)
class Row:
    """A line of a body block: its block's place, its text now, and where in the block it began."""

    block: int
    text: str
    start: int
    place: int  # among the rows
    folded: str = ""
    gone: bool = False
    ledger: Ledger | None = None  # of its changes, from the first one on

    def replace(self, spans: Sequence[Span]) -> None:
        """Puts what each span says in its place."""
        if self.ledger is None:
            self.ledger = Ledger(self.text)
        self.ledger.replace(spans)
        self.text = self.ledger.text

    def origin(self, at: int) -> int:
        """Offset in the block as it came in of an offset in the line as it is now."""
        return self.start + (self.ledger.origin(at) if self.ledger is not None else at)


class Page:
    """Body lines of a page; `rows` are taken, cut and flagged in place, `edits` hold all that went."""

    def __init__(self, blocks: Sequence[Block], site: frozenset[str]) -> None:
        self.blocks = list(blocks)
        self.site = site
        self.titles = _repeats(blocks)
        self.edits: list[Edit] = []
        self.edge = T.edge
        self.below = next((n for n, b in enumerate(blocks) if b.role == "title" and b.origin == "head"), 0)
        self.tries = 0
        self.held: set[tuple[int, str]] = set()  # block, kind of boilerplate that a sentence of it was
        self.flags: list[tuple[int, str]] = []  # place of a line, flag for the block beside it
        self.rows: list[Row] = []
        places = [n for n, block in enumerate(blocks) if open_to(block)]
        folded = iter(fold_each([blocks[n].text for n in places]))
        for n in places:
            at = 0
            for line in blocks[n].text.split("\n"):
                self.rows.append(Row(n, line, at, len(self.rows), next(folded)))
                at += len(line) + 1
        self.coded = any(block.kind == "pre" for block in blocks)
        blanks = [row.folded for row in self.rows if ":__" in row.folded and BLANK_FIELD(row.folded)]
        self.form = len(blanks) > T.blanks_most and sum(not is_form_field(line) for line in blanks) > T.blanks_most
        self.above = {row.folded for row in self.rows if row.block < self.below}  # a column's name, as a rule

    def alive(self) -> list[Row]:
        """Lines not taken yet that hold anything."""
        return [row for row in self.rows if not row.gone and row.folded]

    def kind(self, row: Row) -> str:
        """Kind of the block that a line belongs to."""
        return self.blocks[row.block].kind

    # -- which rules are tried where

    def candidates(self, rows: Sequence[Row]) -> dict[int, list[Rule]]:
        """Rules to try on each of `rows`: those with one of their words in it, found by one look a word."""
        found: dict[int, list[Rule]] = {}
        inner = range(self.edge, max(self.edge, len(rows) - self.edge))
        self.edge *= 2  # a page that begins with a thousand such lines takes ten rounds
        if not inner:
            self.look(rows, range(len(rows)), None, found)
            return found
        self.look(rows, range(len(rows)), True, found)
        self.look(rows, [n for n in range(len(rows)) if n not in inner], False, found)
        return found

    def look(
        self,
        rows: Sequence[Row],
        where: Sequence[int],
        anywhere: bool | None,
        found: dict[int, list[Rule]],
    ) -> None:
        """Adds to `found` the rules that may stand anywhere, or else at an edge (None: both), whose words stand in rows
        `where`, in their order."""
        starts: list[int] = []
        at = 0
        for n in where:
            starts.append(at)
            at += len(rows[n].folded) + 1
        page = "\n".join(rows[n].folded for n in where)
        places: dict[str, set[int]] = {}  # rule -> lines with one of its words
        words = keys(anywhere=anywhere)
        for word in index(anywhere=anywhere).held(page):
            needing = words[word]
            place = page.find(word)
            while place >= 0:
                k = bisect_right(starts, place) - 1
                if self.kind(rows[where[k]]) in LINE_KINDS:
                    for rule in needing:
                        places.setdefault(rule.name, set()).add(where[k])
                place = page.find(word, starts[k] + len(rows[where[k]].folded))
        for name in sorted(places, key=place_of):
            rule, lines = rules()[place_of(name)], places[name]
            if not rule.holds_often(rows[n].folded for n in lines):
                continue
            for n in lines:
                found.setdefault(n, []).append(rule)

    def round(self) -> bool:
        """One pass of all rules; whether anything was taken."""
        before = len(self.edits)
        self.debris()
        rows = self.alive()
        tried = self.candidates(rows)
        for row in rows:
            if row.folded in self.site:
                self.take(row, "site-line", "site")
        self.everywhere(rows, tried, "line")
        self.lists(rows, tried)
        self.zone(range(len(rows)), rows, tried, "head")
        self.sizes(rows)
        self.zone(range(len(rows) - 1, -1, -1), rows, tried, "tail")
        self.dated_tail()
        self.strays()
        self.everywhere(rows, tried, "sentence")
        return len(self.edits) > before

    def take_all(self) -> None:
        """Rounds until nothing more is taken: what a line hid may be boilerplate too."""
        while self.round():
            pass

    def everywhere(self, rows: Sequence[Row], tried: dict[int, list[Rule]], unit: str) -> None:
        """Rules that may stand anywhere."""
        for n in sorted(tried):
            for rule in tried[n]:
                if rule.place == "any" and rule.unit == unit and not rows[n].gone:
                    self.apply(rows[n], rule)

    def zone(self, order: Sequence[int], rows: Sequence[Row], tried: dict[int, list[Rule]], place: str) -> None:
        """Rules of the head, or of the tail: up to `T.zone` lines may stay outside what they take."""
        kept = 0
        left = sum(not row.gone for row in rows)
        for n in order:
            row = rows[n]
            if row.gone:
                continue
            left -= 1
            if kept > T.zone or kept > left:  # in a short text the head ends where the tail begins
                return
            if place == "head" and row.folded in self.titles:
                self.take(row, "title-repeat", "title")
            elif place == "head" and is_trail(row.text):
                self.take(row, "breadcrumb-spaced", "breadcrumb")
            elif place == "head" and self.is_column(row):
                self.take(row, "above-title", "breadcrumb")
            elif place == "tail" and debris.is_numbers(row.text) and len(rows) > 1:
                self.take(row, "numbers", "debris")
            for unit in ("line", "sentence"):
                for rule in tried.get(n, ()):
                    if not row.gone and rule.unit == unit and rule.place in (place, "edge"):
                        self.apply(row, rule)
            kept += not row.gone

    def is_column(self, row: Row) -> bool:
        """Whether a line names a site or a column above the title, or once more behind a dash below it."""
        if row.block < self.below:
            return strays.names_place(row.text)
        return row.folded[:1] in ("—", "–") and row.folded.lstrip("—–") in self.above

    def apply(self, row: Row, rule: Rule) -> None:
        """Tries one rule on one line."""
        if rule.unit == "line":
            if (
                rule.takes(row.folded)
                and not (self.coded and COMMENT(row.text))
                and not (self.form and rule.kind == "form")
            ):
                self.take(row, rule.name, rule.kind, rule.flag)
            return
        sentences = [found for found in SENTENCE.finditer(row.text) if len(found.group()) <= 2 * rule.longest]
        if rule.place != "any" and len(sentences) > 2 * T.edge_sentences:
            sentences = sentences[: T.edge_sentences] + sentences[-T.edge_sentences :]
        spans: list[Cut] = []
        for found in sentences:
            folded = fold(found.group())
            if any(word in folded for word in rule.has) and self.tries < T.tries_most:
                self.tries += 1
                if rule.takes(folded) and (not rule.beside or (row.block, rule.beside) in self.held):
                    spans.append(Cut(found.start(), found.end(), "", rule.name))
        if spans:
            self.cut(row, spans, rule.kind)
            self.held.add((row.block, rule.kind))
            if rule.flag:
                self.flag(row, rule.flag)

    # -- what goes

    def take(self, row: Row, rule: str, kind: str, flag: str = "") -> None:
        """Takes a whole line."""
        seq = self.blocks[row.block].seq
        self.edits.append(Edit("boilerplate", rule, seq, row.origin(0), row.text, "", "likely", 1, kind))
        row.gone = True
        if flag:
            self.flag(row, flag)

    def cut(self, row: Row, cuts: Sequence[Cut], kind: str) -> None:
        """Takes parts of a line, in order, none over another."""
        seq = self.blocks[row.block].seq
        for start, end, after, rule in cuts:
            before = row.text[start:end]
            self.edits.append(Edit("boilerplate", rule, seq, row.origin(start), before, after, "likely", 1, kind))
        row.replace([Span(cut.start, cut.end, cut.after) for cut in cuts])
        row.folded = fold(row.text)
        row.gone = not row.folded

    def flag(self, row: Row, flag: str) -> None:
        """Notes a flag for the block of the nearest line before `row` that is kept at last, else behind it."""
        self.flags.append((row.place, flag))

    def put_flags(self) -> None:
        """Puts the noted flags on their blocks."""
        kept = [row.place for row in self.rows if not row.gone]
        for place, flag in sorted(set(self.flags)):
            if kept:
                at = bisect_left(kept, place)
                n = self.rows[kept[max(0, at - 1)]].block
                block = self.blocks[n]
                if flag not in block.flags:
                    self.blocks[n] = replace(block, flags=(*block.flags, flag))

    # -- lists, debris

    def lists(self, rows: Sequence[Row], tried: dict[int, list[Rule]]) -> None:
        """Related lists: a heading, and short lines from there to the end, or as far as all of them bear dates."""
        heads = [n for n in sorted(tried) if any(rule.unit == "list" for rule in tried[n])]
        self.below_end(rows, tried)
        if not heads:
            return
        stop = [len(rows)] * (len(rows) + 1)  # for each line: the first from there on that is no entry
        undated = [len(rows)] * (len(rows) + 1)  # and the first that is no entry or bears no date
        for n in range(len(rows) - 1, heads[0], -1):
            entry = rows[n].gone or _entry(rows[n].folded)
            stop[n] = stop[n + 1] if entry else n
            dated = rows[n].gone or (entry and DATED_TITLE.fullmatch(rows[n].folded))
            undated[n] = undated[n + 1] if dated else n
        for n in heads:
            rule = next((rule for rule in tried[n] if rule.unit == "list" and rule.takes(rows[n].folded)), None)
            if rule is None or rows[n].gone:
                continue
            end = stop[n + 1]
            if end == len(rows) or (end > n + 1 and undated[n + 1] == end):
                for row in rows[n:end]:
                    if not row.gone:
                        self.take(row, rule.name if row is rows[n] else "related-entry", rule.kind)

    def below_end(self, rows: Sequence[Row], tried: dict[int, list[Rule]]) -> None:
        """Short lines below one that stands at a text's end (标签：, 责任编辑：, 上一篇：): links to other texts."""
        texts = [row.text for row in rows]
        start = len(rows) - strays.entries_at_end(texts)
        near = (n for n in sorted(tried) if n >= start - 1 and not rows[n].gone)
        ends = (n for n in near if any(rule.closes and rule.takes(rows[n].folded) for rule in tried[n]))
        for n in itertools.islice(ends, T.ends_most):
            below = texts[n + 1 :]
            if strays.are_links(below) and strays.is_prose_above(texts[:n], below):
                for row in rows[n + 1 :]:
                    if not row.gone:
                        self.take(row, "related-entry", "related")
                return

    def sizes(self, rows: Sequence[Row]) -> None:
        """The sizes of type, a line each, below a label for them that is gone."""
        below = False
        for row in rows[: T.edge]:
            if row.gone:
                below = SIZE_LABEL(row.folded) is not None
            elif below and row.folded in SIZES:
                self.take(row, "size-label", "chrome")
                below = True
            else:
                below = False

    def dated_tail(self) -> None:
        """Three or more titles with a date each at the end of a page, without a heading."""
        rows = self.alive()
        run: list[Row] = []
        for row in reversed(rows):
            if len(row.folded) > 100 or not DATED_TITLE.fullmatch(row.folded):
                break
            if len(row.folded) < T.timed_least and CLOCK(row.folded):
                break  # 青江队对北桥队 2024-10-04 19:35
            run.append(row)
        announced = len(run) < len(rows) and rows[-1 - len(run)].folded[-1:] == ":"  # the text's own: a timetable
        if len(run) >= 3 and not announced and any("。" in row.folded for row in rows):
            for row in reversed(run):
                self.take(row, "related-entry", "related")

    def strays(self) -> None:
        """Headlines of other texts at the end, and a digest at the head that the text repeats."""
        rows = self.alive()
        texts = [row.text for row in rows]
        for row in rows[len(rows) - strays.stray_tail(texts) :]:
            self.take(row, "stray-headline", "related")
        for n in strays.digests(texts):
            self.take(rows[n], "digest", "blurb")
        for n in strays.contents(texts):
            self.take(rows[n], "contents", "print")

    def debris(self) -> None:
        """Remains of tags, escapes and scripts, and injected marks, in a page that has Han."""
        rows = self.alive()
        page = "\n".join(row.text for row in rows)
        if not HAN.search(page):
            return
        inside = any(sign in page for sign in debris.SIGNS)
        stops = debris.injects_stops(page)
        code = {
            row.block for row in rows if self.kind(row) == "pre" and row.text.strip() and not debris.is_debris(row.text)
        }
        tags = not code and not any(word in page for word in debris.ABOUT_TAGS)  # beside code tags are spoken of
        for row in rows:
            if self.kind(row) == "table" or row.block in code:
                continue
            if tags and row.text[:1] < "\u2e80" and (rule := debris.is_debris(row.text)):
                self.take(row, rule, "debris")
            elif inside:
                spans = debris.spans(row.text, tags, stops)
                if spans:
                    self.cut(row, spans, "debris")
                for *_, rule in spans:
                    if flag := debris.GLUED_FLAGS.get(rule):
                        self.flags.append((row.place + 1, flag))  # the line itself stays

    def result(self) -> tuple[Block, ...]:
        """The blocks as they are now, without those that nothing is left of."""
        self.put_flags()
        changed = {row.block for row in self.rows if row.gone or row.ledger is not None}
        texts: dict[int, list[str]] = {}
        for row in self.rows if changed else ():
            if not row.gone and row.block in changed:
                texts.setdefault(row.block, []).append(row.text)
        shown = {row.block for row in self.rows}  # a block of blanks goes even where nothing was found in it
        done: list[Block] = []
        for n, block in enumerate(self.blocks):
            text = "\n".join(texts.get(n, ())) if n in changed else block.text
            if n not in shown:
                done.append(block)
            elif text.strip(BLANKS + "\n"):
                done.append(block if text == block.text else replace(block, text=text))
        return tuple(done)


def _entry(folded: str) -> bool:
    """Whether a line can be an entry of a list of titles."""
    return 0 < len(folded) <= T.entry_longest and folded[-1] not in "。;,:" and "。" not in folded


def _repeats(blocks: Sequence[Block]) -> frozenset[str]:
    """The titles, folded, whose repetition at the head may go: the one that stands for the text, or part of it.

    A heading that is not in the title's column stays, for it would be nowhere.
    """
    chosen = fold(best_title(blocks) or "")
    titles = {fold(b.text) for b in blocks if b.role == "title"}
    titles |= {title[1:-1] for title in titles if title[:1] == "《" and title.find("》") == len(title) - 1}
    return frozenset(title for title in titles if title and title in chosen)
