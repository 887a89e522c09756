"""What a search found, put to the test: damaged again it must give the input, and the runner-up must be worse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cleaners.restoration.bytestream.context import LOST, PageContext
from cleaners.restoration.bytestream.damage import Site, clashes, gives, orders
from cleaners.restoration.bytestream.search import Found
from cleaners.restoration.bytestream.state import State
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    dominant: float = threshold(
        0.5, "share", "of the weight that a filling of lost bytes must have: more than all others together"
    )
    clear: float = threshold(
        0.8, "share", "of the weight below which a filling is made, and the text flagged all the same: two bits"
    )
    trusted: float = threshold(0.95, "share", "of the weight from which a repair bears witness to others")
    heavy: float = threshold(
        0.95, "share", "of the weight that the candidates compared for what they agree on must hold"
    )
    most_bits: float = threshold(
        60.0, "bits", "between two candidates that are still told apart: their weights stay in the range of a float"
    )
    proved_margin: float = threshold(
        10.0, "bits", "by which a reading without lost bytes must lead those that suppose lost ones"
    )
    lossless: float = threshold(
        2.0, "bits", "within which a reading that supposes no lost bytes is taken before one that does"
    )
    strange: float = threshold(
        13.0, "bits a character", "the mean of three from which a reading may be wrong although it is the only one"
    )
    proof: int = threshold(10, "hypotheses", "that damaging a reading again costs as much as")
    tested: int = threshold(6, "readings", "best first, that are damaged again")


T = Thresholds()
MIMICS = {"！": "。”", "!": "。”", "？": "。可", "?": "。可"}  # trail byte A3, lead byte A1 or BF
SWALLOWED_DIGIT = re.compile(
    rf"(?<![0-9.]){LOST}(?:(?=(?P<year>[0-9]{{3}})年)|(?=(?P<unit>[A-Za-z]{{1,3}})(?![A-Za-z])))"
)


class Proof(NamedTuple):
    """The part of the table a text needs, and what that says of the table's order."""

    table: tuple[tuple[str, str], ...]
    order: dict[tuple[str, str], bool]


class Verdict(NamedTuple):
    """What is to be said of a repair.

    `certainty` is "" where it must not be made. `incomplete`: some is gone, or chosen with little between the choices.
    `sure`: no other reading is worth a search. `trusted`: it may bear witness to other repairs.
    """

    certainty: str
    detail: str
    incomplete: bool = False
    sure: bool = False
    trusted: bool = False


def judge(page: PageContext, seen: str, context: int, found: Found, behind: str = "") -> tuple[str, Verdict]:
    """The repaired text of a span and the verdict on it.

    seen: the span as it stands, `behind`: what stands behind it. context: how many characters of context the readings
    begin with.
    """
    ranked = [found.best, *found.others]
    tested = [(state, prove(page, seen, state, context)) for state in ranked[: T.tested]]
    passed = [(state, proof) for state, proof in tested if proof]
    if not passed:
        return seen, Verdict("", "no reading, damaged again, gives the input")
    lossless = [pair for pair in passed if not pair[0].lost]
    if lossless and lossless[0][0].cost <= passed[0][0].cost + T.lossless:
        passed.remove(lossless[0])
        passed.insert(0, lossless[0])
    best, proof = passed[0]
    runner = passed[1][0] if len(passed) > 1 else None
    margin = abs(runner.cost - best.cost) if runner else None
    after = _with_digits(page, page.folded(best.raw[context:]), behind)
    tried = len(ranked[: T.tested])
    says = [
        "annotation or cut astride characters",
        f"{len(ranked)} candidates, {len(passed)} of the best {tried} give the input when damaged again",
    ]
    if runner:
        says.append(f"runner-up {page.folded(runner.raw[context:])}, {margin:.1f} bits behind")
    certainty = "likely"
    strange = strangest(page, best.raw, context) > T.strange
    sure = not best.lost and (margin is None or margin >= T.proved_margin) and not strange
    possible = [state for state, _ in passed] + ranked[T.tested :]
    share = 1 / sum(2.0 ** min(best.cost - state.cost, T.most_bits) for state in possible)
    if best.lost:
        says.append(f"{best.lost} bytes unknown, {100 * share:.0f}% of the candidates' weight")
        if share <= T.dominant:
            after = _agreed([page.folded(state.raw[context:]) for state in _heavy(possible)])
            says.append(
                f"characters that cannot be told shown as U+FFFD, the likeliest {page.folded(best.raw[context:])}"
            )
    elif len(passed) == 1 and not any(
        prove(page, seen, state, context) for state in [*ranked[T.tested :], *_mimics(page, best, context)]
    ):
        if strange and not page.shows_private_use:
            says.append("strange, and pairs may have vanished on this page")
        else:
            certainty = "proved"
    page.learn(proof.table, proof.order)
    incomplete = LOST in after or bool(best.lost and share < T.clear)
    return after, Verdict(certainty, "; ".join(says), incomplete, sure, sure or (share >= T.trusted and not strange))


