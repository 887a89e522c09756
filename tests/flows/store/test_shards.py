"""A shard: what its pages are cleaned with."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cleaners.policy import Policy
from flows.pages import Shard, ShardPage
from flows.store import RawStore
from flows.store.shards import stage

PAGE = """<html><head><title>渡口修好了</title></head><body><h1>渡口修好了</h1><p>发布时间：昨天 10:20</p>
<p>渡口的木栈桥换了新板，船工们把旧缆绳也换了。从今天起，两岸的人又可以坐船过河。</p>
<p>船每半小时一班，最后一班在傍晚六点，雨天停开。</p></body></html>""".encode()


@pytest.mark.parametrize(
    ("address", "published"), [("https://www.example.cn/a.html", "2026-03-01T10:20"), ("file:pages/a.html", None)]
)
def test_yesterday_is_counted_from_when_a_page_was_fetched_never_from_when_a_file_was_copied(
    tmp_path: Path, address: str, published: str | None
) -> None:
    sha256 = RawStore(tmp_path).put(PAGE)
    page = ShardPage("0" * 20, address, raw_sha256=sha256, fetched_at="2026-03-02T06:00:00+00:00", policy="p")
    staged = tmp_path / "staged"
    staged.mkdir()
    stage(Shard(0, "20260302-0001", "a", str(tmp_path), (page,), {"p": Policy()}), staged)
    (row,) = pq.read_table(next(staged.glob("documents*"))).to_pylist()
    assert row["published"] == published
    assert row["fetched_at"].isoformat() == "2026-03-02T06:00:00+00:00"
