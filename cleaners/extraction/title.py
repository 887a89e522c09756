"""The line of a page that bears its title."""

from __future__ import annotations

from cleaners.extraction.tree import HEADINGS, Outline
from cleaners.metadata import SITE_TITLE, title_key

SHORTEST = 4  # characters below which a match says nothing
SHORTEST_HEADING = 2  # of a heading of rank 1


def title_line(outline: Outline, names: list[str]) -> int:
    """Number of the line that bears the title, -1 where none does.

    names: what the page calls itself outside its text (title element, meta). A heading of rank 1 is tried before other
    headings, these before other lines; of equals the first counts.
    """
    folded = [f for f in map(title_key, names) if len(f) >= SHORTEST_HEADING]
    letters = frozenset("".join(names) + "".join(folded))  # a line that shares none of them needs no folding
    best, rank = -1, 99
    for number, line in enumerate(outline.lines):
        begin = line.text[:1] if "一" <= line.text[:1] <= "鿿" else line.text[:6]  # folding leaves Han as it is
        if not 2 <= line.chars <= 200 or letters.isdisjoint(begin):
            continue
        owner = line.owner
        level = HEADINGS.get(owner.tag, 0)
        if not level and owner.parent is not None:
            level = HEADINGS.get(owner.parent.tag, 0)
        text = title_key(line.text)
        if len(text) < (SHORTEST_HEADING if level == 1 else SHORTEST):
            continue
        mine = 9
        for name in folded:
            if name == text:
                mine = 0
            elif name.startswith(text) and (len(text) >= 0.5 * len(name) or level == 1 or len(text) >= 8):
                mine = min(mine, 1)
            elif (len(text) >= (SHORTEST if level == 1 else 8) and text in name) or (
                len(text) >= 8 and len(name) >= 10 and text.startswith(name)
            ):
                mine = min(mine, 2)
        if mine == 9:
            continue
        mine += 0 if level == 1 else 2 if level else 4
        if line.linked > 0.5 * line.chars:
            mine += 4
        if mine < rank:
            best, rank = number, mine
    if best >= 0 and outline.lines[best].owner.tag not in HEADINGS and SITE_TITLE.search(outline.lines[best].text):
        return -1
    return best
