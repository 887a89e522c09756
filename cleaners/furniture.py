"""What sites put around a text: breadcrumbs, blurbs, disclaimers, notices, related lists, share bars, debris.

Rules are data (lexicons/furniture.toml) and are matched on a folded copy. One look through the whole page for the words
that rules need decides which of them are tried, and where. Only the line or the sentence that is furniture goes, and an
edit holds all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from cleaners import furniture_debris, plaintext
from cleaners.furniture_folding import fold
from cleaners.furniture_rules import Rule, rules
from cleaners.policy import Context
from schemas.records import Block, Edit

ZONE = 3  # lines that may be kept above a rule of the head, or below one of the tail
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”’」』)）】》\"']*|[^。！？!?\n]+")
DATED_TITLE = re.compile(r"[^。!?;]{4,80}[(\[]?(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?[)\]]?")
ENTRY_LONGEST = 80
LINE_KINDS = ("paragraph", "heading", "item", "caption", "quote")


def strip(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Body blocks without furniture, other blocks as they are, and an edit for each removal.

    Edit.start counts code points in the block as it came in. Flags that a removed notice stands for ("truncated") go to
    the body block before it, or after it where there is none before. Lines that were cut where furniture stood between
    them are joined.
    """
    work = _Work(blocks, context)
    work.debris()
    for _ in range(4):
        if not work.round():
            break
    return work.result()


