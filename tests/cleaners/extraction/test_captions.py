"""What is said of pictures: aside on pages in an alphabet, a line of the article on pages in Chinese."""

from __future__ import annotations

import pytest

from cleaners import clean_page
from cleaners.extraction import captions
from schemas.records import CleanPage

ENGLISH = [
    "The ferryman said that in forty years on the river he had never seen the water so low, not even in the dry year.",
    "Twice a day the station writes down the level, and the books by now fill three cupboards, the oldest gone yellow.",
    "Since the bridge was opened the boat crosses only twice a day, and those who take it are mostly going to market.",
    "Some want the landing turned into a museum; others say that a boat which still floats need not hang on a wall yet.",
]
SENTENCES = [
    "渡口的老人说，他撑了四十年船，从来没有见过这么低的水位，连河心的石头都露了出来。",
    "镇上的水文站每天早晚各记一次数字，记录本已经写满了三柜子，最早的一本纸都黄了。",
    "新桥通车以后，渡船一天只开两趟，坐船的多半是带着菜筐去对岸赶集的老人和孩子。",
]
PICTURE = "<figure><img src=https://river.example/boat.jpg><figcaption>{}</figcaption></figure>"
SAID = "The last boat at the landing, seen from the new bridge."


def page(sentences: list[str], *amid: str) -> CleanPage:
    body = "".join(f"<p>{s}</p>" for s in sentences)
    html = (
        f"<!DOCTYPE html><title>On the river</title><h1>On the river</h1><article>{body}{''.join(amid)}{body}</article>"
    )
    return clean_page(html.encode(), url="https://river.example/a", content_type="text/html")


def test_a_caption_leaves_an_english_text_and_names_its_image_in_markdown() -> None:
    cleaned = page(ENGLISH, PICTURE.format(SAID))
    assert SAID not in cleaned.documents[0].text
    assert f"![{SAID}](https://river.example/boat.jpg)" in cleaned.documents[0].markdown
    assert [e.before for e in cleaned.edits if (e.step, e.rule) == ("extraction", "caption")] == [SAID]


def test_a_caption_stays_in_a_chinese_text() -> None:
    said = "渡口的最后一班船，摄于新桥。"
    assert said in page(SENTENCES, PICTURE.format(said)).documents[0].text


@pytest.mark.parametrize(
    "figure",
    [
        f"<figure><table><tr><th>Day<th>Level<tr><td>1<td>20<tr><td>2<td>21</table><figcaption>{SAID}</figcaption></figure>",
        f"<figure><figcaption>{SAID}</figcaption><pre><code>level = 20\nprint(level)</code></pre></figure>",
        f"<figure><blockquote><p>{ENGLISH[0]} Twice.</p></blockquote><figcaption>{SAID}</figcaption></figure>",
    ],
)
def test_the_caption_of_a_table_a_program_a_quotation_stays(figure: str) -> None:
    assert SAID in page(ENGLISH, figure).documents[0].text


def test_no_page_without_captions_is_asked_for_its_alphabet() -> None:
    assert captions.aside([], []) == []


def test_a_page_that_tells_its_story_by_captions_keeps_them() -> None:
    assert SAID in page(ENGLISH[:1], *(PICTURE.format(f"{s} {SAID}") for s in ENGLISH)).documents[0].text
