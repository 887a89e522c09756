"""What is on disk: layout, raw store, what is known of pages, shards staged, runs published."""

from flows.store.layout import (
    DOCS,
    INDEX,
    RAW,
    REPORTS,
    guarded,
    is_dataset,
    read_json,
    remove,
    sha256_of,
    staged_runs,
    sync_file,
    write_whole,
)
from flows.store.locking import locked
from flows.store.matching import CANDIDATES
from flows.store.publishing import MERGED, Part, commit, new_id, open_part, read_back, recover, write_table
from flows.store.rawstore import RawStore
from flows.store.rebuilding import Loss, Rebuilt, rebuild
from flows.store.rows import table_of
from flows.store.runs import Order, RunShards, Summary, conduct, index_problems
from flows.store.searching import document_names
from flows.store.shards import STAGED
from flows.store.state import PAGES_INDEX, Known, State, rows_written
from schemas.commits import COMMITS, INTENT, STAGING

__all__ = [
    "CANDIDATES",
    "COMMITS",
    "DOCS",
    "INDEX",
    "INTENT",
    "MERGED",
    "PAGES_INDEX",
    "RAW",
    "REPORTS",
    "STAGED",
    "STAGING",
    "Known",
    "Loss",
    "Order",
    "Part",
    "RawStore",
    "Rebuilt",
    "RunShards",
    "State",
    "Summary",
    "commit",
    "conduct",
    "document_names",
    "guarded",
    "index_problems",
    "is_dataset",
    "locked",
    "new_id",
    "open_part",
    "read_back",
    "read_json",
    "rebuild",
    "recover",
    "remove",
    "rows_written",
    "sha256_of",
    "staged_runs",
    "sync_file",
    "table_of",
    "write_table",
    "write_whole",
]
