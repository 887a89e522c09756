"""Charts as SVG in the page, drawn by pygal: no script, no colour of their own.

pygal's own style and script are left away; the page's style sheet colours its classes, so that a chart is light and
dark with the page. Each is drawn for a wide and for a narrow screen, has a name for those who hear it, and stands
beside a table with the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

SIZES = {"wide": (900, 240), "narrow": (360, 220)}
LABELS = {"wide": 10, "narrow": 4}  # names along the axis that fit
_PLAIN = {
    "css": [],
    "js": [],
    "disable_xml_declaration": True,
    "no_data_text": "nothing",
    "style": Style(font_family="inherit", label_font_size=11, major_label_font_size=11, legend_font_size=12),
}

Series = Mapping[str, Sequence[float | None]]


def bars(name: str, labels: Sequence[str], series: Series, told: Callable[[float], str]) -> Markup:
    """Bars over names, the series one upon the other; `told` says a value in words."""
    return _in_sizes(name, pygal.StackedBar, labels, series, told)


def lines(name: str, labels: Sequence[str], series: Series, told: Callable[[float], str]) -> Markup:
    """A line a series."""
    return _in_sizes(name, pygal.Line, labels, series, told, dots_size=2, stroke_style={"width": 2})


def spark(values: Sequence[float | None]) -> Markup:
    """A small line without words, for a table's row: decoration of the numbers beside it."""
    if sum(value is not None for value in values) < 2:
        return Markup("")
    chart = pygal.Line(
        **_PLAIN,
        width=96,
        height=22,
        margin=2,
        spacing=0,
        show_dots=False,
        show_legend=False,
        show_x_labels=False,
        show_y_labels=False,
        range=(0, max(value or 0 for value in values) or 1),
    )
    chart.add("", list(values))
    drawn = [path.get("d", "") for path in chart.render_tree().findall(".//g[@class='series serie-0 color-0']/path")]
    return Markup('<svg class="spark" viewBox="-2 -2 100 26" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup("").join(Markup('<path d="{}"/>').format(d) for d in drawn)
    )


def _in_sizes(
    name: str, kind: Any, labels: Sequence[str], series: Series, told: Callable[[float], str], **options: Any
) -> Markup:
    drawn = []
    for size, (width, height) in SIZES.items():
        every = max(1, -(-len(labels) // LABELS[size]))
        chart = kind(
            **_PLAIN,
            width=width,
            height=height,
            margin=6,
            spacing=6,
            show_legend=False,
            x_labels=[*labels],
            x_labels_major=[label for n, label in enumerate(labels) if (len(labels) - 1 - n) % every == 0],
            show_minor_x_labels=False,
            truncate_label=24,
            y_labels=_ticks(max(_tops(series, stacked=kind is pygal.StackedBar), default=0)),
            value_formatter=told,
            include_x_axis=True,
            **options,
        )
        for title, values in series.items():
            chart.add(title, list(values))
        drawn.append(_plain(chart.render_tree(), name, size))
    return Markup("").join(drawn)


def _tops(series: Series, *, stacked: bool) -> list[float]:
    """How high the drawing goes at each name."""
    return [(sum if stacked else max)(value or 0 for value in values) for values in zip(*series.values(), strict=True)]


def _ticks(top: float) -> list[float]:
    """Round numbers from 0 to `top` and beyond, at most six."""
    step = 10.0 ** math.floor(math.log10(top)) if top > 0 else 1.0
    step = next(step * n for n in (0.2, 0.5, 1.0, 2.0) if top <= 5 * step * n)
    return [step * n for n in range(math.ceil(top / step) + 1 if top else 2)]


def _plain(tree: Any, name: str, size: str) -> Markup:
    """A chart's SVG without pygal's scripts, styles, comments and ids; what a bar stands for is its title."""
    for element in list(tree.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        if element.tag == "desc" and element.get("class") == "value":
            element.tag = "title"
            element.attrib.clear()
        elif not isinstance(element.tag, str) or element.tag in ("script", "style", "desc", "defs"):
            parent.remove(element)
        else:
            for attribute in ("id", "style", "onclick"):
                element.attrib.pop(attribute, None)
    tree.attrib.pop("id", None)
    tree.attrib.update({"class": f"chart {size}", "role": "img", "aria-label": name, "focusable": "false"})
    return Markup(etree.tostring(tree, encoding="unicode", with_tail=False))
