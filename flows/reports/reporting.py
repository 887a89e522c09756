"""A run's page: Markdown in OUT/_reports, the same as a Prefect artifact, and a few lines for a terminal."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.store import DOCS, REPORTS, write_whole
from flows.words import counted, size
from schemas.commits import RUN_ID, committed_runs, record
from schemas.dictionary import data_dictionary, dataset_card

log = logging.getLogger("qingwen.reporting")

Summary = dict[str, Any]
MAX_REASONS = 50
SHOWN_REASONS = 10  # in the lines for a terminal


def summary_lines(summary: Summary) -> list[str]:
    """What a person wants to know at the end of a run."""
    counts = summary["counts"]
    told = ", ".join(f"{counts[name]:,} {name}" for name in counts if name != "pages" and counts[name])
    lines = [
        f"{summary['run_id']}: {counted(counts['pages'], 'page')}{f' ({told})' if told else ''} -> {summary['out']}",
        ", ".join(f"{rows:,} {table}" for table, rows in summary["rows"].items() if table not in ("pages", "runs")),
        f"{counted(summary['files'], 'file')}, {size(summary['file_bytes'])}, {summary['seconds']:.1f} s",
    ]
    if summary["attempts"] > 1:
        lines.insert(1, f"completed by attempt {summary['attempts']}")
    if found := summary.get("duplicates"):
        told = ", ".join(f"{n:,} {kind}" for kind, n in found.items() if n)
        lines += [f"duplicates: {told}"] if told else []
    reasons = list(summary["rejects_by_reason"].items())
    lines += [f"rejected: {reason}: {n:,}" for reason, n in reasons[:SHOWN_REASONS]]
    if left_out := sum(n for _, n in reasons[SHOWN_REASONS:]):
        lines.append(f"rejected for {len(reasons) - SHOWN_REASONS} other reasons: {left_out:,}")
    lines += [f"problem: {problem}" for problem in summary["problems"]]
    if page := summary.get("page_address") or summary.get("page"):
        lines.append(f"its page: {page}")
    return lines


def markdown(summary: Summary) -> str:
    """The run's page."""
    head = f"# {summary['kind']} {summary['run_id']}\n\n"
    facts = {
        "Night": summary["night"],
        "Started": summary["started_at"],
        "Finished": summary["finished_at"],
        "Attempts": summary["attempts"],
        "Seconds": summary["seconds"],
        "Seconds in the cleaners": summary["cleaning_seconds"],
        "Seconds in the search for duplicates": summary.get("duplicates_seconds", 0.0),
        "Shards": summary.get("shards", ""),
        "Bytes read": f"{summary['bytes']:,}",
        "Files written": f"{summary['files']} ({size(summary['file_bytes'])})",
        "Cleaners": f"{summary['cleaner_version']}, rules {summary['rules_digest']}",
    }
    problems = "".join(f"**Problem:** {problem}\n\n" for problem in summary["problems"])
    return (
        head
        + problems
        + _table(("", ""), facts)
        + "\n## Pages\n\n"
        + _table(("status", "pages"), summary["counts"])
        + "\n## Rows\n\n"
        + _table(("table", "rows"), summary["rows"])
        + "\n## Duplicates\n\n"
        + _table(("kind", "documents"), summary.get("duplicates", {}))
        + "\n## Rejected\n\n"
        + (_table(("stage: reason", "pages"), _first(summary["rejects_by_reason"])) or "Nothing was rejected.\n")
        + "\n## Edits\n\n"
        + (_table(("step", "edits"), summary["edits_by_step"]) or "Nothing was changed.\n")
    )


def write(summary: Summary, base: str = "") -> Path:
    """Write the run's page, as Markdown and as HTML, beside the tables, where no reader of tables looks, and bring the
    docs and the page over all runs up to date.

    base: the address under which the folder of reports is served, "" where it is not. The rows are committed: what
    cannot be written or drawn is told in the log, and the run stands. Gives the path of the Markdown; that of the HTML
    is put into the summary as `page`, and its address under base as `page_address`.
    """
    out = Path(summary["out"])
    path = out / REPORTS / f"{summary['run_id']}.md"
    with _told("the docs of the dataset"):
        write_docs(out)
    with _told(f"the report of run {summary['run_id']}"):
        write_whole(path, markdown(summary).encode())
    with _told(f"the page of run {summary['run_id']}"):
        from flows.reports import runpage

        runpage.keep(out, summary)
        page = runpage.draw(out, summary["run_id"])
        summary["page"] = str(page)
        if base and page is not None:
            summary["page_address"] = f"{base.rstrip('/')}/{page.name}"
        runpage.draw_index(out)
    return path


