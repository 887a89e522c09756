"""What was done to a page, for a person: each edit in its context, in colour on a terminal.

`clean_page` gives edits whose offsets count in the text that each step received; that text is kept by a watcher.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaners import clean_page
from cleaners.policy import Policy
from flows.reports.comparing import PAGE, Watcher, lines_of
from schemas.records import CleanPage, Edit

if TYPE_CHECKING:
    from rich.text import Text

AROUND = 16  # characters of context on each side
LONGEST = 240  # characters of a removed or inserted passage that are shown, unless in full
OUTSIDE = 6  # lines outside the article that are shown, unless in full

# C0 and C1 controls, surrogates, and the marks that turn the direction of writing
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

Received = dict[tuple[str, int], list[str]]  # (step, block) -> the texts that the step received


def explain(
    data: bytes,
    *,
    url: str = "",
    content_type: str | None = None,
    policy: Policy = Policy(),
    fetched_at: str | None = None,
    full: bool = False,
) -> Iterator[Text]:
    """Lines for a terminal: what the page is, every edit in its order, what came out.

    full: long removals are shown whole instead of their two ends.
    """
    seen = Watcher()
    page = clean_page(data, url=url, content_type=content_type, policy=policy, fetched_at=fetched_at, watch=seen)
    received = received_texts(seen)
    yield from _head(page, len(data))
    shown = lines_of(seen.text("mojibake"), url, content_type, policy)
    lines = [line for line, inside in shown if not inside]
    for edit in page.edits:
        yield _edit_line(edit, context_of(edit, received) if edit.rule != "outside" else ("", ""), full)
        if edit.rule == "outside":
            yield from _outside_lines(lines, full)
    if page.rejection is not None:
        yield from _outside_lines(lines, full)
    yield from _foot(page)


def received_texts(seen: Watcher) -> Received:
    """The text that each step received, a list for each block (a step may stand in the order more than once)."""
    texts: Received = {}
    for step in ("decoding", "mojibake", "extraction", "plaintext"):
        texts[step, PAGE] = [seen.text("mojibake" if step in ("extraction", "plaintext") else "decoding")]
    steps = [(step, blocks) for step, blocks in seen.given if not (blocks and blocks[0].seq == PAGE)]
    for (_, blocks), (step, _) in itertools.pairwise(steps):
        for block in blocks:
            texts.setdefault((step, block.seq), []).append(block.text)
    return texts


def _outside_lines(lines: Sequence[str], full: bool) -> Iterator[Text]:
    """What lies outside the article, line by line."""
    from rich.text import Text

    for line in lines if full else lines[:OUTSIDE]:
        yield Text.assemble(("       | ", "dim"), (_shown(line, full), "dim"))
    if not full and len(lines) > OUTSIDE:
        yield Text.assemble(
            ("       | ", "dim"), (f"and {len(lines) - OUTSIDE:,} lines more (--full shows all)", "dim")
        )


def context_of(edit: Edit, received: Received) -> tuple[str, str]:
    """Up to AROUND characters before and behind the place of an edit, as the step received them; "" where unknown."""
    end = edit.start + len(edit.before)
    for text in received.get((edit.step, edit.block), ()):
        if text[edit.start : end] == edit.before:
            return text[max(0, edit.start - AROUND) : edit.start], text[end : end + AROUND]
    return "", ""


def _head(page: CleanPage, size: int) -> Iterator[Text]:
    from rich.text import Text

    yield Text.assemble(
        ("page  ", "bold"),
        f"{size:,} bytes, {page.encoding or 'no encoding'}, ",
        _plural(len(page.documents), "document"),
    )
    if page.title:
        yield Text.assemble(("title ", "bold"), visible(page.title))
    if page.rejection is not None:
        r = page.rejection
        yield Text.assemble(
            ("rejected ", "bold red"), f"{r.stage}: {r.reason}", (f"  {r.detail}" if r.detail else "", "dim")
        )


def _foot(page: CleanPage) -> Iterator[Text]:
    from rich.text import Text

    for n, document in enumerate(page.documents):
        particulars = (document.published, document.source, document.author, document.script, *document.flags)
        yield Text.assemble(
            (f"document {n} ", "bold"),
            visible(document.title or "(no title)"),
            (f"  {len(document.text):,} characters, {_plural(len(document.sections), 'section')}", "dim"),
            ("  " + visible("; ".join(p for p in particulars if p)), "dim"),
        )
    if page.edits:
        counts: Counter[str] = Counter()
        for edit in page.edits:
            counts[f"{edit.step}/{edit.rule}"] += edit.count
        listed = ", ".join(f"{name} {n}" for name, n in counts.most_common())
        yield Text.assemble(("edits ", "bold"), listed)
    else:
        yield Text.assemble(("edits ", "bold"), "none")


def _edit_line(edit: Edit, around: tuple[str, str], full: bool) -> Text:
    """One edit: `where  step/rule  …before[-taken-]{+put+}behind…`. Colour carries nothing that the marks do not."""
    from rich.text import Text

    where = f"block {edit.block}:{edit.start}" if edit.block != PAGE else f"page:{edit.start}"
    line = Text.assemble((f"{edit.seq:>4} ", "dim"), (f"{where:<14} ", "dim"), (f"{edit.step}/{edit.rule} ", "cyan"))
    if edit.certainty != "exact":
        line.append(f"{edit.certainty} ", "yellow")
    if edit.count > 1:
        line.append(f"×{edit.count} ", "magenta")
    line.append(visible(around[0]), "dim")
    if edit.before:
        line.append("[-" + _shown(edit.before, full) + "-]", "red")
    if edit.after:
        line.append("{+" + _shown(edit.after, full) + "+}", "green")
    line.append(visible(around[1]), "dim")
    if edit.detail:
        line.append(f"  ({visible(edit.detail)})", "dim")
    return line


def _shown(text: str, full: bool) -> str:
    if not full and len(text) > LONGEST:
        half = LONGEST // 2
        left_out = len(text) - 2 * half
        text = f"{text[:half]} … {left_out:,} characters … {text[-half:]}"
    return visible(text)


def visible(text: str, keep: str = "") -> str:
    """Line breaks and control characters as marks, but for those of `keep`: nobody must obey what a page holds."""
    return _UNSEEN.sub(lambda match: match[0] if match[0] in keep else _mark(match), text)


def _mark(match: re.Match[str]) -> str:
    return {"\n": "⏎", "\t": "⇥"}.get(match[0], f"\\u{ord(match[0]):04x}")


def _plural(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
