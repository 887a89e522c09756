"""A run killed at any moment and started again ends as one that was not killed; no reader ever meets half a file."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from dataset_corpus import SENTENCES, write_pages
from dataset_killing import Zygote, moment, torn, unlike

from flows.reports.checking import check
from flows.store.rawstore import RawStore
from schemas import load

pytestmark = pytest.mark.xdist_group("killing")

SMALL: dict[str, Any] = {"shard_pages": 8}
WATCHED = ("staging", "merging", "before moving", "moving", "sweeping")


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.fixture(scope="module")
def whole(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int]:
    """Pages, the dataset that an unkilled run makes of them, and how often it changes the file system."""
    folder = tmp_path_factory.mktemp("kill")
    pages = write_pages(folder / "pages", 30)
    done = zygote.run(pages, folder / "whole", die_at=10**9, **SMALL)
    assert done["status"] == 0
    return pages, folder / "whole", done["summary"]["changes"]


def kill_and_complete(zygote: Zygote, pages: Path, out: Path, whole: Path, die_at: int) -> str:
    """Kill a run at its n-th change, complete it, and say at what it died."""
    assert zygote.run(pages, out, die_at=die_at, **SMALL)["status"] == -signal.SIGKILL
    at = moment(out)
    assert torn(out) == []
    staged = sum(1 for _ in out.glob("_staging/*/shards/[!.]*/shard.json"))
    done = zygote.run(pages, out, **SMALL)
    assert done["status"] == 0
    if at == "staging":
        assert done["summary"]["resumed"] >= (staged - 1) * SMALL["shard_pages"], "a staged shard was cleaned again"
    assert unlike(out, whole) == [], f"killed at change {die_at}: {at}"
    assert [p for p in out.glob("_staging/*") if p.is_dir()] == []
    return at


@pytest.mark.parametrize("share", [0.02, 0.4, 0.85, 0.92, 0.98])
def test_killed_between_two_changes_of_the_file_system(
    zygote: Zygote, whole: tuple[Path, Path, int], out: Path, share: float
) -> None:
    pages, reference, changes = whole
    kill_and_complete(zygote, pages, out, reference, max(1, int(changes * share)))
    assert check(out).problems == []


@pytest.mark.parametrize(("watched", "group"), [("staging", True), ("staging", False), ("merging", False)])
def test_killed_from_outside_alone_or_with_its_workers(
    zygote: Zygote, whole: tuple[Path, Path, int], out: Path, watched: str, group: bool
) -> None:
    pages, reference, _ = whole
    # To start fresh interpreters takes most of the time; those that outlive their parent are such.
    settings = {**SMALL, "runner": "processes", "workers": 2}
    pid = zygote.start(pages, out, forked=watched != "staging" or group, **settings)
    kill_when(watched, out, pid, group)
    zygote.wait()
    assert torn(out) == []
    assert zygote.run(pages, out, **SMALL)["status"] == 0
    assert unlike(out, reference) == []


def nights_of_copies(folder: Path, nights: int) -> list[Path]:
    """Sources of several nights: short texts of a few sentences, many of them again and again, some of them changed."""
    sources = []
    for night in range(nights):
        source = folder / f"night{night}"
        write_pages(source, 24, first=24 * night, short=True)
        write_pages(source, 6, first=10 * night, version=night)
        for n in range(8):
            text = "".join(SENTENCES[(n + k) % 12] for k in range(3 + night))
            (source / f"copy-{night}-{n}.txt").write_text(f"转载\n\n{text}\n\n{SENTENCES[n]}\n", encoding="utf-8")
            (source / f"again-{night}-{n}.txt").write_text("".join(SENTENCES[n : n + 3]), encoding="utf-8")
        sources.append(source)
    return sources


@pytest.fixture(scope="module")
def copied(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path], int]:
    """Sources of three nights, the datasets after each, and how often the second night changes the file system."""
    folder = tmp_path_factory.mktemp("copies")
    sources, outs = nights_of_copies(folder, 3), [folder / "out0"]
    changes = 0
    for night, source in enumerate(sources):
        if night:
            outs.append(Path(shutil.copytree(outs[-1], folder / f"out{night}")))
        done = zygote.run(source, outs[-1], night, die_at=10**9, **SMALL)
        assert done["status"] == 0
        changes = done["summary"]["changes"] if night == 1 else changes
    return sources, outs, changes


def kill_a_night_of_copies(
    zygote: Zygote, copied: tuple[list[Path], list[Path], int], out: Path, die_at: int, lost: str = ""
) -> str:
    """Kill the second night at its n-th change, complete it, run the third, and compare with nights without a kill."""
    sources, outs, _ = copied
    shutil.copytree(outs[0], out)
    assert zygote.run(sources[1], out, 1, die_at=die_at, **SMALL)["status"] == -signal.SIGKILL
    at = moment(out)
    assert torn(out) == []
    if lost == "index":
        shutil.rmtree(out / "_index")
    elif lost:
        for path in (out / "_index" / "duplicates").glob(f"*.{lost}"):
            path.write_bytes(path.read_bytes()[:-50] + b"\xff" * 50)
    assert zygote.run(sources[1], out, 1, **SMALL)["status"] == 0
    assert unlike(out, outs[1]) == [], f"killed at change {die_at}: {at}"
    assert zygote.run(sources[2], out, 2, **SMALL)["status"] == 0
    assert unlike(out, outs[2]) == [], f"the night after a kill at change {die_at}: {at}"
    return at


LOST = ("", "index", "keys", "originals", "paragraphs", "json")


# .6 before the search, .97 behind the commit; .82: between them, where an index that counts too early would find each
# document again. Here each loss is met once, in the long run by every share.
ONCE = {(0.6, ""), (0.6, "keys"), (0.6, "originals"), (0.82, ""), (0.97, "index"), (0.97, "paragraphs"), (0.97, "json")}


@pytest.mark.parametrize(
    ("share", "lost"),
    [pytest.param(*case, marks=() if case in ONCE else pytest.mark.long) for case in product((0.6, 0.82, 0.97), LOST)],
)
def test_a_night_of_copies_killed_finds_the_same_duplicates(
    zygote: Zygote, copied: tuple[list[Path], list[Path], int], out: Path, share: float, lost: str
) -> None:
    rows = load("duplicates", copied[1][2])
    assert set(rows["kind"].to_pylist()) >= {"exact", "near"}
    assert len(set(rows["run_id"].to_pylist())) == 3
    kill_a_night_of_copies(zygote, copied, out, int(copied[2] * share), lost)
    assert check(out).problems == []


@pytest.mark.long
def test_a_night_of_copies_killed_at_every_single_change(
    zygote: Zygote, copied: tuple[list[Path], list[Path], int], tmp_path: Path
) -> None:
    moments = Counter(kill_a_night_of_copies(zygote, copied, tmp_path / str(n), n) for n in range(1, copied[2] + 1))
    print(f"\n{copied[2]} kills, one before each change of the file system: {dict(moments)}")


def kill_when(watched: str, out: Path, pid: int, group: bool, *, seconds: float = 120.0) -> bool:
    """Kill a process, or its group, as soon as the staging folder shows the moment; False where it ended before."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if moment(out) == watched:
            try:
                (os.killpg if group else os.kill)(pid, signal.SIGKILL)
            except ProcessLookupError:
                return False
            return True
        if not _alive(pid):
            return False
        time.sleep(0.0002)
    raise AssertionError(f"the run neither ended nor came to {watched}")


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def kill_and_repeat_a_takedown(zygote: Zygote, whole: Path, out: Path, die_at: int) -> bool:
    """Kill a takedown at its n-th change and ask for it again; False where it makes fewer changes."""
    shutil.copytree(whole, out)
    url = next(u for u in load("pages", out)["url"].to_pylist() if "000004" in u)
    killed = zygote.run(url, out, 3, do="forget", die_at=die_at)["status"] == -signal.SIGKILL
    assert torn(out) == []
    assert load("pages", out).num_rows in (29, 30)
    assert zygote.run(url, out, 3, do="forget")["status"] == 0
    assert url not in load("pages", out)["url"].to_pylist()
    assert check(out).problems == [] and check(out).notes == []
    assert not any("第4号工作札记" in t for t in load("documents", out)["text"].to_pylist())
    assert len(list(RawStore(out).names())) == len(set(load("pages", out)["raw_sha256"].to_pylist()))
    return killed


