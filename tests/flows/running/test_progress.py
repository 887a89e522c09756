"""How far a run is: never more than is known, in pages, and told to whoever listens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import running, sources
from flows.pages import Expected, Shard, ShardPage, ShardResult
from flows.running import Progress, Standing
from flows.settings import Settings

Run = Callable[..., dict[str, Any]]


def shard(number: int, pages: int) -> Shard:
    return Shard(number, "r", "1", "out", tuple(ShardPage(f"{number}-{n}", "u") for n in range(pages)), {})


def followed(progress: Progress, sizes: list[int], ahead: int = 1) -> Iterator[Standing]:
    """A run of shards of these sizes, `ahead` of them under way: how far it is behind each result."""
    progress.begin(0, Counter())

    def work() -> Iterator[ShardResult]:
        waiting = []
        for one in progress.shards(shard(n, size) for n, size in enumerate(sizes)):
            waiting.append(one)
            if len(waiting) > ahead:
                yield ShardResult("", statuses={"cleaned": len(waiting.pop(0).pages)})
        for one in waiting:
            yield ShardResult("", statuses={"cleaned": len(one.pages)})

    for _ in progress.results(work()):
        yield progress.standing()


def test_the_share_is_that_of_the_pages_whatever_the_sizes_of_the_shards() -> None:
    """Small shards come first: a count of shards would stand at 76% after 39% of the pages."""
    sizes = [10, 10, 10, 20, 50, 100, 200, 600]
    seen = [standing.share for standing in followed(Progress(lambda: Expected(1000)), sizes)]
    done = [sum(sizes[: n + 1]) / 1000 for n in range(len(sizes))]
    assert seen[:-1] == pytest.approx(done[:-1])
    assert seen[-1] == 0.999, "not done before it is committed"


def test_where_nobody_can_know_no_share_is_said_until_the_last_page_is_named() -> None:
    standings = list(followed(Progress(last_time=30), [10, 10, 10], ahead=2))
    assert standings[0].share is None and standings[0].left is None
    assert "30 the last time" in standings[0].words() and "%" not in standings[0].words()
    assert standings[1].expected == 30 and standings[1].share == pytest.approx(20 / 30)


def test_an_estimate_is_called_one() -> None:
    standing = next(iter(followed(Progress(lambda: Expected(40, exact=False)), [10, 10, 10])))
    assert standing.words().startswith("10 of about 40 pages (25%)")


def test_more_pages_than_were_counted_make_the_count_unknown() -> None:
    standings = list(followed(Progress(lambda: Expected(15)), [10, 10, 10]))
    assert standings[0].expected == 15 and standings[1].expected is None
    assert standings[2].expected == 30


def test_a_resumed_run_begins_with_what_it_found() -> None:
    progress = Progress(lambda: Expected(100))
    told: list[Standing] = []
    with running.listening(told.append):
        progress.begin(40, Counter(repeated=5))
    assert told[0].settled == 45 and told[0].share == pytest.approx(0.45)
    assert "40 of them found done" in told[0].words()
    assert told[0].rate == 0 and told[0].left is None, "what was found says nothing about how fast this attempt is"


def test_a_listener_that_fails_is_not_asked_again_and_stops_no_run() -> None:
    asked = []

    def broken(standing: Standing) -> None:
        asked.append(standing)
        raise BrokenPipeError

    with running.listening(broken):
        assert len(list(followed(Progress(lambda: Expected(30)), [10, 10, 10]))) == 3
    assert len(asked) == 1


def test_a_run_tells_how_far_it_is(run: Run, pages: Path) -> None:
    told: list[Standing] = []
    with running.listening(told.append):
        run(pages)
    assert told[0].settled == 0 and told[0].expected == 24
    assert (told[-1].stage, told[-1].settled, told[-1].share) == ("done", 24, 1.0)
    with running.listening(told.append):
        run(pages, night=1)
    assert told[-1].last_time == 24


# --- counting ---------------------------------------------------------------------------------------------------------


def counted(*named: Path | str, **settings: Any) -> int | None:
    chosen = Settings(out=Path("nowhere"), **settings)
    expected = sources.gauge(sources.understand([str(n) for n in named], chosen), chosen).expected()
    return expected and expected.pages


def test_what_can_be_counted_is_and_what_cannot_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "below").mkdir(parents=True)
    for name in ("a.html", "b.html", "below/c.html", "data.json", ".hidden.html"):
        (folder / name).write_text("x")
    (tmp_path / "list.urls").write_text("http://a.cn/1\n# a note\n\nhttp://a.cn/2\nno address\n")
    (tmp_path / "lines.jsonl").write_text('{"url": "http://a.cn/", "html": "x"}\n')
    assert counted(folder) == 3
    assert counted(folder, limit=2) == 2
    assert counted(folder, include=("*a.html",)) == 1
    assert counted(f"{folder}/*.html") == 2
    assert counted(tmp_path / "list.urls", folder) == 6
    assert counted("http://a.cn/1") == 1
    assert counted(tmp_path / "lines.jsonl", folder) is None
    assert counted("https://a.cn/sitemap.xml") is None
    assert counted("-") is None
    assert counted(folder, since="2020-01-01") == 3
    assert counted(folder, since="2999-01-01") == 0


def test_counting_gives_up_in_time(tmp_path: Path) -> None:
    for n in range(600):
        (tmp_path / f"{n}.html").touch()
    chosen = Settings(out=tmp_path / "out")
    understood = sources.understand([str(tmp_path)], chosen)
    assert sources.gauge(understood, chosen).expected() == Expected(600)
    assert sources.gauge(understood, chosen, seconds=-1.0).expected() is None


def test_what_was_counted_is_what_the_run_names(run: Run, pages: Path) -> None:
    assert counted(pages) == run(pages)["named"]
