"""A page that is in a dataset: its newest bytes from the raw store, and what it was cleaned with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaners.policy import Policy
from flows.addresses import canonical, is_web, page_id, public
from flows.errors import UsageError
from flows.fingerprints import cleaner_version, rules_digest
from flows.rulebook import recorded_policy
from flows.store import RawStore
from schemas.commits import COMMITS, committed, committed_runs, record
from schemas.reading import opened

ID = re.compile(r"([0-9a-f]{20})(?:-[0-9a-f]{8}-\d+)?")  # a page's id, or a document's, which begins with it
COLUMNS = (
    *("page_id", "url", "final_url", "fetched_at", "content_type", "raw_sha256", "status", "reason"),
    *("policy_digest", "rules_digest", "cleaner_version"),
)


@dataclass(frozen=True)
class Found:
    """The newest version of a page whose bytes are there. `policy`: None where the run's record no longer gives it."""

    data: bytes
    row: dict[str, Any]
    run_id: str
    policy: Policy | None
    newer: str = ""  # what a newer row without bytes says

    @property
    def site_url(self) -> str:
        """The address for site rules and links, "" for what has none."""
        return self.row["url"] if is_web(self.row["url"]) else ""

    @property
    def seen_at(self) -> str | None:
        """When it was fetched, ISO 8601; None for a file, as in the run (`ShardPage.seen_at`)."""
        return self.row["fetched_at"].isoformat() if self.row["fetched_at"] and is_web(self.row["url"]) else None

    def notice(self) -> str:
        """What a reader of today's cleaning must know about that of the run; "" where they are the same."""
        said = []
        if (self.row["cleaner_version"], self.row["rules_digest"]) != (cleaner_version(), rules_digest()):
            said.append(
                f"run {self.run_id} cleaned this page with {self.row['cleaner_version']} (rules "
                f"{self.row['rules_digest']}); this is what {cleaner_version()} (rules {rules_digest()}) makes of it"
            )
        if self.policy is None:
            said.append("the run's policy is not in its record: the default policy is used")
        if self.newer:
            said.append(f"a later run could not have it: {self.newer}; these are the newest bytes")
        return "; ".join(said)


def find(out: Path, url: str) -> Found:
    """A page of a dataset by its address, as fetched or as it stands in `pages.url`, or by its id or a document's.

    Raises UsageError where there is no such page, or none of its bytes are left.
    """
    if not (out / COMMITS).is_dir():
        raise UsageError(f"{out}: no dataset (there is no {COMMITS} folder)")
    raw, newer, known = RawStore(out), "", False
    for run_id in reversed(committed_runs(out)):
        for row in _rows(out, run_id, url):
            known = True
            if row["raw_sha256"] is None:
                newer = newer or f"{run_id}: {', '.join(filter(None, (row['status'], row['reason'])))}"
            elif raw.has(row["raw_sha256"]):
                policies = record(out, run_id).get("policies", {})
                policy = recorded_policy(policies.get(row["policy_digest"]), row["policy_digest"])
                return Found(raw.get(row["raw_sha256"]), row, run_id, policy, newer)
    if not known:
        raise UsageError(f"no such page in {out}: {public(url)[:300]}")
    why = (
        newer or "they were pruned (the setting keep_days), or belong to a night on which only the page's shell changed"
    )
    raise UsageError(f"no bytes of this page are left in {out}: {why}")


def _rows(out: Path, run_id: str, url: str) -> list[dict[str, Any]]:
    """The rows of a page in one run, the last first."""
    spellings = pa.array(sorted({url, public(url), canonical(url), public(canonical(url))}), pa.string())
    named = ID.fullmatch(url)
    ids = pa.array([page_id(url), *([named[1]] if named else [])], pa.string())
    found: list[dict[str, Any]] = []
    for entry, path in committed(out, run_id, "pages"):
        with opened(path, entry) as file:
            there = [c for c in COLUMNS if c in file.schema_arrow.names]
            for batch in file.iter_batches(columns=["page_id", "url", "final_url"]):
                if pc.any(_hit(batch, ids, spellings)).as_py():
                    break
            else:
                continue
            for batch in file.iter_batches(columns=there):
                found += batch.filter(_hit(batch, ids, spellings)).to_pylist()
    return found[::-1]


def _hit(batch: Any, ids: Any, spellings: Any) -> Any:
    by_address = pc.or_(pc.is_in(batch.column("url"), spellings), pc.is_in(batch.column("final_url"), spellings))
    return pc.or_(pc.is_in(batch.column("page_id"), ids), by_address)
