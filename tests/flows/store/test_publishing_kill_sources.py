"""Nights of four kinds of sources and a fetch, with copies among them, killed and completed: as if nothing had been."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import warc_writer
from dataset_corpus import SENTENCES, page, write_pages
from dataset_killing import Zygote, moment, torn, unlike
from misbehaving import TYPE, Request, Server, reply, route, serving
from processes import alive, eventually, of_group

from flows.reports.checking import check
from flows.store.rawstore import RawStore
from schemas import load

pytestmark = pytest.mark.xdist_group("killing")

# Pages that the loopback serves are fetched again by the run that completes a killed one, at another time.
APART = ("run_id", "fetched_at")
FETCHED = [n for n in range(26) if n % 3 and n % 41 not in (7, 23)]
SETTINGS: dict[str, Any] = {
    "allow_private": True,
    "delay": 0.0,
    "host_concurrency": 8,
    "fetch_backoff": 0.05,
    "shard_pages": 8,
    "contact": "https://example.org/about-our-crawler",
}
WATCHED = ("staging", "merging", "before moving", "moving", "sweeping")
KILLS = 200

_night = [0]  # of the server


@route("/nightly")
def _(server: Server, connection: socket.socket, request: Request) -> None:
    number = int(request.path.rsplit("/", 1)[-1])
    connection.sendall(reply(200, TYPE, page(number, _night[0] if number % 4 == _night[0] % 4 else 0, short=True)))


def write_sources(folder: Path, night: int, server: Server) -> list[Path]:
    """What the sources hold on a night: a folder, JSONL, Parquet, a WARC file and a list of addresses."""
    _night[0] = night
    write_pages(folder / "pages", 16 if night == 0 else 5, first=5 * night % 20, version=night, short=True)
    lines = []
    for n in range(10):
        text = "".join(SENTENCES[(n + k + night // 8) % 12] for k in range(3 + (n + night) % 4))
        lines.append(json.dumps({"url": f"https://rows.example/{n}", "text": f"{text}\n{SENTENCES[n % 12]}"}))
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    html = [page(3 * n + 1, night % 3, short=True) for n in range(8)]
    table = pa.table({"url": [f"https://table.example/{n}" for n in range(8)], "html": html})
    pq.write_table(table, folder / "table.parquet")
    records = [
        warc_writer.response(f"https://crawl.example/{n}", page(3 * n + 2, night % 4, short=True)) for n in range(8)
    ]
    warc_writer.write(folder / "crawl.warc.gz", *records)
    urls = "".join(server.url(f"/nightly/{n}") + "\n" for n in FETCHED)
    (folder / "urls.txt").write_text(urls, encoding="utf-8")
    return [folder / name for name in ("pages", "rows.jsonl", "table.parquet", "crawl.warc.gz", "urls.txt")]


@dataclass
class Nights:
    """Nights run twice: in `out`, where they are killed, and in `whole`, where they are not."""

    zygote: Zygote
    server: Server
    folder: Path
    out: Path
    whole: Path
    seconds: float = 10.0  # what the last unkilled run took

    def prepare(self, night: int) -> list[Path]:
        """The sources of a night, after the unkilled run over them."""
        sources = write_sources(self.folder, night, self.server)
        start = time.monotonic()
        assert self.zygote.run(sources, self.whole, night, **SETTINGS)["status"] == 0
        self.seconds = time.monotonic() - start
        return sources

    def complete(self, sources: list[Path], night: int, **settings: Any) -> None:
        """Complete a night and compare."""
        assert self.zygote.run(sources, self.out, night, **{**SETTINGS, **settings})["status"] == 0
        assert unlike(self.out, self.whole, APART) == [], f"night {night}"
        assert [p for p in self.out.glob("_staging/*") if p.is_dir()] == []
        kept, wanted = ({name for name, _ in RawStore(out).names()} for out in (self.out, self.whole))
        assert kept == wanted, f"night {night}: raw bytes that nothing names, or that are missing"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Zygote, Server]]:
    zygote = Zygote()
    with serving() as server:
        yield zygote, server
    zygote.close()


@pytest.fixture
def nights(running: tuple[Zygote, Server], tmp_path: Path) -> Nights:
    return Nights(*running, tmp_path / "sources", tmp_path / "out", tmp_path / "whole")


@pytest.fixture(scope="module")
def second(running: tuple[Zygote, Server], tmp_path_factory: pytest.TempPathFactory) -> tuple[Nights, list[Path], int]:
    """Nights of which `out` has the first and `whole` the first two, sources of the second, how much it changes."""
    folder = tmp_path_factory.mktemp("second")
    nights = Nights(*running, folder / "sources", folder / "out", folder / "whole")
    nights.prepare(0)
    shutil.copytree(nights.whole, nights.out)
    sources = write_sources(nights.folder, 1, nights.server)
    done = nights.zygote.run(sources, nights.whole, 1, die_at=10**9, **SETTINGS)
    assert done["status"] == 0
    return nights, sources, done["summary"]["changes"]


@pytest.mark.parametrize("share", [0.3, 0.7, 0.9, 0.97])
def test_a_night_of_all_sources_killed_between_two_changes(
    second: tuple[Nights, list[Path], int], out: Path, share: float
) -> None:
    before, sources, changes = second
    nights = replace(before, out=Path(shutil.copytree(before.out, out)))
    died = nights.zygote.run(sources, out, 1, die_at=int(changes * share), **SETTINGS)
    assert died["status"] == -signal.SIGKILL
    assert torn(out) == []
    nights.complete(sources, 1)
    rows = load("duplicates", out)
    assert len(set(rows["run_id"].to_pylist())) == 2 and rows.num_rows > 10
    assert check(out).problems == []


def kill_at_random(nights: Nights, sources: list[Path], night: int, chance: random.Random) -> str | None:
    """Start a night with a pool and have it die, by itself at a change of the file system, or from outside at a time
    or at what the disk shows; None where it ended before."""
    way = chance.choice(("change", "change", "change", "time", *WATCHED))
    die_at = chance.randrange(1, 80) if way == "change" else 0
    forked = chance.random() < 0.9  # to start fresh interpreters takes most of a kill's time
    pool = {"runner": "processes", "workers": 2, "forked": forked}
    pid = nights.zygote.start(sources, nights.out, night, **SETTINGS, die_at=die_at, **pool)
    until = time.monotonic() + (chance.uniform(0.05, nights.seconds) if way == "time" else 240.0)
    while alive(pid) and time.monotonic() < until and (way not in WATCHED or moment(nights.out) != way):
        time.sleep(0.05 if way == "change" else 0.002)
    group = chance.random() < 0.5
    if alive(pid):
        with contextlib.suppress(ProcessLookupError):  # it may end just now
            (os.killpg if group else os.kill)(pid, signal.SIGKILL)
    ended = nights.zygote.wait()
    assert torn(nights.out) == []
    assert eventually(lambda: of_group(pid) == [], 60.0), "workers outlived their run"
    if ended["status"] != -signal.SIGKILL:
        assert ended["status"] == 0
        return None
    return f"{moment(nights.out)}, {'by itself' if die_at else 'group' if group else 'alone'}"


def kill_many(nights: Nights, kills: int, seed: int = 20260301) -> Counter[str]:
    """Nights that are killed up to twelve times each, until there were so many kills."""
    chance = random.Random(seed)
    died: Counter[str] = Counter()
    night = 0
    while died.total() < kills:
        sources = nights.prepare(night)
        for _ in range(12):
            if (at := kill_at_random(nights, sources, night, chance)) is None:
                break
            died[at] += 1
        nights.complete(sources, night, runner="processes", workers=2)
        night += 1
        print(f"{died.total()} kills, {night} nights: {dict(sorted(died.items()))}", flush=True)
    assert check(nights.out).problems == []
    print(f"{load('duplicates', nights.out).num_rows} copies", flush=True)
    return died


@pytest.mark.long
def test_two_hundred_kills_over_nights_of_all_sources(nights: Nights) -> None:
    assert kill_many(nights, KILLS).total() >= KILLS
