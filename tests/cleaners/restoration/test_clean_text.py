"""Clean text comes through restoration unchanged: 1,300 texts of more than eighty kinds, alone, together, beside damage."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from places import CASES as CASE_FOLDER

from cleaners import repair
from cleaners.restoration.mojibake.restoring import restore_page

CASES = CASE_FOLDER / "clean"
LEAST = 450  # texts; and of none too many of a kind


def _texts() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Texts by kind; and those that are known to be harmed, with what is done to them."""
    texts: dict[str, list[str]] = {}
    harmed: dict[str, str] = {}
    for path in sorted(CASES.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            texts.setdefault(case["kind"], []).append(case["text"])
            if "harmed" in case:
                harmed[case["text"]] = case["harmed"]
    return texts, harmed


TEXTS, HARMED = _texts()
KINDS = sorted(TEXTS)
SOUND = {kind: [text for text in texts if text not in HARMED] for kind, texts in TEXTS.items()}


def _told(text: str) -> list[str]:
    """What restoration does to a clean text, for people to read: nothing, where all is well."""
    repaired = repair(text)
    told = [f"{e.step} {e.rule} {e.certainty}: {e.before!r} -> {e.after!r} in {text[:60]!r}" for e in repaired.edits]
    return told or ([f"changed without an edit: {text[:60]!r}"] if repaired.text != text else [])


def test_the_texts_are_many_and_differ() -> None:
    every = [text for texts in TEXTS.values() for text in texts]
    assert len(every) >= LEAST
    assert len(set(every)) == len(every)
    assert len(KINDS) >= 50
    assert all(2 <= len(text) <= 400 for text in every)


@pytest.mark.parametrize("kind", KINDS)
def test_a_clean_text_alone_is_unchanged(kind: str) -> None:
    assert [told for text in SOUND[kind] for told in _told(text)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_one_kind_is_unchanged(kind: str) -> None:
    page = "\n".join(SOUND[kind])
    assert _told(page) == []
    assert restore_page(page) == (page, ())


@pytest.mark.parametrize("seed", range(6))
def test_a_page_of_all_kinds_is_unchanged(seed: int) -> None:
    texts = [text for kind in KINDS for text in SOUND[kind]]
    random.Random(seed).shuffle(texts)
    assert _told("\n".join(texts)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_texts_of_a_kind_in_one_line_are_unchanged(kind: str) -> None:
    line = "　".join(text.replace("\n", " ") for text in SOUND[kind])
    assert _told(line) == []


# What kept these texts as they are is a word or a mark that may be the one lost; or they are made to look like damage.
ON_THE_EDGE = {
    "urls",
    "mojibake_talk",
    "nbsp_and_quotes",
    "accents_at_word_ends",
    "radicals",
    "neighbours",
    "sign_rows",
}
ON_THE_EDGE |= {"dictionary"}  # a primer whose one character that no site annotates is lost


def test_a_lost_character_in_a_clean_text_is_left_lost() -> None:
    """U+FFFD stands in pages of every encoding; what stood there, or that the pairs are shifted, it does not tell.

    An odd character before it may be half of another, as in 乃\ufffd for 的水: one such case in a thousand is mended wrongly.
    """
    chance = random.Random(1)
    told: list[str] = []
    tried = 0
    for kind in sorted(set(KINDS) - ON_THE_EDGE):
        for text in SOUND[kind]:
            for _ in range(4):
                place, lost = chance.randrange(len(text)), chance.choice((0, 1, 1, 2))
                told += _told(text[:place] + "\ufffd" + text[place + lost :])
                tried += 1
    assert len(told) * 1000 <= tried, told


@pytest.mark.parametrize(
    "text",
    # strict: a text that is mended must lose its mark in the file of cases
    [pytest.param(text, marks=pytest.mark.xfail(strict=True, reason=reason)) for text, reason in HARMED.items()],
)
def test_texts_that_are_still_harmed(text: str) -> None:
    assert _told(text) == []


SENTENCE = "春天来了，村里的孩子都到河滩上放风筝"  # its bytes in UTF-8 are all pairs of GBK
DAMAGE: dict[str, Callable[[str], str]] = {
    "utf-8 as gbk": lambda text: text.encode().decode("gbk"),
    "gbk as latin-1": lambda text: text.encode("gb18030").decode("latin-1"),
    "utf-8 as latin-1": lambda text: text.encode().decode("latin-1"),
    "escapes": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "references": lambda text: "".join(f"&amp;#{ord(char)};" for char in text),
}


def test_the_damage_is_damage() -> None:
    for name, damage in DAMAGE.items():
        assert repair(damage(SENTENCE)).text == SENTENCE, name


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("kind", KINDS)
def test_one_damaged_line_among_clean_ones_is_all_that_changes(kind: str, name: str) -> None:
    clean = SOUND[kind][:: max(1, len(SOUND[kind]) // 5)]
    before = [line for text in clean[: len(clean) // 2] for line in text.split("\n")]
    after = [line for text in clean[len(clean) // 2 :] for line in text.split("\n")]
    repaired = repair("\n".join([*before, DAMAGE[name](SENTENCE), *after]))
    assert {edit.block for edit in repaired.edits} == {len(before)}
    assert repaired.text == "\n".join([*before, SENTENCE, *after])
