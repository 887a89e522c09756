"""One document of each group of duplicates: which rows `load(..., duplicates=False)` leaves out.

A group is what the table `duplicates` says, and the versions of a document on its own page. Of the rows that are asked
for, and of no others, each group keeps one: the original where it is among them, else the one that came first. So a
text stays while any page has it, also when the page that had it first is gone, was edited, or is of another night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import pyarrow as pa
import pyarrow.compute as pc

from schemas.commits import committed, committed_runs
from schemas.reading import Entry, opened

COLUMNS = ["id", "run_id", "version_of"]

# The newest version of each page as one query. `documents` may be `sections` or `edits` just as well.
LATEST_SQL = """\
SELECT d.*
FROM read_parquet('OUT/documents/**/*.parquet', union_by_name = true) AS d
JOIN (
    SELECT page_id, max_by(documents_run, run_id) AS run_id
    FROM read_parquet('OUT/pages/**/*.parquet', union_by_name = true)
    GROUP BY page_id
) USING (page_id, run_id)
"""

# The newest version of each page, one document of each group of duplicates, as one query.
UNIQUE_SQL = f"""\
WITH latest AS (
{indent(LATEST_SQL, "    ").rstrip()}
)
SELECT d.*
FROM latest AS d
LEFT JOIN read_parquet('OUT/duplicates/**/*.parquet', union_by_name = true) AS u
    ON u.document_id = d.id AND u.run_id = d.run_id
QUALIFY row_number() OVER (
    PARTITION BY coalesce(u.duplicate_of, d.version_of, d.id)
    ORDER BY u.duplicate_of IS NOT NULL OR d.version_of IS NOT NULL, d.run_id, d.id
) = 1
"""


def names(ids: pa.Array, runs: pa.Array) -> pa.Array:
    """One name for each row of `documents`: its id and its run."""
    return pc.binary_join_element_wise(ids, runs, "@")


def left_out(out: Path, selected: Callable[[], Iterator[pa.RecordBatch]]) -> pa.Array:
    """Names of the selected documents that are left out.

    selected: gives the rows that are asked for, with COLUMNS, each time it is called. Memory follows the duplicates.
    """
    groups = _groups(out)
    versions = [batch.filter(pc.is_valid(batch.column("version_of"))) for batch in selected()]
    later = pa.chunked_array([batch.column("version_of") for batch in versions], pa.string())
    members = pc.unique(
        pa.chunked_array([*groups["document_id"].chunks, *groups["duplicate_of"].chunks, *later.chunks], pa.string())
    )
    found = pa.Table.from_batches(
        [
            batch.select(COLUMNS).filter(
                pc.or_(pc.is_in(batch.column("id"), members), pc.is_valid(batch.column("version_of")))
            )
            for batch in selected()
        ],
        pa.schema([pa.field(name, pa.string()) for name in COLUMNS]),
    )
    if not len(found):
        return pa.array([], pa.string())
    found = found.join(groups, ["id", "run_id"], ["document_id", "run_id"], "left outer")
    repeats = pc.or_(pc.is_valid(found["duplicate_of"]), pc.is_valid(found["version_of"]))
    found = found.append_column("group", pc.coalesce(found["duplicate_of"], found["version_of"], found["id"]))
    found = found.append_column("repeats", repeats)
    found = found.sort_by([(name, "ascending") for name in ("group", "repeats", "run_id", "id")])
    group = found["group"].combine_chunks()
    again = pc.equal(group.slice(1), group.slice(0, len(group) - 1))  # than the first of its group
    rest = found.slice(1).filter(again)
    return names(rest["id"], rest["run_id"]).combine_chunks()


def _groups(out: Path) -> pa.Table:
    """Which document, as a run wrote it, repeats which original."""
    columns = ["document_id", "run_id", "duplicate_of"]
    tables = [
        _read(path, entry, columns) for run in committed_runs(out) for entry, path in committed(out, run, "duplicates")
    ]
    schema = pa.schema([pa.field(name, pa.string()) for name in columns])
    return pa.concat_tables([table.cast(schema) for table in tables]) if tables else schema.empty_table()


def _read(path: Path, entry: Entry, columns: list[str]) -> pa.Table:
    with opened(path, entry) as file:
        return file.read(columns=columns)
