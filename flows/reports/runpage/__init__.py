"""The run's page: OUT/_reports/<run>.html, one file without script or network, and index.html over all runs.

figures and sampling read the tables; history, ranges, breakdown, places and funnel say what is usual and what is lost;
charts draws; content puts it together for the templates, showing keeps what pages say from becoming markup.
"""

from __future__ import annotations

from flows.reports.runpage.content import summary_of
from flows.reports.runpage.drawing import draw, draw_index, withdraw
from flows.reports.runpage.figures import keep

__all__ = ["draw", "draw_index", "keep", "summary_of", "withdraw"]
