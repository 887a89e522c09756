"""Commands that hand on what a dataset holds: export, diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.given import Out, dataset_folder, day_of
from flows.cli.printing import say, say_all, show_json

Since = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="nights from this one on")]
Until = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="nights up to this one")]


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(export)
    app.command()(diff)


def export(
    out: Out,
    target: Annotated[Path, typer.Argument(metavar="TO", help="folder that is made")],
    form: Annotated[str, typer.Option("--format", help="huggingface (Parquet), parquet, or jsonl")] = "huggingface",
    since: Since = None,
    until: Until = None,
    host: Annotated[list[str] | None, typer.Option(help="only this host and its subdomains; may be repeated")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="only pages of this kind; may be repeated")] = None,
    script: Annotated[list[str] | None, typer.Option(help="only texts in this script; may be repeated")] = None,
    min_length: Annotated[int, typer.Option(min=0, help="characters at least")] = 0,
    where: Annotated[str, typer.Option(metavar="SQL", help='only documents like this: "len(failed_rules) = 0"')] = "",
    duplicates: Annotated[bool, typer.Option("--duplicates", help="documents that repeat another too")] = False,
    columns: Annotated[str, typer.Option(help="names with commas; a chosen few where empty")] = "",
    limit: Annotated[int, typer.Option(min=0, help="documents at most; 0: all")] = 0,
    name: Annotated[str, typer.Option(help="what the corpus is called")] = "Qingwen corpus",
    licence: Annotated[
        str, typer.Option("--licence", "--license", help="as Hugging Face writes it: cc-by-4.0")
    ] = "other",
) -> int:
    """Write a corpus to hand on: the newest documents, each text once, in shards with a card and Croissant."""
    from flows.reports import export_order, exporting

    chosen = tuple(c for c in columns.split(",") if c) or export_order.COLUMNS
    order = export_order.Order(
        form,
        chosen,
        None if since is None else day_of("--since", since),
        None if until is None else day_of("--until", until),
        where,
        tuple(host or ()),
        tuple(kind or ()),
        tuple(script or ()),
        min_length,
        duplicates,
        limit,
        name,
        licence,
    )
    told = exporting.export(dataset_folder(out), target, order)
    say(f"{target}: " + ", ".join(f"{count:,} {what}" for what, count in told.items()))
    return 0


def diff(
    out: Out,
    first: Annotated[str, typer.Argument(metavar="NIGHT", help="YYYY-MM-DD")],
    second: Annotated[str, typer.Argument(metavar="NIGHT", help="YYYY-MM-DD")],
    rows: Annotated[bool, typer.Option("--rows", help="each page that came, changed or went")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Say what came, changed and went between two nights: the dataset as of the one beside that as of the other."""
    from flows.reports import compare

    found: Any = compare(dataset_folder(out), day_of("NIGHT", first), day_of("NIGHT", second))
    if as_json:
        show_json(json.dumps(found.as_dict(rows=rows), ensure_ascii=False))
    else:
        say_all(found.lines(rows=rows))
    return 0
