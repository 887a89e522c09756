"""What travels between the parts of a run: a page from a source, a shard of pages, and what became of a shard.

Plain frozen records that pickle; a shard carries no bytes, its worker reads them from the raw store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cleaners.policy import Policy
from flows.addresses import is_web
from schemas.records import Rejection


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as a source names it: with its bytes, or with a way to get them, or with the reason why there are none."""

    address: str  # what page_id is made of: a URL, or `file:` and a path
    url: str = ""  # for site rules and links; empty: the address where that is http(s)
    data: bytes | None = None
    read: Callable[[], bytes] | None = None  # called once, in the parent, just before the page is planned
    content_type: str | None = None
    http_status: int | None = None
    fetched_at: str | None = None  # ISO 8601 with zone
    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None
    provenance: str = ""
    source: str = ""
    policy: Policy | None = None  # None: the run's
    not_modified: bool = False  # HTTP 304: the bytes are those of the last time
    gone: bool = False  # 404 or 410
    rejection: Rejection | None = None  # nothing could be had
    transient: bool = False  # the rejection may not hold the next time
    partial: bool = False  # the source may hold more pages, which could not be read
    page_id: str = ""  # known already; empty: made from the address


@dataclass(frozen=True, slots=True)
class Target:
    """An address still to be fetched."""

    url: str
    source: str = ""  # name of the source that names it
    policy: Policy | None = None  # None: the run's
    lastmod: str | None = None  # as the sitemap says, W3C date and time
    provenance: str = ""  # the list or sitemap that names it

    @property
    def address(self) -> str:
        """The same name as a page's address has."""
        return self.url


Entry = SourcePage | Target


@dataclass(frozen=True, slots=True)
class Expected:
    """How many pages a run's sources hold: counted, or an estimate."""

    pages: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class ShardPage:
    """A page of a shard: what its row in `pages` needs, and the name of its bytes."""

    page_id: str
    url: str
    status: str = "cleaned"  # what is planned: "cleaned" unless there is nothing to clean
    raw_sha256: str | None = None
    bytes: int = 0
    content_type: str | None = None
    http_status: int | None = None
    fetched_at: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None
    provenance: str = ""
    source: str = ""
    policy: str = ""  # digest, a key of Shard.policies
    rejection: Rejection | None = None
    encoding: str | None = None  # of the known version, where the page is unchanged
    content: str | None = None  # sha256 of the documents of the known version
    documents: int = 0  # of the known version
    documents_run: str = ""  # of the known version

    @property
    def page_url(self) -> str:
        """The address for site rules and links, "" for what has none."""
        return self.url if is_web(self.url) else ""

    @property
    def seen_at(self) -> str | None:
        """The moment that 昨天 counts from. A file has none: its time of change is that of the last copy, as a rule."""
        return self.fetched_at if is_web(self.url) else None


@dataclass(frozen=True, slots=True)
class Shard:
    """Some pages that one task cleans and stages. `number` and `attempt` name its folder under _staging/<run>."""

    number: int
    run: str
    attempt: str
    out: str
    pages: tuple[ShardPage, ...]
    policies: Mapping[str, Policy]
    cleaner_version: str = ""
    rules_digest: str = ""
    poisoned: tuple[tuple[int, str], ...] = ()  # (index in pages, reason): not cleaned, rejected at stage "runner"

    @property
    def name(self) -> str:
        """Name of the shard's folder; sorts in the order of the pages."""
        return f"{self.number:06d}-{self.attempt}"

    @property
    def bytes(self) -> int:
        """Bytes to clean."""
        return sum(p.bytes for p in self.pages if p.status == "cleaned")


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What became of a shard. `name` is its folder; `rows` counts rows by table, the others count pages or edits."""

    name: str
    rows: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)  # "stage: reason" -> pages
    steps: Mapping[str, int] = field(default_factory=dict)  # step -> edits
    bytes: int = 0
    seconds: float = 0.0  # of the whole shard
    cleaning_seconds: float = 0.0  # in clean_page
    step_seconds: Mapping[str, float] = field(default_factory=dict)  # step -> seconds in it
