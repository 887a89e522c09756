"""What stands in a run's page, as the template takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaners.duplicates import KINDS
from flows.reports.runpage import breakdown, charts, places, ranges, sampling
from flows.reports.runpage.breakdown import Departure, percent
from flows.reports.runpage.figures import Figures, figures_of
from flows.reports.runpage.funnel import meaning, stages, tried
from flows.reports.runpage.history import Night, nights, summary_from_tables
from schemas.vocabulary import CERTAINTIES, EDIT_RULES, FLAGS, PAGE_KINDS, PAGE_STATUSES, SCRIPTS

DEPARTURES = 24  # shown; the rest are counted
FORMS = ("scripts", "punctuation")


@dataclass(frozen=True, slots=True)
class Key:
    """A figure at the head of the page."""

    name: str
    told: str
    spark: Any = ""
    usual: str = ""
    verdict: str = ""
    of: str = ""  # what a share is of


def content(out: Path, run_id: str) -> dict[str, Any]:
    """Everything that the template shows of a run."""
    figures, _ = figures_of(out, run_id)
    summary = summary_of(out, run_id)
    by_night = nights(out, run_id)
    tonight = by_night[-1]
    keys, left = _keys(by_night)
    tables = _tables(by_night)
    where = [places.places(by_night, "sources", "Sources"), places.places(by_night, "hosts", "Hosts")]
    left += [*places.departures(where), *breakdown.departures(tables.values())]
    left.sort(key=lambda departure: (-departure.beyond, departure.key, departure.name))
    edits = sampling.sampled_edits(out, run_id)
    return {
        "dataset": out.resolve().name,
        "summary": summary,
        "figures": figures,
        "nights": len(by_night) - 1,
        "enough": ranges.ENOUGH,
        "first_night": by_night[0].date,
        "runs_tonight": len(tonight.runs),
        "keys": keys,
        "left": left[:DEPARTURES],
        "left_more": max(0, len(left) - DEPARTURES),
        "stages": stages(figures, summary["counts"], summary.get("named")),
        "statuses_chart": _statuses_chart(by_night),
        "nights_table": by_night,
        "statuses": PAGE_STATUSES,
        "places": where,
        "tables": tables,
        "lengths": _distribution("Documents by their length in characters", _lengths(figures)),
        "kept": _distribution("Pages by how much of their text was kept", _kept(figures)),
        "mean_length": figures["characters"] / figures["documents"] if figures["documents"] else 0.0,
        "damage": _damage(figures),
        "certainties": CERTAINTIES,
        "duplicates": {kind: figures["duplicates"].get(kind, 0) for kind in KINDS},
        "samples": {**edits, "rejects": sampling.sampled_rejects(out, run_id)},
        "parts_seconds": _seconds(summary.get("seconds_by_part")),
        "steps": _seconds(summary.get("seconds_by_step")),
        "rate_chart": _rate_chart(by_night),
    }


def summary_of(out: Path, run_id: str) -> dict[str, Any]:
    """A run's summary: what it told of itself, and where that is not known any more, what its tables say."""
    figures, told = figures_of(out, run_id)
    return {**summary_from_tables(out, run_id), "duplicates": figures["duplicates"], **told}


def _keys(by_night: Sequence[Night]) -> tuple[list[Key], list[Departure]]:
    """The figures at the head, and those of them that left their range."""
    *before, tonight = by_night
    left: list[Departure] = []

    def key(
        name: str, values: list[float], now: float, told: str, usual: ranges.Range | None, form: Any, of: str = ""
    ) -> Key:
        if usual is None:
            return Key(name, told, charts.spark([*values, now]), of=of)
        verdict, span = usual.verdict(now), f"{form(usual.low)} to {form(usual.high)}"
        if verdict:
            left.append(Departure("night", "The night", name, told, span, verdict, usual.beyond(now)))
        return Key(name, told, charts.spark([*values, now]), span, verdict, of)

    def counted(name: str, of: str) -> Key:
        values = [night.figures[of] for night in before]
        now = tonight.figures[of]
        return key(name, values, now, f"{now:,}", ranges.of_counts(values), lambda value: f"{value:,.0f}")

    def shared(name: str, part: Any, of: str) -> Key:
        pairs = [(part(night.figures), night.figures[of]) for night in before]
        now = part(tonight.figures) / tonight.figures[of] if tonight.figures[of] else 0.0
        usual = ranges.of_shares(pairs, tonight.figures[of])
        return key(
            name, [count / whole for count, whole in pairs if whole], now, percent(now), usual, percent, f"of the {of}"
        )

    rates = [rate for night in before if (rate := night.pages_a_second) is not None]
    keys = [
        counted("pages", "pages"),
        counted("documents", "documents"),
        shared("gone", lambda figures: figures["statuses"].get("gone", 0), "pages"),
        shared("rejected", lambda figures: figures["statuses"].get("rejected", 0), "pages"),
        shared("damaged", lambda figures: figures["flags"].get("damaged", 0), "documents"),
        shared("duplicates", lambda figures: sum(figures["duplicates"].values()), "documents"),
    ]
    if (rate := tonight.pages_a_second) is not None:
        usual = ranges.of_measures(rates)
        keys.append(key("pages a second", rates, rate, f"{rate:,.1f}", usual, lambda value: f"{value:,.1f}"))
    return keys, left