def page_address(summary: Mapping[str, Any]) -> str | None:
    """Where a run's page can be opened: its address where reports are served, else the file, which is the Markdown
    where no page could be drawn; None where there is neither."""
    if summary.get("page_address"):
        return str(summary["page_address"])
    if not summary.get("report"):
        return None
    path = Path(summary["report"]).resolve()
    page = path.with_suffix(".html")
    return (page if page.exists() else path).as_uri()


def redraw(out: Path, run_id: str) -> Path | None:
    """Make a committed run's report and page again; None for a takedown, which has none. Raises FileNotFoundError."""
    from flows.reports import runpage

    page = runpage.draw(out, run_id)
    if page is not None:
        write_whole(out / REPORTS / f"{run_id}.md", markdown(runpage.summary_of(out, run_id)).encode())
    runpage.draw_index(out)
    return page


def prune(out: Path, first: dt.date) -> int:
    """Delete the pages of runs of nights before `first`; says of how many. Their figures stay."""
    pages = [p for end in ("md", "html") for p in (out / REPORTS).glob(f"*.{end}") if _before(p, first)]
    for page in pages:
        page.unlink()
    if pages:
        with _told("the page over all runs"):
            from flows.reports import runpage

            runpage.draw_index(out)
    return len({page.stem for page in pages})


def withdraw(out: Path, changed: Collection[str]) -> list[str]:
    """A page is taken down, which changes these runs: delete what reports say of it. Gives the runs to report again.

    To be called before the tables change: a takedown that is cut short then leaves too little, never too much.
    """
    from flows.reports import runpage

    return runpage.withdraw(out, changed)


def report_again(out: Path, runs: Iterable[str]) -> None:
    """Make the reports of some runs again. One that cannot be made is told in the log."""
    for run_id in runs:
        with _told(f"the report of run {run_id}"):
            redraw(out, run_id)
    with _told("the page over all runs"):
        from flows.reports import runpage

        runpage.draw_index(out)


def _before(page: Path, first: dt.date) -> bool:
    return bool(RUN_ID.match(page.stem)) and page.stem[:8] < f"{first:%Y%m%d}" and not page.is_dir()


@contextmanager
def _told(what: str) -> Iterator[None]:
    """A report that cannot be made is a line in the log."""
    try:
        yield
    except Exception as error:
        log.warning("%s could not be made: %s: %s", what, type(error).__name__, error)


def write_docs(out: Path) -> None:
    """Data dictionary and dataset card in OUT/_docs, where no reader of tables trips over them."""
    rows: Counter[str] = Counter()
    for run_id in committed_runs(out):
        for entry in record(out, run_id)["files"]:
            rows[entry["table"]] += entry["rows"]
    for name, text in (("dictionary.md", data_dictionary()), ("README.md", dataset_card(out.resolve().name, rows))):
        path = out / DOCS / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write_whole(path, text.encode())


def publish(summary: Summary) -> None:
    """The run's page and its counts as Prefect artifacts. A server that cannot take them does not fail the run."""
    from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

    counts = [{"what": name, "count": n} for name, n in {**summary["counts"], **_rows(summary)}.items()]
    try:
        create_markdown_artifact(markdown(summary), key="run-report", description=f"Run {summary['run_id']}")
        create_table_artifact(counts, key="run-counts", description=f"Counts of run {summary['run_id']}")
        link = page_address(summary)
        if link is not None:
            create_link_artifact(link, key="run-report-file", description=f"Report of run {summary['run_id']}")
    except Exception as error:  # the rows are committed; only the picture of them is missing
        log.warning("artifacts were not stored: %s", error)


def _rows(summary: Summary) -> dict[str, int]:
    return {f"rows in {table}": rows for table, rows in summary["rows"].items()}


def _first(counts: dict[str, int]) -> dict[str, int]:
    return dict(list(counts.items())[:MAX_REASONS])


def _table(head: tuple[str, str], rows: dict[str, Any]) -> str:
    if not rows:
        return ""
    lines = [f"| {head[0]} | {head[1]} |", "| --- | ---: |"]
    lines += [f"| {_cell(name)} | {_cell(f'{v:,}' if isinstance(v, int) else v)} |" for name, v in rows.items()]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
