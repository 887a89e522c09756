"""Metrics: what a scrape over loopback sees of a run, the file for node_exporter, and that neither stops a night."""

from __future__ import annotations

import datetime as dt
import logging
import re
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from misbehaving import serving

from flows import metrics
from flows.errors import UsageError
from flows.nights.night import run_night
from flows.settings import Settings
from schemas import load

parser = pytest.importorskip("prometheus_client.parser")
Run = Callable[..., dict[str, Any]]
DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def values(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """name -> values of the labels -> value, of ours."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in parser.text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.startswith("qingwen_") and not sample.name.endswith("_created"):
                found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def scraped_night(sources: list[str], settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """A night that is scraped whenever a shard is done."""
    from flows.store.shards import clean_shard

    scrapes = []

    def run_shards(shards: Iterable[Any], work: Any, _: Any) -> Iterator[Any]:
        for shard in shards:
            yield clean_shard(shard)
            scrapes.append(httpx.get(f"http://127.0.0.1:{settings.metrics_port}/metrics", trust_env=False).text)

    return run_night(sources, settings.out, dt.date(2026, 3, 1), settings, run_shards), scrapes


def test_a_scrape_sees_pages_rejects_bytes_steps_and_the_fetching(tmp_path: Path) -> None:
    with serving() as server:
        urls = [server.url(path) for path in ("/plain", "/busy-429", "/gone", "/robots-less")]
        (tmp_path / "list.txt").write_text("\n".join(urls) + "\n")
        settings = Settings(
            out=tmp_path / "out",
            shard_pages=1,
            max_rejected=1.0,
            allow_private=True,
            delay=0.0,
            fetch_retries=1,
            fetch_backoff=0.01,
            metrics_port=free_port(),
        )
        summary, scrapes = scraped_night([str(tmp_path / "list.txt")], settings)
    seen = values(scrapes[-1])
    counts = summary["counts"]
    assert {key[0]: n for key, n in seen["qingwen_pages_total"].items()} == {
        status: counts[status] for status in ("cleaned", "rejected", "gone") if counts[status]
    }
    rejects = {f"{stage}: {reason}": n for (stage, reason), n in seen.get("qingwen_rejects_total", {}).items()}
    assert rejects == summary["rejects_by_reason"]
    assert seen["qingwen_bytes_total"][()] == summary["bytes"] > 0
    assert seen["qingwen_shards_total"][()] == len(scrapes) == summary["shards"]
    assert seen["qingwen_shards_under_way"][()] == 0
    steps = {key[0]: seconds for key, seconds in seen["qingwen_step_seconds_total"].items()}
    assert steps["extraction"] > 0 and set(steps) == set(summary["seconds_by_step"])
    assert sum(seen["qingwen_fetched_total"].values()) == len(urls)
    assert seen["qingwen_fetch_waiting"][()] == 0
    assert seen["qingwen_rows_total"][("pages",)] == counts["pages"]
    with pytest.raises(httpx.ConnectError):  # the run is over
        httpx.get(f"http://127.0.0.1:{settings.metrics_port}/metrics", trust_env=False)


def test_a_host_that_asks_for_patience_is_a_back_off() -> None:
    import asyncio

    from flows.fetching.hosts import Hosts

    async def no_robots(url: str) -> tuple[int, bytes]:
        return 404, b""

    async def held() -> None:
        hosts = Hosts(Settings(), no_robots)
        hosts.hold("a.example.cn", 0.0)
        hosts.told("a.example.cn", False)
        hosts.told("a.example.cn", True)

    with metrics.exposed(Settings(metrics_port=free_port())):
        asyncio.run(held())
        found = metrics._at_work
        assert found is not None
        read = found.registry.get_sample_value
        assert read("qingwen_host_backoffs_total", {"cause": "asked for patience"}) == 1
        assert read("qingwen_host_backoffs_total", {"cause": "out of reach"}) == 1


def test_the_file_holds_the_whole_run(run: Run, pages: Path, tmp_path: Path) -> None:
    file = tmp_path / "qingwen.prom"
    summary = run(pages, metrics_file=file)
    seen = values(file.read_text())
    assert seen["qingwen_run_pages"][()] == 24 and seen["qingwen_run_problems"][()] == 0
    assert seen["qingwen_run_seconds"][("publishing",)] == summary["seconds_by_part"]["publishing"] > 0
    assert set(summary["seconds_by_part"]) == {"index", "pages", "duplicates", "publishing"}
    finished = seen["qingwen_run_finished_timestamp_seconds"][()]
    assert abs(finished - dt.datetime.now().timestamp()) < 600
    assert values(file.read_text())["qingwen_pages_total"] == {("cleaned",): 22, ("rejected",): 2}
    assert metrics._at_work is None


def test_a_second_run_begins_at_zero(run: Run, pages: Path, tmp_path: Path) -> None:
    file = tmp_path / "qingwen.prom"
    run(pages, metrics_file=file)
    run(pages, night=1, metrics_file=file)
    assert values(file.read_text())["qingwen_pages_total"] == {("unchanged",): 24}


def test_a_port_that_is_taken_and_a_file_that_cannot_be_written_stop_nothing(
    run: Run, pages: Path, tmp_path: Path, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken, caplog.at_level(logging.WARNING):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run(pages, metrics_port=taken.getsockname()[1], metrics_file=tmp_path / "no" / "such" / "folder.prom")
    assert load("pages", out).num_rows == 24
    assert "metrics are not served at 127.0.0.1:" in caplog.text and "metrics are not written to" in caplog.text


def test_without_the_library_it_is_said_in_one_line(
    run: Run, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(UsageError, match="metrics need prometheus-client"):
        run(pages, metrics_file=tmp_path / "a.prom")
    run(pages)  # and without metrics it is not needed


def test_the_handbook_names_every_metric_and_no_other() -> None:
    text = DOCS.read_text(encoding="utf-8").partition("## Metrics")[2].partition("\n## ")[0]
    found = re.findall(r"`(qingwen_\w+)(?:\{([\w,]*)\})?`", text)
    named = {name.removesuffix("_total"): tuple(filter(None, labels.split(","))) for name, labels in found}
    assert named == {name: labels for name, (_, labels) in {**metrics.COUNTERS, **metrics.GAUGES}.items()}
    scrape = re.search(r"In the midst of a night.*?```\n(.*?)```", text, re.DOTALL)
    assert scrape is not None
    known = {*(f"{name}_total" for name in metrics.COUNTERS), *metrics.GAUGES}
    shown = values(scrape[1])
    assert set(shown) <= known and len(shown) > 5