@pytest.mark.parametrize("die_at", [3, 11, 20])
def test_a_takedown_killed_and_asked_for_again_is_complete(
    zygote: Zygote, whole: tuple[Path, Path, int], out: Path, die_at: int
) -> None:
    kill_and_repeat_a_takedown(zygote, whole[1], out, die_at)


@pytest.mark.long
def test_a_takedown_killed_at_every_single_change(
    zygote: Zygote, whole: tuple[Path, Path, int], tmp_path: Path
) -> None:
    kills = 1
    while kill_and_repeat_a_takedown(zygote, whole[1], tmp_path / str(kills), kills):
        kills += 1
    print(f"\n{kills - 1} kills of a takedown, one before each change of the file system")
    assert kills > 20


@pytest.mark.long
def test_killed_at_every_single_change(zygote: Zygote, whole: tuple[Path, Path, int], tmp_path: Path) -> None:
    pages, reference, changes = whole
    moments = Counter(kill_and_complete(zygote, pages, tmp_path / str(n), reference, n) for n in range(1, changes + 1))
    print(f"\n{changes} kills, one before each change of the file system: {dict(moments)}")


@pytest.mark.long
@pytest.mark.xdist_group("prefect")
def test_a_hundred_kills_over_many_nights(prefect_api: str, tmp_path: Path) -> None:
    """Nights of 2,000 pages as Prefect flows on one server, killed by time and by what the file system shows."""
    chance = random.Random(20260301)
    settings = {"runner": "processes", "workers": 2, "shard_pages": 40}
    pages, out, reference = tmp_path / "pages", tmp_path / "out", tmp_path / "whole"
    flows = Zygote({"PREFECT_API_URL": prefect_api, "PREFECT_LOGGING_LEVEL": "ERROR"}, prefect=True)
    plain = Zygote()
    kills: Counter[str] = Counter()
    died_at: Counter[str] = Counter()
    try:
        for night in range(40):
            if night == 0:
                write_pages(pages, 2_000, short=True)
            else:
                write_pages(pages, 150, first=chance.randrange(1_900), version=night, short=True)
            for _ in range(14 if night == 0 else 8):
                pid = flows.start(pages, out, night, **settings)
                group = chance.random() < 0.5
                if chance.random() < 0.4:
                    time.sleep(chance.uniform(0.05, 6.0 if night == 0 else 3.0))
                    watched = "time"
                    hit = _alive(pid)
                    if hit:
                        (os.killpg if group else os.kill)(pid, signal.SIGKILL)
                else:
                    watched = chance.choice(WATCHED)
                    hit = kill_when(watched, out, pid, group)
                ended = flows.wait()
                assert torn(out) == []
                if hit and ended["status"] == -signal.SIGKILL:
                    kills[f"{watched}, {'group' if group else 'alone'}"] += 1
                    died_at[moment(out)] += 1
                else:
                    break  # the night is done
            assert flows.run(pages, out, night, **settings)["status"] == 0
            assert plain.run(pages, reference, night, **{**settings, "runner": "here"})["status"] == 0
            assert unlike(out, reference) == [], f"night {night}"
            if sum(kills.values()) >= 120:
                break
    finally:
        flows.close()
        plain.close()
    print(f"\n{sum(kills.values())} kills over {night + 1} nights: {dict(kills)}; died at: {dict(died_at)}")
    assert sum(kills.values()) >= 100
    assert check(out).problems == []