class _Work:
    """The blocks of one page on their way through the rules."""

    def __init__(self, blocks: Sequence[Block], context: Context) -> None:
        self.blocks = list(blocks)
        self.body = [n for n, block in enumerate(blocks) if block.role == "body" and not block.protected]
        self.folded = {n: fold(self.blocks[n].text) for n in self.body}
        self.gone: set[int] = set()
        self.offsets: dict[int, list[tuple[int, int]]] = {}
        self.edits: list[Edit] = []
        self.site = _site_lines(context)
        self.titles = {fold(block.text) for block in blocks if block.role == "title"}

    # -- what is in the page at all

    def candidates(self) -> dict[int, list[Rule]]:
        """Rules to try on each block: those with one of their words in it."""
        alive = [n for n in self.body if n not in self.gone]
        starts: list[int] = []
        at = 0
        for n in alive:
            starts.append(at)
            at += len(self.folded[n]) + 1
        page = "\n".join(self.folded[n] for n in alive)
        found: dict[int, list[Rule]] = {}
        for rule in rules():
            for key in rule.has:
                place = page.find(key)
                while place >= 0:
                    row = bisect_right(starts, place) - 1
                    tried = found.setdefault(alive[row], [])
                    if not tried or tried[-1] is not rule:
                        if rule in tried:
                            break_at = starts[row] + len(self.folded[alive[row]])
                            place = page.find(key, break_at)
                            continue
                        tried.append(rule)
                    place = page.find(key, starts[row] + len(self.folded[alive[row]]))
        return found

    def round(self) -> bool:
        """One pass over everything; whether anything was taken."""
        before = len(self.edits)
        tried = self.candidates()
        for n, some in tried.items():
            for rule in some:
                if rule.place == "any" and rule.unit == "line" and n not in self.gone:
                    self.apply(n, rule)
        self.lists(tried)
        alive = [n for n in self.body if n not in self.gone]
        self.zone(alive, tried, "head")
        self.zone([n for n in reversed(alive) if n not in self.gone], tried, "tail")
        self.dated_tail()
        for n, some in tried.items():
            for rule in some:
                if rule.place == "any" and rule.unit == "sentence" and n not in self.gone:
                    self.apply(n, rule)
        return len(self.edits) > before

    def zone(self, order: Sequence[int], tried: dict[int, list[Rule]], place: str) -> None:
        kept = 0
        for n in order:
            if kept > ZONE:
                return
            if self.folded[n] in self.site or (place == "head" and self.folded[n] in self.titles):
                self.take(n, "site-line" if self.folded[n] in self.site else "title-repeat", "site")
            for unit in ("line", "sentence"):
                for rule in tried.get(n, ()):
                    if n not in self.gone and rule.unit == unit and rule.place in (place, "edge"):
                        self.apply(n, rule)
            if place == "tail" and n not in self.gone and furniture_debris.is_numbers(self.blocks[n].text):
                self.take(n, "numbers", "debris")
            if n not in self.gone:
                kept += 1

    def apply(self, n: int, rule: Rule) -> None:
        block = self.blocks[n]
        if rule.unit == "sentence" and block.kind in LINE_KINDS:
            self.sentences(n, rule)
        elif rule.unit == "line" and block.kind in LINE_KINDS and rule.takes(self.folded[n]):
            self.take(n, rule.name, rule.kind, rule.flag)

    # -- what is taken

    def take(self, n: int, rule: str, kind: str, flag: str = "") -> None:
        block = self.blocks[n]
        self.edits.append(Edit("furniture", rule, block.seq, self.origin(n, 0), block.text, "", "likely", 1, kind))
        self.gone.add(n)
        if flag:
            self.flag(n, flag)

    def sentences(self, n: int, rule: Rule) -> None:
        block = self.blocks[n]
        if not any(key in self.folded[n] for key in rule.has):
            return
        for found in reversed(list(SENTENCE.finditer(block.text))):
            sentence = found.group()
            if len(sentence) <= 2 * rule.longest and rule.takes(fold(sentence)):
                self.cut(n, found.start(), found.end(), "", rule.name, rule.kind)
                if rule.flag:
                    self.flag(n, rule.flag)

    def cut(self, n: int, start: int, end: int, after: str, rule: str, kind: str) -> None:
        block = self.blocks[n]
        text = block.text[:start] + after + block.text[end:]
        self.edits.append(
            Edit("furniture", rule, block.seq, self.origin(n, start), block.text[start:end], after, "likely", 1, kind)
        )
        self.offsets.setdefault(n, []).append((start, end - start - len(after)))
        if text.strip(plaintext.BLANKS):
            self.blocks[n] = replace(block, text=text)
            self.folded[n] = fold(text)
        else:
            self.gone.add(n)

    def origin(self, n: int, start: int) -> int:
        """Offset in the block as it came in of an offset in the block as it is now."""
        for at, removed in reversed(self.offsets.get(n, [])):
            if start >= at:
                start += removed
        return start

    def flag(self, n: int, flag: str) -> None:
        """Puts a flag on the nearest kept body block before block n, else after it."""
        places = [m for m in reversed(self.body) if m < n] + [m for m in self.body if m >= n]
        for m in places:
            if m not in self.gone:
                if flag not in self.blocks[m].flags:
                    self.blocks[m] = replace(self.blocks[m], flags=(*self.blocks[m].flags, flag))
                return

    # -- lists and debris

    def lists(self, tried: dict[int, list[Rule]]) -> None:
        """Related lists: a heading, and short lines from there to the end or as far as they bear dates."""
        for rule in rules():
            if rule.unit != "list":
                continue
            for n in [n for n, some in tried.items() if rule in some and n not in self.gone]:
                if self.blocks[n].kind not in LINE_KINDS or not rule.takes(self.folded[n]):
                    continue
                rows = [m for m in self.body if m > n and m not in self.gone]
                entries = []
                for m in rows:
                    if not _entry(self.folded[m]):
                        break
                    entries.append(m)
                if len(entries) == len(rows) or (
                    entries and all(DATED_TITLE.fullmatch(self.folded[m][:200]) for m in entries)
                ):
                    self.take(n, rule.name, rule.kind)
                    for m in entries:
                        self.take(m, "related-entry", rule.kind)

    def dated_tail(self) -> None:
        """Three or more titles with a date each at the end of a page, without a heading."""
        alive = [n for n in self.body if n not in self.gone]
        run: list[int] = []
        for n in reversed(alive):
            if len(self.folded[n]) > 100 or not DATED_TITLE.fullmatch(self.folded[n]):
                break
            run.append(n)
        if len(run) >= 3 and len(run) < len(alive):
            for n in reversed(run):
                self.take(n, "related-entry", "related")

    def debris(self) -> None:
        """Remains of tags, escapes and scripts, and injected marks, in a page that has Han."""
        page = "\n".join(self.blocks[n].text for n in self.body)
        if not plaintext.HAN.search(page):
            return
        tags = not any(word in page for word in furniture_debris.ABOUT_TAGS)
        inside = any(sign in page for sign in furniture_debris.SIGNS)
        for n in self.body:
            block = self.blocks[n]
            if block.kind == "pre" or block.kind == "table":
                continue
            first = block.text[:1]
            if first < "\u2e80" and tags:
                if furniture_debris.is_marks(block.text):
                    self.take(n, "marks", "debris")
                    continue
                if furniture_debris.is_script(block.text):
                    self.take(n, "script", "debris")
                    continue
            if inside:
                for start, end, after, rule in reversed(furniture_debris.spans(block.text, tags)):
                    self.cut(n, start, end, after, rule, "debris")

    def result(self) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
        left = [block for n, block in enumerate(self.blocks) if n not in self.gone]
        return tuple(left), tuple(self.edits)


def _entry(folded: str) -> bool:
    """Whether a line can be an entry of a list of titles."""
    return 0 < len(folded) <= ENTRY_LONGEST and folded[-1] not in "。;,:" and folded.count("。") == 0


def _site_lines(context: Context) -> frozenset[str]:
    host = context.host
    lines: set[str] = set()
    for rule in context.policy.sites:
        if rule.host and (host == rule.host or host.endswith("." + rule.host)):
            lines.update(fold(line) for line in rule.lines)
    return frozenset(lines)
