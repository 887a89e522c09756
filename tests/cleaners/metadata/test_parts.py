"""The parts of metadata by themselves: what is a name, and dates that are of the subject and not of the text."""

from __future__ import annotations

import pytest

from cleaners.metadata import read
from cleaners.metadata.beside import births, tells_of_subject
from cleaners.metadata.names import clean_name, clean_source, is_organisation, surnamed
from cleaners.policy import Context
from schemas.records import Block


def test_the_time_of_an_event_is_no_date_of_the_text() -> None:
    assert tells_of_subject(["活动名称：渡口音乐会", "时间：2021年3月4日", "地点：江畔广场"], 1)
    assert not tells_of_subject(["时间：2021年3月4日", "清晨的码头上站满了人。"], 0)


def test_days_of_birth_stand_behind_their_label_or_below_it() -> None:
    assert births(["出生于1921年3月4日，江畔人。", "2021年3月4日发布"]) == {"1921-03-04"}
    assert births(["出生日期", "1921年3月4日"]) == {"1921-03-04"}
    assert births(["2021年3月4日发布"]) == frozenset()


def test_names_lose_what_clings_to_them() -> None:
    assert clean_source("来源：江畔日报") == "江畔日报"
    assert clean_source("12") is None
    assert clean_name("【林晓舟】") == "林晓舟"


@pytest.mark.parametrize(
    ("name", "person", "body"),
    [("林晓舟", True, False), ("渡口", False, False), ("江畔日报", False, True), ("江畔镇人民政府", False, True)],
)
def test_persons_and_organisations_by_their_look(name: str, person: bool, body: bool) -> None:
    assert (surnamed(name), is_organisation(name)) == (person, body)


@pytest.mark.parametrize(
    ("line", "kind", "rules"),
    [
        ("林晓舟", "paragraph", ["byline"]),
        ("林晓舟", "heading", []),
        ("林晓舟", "item", []),  # of a list of names, which is text
        ("记者 林晓舟", "item", ["byline"]),
    ],
)
def test_a_bare_name_below_the_title_is_a_byline_where_it_is_a_paragraph(
    line: str, kind: str, rules: list[str]
) -> None:
    title = Block("渡口的最后两年", role="title", origin="meta", seq=0)
    prose = Block("清晨的码头上站满了等船的人，雾气贴着水面慢慢散开，远处传来两三声汽笛。", seq=2)
    _, edits = read((title, Block(line, kind=kind, seq=1), prose), Context())
    assert [edit.rule for edit in edits] == rules
