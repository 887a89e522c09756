"""A million copies of one text: one group, one original, and work that grows with their number alone."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_corpus import SENTENCES

from flows.store.originals import Index
from flows.store.searching import search
from flows.store.signing import SCHEMA, SIGNED, sign

SHARD = 50_000


def copies(folder: Path, first: int, count: int) -> list[Path]:
    """Signatures of `count` pages with one text, staged as shards are."""
    (one,) = sign(["0" * 20 + "-00000000-0"], ["".join(SENTENCES)])
    files = []
    for start in range(first, first + count, SHARD):
        numbers = range(start, min(start + SHARD, first + count))
        ids = pa.array([f"{hashlib.sha256(str(n).encode()).hexdigest()[:20]}-00000000-0" for n in numbers])
        same = one.take(pa.array(np.zeros(len(ids), np.int64)))
        path = folder / f"{start:09d}" / SIGNED
        path.parent.mkdir(parents=True)
        columns = [ids if name == "id" else same.column(name) for name in SCHEMA.names]
        pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), path)
        files.append(path)
    return files


def seconds(out: Path, first: int, count: int) -> float:
    """Processor time of a night of copies; what it found is looked at."""
    files = copies(out / "_staging" / f"{first}", first, count)
    index = Index(out)
    before = index.originals
    began = time.process_time()
    found = search(out, index, "20260301-0001", files, out / "found")
    spent = time.process_time() - began
    assert dict(found.kinds) == {"exact": count - 1 + before}
    assert index.originals == 1
    rows = pq.read_table(out / "found" / "duplicates.staged", columns=["duplicate_of", "cluster_size"])
    assert len(rows["duplicate_of"].unique()) == 1
    if not before:
        assert rows["cluster_size"].unique().to_pylist() == [count]
    index.commit([(f"{first}", "")])
    index.close()
    return spent


def test_copies_of_one_text_cost_what_their_number_costs(tmp_path: Path) -> None:
    few, many = seconds(tmp_path / "few", 0, 3_000), seconds(tmp_path / "many", 0, 12_000)
    assert many < 8 * few


@pytest.mark.long
def test_a_million_copies_of_one_text(tmp_path: Path) -> None:
    first = seconds(tmp_path, 0, 250_000)
    second = seconds(tmp_path, 250_000, 750_000)
    print(f"\n250,000 copies {first:.0f} s, 750,000 more {second:.0f} s of the processor")
    assert second < 4.5 * first
