"""A corpus to hand on: what is asked for and no more, the same bytes each time, whole or not there, read by others."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard
from dataset_corpus import SENTENCES, write_pages

from flows.errors import UsageError
from flows.nights.night import run_night
from flows.reports import export_card, exporting
from flows.reports.export_order import COLUMNS, Order
from flows.reports.exporting import export
from flows.settings import Settings
from schemas import load

NIGHTS = (dt.date(2026, 3, 1), dt.date(2026, 3, 2))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights: 30 pages, then 6 of them changed; one page twice, one thread."""
    folder = tmp_path_factory.mktemp("export")
    pages, out = write_pages(folder / "pages", 30), folder / "out"
    text = "\n\n".join("".join(SENTENCES[n : n + 4]) for n in range(6))
    for name in ("same-1.txt", "same-2.txt"):
        (pages / name).write_text(f"同一篇文章\n\n{text}\n", "utf-8")
    settings = Settings(out=out, runner="here", max_rejected=1.0)
    run_night([str(pages)], out, NIGHTS[0], settings)
    write_pages(pages, 6, first=10, version=1)
    run_night([str(pages)], out, NIGHTS[1], settings)
    return out


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are looked at together, so that few make a shard."""
    monkeypatch.setattr(exporting, "PIECE_ROWS", 4)


def files(folder: Path) -> dict[str, str]:
    found = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    return {str(path.relative_to(folder)): digest for path, digest in found.items()}


def rows(folder: Path) -> list[dict[str, Any]]:
    if shards := sorted(folder.rglob("*.parquet")):
        return [row for path in shards for row in pq.read_table(path).to_pylist()]
    lines = []
    for path in sorted(folder.rglob("*.jsonl.zst")):
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            lines += [json.loads(line) for line in io.TextIOWrapper(stream, "utf-8")]
    return lines


def wanted(dataset: Path, **asked: Any) -> list[str]:
    return load("documents", dataset, latest=True, **{"duplicates": False, **asked})["id"].to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", ["huggingface", "parquet", "jsonl"])
def test_the_newest_documents_each_text_once_in_every_form(dataset: Path, tmp_path: Path, form: str) -> None:
    told = export(dataset, tmp_path / "corpus", Order(form))
    found = rows(tmp_path / "corpus")
    assert [row["id"] for row in found] == wanted(dataset)
    assert list(found[0]) == list(COLUMNS)
    assert told["documents"] == len(found) and told["characters"] == sum(len(row["text"]) for row in found)
    assert sum(row["title"] == "同一篇文章" for row in found) == 1


@pytest.mark.parametrize("form", ["huggingface", "jsonl"])
def test_the_same_order_gives_the_same_bytes(dataset: Path, tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        export(dataset, tmp_path / name, Order(form, shard_bytes=4_000))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) > 4, "several shards"


def test_shards_hold_everything_once_and_in_order(dataset: Path, tmp_path: Path) -> None:
    told = export(dataset, tmp_path / "corpus", Order(shard_bytes=4_000))
    names = sorted(path.name for path in (tmp_path / "corpus" / "data").iterdir())
    assert told["shards"] == len(names) > 2
    assert names[0] == f"train-00000-of-{len(names):05d}.parquet"
    assert [row["id"] for row in rows(tmp_path / "corpus")] == wanted(dataset)


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        ({"min_length": 260}, "char_count >= 260"),
        ({"kinds": ("text",)}, "kind = 'text'"),
        ({"scripts": ("Hans",), "where": "section_count = 1 OR char_count > 250"},
         "language_script = 'Hans' AND (section_count = 1 OR char_count > 250)"),
        ({"since": NIGHTS[1]}, "dt = '2026-03-02'"),
        ({"until": NIGHTS[0], "limit": 3}, None),
        ({"duplicates": True}, None),
    ],
)  # fmt: skip
def test_filters_ask_what_load_asks(dataset: Path, tmp_path: Path, asked: Any, condition: str | None) -> None:
    export(dataset, tmp_path / "corpus", Order(**asked))
    options = {name: asked[name] for name in ("since", "until", "limit", "duplicates") if name in asked}
    found = [row["id"] for row in rows(tmp_path / "corpus")]
    assert found == wanted(dataset, where=condition, **options)
    assert found != wanted(dataset), "the filter does something"


def test_hosts_are_asked_with_their_subdomains_and_nothing_of_a_name_is_read_as_sql() -> None:
    said = Order(hosts=("example.org", "o'brien.example")).condition
    assert said == (
        "(host = 'example.org' OR host LIKE '%.example.org' OR host = 'o''brien.example' OR host LIKE '%.o''brien.example')"
    )


def test_columns_of_choice(dataset: Path, tmp_path: Path) -> None:
    export(dataset, tmp_path / "corpus", Order(columns=("text", "repairs", "markdown")))
    assert list(rows(tmp_path / "corpus")[0]) == ["text", "repairs", "markdown"]


@pytest.mark.parametrize("form", ["huggingface", "parquet", "jsonl"])
def test_datasets_loads_the_folder(dataset: Path, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    export(dataset, tmp_path / "corpus", Order(form, shard_bytes=4_000))
    found = datasets.load_dataset(str(tmp_path / "corpus"), split="train", cache_dir=str(tmp_path / "hf"))
    assert found["id"][:] == wanted(dataset) and found["text"][0]


@pytest.mark.parametrize("form", ["huggingface", "parquet", "jsonl"])
def test_croissant_is_valid_and_gives_the_records(
    dataset: Path, tmp_path: Path, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    croissant = pytest.importorskip("mlcroissant")
    export(dataset, tmp_path / "corpus", Order(form, columns=(*COLUMNS, "repairs"), shard_bytes=4_000))
    found = croissant.Dataset(str(tmp_path / "corpus" / "croissant.json"))
    assert found.metadata.ctx.issues.report() == "" and caplog.text == ""
    said = json.loads((tmp_path / "corpus" / "croissant.json").read_text("utf-8"))
    sums = {entry["contentUrl"]: entry["sha256"] for entry in said["distribution"] if entry["@type"] == "cr:FileObject"}
    assert sums.items() <= files(tmp_path / "corpus").items() and len(sums) > 1
    if form != "jsonl":
        records = list(found.records("documents"))
        assert [record["documents/id"].decode() for record in records] == wanted(dataset)
        assert records[0]["documents/text"].decode() and isinstance(records[0]["documents/char_count"], int)


def test_the_card_says_what_it_is(dataset: Path, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    order = Order(name='语料: "一"', licence="cc-by-4.0", where="char_count > 1", min_length=2)
    told = export(dataset, tmp_path / "corpus", order)
    card = (tmp_path / "corpus" / "README.md").read_text("utf-8")
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["pretty_name"] == '语料: "一"' and head["license"] == "cc-by-4.0"
    assert head["language"] == ["zh"] and head["size_categories"] == ["n<1K"]
    assert head["configs"][0]["data_files"][0] == {"split": "train", "path": "data/train-*.parquet"}
    assert f"| documents | {told['documents']:,} |" in card and f"| characters | {told['characters']:,} |" in card
    assert "2 nights from 2026-03-01 to 2026-03-02" in card and "robots.txt was obeyed" in card
    assert "`pages`" in card and str(dataset.parent) not in card, "no path of the machine"
    assert "`(char_count > 1) AND char_count >= 2`" in card and "under cc-by-4.0" in card
    for title in ("## Figures", "## Columns", "## Licence", "## Limits", "## How it was collected and cleaned"):
        assert title in card


def test_no_licence_is_invented(dataset: Path, tmp_path: Path) -> None:
    export(dataset, tmp_path / "corpus", Order())
    assert "No licence is given" in (tmp_path / "corpus" / "README.md").read_text("utf-8")


def test_nothing_from_a_page_breaks_the_card() -> None:
    assert export_card._cell("a|b<script>\n`x`\x1b[31m") == "a\\|b&lt;script> 'x' [31m"


def test_a_full_folder_is_left_alone_and_an_empty_one_is_filled(dataset: Path, tmp_path: Path) -> None:
    target = tmp_path / "corpus"
    target.mkdir()
    export(dataset, target, Order())
    before = files(target)
    with pytest.raises(UsageError, match="holds something already"):
        export(dataset, target, Order())
    assert files(target) == before


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order("csv"), "--format"),
        (Order(where="words > 1"), "no column"),
        (Order(where="char_count < 0"), "no document meets"),
        (Order(columns=("words",)), "no column"),
    ],
)
def test_wrong_orders_are_told_and_leave_nothing(dataset: Path, tmp_path: Path, order: Order, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        export(dataset, tmp_path / "corpus", order)
    assert list(tmp_path.iterdir()) == []


def test_no_dataset_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run was committed"):
        export(tmp_path, tmp_path / "corpus", Order())


def test_a_death_leaves_no_half_corpus_and_the_next_export_sweeps(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dies(*_: Any) -> str:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(export_card, "readme", dies)
        patch.setattr(exporting.shutil, "rmtree", lambda *_, **__: None)  # as if nobody had been there to clear up
        with pytest.raises(Killed):
            export(dataset, tmp_path / "corpus", Order())
    assert not (tmp_path / "corpus").exists() and len(list(tmp_path.iterdir())) == 1
    export(dataset, tmp_path / "corpus", Order())
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


@pytest.mark.parametrize(
    ("documents", "said"),
    [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (99_999, "10K<n<100K"), (2_000_000, "1M<n<10M")],
)
def test_sizes_in_the_words_of_hugging_face(documents: int, said: str) -> None:
    assert export_card.size_category(documents) == said
