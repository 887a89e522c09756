"""Bylines in languages that write names with capitals: who is named, and what is none."""

from __future__ import annotations

import pytest

from cleaners.metadata import bylines, lines


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Anna Marsh", "Anna Marsh"),
        ("by ANNA MARSH, LEE COLE and JO VAN DER BERG", "ANNA MARSH, LEE COLE, JO VAN DER BERG"),
        ("By Anna E. Marsh March 3, 2019", "Anna E. Marsh"),
        ("By Anna Marsh, Reuters", "Anna Marsh"),
        ("By: Anna Marsh | anna@harbour.example", "Anna Marsh"),
        ("Written by Anna Marsh in Rivers on 1 June 2017", "Anna Marsh"),
        ("Wednesday January 18, 2017 10:44 am PST by Anna Marsh", "Anna Marsh"),
        ("POSTED BY ANNA MARSH ON MARCH 3, 2019", "ANNA MARSH"),
        ("By J.R. O'Neill-Hart on March 3, 2019", "J.R. O'Neill-Hart"),
        ("Von Anna Marsch, Flussingen", "Anna Marsch"),
        ("Par Cécile Rivière", "Cécile Rivière"),
        ("Автор: Анна Речная", "Анна Речная"),
        ("Door Jan van der Berg", "Jan van der Berg"),
        ("By Harbourman", "Harbourman"),
    ],
)
def test_a_byline_names_who_wrote(text: str, names: str) -> None:
    assert bylines.written_by(text) == names
    assert lines.parse(text).authors == names


@pytest.mark.parametrize(
    "text",
    [
        "By the end of the day",
        "By 2020 the river had gone",
        "Von Flussingen nach Talheim",
        "Por favor",
        "Photo by Anna Marsh",
        "Illustration by Anna Marsh",
        "March 3, 2019 Edited by Anna Marsh",
        "By Anna Marsh's account the river rose",
        "By The River Press",
        "Sold by weight",
    ],
)
def test_what_is_no_byline_names_nobody(text: str) -> None:
    assert bylines.find(text) is None


def test_an_element_called_author_may_hold_an_office_behind_the_name() -> None:
    assert bylines.capitalised("Anna Marsh, Staff Writer") == "Anna Marsh"
    assert bylines.capitalised("Anna Marsh Twitter") == "Anna Marsh"
    assert bylines.capitalised("Welcome") is None
    assert bylines.capitalised("江畔日报") is None


def test_names_stand_with_commas_only_where_they_hold_blanks() -> None:
    assert bylines.joined(["林晓舟", "周一", "林晓舟"]) == "林晓舟 周一"
    assert bylines.joined(["Anna Marsh", "Lee Cole"]) == "Anna Marsh, Lee Cole"


def test_the_day_beside_a_byline_is_read_and_no_part_of_a_name() -> None:
    said = lines.parse("By Anna Marsh March 3, 2019")
    assert (said.authors, said.published, said.rest) == ("Anna Marsh", "2019-03-03", 0)
