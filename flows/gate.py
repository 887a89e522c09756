"""The gate: what makes a run fail although all of it is on disk."""

from __future__ import annotations

from typing import Any


def judge(summary: dict[str, Any], history: list[dict[str, Any]], settings: Any) -> list[str]:
    """Problems in words; none: the run may count as success."""
    problems = []
    share = float(summary.get("rejected_share") or 0.0)
    limit = float(getattr(settings, "max_rejected", 0.5))
    if share > limit:
        problems.append(f"{share:.0%} of the pages were rejected, the limit is {limit:.0%}")
    return problems
