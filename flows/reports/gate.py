"""The gate: what makes a run fail although all of it is on disk: a source out of reach must never look like success.

The figures come from the tables: what each source has yielded this night, and on the nights before. A page that was
had counts, whatever became of it in cleaning; one that could not be fetched or read does not.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.addresses import public
from flows.words import counted
from schemas.commits import committed, record
from schemas.reading import opened

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.sources import Source

NOT_HAD = "^(fetch|source): "  # reasons of pages whose bytes could not be had
FEW = 10  # pages: a source that yields fewer on a usual night says nothing by yielding half
SINGLE = "single pages"  # files and addresses named one by one, taken together

Yields = dict[str, Counter[str]]  # source -> "had" and "not had" -> pages


def judge(
    summary: dict[str, Any], history: list[dict[str, Any]], settings: Settings, sources: Iterable[Source]
) -> list[str]:
    """What is wrong with a run, in words; an empty list where it may count as success.

    summary: the run's own; its files are committed. history: the nightly runs before, oldest first. settings:
    max_rejected, min_share_of_usual, gate_nights. sources: those of the run, as they were understood when it began.
    """
    problems = []
    out = Path(summary["out"])
    night = summary["night"]
    runs = [run["run_id"] for run in history if run["night"] == night] + [summary["run_id"]]
    most = float(settings.max_rejected)
    share, first = rejected(out, runs)
    if share > most:
        problems.append(f"{share:.0%} of the pages were rejected, {most:.0%} are allowed; most often: {first}")
    kinds = _sources(record(out, summary["run_id"]).get("wanted", {}).get("sources", []), sources)
    tonight = yields(out, runs, kinds)
    usual = _usual(out, [run for run in history if run["night"] < night], settings.gate_nights, kinds)
    for source, n in summary.get("named_twice", {}).items():  # it yields what another source has yielded before
        tonight[kinds.get(source, source)]["had"] += n
    for source in kinds.values():
        had = tonight[source]["had"]
        if not had:
            problems.append(f"{source} yielded no page{_why(tonight[source])}")
        elif usual.get(source, 0) >= FEW and had < usual[source] * settings.min_share_of_usual:
            problems.append(f"{source} yielded {counted(had, 'page')}, {usual[source]:,.0f} are usual")
    return list(dict.fromkeys(problems))


def rejected(out: Path, run_ids: Iterable[str]) -> tuple[float, str]:
    """The share of a night's pages of which nothing could be made, and the most frequent reason.

    Of a page with several rows the last one counts; a page whose bytes have not changed since it was rejected counts as
    rejected on every night.
    """
    paths = [list(committed(out, run_id, "pages")) for run_id in run_ids]
    several = sum(map(bool, paths)) > 1  # in one run a page has one row, and no ids need be held
    bad: dict[str, str] = {}  # page -> reason, of several runs
    seen: set[str] = set()
    reasons: Counter[str] = Counter()
    pages = 0
    for entry, path in (file for run in paths for file in run):
        with opened(path, entry) as file:
            for batch in file.iter_batches(columns=["page_id", "status", "reason"]):
                counts = pc.is_in(batch.column("status"), pa.array(["rejected", "unchanged"]))
                reason = pc.if_else(counts, batch.column("reason"), None)
                pages += len(batch)
                if several:
                    ids = batch.column("page_id").to_pylist()
                    seen.update(ids)
                    for page, why in zip(ids, reason.to_pylist(), strict=True):
                        if why is None:
                            bad.pop(page, None)
                        else:
                            bad[page] = why
                else:
                    reasons.update(reason.drop_null().to_pylist())
    if several:
        reasons, pages = Counter(bad.values()), len(seen)
    first = reasons.most_common(1)
    return (reasons.total() / pages, first[0][0]) if first else (0.0, "")


def yields(out: Path, run_ids: Iterable[str], kinds: dict[str, str] | None = None) -> Yields:
    """How many pages each source has yielded in some runs together; `kinds` groups sources by what they count as."""
    found: Yields = defaultdict(Counter)
    for run_id in run_ids:
        for entry, path in committed(out, run_id, "pages"):
            with opened(path, entry) as file:
                for batch in file.iter_batches(columns=["source", "reason", "status", "http_status"]):
                    # What vanished from its source has a row, and was not yielded; a 404 or 410 is an answer.
                    answered = pc.or_(
                        pc.not_equal(batch.column("status"), "gone"), pc.is_valid(batch.column("http_status"))
                    )
                    batch = batch.filter(answered)
                    missed = pc.fill_null(pc.match_substring_regex(batch.column("reason"), NOT_HAD), False)
                    table = pa.table({"source": batch.column("source"), "missed": missed, "n": missed})
                    for row in table.group_by(["source", "missed"]).aggregate([("n", "count")]).to_pylist():
                        source = (kinds or {}).get(row["source"], row["source"])
                        found[source]["not had" if row["missed"] else "had"] += row["n_count"]
    return found


def _usual(out: Path, history: list[dict[str, Any]], nights: int, kinds: dict[str, str]) -> dict[str, float]:
    """What each source yields on a usual night: the median of the last nights on which it yielded anything."""
    by_night: dict[str, list[str]] = defaultdict(list)
    for run in history:
        by_night[run["night"]].append(run["run_id"])
    counts: dict[str, list[int]] = defaultdict(list)
    for night in sorted(by_night)[-nights:]:
        for source, pages in yields(out, by_night[night], kinds).items():
            if pages["had"]:
                counts[source].append(pages["had"])
    return {source: statistics.median(had) for source, had in counts.items()}


def _sources(named: Sequence[str], understood: Iterable[Source]) -> dict[str, str]:
    """The sources of a run: name in the column `source` -> what it counts as. Single files and addresses are one."""
    kinds: dict[str, str] = {}
    for source in understood:
        single = source.kind in ("page", "url", "list") and source.name in named
        kinds[public(source.name)] = SINGLE if single else public(source.name)
    return kinds


def _why(pages: Counter[str]) -> str:
    return f" ({pages['not had']:,} could not be had)" if pages["not had"] else ""
