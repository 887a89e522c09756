"""Print what a folder of datasets holds: rows of each table, and one query. Usage: show.py OUT"""

from __future__ import annotations

import sys

import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from flows.showing import line
from schemas import load

TABLES = ("pages", "documents", "sections", "edits", "rejects", "runs")


def main(out: str) -> None:
    console = Console(width=None if sys.stdout.isatty() else 110, markup=False)  # a title is no markup
    counts = Table("table", "rows", title=f"{out}: what is there")
    for name in TABLES:
        counts.add_row(name, str(load(name, out).num_rows))
    console.print(counts)
    documents = load("documents", out, latest=True)
    longest = documents.sort_by([("char_count", "descending")]).slice(0, 10)
    query = Table(title='load("documents", OUT, latest=True): the ten longest')
    query.add_column("title", overflow="ellipsis", no_wrap=True, max_width=30)
    for name in ("script", "published", "characters", "sections", "flags"):
        query.add_column(name)
    shown = ["title", "language_script", "published_on", "char_count", "section_count", "flags"]
    for row in longest.select(shown).to_pylist():
        query.add_row(
            *(", ".join(v) if isinstance(v, list) else line(str("" if v is None else v)) for v in row.values())
        )
    console.print(query)
    edits = load("edits", out)
    steps = edits.group_by(["step", "rule"]).aggregate([("count", "sum")]).sort_by([("count_sum", "descending")])
    changes = Table("step", "rule", "changes", title='load("edits", OUT): what was changed most')
    for row in steps.slice(0, 10).to_pylist():
        changes.add_row(row["step"], row["rule"], str(row["count_sum"]))
    console.print(changes)
    spoken = pc.sum(documents["char_count"]).as_py() or 0
    console.print(f"{documents.num_rows} documents, {spoken} characters")


if __name__ == "__main__":
    main(*sys.argv[1:])
