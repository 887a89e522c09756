"""Parts: the sizes, the settings and the order they are written in; what recovery makes of what a death left."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_corpus import write_pages

from flows.errors import DamagedOut
from flows.nights.night import run_night
from flows.reports.checking import check
from flows.settings import Settings
from flows.store import publishing, runs
from flows.store.publishing import PartWriter, read_back, recover
from flows.store.rows import table_of
from schemas import load
from schemas.tables import SCHEMA_VERSION, TABLES

Run = Callable[..., dict[str, Any]]
REJECTS = TABLES["rejects"]


def batch(count: int, detail: str = "", first: int = 0) -> pa.RecordBatch:
    rows = [(f"{n:020x}", "u", None, "decoding", "empty", detail, "r") for n in range(first, first + count)]
    return table_of("rejects", rows).combine_chunks().to_batches()[0]


def groups(path: Path) -> list[int]:
    metadata = pq.read_metadata(path)
    return [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]


def staged(folder: Path, part: publishing.Part) -> Path:
    return folder / f"{part.table}-{part.path[-13:-8]}.staged"


def test_parts_are_zstd_with_a_page_index_and_the_one_schema(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    for table in TABLES.values():
        path = next((out / table.name).glob("dt=2026-03-01/*.parquet"))
        with pq.ParquetFile(path) as file:
            assert file.schema_arrow.equals(table.schema)
            assert file.schema_arrow.metadata[b"qingwen.schema_version"] == str(SCHEMA_VERSION).encode()
            for n in range(file.num_row_groups):
                column = file.metadata.row_group(n).column(0)
                assert column.compression == "ZSTD"
                assert column.has_offset_index and column.has_column_index


def test_row_groups_hold_so_many_rows_whatever_the_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(publishing.ROW_GROUP_ROWS, "rejects", 100)
    writer = PartWriter(REJECTS, tmp_path, "2026-03-01", "20260301-0001")
    for n in (30, 250, 1, 69, 7):
        writer.write(batch(n))
    (part,) = writer.close()
    assert groups(staged(tmp_path, part)) == [100, 100, 100, 57]
    assert part.rows == 357 and part.path == "rejects/dt=2026-03-01/part-20260301-0001-00000.parquet"


def test_long_rows_close_a_row_group_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "ROW_GROUP_BYTES", 50_000)
    writer = PartWriter(REJECTS, tmp_path, "2026-03-01", "20260301-0001")
    for n in range(10):
        writer.write(batch(5, "长" * 1_000, n * 5))
    (part,) = writer.close()
    assert max(groups(staged(tmp_path, part))) <= 20


def test_files_end_where_they_are_large_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "FILE_BYTES", 1)
    monkeypatch.setitem(publishing.ROW_GROUP_ROWS, "rejects", 50)
    writer = PartWriter(REJECTS, tmp_path, "2026-03-01", "20260301-0001")
    writer.write(batch(120))
    parts = writer.close()
    assert [p.rows for p in parts] == [50, 50, 20]
    assert [p.path[-13:-8] for p in parts] == ["00000", "00001", "00002"]


def test_an_empty_table_is_one_file_without_rows(tmp_path: Path) -> None:
    (part,) = PartWriter(REJECTS, tmp_path, "2026-03-01", "20260301-0001").close(even_empty=True)
    assert part.rows == 0 and pq.read_table(staged(tmp_path, part)).schema.equals(REJECTS.schema)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    writer = PartWriter(REJECTS, tmp_path, "2026-03-01", "20260301-0001")
    writer.write(batch(3))
    (part,) = writer.close()
    path = staged(tmp_path, part)
    assert read_back(path, REJECTS, part.path) == part
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedOut):
        read_back(path, REJECTS, part.path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(DamagedOut, match="schema"):
        read_back(path, REJECTS, part.path)


def test_rows_stand_in_the_order_of_the_pages_whatever_the_shards(run: Run, pages: Path, tmp_path: Path) -> None:
    urls = []
    for n, size in enumerate((3, 7, 1000)):
        run(pages, out=tmp_path / str(n), shard_pages=size)
        urls.append(load("pages", tmp_path / str(n))["url"].to_pylist())
    assert urls[0] == urls[1] == urls[2] == sorted(urls[0])


def test_shards_that_end_out_of_order_give_the_same_tables(run: Run, pages: Path, out: Path, tmp_path: Path) -> None:
    run(pages)
    other = tmp_path / "other"

    def backwards(shards: Any, work: Any, settings: Any) -> Any:
        yield from [work(shard) for shard in reversed(list(shards))]

    from flows.nights.night import run_night
    from flows.settings import Settings

    run_night([str(pages)], other, None, Settings(out=other, shard_pages=7, max_rejected=1.0), backwards)
    for name in ("documents", "sections", "edits", "rejects"):
        drop = ["run_id", "dt"]
        assert load(name, out).drop_columns(drop).equals(load(name, other).drop_columns(drop)), name


def test_a_shard_run_twice_counts_once(run: Run, pages: Path, out: Path) -> None:
    from flows.nights.night import run_night
    from flows.settings import Settings

    def twice(shards: Any, work: Any, settings: Any) -> Any:
        for shard in shards:
            work(shard)
            yield work(shard)

    summary = run_night([str(pages)], out, None, Settings(out=out, shard_pages=7, max_rejected=1.0), twice)
    assert summary["counts"]["pages"] == 24 and check(out).problems == []


def test_a_straggler_of_a_dead_attempt_does_not_count(
    run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that outlived its parent stages its shard after the next attempt has looked."""
    from flows.nights.night import run_night
    from flows.settings import Settings

    settings = Settings(out=out, runner="here", shard_pages=10, max_rejected=1.0)
    late: list[Any] = []

    def dies(shards: Any, work: Any, settings: Any) -> Any:
        late.extend(list(shards)[:2])
        raise KeyboardInterrupt
        yield

    def with_straggler(shards: Any, work: Any, settings: Any) -> Any:
        for n, shard in enumerate(shards):
            if n == 1:
                work(late[0])
            yield work(shard)
        work(late[1])

    with pytest.raises(KeyboardInterrupt):
        run_night([str(pages)], out, None, settings, dies)
    assert run_night([str(pages)], out, None, settings, with_straggler)["counts"]["pages"] == 24
    assert check(out).problems == []


