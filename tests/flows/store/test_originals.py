"""The index of originals: merged, counted when it is committed, made anew where it is damaged or of another scheme."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest
from duplicate_nights import Order, article, found

from flows.reports.checking import check
from flows.store import originals


def test_the_index_is_merged_and_counts_only_what_was_committed(
    order: Order, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "FANOUT", 3)
    for night in range(12):
        order({f"a{night}-{n}": article(100 * night + n) for n in range(4)}, night)
        index = originals.Index(out)
        for kind in ("keys", "paragraphs", "originals"):
            assert sum(1 for s in index.segments if s.kind == kind) <= 3 * 3
        assert {p.name for p in index.folder.iterdir()} == {s.name for s in index.segments} | {"manifest.json"}
    assert index.originals == 48
    (index.folder / "999999.keys").write_bytes(b"left by a death")
    originals.Index(out)
    assert not (index.folder / "999999.keys").exists()
    order({f"b{night}-{n}": article(100 * night + n) for night in range(12) for n in range(4)}, night=20)
    assert found(out) == {f"b{night}-{n}": (f"a{night}-{n}", "exact") for night in range(12) for n in range(4)}
    assert check(out).problems == []


def test_files_of_originals_stay_few_and_in_order_whatever_the_sizes_of_nights(out: Path) -> None:
    """A year of nights, large and small by turns: what each number names stays what it was."""
    chance = random.Random(3)
    index, named = originals.Index(out), 0
    for night in range(365):
        count = chance.choice((1, 3, 30, 300))
        texts = [f"第{n}篇" * chance.choice((1, 40)) for n in range(named, named + count)]
        ids = [f"{n:020d}" for n in range(named, named + count)]
        with index.adding() as adding:
            adding.originals(pa.table([ids, texts], schema=originals.ORIGINALS))
        named += count
        files = [s for s in index.segments if s.kind == "originals"]
        levels = 1 + named.bit_length() // 3
        assert len(files) < originals.FANOUT * levels
        if night % 20 == 0:
            index.commit([(f"{night:08d}-0001", "")])
    wanted = sorted(chance.sample(range(named), 400))
    assert [(n, name) for n, name, _ in index.read(wanted)] == [(n, f"{n:020d}") for n in wanted]
    assert all(text.startswith(f"第{n}篇") for n, _, text in index.read(wanted))
    index.close()


@pytest.mark.parametrize("place", ["page", "footer", "length of the footer"])
@pytest.mark.parametrize("kind", ["keys", "paragraphs", "originals"])
def test_a_flipped_bit_in_the_index_has_it_made_anew(order: Order, out: Path, kind: str, place: str) -> None:
    """Of a footer that is not what it was, Arrow does not always raise: it may end the process."""
    order({f"a{n}": article(n) for n in range(20)})
    (path,) = originals.Index(out).folder.glob(f"*.{kind}")
    data = bytearray(path.read_bytes())
    footer = int.from_bytes(data[-8:-4], "little")
    at = {
        "page": (len(data) - footer) // 2,
        "footer": len(data) - 8 - footer + 5,
        "length of the footer": len(data) - 8,
    }
    data[at[place]] ^= 4
    path.write_bytes(data)
    order({f"b{n}": article(n) for n in range(20)}, night=1)
    assert found(out) == {f"b{n}": (f"a{n}", "exact") for n in range(20)}
    assert check(out).problems == []


def test_another_scheme_makes_the_index_anew(order: Order, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order({"a": article(1)})
    monkeypatch.setattr(originals, "SCHEME", "another/1")
    order({"b": article(1)}, night=1)
    assert found(out) == {"b": ("a", "exact")}
