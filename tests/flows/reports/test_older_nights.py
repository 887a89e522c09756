"""A night of the schema version before beside one of today: every reader of ours takes both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from dataset_corpus import SENTENCES, write_pages
from older_nights import as_of

from flows.nights.forgetting import forget
from flows.nights.night import run_night
from flows.reports import check, compare
from flows.reports.export_order import Order
from flows.reports.exporting import export
from flows.settings import Settings
from schemas import load
from schemas.tables import SCHEMA_VERSION

NIGHTS = (dt.date(2026, 3, 1), dt.date(2026, 3, 2))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """12 pages and three copies of a text in version 2; then a changed page and one more copy in this version."""
    pages, out = write_pages(tmp_path / "pages", 12), tmp_path / "out"
    text = "\n\n".join("".join(SENTENCES[n : n + 4]) for n in range(6))
    for name in "abc":
        (pages / f"{name}.txt").write_text(f"同一篇文章\n\n{text}\n", "utf-8")
    settings = Settings(out=out, runner="here", max_rejected=1.0)
    run_night([str(pages)], out, NIGHTS[0], settings)
    as_of(out, SCHEMA_VERSION - 1)
    write_pages(pages, 1, first=3, version=1)
    (pages / "d.txt").write_text(f"同一篇文章\n\n{text}\n", "utf-8")
    run_night([str(pages)], out, NIGHTS[1], settings)
    return out


def test_the_older_night_is_what_it_says(dataset: Path) -> None:
    versions = {path.parent.name: pq.read_schema(path).names for path in (dataset / "documents").rglob("*.parquet")}
    assert "original_script" not in versions["dt=2026-03-01"] and "original_script" in versions["dt=2026-03-02"]
    assert check(dataset).problems == []


def test_columns_that_came_later_are_null_in_older_rows(dataset: Path) -> None:
    rows = load(
        "documents", dataset, columns=["schema_version", "original_script", "repairs", "duplicate_of"]
    ).to_pylist()
    assert {row["schema_version"] for row in rows} == {SCHEMA_VERSION - 1, SCHEMA_VERSION}
    assert all((row["original_script"] is None) == (row["schema_version"] < SCHEMA_VERSION) for row in rows)
    newer = load("duplicates", dataset, columns=["duplicate_of"], since=NIGHTS[1])["duplicate_of"].to_pylist()
    assert [row["duplicate_of"] for row in rows if row["duplicate_of"]] == newer and newer, "of the second night alone"
    query = f"SELECT count(original_script), count(*) FROM read_parquet('{dataset}/documents/**/*.parquet', union_by_name=true)"
    assert duckdb.sql(query).fetchone() == (2, len(rows))


def test_both_nights_are_exported_compared_and_asked(dataset: Path, tmp_path: Path) -> None:
    told = export(dataset, tmp_path / "corpus", Order())
    assert told["documents"] == load("documents", dataset, latest=True, duplicates=False).num_rows
    changed = compare(dataset, *NIGHTS)
    assert changed.counts["came"] == 1 and changed.counts["changed"] == 1
    assert load("documents", dataset, where="kept_ratio IS NULL").num_rows == load("documents", dataset).num_rows - 2


@pytest.mark.parametrize(
    ("where", "kept", "left_out"),
    [
        ("kind = 'text'", 2, 13),
        ("kind = 'text' AND char_count < 0", 0, 0),  # left out for another reason
        ("kind = 'text' OR kind IS NULL", 15, 0),
        ("char_count > 0", 15, 0),
    ],
)
def test_older_rows_that_a_condition_leaves_out_are_counted(
    dataset: Path, caplog: pytest.LogCaptureFixture, where: str, kept: int, left_out: int
) -> None:
    assert load("documents", dataset, latest=True, where=where, columns=["title"]).num_rows == kept
    told = [record.getMessage() for record in caplog.records if record.name == "qingwen.loading"]
    if not left_out:
        assert told == []
    else:
        (line,) = told
        assert line.startswith(f"{left_out} rows of documents left out: written before schema version {SCHEMA_VERSION}")
        assert "kind IS NULL in the condition keeps them" in line


def test_an_export_counts_them_too(dataset: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = export(dataset, tmp_path / "corpus", Order(kinds=("text",), duplicates=True))
    assert told["documents"] == 2 and "13 rows of documents left out" in caplog.text


def test_a_takedown_of_the_original_names_the_next_one_in_both_tables(dataset: Path) -> None:
    """The original is of the older night, the copies of both: rows and documents say the same from then on."""
    copy = load("documents", dataset, columns=["duplicate_of"], where="url = 'file:d.txt'")
    (original,) = copy["duplicate_of"].to_pylist()
    forget(str(dataset), load("documents", dataset, where=f"id = '{original}'")["url"][0].as_py(), date=NIGHTS[1])
    assert check(dataset).problems == []
    ((name, told),) = (
        load("documents", dataset, columns=["id", "duplicate_of"], where="url = 'file:d.txt'").to_pandas().values
    )
    rows = load("duplicates", dataset, where=f"document_id = '{name}'")["duplicate_of"].to_pylist()
    assert rows == [told] and told != original
    assert original not in load("duplicates", dataset)["duplicate_of"].to_pylist()


def test_check_finds_a_document_that_says_otherwise(dataset: Path) -> None:
    import json

    from schemas.commits import COMMITS

    path = next((dataset / "documents" / "dt=2026-03-02").glob("*.parquet"))
    rows = pq.read_table(path, partitioning=None)
    at = rows.column_names.index("duplicate_of")
    rows = rows.set_column(at, rows.schema.field(at), rows["version_of"].cast(rows.schema.field(at).type))
    pq.write_table(rows, path)
    record = sorted((dataset / COMMITS).glob("*.json"))[-1]
    said = json.loads(record.read_bytes())
    for entry in said["files"]:
        if entry["path"].endswith(path.name) and entry["table"] == "documents":
            import hashlib

            entry.update(bytes=path.stat().st_size, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    record.write_text(json.dumps(said), "utf-8")
    assert any("documents.duplicate_of says otherwise" in problem for problem in check(dataset).problems)
