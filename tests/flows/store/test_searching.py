"""Duplicates over nights: what repeats what, whatever the batches, the index and the order of the sources."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from dataset_corpus import write_pages

from cleaners.duplicates import fold
from flows.errors import UsageError
from flows.nights.forgetting import forget
from flows.nights.night import run_night
from flows.pages import SourcePage
from flows.reports import groups
from flows.reports.checking import check
from flows.running import runners
from flows.settings import Settings
from flows.store import dealing, joining, matching, originals, runs, shards, sorting
from schemas import load
from schemas.records import CleanPage, Document, Quality
from schemas.unique import UNIQUE_SQL

NIGHT = dt.date(2026, 3, 1)
HAN = "".join(chr(c) for c in range(0x4E00, 0x4E00 + 900))
Order = Callable[..., dict[str, Any]]


def paragraph(number: int, length: int = 90) -> str:
    """A paragraph of random characters: no two have anything in common."""
    chance = random.Random(f"p{number}")
    return "".join(chance.choices(HAN, k=length)) + "。"


def article(number: int, count: int = 6) -> str:
    return "\n".join(paragraph(number * 100 + n) for n in range(count))


def noisy(text: str, share: float, number: int = 0) -> str:
    chance = random.Random(number)
    return "".join(chance.choice(HAN) if c not in "\n。" and chance.random() < share else c for c in text)


@pytest.fixture
def order(out: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    """order({name: text}, night=0): a run over pages that are cleaned already; a form feed parts documents."""

    def clean(page: Any, raw: Any, policy: Any, seconds: Any) -> CleanPage:
        texts = raw.get(page.raw_sha256).decode().split("\f")
        made = (Document(f"第{n}篇", t, language="zh", quality=Quality(len(t))) for n, t in enumerate(texts))
        return CleanPage(tuple(made), (), "utf-8")

    monkeypatch.setattr(shards, "_clean", clean)

    def order(texts: dict[str, str], night: int = 0, out: Path = out, backwards: bool = False) -> dict[str, Any]:
        pages = [SourcePage(f"https://{name}.example/", data=text.encode()) for name, text in texts.items()]
        if backwards:
            pages.reverse()
        night_of = NIGHT + dt.timedelta(days=night)
        return runs.conduct(out, runs.Order("nightly", night_of, {"n": sorted(texts)}, lambda state: pages))

    return order


def named(out: Path) -> dict[str, str]:
    """Name of the page of each document."""
    rows = load("documents", out, columns=["id", "url"]).to_pylist()
    return {r["id"]: r["url"][8:].split(".")[0] for r in rows}


def found(out: Path) -> dict[str, tuple[str, str]]:
    """What each page's document repeats: the page of the original, and the kind."""
    names = named(out)
    rows = load("duplicates", out).to_pylist()
    return {names[r["document_id"]]: (names[r["duplicate_of"]], r["kind"]) for r in rows}


COPIES = {
    "exact": lambda t: t,
    "folded": lambda t: t.replace("。", ".").replace("\n", " "),
    "noisy": lambda t: noisy(t, 0.03),
    "cut": lambda t: t.rsplit("\n", 2)[0],
    "added": lambda t: f"{paragraph(9001)}\n{t}\n{paragraph(9002)}",
    "swapped": lambda t: "\n".join(t.split("\n")[::-1]),
    "quoted": lambda t: "\n".join(t.split("\n")[:2]),
}


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


def test_a_text_of_megabytes_is_searched(order: Order, out: Path) -> None:
    large = "\n".join("".join(random.Random(n).choices(HAN, k=50_000)) for n in range(30))
    order({"a": large, "b": article(1)})
    order({"c": noisy(large, 0.01), "d": large[:400_007]}, night=1)
    assert found(out) == {"c": ("a", "near"), "d": ("a", "contained")}


