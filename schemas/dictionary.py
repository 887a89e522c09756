"""Data dictionary and dataset card, both made from schemas/tables.py, so that they cannot fall behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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


Words = Callable[[str, str, str], str]  # (group, name, English) -> what stands in the page


def english(group: str, name: str, said: str) -> str:
    """The words as they stand in the schemas."""
    return said


def data_dictionary(words: Words = english) -> str:
    """Every table and column in words, as Markdown.

    words: gives the words of another language by their group and name (scripts/dictionary_zh.toml has them in Chinese).
    """

    def page(name: str, said: str) -> str:
        return words("dictionary", name, said)

    made = page("made", "")
    head = page(
        "head",
        "Schema version {version}. All offsets count code points, ranges are half-open.\n"
        "Each table is a folder with a partition a night (`dt=YYYY-MM-DD`). `dt` is no column of the files: it reads\n"
        "as a string in pyarrow, a categorical in pandas, a date in polars, DuckDB, Spark and `load`.\n",
    ).format(version=SCHEMA_VERSION)
    parts = [f"# {page('title', 'Data dictionary')}\n\n" + (f"{made}\n\n" if made else "") + head]
    parts += [_section(table, words) for table in TABLES.values()]
    parts.append(_quality(words))
    parts.append(_vocabularies(words))
    parts.append(_reading(words))
    parts.append(_questions(words))
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


def _section(table: Table, words: Words) -> str:
    def page(name: str, said: str) -> str:
        return words("dictionary", name, said)

    row = words("tables", table.name, table.row)
    lines = [f"## {table.name}", "", page("row", "A row is {row}.").format(row=row), ""]
    lines += _head(page("column", "column"), page("type", "type"), page("null", "null"), page("meaning", "meaning"))
    for column in table.columns:
        null = page("yes", "yes") if column.nullable else ""
        meaning = words(f"columns.{table.name}", column.name, column.description)
        if column.since > 1:
            meaning += page("since", " Since schema version {version}.").format(version=column.since)
        lines.append(f"| {column.name} | {type_name(column.type)} | {null} | {meaning} |")
    lines += ["", page("key", "Unique: ({key}).").format(key=", ".join(table.key))]
    for n, reference in enumerate(table.references):
        told = words(f"references.{table.name}", str(n), reference)
        lines.append(page("holds", "Holds: {reference}.").format(reference=told))
    return "\n".join(lines) + "\n"


def _quality(words: Words) -> str:
    def page(name: str, said: str) -> str:
        return words("dictionary", name, said)

    about = (
        "What large corpora filter by. A document fails a rule where its figure stands so to the bar of its\n"
        "language: FineWeb's for English, FineWeb2's for Chinese (cmn_Hani). What it fails stands in\n"
        "documents.failed_rules; `len(failed_rules) = 0` keeps what FineWeb2 would keep, as far as these rules go.\n"
        "Those about runs of words and the mean length of a word need a word tokeniser and are not counted."
    )
    lines = [f"## {page('quality', 'Rules of quality')}", "", page("quality_about", about), ""]
    lines += _head(
        page("rule", "rule"),
        page("of", "of"),
        page("fails", "fails where"),
        page("english", "English"),
        page("chinese", "Chinese"),
        page("meaning", "meaning"),
    )
    unused = page("not_used", "not used")
    for name, rule in quality.RULES.items():
        of_english, of_chinese = (unused if bar is None else f"{bar:g}" for bar in (rule.english, rule.chinese))
        fails, meaning = f"{rule.column} {rule.sign}", words("quality", name, rule.meaning)
        lines.append(f"| {name} | {rule.origin} | {fails} | {of_english} | {of_chinese} | {meaning} |")
    return "\n".join(lines) + "\n"


def _vocabularies(words: Words) -> str:
    def page(name: str, said: str) -> str:
        return words("dictionary", name, said)

    between = page("and", "and")
    value, meaning, stage = page("value", "value"), page("meaning", "meaning"), page("stage", "stage")
    reason, step, rule = page("reason", "reason"), page("step", "step"), page("rule", "rule")
    lines = [f"## {page('vocabularies', 'Vocabularies')}", ""]
    lines.append(page("vocabularies_about", "What a value of these columns can be."))
    for column, other, values in (
        ("pages.status", "", vocabulary.PAGE_STATUSES),
        ("pages.kind", "documents.kind", vocabulary.PAGE_KINDS),
        ("documents.language_script", "original_script", vocabulary.SCRIPTS),
        ("documents.flags", "", vocabulary.FLAGS),
        ("edits.certainty", "", vocabulary.CERTAINTIES),
    ):
        lines += ["", f"### {column}" + (f" {between} {other}" if other else ""), "", *_head(value, meaning)]
        lines += [f"| {name} | {words(column, name, said)} |" for name, said in values.items()]
    lines += ["", f"### rejects.stage {between} rejects.reason", "", *_head(stage, reason, meaning)]
    for s, reasons in vocabulary.REJECT_REASONS.items():
        lines += [f"| {s} | {r} | {words(f'rejects.{s}', r, said)} |" for r, said in reasons.items()]
    lines += ["", page("any_step", "And of any step of the cleaning:"), "", *_head(reason, meaning)]
    lines += [f"| {r} | {words('rejects.any', r, said)} |" for r, said in vocabulary.STEP_FAILURES.items()]
    lines += ["", f"### edits.step {between} edits.rule", "", *_head(step, rule, meaning)]
    for s, rules in vocabulary.EDIT_RULES.items():
        lines += [f"| {s} | {r} | {words(f'edits.{s}', r, said)} |" for r, said in rules.items()]
    boilerplate = (
        "The step `boilerplate` (`furniture` in rows of schema version 1) has besides these the rules of\n"
        "`cleaners/lexicons/boilerplate.toml`, each with an example there."
    )
    encoding = "Python's name of the codec; two joined by `+` where a page is in two, the one it is mostly in first:"
    lines += ["", page("boilerplate", boilerplate), "", "### pages.encoding", "", page("encoding", encoding), ""]
    lines.append(", ".join(sorted(vocabulary.ENCODING_LABELS)) + ".")
    return "\n".join(lines) + "\n"


def _reading(words: Words = english) -> str:
    def page(name: str, said: str) -> str:
        return words("dictionary", name, said)

    lines = [f"## {page('reading', 'Reading')}", ""]
    for reader, code in EXAMPLES.items():
        lines += [f"{reader}:", "", "```python", code.rstrip(), "```", ""]
    latest = "The newest version of each page, in DuckDB's SQL (`end` is a keyword there: quote it):"
    unique = "The same without duplicates, one document of each group:"
    about = (
        "A page keeps its documents while it is unchanged or cannot be had; a page that is gone (404, 410) has none.\n"
        "A column that was added later is null in older rows for `load`, DuckDB (`union_by_name`) and Spark\n"
        "(`mergeSchema`) as shown. pandas, polars, pyarrow and `datasets` take the columns of the first file unless\n"
        "they are given the schema: `schemas.tables.TABLES[name].schema`."
    )
    lines += [page("latest", latest), "", "```sql", LATEST_SQL.rstrip(), "```", ""]
    lines += [page("unique", unique), "", "```sql", UNIQUE_SQL.rstrip(), "```", ""]
    lines.append(page("reading_about", about))
    return "\n".join(lines) + "\n"


def _questions(words: Words) -> str:
    lines = [f"## {words('dictionary', 'questions', 'Ten questions')}", ""]
    lines += [words("dictionary", "questions_about", "Each is one query in DuckDB, on these views:"), ""]
    lines += ["```sql", VIEWS_SQL.rstrip(), "```"]
    for question, query in QUESTIONS.items():
        asked = words("questions", question, f"{question}:")
        lines += ["", asked, "", "```sql", query.rstrip(), "```"]
    return "\n".join(lines) + "\n"


def _head(*names: str) -> list[str]:
    return ["| " + " | ".join(names) + " |", "| " + " | ".join("---" for _ in names) + " |"]


def type_name(kind: pa.DataType) -> str:
    """An Arrow type in a reader's words."""
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {type_name(field.type)}' for field in kind)}>"
    if pa.types.is_timestamp(kind):
        return "timestamp (UTC, microseconds)"
    return {"date32[day]": "date", "double": "float64"}.get(str(kind), str(kind))
