"""What analysts open the folder with: every reader reads every table, also in mid-run and with a column added later."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from dataset_corpus import write_pages
from dataset_killing import Zygote, moment

from flows.nights.forgetting import forget
from flows.nights.night import run_night
from flows.reports.checking import check
from flows.settings import Settings
from flows.store import rows
from schemas import load, reading, tables
from schemas.dictionary import EXAMPLES
from schemas.tables import TABLES, Column, Table

NIGHTS = (dt.date(2026, 3, 1), dt.date(2026, 3, 2))


def night(pages: Path, out: Path, date: dt.date) -> None:
    run_night([str(pages)], out, date, Settings(out=out, runner="here", max_rejected=1.0))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights: 20 pages, then 5 of them changed."""
    folder = tmp_path_factory.mktemp("read")
    pages = write_pages(folder / "pages", 20)
    night(pages, folder / "out", NIGHTS[0])
    write_pages(pages, 5, first=10, version=1)
    night(pages, folder / "out", NIGHTS[1])
    return folder / "out"


def hugging_face(path: Path, **options: Any) -> Any:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return datasets.load_dataset(
        "parquet",
        data_files=f"{path}/**/*.parquet",
        split="train",
        cache_dir=str(path.parents[1] / "hf"),
        **options,
    )


COUNTS: dict[str, Callable[[Path], int]] = {
    "pandas": lambda path: len(pd.read_parquet(path)),
    "polars": lambda path: pl.scan_parquet(f"{path}/**/*.parquet").collect().height,
    "polars folder": lambda path: pl.read_parquet(path).height,
    "pyarrow": lambda path: ds.dataset(path, partitioning="hive").to_table().num_rows,
    "duckdb": lambda path: len(duckdb.sql(f"FROM '{path}/**/*.parquet'").fetchall()),
}


@pytest.mark.parametrize("reader", COUNTS)
@pytest.mark.parametrize("table", TABLES)
def test_every_reader_reads_every_table(dataset: Path, reader: str, table: str) -> None:
    assert COUNTS[reader](dataset / table) == load(table, dataset).num_rows


def test_datasets_reads_the_documents(dataset: Path) -> None:
    assert hugging_face(dataset / "documents").num_rows == load("documents", dataset).num_rows


