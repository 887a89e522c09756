"""Restoring the blocks of an annotated page: where to search, what to take, and what to say about it."""

from __future__ import annotations

import bisect
import functools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from cleaners.model import front
from cleaners.restoration.bytestream import inserted
from cleaners.restoration.bytestream.context import PRIVATE_USE, PageContext
from cleaners.restoration.bytestream.evidence import (
    PageTable,
    is_simplified,
    page_table,
    sounds_of,
    to_traditional,
    told,
)
from cleaners.restoration.bytestream.evidence import T as EVIDENCE
from cleaners.restoration.bytestream.proof import Verdict, judge
from cleaners.restoration.bytestream.search import Found, Search
from cleaners.restoration.bytestream.state import CLOSING, QUOTES
from cleaners.restoration.bytestream.state import T as STATE
from cleaners.restoration.bytestream.visible import Token, Visible, visible
from cleaners.thresholds import threshold
from schemas.records import Block, Edit

STEP = "bytestream"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    before: int = threshold(3, "characters", "in front of a suspicious place with which a search begins")
    window: int = threshold(3, "characters", "behind a mark that are looked at")
    nearby: int = threshold(
        6, "characters", "between a mark and a break that may have begun there: one that folds to `13.` counts three"
    )
    behind: int = threshold(4, "characters", "behind a span that tell what a swallowed digit was")
    strange: float = threshold(
        13.0, "bits a character", "the mean of those in the window from which a cut is suspected"
    )
    strange_first: float = threshold(17.0, "bits", "of the first of them that suffice")
    budget: int = threshold(50_000, "hypotheses", "a page may cost whatever its length")
    budget_per_character: int = threshold(45, "hypotheses a character", "that it may cost besides")
    budget_most: int = threshold(1_000_000, "hypotheses", "that a page may cost in all: ten seconds at most")
    unsolved: float = threshold(
        40.0, "bits", "of a span that could not be repaired, when the two kinds of site are compared"
    )
    named: int = threshold(12, "characters", "annotated ones that an edit's detail names")


T = Thresholds()
DAMAGED = "damaged"
_VANISHED_INTO = re.compile("[!?！？]")
NO_BREAK = re.compile(r"(?<=[^\W\d_])\u00a0(?=[)）])")  # the blank of (luò ), as some editors write blanks


