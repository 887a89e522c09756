"""What a search found, put to the test: damaged again it must give the input, and the runner-up must be worse."""

from __future__ import annotations

from typing import NamedTuple

from cleaners.bytestream_context import PageContext
from cleaners.bytestream_damage import Site, clashes, gives, orders
from cleaners.bytestream_search import Found, State

LIKELY_MARGIN = 3.0  # bits by which a filling of lost bytes must lead
PROVED_MARGIN = 10.0  # bits by which a reading without lost bytes must lead those that suppose lost ones
TESTED = 6  # readings, best first, that are damaged again


class Proof(NamedTuple):
    """The part of the table a text needs, and what that says of the table's order."""

    table: tuple[tuple[str, str], ...]
    order: dict[tuple[str, str], bool]


class Verdict(NamedTuple):
    """What is to be said of a repair; `certainty` is "" where it must not be made."""

    certainty: str
    detail: str
    eaten: int = 0


def judge(page: PageContext, seen: str, context: int, found: Found) -> tuple[str, Verdict]:
    """The repaired text of a span and the verdict on it.

    seen: the span as it stands. context: how many characters of context the readings begin with.
    """
    ranked = [found.best, *found.others]
    passed: list[State] = []
    first: Proof | None = None
    for state in ranked[:TESTED]:
        proof = prove(page, seen, state, context)
        if proof is None:
            continue
        if not passed:
            first = proof
        passed.append(state)
    if not passed:
        return page.folded(found.best.raw[context:]), Verdict("", "no reading, damaged again, gives the input")
    best = passed[0]
    after = page.folded(best.raw[context:])
    runner = passed[1] if len(passed) > 1 else None
    margin = runner.cost - best.cost if runner else 99.0
    tried = f"{len(ranked)} candidates, {len(passed)} of {min(len(ranked), TESTED)} give the input when damaged again"
    parts = ["annotation or cut astride characters", tried]
    if runner:
        parts.append(f"runner-up {page.folded(runner.raw[context:])} {margin:.1f} bits behind")
    if best.lost:
        parts.append(f"{best.lost} bytes unknown")
    if best.eaten:
        parts.append(f"{best.eaten} characters lost, shown as ?")
    lossless = [state for state in passed if not state.lost]
    if not best.lost:
        alone = len(lossless) == 1 and margin >= (PROVED_MARGIN if runner else 0.0)
        certainty = "proved" if alone else "likely"
    else:
        certainty = "likely" if margin >= LIKELY_MARGIN else ""
    if certainty and first is not None:
        page.learn(first.table, first.order)
    return after, Verdict(certainty, "; ".join(parts), best.eaten)


def prove(page: PageContext, seen: str, state: State, context: int) -> Proof | None:
    """A table, in an order in which the state's text, damaged, gives `seen`; None where there is none."""
    text = state.raw[context:]
    readings = {**page.readings, **dict(state.unlisted)}
    tables = [table for table in orders(text, readings, page.order) if _gives(page, text, seen, table)]
    if not tables:
        return None
    decided: dict[tuple[str, str], bool] = {}
    for a, b in clashes(text, dict(tables[0])):
        ways = {table.index((a, readings[a])) < table.index((b, readings[b])) for table in tables}
        if len(ways) == 1:
            decided[a, b] = ways.pop()
    return Proof(tables[0], decided)


def _gives(page: PageContext, text: str, seen: str, table: tuple[tuple[str, str], ...]) -> bool:
    behaviours = [("?", True), ("", True)] if page.keeps_private_use else [("", False), ("?", False), ("?", True)]
    return any(gives(text, seen, Site(table, lone, keeps, page.is_folded)) for lone, keeps in behaviours)
