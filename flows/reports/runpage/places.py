"""Sources and hosts: what each yielded tonight, beside the nights before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from flows.reports.runpage import charts, ranges
from flows.reports.runpage.breakdown import Departure, percent
from flows.reports.runpage.history import Night

MOST = 40  # places shown: so many with the most pages, and as many of those that left their range
_NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """A source or a host. `pages` are those that it still has; the verdicts are "above", "below", or "" for what is
    within its range or has none."""

    name: str
    pages: int
    rejected: int
    gone: int
    documents: int
    spark: Markup
    usual: str
    verdict: str
    rejected_usual: str
    rejected_verdict: str
    beyond: float

    @property
    def share(self) -> float:
        """Share of its pages that were rejected."""
        return self.rejected / self.pages if self.pages else 0.0


@dataclass(frozen=True, slots=True)
class Places:
    """A table of them. `more`: how many are left out."""

    key: str
    title: str
    rows: tuple[Place, ...]
    more: int = 0


def places(nights: Sequence[Night], key: str, title: str) -> Places:
    """key: "sources" or "hosts", as in the figures. One that is usual and yields nothing tonight is
    among them."""
    *before, tonight = nights
    now = tonight.figures[key]
    seen = Counter(name for night in before for name in night.figures[key])
    names = {*now, *(name for name, n in seen.items() if n >= ranges.ENOUGH)}
    found = [_place(name, now.get(name, _NOTHING), _earlier(before, key, name)) for name in names]
    found.sort(key=lambda place: (-place[0].pages, place[0].name))
    moved = [place for place, _ in found if place.verdict or place.rejected_verdict]
    marked = {place.name for place in sorted(moved, key=lambda place: -place.beyond)[:MOST]}
    shown = [
        (place, pages) for n, (place, pages) in enumerate(found) if (n < MOST and place.pages) or place.name in marked
    ]
    more = sum(1 for place, _ in found if place.pages or place.verdict) - len(shown)
    return Places(key, title, tuple(_drawn(place, pages) for place, pages in shown), more)


def departures(tables: Iterable[Places]) -> Iterator[Departure]:
    """Places that yielded more or fewer pages than is usual, or had more or fewer of them rejected."""
    for table in tables:
        for row in table.rows:
            if row.verdict:
                told = f"{row.pages:,} pages"
                yield Departure(table.key, table.title, row.name, told, row.usual, row.verdict, row.beyond)
            if row.rejected_verdict:
                told = f"{percent(row.share)} rejected"
                yield Departure(
                    table.key, table.title, row.name, told, row.rejected_usual, row.rejected_verdict, row.beyond
                )


def _earlier(before: Sequence[Night], key: str, name: str) -> list[Mapping[str, int]]:
    """What each night says of a place; a night that does not tell them all apart says nothing of one it leaves out."""
    told: list[Mapping[str, int]] = []
    for night in before:
        if name in night.figures[key] or night.figures.get(f"{key}_whole"):
            told.append(night.figures[key].get(name, _NOTHING))
    return told


def _place(name: str, now: Mapping[str, int], earlier: Sequence[Mapping[str, int]]) -> tuple[Place, list[float | None]]:
    pages, rejected = _there(now), now.get("rejected", 0)
    before = [_there(counts) for counts in earlier]
    often = sum(1 for n in before if n) >= ranges.ENOUGH  # a place that is new, or seldom there, has no usual night
    usual = ranges.of_counts(before) if often else None
    rejects = [(counts.get("rejected", 0), _there(counts)) for counts in earlier]
    shares = ranges.of_shares(rejects, pages) if often else None
    share = rejected / pages if pages else 0.0
    place = Place(
        name,
        pages,
        rejected,
        now.get("gone", 0),
        now.get("documents", 0),
        Markup(""),
        f"{usual.low:,.0f} to {usual.high:,.0f}" if usual else "",
        usual.verdict(pages) if usual else "",
        f"{percent(shares.low)} to {percent(shares.high)}" if shares else "",
        shares.verdict(share) if shares else "",
        max(usual.beyond(pages) if usual else 0.0, shares.beyond(share) if shares else 0.0),
    )
    return place, [*before, pages]


def _there(counts: Mapping[str, int]) -> int:
    """Pages without those that are gone."""
    return counts.get("pages", 0) - counts.get("gone", 0)


def _drawn(place: Place, pages: Sequence[float | None]) -> Place:
    return replace(place, spark=charts.spark(pages))
