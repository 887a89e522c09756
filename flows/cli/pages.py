"""Commands about single pages and rules: clean, explain, demo, raw, rules, learn. None of them imports Prefect, and
Arrow only those that look into a dataset."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from flows.choices import policy_of, with_policy
from flows.cli.printing import complain, say, show, show_json, write_bytes
from flows.errors import UsageError
from flows.words import counted

File = Annotated[str, typer.Argument(metavar="FILE|-", help="a page as it was fetched; - reads standard input")]
Url = Annotated[str, typer.Option(help="the page's address, for site rules and links")]
ContentType = Annotated[str | None, typer.Option(help="its Content-Type header, a hint for the encoding")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="write there instead of standard output")]
PRINTED = ("markdown",)  # the field of that name decides nothing about what is printed


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (clean, explain, demo, raw, rules, learn):
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
    file: Annotated[str, typer.Argument(metavar="FILE|-|OUT", help="a page as it was fetched, or a dataset's folder")],
    page: Annotated[str, typer.Argument(metavar="[URL]", help="with OUT: the page's address, or its id")] = "",
    url: Url = "",
    content_type: ContentType = None,
    full: Annotated[bool, typer.Option("--full", help="show long passages and all lines whole")] = False,
    html: Annotated[bool, typer.Option("--html", help="one HTML page: as scraped beside what came of it")] = False,
    to: To = None,
    policy: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Show every change made to a page, each in its context.

    Of a page that is in a dataset (explain OUT URL) the bytes come from the raw store, and the policy is its run's.
    """
    about: dict[str, Any] = {"url": url, "content_type": content_type}
    notice, name = "", file
    if page:
        data, about, notice = _of_dataset(Path(file), page)
        about["policy"] = about["policy"] or policy_of(policy)
        name = page
    elif Path(file).is_dir():
        raise UsageError(f"{file}: is a directory; of a page in a dataset name the address too: explain OUT URL")
    else:
        data = _read(file)
        about["policy"] = policy_of(policy)
    from flows import reports

    if notice:
        complain(notice)
    if html:
        shown = reports.Shown(name, "", len(data), reports.side_by_side(data, **about), notice)
        _give(reports.page([shown], full=full).encode(), to)
        return 0
    from rich.console import Console

    lines = reports.explain(data, **about, full=full)
    if to is not None:
        _give("".join(f"{line.plain}\n" for line in lines).encode(), to)
        return 0
    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    for line in lines:
        console.print(line)
    return 0


def demo(
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="where to write the page; - is standard output")] = (
        "qingwen-demo.html"
    ),
) -> int:
    """Show what Qingwen does: scraped pages beside the clean documents, as one HTML page. Needs no network."""
    from flows import reports

    _give(reports.demonstration().encode(), None if to == "-" else Path(to))
    if to != "-":
        say(f"{to}: open it in a browser")
    return 0


def raw(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="folder of a dataset")],
    url: Annotated[str, typer.Argument(metavar="URL", help="the page's address, or its id")],
    to: To = None,
) -> int:
    """Give a page's bytes as they were fetched, from the raw store of a dataset."""
    data, _, _ = _of_dataset(out, url)
    _give(data, to)
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
        show(f"{check}: {counted(len(found), 'rule')}, all in order")
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


def _of_dataset(out: Path, url: str) -> tuple[bytes, dict[str, Any], str]:
    """The bytes of a page of a dataset, what it is cleaned with, and what a reader must know about that."""
    from flows import reports

    if not out.is_dir():
        raise UsageError(f"no such folder: {out}")
    found = reports.find(out, url)
    about = {"url": found.site_url, "content_type": found.row["content_type"], "fetched_at": found.seen_at}
    return found.data, {**about, "policy": found.policy}, found.notice()


def _give(data: bytes, to: Path | None) -> None:
    """Bytes to a file, or to standard output as they are."""
    if to is None:
        write_bytes(data)
        return
    try:
        to.write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {to}: {(error.strerror or str(error)).lower()}") from None
