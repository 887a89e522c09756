"""From CleanPage to rows: every field where the table says, whatever a page holds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.pages import ShardPage
from flows.store.rows import content_digest, day, document_id, page_digest, rows_of, table_of, timestamp
from schemas.records import CleanPage, Document, Edit, Quality, Rejection, Section
from schemas.tables import TABLES

PAGE = ShardPage(page_id="ab" * 10, url="https://example.org/1", raw_sha256="0123456789" * 6 + "abcd", bytes=7)
ABOUT = {"run_id": "20260301-0001", "cleaner_version": "1+2", "rules_digest": "r"}
TEXT = "开头的话\n一、第一节\n(一)甲\n甲的内容\n(二)乙\n一之末\n二、第二节\n完"


def rows(cleaned: CleanPage | None, page: ShardPage = PAGE) -> dict[str, list[dict[str, Any]]]:
    made = rows_of(page, cleaned, **ABOUT)
    return {name: table_of(name, more).to_pylist() for name, more in made.items()}


def outline() -> tuple[Section, ...]:
    def at(part: str) -> int:
        return TEXT.index(part)

    end = len(TEXT)
    return (
        Section(0, "", "", False, 0, at("一、")),
        Section(1, "一、", "第一节", False, at("一、"), at("二、第二节")),
        Section(2, "(一)", "甲", False, at("(一)"), at("(二)")),
        Section(2, "(二)", "乙", False, at("(二)"), at("二、第二节")),
        Section(1, "二、", "第二节", False, at("二、第二节"), end),
    )


def test_a_document_has_its_identity_figures_and_digest() -> None:
    document = Document("标题", TEXT, "2026-02-28", "某报", "某人", "Hans", "zh", outline(), ("damaged",), Quality(9))
    made = rows(CleanPage((document, document), (), "gb18030"))
    first, second = made["documents"]
    assert first["id"] == f"{'ab' * 10}-{content_digest(document)[:8]}-0" and second["id"].endswith("-1")
    assert first["text_sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (first["char_count"], first["section_count"]) == (len(TEXT), 5)
    assert (first["published"], first["published_on"]) == ("2026-02-28", dt.date(2026, 2, 28))
    assert (first["language"], first["language_script"], first["flags"]) == ("zh", "Hans", ["damaged"])
    page = made["pages"][0]
    assert (page["status"], page["documents"], page["documents_run"]) == ("cleaned", 2, "20260301-0001")
    assert page["encoding"] == "gb18030"
    assert page["content_sha256"] == page_digest([content_digest(document)] * 2)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "另一个标题"},
        {"text": TEXT + "。"},
        {"published": "2026-03-01"},
        {"source": "另一家"},
        {"author": "另一人"},
        {"sections": outline()[:-1]},
        {"flags": ("truncated",)},
    ],
)
def test_a_document_is_another_when_what_it_says_is_another(change: dict[str, Any]) -> None:
    document = Document("标题", TEXT, "2026-02-28", "某报", "某人", "Hans", "zh", outline(), ())
    assert content_digest(dataclasses.replace(document, **change)) != content_digest(document)
    assert content_digest(dataclasses.replace(document, quality=Quality(9))) == content_digest(document)


def test_a_page_whose_documents_came_out_as_they_were_has_one_row() -> None:
    document = Document("标题", TEXT, sections=outline())
    known = page_digest([content_digest(document)])
    had = dataclasses.replace(PAGE, content=known, documents=1, documents_run="20260201-0001")
    made = rows(CleanPage((document,), (Edit("controls", "nul", 0),)), had)
    assert list(made) == ["pages"] and made["pages"][0]["status"] == "same"
    assert (made["pages"][0]["documents"], made["pages"][0]["documents_run"]) == (1, "20260201-0001")
    assert made["pages"][0]["content_sha256"] == known
    returned = dataclasses.replace(had, documents=0, documents_run="")  # it was gone in between
    assert rows(CleanPage((document,)), returned)["pages"][0]["status"] == "cleaned"


def test_sections_know_their_parent_path_and_own_text() -> None:
    made = rows(CleanPage((Document(None, TEXT, sections=outline()),)))["sections"]
    assert [s["parent"] for s in made] == [None, None, 1, 1, None]
    assert [s["path"] for s in made] == [
        [],
        ["一、第一节"],
        ["一、第一节", "(一)甲"],
        ["一、第一节", "(二)乙"],
        ["二、第二节"],
    ]
    assert made[0]["text"] == "开头的话"
    assert made[1]["text"] == "一、第一节", "without its children's"
    assert made[2]["text"] == "(一)甲\n甲的内容"
    assert "".join(s["text"] for s in made).replace("\n", "") == TEXT.replace("\n", ""), "nothing lost, nothing twice"


def test_edits_name_the_document_that_their_block_went_into() -> None:
    edits = (
        Edit("scripts", "t2s", 3, 5, "體", "体", seq=0, document=1),
        Edit("boilerplate", "ad", 9, seq=1, document=7),
    )
    document = Document(None, "正文")
    made = rows(CleanPage((document, document), edits))["edits"]
    assert made[0]["document_id"] == document_id(PAGE.page_id, content_digest(document), 1)
    assert made[1]["document_id"] is None


def test_a_rejected_page_has_a_reason_and_keeps_the_documents_it_had() -> None:
    page = ShardPage(PAGE.page_id, PAGE.url, documents=3, documents_run="20260201-0001")
    made = rows(CleanPage(rejection=Rejection("decoding", "not text", "字节" * 5_000)), page)
    assert "documents" not in made
    assert (made["rejects"][0]["stage"], made["rejects"][0]["reason"]) == ("decoding", "not text")
    assert len(made["rejects"][0]["detail"]) <= 2_000
    assert made["pages"][0]["reason"] == "decoding: not text"
    assert (made["pages"][0]["documents"], made["pages"][0]["documents_run"]) == (3, "20260201-0001")


def test_a_page_without_a_document_is_never_called_cleaned() -> None:
    made = rows(CleanPage())
    assert made["pages"][0]["status"] == "rejected" and len(made["rejects"]) == 1


def test_what_utf8_cannot_hold_becomes_a_replacement_character() -> None:
    document = Document("题\ud800", "正\udfff文", author="\ud83d")
    made = rows(CleanPage((document,), (Edit("x", "y", before="\udc80"),)))
    row = made["documents"][0]
    assert (row["title"], row["text"], row["author"]) == ("题\ufffd", "正\ufffd文", "\ufffd")
    assert row["char_count"] == 3 and row["text_sha256"] == hashlib.sha256("正\ufffd文".encode()).hexdigest()
    assert made["edits"][0]["before"] == "\ufffd"


@pytest.mark.parametrize("status", [None, 200, -1, 2**15, 10**9])
def test_a_status_that_no_server_should_send_is_null(status: int | None) -> None:
    page = ShardPage(PAGE.page_id, PAGE.url, http_status=status)
    found = rows(CleanPage(), page)["pages"][0]["http_status"]
    assert found == (status if status in (200, -1) else None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T08:00:00+08:00", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("2026-03-01T00:00:00Z", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("2026-03-01", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("昨天", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_are_utc_or_null(text: str | None, moment: dt.datetime | None) -> None:
    assert timestamp(text) == moment


@pytest.mark.parametrize(
    ("published", "on"),
    [
        ("2026-02-28", dt.date(2026, 2, 28)),
        ("2026-02-28T10:00:00+08:00", dt.date(2026, 2, 28)),
        ("2026-02", None),
        ("2026", None),
        ("2026-02-30", None),
        (None, None),
    ],
)
def test_a_day_is_given_only_where_the_page_is_that_precise(published: str | None, on: dt.date | None) -> None:
    assert day(published) == on


ANY_TEXT = st.text(st.characters(), max_size=60)


@settings(deadline=None)
@given(
    st.lists(st.builds(Document, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=3),
    st.lists(
        st.builds(Edit, ANY_TEXT, ANY_TEXT, st.integers(-1, 9), st.integers(0, 9), ANY_TEXT, ANY_TEXT), max_size=4
    ),
)
def test_whatever_a_page_holds_makes_rows_of_the_schema(documents: list[Document], edits: list[Edit]) -> None:
    made = rows_of(PAGE, CleanPage(tuple(documents), tuple(edits)), **ABOUT)
    for name, more in made.items():
        table = table_of(name, more)
        table.validate(full=True)
        assert table.schema.equals(TABLES[name].schema)


@settings(deadline=None)
@given(st.data())
def test_sections_together_hold_the_text_once(data: st.DataObject) -> None:
    """For any outline whose ranges nest, own texts make up the whole text."""
    text = data.draw(st.text("甲乙丙丁", min_size=8, max_size=40))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), min_size=1, max_size=4)))
    bounds = [0, *cuts, len(text)]
    sections: list[Section] = []
    for start, end in itertools.pairwise(bounds):
        sections.append(Section(1, "一、", "", False, start, end))
        inner = data.draw(st.integers(start, end))
        if start < inner < end:
            sections.append(Section(2, "(一)", "", False, inner, end))
    made = rows(CleanPage((Document(None, text, sections=tuple(sections)),)))["sections"]
    assert "".join(s["text"] for s in made) == text


def test_a_document_answers_alone() -> None:
    """Where it came from, what script it was in, what was repaired in it and taken out of its page."""
    edits = (
        Edit("mojibake", "wrong-codec", 0, 0, "æ¸ ", "渠", document=0),
        Edit("mojibake", "wrong-codec", 1, 0, "æ°´", "水", count=3, document=0),
        Edit("mojibake", "wrong-codec", 2, 0, "é—¨", "门", document=1),
        Edit("decoding", "undecodable", -1, 0, "\ufffd", "\ufffd"),
        Edit("bytestream", "pinyin annotation", -1, 0, "渠qú", "渠"),
        Edit("extraction", "comments", -1, 0, "读者说好", ""),
        Edit("extraction", "outside", -1, 0, "", "", count=900),
        Edit("boilerplate", "related-entry", 4, 0, "又一条标题", "", document=1),
        Edit("scripts", "to-Hans", -1, 0, "體", "体"),
    )
    documents = (Document(None, "甲", script="Hans", original_script="Hant-TW"), Document(None, "乙"))
    cleaned = CleanPage(documents, edits, kind="article", kept_ratio=0.75, left_out="栏目", left_out_chars=40)
    page = dataclasses.replace(PAGE, url="https://News.Example.org:8080/1", source="晨报")
    made = rows(cleaned, page)
    first, second = made["documents"]
    assert (first["host"], first["source_name"], first["source"]) == ("news.example.org", "晨报", None)
    assert (first["kind"], first["kept_ratio"]) == ("article", 0.75)
    assert (first["original_script"], first["language_script"]) == ("Hant-TW", "Hans")

    def told(row: dict[str, Any], column: str) -> list[tuple[str, str, int]]:
        return [(entry["step"], entry["rule"], entry["count"]) for entry in row[column]]

    assert told(first, "repairs") == [("bytestream", "pinyin annotation", 1), ("mojibake", "wrong-codec", 4)]
    assert told(second, "repairs") == [("bytestream", "pinyin annotation", 1), ("mojibake", "wrong-codec", 1)]
    assert told(first, "removals") == [("extraction", "comments", 1)]
    assert told(second, "removals") == [("boilerplate", "related-entry", 1), ("extraction", "comments", 1)]
    only = made["pages"][0]
    assert (only["kind"], only["kept_ratio"], only["left_out"], only["left_out_chars"]) == ("article", 0.75, "栏目", 40)


def test_what_was_not_cleaned_has_no_kind_and_what_was_not_fetched_no_host() -> None:
    made = rows(None, dataclasses.replace(PAGE, status="unchanged"))["pages"][0]
    assert all(made[name] is None for name in ("kind", "kept_ratio", "left_out", "left_out_chars"))
    filed = dataclasses.replace(PAGE, url="file:a/b.txt")
    assert rows(CleanPage((Document(None, "甲"),)), filed)["documents"][0]["host"] is None


def test_the_script_that_it_was_in_is_no_part_of_what_a_document_says() -> None:
    document = Document("标题", TEXT)
    assert content_digest(dataclasses.replace(document, original_script="Hant")) == content_digest(document)


@settings(max_examples=50)
@given(st.data())
def test_own_texts_hold_every_line_once(data: Any) -> None:
    """Sections nested at will: in their order their own texts are the document's."""
    lines = data.draw(st.lists(st.text("渠水门一二、", min_size=1, max_size=6), min_size=1, max_size=12))
    levels = data.draw(st.lists(st.integers(0, 3), min_size=len(lines), max_size=len(lines)))
    levels = [max(1, level) if n else level for n, level in enumerate(levels)]
    text = "\n".join(lines)
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    sections = []
    for n, level in enumerate(levels):
        end = next((starts[m] for m in range(n + 1, len(levels)) if levels[m] <= level or not level), len(text))
        sections.append(Section(level, "" if not level else "一、", "", False, starts[n], end))
    made = rows(CleanPage((Document(None, text, sections=tuple(sections)),)))["sections"]
    assert "\n".join(section["text"] for section in made).split("\n") == text.split("\n")
