"""Every entry of a room's lexicon catches its example and leaves its counter-example."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cleaners import clean_page, repair
from cleaners.extraction.carried import _keyed
from cleaners.quality.figures import flags
from cleaners.structure.evidence import own_title
from cleaners.text.labels import read_label
from cleaners.text.lexicon import Phrase, Words, compiled, lexicon
from cleaners.text.lines import continued
from cleaners.text.marks import read_mark
from schemas.records import Block

FILES = (
    "structure.toml",
    "text.toml",
    "extraction.toml",
    "boilerplate.toml",
    "punctuation.toml",
    "quality.toml",
    "escapes.toml",
)
PHRASES = [(name, phrase) for name in FILES for phrase in lexicon(name).phrases]
LISTS = [(name, entry) for name in FILES for entry in lexicon(name).lists]


@pytest.mark.parametrize(("name", "phrase"), PHRASES, ids=lambda x: x if isinstance(x, str) else x.example)
def test_a_phrase_catches_its_example_and_leaves_its_counter(name: str, phrase: Phrase) -> None:
    alone = compiled([phrase.pattern], phrase.scope)
    assert alone(phrase.example)
    assert not alone(phrase.counter)
    assert lexicon(name).matcher(phrase.kind)(phrase.example)


@pytest.mark.parametrize("name", FILES)
def test_the_matcher_of_a_kind_reads_all_its_phrases(name: str) -> None:
    for kind in {phrase.kind for phrase in lexicon(name).phrases}:
        matcher = lexicon(name).matcher(kind)
        mine = [phrase for phrase in lexicon(name).phrases if phrase.kind == kind]
        assert all(matcher(phrase.example) for phrase in mine)
        assert not any(matcher(phrase.counter) for phrase in mine)


def joins(row: str) -> bool:
    return continued(["加强学习，提高认识，要认真宣传有关节水的政策规", row]) == {1}


def keeps_tags(line: str) -> bool:
    text = f"{line}\n渠边种上了柳树，到了夏天十分凉快，沿渠的人家都在树下乘凉，人人称便。"
    return "<p>" in clean_page(text.encode(), content_type="text/plain").documents[0].text


def titled(line: str) -> bool:
    return own_title(
        [
            Block(line),
            Block("渠边种上了柳树，到了夏天十分凉快，沿渠的人家都在树下乘凉，人人称便，年年如此，老少都喜欢。"),
        ]
    )


def keeps_entity(line: str) -> bool:
    return repair(line).text == line


READERS: dict[str, Callable[[str], bool]] = {
    "unit": lambda line: read_label(line) is not None,
    "measure": lambda line: read_label(line) is None,
    "enumerated": lambda line: read_label(line) is None,
    "event": lambda line: read_label(line) is None,
    "piece": lambda line: read_mark(line) is not None,
    "sample": lambda line: read_mark(line) is not None,
    "speaks": lambda row: not joins(row),
    "about-tags": keeps_tags,
    "report": titled,
    "leads-up": keeps_entity,
    "speaks-before": keeps_entity,
    "speaks-behind": keeps_entity,
    "no-redaction": lambda line: "redacted" not in flags([Block(line)], line),
    "redacted": lambda line: "redacted" in flags([Block(line)], line),
    "carried-own": lambda script: _keyed().search(script) is not None,
    "carried": lambda script: _keyed().search(script) is not None,
}


@pytest.mark.parametrize(("name", "entry"), LISTS, ids=lambda x: x if isinstance(x, str) else x.kind)
def test_a_list_makes_the_difference_between_its_example_and_its_counter(name: str, entry: Words) -> None:
    reads = READERS[entry.kind]
    assert reads(entry.example)
    assert not reads(entry.counter)


def test_a_kind_that_no_entry_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        lexicon("structure.toml").matcher("nothing")
    with pytest.raises(KeyError):
        lexicon("structure.toml").words("nothing")
