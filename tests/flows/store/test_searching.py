"""Duplicates over nights: what repeats what, whatever the batches, the index and the order of the sources."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from duplicate_nights import COPIES, Order, article, found, named, noisy, paragraph

from cleaners.duplicates import fold
from flows.reports.checking import check
from flows.store import dealing, joining, matching, originals, sorting
from schemas import load


def test_copies_are_found_on_the_same_night_and_on_the_next(order: Order, out: Path) -> None:
    base = {f"a{n}": article(n) for n in range(len(COPIES))}
    copies = {f"{kind}-{when}": make(article(n)) for n, (kind, make) in enumerate(COPIES.items()) for when in (0, 1)}
    del copies["quoted-0"]  # of one night the smaller id comes first, and a large text does not repeat a small one
    first = order({**base, **{name: text for name, text in copies.items() if name.endswith("0")}})
    second = order({name: text for name, text in copies.items() if name.endswith("1")}, night=1)
    rows = found(out)
    kinds = {"exact": "exact", "folded": "exact", "noisy": "near", "swapped": "near", "quoted": "contained"}
    for n, kind in enumerate(COPIES):
        group = {rows[name][0] for name in (f"a{n}", f"{kind}-0", f"{kind}-1") if name in rows}
        assert len(group) == 1 and len(group & rows.keys()) == 0, kind
        assert rows[f"{kind}-1"][1] == kinds.get(kind, rows[f"{kind}-1"][1]), kind
    assert sum(first["duplicates"].values()) == first["rows"]["duplicates"] == len(COPIES) - 1
    assert second["rows"]["duplicates"] == len(COPIES)
    assert load("runs", out)["duplicates"].to_pylist() == [len(COPIES) - 1, len(COPIES)]
    assert check(out).problems == []


def test_what_shares_a_paragraph_or_a_form_is_not_grouped(order: Order, out: Path) -> None:
    form = "关于第{}号申请的公示：申请人{}，面积{}，期限{}，其余事项详见{}所列各条。"
    order(
        {
            "a": article(1),
            "one": "\n".join([article(1).split("\n")[0], *(paragraph(7000 + n) for n in range(8))]),
            **{f"form{n}": form.format(n, *(paragraph(8000 + 9 * n + k, 30) for k in range(4))) for n in range(20)},
            "many": "\n".join(paragraph(100 * n) for n in range(1, 12)),
        }
    )
    assert found(out) == {}


def test_a_large_text_that_holds_a_small_one_does_not_repeat_it(order: Order, out: Path) -> None:
    order({"small": article(1, 2)})
    order({"large": article(1, 2) + "\n" + article(2, 9)}, night=1)
    assert found(out) == {}


def test_figures_are_those_of_the_texts(order: Order, out: Path) -> None:
    order({"a": article(1)})
    order({"b": noisy(article(1), 0.05), "c": article(1, 3)}, night=1)
    texts = {r["id"]: r["text"] for r in load("documents", out).to_pylist()}
    rows = load("duplicates", out).to_pylist()
    assert len(rows) == 2
    for row in rows:
        a, b = (
            {t[i : i + 3] for i in range(len(t) - 2)}
            for t in map(fold, (texts[row["document_id"]], texts[row["duplicate_of"]]))
        )
        assert row["jaccard"] == pytest.approx(len(a & b) / len(a | b))
        assert row["containment"] == pytest.approx(len(a & b) / min(len(a), len(b)))
        assert row["similarity"] == row["containment" if row["kind"] == "contained" else "jaccard"]
        assert row["cluster_size"] == 3


def test_a_group_is_a_star_around_what_came_first(order: Order, out: Path) -> None:
    order({f"a{n}": noisy(article(1), 0.02, n) for n in range(12)})
    rows = load("duplicates", out).to_pylist()
    ids = set(load("documents", out)["id"].to_pylist())
    assert {r["duplicate_of"] for r in rows} == {min(ids)}
    order({f"b{n}": noisy(article(1), 0.02, 50 + n) for n in range(3)}, night=1)
    rows = load("duplicates", out).to_pylist()
    assert {r["duplicate_of"] for r in rows} == {min(ids)}
    assert [r["cluster_size"] for r in rows] == [12] * 11 + [15] * 3


def test_versions_of_a_page_are_no_duplicates_of_each_other(order: Order, out: Path) -> None:
    order({"a": article(1), "b": article(2)})
    order({"a": article(1) + "\n又记。", "b": article(3)}, night=1)
    order({"c": article(1)}, night=2)
    assert found(out) == {"c": ("a", "exact")}
    rows = {(named(out)[r["id"]], r["run_id"][:8]): r for r in load("documents", out).to_pylist()}
    assert rows["a", "20260302"]["version_of"] == rows["a", "20260301"]["id"]
    assert rows["b", "20260302"]["version_of"] is None, "another text altogether"
    kept = {named(out)[i] for i in load("documents", out, latest=True, duplicates=False)["id"].to_pylist()}
    assert kept == {"a", "b"}, "the edited page stands for the text that it had"
    assert check(out).problems == []


def test_documents_of_one_page_may_repeat_each_other(order: Order, out: Path) -> None:
    order({"a": f"{article(1)}\f{article(2)}\f{article(1)}"})
    assert load("duplicates", out).num_rows == 1
    assert check(out).problems == []


@pytest.mark.parametrize("text", ["", "一", "……", "甲乙", "。"])
def test_tiny_texts_do_no_harm(order: Order, out: Path, text: str) -> None:
    order({"a": text, "b": article(1)})
    order({"c": text}, night=1)
    assert found(out) == ({"c": ("a", "exact")} if fold(text) else {})
    assert check(out).problems == []


def nights(number: int) -> list[dict[str, str]]:
    """Texts of several nights with copies of all kinds, and paragraphs that wander."""
    chance = random.Random(number)
    made: list[dict[str, str]] = []
    for _ in range(4):
        texts = {}
        for _ in range(30):
            base = article(chance.randrange(25), chance.choice((2, 6)))
            make = chance.choice([*COPIES.values(), lambda t: noisy(t, 0.1, 4), lambda t: t + "\n" + paragraph(9100)])
            texts[f"n{chance.randrange(60)}"] = make(base)
        made.append(texts)
    return made


def tables(out: Path) -> dict[str, list[Any]]:
    return {name: sorted(map(str, load(name, out).to_pylist())) for name in ("documents", "duplicates")}


@pytest.mark.parametrize(
    "change", ["small batches", "few characters", "chapters", "merged at once", "lost", "backwards"]
)
def test_the_same_is_found_however_it_is_searched(
    order: Order, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    for night, texts in enumerate(nights(1)):
        order(texts, night, tmp_path / "plain")
    if change == "small batches":
        monkeypatch.setattr(dealing, "DOCUMENTS", 4)
        monkeypatch.setattr(matching, "BLOCK", 2)
    elif change == "few characters":
        monkeypatch.setattr(dealing, "CHARACTERS", 3_000)
    elif change == "chapters":  # of two or three batches, sorted through files
        monkeypatch.setattr(dealing, "DOCUMENTS", 4)
        monkeypatch.setattr(joining, "RECORDS_MOST", 250)
        monkeypatch.setattr(sorting, "HELD_RECORDS", 100)
    elif change == "merged at once":
        monkeypatch.setattr(originals, "FANOUT", 2)
        monkeypatch.setattr(dealing, "DOCUMENTS", 7)
    for night, texts in enumerate(nights(1)):
        if change == "lost":
            shutil.rmtree(out / "_index", ignore_errors=True)
        order(texts, night, backwards=change == "backwards")
    plain = tables(tmp_path / "plain")
    kinds = {r["kind"] for r in load("duplicates", out).to_pylist()}
    assert kinds == {"exact", "near", "contained"}
    if change == "backwards":  # the tables are in another order then, and that alone
        assert {k: sorted(v) for k, v in tables(out).items()} == plain
    assert tables(out) == plain
    assert check(out).problems == []


def test_copied_ratio_is_the_share_of_paragraphs_of_other_pages(order: Order, out: Path) -> None:
    own = [paragraph(n) for n in range(10)]
    order({"a": "\n".join(own[:4]), "b": "\n".join([paragraph(77), "短句。"])})
    order(
        {
            "c": "\n".join([own[0], paragraph(50), paragraph(51), paragraph(52)]),
            "a": "\n".join([*own[:4], paragraph(53)]),
            "d": "\n".join([own[1], own[2]]),
            "e": "短句。\n" + paragraph(54),
        },
        night=1,
    )
    rows = {(named(out)[r["id"]], r["run_id"][:8]): r["copied_ratio"] for r in load("documents", out).to_pylist()}
    assert rows["a", "20260301"] == rows["b", "20260301"] == 0.0
    assert rows["c", "20260302"] == pytest.approx(0.25)
    assert rows["a", "20260302"] == 0.0, "its own earlier version is no other page"
    assert rows["d", "20260302"] == 1.0
    assert rows["e", "20260302"] == 0.0, "a short line says too little"