def _tables(by_night: Sequence[Night]) -> dict[str, breakdown.Table]:
    def of_documents(name: str, title: str, meanings: Any = breakdown.NOTHING, **options: Any) -> breakdown.Table:
        return breakdown.table(
            by_night,
            lambda figures: figures.get(name, {}),
            lambda figures: figures["documents"],
            key=name,
            title=title,
            of="of the documents",
            meanings=meanings,
            **options,
        )

    def by_rule(key: str, title: str, steps: Sequence[str], note: str) -> breakdown.Table:
        return breakdown.table(
            by_night,
            lambda figures: _pages_by_rule(figures, steps),
            tried,
            key=key,
            title=title,
            of="of the pages cleaned tonight",
            meanings=_rule_meaning,
            note=note,
        )

    return {
        "reasons": breakdown.table(
            by_night,
            lambda figures: figures["reasons"],
            lambda figures: figures["pages"],
            key="reasons",
            title="Rejects by reason",
            of="of the pages",
            meanings=meaning,
        ),
        "encodings": breakdown.table(
            by_night,
            lambda figures: figures["encodings"],
            lambda figures: sum(figures["encodings"].values()),
            key="encodings",
            title="Encodings",
            of="of the pages read",
        ),
        "scripts": of_documents("scripts", "Scripts of the documents", SCRIPTS),
        "original_scripts": of_documents(
            "original_scripts", "Scripts of the pages", SCRIPTS, known=lambda figures: bool(figures["original_scripts"])
        ),
        "kinds": breakdown.table(
            by_night,
            lambda figures: figures["kinds"],
            lambda figures: sum(figures["kinds"].values()),
            key="kinds",
            title="Kinds of page",
            of="of the pages read",
            meanings=PAGE_KINDS,
            known=lambda figures: bool(figures["kinds"]),
        ),
        "flags": of_documents("flags", "Flags", FLAGS),
        "repaired": by_rule(
            "repaired", "Pages repaired, by rule", sampling.REPAIRS, "Beside the nights before, whatever the certainty."
        ),
        "removals": by_rule(
            "removals",
            "What was taken out, by rule",
            sampling.REMOVALS,
            "Pages on which a rule took something out or told something of the page.",
        ),
        "forms": by_rule(
            "forms", "Scripts and punctuation, by rule", FORMS, "Pages on which the form of characters was changed."
        ),
    }


def _pages_by_rule(figures: Figures, steps: Sequence[str]) -> dict[str, int]:
    pages: Counter[str] = Counter()
    for name, counts in figures["edits"].items():
        step, rule, _ = name.split("/")
        if step in steps:
            pages[f"{step}/{rule}"] += counts["pages"]
    return dict(pages)


def _rule_meaning(name: str) -> str:
    step, _, rule = name.partition("/")
    return EDIT_RULES.get(step, {}).get(rule, "")


def _damage(figures: Figures) -> list[dict[str, Any]]:
    """A row for each rule of restoration: changes by certainty, and pages."""
    rows: dict[str, dict[str, Any]] = {}
    for name, counts in figures["edits"].items():
        step, rule, certainty = name.split("/")
        if step in sampling.REPAIRS:
            row = rows.setdefault(
                f"{step}/{rule}",
                {"name": f"{step}/{rule}", "meaning": _rule_meaning(f"{step}/{rule}"), "edits": Counter(), "pages": 0},
            )
            row["edits"][certainty] += counts["edits"]
            row["pages"] += counts["pages"]
    return sorted(rows.values(), key=lambda row: (-row["pages"], row["name"]))


def _statuses_chart(by_night: Sequence[Night]) -> Any:
    series = {status: [night.figures["statuses"].get(status, 0) for night in by_night] for status in PAGE_STATUSES}
    labels = [night.date[5:] for night in by_night]
    return charts.bars("Pages of each night by what became of them", labels, series, lambda value: f"{value:,.0f}")


def _rate_chart(by_night: Sequence[Night]) -> Any:
    rates = [night.pages_a_second for night in by_night]
    if sum(rate is not None for rate in rates) < 2:
        return ""
    labels = [night.date[5:] for night in by_night]
    return charts.lines(
        "Pages a second of each night", labels, {"pages a second": rates}, lambda value: f"{value:,.1f}"
    )


def _lengths(figures: Figures) -> list[tuple[str, int]]:
    """Documents by their length in characters, each class twice as wide as the one before."""
    counts = {int(name): count for name, count in figures["lengths"].items()}
    if not counts:
        return []
    return [
        (f"{2**n:,}–{2 ** (n + 1) - 1:,}" if n else "0–1", counts.get(n, 0))
        for n in range(min(counts), max(counts) + 1)
    ]


def _kept(figures: Figures) -> list[tuple[str, int]]:
    """Pages by the share of their text that their documents hold, in tenths; empty where no row says."""
    counts = {int(name): count for name, count in figures["kept"].items()}
    return [(f"{10 * n}–{10 * n + 10}%", counts.get(n, 0)) for n in range(10)] if counts else []


def _distribution(name: str, rows: list[tuple[str, int]]) -> dict[str, Any]:
    """Classes in their order: a chart that is named by where each begins, and the rows of its table."""
    if not rows:
        return {"rows": [], "chart": ""}
    labels = [of.partition("–")[0] for of, _ in rows]
    counts = {"count": [count for _, count in rows]}
    return {"rows": rows, "chart": charts.bars(name, labels, counts, lambda value: f"{value:,.0f}")}


def _seconds(spent: Mapping[str, float] | None) -> list[tuple[str, float, float]]:
    """(name, seconds, share), the longest first."""
    total = sum((spent or {}).values())
    rows = sorted((spent or {}).items(), key=lambda item: -item[1])
    return [(name, seconds, seconds / total if total else 0.0) for name, seconds in rows]
