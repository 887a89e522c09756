"""Data dictionary and dataset card, both made from schemas/tables.py, so that they cannot fall behind it."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from schemas import quality, vocabulary
from schemas.questions import QUESTIONS, VIEWS_SQL
from schemas.tables import SCHEMA_VERSION, TABLES, Table
from schemas.unique import LATEST_SQL, UNIQUE_SQL

# One example a reader; `OUT` is the dataset's folder. The tests run all but Spark's, which they only show.
EXAMPLES: dict[str, str] = {
    "Qingwen": """\
from schemas import load

documents = load("documents", "OUT", latest=True, duplicates=False, to="pandas")
""",
    "pandas": """\
import pandas as pd

documents = pd.read_parquet("OUT/documents")  # dt comes as a categorical of strings
""",
    "polars": """\
import polars as pl

documents = pl.scan_parquet(
    "OUT/documents/**/*.parquet", hive_partitioning=True, missing_columns="insert", extra_columns="ignore"
).collect()
""",
    "pyarrow": """\
import pyarrow.dataset as ds

documents = ds.dataset("OUT/documents", partitioning="hive").to_table()  # dt comes as a string
""",
    "DuckDB": """\
import duckdb

documents = duckdb.sql("FROM read_parquet('OUT/documents/**/*.parquet', union_by_name = true)").arrow()
""",
    "datasets": """\
from datasets import load_dataset

documents = load_dataset("parquet", data_files="OUT/documents/**/*.parquet", split="train")
""",
    "Spark": """\
