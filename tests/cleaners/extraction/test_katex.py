"""Formulas of which only the boxes of KaTeX are left, read back from their names and heights."""

from __future__ import annotations

import pytest
from articles import clean, inner
from selectolax.lexbor import LexborHTMLParser

from cleaners.extraction.katex import tex_of_boxes


def box(name: str, *said: str) -> str:
    return f'<span class="{name}">{"".join(said)}</span>'


def stack(*entries: tuple[float, str]) -> str:
    """Boxes above each other, each with its height above the baseline, those below it first as KaTeX has them."""
    shown = (
        f'<span style="top:{top - 3}em;"><span class="pstrut" style="height:3em;"></span>{said}</span>'
        for top, said in entries
    )
    return box("vlist-t vlist-t2", box("vlist-r", box("vlist", *shown)), box("vlist-r", box("vlist", "<span></span>")))  # fmt: skip


def small(said: str) -> str:
    return box("sizing reset-size6 size3 mtight", said)


def at(base: str, *scripts: tuple[float, str]) -> str:
    return box("mord", base, box("msupsub", stack(*((top, small(said)) for top, said in scripts))))


X, Y, N, TWO = box("mord mathnormal", "x"), box("mord mathnormal", "y"), box("mord mathnormal", "n"), box("mord", "2")
PLUS, IS = box("mbin", "+"), box("mrel", "=")
LINE = box("frac-line")
OPEN = box("mopen delimcenter", box("delimsizing size1", "("))
CLOSE = box("mclose delimcenter", box("delimsizing size1", ")"))
NULL = box("mopen nulldelimiter")


def column(side: str, *cells: str) -> str:
    return box(f"col-align-{side}", stack(*((float(n), box("mord", cell)) for n, cell in enumerate(cells))))


@pytest.mark.parametrize(
    ("boxes", "tex"),
    [
        (X + PLUS + box("mspace", "") + Y + IS + TWO, "x+y=2"),
        (at(X, (-0.4, TWO)), "x^{2}"),
        (at(X, (0.2, N)), "x_{n}"),
        (at(X, (0.6, N), (-0.4, TWO)), "x_{n}^{2}"),
        (box("mord", NULL, box("mfrac", stack((0.7, Y), (-0.2, LINE), (-0.7, X))), NULL), r"\frac{x}{y}"),
        (box("mord", OPEN, box("mfrac", stack((0.3, small(TWO)), (-0.4, small(N)))), CLOSE), r"\binom{n}{2}"),
        (box("mord sqrt", stack((0.0, X), (-0.2, box("hide-tail", "<svg></svg>")))), r"\sqrt{x}"),
        (box("mord sqrt", box("root", stack((0.0, N))), stack((0.0, X), (-0.2, box("hide-tail", "<svg></svg>")))), r"\sqrt[n]{x}"),
        (box("mop op-limits", stack((1.2, small(N)), (0.0, "<span>" + box("mop op-symbol large-op", "∑") + "</span>"), (-1.2, small(TWO)))), r"\sum_{n}^{2}"),
        (box("mop", box("mop", 'lo<span style="margin-right:0.01em;">g</span>'), box("msupsub", stack((0.2, small(TWO))))) + N, r"\log_{2}n"),
        (box("mord accent", stack((0.0, X), (-0.0, box("accent-body", box("mord", "^"))))), r"\hat{x}"),
        (box("mord accent", stack((0.0, X), (-0.0, box("accent-body", box("overlay", "<svg></svg>"))))), r"\vec{x}"),
        (box("mord overline", stack((0.0, X + Y), (-0.6, box("overline-line")))), r"\overline{xy}"),
        (X + box("mrel", box("mrel", box("mord vbox", box("rlap", box("inner", box("mrel", "\ue020")), box("fix"))), box("mrel", "="))) + Y, r"x\neq y"),
        (box("minner", OPEN, box("mord", box("mtable", column("c", X, Y), box("arraycolsep"), column("c", N, TWO))), CLOSE), r"\begin{pmatrix}x & n \\ y & 2\end{pmatrix}"),
        (box("minner", box("mopen delimcenter", box("delimsizing size4", "{")), box("mord", box("mtable", column("l", X, Y))), box("mclose nulldelimiter")), r"\begin{cases}x \\ y\end{cases}"),
        (box("mord mathbb", "R") + box("mord text", box("mord cjk_fallback", "水位")) + box("mord mathbf", "w"), r"\mathbb{R}\text{水位}\mathbf{w}"),
        (box("minner", box("minner", box("mopen", "("), X, PLUS, Y, box("mclose", ")")), box("msupsub", stack((-0.4, small(N))))), "(x+y)^{n}"),
    ],
)  # fmt: skip
def test_boxes_are_read_back(boxes: str, tex: str) -> None:
    markup = box("katex", f'<span class="katex-html" aria-hidden="true">{box("base", box("strut"), boxes)}</span>')
    assert inner(f"<p>取{markup}为准。</p>") == f"取${tex}$为准。"


@pytest.mark.parametrize("unknown", ["<svg></svg>", box("mord x-arrow", box("y", "<svg></svg>")), box("msupsub", "no stack")])  # fmt: skip
def test_what_is_drawn_and_not_known_is_left_unread_and_flagged(unknown: str) -> None:
    page = clean(f"<p>取{box('katex', box('katex-html', X, unknown))}为准。</p>")
    (document,) = page.documents
    assert "unread-formula" in document.flags
    assert "x" in document.text
    assert any(edit.rule == "formula-unread" for edit in page.edits)


def test_depth_is_bounded() -> None:
    tree = LexborHTMLParser('<span class="katex-html">' + '<span class="mord">' * 300 + "x" + "</span>" * 301)
    assert tex_of_boxes(tree.css_first(".katex-html")) == ""
    tree = LexborHTMLParser('<span class="katex-html"><span class="mord">' + "<span>" * 3000 + "x" + "</span>" * 3002)
    assert tex_of_boxes(tree.css_first(".katex-html")) == ""
