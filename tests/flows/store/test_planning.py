"""What is decided about a page before it is cleaned: nothing to do, to be cleaned, or a row that says why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cleaners.policy import Policy
from flows.addresses import page_id
from flows.errors import QingwenError
from flows.pages import ShardPage, SourcePage
from flows.store.planning import Fingerprint, FixedSizer, Planner, shards_of
from flows.store.rawstore import RawStore
from flows.store.state import Known, State
from schemas.records import Rejection

DATA = "<p>渠修好了，水来了。</p>".encode()
ADDRESS = "https://www.example.cn/a.html"
MADE = "20260301-0001"


class Remembering(State):
    """The index of known pages, with one row that no earlier run has to be made for."""

    row: Known | None = None

    def known(self, name: str) -> Known | None:
        return self.row if name == page_id(ADDRESS) else None


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Remembering]:
    state = Remembering(None, "20260302", tmp_path / "known.sqlite")
    yield state
    state.close()


@pytest.fixture
def raw(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path)


def planner(state: State, raw: RawStore, unchanged: str = "row") -> Planner:
    return Planner(state, raw, Policy(), Fingerprint("1.0+a", "rules"), unchanged=unchanged)


def row(raw: RawStore, **changed: Any) -> Known:
    """The newest row of the page, made by the same code, rules and policy of the same bytes on an earlier night."""
    fields: dict[str, Any] = {
        "run_id": MADE,
        "raw_sha256": raw.put(DATA),
        "policy_digest": Policy().digest(),
        "rules_digest": "rules",
        "cleaner_version": "1.0+a",
        "status": "cleaned",
        "reason": None,
        "documents": 2,
        "documents_run": MADE,
        "content_sha256": "c" * 64,
        "encoding": "utf-8",
        "etag": '"1"',
        "last_modified": "Sun, 01 Mar 2026 00:00:00 GMT",
        "url": ADDRESS,
        "source": "",
        "provenance": None,
        "bytes": len(DATA),
        "bytes_reason": None,
        "written_raw": None,
    }
    return Known(**{**fields, **changed})


PAGE = SourcePage(ADDRESS, data=DATA, etag='"2"')


def test_the_same_bytes_cleaned_by_the_same_code_are_unchanged(state: Remembering, raw: RawStore) -> None:
    state.row = row(raw)
    planned = planner(state, raw).plan_page(PAGE)
    assert planned is not None
    assert (planned.status, planned.encoding, planned.rejection) == ("unchanged", "utf-8", None)
    assert (planned.content, planned.documents, planned.documents_run) == ("c" * 64, 2, MADE)


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "gone"},
        {"bytes_reason": "runner: time"},
        {"bytes_reason": "rawstore: damaged"},
        {"bytes_reason": "runner: failed: time: 60 s"},
        {"raw_sha256": "0" * 64},
        {"policy_digest": "0" * 16},
        {"cleaner_version": "1.0+b"},
        {"rules_digest": "others"},
    ],
    ids=str,
)
def test_what_may_give_other_rows_is_cleaned_again(state: Remembering, raw: RawStore, changed: dict[str, Any]) -> None:
    state.row = row(raw, **changed)
    planned = planner(state, raw).plan_page(PAGE)
    assert planned is not None
    assert planned.status == "cleaned"
    assert (planned.raw_sha256, planned.bytes) == (raw.put(DATA), len(DATA))


def test_why_nothing_could_be_made_of_unchanged_bytes_is_said_again(state: Remembering, raw: RawStore) -> None:
    state.row = row(raw, status="rejected", bytes_reason="decoding: binary: pdf")
    planned = planner(state, raw).plan_page(PAGE)
    assert planned is not None
    assert (planned.status, planned.rejection) == ("unchanged", Rejection("decoding", "binary: pdf"))


@pytest.mark.parametrize(("unchanged", "status"), [("row", "unchanged"), ("skip", None), ("clean", "cleaned")])
def test_what_becomes_of_an_unchanged_page_is_a_choice(
    state: Remembering, raw: RawStore, unchanged: str, status: str | None
) -> None:
    state.row = row(raw)
    planning = planner(state, raw, unchanged)
    planned = planning.plan_page(PAGE)
    assert (planned.status if planned else None) == status
    assert planning.skipped == ({"repeated": 1} if status is None else {})


def test_a_page_unchanged_since_tonight_s_own_row_gets_no_second_one(state: Remembering, raw: RawStore) -> None:
    state.row = row(raw, run_id="20260302-0001")
    planning = planner(state, raw)
    planning.skipped["repeated"] = 2
    assert planning.plan_page(PAGE) is None
    assert planning.skipped == {"repeated": 3}


def test_a_page_named_twice_is_taken_once_and_the_second_source_told(state: Remembering, raw: RawStore) -> None:
    planning = planner(state, raw)
    state.stage([page_id("https://www.example.cn/staged.html")])
    forgotten = [f"https://www.example.cn/forgotten{n}.html" for n in range(2)]
    state.withhold(map(page_id, forgotten))
    pages = [
        replace(PAGE, source="first"),
        replace(PAGE, source="second"),
        replace(PAGE, source="second"),
        SourcePage("https://www.example.cn/staged.html", data=DATA),
        *(SourcePage(address, data=DATA) for address in forgotten),
    ]
    assert [p.page_id for p in planning.plan(pages)] == [page_id(ADDRESS)]
    assert planning.skipped == {"repeated": 2, "staged": 1, "withheld": 2}
    assert planning.twice == {"second": 2}
    assert planning.named == 6


LATER = "Mon, 02 Mar 2026 00:00:00 GMT"


@pytest.mark.parametrize("said", [{"etag": '"3"'}, {"last_modified": LATER}, {}], ids=str)
def test_not_modified_is_the_bytes_of_last_time(state: Remembering, raw: RawStore, said: dict[str, str]) -> None:
    """With the validators that the server gave now, else with those of last time."""
    state.row = row(raw)
    planned = planner(state, raw).plan_page(SourcePage(ADDRESS, not_modified=True, **said))
    assert planned is not None
    assert (planned.status, planned.raw_sha256, planned.bytes) == ("unchanged", raw.put(DATA), len(DATA))
    assert planned.etag == said.get("etag", state.row.etag)
    assert planned.last_modified == said.get("last_modified", state.row.last_modified)


@pytest.mark.parametrize("known", [False, True])
def test_not_modified_of_a_page_without_bytes_is_rejected(state: Remembering, raw: RawStore, known: bool) -> None:
    state.row = row(raw, raw_sha256=None) if known else None
    planned = planner(state, raw).plan_page(SourcePage(ADDRESS, not_modified=True))
    assert planned is not None and planned.rejection is not None
    assert (planned.status, planned.rejection.stage, planned.rejection.reason) == ("rejected", "fetch", "not modified")
    assert "not known" in planned.rejection.detail


def test_a_page_that_was_gone_has_no_documents_to_be_compared_with(state: Remembering, raw: RawStore) -> None:
    state.row = row(raw, status="gone")
    planned = planner(state, raw).plan_page(PAGE)
    assert planned is not None
    assert (planned.content, planned.documents, planned.documents_run) == (None, 0, "")


def test_what_is_gone_has_no_documents_any_more(state: Remembering, raw: RawStore) -> None:
    state.row = row(raw)
    planned = planner(state, raw).plan_page(SourcePage(ADDRESS, gone=True))
    assert planned is not None
    assert (planned.status, planned.content, planned.documents, planned.documents_run) == ("gone", None, 0, "")


@pytest.mark.parametrize(
    ("status", "reason", "run", "rows"),
    [
        ("rejected", "fetch: refused", "20260302-0001", 0),  # tonight's row says the same
        ("rejected", "fetch: refused", MADE, 1),
        ("rejected", "fetch: timeout", "20260302-0001", 1),
        ("cleaned", None, "20260302-0001", 1),
    ],
)
def test_a_page_without_bytes_gets_a_row_a_night(
    state: Remembering, raw: RawStore, status: str, reason: str | None, run: str, rows: int
) -> None:
    state.row = row(raw, status=status, reason=reason, run_id=run)
    planning = planner(state, raw)
    planned = planning.plan_page(SourcePage(ADDRESS, rejection=Rejection("fetch", "refused")))
    assert [planned] if rows else planned is None
    assert planning.skipped == ({} if rows else {"repeated": 1})
    if planned is not None:
        assert (planned.status, planned.rejection, planned.bytes) == ("rejected", Rejection("fetch", "refused"), 0)
        assert planned.content == state.row.content_sha256


@pytest.mark.parametrize(("status", "rows"), [("gone", 0), ("cleaned", 1)])
def test_a_page_is_gone_once_a_night(state: Remembering, raw: RawStore, status: str, rows: int) -> None:
    state.row = row(raw, status=status, run_id="20260302-0001")
    planning = planner(state, raw)
    planning.skipped["repeated"] = 2
    planned = planning.plan_page(SourcePage(ADDRESS, gone=True))
    assert (planned is not None) == bool(rows)
    assert planning.skipped == {"repeated": 3 - rows}


def test_what_is_rejected_is_not_kept_whatever_came(state: Remembering, raw: RawStore) -> None:
    planned = planner(state, raw).plan_page(SourcePage(ADDRESS, data=DATA, rejection=Rejection("fetch", "refused")))
    assert planned is not None
    assert (planned.status, planned.raw_sha256, planned.bytes) == ("rejected", None, 0)


class NotToday(QingwenError):
    """An error of ours with a reason."""

    reason = "not today"


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (NotToday("later"), "not today", "later"),
        (QingwenError("how so"), "unreadable", "how so"),
        (OSError("no such disk"), "unreadable", "OSError: no such disk"),
        (MemoryError(), "unreadable", "MemoryError: "),
        (ValueError("no"), "unreadable", "ValueError: no"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_bytes_that_cannot_be_read_are_a_rejection(
    state: Remembering, raw: RawStore, error: Exception, reason: str, detail: str
) -> None:
    def read() -> bytes:
        raise error

    planned = planner(state, raw).plan_page(SourcePage(ADDRESS, read=read))
    assert planned is not None
    assert (planned.status, planned.rejection) == ("rejected", Rejection("source", reason, detail))


def test_bytes_are_read_when_they_are_planned(state: Remembering, raw: RawStore) -> None:
    planned = planner(state, raw).plan_page(SourcePage(ADDRESS, read=lambda: DATA))
    assert planned is not None and planned.raw_sha256 is not None
    assert (planned.status, planned.bytes, raw.get(planned.raw_sha256)) == ("cleaned", len(DATA), DATA)
    nothing = planner(state, raw).plan_page(SourcePage("https://www.example.cn/b.html"))
    assert nothing is not None and nothing.rejection is not None
    assert (nothing.rejection.stage, nothing.rejection.reason) == ("source", "no bytes")


def test_a_row_bears_what_the_source_says_and_no_password(state: Remembering, raw: RawStore) -> None:
    own = Policy(script=None)
    said = SourcePage(
        ADDRESS,
        url="https://user:secret@www.example.cn/a.html",
        data=DATA,
        content_type="text/html",
        http_status=200,
        fetched_at="2026-03-02T00:00:00+00:00",
        last_modified=LATER,
        final_url="https://user:secret@www.example.cn/b.html",
        provenance="list.txt",
        source="https://user:secret@www.example.cn/list.txt",
        policy=own,
    )
    planning = planner(state, raw)
    planned = planning.plan_page(said)
    assert planned is not None
    assert "secret" not in str(planned)
    assert planned.url == planned.page_url and planned.url.startswith("https://")
    assert planned.final_url is not None and planned.final_url.endswith("/b.html")
    assert (planned.content_type, planned.http_status, planned.fetched_at, planned.provenance) == (
        *("text/html", 200, "2026-03-02T00:00:00+00:00"),
        "list.txt",
    )
    assert planned.last_modified == said.last_modified
    assert planned.source.endswith("/list.txt")
    assert planned.policy == own.digest() and planning.policies[own.digest()] == own
    local = planner(state, raw).plan_page(SourcePage("file:pages/a.html", data=DATA, final_url="file:pages/a.html"))
    assert local is not None
    assert (local.url, local.page_url, local.final_url) == ("file:pages/a.html", "", None)
    assert (local.content, local.documents, local.documents_run) == (None, 0, "")  # of a page that is not known


def pages_of(planning: Planner, sizes: list[tuple[str, int]]) -> list[ShardPage]:
    return [
        ShardPage(f"{n:020x}", f"file:{n}", status=status, bytes=size, policy=planning.default)
        for n, (status, size) in enumerate(sizes)
    ]


@pytest.mark.parametrize(
    ("sizes", "shards"),
    [
        ([("cleaned", 1)] * 7, [3, 3, 1]),
        ([("cleaned", 60), ("cleaned", 40), ("cleaned", 99), ("cleaned", 1)], [2, 2]),
        ([("cleaned", 100), ("unchanged", 100), ("gone", 100), ("unchanged", 100)], [1, 3]),
        ([("cleaned", 1)] * 6, [3, 3]),
        ([("cleaned", 99), ("cleaned", 1), ("cleaned", 1)], [2, 1]),
        ([], []),
    ],
)
def test_a_shard_ends_where_it_is_large_enough(
    state: Remembering, raw: RawStore, sizes: list[tuple[str, int]], shards: list[int]
) -> None:
    """Three pages, or a hundred bytes that are to be cleaned."""
    planning = planner(state, raw)
    pages = pages_of(planning, sizes)
    made = list(
        shards_of(
            pages, planner=planning, run_id="20260302-0001", attempt="x", out="out", sizer=FixedSizer(3, 100), first=5
        )
    )
    assert [len(shard.pages) for shard in made] == shards
    assert [page for shard in made for page in shard.pages] == pages
    assert [shard.number for shard in made] == list(range(5, 5 + len(shards)))
    for shard in made:
        assert (shard.run, shard.attempt, shard.out) == ("20260302-0001", "x", "out")
        assert (shard.cleaner_version, shard.rules_digest) == ("1.0+a", "rules")
        assert shard.policies == {planning.default: Policy()}
