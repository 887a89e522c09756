"""What a run did, said to people: report, gate, check, explanation, alerts, exports.

Each name is imported when it is asked for: `qingwen explain` shall not wait for Arrow, which only the tables need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.reports.beside import side_by_side
    from flows.reports.checking import check
    from flows.reports.comparing import compare
    from flows.reports.comparison_html import Shown, page
    from flows.reports.demo import demonstration
    from flows.reports.exporting import export
    from flows.reports.finding import find
    from flows.reports.gate import judge
    from flows.reports.learning import propose
    from flows.reports.loading import json_lines, rows, save
    from flows.reports.notifying import on_failure
    from flows.reports.reporting import prune, publish, redraw, report_again, summary_lines, withdraw, write

_MODULES = {
    "check": "checking",
    "compare": "comparing",
    "side_by_side": "beside",
    "explain": "explaining",
    "export": "exporting",
    "demonstration": "demo",
    "find": "finding",
    "judge": "gate",
    "propose": "learning",
    "json_lines": "loading",
    "page": "comparison_html",
    "Shown": "comparison_html",
    "rows": "loading",
    "save": "loading",
    "on_failure": "notifying",
    "prune": "reporting",
    "publish": "reporting",
    "redraw": "reporting",
    "report_again": "reporting",
    "summary_lines": "reporting",
    "withdraw": "reporting",
    "write": "reporting",
}

__all__ = [
    "Shown",
    "check",
    "compare",
    "demonstration",
    "explain",
    "export",
    "find",
    "json_lines",
    "judge",
    "on_failure",
    "page",
    "propose",
    "prune",
    "publish",
    "redraw",
    "report_again",
    "rows",
    "save",
    "side_by_side",
    "summary_lines",
    "withdraw",
    "write",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
