"""The command line: `qingwen run | clean | explain | demo | raw | reclean | check | load | export | diff |
duplicates | report | learn | rules | prune | forget | serve | config`.

Exit codes: 0 fine; 1 too many rejects, a failed gate, problems found by check; 2 wrong usage, told in one line.
Nothing heavy is imported before a command needs it: `clean` and `explain` answer within a second.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from flows.cli import datasets, examples, handing, pages, run
from flows.cli.printing import complain, say, show
from flows.errors import QingwenError
from schemas.commits import DamagedDataset

app = typer.Typer(
    name="qingwen",
    add_completion=False,
    context_settings={"max_content_width": 120},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (run, pages, datasets, handing):
    module.add_to(app)
for command in app.registered_commands:
    name = command.name or (command.callback.__name__ if command.callback else "")
    command.epilog = examples.of(name)


@app.callback(invoke_without_command=True)
def qingwen(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="print the version and leave")] = False,
) -> None:
    """Qingwen 清文: scraped Chinese pages in, trustworthy Parquet out. New here? Try `qingwen demo`."""
    if version:
        from importlib.metadata import version as version_of

        say(f"qingwen {version_of('qingwen')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        show(context.get_help())


INTERRUPTED = 128 + signal.SIGINT
STOPPED = "stopped; the same command again completes the run"


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console script. Ends the process with the exit code; an error is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a GBK or Latin-1 terminal lacks what pages hold
    try:
        sys.exit(_run(sys.argv[1:] if arguments is None else list(arguments)))
    except BrokenPipeError:  # the reader of our output has left: `qingwen clean x | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)


def _run(arguments: list[str]) -> int:
    try:
        code = app(arguments, prog_name="qingwen", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # typer makes this of a KeyboardInterrupt
            complain(STOPPED)
        return code if isinstance(code, int) else 0
    except (QingwenError, DamagedDataset) as error:
        complain(error.told() if isinstance(error, QingwenError) else str(error))
        return getattr(error, "exit_code", 1)
    except (KeyboardInterrupt, typer.Abort):
        complain(STOPPED)
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(
            error, "exit_code"
        ):  # usage errors of typer's click, vendored or not
            if message := error.format_message():
                complain(message)
            return int(error.exit_code)
        if os.environ.get("QINGWEN_TRACE"):
            raise
        complain(f"{type(error).__name__}: {error} (QINGWEN_TRACE=1 shows where)")
        return 1
