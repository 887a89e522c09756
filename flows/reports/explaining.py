"""What was done to a page, for a person: each edit in its context, in colour on a terminal.

Edits count in the text that each step received. That text is not kept, so the page is cleaned anew and its way watched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaners import pipeline
from cleaners.policy import Context, Policy
from cleaners.steps import PAGE, Pass
from flows.reports.beside import Watcher, lines_of
from flows.showing import ends, line
from flows.words import counted
from schemas.records import CleanPage, Edit

if TYPE_CHECKING:
    from rich.text import Text

AROUND = 16  # characters of context on each side
OUTSIDE = 6  # lines outside the article that are shown, unless in full
LONGEST = 240  # characters of a removed or inserted passage that are shown, unless in full

Received = dict[tuple[str, int], list[str]]  # (step, block) -> the texts that the step received, in their order


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
    received: Received = {}
    seen = Watcher()

    def watch(one: Pass) -> None:
        _remember(one, received)
        seen(one)

    page = pipeline.watched(data, Context(policy, url, content_type, fetched_at), watch)
    yield from _head(page, len(data))
    shown = lines_of(seen.text("mojibake"), url, content_type, policy)
    outside = [line for line, inside in shown if not inside]
    for edit in page.edits:
        yield _edit_line(edit, context_of(edit, received) if edit.rule != "outside" else ("", ""), full)
        if edit.rule == "outside":
            yield from _outside_lines(outside, full)
    if page.rejection is not None:
        yield from _outside_lines(outside, full)
    yield from _foot(page)


def _outside_lines(lines: Sequence[str], full: bool) -> Iterator[Text]:
    """What lies outside the article, line by line."""
    from rich.text import Text

    for one in lines if full else lines[:OUTSIDE]:
        yield Text.assemble(("       | ", "dim"), (_shown(one, full), "dim"))
    if not full and len(lines) > OUTSIDE:
        left_out = len(lines) - OUTSIDE
        yield Text.assemble(("       | ", "dim"), (f"and {left_out:,} lines more (--full shows all)", "dim"))


def received_texts(
    data: bytes, *, url: str = "", content_type: str | None = None, policy: Policy = Policy()
) -> Received:
    """The text that each step received, a list for each block (a step may stand in the order more than once).

    A page on which a step fails gives what was reached before the failure.
    """
    received: Received = {}
    pipeline.watched(data, Context(policy, url, content_type), lambda one: _remember(one, received))
    return received


def _remember(one: Pass, received: Received) -> None:
    """Notes the texts that edits count in: of the blocks that were changed, and of the page."""
    changed = {edit.block for edit in one.edits}
    for block in one.received:
        if block.seq in changed:
            received.setdefault((one.step, block.seq), []).append(block.text)


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
        f"{size:,} bytes, {_visible(page.encoding or 'no encoding')}, ",
        counted(len(page.documents), "document"),
    )
    if page.title:
        yield Text.assemble(("title ", "bold"), _visible(page.title))
    if page.rejection is not None:
        r = page.rejection
        yield Text.assemble(
            ("rejected ", "bold red"), f"{r.stage}: {r.reason}", (f"  {_visible(r.detail)}" if r.detail else "", "dim")
        )


def _foot(page: CleanPage) -> Iterator[Text]:
    from rich.text import Text

    for n, document in enumerate(page.documents):
        particulars = (document.published, document.source, document.author, document.script, *document.flags)
        yield Text.assemble(
            (f"document {n} ", "bold"),
            _visible(document.title or "(no title)"),
            (f"  {len(document.text):,} characters, {counted(len(document.sections), 'section')}", "dim"),
            ("  " + _visible("; ".join(p for p in particulars if p)), "dim"),
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
    shown = Text.assemble((f"{edit.seq:>4} ", "dim"), (f"{where:<14} ", "dim"), (f"{edit.step}/{edit.rule} ", "cyan"))
    if edit.certainty != "exact":
        shown.append(f"{edit.certainty} ", "yellow")
    if edit.count > 1:
        shown.append(f"×{edit.count} ", "magenta")
    shown.append(_visible(around[0]), "dim")
    if edit.before:
        shown.append("[-" + _shown(edit.before, full) + "-]", "red")
    if edit.after:
        shown.append("{+" + _shown(edit.after, full) + "+}", "green")
    shown.append(_visible(around[1]), "dim")
    if edit.detail:
        shown.append(f"  ({_visible(edit.detail)})", "dim")
    return shown


def _shown(text: str, full: bool) -> str:
    return _visible(text if full else ends(text, LONGEST))


def _visible(text: str) -> str:
    return line(text, None)
