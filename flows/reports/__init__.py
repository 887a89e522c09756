"""What a run did, said to people: report, gate, check, explanation, alerts, exports.

Each name is imported when it is asked for: `qingwen explain` shall not wait for Arrow, which only the tables need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.reports.checking import check
    from flows.reports.comparing import compare
    from flows.reports.comparison_html import Shown, page
    from flows.reports.demo import demonstration
    from flows.reports.explaining import explain
    from flows.reports.finding import find
    from flows.reports.gate import judge
    from flows.reports.learning import propose
    from flows.reports.loading import json_lines, rows, save
    from flows.reports.notifying import on_failure
    from flows.reports.reporting import publish, summary_lines, write

_MODULES = {
    "check": "checking",
    "compare": "comparing",
    "demonstration": "demo",
    "explain": "explaining",
    "find": "finding",
    "judge": "gate",
    "propose": "learning",
    "json_lines": "loading",
    "page": "comparison_html",
    "Shown": "comparison_html",
    "rows": "loading",
    "save": "loading",
    "on_failure": "notifying",
    "publish": "reporting",
    "summary_lines": "reporting",
    "write": "reporting",
}

__all__ = [
    "Shown",
    "check",
    "compare",
    "demonstration",
    "explain",
    "find",
    "json_lines",
    "judge",
    "on_failure",
    "page",
    "propose",
    "publish",
    "rows",
    "save",
    "summary_lines",
    "write",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
