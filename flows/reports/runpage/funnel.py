"""From pages named to documents: what is lost on the way, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cleaners.duplicates import KINDS
from flows.reports.runpage.figures import Figures
from schemas.vocabulary import REJECT_REASONS, STEP_FAILURES

NOT_HAD = ("fetch", "source")  # stages of pages whose bytes could not be had


@dataclass(frozen=True, slots=True)
class Loss:
    """Pages that go no further. `fault`: something was lost; else they stand as they were."""

    name: str
    count: int
    meaning: str = ""
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """How many arrive here, and what takes some of them out before the next stage."""

    name: str
    count: int
    losses: tuple[Loss, ...] = ()


def stages(figures: Figures, counts: Mapping[str, Any], named: int | None) -> list[Stage]:
    """The stages of a run, each the one before without its losses; the last counts documents, not pages."""
    statuses = figures["statuses"]
    not_had = _rejects(figures["reasons"], had=False)
    unread = _rejects(figures["reasons"], had=True)
    gone, unchanged, same = (statuses.get(name, 0) for name in ("gone", "unchanged", "same"))
    rows = figures["pages"]
    had = rows - gone - sum(loss.count for loss in not_had)
    cleaned = tried(figures)
    found = []
    if named is not None:
        before = (
            Loss("named before", counts.get("repeated") or 0, "named twice, or nothing new to record on this night"),
            Loss("withheld", counts.get("withheld") or 0, "forgotten on demand, and stay out"),
        )
        found.append(Stage("pages named", named, _some(before)))
    found.append(
        Stage("pages recorded", rows, _some((Loss("gone", gone, "404, 410, or no longer in their source"), *not_had)))
    )
    known = figures["unchanged_reasons"]
    hopeless = sum(known.values())
    stand = (
        Loss("unchanged", unchanged - hopeless, "known bytes: their documents of an earlier night stand"),
        Loss("unchanged rejects", hopeless, "known bytes, of which nothing could be made before either", True),
    )
    found.append(Stage("pages had", had, _some(stand)))
    found.append(Stage("pages cleaned tonight", cleaned, tuple(unread)))
    alike = Loss("the same documents", same, "other bytes, the documents that were there: nothing is written again")
    found.append(Stage("pages with documents", cleaned - sum(loss.count for loss in unread), _some((alike,))))
    copies = tuple(
        Loss(f"{kind} duplicate", figures["duplicates"].get(kind, 0), "repeats another document; stays in the table")
        for kind in KINDS
    )
    found.append(Stage("documents written", figures["documents"], _some(copies)))
    found.append(Stage("documents that repeat none", figures["documents"] - sum(loss.count for loss in copies)))
    return found


def tried(figures: Figures) -> int:
    """Pages whose bytes went into the cleaners."""
    statuses = figures["statuses"]
    missed = sum(loss.count for loss in _rejects(figures["reasons"], had=False))
    return int(figures["pages"] - statuses.get("gone", 0) - statuses.get("unchanged", 0) - missed)


def meaning(reason: str) -> str:
    """What a "stage: reason" means, in the vocabulary's words."""
    stage, _, name = reason.partition(": ")
    return REJECT_REASONS.get(stage, {}).get(name, STEP_FAILURES.get(name, ""))


def _rejects(reasons: Mapping[str, int], *, had: bool) -> list[Loss]:
    """Rejects by reason, the most frequent first: of pages that were had, or of those that were not."""
    return [
        Loss(reason, count, meaning(reason), True)
        for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        if (reason.partition(": ")[0] not in NOT_HAD) is had
    ]


def _some(losses: tuple[Loss, ...]) -> tuple[Loss, ...]:
    return tuple(loss for loss in losses if loss.count)