documents = spark.read.option("mergeSchema", "true").parquet("OUT/documents")
""",
}


def data_dictionary() -> str:
    """Every table and column in words, as Markdown."""
    parts = [
        f"# Data dictionary\n\nSchema version {SCHEMA_VERSION}. All offsets count code points, ranges are half-open.\n"
        "Each table is a folder with a partition a night (`dt=YYYY-MM-DD`). `dt` is no column of the files: it reads\n"
        "as a string in pyarrow, a categorical in pandas, a date in polars, DuckDB, Spark and `load`.\n"
    ]
    parts += [_section(table) for table in TABLES.values()]
    parts.append(_quality())
    parts.append(_vocabularies())
    parts.append(_reading())
    parts.append(_questions())
    return "\n".join(parts)


def dataset_card(name: str = "Qingwen dataset", rows: Mapping[str, int] | None = None) -> str:
    """A dataset card as Hugging Face reads it: YAML with one configuration a table, then the page itself.

    rows: rows of each table, all runs together, where they are known.
    """
    lines = ["---", f"pretty_name: {name}", "language:", "- zh", "task_categories:", "- text-generation", "configs:"]
    for table in TABLES.values():
        lines += [f"- config_name: {table.name}", f"  data_files: {table.name}/**/*.parquet"]
        if table.name == "documents":
            lines.append("  default: true")
    lines += ["---", "", f"# {name}", ""]
    lines.append(
        "Chinese pages, restored to what their authors wrote, rid of what the sites put around it, split into\n"
        "documents and sections, with an account of every change. Made with Qingwen.\n"
    )
    lines += ["| table | a row is | rows |", "| --- | --- | ---: |"]
    lines += [f"| {t.name} | {t.row} | {f'{rows[t.name]:,}' if rows else ''} |" for t in TABLES.values()]
    lines += ["", f"Schema version {SCHEMA_VERSION}; the columns are described in dictionary.md.", "", _reading()]
    return "\n".join(lines)


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", f"A row is {table.row}.", "", "| column | type | null | meaning |"]
    lines.append("| --- | --- | --- | --- |")
    for column in table.columns:
        null = "yes" if column.nullable else ""
        since = f" Since schema version {column.since}." if column.since > 1 else ""
        lines.append(f"| {column.name} | {type_name(column.type)} | {null} | {column.description}{since} |")
    lines += ["", f"Unique: ({', '.join(table.key)})."]
    lines += [f"Holds: {reference}." for reference in table.references]
    return "\n".join(lines) + "\n"


def _quality() -> str:
    lines = [
        "## Rules of quality",
        "",
        "What large corpora filter by. A document fails a rule where its figure stands so to the bar of its",
        "language: FineWeb's for English, FineWeb2's for Chinese (cmn_Hani). What it fails stands in",
        "documents.failed_rules; `len(failed_rules) = 0` keeps what FineWeb2 would keep, as far as these rules go.",
        "Those about runs of words and the mean length of a word need a word tokeniser and are not counted.",
        "",
        "| rule | of | fails where | English | Chinese | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, rule in quality.RULES.items():
        english, chinese = ("not used" if bar is None else f"{bar:g}" for bar in (rule.english, rule.chinese))
        fails = f"{rule.column} {rule.sign}"
        lines.append(f"| {name} | {rule.origin} | {fails} | {english} | {chinese} | {rule.meaning} |")
    return "\n".join(lines) + "\n"


def _vocabularies() -> str:
    lines = ["## Vocabularies", "", "What a value of these columns can be."]
    for title, words in (
        ("pages.status", vocabulary.PAGE_STATUSES),
        ("pages.kind and documents.kind", vocabulary.PAGE_KINDS),
        ("documents.language_script and original_script", vocabulary.SCRIPTS),
        ("documents.flags", vocabulary.FLAGS),
        ("edits.certainty", vocabulary.CERTAINTIES),
    ):
        lines += ["", f"### {title}", "", "| value | meaning |", "| --- | --- |"]
        lines += [f"| {value} | {meaning} |" for value, meaning in words.items()]
    lines += ["", "### rejects.stage and rejects.reason", "", "| stage | reason | meaning |", "| --- | --- | --- |"]
    lines += [f"| {s} | {r} | {m} |" for s, reasons in vocabulary.REJECT_REASONS.items() for r, m in reasons.items()]
    lines += ["", "And of any step of the cleaning:", "", "| reason | meaning |", "| --- | --- |"]
    lines += [f"| {reason} | {meaning} |" for reason, meaning in vocabulary.STEP_FAILURES.items()]
    lines += ["", "### edits.step and edits.rule", "", "| step | rule | meaning |", "| --- | --- | --- |"]
    lines += [f"| {s} | {r} | {m} |" for s, rules in vocabulary.EDIT_RULES.items() for r, m in rules.items()]
    lines += [
        "",
        "The step `boilerplate` (`furniture` in rows of schema version 1) has besides these the rules of",
        "`cleaners/lexicons/boilerplate.toml`, each with an example there.",
        "",
        "### pages.encoding",
        "",
        "Python's name of the codec; two joined by `+` where a page is in two, the one it is mostly in first:",
        "",
        ", ".join(sorted(vocabulary.ENCODING_LABELS)) + ".",
    ]
    return "\n".join(lines) + "\n"


def _reading() -> str:
    lines = ["## Reading", ""]
    for reader, code in EXAMPLES.items():
        lines += [f"{reader}:", "", "```python", code.rstrip(), "```", ""]
    lines += [
        "The newest version of each page, in DuckDB's SQL (`end` is a keyword there: quote it):",
        "",
        "```sql",
        LATEST_SQL.rstrip(),
        "```",
        "",
        "The same without duplicates, one document of each group:",
        "",
        "```sql",
        UNIQUE_SQL.rstrip(),
        "```",
        "",
        "A page keeps its documents while it is unchanged or cannot be had; a page that is gone (404, 410) has none.",
        "A column that was added later is null in older rows for `load`, DuckDB (`union_by_name`) and Spark",
        "(`mergeSchema`) as shown. pandas, polars, pyarrow and `datasets` take the columns of the first file unless",
        "they are given the schema: `schemas.tables.TABLES[name].schema`.",
    ]
    return "\n".join(lines) + "\n"


def _questions() -> str:
    lines = [
        "## Ten questions",
        "",
        "Each is one query in DuckDB, on these views:",
        "",
        "```sql",
        VIEWS_SQL.rstrip(),
        "```",
    ]
    for question, query in QUESTIONS.items():
        lines += ["", f"{question}:", "", "```sql", query.rstrip(), "```"]
    return "\n".join(lines) + "\n"


def type_name(kind: pa.DataType) -> str:
    """An Arrow type in a reader's words."""
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {type_name(field.type)}' for field in kind)}>"
    if pa.types.is_timestamp(kind):
        return "timestamp (UTC, microseconds)"
    return {"date32[day]": "date", "double": "float64"}.get(str(kind), str(kind))
