"""A night beside those before it: what is within its range, and what has left it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataset_corpus import SENTENCES, write_pages

from flows.reports.runpage import history, ranges
from schemas import load
from schemas.commits import committed_runs

Run = Callable[..., dict[str, Any]]


def written(out: Path, run_id: str) -> str:
    return (out / "_reports" / f"{run_id}.html").read_text(encoding="utf-8")


def test_a_count_within_chance_is_within_its_range() -> None:
    usual = ranges.of_counts([100] * 10)
    assert usual is not None and (usual.low, usual.high) == (70, 130)
    assert [usual.verdict(n) for n in (69, 70, 130, 131)] == ["below", "", "", "above"]
    assert ranges.of_counts([100] * 4) is None, "too few nights"


def test_the_range_widens_with_the_nights() -> None:
    usual = ranges.of_counts([50, 100, 150, 200, 250])
    assert usual is not None and usual.low == 0 and usual.high == 350


def test_a_share_of_few_pages_moves_freely() -> None:
    nights = [(5.0, 100.0)] * 10
    many, few = ranges.of_shares(nights, 1000), ranges.of_shares(nights, 20)
    assert many is not None and few is not None and many.high < few.high
    assert many.verdict(0.10) == "above" and few.verdict(0.10) == ""
    assert ranges.of_shares(nights, 4) is None and ranges.of_shares([(1.0, 0.0)] * 9, 100) is None


def test_what_was_never_seen_is_told_when_it_is_more_than_chance() -> None:
    usual = ranges.of_shares([(0.0, 1000.0)] * 10, 1000)
    assert usual is not None and usual.verdict(0.05) == "above" and usual.verdict(0.0) == ""


def test_the_night_stands_beside_those_before(run: Run, tmp_path: Path, out: Path) -> None:
    for night in range(6):
        folder = write_pages(tmp_path / f"night{night}", 60 if night < 5 else 5)
        target = tmp_path / "pages"
        if target.is_symlink():
            target.unlink()
        target.symlink_to(folder)
        summary = run(target, night=night, follow_links=True)
    by_night = history.nights(out, summary["run_id"])
    assert [night.figures["pages"] for night in by_night][:5] == [60] * 5
    text = written(out, summary["run_id"])
    assert "below its range" in text and "This night does not count as success" in text
    assert "below its range" not in written(out, committed_runs(out)[4])


def test_damage_that_is_new_is_told(run: Run, tmp_path: Path, out: Path) -> None:
    """A server that was set up anew sends its pages in another encoding than it says: that night stands out."""
    folder = tmp_path / "site"
    for night in range(7):
        folder.mkdir(exist_ok=True)
        for n in range(20):
            text = f"{SENTENCES[n % 12]}{SENTENCES[(n + night) % 12]}第{night}夜第{n}页。"
            wrong = text.encode().decode("gb18030", "replace") if night == 6 else text
            html = f"<html><head><title>札记{n}</title></head><body><h1>札记{n}</h1><p>{text}</p><p>{wrong}</p></body></html>"
            (folder / f"{n}.html").write_text(html, encoding="utf-8")
        summary = run(folder, night=night)
    text = written(out, summary["run_id"])
    moved = text.partition('class="callout moved"')[2].partition("</section>")[0]
    assert "Pages repaired, by rule" in moved and "mojibake/wrong-codec" in moved and 'href="#repaired"' in moved
    assert 'id="repaired"' in text


def test_runs_of_one_night_are_taken_together(run: Run, pages: Path, tmp_path: Path, out: Path) -> None:
    run(pages)
    other = write_pages(tmp_path / "other", 10)
    second = run(other)
    (night,) = history.nights(out, second["run_id"])
    assert len(night.runs) == 2 and night.figures["pages"] == load("pages", out).num_rows > 24


def test_a_month_of_hosts_that_come_and_go_is_drawn_in_bounds() -> None:
    """A broad crawl: a thousand hosts a night, most of them seen once, and all of last month's gone tonight."""
    from flows.reports.runpage.places import MOST, places

    def night(number: int) -> history.Night:
        names = [f"once{number}-{n}.example.cn" for n in range(700)]
        names += [f"always{n}.example.cn" for n in range(300)] if number < 30 else []
        counts = {name: {"pages": 90, "cleaned": 80, "rejected": 10, "documents": 80} for name in names}
        return history.Night(f"2026-03-{number + 1:02d}", ("r",), {"hosts": counts, "hosts_whole": 1})

    table = places([night(n) for n in range(31)], "hosts", "Hosts")
    assert len(table.rows) <= 2 * MOST
    below = [row for row in table.rows if row.verdict == "below"]
    assert below and all(row.name.startswith("always") and row.pages == 0 for row in below)
    assert table.more == 700 + 300 - len(table.rows)


def test_a_night_that_left_hosts_out_says_nothing_of_them() -> None:
    from flows.reports.runpage.places import places

    known = {"a.example.cn": {"pages": 100, "cleaned": 100}}
    nights = [
        history.Night(f"2026-03-{n:02d}", ("r",), {"hosts": known if n % 2 else {}, "hosts_whole": n % 2})
        for n in range(1, 14)
    ]
    assert places(nights, "hosts", "Hosts").rows[0].usual == "70 to 130"
    whole = [history.Night(night.date, night.runs, {**night.figures, "hosts_whole": 1}) for night in nights]
    assert places(whole, "hosts", "Hosts").rows[0].usual == "0 to 250"


def test_a_host_that_is_new_is_not_out_of_range() -> None:
    from flows.reports.runpage.places import places

    nights = [history.Night(f"2026-03-{n:02d}", ("r",), {"hosts": {}, "hosts_whole": 1}) for n in range(1, 9)]
    nights.append(history.Night("2026-03-09", ("r",), {"hosts": {"a.cn": {"pages": 500}}, "hosts_whole": 1}))
    (row,) = places(nights, "hosts", "Hosts").rows
    assert (row.pages, row.usual, row.verdict) == (500, "", "")
