"""The parts of the store by themselves: accounts of a document, sorted pairs, signatures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from flows.store import pairs
from flows.store.accounts import removals, repairs
from flows.store.signing import SCHEMA, TEXTS_AT_ONCE, SignatureWriter, sign
from schemas.records import Edit

EDITS = (
    Edit("mojibake", "wrong-codec", before="娓", after="清", count=2, document=0),
    Edit("mojibake", "wrong-codec", before="櫒", after="晨", document=None),  # of the page as a whole
    Edit("mojibake", "wrong-codec", before="鐨", after="鐨", document=0),  # found and left
    Edit("mojibake", "wrong-codec", before="勭", after="的", document=1),
    Edit("boilerplate", "share-bar", before="分享到", after="", document=0),
    Edit("scripts", "converted", before="來", after="来", document=0),
)


def test_a_document_says_what_was_repaired_and_what_went() -> None:
    assert repairs(EDITS, 0) == [{"step": "mojibake", "rule": "wrong-codec", "count": 3}]
    assert repairs(EDITS, 1) == [{"step": "mojibake", "rule": "wrong-codec", "count": 2}]
    assert removals(EDITS, 0) == [{"step": "boilerplate", "rule": "share-bar", "count": 1}]
    assert removals(EDITS, 1) == []


def test_files_of_pairs_are_sorted_merged_and_looked_up_with_the_smallest_values(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    files, everything = [], []
    for n in range(3):
        keys = chance.integers(0, 50, 200)
        values = chance.integers(0, 1000, 200).astype(np.int32)
        files.append(tmp_path / f"{n}.parquet")
        pairs.write(files[-1], keys, values, keep=1000)
        everything += zip(keys.tolist(), values.tolist(), strict=True)
    wanted = np.array([3, 7, 999])
    expected = [(n, v) for n, key in enumerate(wanted) for v in sorted({v for k, v in everything if k == key})[:4]]
    found = pairs.look_up(files, wanted, keep=4)
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == expected
    merged = tmp_path / "merged.parquet"
    count = pairs.merge(files, merged, keep=4)
    assert count == sum(min(4, len({v for k, v in everything if k == key})) for key in range(50))
    found = pairs.look_up([merged], wanted, keep=4)
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == expected
    assert pairs.place_in_run(np.array([1, 1, 2, 5, 5, 5])).tolist() == [0, 1, 0, 0, 1, 2]


def test_signatures_come_in_order_and_say_which_texts_are_the_same(tmp_path: Path) -> None:
    texts = [f"渡口的船在第{n}天来了，人们都站起来往岸边走去。" for n in range(TEXTS_AT_ONCE + 5)] + ["渡口。"] * 2
    ids = [f"{n:020x}-00000000-0" for n in range(len(texts))]
    batches = list(sign(ids, texts))
    assert [len(batch) for batch in batches] == [TEXTS_AT_ONCE, 7]
    writer = SignatureWriter(tmp_path / "signatures.staged")
    writer.close()
    assert not writer.path.exists()  # nothing was signed
    for batch in batches:
        writer.write(batch)
    writer.close()
    read = pq.read_table(writer.path)
    assert read.schema.equals(SCHEMA)
    assert read["id"].to_pylist() == ids
    exact = read["exact"].to_pylist()
    assert exact[-1] == exact[-2] and len(set(exact)) == len(texts) - 1
