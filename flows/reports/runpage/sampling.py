"""Some edits and rejects of a run, before and after: the same ones whenever its page is drawn.

Which ones is decided by a hash of page, edit and run, so other nights show other pages, and each rule has its turn.
Texts are read for the chosen rows alone: the first pass reads names, the second the few row groups they stand in.
"""

from __future__ import annotations

import heapq
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.showing import ends
from flows.store import RawStore
from schemas.commits import committed
from schemas.reading import opened

log = logging.getLogger("qingwen.reporting")

SAMPLES = 10
LONGEST = 400  # characters shown of a text
READ_ROWS = 2_000
GLIMPSE_BYTES = 64 * 1024  # of a rejected page's bytes: enough for its first words

REPAIRS = ("decoding", "mojibake", "bytestream", "controls")
REMOVALS = ("extraction", "plaintext", "metadata", "boilerplate", "splitting")
# Rules of these steps that tell something of a page and take nothing out of it.
TELLING = ("outside", "carried", "site-rule", "site-rule-missed", "formula-unread", "spans-unheeded", "contradiction")


@dataclass(frozen=True, slots=True)
class Sample:
    """An edit or a reject. `rule` is step/rule, or stage: reason; texts are cut to LONGEST characters."""

    page_id: str
    rule: str
    url: str = ""
    path: str = ""  # of the file that a local page was read from
    before: str = ""
    after: str = ""
    certainty: str = ""
    count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a row stands. Ordered by its hash."""

    hash: int
    page_id: str
    seq: int
    path: Path
    group: int
    row: int


class _Lowest:
    """The rows with the lowest hashes, SAMPLES a rule, and how many rows each rule has."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._kept: dict[str, list[tuple[int, Any]]] = {}  # heaps of (-hash, row)

    def offer(self, rule: str, rank: int, row: Any) -> None:
        self.seen[rule] += 1
        kept = self._kept.setdefault(rule, [])
        if len(kept) < SAMPLES:
            heapq.heappush(kept, (-rank, row))
        elif rank < -kept[0][0]:
            heapq.heapreplace(kept, (-rank, row))

    def chosen(self) -> list[tuple[str, Any]]:
        """At most SAMPLES rows: the rules take turns, the most frequent one first."""
        rules = sorted(self._kept, key=lambda rule: (-self.seen[rule], rule))
        turns = {rule: [row for _, row in sorted(self._kept[rule], key=lambda kept: -kept[0])] for rule in rules}
        out: list[tuple[str, Any]] = []
        for turn in range(SAMPLES):
            out += [(rule, turns[rule][turn]) for rule in rules if len(turns[rule]) > turn]
        return out[:SAMPLES]


def sampled_edits(out: Path, run_id: str) -> dict[str, list[Sample]]:
    """SAMPLES "repairs" and as many "removals" of a run."""
    salt = zlib.crc32(run_id.encode())
    lowest = {"repairs": _Lowest(), "removals": _Lowest()}
    wanted = pa.array([*REPAIRS, *REMOVALS])
    for path, group, batch, first in _groups(out, run_id, ["page_id", "seq", "step", "rule"]):
        rows = pc.indices_nonzero(
            pc.and_(
                pc.is_in(batch.column("step"), wanted), pc.invert(pc.is_in(batch.column("rule"), pa.array(TELLING)))
            )
        )
        picked = batch.take(rows)
        columns = (picked.column(name).to_pylist() for name in ("page_id", "seq", "step", "rule"))
        for row, page_id, seq, step, rule in zip(rows.to_pylist(), *columns, strict=True):
            rank = zlib.crc32(f"{page_id}{seq}".encode(), salt)
            place = _Place(rank, page_id, seq, path, group, first + row)
            lowest["repairs" if step in REPAIRS else "removals"].offer(f"{step}/{rule}", rank, place)
    chosen = {kind: found.chosen() for kind, found in lowest.items()}
    texts = _texts(out, run_id, [place for places in chosen.values() for _, place in places])
    pages = _pages(out, run_id, {place.page_id for places in chosen.values() for _, place in places})
    return {
        kind: [
            replace(texts[place], rule=rule, **pages.get(place.page_id, {})) for rule, place in places if place in texts
        ]
        for kind, places in chosen.items()
    }


