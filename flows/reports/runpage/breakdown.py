"""Tables of a run's page: each name with its count, its share, and what is usual for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.reports.runpage import charts, ranges
from flows.reports.runpage.figures import Figures
from flows.reports.runpage.history import Night


@dataclass(frozen=True, slots=True)
class Departure:
    """A figure that has left its range: where it stands in the page, what it is, what is usual."""

    key: str
    title: str
    name: str
    told: str
    usual: str
    verdict: str
    beyond: float


NOTHING: Mapping[str, str] = {}
Counted = Callable[[Figures], Mapping[str, float]]
Total = Callable[[Figures], float]


@dataclass(frozen=True, slots=True)
class Row:
    """A name: how many, which share of all, and the nights before."""

    name: str
    count: float
    share: float
    meaning: str = ""
    spark: str = ""
    usual: str = ""
    verdict: str = ""  # "above", "below", "" within or unknown
    beyond: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """A group of names. `of` says what the shares are of."""

    key: str  # its anchor in the page
    title: str
    of: str
    rows: tuple[Row, ...]
    total: float = 0.0
    note: str = ""
    more: int = 0  # rows that are left out


def table(
    nights: Sequence[Night],
    counted: Counted,
    total: Total,
    *,
    key: str,
    title: str,
    of: str,
    meanings: Mapping[str, str] | Callable[[str], str] = NOTHING,
    known: Callable[[Figures], bool] = lambda figures: True,
    most: int = 60,
    note: str = "",
) -> Table:
    """The names of the last of some nights, most frequent first; those of the nights before are what is usual.

    counted: name -> count, from a night's figures. total: of what the shares are. known: whether a night's figures
    have the names at all: a column may be younger. most: rows shown, and as many of those that left
    their range.
    """
    *before, tonight = nights
    before = [night for night in before if known(night.figures)]
    now, all_now = counted(tonight.figures), total(tonight.figures)
    earlier = [(counted(night.figures), total(night.figures)) for night in before]
    names = set(now).union(*(counts for counts, _ in earlier)) if earlier else set(now)
    rows = []
    for name in names:
        shares = [(counts.get(name, 0), whole) for counts, whole in earlier]
        rows.append(_row(name, now.get(name, 0), all_now, shares, _meaning(meanings, name)))
    rows.sort(key=lambda row: (-row.count, row.name))
    marked = {row.name for row in sorted(rows, key=lambda row: -row.beyond)[:most] if row.verdict}
    shown = [row for n, row in enumerate(rows) if (n < most and row.count) or row.name in marked]
    shown = [_drawn(row, [(counts.get(row.name, 0), whole) for counts, whole in earlier]) for row in shown]
    more = sum(1 for row in rows if row.count or row.verdict) - len(shown)
    return Table(key, title, of, tuple(shown), all_now, note, more)


def _row(name: str, count: float, total: float, earlier: list[tuple[float, float]], meaning: str) -> Row:
    share = count / total if total else 0.0
    found = ranges.of_shares(earlier, total)
    if found is None:
        return Row(name, count, share, meaning)
    usual = f"{percent(found.low)} to {percent(found.high)}"
    return Row(name, count, share, meaning, "", usual, found.verdict(share), found.beyond(share))


def _drawn(row: Row, earlier: list[tuple[float, float]]) -> Row:
    shares = [count / whole if whole else None for count, whole in earlier]
    line = charts.spark([*shares, row.share])
    return Row(row.name, row.count, row.share, row.meaning, line, row.usual, row.verdict, row.beyond)


def departures(tables: Iterable[Table]) -> Iterator[Departure]:
    """What has left its range, in the order of the tables."""
    for table in tables:
        for row in table.rows:
            if row.verdict:
                told = f"{percent(row.share)} {table.of}"
                yield Departure(table.key, table.title, row.name, told, row.usual, row.verdict, row.beyond)


def percent(share: float) -> str:
    """A share in per cent, with as many places as it needs to be none of 0 and 100 by rounding."""
    value = 100 * share
    if value in (0.0, 100.0):
        return f"{value:.0f}%"
    return f"{value:.1f}%" if 0.05 <= value < 99.95 else ("<0.1%" if value < 1 else ">99.9%")


def _meaning(meanings: Mapping[str, str] | Callable[[str], str], name: str) -> str:
    return meanings(name) if callable(meanings) else meanings.get(name, "")