def test_many_copies_of_one_text_are_one_entry_and_few_comparisons(
    order: Order, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = counted(monkeypatch)
    order({f"a{n}": article(1) for n in range(600)})
    order({f"b{n}": article(1) for n in range(600)}, night=1)
    assert load("duplicates", out).num_rows == 1199
    assert load("duplicates", out)["cluster_size"].to_pylist()[-1] == 1200
    index = originals.Index(out)
    assert index.originals == 1
    assert compared == [], "texts that are the same need no comparison"


def test_texts_of_one_form_are_compared_with_few(order: Order, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paragraph that all have, and numbers: alike enough to be looked at, not to be one."""
    compared = counted(monkeypatch)
    common = paragraph(1, 60)
    texts = {f"a{n}": f"{common}\n{paragraph(5000 + n, 80)}" for n in range(400)}
    order(texts)
    assert found(out) == {}
    assert len(compared) <= 400 * matching.CANDIDATES


@pytest.mark.parametrize(("figures", "grouped"), [(1, True), (16, False)])
def test_forms_that_differ_in_their_numbers_cost_few_comparisons(
    order: Order, out: Path, monkeypatch: pytest.MonkeyPatch, figures: int, grouped: bool
) -> None:
    """Where the words are most of the text it is one text; where the numbers are, each is its own."""
    compared = counted(monkeypatch)
    chance = random.Random(4)

    def form() -> str:
        digits = 3 if grouped else 6
        numbers = [
            f"{name}{chance.randrange(10**digits):0{digits}d}毫米"
            for name in "水位雨量流速气温湿度风力云高能见"[:figures]
        ]
        return "青江水文站今日观测记录，值班员按规定的时刻读数，" + "，".join(numbers) + "，读数均已复核无误。"

    for night in (0, 1):
        order({f"a{night}-{n}": form() for n in range(200)}, night)
    assert len(found(out)) == (399 if grouped else 0)
    if grouped:
        assert len({original for original, _ in found(out).values()}) == 1
    assert len(compared) <= 400 * matching.CANDIDATES
    assert check(out).problems == []


@pytest.mark.long
def test_texts_of_twenty_megabytes_are_searched(order: Order, out: Path) -> None:
    chance = random.Random(1)
    large = "\n".join("".join(chance.choices(HAN, k=10_000)) for _ in range(700))
    assert len(large.encode()) > 20 * 2**20
    order({"a": large, "b": article(1)})
    began = time.process_time()
    order({"c": noisy(large, 0.01), "d": large[: len(large) // 3], "e": large.replace("\n", "")}, night=1)
    assert time.process_time() - began < 120
    assert found(out) == {"c": ("a", "near"), "d": ("a", "contained"), "e": ("a", "exact")}


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    compared: list[int] = []
    real = matching.compare
    monkeypatch.setattr(matching, "compare", lambda *a: (compared.append(1), real(*a))[1])
    return compared


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


def test_the_same_is_found_by_processes_and_in_shards_of_another_size(tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "pages", 40, short=True)
    outs = (tmp_path / "here", tmp_path / "processes")
    for out, chosen, run_shards in (
        (outs[0], {"runner": "here", "shard_pages": 9}, None),
        (outs[1], {"runner": "processes", "workers": 2, "shard_pages": 4}, runners.run_shards),
    ):
        for night in (0, 1):
            write_pages(pages, 10, first=10 * night, version=night, short=True)
            settings = Settings(out=out, max_rejected=1.0, **chosen)
            run_night([str(pages)], out, NIGHT + dt.timedelta(days=night), settings, run_shards)
        write_pages(pages, 40, short=True)
    assert load("duplicates", outs[0]).num_rows > 5
    columns = ["id", "run_id", "copied_ratio", "version_of"]
    documents, others = (load("documents", out, columns=columns).to_pylist() for out in outs)
    assert documents == others
    assert tables(outs[0])["duplicates"] == tables(outs[1])["duplicates"]


def test_the_index_is_merged_and_counts_only_what_was_committed(
    order: Order, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "FANOUT", 3)
    for night in range(12):
        order({f"a{night}-{n}": article(100 * night + n) for n in range(4)}, night)
        index = originals.Index(out)
        for kind in ("keys", "paragraphs", "originals"):
            assert sum(1 for s in index.segments if s.kind == kind) <= 3 * 3
        assert {p.name for p in index.folder.iterdir()} == {s.name for s in index.segments} | {"manifest.json"}
    assert index.originals == 48
    (index.folder / "999999.keys").write_bytes(b"left by a death")
    originals.Index(out)
    assert not (index.folder / "999999.keys").exists()
    order({f"b{night}-{n}": article(100 * night + n) for night in range(12) for n in range(4)}, night=20)
    assert found(out) == {f"b{night}-{n}": (f"a{night}-{n}", "exact") for night in range(12) for n in range(4)}
    assert check(out).problems == []


def test_files_of_originals_stay_few_and_in_order_whatever_the_sizes_of_nights(out: Path) -> None:
    """A year of nights, large and small by turns: what each number names stays what it was."""
    chance = random.Random(3)
    index, named = originals.Index(out), 0
    for night in range(365):
        count = chance.choice((1, 3, 30, 300))
        texts = [f"第{n}篇" * chance.choice((1, 40)) for n in range(named, named + count)]
        ids = [f"{n:020d}" for n in range(named, named + count)]
        with index.adding() as adding:
            adding.originals(pa.table([ids, texts], schema=originals.ORIGINALS))
        named += count
        files = [s for s in index.segments if s.kind == "originals"]
        levels = 1 + named.bit_length() // 3
        assert len(files) < originals.FANOUT * levels
        if night % 20 == 0:
            index.commit([(f"{night:08d}-0001", "")])
    wanted = sorted(chance.sample(range(named), 400))
    assert [(n, name) for n, name, _ in index.read(wanted)] == [(n, f"{n:020d}") for n in wanted]
    assert all(text.startswith(f"第{n}篇") for n, _, text in index.read(wanted))
    index.close()


@pytest.mark.parametrize("place", ["page", "footer", "length of the footer"])
@pytest.mark.parametrize("kind", ["keys", "paragraphs", "originals"])
def test_a_flipped_bit_in_the_index_has_it_made_anew(order: Order, out: Path, kind: str, place: str) -> None:
    """Of a footer that is not what it was, Arrow does not always raise: it may end the process."""
    order({f"a{n}": article(n) for n in range(20)})
    (path,) = originals.Index(out).folder.glob(f"*.{kind}")
    data = bytearray(path.read_bytes())
    footer = int.from_bytes(data[-8:-4], "little")
    at = {
        "page": (len(data) - footer) // 2,
        "footer": len(data) - 8 - footer + 5,
        "length of the footer": len(data) - 8,
    }
    data[at[place]] ^= 4
    path.write_bytes(data)
    order({f"b{n}": article(n) for n in range(20)}, night=1)
    assert found(out) == {f"b{n}": (f"a{n}", "exact") for n in range(20)}
    assert check(out).problems == []


def test_another_scheme_makes_the_index_anew(order: Order, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order({"a": article(1)})
    monkeypatch.setattr(originals, "SCHEME", "another/1")
    order({"b": article(1)}, night=1)
    assert found(out) == {"b": ("a", "exact")}


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


def test_load_keeps_one_of_each_group_among_what_is_asked_for(order: Order, out: Path) -> None:
    order({"a": article(1), "b": article(2)})
    order({"c": article(1), "d": noisy(article(2), 0.02), "e": article(3)}, night=1)
    order({"a": article(9)}, night=2)  # the original became another text

    def kept(**chosen: Any) -> list[str]:
        rows = load("documents", out, duplicates=False, **chosen)
        return sorted(named(out)[i] for i in rows["id"].to_pylist())

    assert kept() == ["a", "a", "b", "e"]
    assert kept(latest=True) == ["a", "b", "c", "e"], "c stands for the text that a no longer has"
    assert kept(since="2026-03-02", until="2026-03-02") == ["c", "d", "e"]
    asked = duckdb.sql(UNIQUE_SQL.replace("OUT", str(out))).to_arrow_table()["id"].to_pylist()
    assert sorted(asked) == sorted(load("documents", out, latest=True, duplicates=False)["id"].to_pylist())
    assert load("documents", out, duplicates=False, columns=["title"]).column_names == ["title"]


def test_a_takedown_of_an_original_makes_the_next_the_original(order: Order, out: Path) -> None:
    order({"a": article(1), "x": article(2)})
    order({"b": article(1), "c": noisy(article(1), 0.02), "d": article(1, 3)}, night=1)
    order({"e": article(1), "b": article(1) + "\n补记。"}, night=2)
    assert {original for original, _ in found(out).values()} == {"a"}
    forget(str(out), "https://a.example/", date=NIGHT + dt.timedelta(days=3))
    rows = found(out)
    (original,) = {original for original, _ in rows.values()}
    assert original in "bcd" and original not in rows
    assert check(out).problems == []
    order({"f": article(1)}, night=4)
    assert found(out)["f"][0] == original
    assert check(out).problems == []


def test_a_takedown_of_a_copy_leaves_the_group(order: Order, out: Path) -> None:
    order({"a": article(1)})
    order({"b": article(1), "c": article(1)}, night=1)
    forget(str(out), "https://b.example/", date=NIGHT + dt.timedelta(days=3))
    assert found(out) == {"c": ("a", "exact")}
    assert load("duplicates", out)["cluster_size"].to_pylist() == [2]
    assert check(out).problems == []


def test_groups_are_shown_with_their_differences(order: Order, out: Path) -> None:
    changed = article(1).replace(paragraph(102), paragraph(102)[:40] + "改" + paragraph(102)[41:])
    order({"a": article(1), "c": article(2)})
    order({"b": changed, "d": article(2), "e": article(2)}, night=1)
    lines = list(groups.largest(out, 10))
    assert lines[0].startswith("2 groups, 3 documents repeating another")
    assert "https://c.example/" in lines[1] and lines[1].split()[0] == "3"
    member = load("duplicates", out, columns=["document_id", "kind"]).to_pylist()
    near = next(r["document_id"] for r in member if r["kind"] == "near")
    shown = list(groups.group(out, near, 10))
    assert any(line.strip().startswith("+") and "改" in line for line in shown)
    with pytest.raises(UsageError):
        list(groups.group(out, "0" * 20, 10))


def test_without_duplicates_there_is_nothing_to_show(order: Order, out: Path) -> None:
    order({"a": article(1)})
    assert list(groups.largest(out, 10)) == ["no document repeats another"]
