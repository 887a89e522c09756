"""The demo: packaged pages, each beside its clean document."""

from __future__ import annotations

from html import unescape
from importlib import resources

from cleaners import clean_page
from flows.reports import demo


def test_each_example_is_packaged_and_shown() -> None:
    packaged = resources.files("flows.reports") / "samples"
    shown = unescape(demo.demonstration())
    for name, title, what in demo.EXAMPLES:
        assert (packaged / name).is_file()
        assert title in shown and what in shown


def test_only_the_listing_gives_no_document() -> None:
    packaged = resources.files("flows.reports") / "samples"
    without = [name for name, _, _ in demo.EXAMPLES if not clean_page((packaged / name).read_bytes()).documents]
    assert without == ["listing.html"]
