"""The compiled matcher gives what opencc-python-reimplemented gives, in linear time."""

from __future__ import annotations

import random

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT, SHARED
from timing import seconds

from cleaners.scripts import tables
from cleaners.scripts.matcher import Step
from cleaners.scripts.opencc import convert_config, steps

PACKAGE = ("t2s", "s2t", "tw2s", "tw2sp", "hk2s", "s2tw", "s2twp", "s2hk", "t2tw", "t2hk")

SENTENCES = (
    "皇后以后到里面去，范围与关系都很复杂；干部把饼干晒干，头发发白。",
    "面臨著名額不足，他著眼於長遠；乾隆年間的乾糧，魏徵與陳昇都在乾縣。",
    "這個軟體的預設值在伺服器裡，滑鼠與硬碟請接到序列埠。\r\n第二行　全形空白",
    "我哋喺尖沙咀食麪，佢話説唔明；衞生署嘅綫上服務。",
    "几周之后，茶几周围，第几周；一出戏，一出城；只有三只猫。",
    "𠮟𪚥 😀 \ud800 C++ 与 PN结，SQL注入，U盘。",
)


def convert_base(text: str, config: str) -> str:
    for step in steps(config, updated=False):
        text = step.convert(text)
    return text


def keys(package: opencc.OpenCC) -> list[str]:
    return sorted({key for _, _, entries in package.dict_cache.values() for key in entries})


def mixes(vocabulary: list[str], number: int, seed: int) -> list[str]:
    """Texts of phrases cut and set together, so that matches overlap every way they can."""
    rng = random.Random(seed)
    texts = []
    for _ in range(number):
        parts = []
        for _ in range(rng.randint(1, 14)):
            key = rng.choice(vocabulary)
            cut = rng.randint(0, len(key))
            parts.append(rng.choice((key, key[:cut], key[cut:], key[:1] + "，")))
        texts.append("".join(parts))
    return texts


@pytest.mark.parametrize("config", PACKAGE)
def test_without_the_update_it_is_the_package_on_overlapping_phrases(config: str) -> None:
    package = opencc.OpenCC(config)
    for text in mixes(keys(package), 400, seed=len(config)):
        assert convert_base(text, config) == package.convert(text), text


@pytest.mark.parametrize("config", PACKAGE)
def test_without_the_update_it_is_the_package_on_prose(config: str) -> None:
    package = opencc.OpenCC(config)
    for text in (*SENTENCES, *samples()):
        assert convert_base(text, config) == package.convert(text)


@pytest.mark.parametrize("config", PACKAGE)
def test_with_the_update_it_is_the_package_where_the_update_does_not_speak(config: str) -> None:
    package = opencc.OpenCC(config)
    names = {name for group in tables.CHAINS[config] for name in group}
    spoken = {key for name in names for key in tables.update(name)}
    single = {key for key in spoken if len(key) == 1}
    longest = max(map(len, spoken))
    compared = 0
    for text in mixes(keys(package), 400, seed=7):
        between = text
        silent = True
        for step in steps(config, updated=False):
            silent = (
                silent
                and single.isdisjoint(between)
                and not any(
                    between[a:b] in spoken
                    for a in range(len(between))
                    for b in range(a + 2, min(len(between), a + longest) + 1)
                )
            )
            between = step.convert(between)
        if silent:
            compared += 1
            assert convert_config(text, config) == package.convert(text), text
    assert compared > 60


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="后干里面发只一了系统著乾徵家，。ab\n", max_size=40), st.sampled_from(PACKAGE))
def test_any_text_of_ambiguous_characters_is_converted_as_the_package_does(text: str, config: str) -> None:
    assert convert_base(text, config) == _package(config).convert(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_what_is_not_han_goes_through(text: str) -> None:
    other = "".join(c for c in text if not "\u2e80" <= c <= "\U000323af" or c in "。，")
    for config in tables.CHAINS:
        assert convert_config(other, config) == other


def test_long_texts_are_converted_as_short_ones() -> None:
    """From some length on characters go through numpy: the same answer, also for lone surrogates and rare planes."""
    line = "皇后以后，龍𠮟𪚥\ud800臺灣的頭髮、乾燥與乾坤。\U0010fffd"
    for config in ("t2s", "s2t", "tw2sp", "s2twp"):
        assert convert_config(line * 400, config) == convert_config(line, config) * 400


def test_the_longest_match_wins_then_the_leftmost_then_the_level() -> None:
    step = Step([{"甲乙": "1", "乙丙丁": "2"}, {"丙丁戊己": "3", "甲": "4", "戊": "5"}])
    assert step.convert("甲乙丙丁") == "42"
    assert step.convert("甲乙甲乙") == "11"
    assert step.convert("乙丙丁戊己") == "25己"
    assert step.convert("丙丁戊己") == "3"


@pytest.mark.parametrize("config", ["t2s", "s2t", "tw2sp"])
def test_time_is_linear_on_a_line_without_punctuation(config: str) -> None:
    effective = sorted({key for step in steps(config) for key in step.effective})
    rng = random.Random(11)
    for build in (
        lambda n: "".join(rng.choice(effective) for _ in range(n))[
            :n
        ],  # every phrase matters and overlaps its neighbour
        lambda n: (max(effective, key=len)[:-1] * n)[:n],  # the longest phrase, never finished
        lambda n: (effective[0][0] * n)[:n],
    ):
        took = []
        for size in (10_000, 80_000):
            text = build(size)
            took.append(seconds(lambda: convert_config(text, config)) / size)  # noqa: B023 (called at once)
        assert took[1] < 4 * took[0] + 1e-7


def test_an_unknown_configuration_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="tw2sp"):
        convert_config("文", "s2x")


def samples() -> list[str]:
    texts = []
    for path in sorted((ROOT / "data" / "samples").rglob("*")) + sorted(SHARED.glob("seeds/*.txt")):
        if path.is_file() and path.suffix in (".txt", ".html", ".md"):
            texts.append(path.read_bytes().decode("utf-8", "ignore")[:4_000])
    return texts[:40]


_packages: dict[str, opencc.OpenCC] = {}


def _package(config: str) -> opencc.OpenCC:
    if config not in _packages:
        _packages[config] = opencc.OpenCC(config)
    return _packages[config]
