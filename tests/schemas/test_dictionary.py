"""Dictionary and card are made from the tables, so nothing in them can be forgotten."""

from __future__ import annotations

from schemas.dictionary import EXAMPLES, data_dictionary, dataset_card, type_name
from schemas.tables import TABLES
from schemas.unique import LATEST_SQL


def test_every_table_and_column_stands_in_the_dictionary() -> None:
    text = data_dictionary()
    for table in TABLES.values():
        assert f"## {table.name}" in text
        for column in table.columns:
            assert f"| {column.name} | {type_name(column.type)} |" in text
            assert column.description in text


def test_no_cell_breaks_its_row() -> None:
    for part in data_dictionary().split("\n\n"):
        rows = [line for line in part.splitlines() if line.startswith("| ")]
        assert len({line.count(" | ") for line in rows}) <= 1, part


def test_the_card_begins_with_yaml_that_names_each_table_and_one_default() -> None:
    card = dataset_card("示例", dict.fromkeys(TABLES, 1234))
    head = card.split("---\n")[1]
    assert card.startswith("---\n")
    for name in TABLES:
        assert f"- config_name: {name}\n  data_files: {name}/**/*.parquet" in head
    assert head.count("default: true") == 1
    assert "1,234" in card


def test_every_reader_has_an_example_in_both() -> None:
    for code in (*EXAMPLES.values(), LATEST_SQL):
        assert code.rstrip() in data_dictionary() and code.rstrip() in dataset_card()
