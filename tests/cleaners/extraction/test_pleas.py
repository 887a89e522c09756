"""Lines that ask readers to subscribe, and boxes that lead elsewhere, go; the text around them stays."""

from __future__ import annotations

import pytest
from river import ENGLISH as TEXT

from cleaners import clean_page
from cleaners.extraction import cues


def cleaned(*blocks: str) -> str:
    body = "".join(block if block.startswith("<") else f"<p>{block}</p>" for block in blocks)
    html = f"<!DOCTYPE html><title>On the river</title><h1>On the river</h1><article>{body}</article>"
    return "\n".join(d.text for d in clean_page(html.encode(), content_type="text/html").documents)


@pytest.mark.parametrize(
    "plea",
    [
        "Want more rivers? Subscribe to our sister magazine for the latest news.",
        "Follow her on Twitter @annamarsh.",
        "Follow Anna Marsh on Instagram and Facebook.",
        "Email Anna Marsh at anna@river.example or follow her @annamarsh on Twitter.",
        "Get the River Letter delivered to your inbox every morning.",
        "Toggle caption",
        "7 min read",
        "This article is more than 5 years old",
    ],
)
def test_a_plea_or_a_button_goes(plea: str) -> None:
    assert cleaned(*TEXT[:3], plea, *TEXT[3:]).split("\n") == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe is what the button says, but the letter costs nothing.",
        "Follow the river on its left bank as far as the mill, and you will find the landing.",
        "He asked them to email him, and nobody did.",
    ],
)
def test_a_sentence_that_begins_like_a_plea_stays(line: str) -> None:
    assert line in cleaned(*TEXT[:3], line, *TEXT[3:])


@pytest.mark.parametrize("head", ["Don't miss", "Lesen Sie auch:", "Leggi anche", "Читайте также", "Related:"])
def test_a_box_amid_the_text_goes_with_its_links_and_the_text_goes_on(head: str) -> None:
    links = "".join(f"<li><a href=/{n}>A landing on another river, number {n}</a></li>" for n in range(3))
    assert cleaned(*TEXT[:4], head, f"<ul>{links}</ul>", *TEXT[4:]).split("\n") == TEXT


def test_a_box_is_a_cue_of_its_own() -> None:
    assert cues.cues_of("Don't miss") == ("box",)
    assert cues.cues_of("Related articles") == ("related",)