def restore(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """See `cleaners.restoration.bytestream.restore`."""
    found = table_of(tuple(block.text for block in blocks))
    if found is None:
        return inserted.take_out(blocks)
    table, texts, simplified = found
    page = PageContext(table, texts, simplified)
    page.budget = min(T.budget + T.budget_per_character * sum(map(len, texts)), T.budget_most)
    kind, *others = page.kinds()
    page.choose(*kind)
    seen = [visible(text, page.sounds) for text in texts]
    page.model_bits([text.plain for text in seen])  # looked up together
    works = [_repaired(page, block, text) for block, text in zip(blocks, seen, strict=True)]
    for other in others:
        works, kind = _better(page, works, kind, other)
    if page.may_vanish:
        works = _again(page, works, attrgetter("sure"))
    words = [repair.after for work in works for repair in work.repairs if repair.verdict.trusted]
    if words:
        page.remember(words)
        works = _again(page, works, attrgetter("trusted"))
    edits: list[Edit] = []
    for work in works:
        edits += work.edits()
    return tuple(work.block() for work in works), tuple(edits)


@functools.lru_cache(maxsize=1)  # asked before mojibake is looked for, and again by `restore`
def table_of(texts: tuple[str, ...]) -> tuple[PageTable, tuple[str, ...], bool] | None:
    """What a page annotates, its texts in Traditional characters, one for one, and whether they were in Simplified
    ones; None where no site annotated it."""
    texts = tuple(NO_BREAK.sub(" ", text) for text in texts)
    sounds = sounds_of(texts)
    heard = told(texts, sounds)
    if page_table(heard.annotated, EVIDENCE.enough, sounds, heard) is None:
        before = [to_traditional(text, sounds) for text in heard.annotated]
        if page_table(before, EVIDENCE.enough_simplified, sounds) is None:
            return None  # what the other blocks hold can only speak against it
    enough = EVIDENCE.enough
    simplified = is_simplified(texts)
    if simplified:  # converted again behind the damage: the bytes are those of the Traditional text
        texts = tuple(to_traditional(text, sounds) for text in texts)
        enough, heard = EVIDENCE.enough_simplified, told(texts, sounds)
    table = page_table(texts, enough, sounds, heard)
    return (table, texts, simplified) if table else None


def _better(
    page: PageContext, works: list[_Work], kind: tuple[bool, bool], other: tuple[bool, bool]
) -> tuple[list[_Work], tuple[bool, bool]]:
    """The works, done for one kind of site, or the same for another kind, whichever reads better, and which that is.

    Only blocks in which that makes a difference are tried and compared.
    """
    doubtful = [nth for nth, work in enumerate(works) if work.doubtful]
    if not doubtful:
        return works, kind
    page.choose(*other)
    shown = {nth: _repaired(page, works[nth].source, works[nth].seen, works[nth]) for nth in doubtful}
    page.model_bits([work.block().text for nth in doubtful for work in (works[nth], shown[nth])])
    if sum(work.cost() for work in shown.values()) < sum(works[nth].cost() for nth in doubtful):
        return [shown.get(nth, work) for nth, work in enumerate(works)], other
    page.choose(*kind)
    return works, kind


def _again(page: PageContext, works: list[_Work], settled: Callable[[Verdict], bool]) -> list[_Work]:
    """The works, those with repairs not settled done once more, with all that the search can do.

    First pairs that vanished in a row are thought of, which takes time; then the words of the repairs that stand are
    known too, for a name may be broken wherever it stands. No repair bears witness to itself.
    """
    return [
        _repaired(page, work.source, work.seen, work, [r for r in work.repairs if settled(r.verdict)])
        if work.unsolved or not all(settled(r.verdict) for r in work.repairs)
        else work
        for work in works
    ]


def _repaired(
    page: PageContext,
    block: Block,
    seen: Visible,
    earlier: _Work | None = None,
    settled: Sequence[_Repair] | None = None,
) -> _Work:
    work = _Work(page, block, seen, again=settled is not None, settled={r.start: r for r in settled or ()})
    work.look(earlier)
    work.repair()
    return work


@dataclass(slots=True)
class _Repair:
    """A span of the block's text and what replaces it."""

    start: int
    end: int
    after: str
    verdict: Verdict


@dataclass(slots=True)
class _Work:
    """One block at work."""

    page: PageContext
    source: Block
    seen: Visible  # the block's text, in Traditional characters, one for one
    repairs: list[_Repair] = field(default_factory=list)
    damaged: bool = False
    doubtful: bool = False  # whether the other kind of site may explain it better
    unsolved: int = 0
    again: bool = False  # whether this is the second try,
    settled: dict[int, _Repair] = field(default_factory=dict)  # and what the first settled, by where it starts
    quotes: str = ""  # quotes open behind the repair before the last
    text: str = field(init=False)
    tokens: dict[int, Token] = field(init=False)
    known: int = 0  # readings that the page's table had when the block was looked at,
    plain: list[int] = field(default_factory=list)  # starts of the annotations that were only to be taken out,
    cuts: frozenset[int] = frozenset()  # and marks behind which the text was strange
    _made: Block | None = None  # the block as it is now, since it was asked for

    def __post_init__(self) -> None:
        self.text, self.tokens = self.seen.text, self.seen.tokens

    def look(self, earlier: _Work | None) -> None:
        """Find what is suspicious; what an earlier try on the block found holds where the page's table is the same."""
        text, readings = self.text, self.page.readings
        self.known = len(readings)  # none is ever taken back
        if earlier is not None and earlier.known == self.known:
            self.plain, self.cuts = earlier.plain, earlier.cuts
            return
        self.plain = [
            start
            for start, token in self.tokens.items()
            if not token.swallowed and readings.get(text[start - 1 : start]) == token.reading
        ]
        self.cuts = self._suspected_cuts()

    def repair(self) -> None:
        """Search every suspicious place."""
        self._made = None
        text = self.text
        places = self.seen.places
        cuts = self.cuts
        self.doubtful |= bool(cuts)
        if self.page.marks_cuts:
            cuts = frozenset(cut for cut in cuts if cut and text[cut - 1] == "?")
        plain = set(self.plain)
        alarms = sorted(
            {start for start in self.tokens if start not in plain}
            | cuts
            | {places[found.start()] for found in PRIVATE_USE.finditer(self.seen.plain)}
        )
        if not alarms:
            return
        if (
            self.page.may_vanish
        ):  # `。”` may have become `!` and no trace; that is no reason to look, but no proof either
            cuts |= {places[found.start()] for found in _VANISHED_INTO.finditer(self.seen.plain)}
        search = Search(self.page, text, self.tokens, cuts, alarms)
        search.deep = self.again and self.page.may_vanish  # two pairs in a row may have vanished
        search.ends_sentence = self.source.kind in ("paragraph", "item", "quote")
        at = done = 0
        while (nth := bisect.bisect_left(alarms, at)) < len(alarms):
            alarm = alarms[nth]
            if self.page.budget < 0:  # what is left stays as it is, and is told
                left = sum(place in self.tokens for place in alarms[nth:])
                self.unsolved += left
                self.damaged |= left > 0
                self.doubtful |= left > 0
                return
            start = self._begin(alarm, done)
            context = self._context(start, done)
            search.quotes = self._open_quotes(start)
            known = self.settled.get(start)
            if known is not None and known.end > alarm:
                self.quotes = self._open_quotes(start)
                self.repairs.append(known)
                at = done = known.end
                continue
            found = search.span(start, alarm, context)
            at = alarm + 1
            if found is None or self.page.budget < 0:
                if alarm in self.tokens:
                    self.damaged = self.doubtful = True
                    self.unsolved += 1
                at = max(at, search.stopped)
                continue
            after, verdict = self._judged(start, context, found)
            at = max(at, found.end)
            self.doubtful |= not verdict.sure
            if after == self._stripped(start, found.end, self.text):
                continue
            if verdict.certainty:
                self.quotes = self._open_quotes(start)
                self.repairs.append(_Repair(start, found.end, self.page.written(after), verdict))
                done = found.end
            if not verdict.certainty:
                self.unsolved += 1
            if not verdict.certainty or verdict.incomplete:
                self.damaged = True

    def _judged(self, start: int, context: str, found: Found) -> tuple[str, Verdict]:
        seen, behind = self.text[start : found.end], self.text[found.end : found.end + T.behind]
        return judge(self.page, seen, len(context), found, behind)

    def block(self) -> Block:
        """The block as it is now."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make(self) -> Block:
        source = self.source.text
        parts: list[str] = []
        at = 0
        for repair in self.repairs:
            parts += (self._stripped(at, repair.start, source), repair.after)
            at = repair.end
        parts.append(self._stripped(at, len(source), source))
        text = "".join(parts)
        flags = self.source.flags
        if self.damaged and DAMAGED not in flags:
            flags = (*flags, DAMAGED)
        if text == self.source.text and flags == self.source.flags:
            return self.source
        return replace(self.source, text=text, flags=flags)

    def cost(self) -> float:
        """Bits of the text as it is now, of a quote left open, and of what could not be repaired."""
        text = self.block().text
        unclosed = STATE.unclosed * (text.rfind("“") > text.rfind("”"))
        (bits,) = self.page.model_bits([text])
        return float(bits.sum()) + unclosed + T.unsolved * self.unsolved

    def edits(self) -> list[Edit]:
        """One edit for the annotations taken out, one for each repair."""
        text, seq = self.source.text, self.source.seq
        edits = []
        spans = [(r.start, r.end) for r in self.repairs]
        taken = [start for start in self.plain if not _within(start, spans)]
        if taken:
            first = taken[0]
            counts = Counter(text[start - 1 : self.tokens[start].end] for start in taken)
            named = " ".join(f"{shown}×{n}" for shown, n in counts.most_common(T.named))
            more = f" and {len(counts) - T.named} more" if len(counts) > T.named else ""
            detail = f"table of {len(self.page.readings)} characters, every occurrence annotated: {named}{more}"
            before = text[first : self.tokens[first].end]
            edits.append(Edit(STEP, "pinyin annotation", seq, first, before, "", "exact", len(taken), detail))
        for r in self.repairs:
            before = text[r.start : r.end]
            edits.append(
                Edit(STEP, "broken span", seq, r.start, before, r.after, r.verdict.certainty, 1, r.verdict.detail)
            )
        return edits

    def _stripped(self, start: int, end: int, text: str) -> str:
        """The text between two offsets without its plain annotations."""
        parts = []
        at = start
        for nth in range(bisect.bisect_left(self.plain, start), bisect.bisect_left(self.plain, end)):
            parts.append(text[at : self.plain[nth]])
            at = self.tokens[self.plain[nth]].end
        parts.append(text[at:end])
        return "".join(parts)

    def _suspected_cuts(self) -> frozenset[int]:
        """Marks behind which the text is strange: the stream may have been cut there astride two characters."""
        places, plain = self.seen.places, self.seen.plain
        marks = [found.start() for found in self.page.mark.finditer(plain)]
        if not marks:
            return frozenset()
        bits = self.page.model_bits([plain])[0].tolist()
        plainly = set(self.plain)
        last = [bisect.bisect_left(places, start) - 1 for start in self.tokens if start not in plainly]
        broken = [n for n in last if n >= 0 and places[n] + 1 in self.tokens]
        cuts = set()
        open_quote = False
        counted = 0
        for n in marks:
            behind = bits[n + 1 : n + 1 + T.window]
            opening, closing = plain.rfind("“", counted, n), plain.rfind("”", counted, n)
            open_quote = opening > closing or (open_quote and closing < 0)
            counted = n
            strange = len(behind) > 0 and (
                sum(behind) > T.strange * len(behind)
                or behind[0] > T.strange_first
                or self.page.form(plain[n + 1]) > 0.0
            )
            near = bisect.bisect_left(broken, n)
            strange |= near < len(broken) and broken[near] <= n + T.nearby
            strange |= n > 0 and plain[n - 1] == "?"
            strange |= plain[n + 1 : n + 2] in self.page.marks
            strange |= "@" <= plain[n + 1 : n + 2] <= "~"  # ，F在 was 。現在
            strange |= open_quote and plain[n + 1 : n + 2] in ("", " ")
            strange |= plain[n] in "!！" and plain[n + 1 : n + 2] in tuple("(0123456789")  # !13. was 、 and a character
            if strange:
                cuts.add(places[n])
        return frozenset(cuts)

    def _begin(self, alarm: int, done: int) -> int:
        """A few characters in front of the suspicious place, or where the last repair ended."""
        at = alarm
        for _ in range(T.before):
            while at in self.seen.starts:
                at = self.seen.starts[at]
            if at - 1 < done:
                break
            at -= 1
        return max(at, done)

    def _open_quotes(self, start: int) -> str:
        """Opening quotes not closed in front of `start`, in the repaired text."""
        last = self.repairs[-1] if self.repairs else None
        near = (last.after if last else "") + self.text[last.end if last else 0 : start]
        if not any(char in near for char in QUOTES):
            return self.quotes
        kept = ""
        for opening, closing in CLOSING.items():
            at = max(near.rfind(opening), near.rfind(closing))
            kept += opening if (near[at] == opening if at >= 0 else opening in self.quotes) else ""
        return kept

    def _context(self, start: int, done: int) -> str:
        """What tells of the character at `start`: those in front of it."""
        near = self._stripped(max(done, self._begin(start, done)), start, self.text)
        if len(near) < 3 and self.repairs and self.repairs[-1].end == done:
            near = self.repairs[-1].after + near
        return front("\n\n" + near)


def _within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    nth = bisect.bisect_right(spans, (place, 1 << 60)) - 1
    return nth >= 0 and spans[nth][0] <= place < spans[nth][1]
