"""What the search costs where texts are many copies, of one form, or very long."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from duplicate_nights import HAN, Order, article, found, noisy, paragraph

from flows.reports.checking import check
from flows.store import matching, originals
from schemas import load


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    compared: list[int] = []
    real = matching.compare
    monkeypatch.setattr(matching, "compare", lambda *a: (compared.append(1), real(*a))[1])
    return compared


def test_many_copies_of_one_text_are_one_entry_and_few_comparisons(
    order: Order, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = counted(monkeypatch)
    order({f"a{n}": article(1) for n in range(600)})
    order({f"b{n}": article(1) for n in range(600)}, night=1)
    assert load("duplicates", out).num_rows == 1199
    assert load("duplicates", out)["cluster_size"].to_pylist()[-1] == 1200
    index = originals.Index(out)
    assert index.originals == 1
    assert compared == [], "texts that are the same need no comparison"


def test_texts_of_one_form_are_compared_with_few(order: Order, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paragraph that all have, and numbers: alike enough to be looked at, not to be one."""
    compared = counted(monkeypatch)
    common = paragraph(1, 60)
    texts = {f"a{n}": f"{common}\n{paragraph(5000 + n, 80)}" for n in range(400)}
    order(texts)
    assert found(out) == {}
    assert len(compared) <= 400 * matching.CANDIDATES


@pytest.mark.parametrize(("figures", "grouped"), [(1, True), (16, False)])
def test_forms_that_differ_in_their_numbers_cost_few_comparisons(
    order: Order, out: Path, monkeypatch: pytest.MonkeyPatch, figures: int, grouped: bool
) -> None:
    """Where the words are most of the text it is one text; where the numbers are, each is its own."""
    compared = counted(monkeypatch)
    chance = random.Random(4)

    def form() -> str:
        digits = 3 if grouped else 6
        numbers = [
            f"{name}{chance.randrange(10**digits):0{digits}d}毫米"
            for name in "水位雨量流速气温湿度风力云高能见"[:figures]
        ]
        return "青江水文站今日观测记录，值班员按规定的时刻读数，" + "，".join(numbers) + "，读数均已复核无误。"

    for night in (0, 1):
        order({f"a{night}-{n}": form() for n in range(200)}, night)
    assert len(found(out)) == (399 if grouped else 0)
    if grouped:
        assert len({original for original, _ in found(out).values()}) == 1
    assert len(compared) <= 400 * matching.CANDIDATES
    assert check(out).problems == []


def test_a_text_of_megabytes_is_searched(order: Order, out: Path) -> None:
    large = "\n".join("".join(random.Random(n).choices(HAN, k=50_000)) for n in range(30))
    order({"a": large, "b": article(1)})
    order({"c": noisy(large, 0.01), "d": large[:400_007]}, night=1)
    assert found(out) == {"c": ("a", "near"), "d": ("a", "contained")}


@pytest.mark.long
def test_texts_of_twenty_megabytes_are_searched(order: Order, out: Path) -> None:
    chance = random.Random(1)
    large = "\n".join("".join(chance.choices(HAN, k=10_000)) for _ in range(700))
    assert len(large.encode()) > 20 * 2**20
    order({"a": large, "b": article(1)})
    began = time.process_time()
    order({"c": noisy(large, 0.01), "d": large[: len(large) // 3], "e": large.replace("\n", "")}, night=1)
    assert time.process_time() - began < 120
    assert found(out) == {"c": ("a", "near"), "d": ("a", "contained"), "e": ("a", "exact")}
