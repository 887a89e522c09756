"""Restoring the blocks of an annotated page: where to search, what to take, and what to say about it."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from cleaners import bytestream_lexicon as lexicon
from cleaners.bytestream_context import PageContext
from cleaners.bytestream_evidence import PageTable, page_table, seen_annotations
from cleaners.bytestream_search import MARKS, Found, Search
from schemas.records import Block, Edit

STEP = "bytestream"
WINDOW = 3  # characters behind a mark that are looked at
STRANGE = 13.0  # mean bits of the characters behind a mark from which a cut is suspected


def restore(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """See cleaners.bytestream.restore."""
    texts = [block.text for block in blocks]
    table = page_table(texts)
    if table is None:
        return tuple(blocks), ()
    page = PageContext(table, texts)
    out, edits = [], []
    for block in blocks:
        restored, done = restore_block(page, block)
        out.append(restored)
        edits += done
    return tuple(out), tuple(edits)


def restore_block(page: PageContext, block: Block) -> tuple[Block, list[Edit]]:
    """One block: broken spans first, then the annotations that are left."""
    text = block.text
    matches = seen_annotations(text)
    tokens = {m.start(): (m.end(), lexicon.plain_reading(m[1]), m[0][0] == "?") for m in matches}
    plain = {s for s, (e, sound, swallowed) in tokens.items() if not swallowed and page.readings.get(text[s - 1 : s]) == sound}
    cuts = suspected_cuts(page, text, tokens)
    alarms = sorted({s for s in tokens if s not in plain} | cuts | {i for i, c in enumerate(text) if "\ue000" <= c <= "\uf8ff"})
    edits: list[Edit] = []
    parts: list[str] = []
    done = 0
    if alarms:
        search = Search(page, text, tokens, cuts)

        def next_alarm(i: int) -> int:
            at = bisect.bisect_left(alarms, i)
            return alarms[at] if at < len(alarms) else 1 << 60

        at = 0
        while True:
            alarm = next_alarm(at)
            if alarm >= len(text):
                break
            start = begin(text, tokens, alarm, done)
            context = context_of(text[done:start], "".join(parts)[-2:])
            found = search.span(start, alarm, context, next_alarm)
            at = alarm + 1
            if found is None:
                continue
            after = page.folded(found.best.raw[len(context) :])
            before = text[start : found.end]
            bare = strip_range(text, start, found.end, tokens, plain)
            if after != bare:
                parts.append(strip_range(text, done, start, tokens, plain))
                parts.append(after)
                edits.append(Edit(STEP, "broken span", block.seq, start, before, after, "proved", 1, ""))
                done = found.end
            at = max(at, found.end)
    parts.append(strip_range(text, done, len(text), tokens, plain))
    result = "".join(parts)
    return (replace(block, text=result) if result != text else block), edits


def suspected_cuts(page: PageContext, text: str, tokens: dict[int, tuple[int, str, bool]]) -> set[int]:
    """Marks behind which the text is strange: the stream may have been cut there astride two characters."""
    places: list[int] = []
    at = 0
    while at < len(text):
        if at in tokens:
            at = tokens[at][0]
        else:
            places.append(at)
            at += 1
    marks = [n for n, place in enumerate(places) if text[place] in MARKS]
    if not marks:
        return set()
    plain = "".join(text[place] for place in places)
    bits = page.model.bits(plain)
    cuts = set()
    for n in marks:
        behind = bits[n + 1 : n + 1 + WINDOW]
        if len(behind) and (float(behind.mean()) > STRANGE or plain[n - 1 : n] == "?"):
            cuts.add(places[n])
    return cuts


def begin(text, tokens, alarm, done) -> int:
    """One token in front of the alarm."""
    ends = {e: s for s, (e, *_) in tokens.items()}
    i = alarm
    for _ in range(2):
        while i in ends:
            i = ends[i]
        if i - 1 < done:
            break
        i -= 1
    return max(i, done)


def context_of(before, parts) -> str:
    return ("\n\n" + parts + strip(before, None))[-2:]


def strip(text, tokens) -> str:
    from cleaners.bytestream_evidence import ANNOTATION
    return ANNOTATION.sub("", text)


def strip_range(text, start, end, tokens, plain) -> str:
    out = []
    at = start
    for s in sorted(plain):
        if start <= s < end:
            out.append(text[at:s])
            at = tokens[s][0]
    out.append(text[at:end])
    return "".join(out)