def test_datasets_finds_the_tables_of_the_card(dataset: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    folder = Path(shutil.copytree(dataset, tmp_path / "uploaded"))
    shutil.copy(folder / "_docs" / "README.md", folder / "README.md")
    assert datasets.get_dataset_config_names(str(folder)) == list(TABLES)
    sections = datasets.load_dataset(str(folder), "sections", split="train", cache_dir=str(tmp_path / "hf"))
    assert sections.num_rows == load("sections", dataset).num_rows


@pytest.mark.parametrize("reader", [name for name in EXAMPLES if name not in ("Spark", "datasets")])
def test_the_examples_of_the_docs_run(dataset: Path, reader: str) -> None:
    names: dict[str, Any] = {}
    exec(EXAMPLES[reader].replace("OUT", str(dataset)), names)
    asked = {"latest": True, "duplicates": False} if reader == "Qingwen" else {}
    wanted = load("documents", dataset, **asked).num_rows
    found = names["documents"]
    assert (found.read_all().num_rows if hasattr(found, "read_all") else len(found)) == wanted


def test_the_night_is_a_column_of_the_kind_that_the_dictionary_says(dataset: Path) -> None:
    path = dataset / "documents"
    assert str(pd.read_parquet(path)["dt"].dtype) == "category"
    assert ds.dataset(path, partitioning="hive").schema.field("dt").type == pa.string()
    assert duckdb.sql(f"SELECT typeof(dt) FROM '{path}/**/*.parquet' LIMIT 1").fetchone() == ("DATE",)
    assert pl.scan_parquet(f"{path}/**/*.parquet", hive_partitioning=True).collect_schema()["dt"] == pl.Date
    assert load("documents", dataset).schema.field("dt").type == pa.date32()


def test_load_gives_what_is_asked_for(dataset: Path) -> None:
    assert load("documents", dataset, columns=["title", "id"]).column_names == ["title", "id"]
    assert isinstance(load("pages", dataset, to="pandas"), pd.DataFrame)
    assert isinstance(load("pages", dataset, to="polars"), pl.DataFrame)
    assert sum(b.num_rows for b in load("pages", dataset, to="batches")) == load("pages", dataset).num_rows == 40
    assert load("pages", dataset, to="dataset").count_rows() == 40
    assert load("pages", dataset, since="2026-03-02").num_rows == 20
    assert load("pages", dataset, latest=True).num_rows == 20
    repeats = load("duplicates", dataset, latest=True)
    newest = load("documents", dataset, latest=True)
    assert 0 < repeats.num_rows < load("duplicates", dataset).num_rows
    assert set(repeats["document_id"].to_pylist()) <= set(newest["id"].to_pylist())


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("paragraphs",), {}),
        (("documents",), {"columns": ["words"]}),
        (("documents",), {"to": "csv"}),
        (("runs",), {"latest": True}),
        (("documents",), {"latest": True, "to": "dataset"}),
        (("documents",), {"duplicates": False, "to": "dataset"}),
        (("sections",), {"duplicates": False}),
        (("documents",), {"where": "words > 1"}),
        (("documents",), {"where": "char_count > 1", "to": "dataset"}),
        (("documents",), {"limit": 3, "to": "dataset"}),
        (("documents",), {"limit": -1}),
    ],
)
def test_load_refuses_what_makes_no_sense(dataset: Path, arguments: Any, options: Any) -> None:
    with pytest.raises(ValueError):
        load(*arguments, dataset, **options)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_load_says_what_is_not_installed(dataset: Path, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.loading.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=f"pip install {library}"):
        load("runs", dataset, to=library)


