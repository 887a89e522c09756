"""A dataset as an earlier schema version would have left it: without the columns that came later."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.commits import COMMITS
from schemas.tables import TABLES, VERSION_KEY


def as_of(out: Path, version: int) -> None:
    """Rewrite every committed file and record of a dataset as schema version `version` had them."""
    for path in sorted((out / COMMITS).glob("*.json")):
        record = json.loads(path.read_bytes())
        record["schema_version"] = version
        for entry in record["files"]:
            file = out / entry["path"]
            table = TABLES[entry["table"]]
            rows = pq.read_table(file, partitioning=None)
            rows = rows.select([column.name for column in table.columns if column.since <= version])
            if "schema_version" in rows.column_names:
                at = rows.column_names.index("schema_version")
                rows = rows.set_column(at, rows.schema.field(at), pa.array([version] * len(rows), pa.int16()))
            rows = rows.replace_schema_metadata({**rows.schema.metadata, VERSION_KEY: str(version).encode()})
            pq.write_table(rows, file, compression="zstd")
            data = file.read_bytes()
            entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
