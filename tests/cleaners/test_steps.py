"""The order of steps is what STEPS says; each step's edits, made again over the blocks it received, give what it gave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from bytestream_pages import page as page_of
from bytestream_pages import wide_table
from places import SAMPLES
from structure_samples import ESSAYS, MARKED, PAGE

from cleaners import Policy
from cleaners.pipeline import OF_A_PART, SETTLING, STEPS, clean_page, watched
from cleaners.policy import Context
from cleaners.restoration.bytestream.damage import Site
from cleaners.steps import PAGE as WHOLE
from cleaners.steps import Pass, Rounds, Step, T, Walk, Way
from cleaners.text import replayed
from schemas.records import Block, CleanPage, Edit

FILES = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".html", ".txt"))
# Pages in which lines are joined, boilerplate hides datelines, and code and links stand in changed lines.
CUT = "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜，到了夏天十分凉"
WEB = (
    "<html><head><meta charset=utf-8><title>修渠记</title></head><body><div class=content><h1>修渠记</h1>"
    "<p>首页 &gt; 新闻 &gt; 正文</p><p>2021-03-05 09:10 来源：清溪日报 作者：李明</p>"
    f"<p>{CUT}</p><p>已阅读5页，还剩8页未读，继续阅读</p><p>，人人称便。老支书说，账目已经贴在村部的墙上，谁家出了多少工都写得清楚。</p>"
    "<p>见<code>a,b</code>,再读<a href=/x>守闸 人的故事</a>,共3页.渠修好了。&lt;/p&gt;水来了。</p>"
    "<p>第二年开春,县里来人量了水位,说这条渠可以再用五十年。渠修好了。x0dx0a</p>"
    f"<p>责任编辑：王某某</p></div><p>{PAGE[:80]}</p></body></html>"
)
ANNOTATED, _ = page_of(Site(wide_table(5, 1.0), "?", True), 5)
TEXTS = {
    "annotated": "\n".join(ANNOTATED),
    "page": PAGE,
    "marked": MARKED,
    "essays": ESSAYS,
    "web": WEB,
    "controls": "渠修\u200b好以后，水从山脚一直流到村口。\n沿渠的人家都种上了柳\x07树，到了夏天十分凉\u200e快。",
    "soft breaks": "渠修好了。\n=E6=B8=A0=E6=B0=B4=E9=95=BF=E6=B5=81=\n=E4=B8=A4=E5=B2=B8\n人人称便。",
}


def passes_of(data: bytes, policy: Policy = Policy()) -> tuple[list[Pass], CleanPage]:
    passes: list[Pass] = []
    return passes, watched(data, Context(policy), passes.append)


def bare(text: str) -> str:
    return "".join(text.split())


def kept(block: Block | None, received: Block) -> str:
    """What is left of a block as text: a line that became the title is none of the body."""
    return "" if block is None or (block.role, received.role) == ("title", "body") else block.text


def standing(text: str, edits: Sequence[Edit]) -> int:
    """How many single edits of a block that has summaries too stand there: all that no earlier one may have changed."""
    done = 0
    for n, edit in enumerate(edits):
        end = edit.start + len(edit.before)
        untouched = edit.step == "bytestream" or all(end <= other.start for other in edits[:n])
        assert edit.count != 1 or not untouched or text.startswith(edit.before, edit.start), edit
        done += edit.count == 1 and untouched
    return done


def check(passes: Sequence[Pass]) -> Counter[str]:
    """Replays all passes between blocks; counts of edits replayed and of blocks with summaries, by step."""
    counts: Counter[str] = Counter()
    for one in passes:
        if [block.seq for block in one.received] == [WHOLE] or one.step == "scripts":
            continue
        given = {block.seq: block for block in one.given}
        edits: dict[int, list[Edit]] = {}
        for edit in one.edits:
            edits.setdefault(edit.block, []).append(edit)
        for block in one.received:
            own = edits.get(block.seq, [])
            if any(edit.count != 1 for edit in own):
                counts["summaries"] += 1
                counts[one.step] += standing(block.text, own)
                continue
            ledger = replayed(block.text, own)
            assert ledger is not None, (one.step, own)
            assert bare(ledger.text) == bare(kept(given.get(block.seq), block)), (one.step, own)
            counts[one.step] += len(own)
        assert set(edits) <= {block.seq for block in one.received}, one.step
    return counts


@pytest.mark.parametrize("data", [*(p.read_bytes() for p in FILES), *(t.encode() for t in TEXTS.values())])
def test_edits_are_replayed_over_the_blocks_that_their_step_received(data: bytes) -> None:
    check(passes_of(data)[0])


def test_what_is_replayed_holds_edits_of_every_step() -> None:
    counts: Counter[str] = Counter()
    for data in [*(p.read_bytes() for p in FILES), *(t.encode() for t in TEXTS.values())]:
        counts += check(passes_of(data)[0])
    steps = {step for step in counts if counts[step]}
    assert steps >= {"controls", "mojibake", "bytestream", "metadata", "boilerplate", "punctuation", "splitting"}
    replayed_ones = sum(n for step, n in counts.items() if step != "summaries")
    assert replayed_ones > counts["summaries"]


def test_joined_blocks_say_what_came_and_what_went() -> None:
    joined = [edit for edit in passes_of(WEB.encode())[1].edits if edit.rule == "joined"]
    assert [(bool(edit.before), bool(edit.after)) for edit in joined] == [(False, True), (True, False)]
    assert joined[0].after == joined[1].before and joined[0].start == len(CUT)
    assert f"block {joined[0].block}" in joined[1].detail


def test_an_edit_behind_code_counts_in_the_text_with_the_code() -> None:
    line = "见a,b,再读守闸 人的故事,共3页.渠修好了。水来了。"
    passes, _ = passes_of(WEB.encode())
    one = next(one for one in passes if one.step == "punctuation")
    (block,) = (block for block in one.received if block.text == line)
    (edit,) = (edit for edit in one.edits if edit.block == block.seq)
    assert (edit.before, edit.start) == (",", line.index(",共"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_watching_a_page_changes_nothing(path: Path) -> None:
    assert passes_of(path.read_bytes())[1] == clean_page(path.read_bytes())


def names(way: Way) -> list[str]:
    return [name for part in way for name in (names(part.steps) if isinstance(part, Rounds) else [part.name])]


def pattern(way: Way) -> str:
    """A regular expression for the names of the steps that are gone, each with a blank behind it."""
    return "".join(
        f"(?:{' |'.join(names(part.steps))} )*" if isinstance(part, Rounds) else f"{part.name} " for part in way
    )


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_page_goes_the_way_that_steps_says(text: str) -> None:
    """Between the making of blocks and the splitting stand the steps in their order; rounds may be gone again, and a
    page that was repaired goes all of them again."""
    gone, page = passes_of(text.encode())
    passes = [one.step for one in gone]
    at = max(n for n, step in enumerate(passes) if step in ("extraction", "plaintext"))
    way = "".join(f"{step} " for step in passes[at + 1 : passes.index("splitting")])
    repaired = any(e.step in ("mojibake", "bytestream") and e.before != e.after for e in page.edits)
    assert re.fullmatch(pattern((*STEPS, *(SETTLING if repaired else ()))), way)
    assert not repaired or way.count("bytestream") > 1
    parts = passes[passes.index("splitting") :]
    assert set(parts) <= {"splitting", *names(OF_A_PART)}


def test_rounds_end_where_a_step_finds_nothing_and_at_their_bound() -> None:
    def shorten(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
        (block,) = blocks
        if len(block.text) < 2:
            return (block,), ()
        return (Block(block.text[1:]),), (Edit("boilerplate", "x", 0, 0, block.text[0]),)

    way = (Rounds((Step("boilerplate", shorten, ends=True),)),)
    assert Walk(Context()).through(way, (Block("甲乙"),))[0].text == "乙"
    assert Walk(Context()).through(way, (Block("甲" * (T.rounds + 2)),))[0].text == "甲甲"


def test_a_step_that_fails_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
        raise ValueError("no")

    monkeypatch.setattr("cleaners.pipeline.CONVERSION", (Step("scripts", fails),))
    page = clean_page("渠修好了。".encode())
    assert page.rejection is not None and (page.rejection.stage, page.rejection.reason) == ("scripts", "step failed")
