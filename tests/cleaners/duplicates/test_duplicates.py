"""Folding, shingles, signatures and verdicts: the same for the same text, whatever is beside it."""

from __future__ import annotations

import random
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaners.duplicates import (
    BANDS,
    Similarity,
    compare,
    fold,
    fold_all,
    paragraphs,
    shingle_set,
    sign,
    text_hash,
    verdict,
)

ANY = st.text(st.characters(exclude_categories=()), max_size=40)
HAN = "".join(chr(c) for c in range(0x4E00, 0x4E00 + 800))


def text_of(number: int, length: int = 900) -> str:
    """A text of random characters: no two have much in common."""
    chance = random.Random(number)
    return "\n".join("".join(chance.choices(HAN, k=length // 6)) for _ in range(6))


def noisy(text: str, share: float, number: int = 0) -> str:
    chance = random.Random(number)
    return "".join(chance.choice(HAN) if c != "\n" and chance.random() < share else c for c in text)


def jaccard(a: str, b: str) -> float:
    """The definition, with Python's own sets."""
    left, right = ({t[i : i + 3] for i in range(max(1, len(t) - 2))} - {""} for t in (fold(a), fold(b)))
    return len(left & right) / len(left | right) if left | right else 0.0


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("第１條：「國家」 — a、b。", "第1条国家ab"),
        ("　全角空格\t和\u200b零宽\n换行", "全角空格和零宽换行"),
        ("ﬁne ㈱ ｶﾞ", "fine株ガ"),
        ("cafe\u0301 café", "cafécafé"),
        ("乾燥 頭髮 發展", "干燥头发发展"),
        ("孤\ud800立", "孤立"),
        ("……！？", ""),
        ("", ""),
    ],
)
def test_letters_and_digits_are_left_in_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(deadline=None)
@given(st.lists(ANY, max_size=6))
def test_texts_are_folded_as_if_each_stood_alone(texts: list[str]) -> None:
    together = fold_all(texts)
    assert [together.text(n) for n in range(len(together))] == [fold(t) for t in texts]
    for n, text in enumerate(texts):
        lines = together.lines[together.line_bounds[n] : together.line_bounds[n + 1]]
        assert lines.tolist() == [len(fold(line)) for line in text.split("\n")]


@settings(deadline=None)
@given(ANY)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(c.isalnum() and unicodedata.category(c)[0] in "LN" for c in fold(text))


@settings(deadline=None)
@given(st.text("甲乙丙丁", max_size=30), st.text("甲乙丙丁", max_size=30))
@example("丁", "丁丁")
def test_jaccard_and_containment_are_exact(a: str, b: str) -> None:
    found = compare(shingle_set(a), shingle_set(b))
    assert found.jaccard == pytest.approx(jaccard(a, b))
    assert found == Similarity(found.jaccard, compare(shingle_set(b), shingle_set(a)).containment, found.smaller)


@settings(deadline=None)
@given(st.lists(st.text(HAN[:60], max_size=30), min_size=1, max_size=6))
def test_a_signature_depends_on_its_text_alone(texts: list[str]) -> None:
    together = sign(fold_all(texts))
    for n, text in enumerate(texts):
        assert np.array_equal(together[n], sign(fold_all([text]))[0])
        assert (together[n] > 0).all() == bool(fold(text))


def test_signatures_are_those_of_the_index_on_disk() -> None:
    """An index outlives the code: other numbers here need another SCHEME."""
    signed = sign(fold_all([text_of(1)]))[0]
    assert signed.shape == (BANDS,) and int(signed.max()) < 2**48
    assert signed[:3].tolist() == [199223929282783, 346652524039, 81977292950596]
    assert text_hash("国家") == 5733912041180920789


@pytest.mark.parametrize(("share", "least"), [(0.0, 1.0), (0.01, 1.0), (0.02, 1.0), (0.05, 0.97)])
def test_copies_share_a_band(share: float, least: float) -> None:
    texts = [text_of(n) for n in range(200)]
    copies = [noisy(text, share, n) for n, text in enumerate(texts)]
    hit = (sign(fold_all(texts)) == sign(fold_all(copies))).any(axis=1)
    assert hit.mean() >= least


def test_strangers_share_none() -> None:
    signed = sign(fold_all([text_of(n) for n in range(400)]))
    for band in range(BANDS):
        assert len(np.unique(signed[:, band])) == 400


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (Similarity(0.77, 0.87), "near"),
        (Similarity(0.45, 0.62), None),
        (Similarity(0.3, 1.0, smaller=True), "contained"),
        (Similarity(0.3, 1.0, smaller=False), None),
        (Similarity(0.55, 1.0, smaller=False), "contained"),
        (Similarity(0.0, 0.0), None),
    ],
)
def test_a_verdict_says_what_a_pair_is(found: Similarity, kind: str | None) -> None:
    assert verdict(found) == kind
    assert verdict(found, exact=True) == "exact"


def test_a_paragraph_is_known_again_wherever_it_stands() -> None:
    long, other = text_of(1).split("\n")[:2]
    first = paragraphs(fold_all([f"{long}\n短\n{other}", "无关的话"]))
    spaced = "，".join(re.findall(".{1,9}", other))
    second = paragraphs(fold_all(["先说别的" * 9, f"（一）\n{spaced}", long]))
    assert first.bounds.tolist() == [0, 2, 2] and second.bounds.tolist() == [0, 1, 2, 3]
    assert first.hashes.tolist() == [second.hashes[2], second.hashes[1]]
    assert first.lengths.tolist() == [len(long), len(other)]


@settings(deadline=None)
@given(st.lists(st.text(HAN[:9], min_size=20, max_size=24), min_size=2, max_size=8, unique=True))
def test_other_paragraphs_have_other_hashes(lines: list[str]) -> None:
    assert len(set(paragraphs(fold_all(["\n".join(lines)])).hashes.tolist())) == len(set(map(fold, lines)))


def test_a_text_of_megabytes_is_signed_as_a_short_one_is() -> None:
    text = "".join(random.Random(5).choices(HAN, k=2_500_000))
    signed = sign(fold_all([text, "短文一篇", text[:-1]]))
    assert (signed[0] == signed[2]).sum() >= BANDS - 2
    assert np.array_equal(signed[1], sign(fold_all(["短文一篇"]))[0])
