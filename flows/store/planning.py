"""From what the sources name to shards: bytes into the raw store, and for each page whether there is anything to do."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from cleaners.policy import Policy
from flows.addresses import canonical, page_id, public
from flows.errors import QingwenError
from flows.pages import Shard, ShardPage, ShardResult, SourcePage
from flows.store.rawstore import RawStore
from flows.store.state import Known, State
from schemas.records import Rejection

# Rejections of these stages may not hold another time: such a page is not "unchanged" because its bytes are.
RETRIED_STAGES = ("runner", "rawstore")


class Sizer(Protocol):
    """Says when a shard is large enough, and may learn from what shards took."""

    def full(self, pages: int, size: int) -> bool:
        """Whether a shard of so many pages and bytes to clean is large enough."""

    def learn(self, result: ShardResult) -> None:
        """Take note of a finished shard."""


class FixedSizer:
    """Shards of a fixed size."""

    def __init__(self, pages: int = 500, size: int = 16 * 2**20) -> None:
        self.pages, self.size = pages, size

    def full(self, pages: int, size: int) -> bool:
        return pages >= self.pages or size >= self.size

    def learn(self, result: ShardResult) -> None:
        pass


@dataclasses.dataclass(frozen=True)
class Fingerprint:
    """What a page is cleaned with; with its bytes it decides whether the page is unchanged."""

    cleaner_version: str
    rules_digest: str


class Planner:
    """Turns source pages into shard pages. Counts those that get no row."""

    def __init__(
        self, state: State, raw: RawStore, policy: Policy, fingerprint: Fingerprint, *, unchanged: str = "row"
    ) -> None:
        """unchanged: what becomes of a page with nothing new: "row" (it is recorded), "skip", or "clean" (again)."""
        self.state, self.raw, self.fingerprint, self._if_unchanged = state, raw, fingerprint, unchanged
        self.policies: dict[str, Policy] = {}
        self.skipped: Counter[str] = Counter()  # "repeated", "withheld", "staged"
        self.twice: Counter[str] = Counter()  # source -> pages that another source of this run had named before
        self.named = 0  # pages that the sources named
        self.default = self._digest(policy)

    def plan(self, pages: Iterable[SourcePage]) -> Iterator[ShardPage]:
        """Each page once, with the decision about it; bytes are in the raw store when its ShardPage comes out."""
        for page in pages:
            self.named += 1
            planned = self.plan_page(page)
            if planned is not None:
                yield planned

    def plan_page(self, page: SourcePage) -> ShardPage | None:
        """The decision about one page; None where it gets no row."""
        rejection = page.rejection
        name = page.page_id or page_id(page.address)
        if self.state.withheld(name):
            self.skipped["withheld"] += 1
            return None
        taken = self.state.take(name)
        if taken != "new":
            self.skipped["repeated" if taken == "twice" else "staged"] += 1
            if taken == "twice":
                self.twice[public(page.source)] += 1
            return None
        known = self.state.known(name)
        planned = self._described(page, name, known)
        if page.gone:
            return self._unless_repeated(known, _final(planned, "gone"))
        if rejection is None and page.not_modified:
            return self._not_modified(planned, known)
        data = page.data
        if rejection is None and data is None:
            data, rejection = _read(page)
        if rejection is not None or data is None:
            return self._unless_repeated(known, _final(planned, "rejected", rejection))
        sha256 = self.raw.put(data)
        return self._with_bytes(dataclasses.replace(planned, raw_sha256=sha256, bytes=len(data)), known)

    def _described(self, page: SourcePage, name: str, known: Known | None) -> ShardPage:
        url = public(page.url or canonical(page.address))
        digest = self.default if page.policy is None else self._digest(page.policy)
        has = None if known is None or known.status == "gone" else known
        return ShardPage(
            page_id=name,
            url=url,
            content_type=page.content_type,
            http_status=page.http_status,
            fetched_at=page.fetched_at,
            etag=page.etag,
            last_modified=page.last_modified,
            final_url=public(page.final_url) if page.final_url and page.final_url != url else None,
            provenance=page.provenance,
            source=public(page.source) if "@" in page.source else page.source,
            policy=digest,
            content=has.content_sha256 if has else None,
            documents=has.documents if has else 0,
            documents_run=has.documents_run if has else "",
        )

    def _not_modified(self, planned: ShardPage, known: Known | None) -> ShardPage | None:
        if known is None or known.raw_sha256 is None:
            rejection = Rejection("fetch", "not modified", "the server says so of a page that is not known")
            return _final(planned, "rejected", rejection)
        planned = dataclasses.replace(
            planned,
            raw_sha256=known.raw_sha256,
            bytes=known.bytes,
            etag=planned.etag or known.etag,
            last_modified=planned.last_modified or known.last_modified,
        )
        return self._with_bytes(planned, known)

    def _with_bytes(self, planned: ShardPage, known: Known | None) -> ShardPage | None:
        if known is None or self._if_unchanged == "clean" or not self.unchanged(planned, known):
            return planned
        if self._if_unchanged == "skip" or self.state.tonight(known):
            self.skipped["repeated"] += 1
            return None
        rejection = None
        if known.bytes_reason:  # unchanged bytes that nothing could be made of: the row still says why
            stage, _, reason = known.bytes_reason.partition(": ")
            rejection = Rejection(stage, reason)
        return dataclasses.replace(planned, status="unchanged", encoding=known.encoding, rejection=rejection)

    def unchanged(self, planned: ShardPage, known: Known) -> bool:
        """Whether cleaning the page again would give the rows that it has."""
        return (
            known.status != "gone"
            and (known.bytes_reason or "").partition(": ")[0] not in RETRIED_STAGES
            and known.raw_sha256 == planned.raw_sha256
            and known.policy_digest == planned.policy
            and known.cleaner_version == self.fingerprint.cleaner_version
            and known.rules_digest == self.fingerprint.rules_digest
        )

    def _unless_repeated(self, known: Known | None, planned: ShardPage) -> ShardPage | None:
        """A page without bytes: no second row where tonight's newest row says the same."""
        reason = f"{planned.rejection.stage}: {planned.rejection.reason}" if planned.rejection else None
        if known is not None and self.state.tonight(known) and (known.status, known.reason) == (planned.status, reason):
            self.skipped["repeated"] += 1
            return None
        return planned

    def _digest(self, policy: Policy) -> str:
        digest = policy.digest()
        self.policies.setdefault(digest, policy)
        return digest