def sampled_rejects(out: Path, run_id: str) -> list[Sample]:
    """SAMPLES rejected pages of a run; `before` is what their bytes begin with, as far as they can be read."""
    salt = zlib.crc32(run_id.encode())
    lowest = _Lowest()
    columns = ["page_id", "url", "raw_sha256", "stage", "reason", "detail"]
    for entry, path in committed(out, run_id, "rejects"):
        with opened(path, entry) as file:
            for batch in file.iter_batches(columns=columns):
                for row in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
                    page_id, url, raw, stage, reason, detail = row
                    rank = zlib.crc32(page_id.encode(), salt)
                    lowest.offer(f"{stage}: {reason}", rank, (page_id, url, raw or "", ends(detail, LONGEST)))
    raw_store = RawStore(out)
    chosen = lowest.chosen()
    pages = _pages(out, run_id, {page_id for _, (page_id, *_) in chosen})
    return [
        Sample(page_id, rule, url, pages.get(page_id, {}).get("path", ""), glimpse(raw_store, raw), detail=detail)
        for rule, (page_id, url, raw, detail) in chosen
    ]


def glimpse(raw: RawStore, sha256: str) -> str:
    """The first words of a page as it was fetched, without its tags; "" where there are no bytes any more."""
    if not sha256:
        return ""
    from cleaners import decode

    try:
        text = decode(raw.get(sha256)[:GLIMPSE_BYTES]).text
        if "<" in text:
            from selectolax.lexbor import LexborHTMLParser

            tree = LexborHTMLParser(text)
            tree.strip_tags(["script", "style", "noscript"])
            text = tree.root.text(separator=" ") if tree.root is not None else text
    except Exception as error:  # pruned, damaged, or what nothing could be made of anyway
        log.debug("no glimpse of %s: %s", sha256, error)
        return ""
    return ends(" ".join(text.split()), LONGEST)


def _groups(out: Path, run_id: str, columns: list[str]) -> Iterator[tuple[Path, int, pa.RecordBatch, int]]:
    """Batches of a run's edits, with their file, row group, and the row in that group that they begin with."""
    for entry, path in committed(out, run_id, "edits"):
        with opened(path, entry) as file:
            for group in range(file.num_row_groups):
                first = 0
                for batch in file.iter_batches(row_groups=[group], columns=columns):
                    yield path, group, batch, first
                    first += len(batch)


def _texts(out: Path, run_id: str, places: Iterable[_Place]) -> dict[_Place, Sample]:
    """The chosen rows with their texts."""
    by_group: dict[tuple[Path, int], dict[int, _Place]] = {}
    for place in places:
        by_group.setdefault((place.path, place.group), {})[place.row] = place
    found: dict[_Place, Sample] = {}
    entries = {path: entry for entry, path in committed(out, run_id, "edits")}
    columns = ["before", "after", "certainty", "count", "detail"]
    for (path, group), rows in by_group.items():
        with opened(path, entries[path]) as file:
            first = 0
            for batch in file.iter_batches(batch_size=READ_ROWS, row_groups=[group], columns=columns):
                for row in [row for row in rows if first <= row < first + len(batch)]:
                    values = {name: batch.column(name)[row - first].as_py() for name in columns}
                    found[rows[row]] = Sample(
                        rows[row].page_id,
                        "",
                        before=ends(values["before"], LONGEST),
                        after=ends(values["after"], LONGEST),
                        certainty=values["certainty"],
                        count=values["count"],
                        detail=ends(values["detail"] or "", LONGEST),
                    )
                first += len(batch)
    return found


def _pages(out: Path, run_id: str, page_ids: set[str]) -> dict[str, dict[str, Any]]:
    """Of some pages of a run: `url`, and `path`, which is its provenance."""
    wanted = pa.array(sorted(page_ids), pa.string())
    found: dict[str, dict[str, Any]] = {}
    for entry, path in committed(out, run_id, "pages"):
        with opened(path, entry) as file:
            for batch in file.iter_batches(columns=["page_id", "url", "provenance"]):
                for row in batch.filter(pc.is_in(batch.column("page_id"), wanted)).to_pylist():
                    found[row["page_id"]] = {"url": row["url"], "path": row["provenance"] or ""}
    return found
