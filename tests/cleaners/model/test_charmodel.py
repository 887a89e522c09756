"""The character model ranks what reads like running text above what does not."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT, SHARED
from timing import seconds

from cleaners.model import charmodel
from cleaners.model.charmodel import CharModel, front, model, onward
from scripts.charmodel_smartcn import BETWEEN, hashed, pairs
from scripts.charmodel_sources import sources

NEWS = "市政府今天召开会议，研究部署明年春季的防汛抗旱工作，要求各县区尽快落实责任。"
NEWS_HANT = "市政府今天召開會議，研究部署明年春季的防汛抗旱工作，要求各縣區盡快落實責任。"
TALK = "我昨天看了那部电影，觉得还不错，你有空也去看看吧！"
GARBLE = NEWS.encode("utf-8").decode("gb18030", "replace")


def per_character(text: str) -> float:
    return model().score(text) / len(text)


def test_the_packaged_file_is_within_its_budget_and_names_its_sources() -> None:
    folder = files("cleaners.lexicons")
    assert len((folder / "charmodel.bin").read_bytes()) <= 16_000_000
    notice = (folder / "charmodel.NOTICE").read_text(encoding="utf-8")
    for source in sources().values():
        words = f"{source.place}{' at ' + source.commit[:12] if source.commit else ''}, {source.licence}, {source.by}"
        assert words in " ".join(notice.split()), source.name


def test_every_licence_of_a_source_may_be_passed_on_and_is_there_in_full() -> None:
    listed = sources().values()
    assert len(listed) > 20
    licences = {source.licence for source in listed} - {"not protected"}
    free = {"Apache-2.0", "MIT", "CC0-1.0", "Unlicense", "MPL-2.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0"}
    assert licences <= free
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packaged = set(about["license"].split(" AND "))
    assert packaged <= free
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "LICENSES").glob("*.txt")}
    assert set(texts) == licences | packaged
    for name, text in texts.items():
        assert len(text) > 1000, name
    assert "LICENSES/*.txt" in about["license-files"]


def test_it_is_read_when_first_asked_and_not_on_import() -> None:
    code = "import cleaners.model.charmodel as c, sys; sys.exit(c.model.cache_info().currsize + ('numpy' in sys.modules) * 2)"
    assert subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    ).returncode in (0, 2)


def test_it_loads_fast() -> None:
    blob = (files("cleaners.lexicons") / "charmodel.bin").read_bytes()
    assert seconds(lambda: CharModel(blob).score(NEWS)) < 0.1


@pytest.mark.parametrize("text", [NEWS, NEWS_HANT, TALK, "學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？"])
def test_prose_of_several_kinds_costs_far_less_than_garble(text: str) -> None:
    assert per_character(text) > -9.5
    assert per_character(GARBLE) < -13
    assert per_character(text) > per_character(GARBLE) + 4


def test_one_table_serves_both_scripts_and_half_converted_text() -> None:
    assert model().score("学会") == model().score("學會") == model().score("学會")
    assert abs(per_character(NEWS) - per_character(NEWS_HANT)) < 0.3


def test_widths_and_digits_do_not_matter() -> None:
    assert model().score("共１２３人，其中") == model().score("共456人,其中")


def test_scripts_are_told_apart_by_kind() -> None:
    kinds = [model().kind(c) for c in "学學人のア한,A"]
    assert kinds == ["Hans", "Hant", "Han", "kana", "kana", "Hangul", "", ""]
    counts = model().kind_counts("国家的國家")
    assert (counts["Hans"], counts["Hant"], counts["Han"]) == (1, 1, 3)


def test_languages_are_told_apart_by_single_characters() -> None:
    ask = model().language_bits
    assert ask("国", "Hans") < ask("国", "Hant")
    assert ask("國", "Hant") < ask("國", "Hans")
    assert ask("の", "Jpan") < ask("の", "Hans") - 8
    assert ask("는", "Kore") < ask("는", "Hans") - 8


def test_context_decides_between_characters() -> None:
    assert model().logp("中", "国", "人") > model().logp("中", "国", "入")
    assert model().logp("", "我", "们") > model().logp("", "我", "门")
    assert model().logp("", "", "的") == model().unigram("的")


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [("县里拨了专", "款", "科"), ("姑娘织了毛", "衣", "病"), ("他写了文", "章", "化"), ("校长作了报", "告", "纸")],
)
def test_a_verb_tells_of_its_object_past_the_particle(text: str, right: str, wrong: str) -> None:
    seen = front(text)
    gap = model().ask(seen, right) - model().ask(seen, wrong)
    assert gap > model().logp(*seen[-2:], right) - model().logp(*seen[-2:], wrong)
    assert gap > 0


@given(st.text(alphabet="拨了专款，科下\n", min_size=1, max_size=30), st.sampled_from("款科了，"))
@settings(max_examples=200, deadline=None)
def test_what_is_in_front_is_kept_step_by_step(text: str, char: str) -> None:
    seen = front("\n\n")
    for following in text:
        seen = onward(seen, following)
    assert seen == front("\n\n" + text)
    bits = -model().ask(seen, char)
    if "了" not in seen[-2:]:
        assert bits == -model().logp(*seen, char)
    assert 0 <= bits < 40


def test_what_no_text_has_costs_most() -> None:
    for char in ("\ue000", "\u0378", "\x01", "\U000f0000"):
        assert model().unigram(char) < -30
        assert model().logp("的", "人", char) < -20


@given(st.text(max_size=300), st.text(max_size=3))
@settings(max_examples=150, deadline=None)
def test_short_long_and_step_by_step_agree(text: str, before: str) -> None:
    m = model()
    whole = m.score(text, before)
    assert whole == pytest.approx(-float(m.bits(text, before).sum()), abs=0.01 * len(text) + 0.01)
    chars = [*([""] * 2), *before[-2:], *text]
    start = len(chars) - len(text)
    steps = sum(m.logp(chars[i - 2], chars[i - 1], chars[i]) for i in range(start, len(chars)))
    assert whole == pytest.approx(steps, abs=0.01 * len(text) + 0.01)


@given(st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_a_probability_is_never_above_one(text: str) -> None:
    bits = model().bits(text)
    assert bits.shape == (len(text),)
    assert bool(np.all(bits >= 0))


def test_scoring_is_linear() -> None:
    short, long = (NEWS * 500, NEWS * 5000)
    model().score(short)
    assert seconds(lambda: model().score(long)) < 40 * max(seconds(lambda: model().score(short)), 0.01)


def test_a_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match="not a character model"):
        CharModel(b"something else")
    with pytest.raises(ValueError, match="size"):
        CharModel(charmodel.MAGIC + bytes(100))


def test_pairs_are_found_by_their_hashes() -> None:
    assert hashed("a") == 0x089BE207B544F1E4  # FNV-1a of the bytes 61 00
    words = ["的", "国家", "国", "国家队", "，", "发展"]
    chosen = [("国家", "的"), ("的", "国家队"), ("发展", "，"), ("国", "国")]
    hashes = np.sort(np.array([hashed(first + BETWEEN + second) for first, second in chosen], np.uint64))
    first, second, place = pairs(words, hashes)
    assert {(words[a], words[b]) for a, b in zip(first, second, strict=True)} == set(chosen)
    for a, b, at in zip(first, second, place, strict=True):
        assert hashes[at] == hashed(words[a] + BETWEEN + words[b])


@pytest.mark.skipif(not (SHARED / "pages" / "gold.jsonl").exists(), reason="no held-out pages here")
def test_held_out_pages_cost_what_prose_costs() -> None:
    texts: dict[str, list[str]] = {}
    for line in (SHARED / "pages" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["lang"].startswith("zh") and row["text"]:
            texts.setdefault(row["set"], []).append(row["text"][:5000])
    for name, found in texts.items():
        joined = "\n".join(found)
        assert -per_character(joined) < 9.0, name