def shards_of(
    pages: Iterable[ShardPage],
    *,
    planner: Planner,
    run_id: str,
    attempt: str,
    out: str,
    sizer: Sizer,
    first: int = 0,
) -> Iterator[Shard]:
    """Pages in shards, numbered from `first`; one is made whenever the sizer says that it is large enough."""
    held: list[ShardPage] = []
    size = 0
    number = first

    def shard() -> Shard:
        policies = {p.policy: planner.policies[p.policy] for p in held}
        about = planner.fingerprint
        return Shard(number, run_id, attempt, out, tuple(held), policies, about.cleaner_version, about.rules_digest)

    for page in pages:
        held.append(page)
        size += page.bytes if page.status == "cleaned" else 0
        if sizer.full(len(held), size):
            yield shard()
            held, size, number = [], 0, number + 1
    if held:
        yield shard()


def _final(planned: ShardPage, status: str, rejection: Rejection | None = None) -> ShardPage:
    if status == "gone":
        return dataclasses.replace(planned, status=status, content=None, documents=0, documents_run="")
    return dataclasses.replace(planned, status=status, rejection=rejection)


def _read(page: SourcePage) -> tuple[bytes | None, Rejection | None]:
    """The bytes of a page that were not read yet."""
    if page.read is None:
        return None, Rejection("source", "no bytes", "the source gave neither bytes nor a way to get them")
    try:
        return page.read(), None
    except QingwenError as error:
        return None, Rejection("source", getattr(error, "reason", "unreadable"), str(error))
    except (OSError, MemoryError, ValueError) as error:
        return None, Rejection("source", "unreadable", f"{type(error).__name__}: {error}")
