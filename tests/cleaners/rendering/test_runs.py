"""Code and formulas are hidden from steps and come back as they were; links are where their words are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cleaners.rendering import LOST, SIGNS, Veil, carried, substituted
from cleaners.text import Span
from schemas.records import Block, Edit, Run

TEXT = st.text("渡口水a1 ,，$`", min_size=0, max_size=12)


@st.composite
def blocks_with_runs(draw: st.DrawFn) -> Block:
    parts: list[str] = []
    runs: list[Run] = []
    for kind in draw(st.lists(st.sampled_from(["", "code", "formula", "link"]), max_size=6)):
        start = sum(map(len, parts))
        parts.append(draw(TEXT.filter(bool)))
        if kind:
            runs.append(Run(kind, start, start + len(parts[-1]), "https://example.org/" if kind == "link" else ""))
    return Block("".join(parts), runs=tuple(runs))


@given(blocks_with_runs())
def test_what_is_hidden_is_shown_again_as_it_was(block: Block) -> None:
    veil = Veil([block.text])
    hidden = veil.hide(block)
    assert len(SIGNS.findall(hidden.text)) == sum(run.kind in ("code", "formula") for run in block.runs)
    assert veil.show(hidden) == block


@given(blocks_with_runs(), TEXT)
def test_hidden_text_is_not_changed_by_a_step_that_changes_all_text(block: Block, before: str) -> None:
    veil = Veil([block.text, before])
    hidden = veil.hide(block)
    changed = replace(hidden, text=before + hidden.text.replace("渡", "度").replace(",", "，"))
    shown = veil.show(*carried([hidden], [changed]))
    kept = [block.text[r.start : r.end] for r in block.runs if r.kind in ("code", "formula")]
    assert [shown.text[r.start : r.end] for r in shown.runs if r.kind in ("code", "formula")] == kept


def test_a_page_s_own_private_characters_are_no_signs() -> None:
    block = Block("图标\U000f0000和code", runs=(Run("code", 4, 8),))
    veil = Veil([block.text])
    assert veil.hide(block).text.startswith("图标\U000f0000和") and veil.show(veil.hide(block)) == block


def test_edits_say_what_went_and_not_its_sign() -> None:
    veil = Veil()
    hidden = veil.hide(Block("见code。", runs=(Run("code", 1, 5),)))
    (edit,) = veil.account([Edit("boilerplate", "x", 0, 2, "。")], [hidden])
    assert (edit.start, edit.before) == (5, "。")  # where it stands in the block as it was written
    (edit,) = veil.account([Edit("boilerplate", "x", 0, 0, hidden.text)], [hidden])
    assert (edit.start, edit.before) == (0, "见code。")


def test_a_link_follows_its_words_through_changes_before_in_and_behind_it() -> None:
    link = Run("link", 4, 8, "https://example.org/")
    old = Block("广告，见清水渡口的介紹。", runs=(link,))
    (new,) = carried([old], [replace(old, text="见清水渡口的介绍（图）。")])
    assert new.text[new.runs[0].start : new.runs[0].end] == "清水渡口"
    (same,) = carried([old], [replace(old, text="廣告，見清水渡口的介绍。")])
    assert same.runs == (link,)


def test_a_link_whose_words_went_is_gone_and_one_that_cannot_be_followed_is_flagged() -> None:
    old = Block("请点这里下载，谢谢。", runs=(Run("link", 2, 4, "https://example.org/"),))
    (gone,) = carried([old], [replace(old, text="请下载，谢谢。")])
    assert gone.runs == () and gone.flags == ()
    long = Block("甲乙" * 2000, runs=(Run("link", 2, 4, "https://example.org/"),))
    (lost,) = carried([long], [replace(long, text="丙丁" * 1900)])
    assert lost.runs == () and lost.flags == (LOST,)


def test_words_of_images_in_a_line_are_blocks_while_steps_work() -> None:
    block = Block("前后", seq=3, runs=(Run("image", 1, 1, "https://example.org/a.png", "渡口"),))
    veil = Veil()
    (text, words) = veil.lift([block])
    assert (words.text, words.role) == ("渡口", "image")
    (back,) = veil.settle([text, replace(words, text="津渡")])
    assert back.runs[0].text == "津渡" and back.text == "前后"


def test_substitution_moves_runs_before_around_and_behind() -> None:
    runs = [Run("link", 0, 2), Run("link", 2, 6), Run("link", 6, 8)]
    text, moved = substituted("0123456789", runs, [Span(3, 5, "abcd")])
    assert text == "012abcd56789"
    assert [(r.start, r.end) for r in moved] == [(0, 2), (2, 8), (8, 10)]
