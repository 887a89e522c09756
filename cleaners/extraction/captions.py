"""What is said of pictures: on a page in an alphabet it stands aside, and the text does not count on it.

The golds of news in English (article-extraction-benchmark and others) have no captions, those of Chinese news do:
there a caption is a line of the article like others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cleaners.extraction.drafting import Draft
from cleaners.extraction.tree import is_narrow
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    most: float = threshold(
        0.4, "share", "of the running text that captions may hold and go; above it the page tells its story by them"
    )
    narrow: float = threshold(0.5, "share", "of running text in an alphabet, above which the page is in one")


T = Thresholds()


def aside(drafts: Sequence[Draft], masses: Sequence[float]) -> list[int]:
    """Numbers of the captions that are none of the text; masses: how much running text each block holds.

    The caption of a table, a program or a quotation stays, and so do all where the page tells its story by them.
    """
    captions = [n for n, draft in enumerate(drafts) if draft.kind == "caption" and not _of_text(drafts, n)]
    if not captions:
        return []
    total = sum(masses)
    narrow = sum(mass for draft, mass in zip(drafts, masses, strict=True) if mass and is_narrow(draft.text))
    telling = sum(masses[n] for n in captions) > T.most * total
    return captions if narrow > T.narrow * total and not telling else []


def name_images(drafts: Sequence[Draft], gone: Collection[int]) -> None:
    """Let the image beside a caption that left the text bear it, where it says nothing of itself.

    gone: ids of the drafts that left.
    """
    for n, draft in enumerate(drafts):
        if id(draft) in gone:
            image = next((other for other in _beside(drafts, n) if other.kind == "image" and not other.text), None)
            if image is not None:
                image.text = draft.text
                image.runs = tuple(replace(run, text=draft.text) for run in image.runs)


def _of_text(drafts: Sequence[Draft], n: int) -> bool:
    """Whether a table, a program or a quotation stands beside a caption."""
    stays = (draft.kind in ("table", "pre", "quote") or draft.quoted > 0 for draft in _beside(drafts, n))
    return drafts[n].quoted > 0 or any(stays)


def _beside(drafts: Sequence[Draft], n: int) -> tuple[Draft, ...]:
    return (*drafts[max(0, n - 1) : n], *drafts[n + 1 : n + 2])
