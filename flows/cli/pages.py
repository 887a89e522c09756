"""Commands about single pages and rules: clean, explain, rules, learn. None of them imports Prefect or Arrow."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from flows.choices import policy_of, with_policy
from flows.cli.printing import complain, show, show_json
from flows.errors import UsageError

File = Annotated[str, typer.Argument(metavar="FILE|-", help="a page as it was fetched; - reads standard input")]
Url = Annotated[str, typer.Option(help="the page's address, for site rules and links")]
ContentType = Annotated[str | None, typer.Option(help="its Content-Type header, a hint for the encoding")]
PRINTED = ("markdown",)  # the field of that name decides nothing about what is printed


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (clean, explain, rules, learn):
        app.command()(command)


@with_policy(without=PRINTED)
def clean(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object: documents, sections, edits")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="print Markdown: tables, code, formulas, links")] = False,
    url: Url = "",
    content_type: ContentType = None,
    policy: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Clean one page and print its documents. Exit 1 where nothing could be made of it."""
    from cleaners import clean_page

    data = _read(file)
    page = clean_page(data, url=url, content_type=content_type, policy=policy_of(policy))
    if as_json:
        import dataclasses
        import json

        show_json(json.dumps(dataclasses.asdict(page), ensure_ascii=False, indent=2))
    else:
        bodies = [(d.title, (d.markdown or "") if markdown else d.text) for d in page.documents]
        show("\n\n".join(f"# {title}\n\n{body}" if title else body for title, body in bodies))
    if page.rejection is not None:
        r = page.rejection
        complain(f"{file}: {r.stage}: {r.reason}{f' ({r.detail})' if r.detail else ''}")
        return 1
    return 0


@with_policy(without=PRINTED)
def explain(
    file: File,
    url: Url = "",
    content_type: ContentType = None,
    full: Annotated[bool, typer.Option("--full", help="show long removals whole")] = False,
    policy: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Show every change made to a page, each in its context."""
    data = _read(file)
    from rich.console import Console

    from flows import reports

    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    for line in reports.explain(data, url=url, content_type=content_type, policy=policy_of(policy), full=full):
        console.print(line)
    return 0


def rules(
    name: Annotated[str, typer.Argument(help="a rule file's name or part of it; none lists them all")] = "",
    check: Annotated[Path | None, typer.Option(metavar="FILE", help="check a site rule file of your own")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Print the packaged rules with what each must and must not catch, or check a rule file of your own."""
    from flows import rulebook

    if check is not None:
        found = rulebook.site_rules(check)
        show(f"{check}: {len(found)} rule{'' if len(found) == 1 else 's'}, all in order")
        return 0
    listed = "\n".join(rulebook.listing(name, as_json=as_json))
    show_json(listed) if as_json else show(listed)
    return 0


def learn(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="folder of a dataset")],
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="write the proposal there")] = None,
) -> int:
    """Propose site rules from lines that recur on a host's pages. A person reads and accepts them: run --sites FILE."""
    if not out.is_dir():
        raise UsageError(f"no such folder: {out}")
    from flows.reports import propose

    text = propose(out)
    if save is None:
        show(text.rstrip("\n"))
        return 0
    try:
        save.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {save}: {error.strerror}") from None
    return 0


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()
        raise UsageError(f"{file}: {what}") from None
