"""The ten questions of the dictionary: each one query, with the right answer on the samples' dataset."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from places import SAMPLES

from flows.nights.night import run_night
from flows.reports import compare
from flows.settings import Settings
from schemas import load
from schemas.dictionary import data_dictionary
from schemas.questions import QUESTIONS, VIEWS_SQL

NIGHTS = (dt.date(2026, 3, 1), dt.date(2026, 3, 2))
(BY_SOURCE, BY_HEADING, DAMAGED, REMOVED, ONCE, CORPUS, QUALITY, COMPARED, NEWEST, SCRIPTS) = QUESTIONS


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples in two nights: on the second one is gone, one is changed and one is new."""
    folder = tmp_path_factory.mktemp("questions")
    pages, out = folder / "pages", folder / "out"
    pages.mkdir()
    for path in SAMPLES.iterdir():
        if not path.name.endswith(".json") and path.name != "primer.txt":
            shutil.copy(path, pages)
    settings = Settings(out=out, runner="here", max_rejected=1.0)
    run_night([str(pages)], out, NIGHTS[0], settings)
    (pages / "poem.html").unlink()
    shutil.copy(SAMPLES / "primer.txt", pages)
    changed = (pages / "rules.txt").read_text("utf-8")
    (pages / "rules.txt").write_text(changed.rstrip() + "本规则自公布之日起施行。\n", "utf-8")
    run_night([str(pages)], out, NIGHTS[1], settings)
    return out


def answer(dataset: Path, question: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute(VIEWS_SQL.replace("OUT", str(dataset)))
        return connection.execute(QUESTIONS[question].replace("OUT", str(dataset))).to_arrow_table().to_pylist()


def newest(dataset: Path, table: str = "documents", **asked: Any) -> list[dict[str, Any]]:
    return load(table, dataset, latest=True, **asked).to_pylist()  # type: ignore[no-any-return]


def test_there_are_ten_and_the_dictionary_prints_each() -> None:
    assert len(QUESTIONS) == 10
    printed = data_dictionary()
    assert VIEWS_SQL.rstrip() in printed
    assert all(f"{question}:" in printed and query.rstrip() in printed for question, query in QUESTIONS.items())


def test_documents_by_source_and_month(dataset: Path) -> None:
    found = answer(dataset, BY_SOURCE)
    wanted = Counter(
        (row["source"] or row["host"] or row["source_name"], row["published_on"] and f"{row['published_on']:%Y-%m}")
        for row in newest(dataset)
    )
    assert {(row["said_by"], row["month"]): row["documents"] for row in found} == dict(wanted)
    assert len(found) > 3 and any(row["month"] == "2022-07" for row in found)


def test_sections_by_heading(dataset: Path) -> None:
    found = answer(dataset, BY_HEADING)
    sections = [row for row in newest(dataset, "sections") if row["level"]]
    assert {row["heading"] for row in found} == {row["heading"] for row in sections}
    assert sum(len(row["texts"]) for row in found) == len(sections) > 10
    first = found[0]
    assert first["documents"] == len({s["document_id"] for s in sections if s["heading"] == first["heading"]})


def test_pages_that_were_damaged(dataset: Path) -> None:
    found = {row["url"]: row for row in answer(dataset, DAMAGED)}
    assert "damaged" in found["file:news-stray-byte.html"]["flags"]
    assert "pinyin annotation" in found["file:annotated.html"]["repaired"]
    assert found["file:mojibake-latin1.txt"]["repaired"] and found["file:news-stray-byte.html"]["encoding"] == "gb18030"
    repaired = {row["url"] for row in newest(dataset) if row["repairs"] or "damaged" in row["flags"]}
    assert set(found) == repaired and "file:news-utf8.html" not in found


def test_what_was_removed_from_a_page(dataset: Path) -> None:
    found = answer(dataset, REMOVED)
    (page,) = {row["page_id"] for row in newest(dataset, "pages") if row["url"] == "file:news-orchard.html"}
    edits = [row for row in newest(dataset, "edits") if row["page_id"] == page and row["before"] and not row["after"]]
    assert [row["before"] for row in found] == [row["before"] for row in sorted(edits, key=lambda row: row["seq"])]
    (document,) = (row for row in newest(dataset) if row["page_id"] == page)
    counted = Counter({(r["step"], r["rule"]): r["count"] for r in document["removals"]})
    told: Counter[tuple[str, str]] = Counter()
    for row in found:
        told[row["step"], row["rule"]] += row["count"]
    assert told == counted and len(found) > 0


def test_each_text_once(dataset: Path) -> None:
    found = answer(dataset, ONCE)
    assert {row["id"] for row in found} == {row["id"] for row in newest(dataset, duplicates=False)}
    assert 0 < len(found) < len(newest(dataset))


def test_a_corpus(dataset: Path) -> None:
    answer(dataset, CORPUS)
    rows = pq.read_table(dataset.parent / "corpus.parquet").to_pylist()
    wanted = [
        row for row in newest(dataset) if not (row["duplicate_of"] or row["version_of"]) and row["char_count"] >= 50
    ]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in wanted) and rows[0]["text"]


def test_a_filter_of_quality(dataset: Path) -> None:
    found = answer(dataset, QUALITY)
    kept = {row["id"] for row in newest(dataset) if row["failed_rules"] == [] and row["spam_score"] < 0.3}
    assert {row["id"] for row in found} == kept and 0 < len(found) < len(newest(dataset))


def test_two_nights(dataset: Path) -> None:
    found = {row["what"]: row["pages"] for row in answer(dataset, COMPARED)}
    assert found == compare(dataset, *NIGHTS).counts
    assert (found["came"], found["went"], found["changed"]) == (1, 1, 1)


def test_the_newest_only(dataset: Path) -> None:
    found = answer(dataset, NEWEST)
    assert {row["id"] for row in found} == {row["id"] for row in newest(dataset)}
    assert len(found) < load("documents", dataset).num_rows


def test_by_the_script_that_they_were_in(dataset: Path) -> None:
    found = answer(dataset, SCRIPTS)
    wanted = Counter((row["original_script"], row["language_script"]) for row in newest(dataset))
    assert {(row["original_script"], row["language_script"]): row["documents"] for row in found} == dict(wanted)
    assert {"Hans", "Hant-TW", "Hant-HK", "Jpan", "Latn"} <= {row["original_script"] for row in found}
