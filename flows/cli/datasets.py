"""Commands about a dataset: reclean, check, load, duplicates, report, prune, forget."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from flows.addresses import public
from flows.choices import with_policy
from flows.cli.given import Out
from flows.cli.given import dataset_folder as _dataset
from flows.cli.given import day_of as _day
from flows.cli.printing import complain, say, say_all, show, write
from flows.errors import OutUnwritable, UsageError
from flows.words import counted


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (reclean, check, load, report, prune, forget):
        app.command()(command)
    app.command("duplicates")(show_duplicates)


@with_policy()
def reclean(
    out: Out,
    rejects: Annotated[bool, typer.Option("--rejects", help="only pages that were rejected")] = False,
    reason: Annotated[str | None, typer.Option(help="only pages rejected for this reason")] = None,
    host: Annotated[str | None, typer.Option(help="only pages of this host and its subdomains")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="only pages fetched since")] = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="the night it counts for")] = None,
    runner: Annotated[str | None, typer.Option(help="here, processes or dask")] = None,
    workers: Annotated[int | None, typer.Option(help="processes; 0: one a core")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="settings file")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="no progress and no summary")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print what came of it as one JSON object")] = False,
    policy: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Clean again from the raw store with today's code, without the network, as a commit of its own."""
    from flows.cli.run import night_of, settings_from, tell_summary
    from flows.cli.talking import Talk, talking

    settings = settings_from({"out": _dataset(out), **policy, "runner": runner, "workers": workers}, config)
    night = night_of(date, settings)
    day = None if since is None else _day("--since", since)
    from flows import nights

    with talking(Talk(quiet)):
        summary = nights.reclean(
            str(out), rejects=rejects, reason=reason, host=host, since=day, date=night, settings=settings
        )
    tell_summary(summary, quiet=quiet, as_json=as_json)
    return 0


def check(
    out: Out,
    deep: Annotated[bool, typer.Option(help="read every row, not only footers and records")] = True,
    raw: Annotated[bool, typer.Option("--raw", help="prove every raw file; without: a sample")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="make anew what is lost or damaged, then check")] = False,
) -> int:
    """Check every file, key, offset and commit record. Exit 1 where there is a problem."""
    from flows.reports import check as check_dataset

    folder = _dataset(out)
    if repair:
        from flows import nights

        say_all(f"repair: {line}" for line in nights.repair(str(folder)))
    report = check_dataset(str(folder), deep=deep, raw=raw)
    say_all(report.lines())
    return int(report.exit_code)


def load(
    out: Out,
    table: Annotated[str, typer.Argument(help="pages, documents, sections, edits, duplicates, rejects or runs")],
    latest: Annotated[bool, typer.Option("--latest", help="only the newest version of each page")] = False,
    columns: Annotated[str, typer.Option(help="names with commas; all where empty")] = "",
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="nights from this one on")] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="nights up to this one")] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="SQL", help="only rows like this: \"char_count > 200 AND list_contains(flags, 'damaged')\""
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="rows at most; 0: all")] = 0,
    duplicates: Annotated[bool, typer.Option(help="documents that repeat another; without: one of each group")] = True,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="write .parquet, .jsonl, .jsonl.gz or .csv instead of printing"),
    ] = None,
) -> int:
    """Print a table's committed rows as JSON lines, or save them in one file."""
    from flows import reports

    asked: dict[str, Any] = {
        "columns": [c for c in columns.split(",") if c],
        "latest": latest,
        "since": None if since is None else _day("--since", since),
        "until": None if until is None else _day("--until", until),
        "where": where,
        "limit": limit,
        "duplicates": duplicates,
    }
    rows = reports.rows(_dataset(out), table, **asked)
    if save is not None:
        say(f"{save}: {counted(reports.save(rows, save), 'row')}")
        return 0
    for line in reports.json_lines(rows):
        write(line.decode())
    return 0


def show_duplicates(
    out: Out,
    document: Annotated[str, typer.Argument(help="a document's id or its beginning; none: the largest groups")] = "",
    limit: Annotated[int, typer.Option(help="groups or members shown")] = 20,
) -> int:
    """Show the largest groups of duplicates, or one group's members and how they differ from the original."""
    from flows.reports import groups

    folder = _dataset(out)
    lines = groups.group(folder, document, limit) if document else groups.largest(folder, limit)
    say_all(lines)
    return 0


def report(
    out: Out, run: Annotated[str, typer.Argument(help="a run's id or its beginning; none: the last run")] = ""
) -> int:
    """Print a run's report, and draw its page (OUT/_reports/RUN.html) again."""
    from flows import reports
    from schemas.commits import committed_runs

    folder = _dataset(out)
    for run_id in reversed([known for known in committed_runs(folder) if known.startswith(run)]):
        written = folder / "_reports" / f"{run_id}.md"
        try:
            page = reports.redraw(folder, run_id)
        except OutUnwritable as error:
            page = written if written.exists() else None
            complain(f"not drawn again: {error}")
        if page is not None:
            show(written.read_bytes().decode("utf-8", "replace").rstrip("\n"))
            complain(str(page))
            return 0
    raise UsageError(f"{out}: no {f'run {run}' if run else 'run'} to report")


def prune(
    out: Out,
    keep_days: Annotated[int | None, typer.Option(help="days to keep; default: the setting keep_days")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="settings file")] = None,
) -> int:
    """Remove raw pages, staging and reports older than so many days. Tables stay."""
    from flows.cli.run import settings_from

    settings = settings_from({"keep_days": keep_days}, config)
    from flows import nights

    _tell(nights.prune(str(_dataset(out)), keep_days=settings.keep_days))
    return 0


def forget(
    out: Out,
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="addresses to take down")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
) -> int:
    """Take pages down: out of raw store and tables, with a record that something was removed. Exit 1 where one of the
    addresses is not there: nothing was taken down for it."""
    from flows import nights

    missing = []
    for url in urls:
        done = nights.forget(str(_dataset(out)), url, dry_run=dry_run)
        _tell(done)
        missing += [] if done["pages"] else [url]
    for url in missing:
        complain(f"no such page: {public(url)[:300]!r}; nothing was taken down for it")
    return 1 if missing else 0


def _tell(result: Any) -> None:
    if isinstance(result, dict):
        say(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in result.items()))
    elif result is not None:
        say(str(result))
