"""Every entry of the room's lexicons finds its example and leaves its counter-example."""

from __future__ import annotations

import time

import pytest

from cleaners.metadata import lexicon
from cleaners.metadata.grammar import labels

WORDS = tuple(lexicon.words().values())


@pytest.mark.parametrize("entry", WORDS, ids=lambda e: e.kind)
def test_words_take_their_example_and_leave_their_counter(entry: lexicon.Words) -> None:
    assert lexicon.find(entry.kind, entry.example)
    assert not lexicon.find(entry.kind, entry.counter)


@pytest.mark.parametrize("entry", [e for e in WORDS if e.scope == "whole"], ids=lambda e: e.kind)
def test_every_whole_word_is_taken_and_is_taken_only_whole(entry: lexicon.Words) -> None:
    for word in entry.words:
        assert lexicon.find(entry.kind, word)
        assert not lexicon.find(entry.kind, f"江{word}，水")


@pytest.mark.parametrize("entry", lexicon.labels(), ids=lambda e: f"{e.kind}-{e.words[0]}")
def test_labels_take_their_example_and_leave_their_counter(entry: lexicon.LabelWords) -> None:
    assert entry.kind in {found.kind for found in labels(entry.example) if not found.glued}
    assert entry.kind not in {found.kind for found in labels(entry.counter) if not found.glued}


def test_every_label_is_read_at_the_head_of_a_line() -> None:
    for entry in lexicon.labels():
        for word in entry.words:
            found = labels(f"{word}：")
            assert [label.start for label in found] == [0], word
            assert found[0].end == len(word) + 1


def test_no_label_is_of_two_kinds() -> None:
    kinds: dict[str, str] = {}
    for entry in lexicon.labels():
        for word in entry.words:
            assert kinds.setdefault(word, entry.kind) == entry.kind, word


def test_words_take_no_time_on_hostile_lines() -> None:
    texts = ("记者" * 2000, "（" * 4000, " " * 4000, "时间" * 2000, "-|_—" * 1000, "a.b." * 1000, "生于" * 2000)
    start = time.process_time()
    for text in texts:
        for entry in WORDS:
            lexicon.find(entry.kind, text[:500])
        labels(text)
    assert time.process_time() - start < 5
