"""The keys of a run joined at once: sorted through files as in memory, and the index read once, whatever the batches."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.store import dealing, joining, pairs, sorting
from flows.store.joining import Shared, Texts
from flows.store.originals import ORIGINALS, Index
from flows.store.searching import search
from flows.store.signing import SIGNED, sign
from flows.store.sorting import Sorter

HAN = "".join(chr(c) for c in range(0x4E00, 0x4E00 + 900))


def text(number: int) -> str:
    """A text of random characters; every third repeats the one before it but for its end."""
    chance = random.Random(number - 1 if number % 3 == 0 else number)
    return "".join(chance.choices(HAN, k=300)) + str(number) * 5


def staged(folder: Path, first: int, count: int) -> list[Path]:
    """Signatures of documents, as a shard has them."""
    folder.mkdir(parents=True)
    numbers = range(first, first + count)
    ids = [f"{random.Random(n).getrandbits(80):020x}-00000000-0" for n in numbers]
    pq.write_table(pa.Table.from_batches(sign(ids, [text(n) for n in numbers])), folder / SIGNED)
    return [folder / SIGNED]


@settings(max_examples=30, deadline=None)
@given(
    batches=st.lists(st.lists(st.tuples(st.integers(0, 2**48 - 1) | st.integers(0, 3), st.integers(0, 9)))),
    held=st.integers(1, 20),
)
def test_records_sorted_through_files_are_those_sorted_in_memory(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int]]], held: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "HELD_RECORDS", held)
        sorter = Sorter(tmp_path_factory.mktemp("sorted"))
        records = []
        for batch in batches:
            keys, lengths = (np.array([r[n] for r in batch], np.int64) for n in (0, 1))
            places = np.arange(len(records), len(records) + len(batch))
            sorter.add(keys, places, lengths)
            records += zip(keys.tolist(), places.tolist(), lengths.tolist(), strict=True)
    for _ in range(2):
        found = [zip(*(a.tolist() for a in piece), strict=True) for piece in sorter.ranges()]
        assert [record for piece in found for record in piece] == sorted(records, key=lambda r: r[0])


def test_a_shared_key_keeps_the_first_originals_that_have_it() -> None:
    shared = Shared(np.array([5, 9]), np.array([3, 1]), np.array([1, 0], np.uint8), np.array([70, 0, 0, 0], np.int32))
    assert shared.places(np.array([4, 5, 9, 10])).tolist() == [-1, 0, 1, -1]
    shared.add(np.array([1, 0, 0]), np.array([81, 82, 80]))
    shared.add(np.array([0, 1]), np.array([83, 83]))
    assert shared.slots.tolist() == [70, 80, 82, 81]
    assert shared.filled.tolist() == [3, 1]


def test_texts_of_this_chapter_are_had_beside_those_of_the_index(tmp_path: Path) -> None:
    index = Index(tmp_path / "out")
    with index.adding() as adding:
        adding.originals(pa.table([["a", "b"], ["甲" * 9, "乙"]], schema=ORIGINALS))
    with Texts(index, tmp_path / "scratch") as texts:
        for number, name in ((2, "c"), (5, "d"), (9, "e")):
            texts.add(number, name, name * number)
        assert list(texts.read([1, 5, 9])) == [(1, "b", "乙"), (5, "d", "d" * 5), (9, "e", "e" * 9)]
        texts.add(11, "f", "又一篇")
        assert list(texts.read([0, 11])) == [(0, "a", "甲" * 9), (11, "f", "又一篇")]
    index.close()


@pytest.mark.parametrize(("records", "chapters"), [(10**9, 1), (400, 6)], ids=["one chapter", "chapters"])
def test_the_index_is_read_once_a_chapter_whatever_the_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: int, chapters: int
) -> None:
    """What makes the pass linear: a batch that looked for itself would read all of it again."""
    rows: list[int] = []
    made: list[int] = []
    read, chapter = pairs._read, joining.Chapter
    monkeypatch.setattr(pairs, "_read", lambda *a: (rows.append(a[0].metadata.row_group(a[1]).num_rows), read(*a))[1])
    monkeypatch.setattr(joining, "Chapter", lambda *a: (made.append(1), chapter(*a))[1])
    files = [staged(tmp_path / f"{night}", 3 + 99 * night, 99) for night in (0, 1)]

    def second_night(documents: int, records: int) -> dict[str, int]:
        """The second night, in batches of so many documents and chapters of so many records."""
        monkeypatch.setattr(dealing, "DOCUMENTS", documents)
        out = tmp_path / f"out-{documents}"
        index = Index(out)
        monkeypatch.setattr(joining, "RECORDS_MOST", 10**9)
        search(out, index, "20260301-0001", files[0], out / "found")
        rows.clear()
        made.clear()
        monkeypatch.setattr(joining, "RECORDS_MOST", records)
        kinds = search(out, index, "20260302-0001", files[1], out / "found").kinds
        index.close()
        return dict(kinds)

    assert second_night(1_000, 10**9) == {"near": 33}
    assert len(made) == 1
    once = sum(rows)
    assert second_night(8, records) == {"near": 33}
    assert len(made) == chapters
    if chapters == 1:
        assert sum(rows) == once > 0