def test_a_torn_staged_shard_is_cleaned_again(run: Run, pages: Path, out: Path) -> None:
    from flows.nights.night import run_night
    from flows.settings import Settings

    settings = Settings(out=out, runner="here", shard_pages=10, max_rejected=1.0)

    def dies(shards: Any, work: Any, settings: Any) -> Any:
        yield work(next(iter(shards)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_night([str(pages)], out, None, settings, dies)
    path = next(out.glob("_staging/*/shards/*/documents.staged"))
    path.write_bytes(path.read_bytes()[:50])
    summary = run_night([str(pages)], out, None, settings)
    assert summary["resumed"] == 0 and summary["counts"]["pages"] == 24


def test_other_code_cleans_the_shards_of_a_dead_run_again(
    run: Run, pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "merge", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(pages)
    monkeypatch.undo()
    monkeypatch.setattr(runs, "cleaner_version", lambda: "9.9.9+00000000")
    summary = run(pages)
    assert summary["resumed"] == 0 and summary["attempts"] == 2
    assert set(load("documents", out)["cleaner_version"].to_pylist()) == {"9.9.9+00000000"}


def test_a_dead_run_of_other_sources_is_left_to_be_completed(
    run: Run, pages: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataset_corpus import write_pages

    others = write_pages(tmp_path / "others", 12, first=500)
    monkeypatch.setattr(publishing, "merge", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(pages)
    monkeypatch.undo()
    assert run(others)["run_id"] == "20260301-0002"
    completed = run(pages)
    assert (completed["run_id"], completed["resumed"]) == ("20260301-0001", 24)
    assert check(out).problems == []


@pytest.fixture
def half(run: Run, pages: Path, out: Path) -> dict[str, Any]:
    """A run set back to the moment after its intent: nothing moved yet."""
    run(pages)
    record = json.loads((out / "_commits" / "20260301-0001.json").read_text())
    merged = out / "_staging" / "20260301-0001" / "merged"
    merged.mkdir(parents=True)
    for entry in record["files"]:
        number = entry["path"][-13:-8]
        (out / entry["path"]).rename(merged / f"{entry['table']}-{number}.staged")
    (merged.parent / "intent.json").write_text(json.dumps({"record": record}))
    (out / "_commits" / "20260301-0001.json").unlink()
    return record


def test_a_half_made_commit_is_finished(half: dict[str, Any], out: Path) -> None:
    assert recover(out) == ["finished the commit of 20260301-0001"]
    assert check(out).problems == [] and load("pages", out).num_rows == 24
    assert recover(out) == []


def test_a_half_made_commit_whose_file_is_lost_is_not_called_good(half: dict[str, Any], out: Path) -> None:
    next((out / "_staging").glob("*/merged/pages-*")).unlink()
    with pytest.raises(DamagedOut, match="neither staged nor moved"):
        recover(out)


def test_what_is_committed_is_swept(run: Run, pages: Path, out: Path) -> None:
    run(pages)
    left = out / "_staging" / "20260301-0001"
    left.mkdir()
    shutil.copy(next(out.glob("documents/*/*.parquet")), left / "x.staged")
    assert "swept" in recover(out)[0] and not left.exists()


def test_pages_are_moved_last(tmp_path: Path) -> None:
    """A row in pages says that the page's documents are there; so they are, whatever a reader of folders meets."""
    out = tmp_path / "out"
    pages = write_pages(tmp_path / "pages", 6)
    summary = run_night([str(pages)], out, dt.date(2026, 3, 1), Settings(out=out, runner="here"))
    record = json.loads((out / "_commits" / f"{summary['run_id']}.json").read_text())
    tables = [entry["table"] for entry in record["files"]]
    assert tables[-1] == "pages" and tables.index("documents") < tables.index("pages")
