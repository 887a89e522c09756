"""The script lexicons are well formed, and say what their headers promise."""

from __future__ import annotations

import importlib.util
import pathlib
import sys

import pytest
from places import ROOT

from cleaners.scripts import tables
from cleaners.scripts.detection import evidence
from cleaners.scripts.rulings import to_hans

HOME = ROOT / "cleaners" / "lexicons" / "scripts"
FILES = sorted((HOME / "opencc").glob("*.tsv"))

# class -> a sentence that its entries must decide, what becomes of it, and one that they must leave to the dictionaries
EXAMPLES = {
    "person": ("文徵明的畫", "文徵明的画", "徵明星拍片", "征明星拍片"),
    "place": ("乾清門外", "乾清门外", "乾的清水", "干的清水"),
    "era": ("乾化二年", "乾化二年", "餅乾化了二塊", "饼干化了二块"),
    "brand": ("日昇昌票號", "日昇昌票号", "日昇月恆", "日升月恒"),
    "word": ("審批覆函", "审批复函", "覆蓋", "覆盖"),
    "variant": ("戰鬪", "战斗", "戰場", "战场"),
    "zhu": ("譯著顯著", "译著显著", "顯得著急", "显得着急"),
    "zhe": ("看著他", "看着他", "看名著", "看名著"),
}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_update_names_its_source_and_release(path: pathlib.Path) -> None:
    head = "".join(path.read_text(encoding="utf-8").split("\n")[:4])
    assert "Apache License 2.0" in head and "github.com/BYVoid/OpenCC" in head and "1.4.2" in head


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_update_holds_only_what_differs_from_the_package(path: pathlib.Path) -> None:
    base, rows = tables.package_dictionary(path.stem), tables.update(path.stem)
    assert rows and all(key and "\t" not in value for key, value in rows.items())
    for key, value in rows.items():
        if value:
            assert base.get(key, "").split(" ")[0] != value.split(" ")[0]
        else:
            assert key in base


def test_dictionaries_are_read_by_the_package() -> None:
    import opencc

    theirs = opencc.OpenCC("t2s").dict_cache
    assert any(entries == tables.package_dictionary("TSPhrases") for _, _, entries in theirs.values())


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_each_class_of_corrections_decides_its_example_and_not_the_other(kind: str) -> None:
    caught, becomes, other, left = EXAMPLES[kind]
    step = to_hans(particle=True)
    assert step.convert(caught) == becomes
    assert step.convert(other) == left
    kinds = {key: entry[1] for key, entry in tables.corrections().items()}
    assert any(kinds[key] == kind for key in kinds if key in caught)
    if kind not in ("variant", "zhe"):
        assert not any(kinds[key] == kind for key in kinds if key in other)


def test_corrections_are_of_known_classes_and_keep_their_length() -> None:
    assert {kind for _, kind in tables.corrections().values()} == set(EXAMPLES)
    for key, (value, _) in tables.corrections().items():
        assert len(key) == len(value) and to_hans(particle=True).convert(key) == value


def test_a_character_is_evidence_for_one_class() -> None:
    rows = list(tables.table("evidence.tsv"))
    assert sum(len(row[1]) for row in rows) == len(evidence())
    for shared in "台床灶恒后里干于系范云只面乾著昇徵":
        assert shared not in evidence()


@pytest.mark.parametrize("name", ["evidence.tsv", "regions.tsv", "forced.tsv", "corrections.tsv"])
def test_tables_are_sorted_out(name: str) -> None:
    rows = list(tables.table(name))
    assert rows and len({len(row) for row in rows}) == 1
    assert name == "regions.tsv" or not any(" " in cell for row in rows for cell in row)


def test_evidence_is_what_its_script_makes() -> None:
    builder = load("build_script_evidence")
    made = builder.evidence()  # type: ignore[attr-defined]
    assert made == {row[0]: row[1] for row in tables.table("evidence.tsv")}


def test_the_update_laid_over_the_package_gives_the_release(tmp_path: pathlib.Path) -> None:
    builder = load("build_script_lexicon")
    path = tmp_path / "X.txt"
    path.write_text("# a comment\n甲\t1 2\n乙\t3\n丁\t5 6\n", encoding="utf-8")
    release = builder.read(path)  # type: ignore[attr-defined]
    base = {"甲": "1", "乙": "2", "丙": "4"}
    changes = builder.difference(base, release)  # type: ignore[attr-defined]
    assert changes == {"乙": "3", "丙": "", "丁": "5 6"}
    laid = {k: v for k, v in {**base, **changes}.items() if v}
    assert {k: v.split(" ")[0] for k, v in laid.items()} == {k: v.split(" ")[0] for k, v in release.items()}


def load(name: str) -> object:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
