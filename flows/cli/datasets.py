"""Commands about a dataset: reclean, check, load, duplicates, report, prune, forget."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.addresses import public
from flows.errors import UsageError

Out = Annotated[Path, typer.Argument(metavar="OUT", help="folder of the dataset")]


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (reclean, check, load, report, prune, forget):
        app.command()(command)
    app.command("duplicates")(show_duplicates)


def reclean(
    out: Out,
    rejects: Annotated[bool, typer.Option("--rejects", help="only pages that were rejected")] = False,
    reason: Annotated[str | None, typer.Option(help="only pages rejected for this reason")] = None,
    host: Annotated[str | None, typer.Option(help="only pages of this host and its subdomains")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="only pages fetched since")] = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="the night it counts for")] = None,
    sites: Annotated[Path | None, typer.Option(metavar="FILE", help="site rules of your own (TOML)")] = None,
    script: Annotated[str | None, typer.Option(help="Hans, Hant, Hant-TW, Hant-HK, or keep")] = None,
    punctuation: Annotated[bool | None, typer.Option(help="restore punctuation, widths and spaces")] = None,
    markdown: Annotated[bool | None, typer.Option(help="write each document as Markdown too")] = None,
    runner: Annotated[str | None, typer.Option(help="here, processes or dask")] = None,
    workers: Annotated[int | None, typer.Option(help="processes; 0: one a core")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="settings file")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="no progress and no summary")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print what came of it as one JSON object")] = False,
) -> int:
    """Clean again from the raw store with today's code, without the network, as a commit of its own."""
    from flows.cli.run import night_of, settings_from, tell_summary
    from flows.cli.talking import Talk, talking

    flags = {"out": _dataset(out), "sites": sites, "script": script, "punctuation": punctuation, "markdown": markdown}
    settings = settings_from({**flags, "runner": runner, "workers": workers}, config)
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
    out: Out, deep: Annotated[bool, typer.Option(help="read every row, not only footers and records")] = True
) -> int:
    """Check every file, key, offset and commit record. Exit 1 where there is a problem."""
    from flows.reports import check as check_dataset

    report = check_dataset(str(_dataset(out)), deep=deep)
    for line in report.lines():
        print(line)
    return int(report.exit_code)


def load(
    out: Out,
    table: Annotated[str, typer.Argument(help="pages, documents, sections, edits, duplicates, rejects or runs")],
    latest: Annotated[bool, typer.Option("--latest", help="only the newest version of each page")] = False,
    columns: Annotated[str, typer.Option(help="names with commas; all where empty")] = "",
    limit: Annotated[int, typer.Option(help="rows at most; 0: all")] = 0,
    duplicates: Annotated[bool, typer.Option(help="documents that repeat another; without: one of each group")] = True,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="write .parquet, .jsonl or .csv instead of printing")
    ] = None,
) -> int:
    """Print a table's committed rows as JSON lines, or save them in one file."""
    from flows import reports

    chosen = [c for c in columns.split(",") if c]
    rows = reports.rows(_dataset(out), table, latest=latest, columns=chosen, limit=limit, duplicates=duplicates)
    if save is not None:
        print(f"{save}: {reports.save(rows, save):,} rows")
        return 0
    for line in reports.json_lines(rows):
        sys.stdout.buffer.write(line)
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
    for line in lines:
        print(line)
    return 0


def report(
    out: Out, run: Annotated[str, typer.Argument(help="a run's id or its beginning; none: the last run")] = ""
) -> int:
    """Print a run's report."""
    folder = _dataset(out) / "_reports"
    found = sorted(folder.glob("*.md"), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
    found = [path for path in found if path.name.startswith(run)]
    if not found:
        raise UsageError(f"{out}: no report{f' of run {run}' if run else ''}")
    sys.stdout.buffer.write(found[-1].read_bytes())
    return 0


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
        print(f"qingwen: no such page: {public(url)[:300]!r}; nothing was taken down for it", file=sys.stderr)
    return 1 if missing else 0


def _tell(result: Any) -> None:
    if isinstance(result, dict):
        print(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in result.items()))
    elif result is not None:
        print(result)


def _dataset(out: Path) -> Path:
    if not out.is_dir():
        raise UsageError(f"no such folder: {out}")
    return out


def _day(option: str, text: str) -> Any:
    import datetime as dt

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no date (YYYY-MM-DD)") from None
