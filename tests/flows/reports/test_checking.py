"""check finds what is wrong, names it, and finds nothing where nothing is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from dataset_corpus import write_pages

from flows.errors import UsageError
from flows.reports import checking_duplicates
from flows.reports.checking import check
from flows.reports.checking_rows import mixed, page_keys
from flows.store.layout import sha256_of
from schemas.tables import TABLES

Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of one night with 30 pages and a copy of one."""
    import datetime as dt

    from flows.nights.night import run_night
    from flows.settings import Settings

    folder = tmp_path_factory.mktemp("check")
    settings = Settings(out=folder / "out", runner="here", max_rejected=1.0)
    pages = write_pages(folder / "pages", 30)
    shutil.copy(pages / "000" / "000004.html", pages / "000" / "copied.html")
    run_night([str(pages)], folder / "out", dt.date(2026, 3, 1), settings)
    return folder / "out"


@pytest.fixture
def dataset(good: Path, out: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(good, out))


def part(out: Path, table: str) -> Path:
    return next((out / table).glob("dt=*/*.parquet"))


def rewrite(out: Path, table: str, change: Change) -> None:
    """Change a table's rows and make the commit record agree, so that only the rows themselves can tell."""
    path = part(out, table)
    rows = change(pq.ParquetFile(path).read())
    pq.write_table(rows.cast(TABLES[table].schema), path)
    where = next((out / "_commits").glob("*.json"))
    record = json.loads(where.read_text())
    for entry in record["files"]:
        if entry["table"] == table:
            entry.update(rows=rows.num_rows, bytes=path.stat().st_size, sha256=sha256_of(path))
    where.write_text(json.dumps(record))


def changed(table: pa.Table, column: str, row: int, value: Any) -> pa.Table:
    values = table[column].to_pylist()
    values[row] = value
    return table.set_column(
        table.column_names.index(column), table.schema.field(column), pa.array(values, table.schema.field(column).type)
    )


def test_a_good_dataset_has_no_problem(good: Path) -> None:
    report = check(good)
    assert report.problems == [] and report.notes == [] and report.exit_code == 0
    assert report.rows["pages"] == 31


def test_duplicates_are_proved_by_themselves(dataset: Path) -> None:
    assert list(checking_duplicates.problems(dataset)) == []
    rewrite(dataset, "duplicates", lambda rows: rows.slice(0, 0))
    assert any("no row" in problem for problem in checking_duplicates.problems(dataset))


def test_a_folder_without_records_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        check(tmp_path)


def test_a_missing_file_is_named(dataset: Path) -> None:
    part(dataset, "sections").unlink()
    assert "missing" in check(dataset, deep=False).problems[0]


