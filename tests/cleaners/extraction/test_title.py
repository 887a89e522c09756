"""Which line of a page is its title where its names for itself and its headline differ."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import clean_page
from cleaners.extraction.title import _may_be_named
from cleaners.metadata import title_key

BODY = "".join(
    f"<p>On day {n} the ferryman wrote that the river stood lower than on any day before it, and coiled his rope.</p>"
    for n in range(8)
)


def title(head: str, body: str) -> str | None:
    html = f"<!DOCTYPE html><head>{head}</head><body>{body}<article>{BODY}</article></body>"
    return clean_page(html.encode(), url="https://river.example/a", content_type="text/html").documents[0].title


@pytest.mark.parametrize(
    ("head", "headline"),
    [
        (
            "<title>Ferryman keeps 40 years of river records | River Post</title><meta property=og:title content='Ferryman"
            " keeps 40 years of river records'>",
            "Forty years of records: how one ferryman kept the river",
        ),
        (
            '<title>River records</title><script type="application/ld+json">{"@type": "NewsArticle", "headline":'
            ' "River records of a ferryman"}</script>',
            "The ferryman and the records of his river",
        ),
    ],
)
def test_the_lone_headline_wins_over_the_names_for_those_who_search(head: str, headline: str) -> None:
    assert title(head, f"<h1>{headline}</h1>") == headline


def test_a_lone_heading_that_shares_no_words_with_the_names_is_no_title() -> None:
    head = "<title>Ferryman keeps 40 years of river records</title>"
    assert title(head, "<h1>Our big summer sweepstake</h1>") == "Ferryman keeps 40 years of river records"


def test_a_sites_name_at_the_end_of_the_title_element_is_no_title_line() -> None:
    head = "<title>Ferryman keeps forty years of records - River Valley Illustrated</title>"
    assert title(head, "<p>River Valley Illustrated</p>") == "Ferryman keeps forty years of records"


def test_a_greeting_is_no_title() -> None:
    html = (
        "<!DOCTYPE html><title>欢迎光临江畔文库</title><h1>渡口的记录</h1>"
        + "<p>渡口的老人每天早晚各记一次水位，一记就是四十年，本子写满了三柜。</p>" * 6
    )
    assert clean_page(html.encode(), content_type="text/html").documents[0].title == "渡口的记录"


@given(st.text("aB1 -_.é\u0301渠水Ａ", min_size=2, max_size=24), st.text("ab1é渠水", min_size=2, max_size=20))
def test_no_line_is_passed_over_that_a_name_holds_or_begins(text: str, name: str) -> None:
    key = title_key(text)
    if key in name or key.startswith(name):
        assert _may_be_named(text, (name,), name)


@given(st.text(max_size=30))
def test_titles_are_folded_alike_in_ascii_and_beyond(text: str) -> None:
    assert title_key(text) == re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()
