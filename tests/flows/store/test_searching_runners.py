"""The same duplicates whoever cleans the shards and in whatever order a source names its documents."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import SENTENCES

from flows.nights.night import run_night
from flows.reports.checking import check
from flows.running import runners
from flows.settings import Settings
from schemas import load

NIGHT = dt.date(2026, 3, 1)
NIGHTS = 2
BASES = 24
COMMON = sorted(set("".join(SENTENCES)) - set("，。、"))
WAYS = {
    "here": {"runner": "here", "shard_pages": 17},
    "processes": {"runner": "processes", "workers": 2, "shard_pages": 5},
    "dask": {"runner": "dask", "workers": 2, "shard_pages": 8},
}
needs_dask = pytest.mark.skipif(importlib.util.find_spec("prefect_dask") is None, reason="the extra is not installed")


def base(number: int) -> list[str]:
    """Paragraphs of clauses of our sentences with figures between: no two bases are alike."""
    chance = random.Random(number)
    clauses = [clause for sentence in SENTENCES for clause in sentence.rstrip("。").split("，")]

    def clause() -> str:
        said = chance.choice(clauses)
        at = chance.randrange(1, len(said))
        return said[:at] + "".join(chance.choices(COMMON, k=6)) + said[at:]

    return ["，".join(clause() for _ in range(4)) + "。" for _ in range(chance.randrange(6, 10))]


def noisy(paragraphs: list[str], share: float, chance: random.Random) -> list[str]:
    return ["".join(chance.choice(COMMON) if chance.random() < share else c for c in p[:-1]) + "。" for p in paragraphs]


COPIES: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "exact": lambda p, _: p,
    "folded": lambda p, _: [line.replace("，", ",") for line in p],
    "2%": lambda p, chance: noisy(p, 0.02, chance),
    "5%": lambda p, chance: noisy(p, 0.05, chance),
    "cut": lambda p, _: p[: -(len(p) // 4)],
    "added": lambda p, _: [base(9_001)[0], *p, base(9_002)[0]],
    "swapped": lambda p, _: [p[1], p[0], *p[2:]],
    "quoted": lambda p, _: p[: len(p) // 2],
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, list[Path]]:
    """Files of two nights, and the same from the last line to the first."""
    folder = tmp_path_factory.mktemp("sources")
    chance = random.Random(5)
    texts = {f"https://a{n % 7}.example.cn/{n}.html": base(n) for n in range(BASES)}
    for n, kind in enumerate([*COPIES] * 3):
        texts[f"https://b{n % 5}.example.com/{n}.html"] = COPIES[kind](base(n), chance)
    named = list(texts)
    chance.shuffle(named)
    found: dict[bool, list[Path]] = {False: [], True: []}
    for night in range(NIGHTS):
        told = {url: texts[url] for url in named[night::NIGHTS]}
        if night:  # three pages of the first night in another version, and three as they were
            told |= {url: [*texts[url], "又记。"] for url in named[0:6:2]} | {url: texts[url] for url in named[6:12:2]}
        lines = [json.dumps({"url": url, "text": "\n".join(told[url])}) for url in told]
        for backwards in found:
            path = folder / f"night{night}{'-backwards' * backwards}.jsonl"
            path.write_text("\n".join(lines[::-1] if backwards else lines) + "\n", encoding="utf-8")
            found[backwards].append(path)
    return found


def dataset(out: Path, nights: list[Path], **chosen: Any) -> dict[str, list[str]]:
    """What nights make of the sources: rows of duplicates, and of documents what the search says of them."""
    for night, source in enumerate(nights):
        settings = Settings(out=out, column="text", url_column="url", max_rejected=1.0, **chosen)
        summary = run_night([str(source)], out, NIGHT + dt.timedelta(days=night), settings, runners.run_shards)
        assert summary["counts"]["rejected"] == 0
        assert summary["shards"] > 1
    assert check(out).problems == []
    columns = ["id", "copied_ratio", "version_of", "run_id"]
    return {
        "duplicates": sorted(map(str, load("duplicates", out).to_pylist())),
        "documents": sorted(map(str, load("documents", out, columns=columns).to_pylist())),
    }


@pytest.fixture(scope="module")
def plain(sources: dict[bool, list[Path]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    out = tmp_path_factory.mktemp("plain") / "out"
    found = dataset(out, sources[False], **WAYS["here"])
    rows = load("duplicates", out).to_pylist()
    assert len(rows) >= 3 * (len(COPIES) - 1), "all but what is quoted before the whole text comes"
    assert {r["kind"] for r in rows} == {"exact", "near", "contained"}
    assert len({r["run_id"] for r in rows}) == NIGHTS
    versions = load("documents", out, columns=["version_of"])["version_of"]
    assert len(versions) - versions.null_count == 3
    return found


@pytest.mark.parametrize(
    ("way", "backwards"),
    [
        ("here", True),
        ("processes", True),
        pytest.param("processes", False, marks=pytest.mark.long),
        pytest.param("dask", True, marks=[needs_dask, pytest.mark.long]),
        pytest.param("dask", False, marks=[needs_dask, pytest.mark.long]),
    ],
)
def test_the_same_groups_by_every_runner_in_both_orders(
    sources: dict[bool, list[Path]], plain: dict[str, list[str]], out: Path, way: str, backwards: bool
) -> None:
    """Beside `plain`, which is `here` forwards: other orders, other processes, other sizes of shards."""
    chosen = WAYS[way] if way != "here" else {**WAYS[way], "shard_pages": 11}
    assert dataset(out, sources[backwards], **chosen) == plain