def test_a_missing_file_of_an_earlier_run_is_named_and_the_rest_is_checked(
    run: Callable[..., dict[str, Any]], tmp_path: Path, out: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text("第一天，我们沿着河边走了很久，看见许多水鸟。", encoding="utf-8")
    first = run(folder)["run_id"]
    run(folder, night=1)
    (path,) = out.glob(f"documents/*/*{first}*")
    path.unlink()
    report = check(out)
    assert report.exit_code == 1
    assert any(p.startswith(f"{path.relative_to(out)}: missing;") for p in report.problems)


def test_a_torn_file_is_named(dataset: Path) -> None:
    path = part(dataset, "documents")
    path.write_bytes(path.read_bytes()[:-100])
    assert check(dataset, deep=False).exit_code == 1


def test_one_flipped_bit_is_found(dataset: Path) -> None:
    path = part(dataset, "documents")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    assert any("sha256" in p for p in check(dataset).problems)


@pytest.mark.parametrize("name", ["part-x-00000.parquet", "README.md", ".part.tmp"])
def test_a_file_that_no_record_names_is_found(dataset: Path, name: str) -> None:
    (dataset / "documents" / "dt=2026-03-01" / name).write_bytes(b"")
    assert any(name in p and "no commit record" in p for p in check(dataset).problems)


def test_a_broken_record_is_found(dataset: Path) -> None:
    next((dataset / "_commits").glob("*.json")).write_text("{")
    problems = check(dataset).problems
    assert "not a commit record" in problems[0]
    assert len(problems) > 1, "and its files are explained by nobody"


def test_an_unfinished_run_is_a_note(dataset: Path) -> None:
    (dataset / "_staging" / "20260302-0001" / "shards").mkdir(parents=True)
    report = check(dataset)
    assert report.exit_code == 0 and "20260302-0001" in report.notes[0]


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("pages", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "a page has two rows"),
        ("pages", lambda t: changed(t, "status", 0, "fine"), "unknown status"),
        ("pages", lambda t: changed(t, "documents_run", 0, "20250101-0001"), "not committed"),
        ("pages", lambda t: changed(t, "page_id", 0, "zz"), "an id is not one"),
        ("pages", lambda t: t.slice(1), "not the cleaned pages"),
        ("documents", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "an id stands twice"),
        ("documents", lambda t: changed(t, "text", 1, "换过的正文"), "text_sha256"),
        ("documents", lambda t: changed(t, "char_count", 1, 7), "char_count"),
        ("documents", lambda t: changed(t, "id", 1, t["id"][1].as_py() + "7"), "page_id-version-ordinal"),
        ("documents", lambda t: changed(t, "section_count", 1, 99), "sections: a document has more or fewer"),
        ("documents", lambda t: changed(t, "run_id", 1, "20250101-0001"), "a row of another run"),
        ("sections", lambda t: changed(t, "end", 1, 10**6), "offset lies outside"),
        ("sections", lambda t: changed(t, "start", 1, -1), "offset lies outside"),
        ("sections", lambda t: changed(t, "parent", 0, 5), "a parent does not stand before"),
        ("sections", lambda t: changed(t, "document_id", 0, "0" * 20 + "-00000000-0"), "not in documents"),
        ("sections", lambda t: pa.concat_tables([t, t.slice(2, 1)]), "stands twice"),
        ("edits", lambda t: changed(t, "page_id", 0, "0" * 20), "not in pages"),
        ("edits", lambda t: changed(t, "document_id", 0, "0" * 20 + "-00000000-0"), "not in documents"),
        ("edits", lambda t: changed(t, "certainty", 0, "sure"), "unknown certainty"),
        ("edits", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "stands twice"),
        ("rejects", lambda t: t.slice(1), "not the rejected pages"),
        ("documents", lambda t: changed(t, "version_of", 1, t["id"][2].as_py()), "a document of another page"),
        ("documents", lambda t: changed(t, "version_of", 1, t["id"][1].as_py()), "no earlier document"),
        ("documents", lambda t: changed(t, "copied_ratio", 1, 1.5), "copied_ratio"),
        (
            "duplicates",
            lambda t: changed(t, "kind", 0, "exact" if t["kind"][0].as_py() != "exact" else "near"),
            "a kind",
        ),
        ("duplicates", lambda t: changed(t, "jaccard", 0, 0.123), "a figure is not what the texts say"),
        ("duplicates", lambda t: changed(t, "containment", 0, 0.123), "a figure is not what the texts say"),
        ("duplicates", lambda t: changed(t, "cluster_size", 0, 99), "cluster_size"),
        ("duplicates", lambda t: changed(t, "duplicate_of", 0, "0" * 20 + "-00000000-0"), "not in documents"),
        ("duplicates", lambda t: changed(t, "duplicate_of", 0, t["document_id"][0].as_py()), "not come before"),
        ("duplicates", lambda t: changed(t, "document_id", 0, t["duplicate_of"][0].as_py()), "not come before"),
        (
            "duplicates",
            lambda t: changed(t, "duplicate_of", 1, t["document_id"][0].as_py()),
            "repeats another document",
        ),
        ("duplicates", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "a document has two rows"),
        ("duplicates", lambda t: t.filter(pc.not_equal(t["kind"], "exact")), "no row"),
    ],
)
def test_rows_that_do_not_hold_together_are_found(dataset: Path, table: str, change: Change, said: str) -> None:
    rewrite(dataset, table, change)
    assert any(said in problem for problem in check(dataset).problems), check(dataset).problems


def test_a_column_of_another_type_is_found(dataset: Path) -> None:
    path = part(dataset, "rejects")
    rows = pq.ParquetFile(path).read()
    pq.write_table(rows.rename_columns(["page", *rows.column_names[1:]]), path)
    where = next((dataset / "_commits").glob("*.json"))
    record = json.loads(where.read_text())
    entry = next(e for e in record["files"] if e["table"] == "rejects")
    entry.update(bytes=path.stat().st_size, sha256=sha256_of(path))
    where.write_text(json.dumps(record))
    assert any("schema" in p for p in check(dataset).problems)


def test_keys_of_pairs_do_not_collide_among_neighbours() -> None:
    pages = page_keys(pa.array([f"{n:016x}0000" for n in range(50)]))
    documents = mixed(np.repeat(pages, 20), np.tile(np.arange(20), 50))
    sections = mixed(np.repeat(documents, 20), np.tile(np.arange(20), 1000))
    assert len(np.unique(sections)) == len(sections) == 20_000


def test_the_report_counts_what_it_does_not_list(dataset: Path) -> None:
    for n in range(150):
        (dataset / "edits" / f"stray-{n:03d}").write_bytes(b"")
    lines = check(dataset, deep=False).lines()
    assert lines[-1] == "150 problems" and "and 50 more" in lines[-2]


def test_the_changes_of_these_tests_would_hold_without_them(dataset: Path) -> None:
    rewrite(dataset, "documents", lambda t: t.filter(pc.is_valid(t["id"])))
    assert check(dataset).problems == []