def _mimics(page: PageContext, best: State, context: int) -> Iterator[State]:
    """Readings, however unlikely, in which a mark is what two characters that lost a byte each left of themselves."""
    for at in range(context, len(best.raw) if page.may_vanish else 0):
        if best.raw[at] in MIMICS:
            yield best._replace(raw=best.raw[:at] + MIMICS[best.raw[at]] + best.raw[at + 1 :])


def _with_digits(page: PageContext, text: str, behind: str) -> str:
    """The text with swallowed digits where a year, or the page itself (5G), leaves but one; else they stay U+FFFD."""

    def digit(found: re.Match[str]) -> str:
        if found["year"]:
            return "2" if found["year"][0] == "0" else "1"
        seen = page.digits_before(found["unit"])
        return min(seen) if len(seen) == 1 else LOST

    return SWALLOWED_DIGIT.sub(digit, text + behind)[: len(text)]


def _heavy(ranked: Sequence[State]) -> list[State]:
    """The candidates, best first, that hold nearly all the weight."""
    weights = [2.0 ** min(ranked[0].cost - state.cost, T.most_bits) for state in ranked]
    enough, held, kept = T.heavy * sum(weights), 0.0, []
    for state, weight in zip(ranked, weights, strict=True):
        kept.append(state)
        held += weight
        if held >= enough:
            break
    return kept


def _agreed(texts: Sequence[str]) -> str:
    """What all texts begin and end with; between, U+FFFD for each character where they are of one length, else one."""
    shortest = min(map(len, texts))
    head = 0
    while head < shortest and len({text[head] for text in texts}) == 1:
        head += 1
    tail = 0
    while tail < shortest - head and len({text[len(text) - 1 - tail] for text in texts}) == 1:
        tail += 1
    lengths = {len(text) for text in texts}
    unknown = max(1, shortest - head - tail) if len(lengths) == 1 else 1
    end = texts[0][len(texts[0]) - tail :] if tail else ""
    return texts[0][:head] + LOST * unknown + end


def strangest(page: PageContext, raw: str, context: int) -> float:
    """Mean bits of the strangest three characters in a row."""
    bits = [page.cost(raw[max(0, at - 3) : at], raw[at]) for at in range(max(context, 1), len(raw))]
    return max((sum(bits[at : at + 3]) / 3 for at in range(len(bits) - 2)), default=0.0)


def prove(page: PageContext, seen: str, state: State, context: int) -> Proof | None:
    """A table, in an order in which the state's text, damaged, gives `seen`; None where there is none."""
    text = state.raw[context:].replace(LOST, "0")
    readings = {**page.readings, **dict(state.unlisted)} if state.unlisted else page.readings
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
    page.budget -= T.proof
    lone = "?" if page.marks_cuts else ""
    site = Site(table, lone, not page.may_vanish, page.is_folded, False, page.narrows, page.cuts_at_stops)
    return gives(text, seen, site) or gives(text, seen, replace(site, spares=True))
