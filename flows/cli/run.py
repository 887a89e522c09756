"""Commands that run the nightly work: run, serve, config."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.choices import with_policy
from flows.cli.printing import complain, say, say_all, show_json
from flows.cli.talking import Talk
from flows.errors import UsageError

if TYPE_CHECKING:
    from flows.settings import Settings

Given = Mapping[str, Any]  # fields of Policy that were given as options
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="settings file; default qingwen.toml")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="folder of the dataset; default out")]
Date = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="the night it counts for; default tonight")]
Runner = Annotated[str | None, typer.Option(help="here, processes or dask; default processes")]
Workers = Annotated[int | None, typer.Option(help="processes; 0, the default: one a core")]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="no progress and no summary: warnings and problems only")]
LogLevel = Annotated[str, typer.Option(help="debug, info, warning or error")]
LogFile = Annotated[Path | None, typer.Option(metavar="FILE", help="keep a log there too; lines are added")]
LogFormat = Annotated[str, typer.Option(help="of the log file: text, or json (an object a line)")]
TALK = ("quiet", "as_json", "log_level", "log_file", "log_format")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (run, serve, config):
        app.command()(command)


@with_policy()
def run(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="files, folders, globs, - (a list on standard input), URLs, lists of URLs, sitemaps, WARC, JSONL, "
            "Parquet, sources.toml",
        ),
    ],
    out: Out = None,
    date: Date = None,
    runner: Runner = None,
    workers: Workers = None,
    limit: Annotated[int | None, typer.Option(help="pages at most; default 0: all")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="only what is dated since")] = None,
    include: Annotated[list[str] | None, typer.Option(metavar="GLOB", help="only addresses like this")] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="GLOB", help="no address like this")] = None,
    follow_links: Annotated[
        bool | None, typer.Option(help="follow links that lead out of a folder or glob; default no")
    ] = None,
    column: Annotated[str | None, typer.Option(help="column of HTML or text in JSONL and Parquet")] = None,
    url_column: Annotated[str | None, typer.Option(help="column of addresses in JSONL and Parquet")] = None,
    delay: Annotated[float | None, typer.Option(help="seconds between requests to one host; default 1.0")] = None,
    contact: Annotated[str | None, typer.Option(help="address or page where a site's owner reaches you")] = None,
    user_agent: Annotated[
        str | None, typer.Option(help="how the fetcher names itself; else Qingwen and its version")
    ] = None,
    robots: Annotated[bool | None, typer.Option(help="obey robots.txt; default yes")] = None,
    allow_private: Annotated[bool | None, typer.Option(help="allow private and loopback addresses; default no")] = None,
    page_seconds: Annotated[
        float | None, typer.Option(help="seconds after which a page is given up and rejected; default 60.0")
    ] = None,
    max_rejected: Annotated[
        float | None, typer.Option(help="a larger share of rejects (0 to 1) fails the run; default 0.5")
    ] = None,
    dask_address: Annotated[str | None, typer.Option(help="scheduler of a Dask cluster")] = None,
    wait: Annotated[
        float | None, typer.Option(help="seconds to wait for another run on the same OUT; default 0.0")
    ] = None,
    config: Config = None,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="print what came of it as one JSON object")] = False,
    log_level: LogLevel = "info",
    log_file: LogFile = None,
    log_format: LogFormat = "text",
    policy: Given = MappingProxyType({}),
) -> int:
    """Fetch and clean pages and publish them as Parquet. The same command again completes a run that was stopped."""
    flags = {
        name: value
        for name, value in locals().items()
        if name not in ("sources", "date", "config", "policy", *TALK) and value is not None
    }
    talk = Talk(quiet, log_level, log_file, log_format)
    settings = settings_from({**flags, **policy}, config)
    night = night_of(date, settings)
    from flows.cli import starting
    from flows.nights import check_use

    check_use(sources, settings, settings.out)
    summary = starting.run_nightly(sources, settings, night, talk)
    tell_summary(summary, quiet=quiet, as_json=as_json)
    return int(summary.get("exit_code", 0))


def serve(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="what to run nightly")],
    out: Out = None,
    cron: Annotated[str, typer.Option(help="when, in the settings' time zone")] = "0 2 * * *",
    config: Config = None,
) -> int:
    """Run nightly on this machine, without a worker: a Prefect server and its schedule in one process."""
    settings = settings_from({"out": out}, config)
    settings.policy()  # a rule file that is none is told now, not at two in the night
    from flows.cli import serving

    serving.serve(sources, settings, cron)
    return 0


def config(
    file: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="settings file")] = None,
    describe: Annotated[bool, typer.Option("--describe", help="say what each setting is for")] = False,
) -> int:
    """Print every setting, its value, and where that comes from."""
    from flows.settings import Settings, resolve

    settings, origin = resolve({}, file)
    width = max(map(len, Settings.model_fields))
    for name, field in Settings.model_fields.items():
        about = f"  # {field.description}" if describe else ""
        say(f"{name:<{width}}  {shown(getattr(settings, name)):<14}  {origin[name]}{about}")
    return 0


def tell_summary(summary: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    """What came of a run on standard output; with `quiet` only its problems, on standard error."""
    from flows.reports import summary_lines

    if as_json:
        show_json(json.dumps(summary, ensure_ascii=False, default=str))
    elif quiet:
        for problem in summary["problems"]:
            complain(problem)
    else:
        say_all(summary_lines(summary))


def shown(value: Any) -> str:
    """A setting's value for a person; secrets are stars."""
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value) or "-"


def settings_from(flags: dict[str, Any], config: Path | None) -> Settings:
    """Settings from flags that were given, environment, file and defaults."""
    from flows.settings import load_settings

    return load_settings({k: tuple(v) if isinstance(v, list) else v for k, v in flags.items()}, config)


def night_of(date: str | None, settings: Settings) -> dt.date:
    """The night that a run counts for. Raises UsageError for what is no date."""
    if date is None:
        from flows.settings import tonight

        return tonight(settings.timezone)
    try:
        if len(date) != 10:
            raise ValueError
        return dt.date.fromisoformat(date)
    except ValueError:
        raise UsageError(f"--date: {date!r} is no date (YYYY-MM-DD)") from None
