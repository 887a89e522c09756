"""Code in a document's text: its empty lines, where a second cleaning keeps them too."""

from __future__ import annotations

from cleaners import clean_page
from cleaners.rendering.document import placed, shown, text_of
from schemas.records import Block

CODE = "import os\n\n\ndef water():\n    return 1"
NOTES = "export LEVEL=3\n\n# 放水\n第一道闸门"


def test_empty_lines_between_lines_of_code_stay() -> None:
    assert shown(Block(CODE, "pre")) == CODE
    assert shown(Block(NOTES, "pre")) == NOTES.replace("\n\n", "\n")
    assert shown(Block("渠水\n\n长流")) == "渠水\n\n长流"  # of no code


def test_offsets_are_those_of_the_text() -> None:
    blocks = [Block("渠水长流。"), Block(NOTES, "pre", seq=1), Block("以上。", seq=2)]
    text = text_of(blocks)
    assert [text[at : at + 2] for at in placed(blocks)] == ["渠水", "ex", "以上"]


def test_the_text_with_code_comes_through_a_second_cleaning() -> None:
    body = f"<p>先把下面几行抄下来，再照着做一遍，做完了回来看结果对不对。</p><pre><code class=language-sh>{NOTES}</code></pre><pre>{CODE}</pre>"
    page = clean_page(
        f"<title>闸门</title><h1>闸门</h1><div class=content>{body}</div>".encode(), content_type="text/html"
    )
    (one,) = page.documents
    (again,) = clean_page(one.text.encode(), content_type="text/plain; charset=utf-8", title="闸门").documents
    assert again.text == one.text and NOTES in (one.markdown or "")


def test_an_image_before_code_is_kept_and_code_side_by_side_is_one() -> None:
    line = "<p><img src='/a.png' alt='闸门'><code>水1</code><code>水2</code>，先看图，再照着做一遍，做完了回来看结果对不对。</p>"
    page = clean_page(f"<title>闸门</title><h1>闸门</h1><div class=content>{line}</div>".encode(), url="https://a.cn/")
    assert (page.documents[0].markdown or "").startswith("![闸门](https://a.cn/a.png)`水1水2`，先看图")
