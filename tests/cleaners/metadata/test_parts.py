"""The parts of metadata by themselves: what is a name, and dates that are of the subject and not of the text."""

from __future__ import annotations

import pytest

from cleaners.metadata import read
from cleaners.metadata.beside import births, tells_of_subject
from cleaners.metadata.lexicon import words
from cleaners.metadata.lines import parse
from cleaners.metadata.names import clean_name, clean_source, is_organisation, surnamed
from cleaners.metadata.titles import without_site
from cleaners.policy import Context
from schemas.records import Block


def test_the_time_of_an_event_is_no_date_of_the_text() -> None:
    assert tells_of_subject(["活动名称：渡口音乐会", "时间：2021年3月4日", "地点：江畔广场"], 1)
    assert not tells_of_subject(["时间：2021年3月4日", "清晨的码头上站满了人。"], 0)


@pytest.mark.parametrize("text", ["时间：2024-02-16 09:00-11:00", "2024年2月16日 14:30—16:00"])
def test_what_has_an_hour_at_which_it_ends_is_an_event(text: str) -> None:
    assert parse(text).published is None


def test_a_date_before_a_dash_and_its_hour_is_no_event() -> None:
    assert parse("Posted on 18 July 2021 - 18:52").published == "2021-07-18"


def test_days_of_birth_stand_behind_their_label_or_below_it() -> None:
    assert births(["出生于1921年3月4日，江畔人。", "2021年3月4日发布"]) == {"1921-03-04"}
    assert births(["出生日期", "1921年3月4日"]) == {"1921-03-04"}
    assert births(["2021年3月4日发布"]) == frozenset()


@pytest.mark.parametrize("word", words()["birth-before"].words)
def test_every_word_before_a_birth_is_looked_for(word: str) -> None:
    assert births([f"林晓舟{word}1921年3月4日"]) == {"1921-03-04"}


@pytest.mark.parametrize("word", ["出生", "生于江畔", "生，江畔人", "诞生", "成立", "去世", "逝世", "－1999年"])
def test_so_is_every_word_behind_one(word: str) -> None:
    assert bool(births([f"1921年3月4日{word}"])) == (word[0] != "－")
    assert births(["1921年3月4日-1999年"]) == {"1921-03-04"}


def test_where_a_speech_was_given_stays_below_the_title() -> None:
    said = parse("——2024年1月26日在江畔镇第十四届")
    assert (said.published, said.rest > 12) == (None, True)
    assert parse("2024年1月26日 在线阅读").published == "2024-01-26"


def test_names_lose_what_clings_to_them() -> None:
    assert clean_source("来源：江畔日报") == "江畔日报"
    assert clean_source("12") is None
    assert clean_name("【林晓舟】") == "林晓舟"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("文渔舟", "文渔舟"),  # the character is a label only with a sign behind it
        ("文/林晓舟", "林晓舟"),
        ("By Byron Lin", "Byron Lin"),
        ("written by", None),
    ],
)
def test_a_label_of_a_name_needs_a_sign_where_names_begin_so(name: str, clean: str | None) -> None:
    assert clean_name(name) == clean


def test_a_site_in_brackets_behind_a_title_goes_where_the_page_gives_its_name() -> None:
    assert without_site("老渡口 (江畔)", "江畔") == "老渡口"
    assert without_site("老渡口 (江畔)", "青江") == "老渡口 (江畔)"


def test_who_drew_the_picture_is_no_source() -> None:
    assert clean_source("Illustration by A. Lin") is None
    assert clean_source("海边客 赞同该回答 44 分钟前") is None


def test_reporters_of_two_kinds_in_one_line() -> None:
    assert parse("2024-02-16 记者 林晓舟 学生记者 周怀远").authors == "林晓舟 周怀远"


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
