"""What is on disk: layout, raw store, what is known of pages, shards staged, runs published."""

from flows.store.layout import (
    COMMITS,
    DOCS,
    INDEX,
    REPORTS,
    STAGING,
    guarded,
    is_dataset,
    read_json,
    sha256_of,
    sync_file,
    write_whole,
)
from flows.store.locking import locked
from flows.store.publishing import INTENT, MERGED, Part, commit, new_id, open_part, read_back, recover, write_table
from flows.store.rawstore import RawStore
from flows.store.rows import table_of
from flows.store.runs import Order, RunShards, Summary, conduct
from flows.store.shards import STAGED
from flows.store.state import Known, State

__all__ = [
    "COMMITS",
    "DOCS",
    "INDEX",
    "INTENT",
    "MERGED",
    "REPORTS",
    "STAGED",
    "STAGING",
    "Known",
    "Order",
    "Part",
    "RawStore",
    "RunShards",
    "State",
    "Summary",
    "commit",
    "conduct",
    "guarded",
    "is_dataset",
    "locked",
    "new_id",
    "open_part",
    "read_back",
    "read_json",
    "recover",
    "sha256_of",
    "sync_file",
    "table_of",
    "write_table",
    "write_whole",
]