def test_load_of_no_dataset_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        load("documents", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no run was committed"):
        load("documents", tmp_path, to="batches")


@pytest.mark.parametrize("latest", [False, True])
@pytest.mark.parametrize("duplicates", [False, True])
def test_load_asks_a_condition_of_what_it_would_give(dataset: Path, latest: bool, duplicates: bool) -> None:
    asked: dict[str, Any] = {"latest": latest, "duplicates": duplicates}
    every = load("documents", dataset, **asked).to_pylist()
    bar = sorted(row["char_count"] for row in every)[len(every) // 2]
    found = load("documents", dataset, columns=["id"], where=f"char_count > {bar} AND dt >= '2026-03-01'", **asked)
    wanted = [row["id"] for row in every if row["char_count"] > bar]
    assert found.column_names == ["id"] and found["id"].to_pylist() == wanted and 0 < len(wanted) < len(every)
    assert load("documents", dataset, limit=2, where=f"char_count > {bar}", **asked)["id"].to_pylist() == wanted[:2]


def test_load_takes_the_folder_from_the_environment(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGWEN_OUT", str(dataset))
    assert load("pages").num_rows == 40


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.fixture(scope="module")
def counted(zygote: Zygote, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int]:
    """Pages of a second night, the dataset with it, and how often it changes the file system."""
    folder = tmp_path_factory.mktemp("counted")
    pages = write_pages(folder / "pages", 20, version=2)
    whole = Path(shutil.copytree(dataset, folder / "out"))
    done = zygote.run(pages, whole, 2, die_at=10**9, shard_pages=5)
    return pages, whole, done["summary"]["changes"]


class TestMidRun:
    """A run frozen at a moment, beside a night that is done."""

    @pytest.mark.xdist_group("killing")
    @pytest.mark.parametrize("share", [0.4, 0.62, 0.7, 0.78])
    def test_readers_meet_whole_files_only(
        self, zygote: Zygote, dataset: Path, counted: tuple[Path, Path, int], tmp_path: Path, share: float
    ) -> None:
        pages, whole, changes = counted
        frozen = Path(shutil.copytree(dataset, tmp_path / "out"))
        zygote.run(pages, frozen, 2, die_at=int(changes * share), shard_pages=5)
        at = moment(frozen)
        assert any(p.is_dir() for p in frozen.glob("_staging/*")), at
        before, after = load("documents", dataset).num_rows, load("documents", whole).num_rows
        for reader, count in COUNTS.items():
            for table in TABLES:
                assert count(frozen / table) >= load(table, dataset).num_rows, (reader, table, at)
            assert count(frozen / "documents") in (before, after), (reader, at)
        assert hugging_face(frozen / "documents").num_rows in (before, after)
        query = f"SELECT count(*) FROM read_parquet('{frozen}/**/*.parquet', union_by_name = true)"
        assert duckdb.sql(query).fetchone() is not None, "even a glob over everything meets whole files only"
        wanted = after if at == "sweeping" else before
        assert load("documents", frozen).num_rows == wanted, f"load goes by the commit records: {at}"


class TestAColumnAddedLater:
    """The next schema version brings documents.tone; the files of the version before stay as they are."""

    @pytest.fixture
    def grown(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        pages, out = write_pages(tmp_path / "pages", 10), tmp_path / "out"
        night(pages, out, NIGHTS[0])
        old = TABLES["documents"]
        tone = Column("tone", pa.string(), "how it sounds", nullable=True, since=tables.SCHEMA_VERSION + 1)
        new = Table(old.name, old.row, (*old.columns, tone), old.key, old.references)
        monkeypatch.setitem(TABLES, "documents", new)
        later = tables.SCHEMA_VERSION + 1
        for module in (tables, reading):
            monkeypatch.setattr(module, "SCHEMA_VERSION", later)
        for name in TABLES:
            if name != "documents":
                table = TABLES[name]
                monkeypatch.setitem(TABLES, name, Table(table.name, table.row, table.columns, table.key))
        row = rows._document
        monkeypatch.setattr(rows, "_document", lambda *a: (*row(*a), "calm"))
        write_pages(pages, 3, version=1)
        night(pages, out, NIGHTS[1])
        return out

    def test_load_and_check_know_both_versions(self, grown: Path) -> None:
        tones = load("documents", grown)["tone"].to_pylist()
        assert set(tones) == {None, "calm"}
        assert check(grown).problems == []

    def test_a_takedown_brings_a_file_up_to_the_schema_of_today(self, grown: Path) -> None:
        forget(str(grown), load("pages", grown)["url"][1].as_py(), date=NIGHTS[1])
        assert check(grown).problems == []
        assert set(load("documents", grown)["tone"].to_pylist()) == {None, "calm"}

    def test_four_readers_read_both(self, grown: Path) -> None:
        path = grown / "documents"
        wanted = load("documents", grown).num_rows
        schema = TABLES["documents"].schema
        pl_schema = pl.from_arrow(schema.empty_table()).schema  # type: ignore[union-attr]
        read = {
            "polars": pl.scan_parquet(f"{path}/**/*.parquet", schema=pl_schema, missing_columns="insert").collect(),
            "pyarrow": ds.dataset(path, schema=schema).to_table(),
            "pandas": pd.read_parquet(path, schema=schema),
            "duckdb": duckdb.sql(f"FROM read_parquet('{path}/**/*.parquet', union_by_name = true)").to_arrow_table(),
        }
        for reader, found in read.items():
            assert len(found) == wanted, reader
            tones = found["tone"].to_pylist() if isinstance(found, pa.Table) else found["tone"]
            assert "calm" in set(tones), reader
        plain = pl.scan_parquet(f"{path}/**/*.parquet", missing_columns="insert", extra_columns="ignore").collect()
        assert len(plain) == len(pd.read_parquet(path)) == wanted, "plainly asked: the columns of the first file"
