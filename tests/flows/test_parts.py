"""The ground of the flows by itself: keys of rows, figures in words, the rules as data."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from cleaners.policy import Policy
from flows.errors import UsageError
from flows.keys import document_keys, mixed, page_keys
from flows.rulebook import listing, recorded_policy, site_rules
from flows.words import counted, duration, size

PAGE = "0123456789abcdef0123"


def test_keys_are_the_head_of_the_id_and_no_two_ordinals_meet() -> None:
    assert page_keys(pa.array([PAGE])).tolist() == [0x0123456789ABCDEF]
    names = pa.array([f"{PAGE}-00000000-{n}" for n in range(1000)])
    assert len(set(document_keys(names).tolist())) == 1000
    keys = np.arange(1000, dtype=np.uint64)
    assert len(set(mixed(keys, 7).tolist())) == 1000  # a bijection
    for wrong in ("0123", "not hexadecimal here"):
        with pytest.raises(ValueError):
            page_keys(pa.array([wrong]))
    with pytest.raises(ValueError):
        document_keys(pa.array([f"{PAGE}-00000000-x"]))


@pytest.mark.parametrize(
    ("value", "words"), [(999, "999 B"), (1000, "1.0 KB"), (2_500_000, "2.5 MB"), (5e12, "5,000.0 GB")]
)
def test_bytes_in_words(value: float, words: str) -> None:
    assert size(value) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "not known"), (59.94, "59.9 s"), (61, "1 min 01 s"), (7260, "2 h 01 min")]
)
def test_seconds_in_words(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


def test_a_policy_is_told_by_its_digest_and_not_where_it_has_choices_that_are_no_more() -> None:
    policy = Policy(script=None)
    fields = json.loads(json.dumps(dataclasses.asdict(policy)))
    assert recorded_policy(fields, policy.digest()) == policy
    assert recorded_policy(fields, Policy().digest()) is None
    assert recorded_policy({**fields, "colour": "red"}, policy.digest()) is None
    assert recorded_policy(None, policy.digest()) is None


def test_rules_are_listed_and_a_file_of_ones_own_is_refused_in_one_line(tmp_path: Path) -> None:
    assert any(line.startswith("boilerplate.toml: ") for line in listing("boilerplate"))
    with pytest.raises(UsageError, match="no rule file"):
        list(listing("no such file"))
    path = tmp_path / "sites.toml"
    with pytest.raises(UsageError, match=r"sites\.toml: No such file"):
        site_rules(path)
    path.write_text('[[site]]\nhost = "www.example.cn"\nbody = "div["\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"sites\.toml: [^\n]+$"):
        site_rules(path)


def test_one_is_not_several() -> None:
    assert [counted(n, "file") for n in (0, 1, 2_000)] == ["0 files", "1 file", "2,000 files"]
