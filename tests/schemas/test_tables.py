"""The tables say of themselves what everything else is made from; these are the rules they keep."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest

from schemas.records import CleanPage, Document, Edit, Rejection, Section
from schemas.tables import SCHEMA_VERSION, TABLES, Table

ALL = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


@ALL
def test_every_column_is_described_once(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.description and "\n" not in column.description and "|" not in column.description
        assert 1 <= column.since <= SCHEMA_VERSION


@ALL
def test_the_key_is_made_of_columns_that_are_never_null(table: Table) -> None:
    for name in table.key:
        assert not table.schema.field(name).nullable


@ALL
def test_a_column_added_later_may_be_null_since_older_rows_have_none(table: Table) -> None:
    assert all(column.nullable for column in table.columns if column.since > 1)


@ALL
def test_the_partition_is_not_a_column(table: Table) -> None:
    assert "dt" not in table.names and table.names.count("run_id") == 1


@ALL
def test_every_type_is_one_that_all_readers_know(table: Table) -> None:
    def plain(kind: pa.DataType) -> bool:
        if pa.types.is_list(kind):
            return plain(kind.value_type)
        if pa.types.is_struct(kind):
            return all(plain(field.type) for field in kind)
        return str(kind) in ("string", "bool", "int16", "int32", "int64", "double", "date32[day]") or str(kind) == (
            "timestamp[us, tz=UTC]"
        )

    assert all(plain(column.type) for column in table.columns)


@ALL
def test_an_empty_table_has_the_schema_and_its_words(table: Table) -> None:
    schema = table.schema
    assert schema.empty_table().schema.equals(schema, check_metadata=True)
    assert schema.metadata[b"qingwen.table"] == table.name.encode()
    assert schema.field(0).metadata[b"description"]


def test_the_fields_of_the_records_have_columns() -> None:
    def fields(record: type) -> set[str]:
        return set(record.__dataclass_fields__)  # type: ignore[attr-defined]

    assert fields(Section) <= set(TABLES["sections"].names)
    assert fields(Edit) - {"document"} <= set(TABLES["edits"].names)
    assert fields(Rejection) <= set(TABLES["rejects"].names)
    renamed = {"script", "sections", "quality"}
    assert fields(Document) - renamed <= set(TABLES["documents"].names)
    assert {"encoding"} <= fields(CleanPage) & set(TABLES["pages"].names)


def test_the_records_do_not_bring_arrow_with_them() -> None:
    """`qingwen clean FILE` answers within a second: it needs the records and no tables."""
    code = "import sys, schemas.records, cleaners; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_load_is_a_function_however_it_is_imported() -> None:
    code = "import schemas.loading; from schemas import load; import schemas; assert callable(load) is callable(schemas.load)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
